create role diff_clerk;
create role diff_porter;
create table counter (
    ticket integer generated always as identity,
    seat integer generated always as identity
);
comment on sequence counter_ticket_seq is 'what the machine at the door prints';
grant usage on sequence counter_ticket_seq to diff_clerk;
grant usage on sequence counter_seat_seq to diff_clerk;
comment on sequence counter_seat_seq is 'stays';
