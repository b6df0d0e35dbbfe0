"""Listings: read from files and tables, checked, decided on by people, and handed out as they were decided.

In come files, database tables and people's decisions; out come the listings in use with findings (`Listings`,
`Reviews`). Training, valuing and the AVM call it. `ingestion` reads, `integrity` checks, `sample` generates.
"""
