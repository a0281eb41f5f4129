"""Every verb, registered on the application by being imported."""

from saasdb.cli import up  # noqa: F401
