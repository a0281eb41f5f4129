"""Cutting scripts into statements."""

import pytest
from saasdb.statements import split

SCRIPTS = {
    "two": ["select 1", "select 2"],
    "quotes": ["""select ';', E'\\';', "a;b", $$;$$, $x$ $$; $x$""", "select 2"],
    "parameters": ["select a$1, $1", "select 2"],
    "rules": ["create rule r as on insert to t do (select 1; select 2)", "select 3"],
    "atomic bodies": [
        "create function f() returns int begin atomic select case when true then 1 end; select 2; end",
        "select 3",
    ],
    "transactions": ["begin", "select 1", "end", "select case when true then 1 end", "select 2"],
    "open quotes": ["select 'never closed; select 2"],
    "nothing": [],
}


@pytest.mark.parametrize("texts", SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_is_cut_where_psql_cuts_it(texts):
    assert [each.text for each in split(";\n".join(texts))] == texts


@pytest.mark.parametrize("script", ["-- only a remark;\n/* and /* another; */ ; */", ";;;", ""])
def test_comments_and_lone_semicolons_are_no_statements(script):
    assert split(script) == []


def test_a_statement_knows_its_line():
    assert [each.line for each in split("-- head\n\nselect 1;\n\n  select\n 2;")] == [3, 5]


def test_copy_data_is_not_sql_and_psql_commands_are_told_apart():
    dump = "\\set ON_ERROR_STOP on\ncopy t (a) from stdin;\n1;2\nit's\n\\.\n\nselect 3;\n"
    meta, copy, select = split(dump)
    assert meta.meta and meta.text == "\\set ON_ERROR_STOP on"
    assert copy.text == "copy t (a) from stdin" and copy.data == "1;2\nit's\n"
    assert select.text == "select 3" and select.line == 7
