create table "select" ("from" int primary key, "Group" text);
create view "order" as select "from" from "select";
