"""What runs within the server: the loop that tries statements, and what tells which rows they changed."""

from __future__ import annotations

NUMBER = "saasdb_number"
"""Stands for the number of a try in a statement that is tried several times."""

RUN = r"""
create function pg_temp.saasdb_often(p_statement text, p_times int, p_role text) returns jsonb language plpgsql
as $saasdb$
declare
    v_count int := 0;
begin
    while v_count < p_times loop
        begin
            perform set_config('role', coalesce(p_role, 'none'), true);
            execute replace(p_statement, 'saasdb_number', (v_count + 1)::text);
            perform set_config('role', 'none', true);
        exception when others then
            return jsonb_build_array(jsonb_build_object('went well', v_count, 'then', left(sqlstate, 2)));
        end;
        v_count := v_count + 1;
    end loop;
    return jsonb_build_array(jsonb_build_object('went well', v_count));
end
$saasdb$;
create function pg_temp.saasdb_shallow() returns void language plpgsql as $saasdb$
begin
    -- A rule that asks itself through a function ends a tenth of a second later, and thousands of probes come upon it.
    if current_setting('max_stack_depth') <> '256kB' then
        perform set_config('max_stack_depth', '256kB', true);
    end if;
exception when insufficient_privilege then
    null;
end
$saasdb$;
create function pg_temp.saasdb_run(p_jobs jsonb, p_numbered boolean) returns jsonb language plpgsql as $saasdb$
declare
    v_job jsonb;
    v_out jsonb[] := '{}';
    v_key text;
    v_value text;
    v_rows jsonb;
    v_after jsonb;
    v_count bigint;
    v_state text;
    v_message text;
    v_detail text;
    v_hint text;
    v_constraint text;
    v_number int := 0;
    v_before int8[];
    v_lsn pg_lsn;
    v_start pg_lsn;
    v_logged boolean;
    v_given jsonb := '{}';
    v_wrong text;
begin
    for v_job in select value from jsonb_array_elements(p_jobs) loop
        v_rows := null; v_after := null; v_count := 0; v_state := '00000'; v_message := ''; v_constraint := '';
        if p_numbered then
            raise notice '@saasdb %', v_number;
        end if;
        v_number := v_number + 1;
        if v_job ? 'g' then
            -- The claims of a caller hold for the many probes that follow as the same caller: set once, not in each.
            v_wrong := null;
            begin
                for v_key in select jsonb_object_keys(v_given) loop
                    perform set_config(v_key, '', true);
                end loop;
                for v_key, v_value in select key, value from jsonb_each_text(v_job -> 'g') loop
                    perform set_config(v_key, v_value, true);
                end loop;
                v_given := v_job -> 'g';
            exception when others then
                v_wrong := sqlstate;
                v_message := sqlerrm;
            end;
        end if;
        if v_wrong is not null then
            v_out := v_out || jsonb_build_array(v_wrong, v_message, '', null, 0, null);
            continue;
        end if;
        begin
            if v_job ? 'b' then
                execute v_job ->> 'b';
            end if;
            for v_key, v_value in select key, value from jsonb_each_text(coalesce(v_job -> 's', '{}')) loop
                perform set_config(v_key, v_value, true);
            end loop;
            if v_job ? 'l' or v_job ? 'c' then
                v_logged := coalesce(v_logged, pg_temp.saasdb_logged());
            end if;
            if v_job ? 'l' then
                v_start := pg_current_wal_insert_lsn();
            elsif v_job ? 'c' then
                -- What writes no log wrote no row: most calls are spared the counters.
                if not v_logged or v_lsn is distinct from pg_current_wal_insert_lsn() then
                    v_before := pg_temp.saasdb_counters();
                    v_lsn := pg_current_wal_insert_lsn();
                end if;
            end if;
            if v_job ? 'r' and not v_job ? 't' then
                perform set_config('role', v_job ->> 'r', true);
            end if;
            if v_job ? 't' then
                v_rows := pg_temp.saasdb_often(v_job ->> 'q', (v_job ->> 't')::int, v_job ->> 'r');
            elsif v_job ? 'w' then
                execute v_job ->> 'q' into v_rows;
            else
                execute v_job ->> 'q';
                get diagnostics v_count = row_count;
                set constraints all immediate;
            end if;
            perform set_config('role', 'none', true);
            if v_job ? 'l' and v_logged and v_start = pg_current_wal_insert_lsn() then
                v_after := 'null';
            elsif v_job ? 'a' then
                execute v_job ->> 'a' into v_after;
            elsif v_job ? 'c' then
                v_after := '{}';
                if not v_logged or v_lsn <> pg_current_wal_insert_lsn() then
                    v_after := pg_temp.saasdb_effects(v_before, (v_job ->> 'c')::int);
                end if;
            end if;
            raise exception sqlstate 'SDBOK';
        exception when others or assert_failure then
            get stacked diagnostics v_state = returned_sqlstate, v_message = message_text,
                v_detail = pg_exception_detail,
                v_hint = pg_exception_hint, v_constraint = constraint_name;
            if v_state = 'SDBOK' then
                v_state := '00000'; v_message := '';
            else
                if v_state = '54001' then
                    v_hint := '';
                    perform pg_temp.saasdb_shallow();
                end if;
                v_message := v_message || coalesce(' | ' || nullif(v_detail, ''), '')
                    || coalesce(' | ' || nullif(v_hint, ''), '');
            end if;
        end;
        v_out := v_out || jsonb_build_array(v_state, v_message, v_constraint, v_rows, v_count, v_after);
    end loop;
    for v_key in select jsonb_object_keys(v_given) loop
        perform set_config(v_key, '', true);
    end loop;
    return to_jsonb(v_out);
end
$saasdb$
"""

WATCH = r"""
create temporary table saasdb_watched (relid oid primary key, name text, title text) on commit drop;
create temporary table saasdb_places (relid oid, place tid, label text, primary key (relid, place)) on commit drop;
create function pg_temp.saasdb_logged() returns boolean language sql as $saasdb$
    select current_setting('wal_level') <> 'minimal' and not exists (
        select from pg_temp.saasdb_watched w join pg_catalog.pg_class c on c.oid = w.relid where c.relpersistence <> 'p'
    )
$saasdb$;
create function pg_temp.saasdb_counters() returns int8[] language sql volatile as $saasdb$
    select array_agg(n order by relid, kind) from pg_temp.saasdb_watched cross join lateral (values
        (1, pg_stat_get_xact_tuples_inserted(relid)),
        (2, pg_stat_get_xact_tuples_updated(relid) + pg_stat_get_xact_tuples_deleted(relid))) x (kind, n)
$saasdb$;
create function pg_temp.saasdb_effects(p_before int8[], p_most int) returns jsonb language plpgsql as $saasdb$
declare
    v_now int8[] := pg_temp.saasdb_counters();
    v_out jsonb := '{}';
    v_table record;
    v_new jsonb;
    v_gone jsonb;
begin
    if v_now = p_before then
        return v_out;
    end if;
    for v_table in
        select w.*, p_before[n * 2] <> v_now[n * 2] as lost
        from (select *, row_number() over (order by relid) as n from pg_temp.saasdb_watched) w
        where p_before[n * 2 - 1 : n * 2] <> v_now[n * 2 - 1 : n * 2]
    loop
        execute format('select jsonb_agg(x) from (select to_jsonb(t.*) as x from only %s t where not exists (
                select from pg_temp.saasdb_places p where p.relid = %s and p.place = t.ctid)
            order by t.ctid limit $1) n', v_table.name, v_table.relid) using p_most into v_new;
        v_gone := null;
        if v_table.lost then
            execute format('select jsonb_agg(p.label order by p.label) from pg_temp.saasdb_places p where p.relid = %s
                and not exists (select from only %s t where t.ctid = p.place)',
                v_table.relid, v_table.name) into v_gone;
        end if;
        if v_new is not null or v_gone is not null then
            v_out := v_out || jsonb_build_object(v_table.title, jsonb_build_array(v_new, v_gone));
        end if;
    end loop;
    return v_out;
end
$saasdb$;
"""
