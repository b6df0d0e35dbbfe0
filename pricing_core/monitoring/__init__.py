"""Watching what is asked and what came of it: usage, drift, later-known prices, alerts. Pure but for the store."""
