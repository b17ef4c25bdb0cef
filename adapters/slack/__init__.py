"""The Slack adapter: Beacon in windows, cards and direct messages. Knows the core's model; only `app` knows Bolt."""
