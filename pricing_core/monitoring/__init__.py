"""Watching what is asked and what came of it: usage, drift, prices that became known later, alerts.

In come the prediction log, files of later prices and people's own prices; out come reports and alerts (`Monitoring` is
the door). The AVM and the worker call it.
"""
