"""The page *Prediction log*: its filters and table, and one entry opened again as it was shown."""
