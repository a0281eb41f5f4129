
create table t (
    id int -- the id
);

