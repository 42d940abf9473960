"""Seeded inputs of every kind that a user may give, and the law that each must keep; see `python -m tests.fuzz`."""
