"""Breaks every rule of a schema in turn and shows that `verify` or the tests notice."""
