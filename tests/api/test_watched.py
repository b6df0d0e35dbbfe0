from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from pricing_core import AVM, StorageError
from pricing_core.api import create_app
from tests.api.asking import SUBJECT


def metrics_of(avm: AVM) -> str:
    with TestClient(create_app(avm)) as client:
        answer = client.get("/metrics")
    assert answer.status_code == 200
    return answer.text


def test_metrics_show_every_rule_and_what_was_measured_last(served: AVM) -> None:
    served.monitoring.evaluate_alerts()
    text = metrics_of(served)
    assert 'tasador_alert_active{rule="drift"} 0.0' in text
    assert 'tasador_alert_active{rule="errors"}' in text
    assert 'tasador_watch{measure="' in text or served.monitoring.report().single == 0


def test_an_open_alert_and_its_drift_are_gauges(served: AVM, monkeypatch: pytest.MonkeyPatch) -> None:
    gauges = {("alert_active", "latency"): 1.0, ("drift_psi", "sector"): 0.31}
    monkeypatch.setattr(served.monitoring, "gauges", lambda: gauges)
    text = metrics_of(served)
    assert 'tasador_alert_active{rule="latency"} 1.0' in text
    assert 'tasador_drift_psi{feature="sector"} 0.31' in text


def test_metrics_go_on_while_the_database_is_away(served: AVM, monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> Any:
        raise StorageError("The database cannot be reached.")

    monkeypatch.setattr(served.monitoring, "gauges", away)
    text = metrics_of(served)
    assert "tasador_requests" in text
    assert "tasador_alert_active" not in text


def test_an_invalid_body_counts_as_a_refused_home(client: TestClient, served: AVM) -> None:
    before = served.monitoring.report().refused
    client.post("/predict", json=SUBJECT | {"net_area": -1})
    client.post("/predict", content=b"not json", headers={"Content-Type": "application/json"})
    assert served.monitoring.report().refused == before + 2
