create schema "My Schema";
create table "My Schema"."Order" ("Select" int primary key, "a""b" text default 'x', "user" int check ("user" > 0));
create index "Index One" on "My Schema"."Order" ("a""b");
comment on column "My Schema"."Order"."Select" is 'quoted';
