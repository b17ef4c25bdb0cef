"""What happens when something arrives, is due, or is waiting to be delivered. Knows no platform."""
