CREATE TABLE public.t (
    id int4 PRIMARY KEY,
    name character varying(20) DEFAULT 'x'::varchar NOT NULL,
    price numeric(10, 2)
);
CREATE VIEW public.v AS
    SELECT t.id,
           t.name
    FROM public.t
    WHERE (t.id > 3);
