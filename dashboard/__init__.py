"""The dashboard: entry and router, login, cached data, and the pieces that the pages are made of."""
