create text search configuration conf (copy = pg_catalog.english);
alter text search configuration conf alter mapping for asciiword with simple;
alter text search configuration conf drop mapping for url, host;
