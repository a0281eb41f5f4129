create text search configuration conf (copy = pg_catalog.english);
