"""The tables, by subject: `core` holds the metadata and what everything else refers to."""
