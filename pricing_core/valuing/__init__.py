"""A home described -> a value, with its range, confidence, drivers and comparables, logged before anyone sees it.

In comes a `Property`, or a file of them; out come valuations (`Valuer`, `value_file`) and the log that keeps them
(`Log`). Only the AVM calls it.
"""
