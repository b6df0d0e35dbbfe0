"""Whether a home could be valued right now."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Final

from pricing_core.errors import in_full
from pricing_core.store import Store
from pricing_core.versions.serving import Predictor

FRESH_SECONDS: Final = 2.0
"""An answer holds for so long: those who ask are many, and need no key."""
TRUSTED_SECONDS: Final = 30.0
"""While somebody looks, the others get the former answer, but none that is older."""

_log = logging.getLogger(__name__)


class Readiness:
    """Looks whether the champion loads and a row of the prediction log could be written.

    Parameters
    ----------
    store
        Holds the prediction log.
    predictor
        Knows the champion.
    """

    def __init__(self, store: Store, predictor: Predictor, clock: Callable[[], float] = monotonic) -> None:
        self._store = store
        self._predictor = predictor
        self._clock = clock
        self._lock = Lock()
        self._answer = False
        self._looked = float("-inf")
        self._trouble = ""

    def can_value(self) -> bool:
        """Whether a value could be given now; at most one who asks waits for the answer."""
        if self._age() < FRESH_SECONDS:
            return self._answer
        if not self._lock.acquire(blocking=False):
            return self._answer and self._age() < TRUSTED_SECONDS
        try:
            self._answer = self._look()
            self._looked = self._clock()
            return self._answer
        finally:
            self._lock.release()

    def _age(self) -> float:
        return self._clock() - self._looked

    def _look(self) -> bool:
        try:
            self._predictor.champion()
            self._store.predictions.try_adding()
        except Exception as error:  # whatever it is, nothing can be valued
            self._tell(f"Nothing can be valued: {in_full(error) or type(error).__name__}")
            return False
        self._tell("")
        return True

    def _tell(self, trouble: str) -> None:
        # Once, however often it is looked.
        if trouble and trouble != self._trouble:
            _log.warning("%s", trouble)
        elif self._trouble and not trouble:
            _log.warning("Homes can be valued again.")
        self._trouble = trouble
