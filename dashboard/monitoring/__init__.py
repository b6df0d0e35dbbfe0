"""The page *Watch*: alerts, drift, and values held against prices that became known later."""
