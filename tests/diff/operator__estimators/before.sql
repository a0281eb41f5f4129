create function eq(box, box) returns boolean language sql immutable as 'select true';
create operator === (function = eq, leftarg = box, rightarg = box);
