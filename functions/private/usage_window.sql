-- usage_window: the window of a length that a moment falls into; the same for everyone, in UTC.

create or replace function private.usage_window(
    p_period interval,
    p_at timestamptz,
    out period_start timestamptz,
    out period_end timestamptz
)
returns record
language plpgsql
immutable
parallel safe
security invoker
set search_path = ''
as $$
declare
    v_now timestamp := p_at at time zone 'UTC';
    v_months integer;
    v_month integer;
begin
    if p_period between interval '1 minute' and interval '10 years' then
        v_months := extract(year from p_period) * 12 + extract(month from p_period);
    end if;

    if
        v_months is null
        or (v_months <> 0 and extract(epoch from p_period - make_interval(months => v_months)) <> 0)
    then
        raise exception 'p_period must be whole months, or a fixed time from 1 minute to 10 years; not %', p_period
        using
            errcode = '22023',
            hint = 'E.g. 1 month, 1 year, 7 days, 24 hours.';
    end if;

    if v_months > 0 then
        -- Calendar months, counted from year 1, so that a year begins in January and a quarter where quarters do.
        v_month := (extract(year from v_now)::integer - 1) * 12 + extract(month from v_now)::integer - 1;
        v_month := v_month - v_month % v_months;
        period_start := (timestamp '0001-01-01' + make_interval(months => v_month)) at time zone 'UTC';
        period_end := (timestamp '0001-01-01' + make_interval(months => v_month + v_months)) at time zone 'UTC';
    else
        -- From a Monday, so that 7 days are a week.
        v_now := date_bin(p_period, v_now, timestamp '2001-01-01');
        period_start := v_now at time zone 'UTC';
        period_end := (v_now + p_period) at time zone 'UTC';
    end if;
end
$$;

revoke all on function private.usage_window(interval, timestamptz) from public, anon, authenticated, service_role;

comment on function private.usage_window(interval, timestamptz) is
    'The window that a moment falls into: calendar months in UTC, or fixed lengths counted from Monday 2001-01-01 UTC.';
