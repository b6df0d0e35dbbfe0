"""The page *Access*: people and their roles, and keys for programs. Only admins come here."""
