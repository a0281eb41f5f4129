"""Weaker forms of predicates and of function bodies, found in their text."""

from __future__ import annotations

import pytest
from saasdb.mutate.expressions import parts
from saasdb.mutate.guards import weakened


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("a", []),
        ("a and b", ["b", "a"]),
        ("a and (b or c)", ["(b or c)", "a", "a and (c)", "a and (b)"]),
        ("a or b and c", ["b and c", "a", "a or c", "a or b"]),
        ("x between 1 and 2 and y", ["y", "x between 1 and 2"]),
        ("case when p and q then 1 end = 1 and r", ["r", "case when p and q then 1 end = 1"]),
        ('f(\'x or y\', "and") and "or" = 1', ['"or" = 1', "f('x or y', \"and\")"]),
        (
            "not exists (select 1 from t where t.a = 1 and t.b = 2 limit 1)",
            [
                "not exists (select 1 from t where t.b = 2 limit 1)",
                "not exists (select 1 from t where t.a = 1 limit 1)",
            ],
        ),
    ],
)
def test_a_predicate_loses_one_part_at_a_time(text: str, forms: list[str]) -> None:
    assert [" ".join(form.split()) for _, form in parts(text)] == forms


BODY = """
begin
    perform private.require_admin();
    if p_a is null or p_a < 0 then -- if this then raise
        raise exception 'end if;' using errcode = '22023';
    elsif p_b then
        p_a := case when p_a > 1 then 1 else 2 end;
    end if;
    for v_row in select 1 loop
        if not found then
            raise exception 'no' using errcode = 'PT404';
        end if;
    end loop;
    if p_b then
        raise notice 'only said';
    end if;
end
"""


def test_a_function_loses_one_guard_at_a_time() -> None:
    found = dict(weakened(BODY, {"private.require_admin"}))
    assert list(found) == [
        "the guard `if p_a is null or p_a < 0` is gone",
        "the guard `if p_a is null or p_a < 0` no longer asks `p_a is null`",
        "the guard `if p_a is null or p_a < 0` no longer asks `p_a < 0`",
        "the guard `if not found` is gone",
        "`perform private.require_admin()` is gone",
    ]
    assert "if p_a < 0 then -- if" in found["the guard `if p_a is null or p_a < 0` no longer asks `p_a is null`"]
    assert "p_a < 0 ) and false then" in found["the guard `if p_a is null or p_a < 0` is gone"]
    assert "elsif p_b" in found["the guard `if p_a is null or p_a < 0` is gone"]
    assert "PT404" not in found["the guard `if not found` is gone"]
    assert "end loop" in found["the guard `if not found` is gone"]
    assert "perform" not in found["`perform private.require_admin()` is gone"]
