create function w() returns bigint language internal window immutable as 'window_row_number';
create function s(text) returns boolean language internal immutable support textlike_support as 'texteqname';
comment on function w() is 'windowed';
