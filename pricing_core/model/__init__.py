"""The statistics inside a valuation model: features, boosting, surfaces, ranges, confidence.

In come columns of homes and arrays of numbers; out come fitted objects and numbers, without a database, a file or a
person. Everything that a fitted `ValuationModel` needs when it values travels inside it. Training fits it, and valuing
and versions ask it.
"""
