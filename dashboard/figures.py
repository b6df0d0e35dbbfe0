"""What every figure shares: no empty margins, and numbers as the language of the page writes them."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from dashboard.text import language


def plain(figure: go.Figure, height: int, **layout: Any) -> go.Figure:
    """The figure at a height, with tight margins; colours and fonts come from the theme."""
    shared = {"margin": {"l": 8, "r": 8, "t": 8, "b": 8}, "separators": ",." if language() == "es" else ".,"}
    return figure.update_layout(height=height, **shared | layout)
