create schema if not exists public;
create extension if not exists citext with schema public;
create table t (a public.citext);
