"""`python -m saasdb`."""

from saasdb.cli import main

main()
