-- roles: who calls the library's API.

do $$
begin
    create role library_reader nologin;
exception
    when duplicate_object or unique_violation then null;
end
$$;
