"""Reading a whole database from its catalogs: a fixed number of queries, however many objects there are."""

from saasdb.catalog.reader import read, read_together

__all__ = ["read", "read_together"]
