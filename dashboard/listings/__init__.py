"""The page *Listings*: the map, the table, the queue of what looks wrong, and the forms that settle it."""
