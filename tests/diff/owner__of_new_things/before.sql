create role diff_owner;
