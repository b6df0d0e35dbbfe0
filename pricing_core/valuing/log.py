"""The prediction log as doors read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Unpack

from pricing_core.errors import NotFoundError
from pricing_core.nouns import LoggedPrediction
from pricing_core.store import PredictionFilters, Store

if TYPE_CHECKING:
    from pricing_core.valuing.explain_change import Change
    from pricing_core.versions.serving import Predictor


class Log:
    """Finds what was logged, and says what has changed since; only then a model is needed."""

    def __init__(self, store: Store, predictor: Callable[[], Predictor]) -> None:
        self._store = store
        self._predictor = predictor

    def find(
        self, *, limit: int = 100, offset: int = 0, **filters: Unpack[PredictionFilters]
    ) -> list[LoggedPrediction]:
        """The logged predictions that the filters leave, newest first."""
        return self._store.predictions.find(limit=limit, offset=offset, **filters)

    def get(self, log_id: str) -> LoggedPrediction:
        """One logged prediction.

        Raises
        ------
        NotFoundError
            When nothing was logged under that id.
        """
        found = self._store.predictions.get(log_id)
        if found is None:
            raise NotFoundError("There is no logged prediction {entry:quoted}: see `tasador log`.", entry=log_id)
        return found

    def count(self, **filters: Unpack[PredictionFilters]) -> int:
        """How many logged predictions the filters leave."""
        return self._store.predictions.count(**filters)

    def choices(self) -> dict[str, list[object]]:
        """What the log can be filtered by."""
        return self._store.predictions.choices()

    def explain_change(self, log_id: str) -> Change:
        """Replay a logged prediction on its own version and on the champion: what has moved its value since."""
        from pricing_core.valuing.explain_change import explain_change

        return explain_change(log_id, self._store, self._predictor())
