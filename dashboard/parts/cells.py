"""Numbers in the cells of a table, as the language of the page writes them.

Streamlit writes them as the browser does, or with a decimal point, whatever the language of the page. Written here,
they still sort as numbers. For tables of some hundred rows: pandas styles no more than about 260,000 cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pandas as pd
from pandas.io.formats.style import Styler

from dashboard.parts.text import number, short_number, signed

if TYPE_CHECKING:
    from streamlit.elements.lib.column_config_utils import ColumnConfigMappingInput

Labels: TypeAlias = "ColumnConfigMappingInput"
"""What a table writes above each column, and how it shows it."""
Writer = Callable[[object], str]


def _cell(write: Callable[[float], str]) -> Writer:
    def cell(value: Any) -> str:
        return "" if pd.isna(value) else write(float(value))

    return cell


def digits(count: int = 0) -> Writer:
    """With so many decimals: 5,280 or 74.5."""
    return _cell(lambda value: number(value, count))


def per_cent(count: int = 1) -> Writer:
    """A number that is a percentage already: 9.4 %."""
    return _cell(lambda value: f"{number(value, count)} %")


def change(count: int = 1, unit: str = " %") -> Writer:
    """With its sign: +7.0 %."""
    return _cell(lambda value: f"{signed(value, count)}{unit}")


short: Final = _cell(short_number)
"""With as many decimals as tell something."""


def written(frame: pd.DataFrame, writers: Mapping[str, Writer]) -> Styler:
    """The table with these columns written so, where it has them."""
    return frame.style.format({name: write for name, write in writers.items() if name in frame.columns})
