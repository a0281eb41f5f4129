-- min: 17
create collation x (provider = builtin, locale = 'C.UTF-8');
