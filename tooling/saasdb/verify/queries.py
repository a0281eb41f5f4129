"""The catalog queries that an inventory is read with: one for each kind of object, whatever their number."""

OURS = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
"""Predicate on pg_namespace n: schemas that are not PostgreSQL's own."""

NOT_OF_EXTENSION = """not exists (select from pg_depend e
    where e.deptype = 'e' and e.classid = '{catalog}'::regclass and e.objid = {oid})"""

READABLE = "has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select')"
"""Predicate on pg_class c: what the role that proves may read. Of what is others' alone, the grants tell."""

RELATIONS = f"""
select c.oid::int8, n.nspname as schema, c.relname as name, c.relkind::text as kind,
    pg_get_userbyid(c.relowner) as owner,
    c.relrowsecurity as rls, c.relforcerowsecurity as forced, coalesce(c.reloptions, '{{}}') as options,
    (select i.inhparent::int8 from pg_inherits i where i.inhrelid = c.oid limit 1) as partition_of,
    case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and {OURS} and {READABLE}
    and {NOT_OF_EXTENSION.format(catalog="pg_class", oid="c.oid")}
order by n.nspname, c.relname"""

LABELS = """coalesce((select array_agg(l.enumlabel::text order by l.enumsortorder) from pg_enum l
    where l.enumtypid = b.oid), '{}')"""

COLUMNS = f"""
select a.attrelid::int8 as relation, a.attnum as number, a.attname as name,
    format_type(a.atttypid, a.atttypmod) as type,
    b.typcategory::text as category, {LABELS} as labels, a.attnotnull or t.typnotnull as not_null,
    pg_get_expr(d.adbin, d.adrelid) as default, a.attidentity::text as identity, a.attgenerated::text as generated,
    b.typname as base
from pg_attribute a
join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
join pg_type t on t.oid = a.atttypid
join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where a.attnum > 0 and not a.attisdropped and c.relkind in ('r', 'p', 'v', 'm', 'f') and {OURS}
order by a.attrelid, a.attnum"""

CONSTRAINTS = """
select k.conrelid::int8 as relation, k.conname as name, k.contype::text as type,
    pg_get_constraintdef(k.oid) as definition,
    pg_get_expr(k.conbin, k.conrelid) as expression, k.confrelid::int8 as target,
    coalesce((select array_agg(a.attname::text order by u.n) from unnest(k.conkey) with ordinality u(c, n)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.c), '{}') as columns,
    coalesce((select array_agg(a.attname::text order by u.n) from unnest(k.confkey) with ordinality u(c, n)
        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.c), '{}') as target_columns
from pg_constraint k where k.conrelid <> 0 and k.contype in ('c', 'f', 'p', 'u', 'x')
    and (k.contype <> 'f' or k.conparentid = 0)
order by k.conrelid, k.contype, k.conname"""

INDEXES = """
select i.indrelid::int8 as relation, pg_get_indexdef(i.indexrelid) as definition, i.indisunique as is_unique,
    (select array_agg(a.attname::text order by u.n) from unnest(i.indkey) with ordinality u(c, n)
        join pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.c
        where u.n <= i.indnkeyatts and i.indpred is null and i.indexprs is null) as columns
from pg_index i where i.indisvalid order by i.indrelid, not i.indisprimary, i.indexrelid"""

POLICIES = """
select p.polrelid::int8 as relation, p.polname as name, p.polcmd::text as command, p.polpermissive as permissive,
    array(select case r when 0 then 'public' else pg_get_userbyid(r)::text end from unnest(p.polroles) r
        order by 1) as roles,
    pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check
from pg_policy p order by p.polrelid, p.polname"""

TRIGGERS = """
select t.tgrelid::int8 as relation, t.tgname as name, t.tgfoid::int8 as function,
    pg_get_triggerdef(t.oid) as definition,
    t.tgenabled::text as enabled
from pg_trigger t where not t.tgisinternal and t.tgparentid = 0 order by t.tgrelid, t.tgname"""

FUNCTIONS = f"""
select p.oid::int8, n.nspname as schema, p.proname as name,
    (select coalesce(string_agg(format_type(u.t, null), ', ' order by u.n), '')
        from unnest(p.proargtypes::oid[]) with ordinality u(t, n)) as identity,
    p.prokind::text as kind, l.lanname as language, p.prosecdef as definer, p.proleakproof as leakproof,
    p.provolatile::text as volatile, coalesce(p.proconfig, '{{}}') as config, pg_get_userbyid(p.proowner) as owner,
    format_type(p.prorettype, null) as returns, p.proretset as returns_set,
    coalesce(p.prosrc, '') || coalesce(pg_get_function_sqlbody(p.oid), '') as source,
    case when p.prokind in ('f', 'p') then pg_get_functiondef(p.oid) end as definition, p.pronargdefaults as defaults,
    p.provariadic <> 0 as variadic,
    (select jsonb_agg(jsonb_build_object('name', coalesce((p.proargnames)[coalesce(m.place, u.n)], ''),
            'type', format_type(u.t, null), 'base', b.typname, 'category', b.typcategory,
            'labels', {LABELS}) order by u.n)
        from unnest(p.proargtypes::oid[]) with ordinality u(t, n)
        join pg_type ty on ty.oid = u.t
        join pg_type b on b.oid = case when ty.typtype = 'd' then ty.typbasetype else ty.oid end
        left join lateral (select x.n as place from (
                select s.n, row_number() over (order by s.n) as i
                from unnest(p.proargmodes) with ordinality s(m, n) where s.m in ('i', 'b', 'v')) x
            where x.i = u.n) m on true) as arguments
from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
where {OURS} and {NOT_OF_EXTENSION.format(catalog="pg_proc", oid="p.oid")}
order by n.nspname, p.proname, 4"""

DOMAINS = """
select format_type(k.contypid, null) as type, pg_get_constraintdef(k.oid) as expression
from pg_constraint k where k.contypid <> 0 order by 1, 2"""

ROLES = "select rolname, rolsuper or rolname = current_user as above from pg_roles"
