"""Programs that run on their own: the worker and its jobs, and the supervision that keeps all of them up.

In comes a started `AVM`, or the settings to make one; out come processes, and what they print. Only the command line
starts them.
"""
