create text search dictionary d (template = snowball, language = english);
create text search configuration conf (copy = simple);
alter text search configuration conf alter mapping for asciiword with d;
