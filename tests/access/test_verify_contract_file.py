"""Contract files: what a person may write, and the one clear error for what nobody may."""

from __future__ import annotations

import pytest
from saasdb.contract import parse
from saasdb.contract.write import dump
from saasdb.errors import SaasdbError

HEAD = 'version = 1\n[personas]\nmember = { role = "authenticated" }\n'


def test_a_contract_reads_back_as_it_was_written() -> None:
    text = (
        HEAD
        + '[tables."public.things"]\nowner = "user_id"\n'
        + 'member.select = "own"\nmember.update = { rows = "own", columns = ["name"], moves = ["team to null"] }\n'
        + '[functions."public.f(text)"]\nsecurity = "definer"\nmember = "own"\n'
        + '[grants]\n"schema public".usage = ["PUBLIC"]\n[facts]\n"role x" = ["may log in"]\n'
        + "[definitions]\n\"function public.f(text)\" = '''\ncreate function \"q\\\"\n'''\n"
    )
    once = parse(text, "a.toml")
    again = parse(dump(once), "a.toml")
    once.lines = again.lines = {}
    assert once == again


@pytest.mark.parametrize(
    ("text", "line", "match"),
    [
        ("version = 2\n", 1, "version is not 1"),
        ("version = 1\n[tabels]\n", 2, "no section 'tabels'"),
        (HEAD + '[tables."public.t"]\nmembr.select = "own"\n', 5, "no key and no persona 'membr'"),
        (HEAD + '[tables."public.t"]\nmember.selct = "own"\n', 5, "no command 'selct'"),
        (HEAD + '[tables."public.t"]\nmember.select = 3\n', 5, "must be rows"),
        (HEAD + '[functions."public.f()"]\nmember = "some"\n', 5, "not 'some'"),
        (HEAD + '[grants]\n"schema public".usage = "anon"\n', 5, "list of texts"),
        (HEAD + "[tables\n", 1, "not valid TOML"),
    ],
)
def test_the_author_of_a_wrong_contract_is_told_the_line(text: str, line: int, match: str) -> None:
    with pytest.raises(SaasdbError, match=match) as caught:
        parse(text, "access.toml")
    assert caught.value.exit_code == 2
    assert caught.value.where in (f"access.toml:{line}", "access.toml")
    assert caught.value.todo
