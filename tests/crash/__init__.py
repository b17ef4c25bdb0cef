"""Killed, cut off and out of disk: what was confirmed must still be there, and must still arrive."""
