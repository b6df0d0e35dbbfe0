"""A version in memory, verified, and the champion among them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pricing_core.columns import Columns
from pricing_core.errors import ArtifactError, NoChampionError, SubjectError
from pricing_core.intervals import Ranges
from pricing_core.nouns import Version
from pricing_core.reference import describe_reference
from pricing_core.registry import fetch
from pricing_core.schema import CATEGORIES, FEATURES, NUMBERS
from pricing_core.store import Store
from pricing_core.valuation_model import ValuationModel

_GOLDEN_ROWS = 5
_log = logging.getLogger(__name__)
# The same bytes on the same library give the same digits; another processor may round the last ones otherwise.
_GOLDEN_TOLERANCE = 1e-9


def describe_rows(model: Any, features: pd.DataFrame) -> dict[str, Any]:
    """The manifest of a version: what its training rows looked like, and golden rows with their values.

    ``reference`` is what drift is measured against.
    """
    golden = features.head(_GOLDEN_ROWS)
    records = [[_plain(value) for value in row] for row in golden[list(FEATURES)].itertuples(index=False)]
    return {
        "rows": len(features),
        "categories": {name: sorted(features[name].dropna().astype(str).unique()) for name in CATEGORIES},
        "ranges": {name: _range(features[name]) for name in NUMBERS},
        "golden": {"rows": records, "values": [float(value) for value in model.predict(golden)]},
        "reference": describe_reference(model, features),
    }


def _plain(value: object) -> object:
    return None if pd.isna(value) else value  # type: ignore[call-overload]


def _range(column: pd.Series[Any]) -> list[float] | None:
    known = column.dropna()
    return [float(known.min()), float(known.max())] if len(known) else None


@dataclass(frozen=True)
class LoadedVersion:
    """A version whose model is in memory and gave its golden rows their values."""

    version: Version
    model: ValuationModel

    def value(self, columns: Columns) -> tuple[NDArray[np.float64], Ranges | None]:
        """The value of each home, in the currency of the training prices, and its ranges.

        Raises
        ------
        SubjectError
            When the model gives no positive number for a home.
        """
        values, ranges = self.model.value_with_ranges(columns)
        if not (np.isfinite(values) & (values > 0)).all():
            raise SubjectError("The model gives no positive value for this description: check its numbers.")
        return values, ranges


class Predictor:
    """Holds the champion, and changes it when another was promoted.

    The check is one look-up in our own database on every call, so a promotion made by any process is seen by all.
    """

    def __init__(self, store: Store, load: Callable[[str, str], Any] = fetch) -> None:
        self._store = store
        self._load = load
        self._lock = Lock()
        self._loaded: LoadedVersion | None = None

    def champion(self) -> LoadedVersion:
        """The champion, loaded.

        Raises
        ------
        NoChampionError
            When nothing has been promoted yet.
        ArtifactError
            When its model is missing, changed, or does not give the golden rows their values.
        """
        number = self._store.versions.champion_number()
        if number is None:
            raise NoChampionError("No champion yet: train a model on the Retrain page or with `tasador train`.")
        loaded = self._loaded
        if loaded is not None and loaded.version.version == number:
            return loaded
        with self._lock:
            # Another thread may have loaded it while this one waited.
            if self._loaded is None or self._loaded.version.version != number:
                self._loaded = self.load(number)
            return self._loaded

    def load(self, number: int) -> LoadedVersion:
        """Load and verify any version, without making it the one that serves."""
        version = self._store.versions.get(number)
        if version is None:
            raise ArtifactError(f"Version {number} is promoted but not stored: promote another with `tasador promote`.")
        loaded = LoadedVersion(version, self._load(version.model_uri, version.sha256))
        _verify(loaded)
        return loaded


def _verify(loaded: LoadedVersion) -> None:
    golden = loaded.version.manifest["golden"]
    frame = pd.DataFrame(golden["rows"], columns=list(FEATURES)).astype(dict.fromkeys(NUMBERS, "float64"))
    try:
        values = loaded.model.predict(frame)
        same = np.allclose(values, golden["values"], rtol=_GOLDEN_TOLERANCE, atol=0)
    except Exception:  # a model of another release may fail in any way; which, does not matter to who asks
        _log.exception("Version %s cannot value its golden rows", loaded.version.version)
        same = False
    if not same:
        raise ArtifactError(
            f"Version {loaded.version.version} no longer gives the values it gave when it was trained (were libraries "
            "changed?): train again with `tasador train --force`, or roll back."
        )
