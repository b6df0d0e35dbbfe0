"""Who may come in: people, roles, keys and logins, and what slows down those who guess.

In come names, passwords and keys; out come `Actor` or a refusal. `Access` is the door, and the AVM holds it.
"""
