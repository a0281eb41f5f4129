"""saasdb: the database of a SaaS as plain SQL that proves itself."""

__version__ = "0.1.0"
