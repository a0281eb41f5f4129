create role diff_clerk;
create role diff_porter;
create table counter (
    ticket integer generated always as identity (sequence name ticket_numbers),
    seat integer generated always as identity (sequence name seat_numbers start with 7)
);
grant select on sequence ticket_numbers to diff_porter;
grant usage on sequence seat_numbers to diff_clerk;
comment on sequence seat_numbers is 'stays';
