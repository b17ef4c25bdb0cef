"""Beacon: the bot a primary school tells when something about a child's safety needs saying."""
