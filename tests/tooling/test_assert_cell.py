"""assert_cell: what it asserts can fail, in each direction."""

from __future__ import annotations

import pytest
from saasdb.errors import SaasdbError


@pytest.fixture
def shop(db):
    """A table with rows of two people, and a function, that exist for one test."""
    db.execute("""
        create table public.shop_orders (id int primary key, who uuid not null, amount int check (amount > 0));
        alter table public.shop_orders enable row level security;
        grant select, insert, delete, update (amount) on public.shop_orders to authenticated;
        create policy "own" on public.shop_orders to authenticated using (who = auth.uid());
        create function public.shop_double(n int) returns int language sql as 'select n * 2';
        revoke execute on function public.shop_double from public;
        grant execute on function public.shop_double to authenticated;
    """)
    ada, bob = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"
    db.execute("insert into public.shop_orders values (1, %s, 5), (2, %s, 6), (3, %s, 7)", [ada, bob, bob])
    return {"sub": ada}


def test_a_tester_asserts_rows_reached(shop, assert_cell):
    assert_cell("authenticated", "select", "public.shop_orders", rows=1, claims=shop)
    assert_cell("authenticated", "select", "public.shop_orders", "amount", rows=1, claims=shop)
    assert_cell("authenticated", "update", "public.shop_orders", "amount", rows=1, claims=shop)
    assert_cell("authenticated", "delete", "public.shop_orders", rows=1, claims=shop)
    with pytest.raises(AssertionError, match="reached 1 rows of 3, not 3"):
        assert_cell("authenticated", "select", "public.shop_orders", rows=3, claims=shop)


def test_a_tester_asserts_refusals_by_their_sqlstate(shop, assert_cell):
    assert_cell("anon", "select", "public.shop_orders", allowed=False)
    assert_cell("authenticated", "update", "public.shop_orders", "who", allowed=False, claims=shop)
    assert_cell("authenticated", "truncate", "public.shop_orders", allowed=False, claims=shop)
    another = {"id": 4, "who": "00000000-0000-4000-8000-00000000000b", "amount": 1}
    assert_cell("authenticated", "insert", "public.shop_orders", allowed=False, claims=shop, values=another)
    with pytest.raises(AssertionError, match="was let through"):
        assert_cell("authenticated", "delete", "public.shop_orders", allowed=False, claims=shop)
    with pytest.raises(AssertionError, match="refused with 22P02"):
        assert_cell("authenticated", "insert", "public.shop_orders", allowed=False, claims=shop, values={"id": "x"})
    with pytest.raises(AssertionError, match="permission denied"):
        assert_cell("anon", "select", "public.shop_orders")


def test_a_tester_asserts_calls_by_persona_and_by_role(shop, assert_cell):
    assert_cell("member", "execute", "public.shop_double", rows=1, claims=shop, values={"n": 2})
    assert_cell("visitor", "execute", "public.shop_double", allowed=False, values=[2])


def test_a_check_that_stops_a_row_is_no_refusal(shop, assert_cell):
    bad = {"id": 5, "who": shop["sub"], "amount": 0}
    assert_cell("authenticated", "insert", "public.shop_orders", claims=shop, values=bad)
    with pytest.raises(AssertionError, match="was let through"):
        assert_cell("authenticated", "insert", "public.shop_orders", allowed=False, claims=shop, values=bad)


def test_an_empty_table_proves_nothing(shop, db, assert_cell):
    db.execute("delete from public.shop_orders")
    with pytest.raises(AssertionError, match="the table is empty, which proves nothing"):
        assert_cell("authenticated", "select", "public.shop_orders", rows=0, claims=shop)


def test_nothing_of_what_is_tried_stays(shop, db, assert_cell):
    assert_cell("authenticated", "delete", "public.shop_orders", rows=1, claims=shop)
    assert db.execute("select count(*), current_user = session_user from public.shop_orders").fetchone() == (3, True)


def test_a_tester_who_names_nothing_real_is_told_so(shop, assert_cell):
    with pytest.raises(SaasdbError, match=r"no table or view public\.nowhere"):
        assert_cell("anon", "select", "public.nowhere")
    with pytest.raises(SaasdbError, match="no command 'drop'"):
        assert_cell("anon", "drop", "public.shop_orders")
