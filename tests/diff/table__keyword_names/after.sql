create table "select" ("from" bigint primary key, "Group" text not null default 'a b', "limit" int);
create view "order" as select "from" from "select";
create index "select_Group_idx" on "select" ("Group");
alter table "select" enable row level security;
create policy "a ""quoted"" policy" on "select" using ("limit" > 0);
