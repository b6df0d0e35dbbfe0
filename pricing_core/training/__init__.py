"""Recipe + listings -> a fitted model, its study, and the exact rows that it saw.

In come recipes and reviewed listings; out come a `ValuationModel`, metrics, ratio studies and data versions. Nothing is
registered or promoted here: `versions` does that, and calls this room.
"""
