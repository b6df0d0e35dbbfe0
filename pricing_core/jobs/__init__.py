"""Work that is queued: its kinds, when it queues itself, and what is thrown away when.

In comes a kind of work with its parameters; out comes a `Job` to look at (`Jobs` is the door). The AVM hands it to the
doors; the worker that does the work stands in `processes`.
"""
