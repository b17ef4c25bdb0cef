"""Guided talks: flow files, and the pure engine that walks them. Knows no store, clock or platform."""
