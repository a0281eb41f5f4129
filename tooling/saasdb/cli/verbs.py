"""Every verb, registered on the application by being imported; the order is that of `--help`."""

from saasdb.cli import up, apply, status, diff, verify, mutate, seed, test, doctor  # noqa: F401  isort: skip
