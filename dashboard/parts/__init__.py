"""What pages share: words, charts, maps, table cells, notes, cached frames. It knows no page."""
