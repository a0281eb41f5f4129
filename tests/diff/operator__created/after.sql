create function eq(box, box) returns boolean language sql immutable as 'select true';
create operator === (function = eq, leftarg = box, rightarg = box, commutator = ===, restrict = eqsel, join = eqjoinsel, hashes, merges);
create operator !== (function = eq, leftarg = box, rightarg = box, negator = ===);
comment on operator === (box, box) is 'same';
