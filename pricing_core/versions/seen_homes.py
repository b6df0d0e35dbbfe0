"""Which homes a version was fitted on, as one number a home: enough to tell rows that it never saw."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import numpy.typing as npt
import pandas as pd

from pricing_core.nouns.names import folded
from pricing_core.nouns.schema import CATEGORIES, FEATURES, NUMBERS

Hashes = npt.NDArray[np.uint64]


def home_hashes(frame: pd.DataFrame) -> Hashes:
    """A 64-bit hash of the features of each row, the same for all spellings of a name.

    The price is left out on purpose: a home whose price was corrected since is still one that the model knows.
    """
    return _hashed(frame, {name: frame[name].map(folded, na_action="ignore") for name in CATEGORIES})


def was_seen(frame: pd.DataFrame, seen: Hashes) -> npt.NDArray[np.bool_]:
    """Which rows are among those hashed before; earlier releases hashed names as they are written."""
    if frame.empty:
        return np.zeros(0, dtype=bool)
    return np.isin(home_hashes(frame), seen) | np.isin(_hashed(frame, {name: frame[name] for name in CATEGORIES}), seen)


def _hashed(frame: pd.DataFrame, names: dict[str, pd.Series]) -> Hashes:
    texts = {name: column.astype(object).where(column.notna(), "") for name, column in names.items()}
    # Adding 0 makes one zero of the two.
    numbers = {name: frame[name].astype("float64") + 0.0 for name in NUMBERS}
    content = frame[list(FEATURES)].assign(**texts, **numbers).astype(dict.fromkeys(CATEGORIES, object))
    return np.asarray(pd.util.hash_pandas_object(content, index=False), dtype=np.uint64)


def pack(hashes: Hashes) -> bytes:
    """The hashes as the content of a ``.npy`` file."""
    file = BytesIO()
    np.save(file, np.unique(hashes), allow_pickle=False)
    return file.getvalue()


def unpack(content: bytes) -> Hashes | None:
    """The hashes of such a file, or ``None`` where it cannot be read."""
    try:
        return np.asarray(np.load(BytesIO(content), allow_pickle=False), dtype=np.uint64)
    except (ValueError, EOFError, OSError):
        return None
