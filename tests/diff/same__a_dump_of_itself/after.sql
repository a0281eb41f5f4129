\restrict abc
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
CREATE TABLE public.t (
    id integer NOT NULL,
    name text
);
ALTER TABLE public.t OWNER TO postgres;
COMMENT ON TABLE public.t IS 'x';
COPY public.t (id, name) FROM stdin;
1	a;b
2	\N
\.
ALTER TABLE ONLY public.t
    ADD CONSTRAINT t_pkey PRIMARY KEY (id);
\unrestrict abc
