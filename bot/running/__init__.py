"""Beacon while it runs: the made-up school or a real one, served from one process."""
