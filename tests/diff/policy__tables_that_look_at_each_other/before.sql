create table a (id int);
create table b (id int);
create policy p on a using (id in (select id from b));
create policy p on b using (id in (select id from a));
