"""Everything that is printed: findings to stdout, progress to stderr; the only place with `print`."""
