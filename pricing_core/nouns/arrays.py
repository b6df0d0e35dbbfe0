"""The arrays that the whole library computes with, by one name each."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
"""Groups by number; -1 is a group that is not known."""
Rows = npt.NDArray[np.int64]
"""Positions of rows."""
Cells = npt.NDArray[Any]
"""A column of listings: names as objects (``None``: not known), or numbers as float64 (NaN: not known)."""
