"""What the tests of watching share: a watch over a store of each kind, and logged predictions to watch."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd

from pricing_core import LoggedPrediction, Version, load_settings
from pricing_core.monitoring.monitoring import Monitoring
from pricing_core.nouns.schema import FEATURES
from pricing_core.store import Store, utcnow
from pricing_core.versions.training_profile import describe_reference
from tests.factories import SECTORS, listings


class Flat:
    """A model that gives every home the same value but for its area."""

    def predict(self, frame: pd.DataFrame) -> Any:
        return 50 * frame["net_area"].to_numpy(float)


def watch_over(store: Store, **settings: object) -> Monitoring:
    return Monitoring(load_settings(**settings), store)


def add_champion(store: Store, *, with_reference: bool = True, number: int = 1) -> None:
    features = listings(1_000, seed=9)[list(FEATURES)]
    manifest: dict[str, Any] = {"categories": {"type": ["casa", "departamento"], "sector": list(SECTORS)}}
    if with_reference:
        manifest["reference"] = describe_reference(Flat(), features)
    store.versions.add(Version(number, "r", "revised", f"f{number}", "file:///m", "0" * 64, manifest, {}, utcnow()))
    store.versions.promote(number, promoted_by="ana", reason="first")


def logged(frame: pd.DataFrame, **changes: Any) -> list[LoggedPrediction]:
    """A logged prediction for each home of a frame, ten minutes apart, the newest first."""
    plain = frame[list(FEATURES)].astype(object).where(frame[list(FEATURES)].notna(), None)
    return [_one(place, subject, changes) for place, subject in enumerate(plain.to_dict("records"))]


def _one(place: int, subject: dict[Any, Any], changes: dict[str, Any]) -> LoggedPrediction:
    value = round(50 * float(subject["net_area"] or 50), 2)
    content: dict[str, Any] = {
        "id": str(uuid4()),
        "created_at": utcnow() - timedelta(minutes=10 * place),
        "requested_by": "ana",
        "source": "api",
        "version": 1,
        "subject": subject,
        "value": value,
        "milliseconds": 5.0,
        "detail": {"ranges": {"90": [0.8 * value, 1.25 * value]}},
        "confidence": "high",
    }
    return LoggedPrediction(**(content | changes))


def usual(rows: int, seed: int = 2) -> pd.DataFrame:
    return listings(rows, seed=seed)


def priced(value: float, error: float) -> float:
    """The price that a value is off from by that share."""
    return float(np.round(value / (1 + error), 2))
