"""A version in memory, verified, and the champion among them, or who stands in for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pricing_core.errors import ArtifactError, NoChampionError, PricingError, SubjectError, log_in_full
from pricing_core.model.ranges import Ranges
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns import Json, Version
from pricing_core.nouns.homes_in_columns import Columns, columns_from_frame
from pricing_core.nouns.schema import CATEGORIES, FEATURES, NUMBERS, words_of
from pricing_core.store import Store
from pricing_core.versions.training_profile import describe_reference
from pricing_core.words import Message

REPAIR: Final = Message("`tasador repair` trains the champion anew, and so does `tasador run` when it starts.")
"""What helps when the champion cannot be loaded."""
COOL_DOWN_SECONDS: Final = 30.0
"""A damaged champion is not read again sooner: reading it costs as much as reading a sound one."""

_GOLDEN_ROWS = 5
_log = logging.getLogger(__name__)
# The same bytes on the same libraries give the same digits on the same kind of processor. Another kind rounds the half
# digits of a smooth surface otherwise: that moved values by up to 6 in a million.
_GOLDEN_TOLERANCE = 1e-4


def describe_rows(model: ValuationModel, features: pd.DataFrame) -> Json:
    """The manifest of a version: what its training rows looked like, and golden rows with their values and ranges.

    ``reference`` is what drift is measured against, ``declared`` the roles of the declared columns that the model uses,
    ``last_day`` that of the listings whose prices told it the market's level.
    """
    golden = pd.DataFrame(columns_from_frame(features.head(_GOLDEN_ROWS), model.declared))
    records = [[_plain(value) for value in row] for row in golden.itertuples(index=False)]
    declared: Json = {"declared": dict(model.declared)} if model.declared else {}
    if model.level is not None:
        declared["last_day"] = model.level.last_day.isoformat()
    return {
        "rows": len(features),
        "categories": {name: sorted(features[name].dropna().astype(str).unique()) for name in CATEGORIES},
        "ranges": {name: _range(features[name]) for name in NUMBERS},
        "golden": {"rows": records} | _answers(model, golden),
        "reference": describe_reference(model, features, model.declared),
        **declared,
    }


def _answers(model: ValuationModel, homes: pd.DataFrame) -> Json:
    values, ranges = model.predict_with_ranges(homes)
    limits = None if ranges is None else [*ranges.low.values(), *ranges.high.values()]
    return {
        "values": [_plain(float(value)) for value in values],
        "ranges": None if limits is None else [[_plain(float(value)) for value in limit] for limit in limits],
    }


def _plain(value: object) -> object:
    return None if pd.isna(value) else value  # type: ignore[call-overload]


def _range(column: pd.Series) -> list[float] | None:
    known = column.dropna()
    return [float(known.min()), float(known.max())] if len(known) else None


@dataclass(frozen=True)
class LoadedVersion:
    """A version whose model is in memory and gave its golden rows their values and ranges.

    ``stands_in_for`` is the champion that cannot be loaded, and ``problem`` says why, where this is not the champion.
    """

    version: Version
    model: ValuationModel
    stands_in_for: int | None = None
    problem: Message | None = None

    @property
    def notice(self) -> Message | None:
        """A sentence for those who get values of a version that only stands in."""
        if self.stands_in_for is None:
            return None
        return Message(
            "Version {champion}, the champion, cannot be loaded, so version {version} stands in for it.",
            champion=self.stands_in_for,
            version=self.version.version,
        )

    def value(self, columns: Columns, day: float | None = None) -> tuple[NDArray[np.float64], Ranges | None]:
        """The value of each home, in the currency of the training prices, and its ranges, on a day since 1970.

        Raises
        ------
        SubjectError
            When the model gives no positive number for a home.
        """
        values, ranges = self.model.value_with_ranges(columns, day)
        if not (np.isfinite(values) & (values > 0)).all():
            raise SubjectError("The model gives no positive value for this description: check its numbers.")
        return values, ranges


class Predictor:
    """Holds the champion, and changes it when another was promoted.

    The check is one look-up in our own database on every call, so a promotion made by any process is seen by all. One
    thread loads and verifies the new version; the others go on with the old one until one reference is swapped. Where
    the champion is damaged or missing, the version that was champion before stands in for it.
    """

    def __init__(
        self, store: Store, load: Callable[[str, str], ValuationModel], clock: Callable[[], float] = monotonic
    ) -> None:
        self._store = store
        self._load = load
        self._clock = clock
        self._lock = Lock()
        self._serving: LoadedVersion | None = None
        self._prepared: LoadedVersion | None = None
        self._failure: tuple[int, Message] | None = None
        self._looked = 0.0

    @property
    def serving(self) -> LoadedVersion | None:
        """What serves in this process, without loading anything."""
        return self._serving

    def champion(self) -> LoadedVersion:
        """The champion, loaded, or the version that stands in for it.

        Raises
        ------
        NoChampionError
            When nothing has been promoted yet.
        ArtifactError
            When its model is missing, changed, or does not give the golden rows their values and ranges, and no former
            champion can stand in for it.
        """
        number = self._store.versions.champion_number()
        if number is None:
            raise NoChampionError("No champion yet: train a model on the Retrain page or with `tasador train`.")
        serving = self._serving
        if serving is not None and self._is_for(serving, number):
            return serving
        if not self._lock.acquire(blocking=serving is None):
            return serving  # type: ignore[return-value]  # without one, the lock was waited for
        try:
            # Another thread may have loaded it while this one waited.
            if self._serving is None or not self._is_for(self._serving, number):
                self._serving = self._changed_over(number)
            return self._serving
        finally:
            self._lock.release()

    def _is_for(self, loaded: LoadedVersion, number: int) -> bool:
        if loaded.stands_in_for is None:
            return loaded.version.version == number
        return loaded.stands_in_for == number and not self._due()

    def _due(self) -> bool:
        return self._clock() - self._looked >= COOL_DOWN_SECONDS

    def _changed_over(self, number: int) -> LoadedVersion:
        prepared, self._prepared = self._prepared, None
        if prepared is not None and prepared.version.version == number:
            return prepared
        if self._failure is not None and self._failure[0] == number and not self._due():
            raise ArtifactError(self._failure[1])
        try:
            return self.load(number)
        except ArtifactError as problem:
            log_in_full(f"Version {number}, the champion, cannot be loaded", problem)
            self._looked = self._clock()
            return self._stand_in(number, problem.message)

    def _stand_in(self, number: int, problem: Message) -> LoadedVersion:
        formers = self._store.versions.former_champions()
        for former in formers:
            try:
                loaded = self._kept(former) or self.load(former)
            except ArtifactError as error:
                log_in_full(f"Version {former} cannot stand in", error)
                continue
            stand_in = replace(loaded, stands_in_for=number, problem=problem)
            _log.error("%s %s %s", stand_in.notice, problem, REPAIR)
            return stand_in
        tried = Message("No version can stand in for it.")
        if formers:
            tried = Message("None of the former champions ({versions:list}) can stand in for it.", versions=formers)
        self._failure = (number, Message.joined([problem, tried, REPAIR]))
        raise ArtifactError(self._failure[1])

    def _kept(self, number: int) -> LoadedVersion | None:
        serving = self._serving
        return serving if serving is not None and serving.version.version == number else None

    def prepare(self, number: int) -> None:
        """Load and verify a version that is about to be promoted, so that nobody has to wait for it afterwards."""
        self._prepared = self.load(number)

    def load(self, number: int) -> LoadedVersion:
        """Load and verify any version, without making it the one that serves.

        Raises
        ------
        ArtifactError
            When it is missing, damaged, or does not give the golden rows their values and ranges.
        """
        version = self._store.versions.get(number)
        if version is None:
            raise ArtifactError(
                "Version {version} is promoted but not stored: promote another with `tasador promote`.", version=number
            )
        try:
            model = self._load(version.model_uri, version.sha256).speaks(words_of(self._store.columns))
            loaded = LoadedVersion(version, model)
        except PricingError:
            raise
        except Exception as error:  # a store that is away fails in its own way; which, does not matter to who asks
            raise ArtifactError(
                "Version {version} cannot be fetched ({problem}): see MLFLOW_ARTIFACT_ROOT.",
                version=number,
                problem=type(error).__name__,
            ) from error
        _verify(loaded)
        return loaded


def _verify(loaded: LoadedVersion) -> None:
    golden = loaded.version.manifest["golden"]
    try:
        roles = loaded.model.declared
        numbers = [*NUMBERS, *(name for name, role in roles.items() if role != "category")]
        homes = pd.DataFrame(golden["rows"], columns=[*FEATURES, *roles]).astype(dict.fromkeys(numbers, "float64"))
        same = _are_same(_answers(loaded.model, homes), golden)
    except Exception as error:  # a model of another release may fail in any way; which, does not matter to who asks
        _log.warning(
            "Version %s cannot value its golden rows (%s: %s)", loaded.version.version, type(error).__name__, error
        )
        same = False
    if not same:
        raise ArtifactError(
            "Version {version} no longer gives the values and ranges it gave when it was trained (were "
            "libraries or Tasador itself changed?).",
            version=loaded.version.version,
        )


def _are_same(now: Json, then: Json) -> bool:
    if (now["ranges"] is None) != (then.get("ranges") is None):  # an earlier release kept none
        return False
    names = ("values",) if now["ranges"] is None else ("values", "ranges")
    return all(_are_close(now[name], then[name]) for name in names)


def _are_close(now: ArrayLike, then: ArrayLike) -> bool:
    pair = np.array(now, dtype=float), np.array(then, dtype=float)
    return bool(np.allclose(*pair, rtol=_GOLDEN_TOLERANCE, atol=0, equal_nan=True))
