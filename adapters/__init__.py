"""The platforms Beacon speaks on, one package each."""
