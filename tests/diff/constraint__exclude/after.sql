create table t (r int4range, c circle, exclude using gist (r with &&), constraint no_overlap exclude using gist (c with &&) where (r is not null) deferrable);
