from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from pricing_core.nouns import schema
from pricing_core.nouns.schema import AREAS
from tests.api.asking import SUBJECT

Times = Callable[[], float]


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> Times:
    """How often a subject was validated: each time asks of each area whether it was written as 0."""
    asked: list[object] = []

    def is_zero(value: object) -> bool:
        asked.append(value)
        return value == 0

    monkeypatch.setattr(schema, "_is_zero", is_zero)
    return lambda: len(asked) / len(AREAS)


def test_a_body_is_read_once(client: TestClient, times: Times) -> None:
    assert client.post("/predict", json=SUBJECT).status_code == 200
    assert times() == 1


def test_each_home_of_a_batch_is_read_once(client: TestClient, times: Times) -> None:
    assert client.post("/predict/batch", json=[SUBJECT] * 5).json()["valued"] == 5
    assert times() == 5


def test_each_row_of_a_file_is_read_once(trained_home: Any, times: Times, tmp_path: Path) -> None:
    source = tmp_path / "homes.csv"
    pd.DataFrame([SUBJECT] * 3).to_csv(source, index=False)
    assert trained_home.avm.value_file(source, tmp_path / "out.csv", actor=trained_home.admin)["valued"] == 3
    assert times() == 3


def test_loose_values_are_read_once(trained_home: Any, times: Times) -> None:
    trained_home.avm.value(SUBJECT, actor=trained_home.admin)
    assert times() == 1


def test_a_home_without_any_area_is_still_refused(client: TestClient) -> None:
    nothing = SUBJECT | dict.fromkeys(AREAS)
    assert "No area arrived" in client.post("/predict", json=nothing).json()["detail"]
    items = client.post("/predict/batch", json=[nothing, SUBJECT]).json()["items"]
    assert "No area arrived" in items[0]["error"]
    assert items[1]["prediction"] > 0
