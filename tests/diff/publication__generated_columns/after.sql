-- min: 18
create table t (id int primary key);
create publication p for table t with (publish_generated_columns = stored);
