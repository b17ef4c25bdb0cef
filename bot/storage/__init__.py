"""The store: one SQLite file, one writer thread, encrypted fields. Knows cases and talks, no service."""
