"""Rows: what every database needs, and a small world for developers that scales to millions."""
