"""The arrays that the whole library computes with, by one name each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
"""Groups by number; -1 is a group that is not known."""
Rows = npt.NDArray[np.int64]
"""Positions of rows."""
