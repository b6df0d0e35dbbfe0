"""The page *Model runs*: all runs, one in full with its studies, and several held against one another."""
