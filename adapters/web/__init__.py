"""The web adapter: Beacon on pages of its own, with or without JavaScript. Knows the core's model, and no tables."""
