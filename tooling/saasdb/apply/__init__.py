"""Bringing a database up to date: migrations forward, code files as they are."""
