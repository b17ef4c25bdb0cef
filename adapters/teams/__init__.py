"""The Teams adapter: Beacon in cards of a personal chat and a channel. Knows the core's model; only `connector` and
`tokens` know Microsoft's libraries.
"""
