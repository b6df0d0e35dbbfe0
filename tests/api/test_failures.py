from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pricing_core import (
    AVM,
    AccessError,
    Actor,
    ArtifactError,
    ConflictError,
    NoChampionError,
    NotFoundError,
    PricingError,
    RecipeError,
    Settings,
    SettingsError,
    StorageError,
    SubjectError,
)
from pricing_core.api import PREFIX, create_app
from tests.api.asking import SUBJECT, detail, double


def test_nothing_can_be_valued_before_the_first_training(home_settings: Settings, admin: Actor) -> None:
    avm = AVM(home_settings).start()
    key = avm.access.issue_key("early", "agent", actor=admin)
    with TestClient(create_app(avm), base_url=f"http://testserver{PREFIX}", headers={"X-API-Key": key}) as client:
        assert "tasador train" in detail(client.post("/predict", json=SUBJECT), 503)
        assert "tasador train" in detail(client.post("/predict/batch", json=[SUBJECT]), 503)
        assert detail(client.get("/model-info"), 503)
        assert client.get("/model-runs").json() == []
        assert (client.get("/health").status_code, client.get("/health").json()) == (503, {"status": False})
    avm.close()


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (AccessError, 403),
        (NotFoundError, 404),
        (ConflictError, 409),
        (SubjectError, 422),
        (RecipeError, 422),
        (NoChampionError, 503),
        (ArtifactError, 503),
        (StorageError, 503),
    ],
)
def test_errors_of_the_library_have_their_status(error: type[PricingError], status: int) -> None:
    def value(*_: object, **__: object) -> None:
        raise error("What went wrong, and \ud800 in it.")

    assert "What went wrong" in detail(double(value=value).post("/predict", json=SUBJECT), status)


@pytest.mark.parametrize("error", [SettingsError, PricingError])
def test_an_error_that_no_caller_can_mend_is_said_without_its_reason(error: type[PricingError]) -> None:
    def value(*_: object, **__: object) -> None:
        raise error("SECRET_KEY in /srv/x/.env cannot be used.")

    assert "/srv/x" not in detail(double(value=value).post("/predict", json=SUBJECT), 500)


def test_a_batch_fails_as_a_whole_when_no_model_can_serve() -> None:
    def value(*_: object, **__: object) -> None:
        raise NoChampionError("No champion yet.")

    assert detail(double(value_many=value).post("/predict/batch", json=[SUBJECT]), 503) == "No champion yet."


def test_an_unexpected_error_tells_the_caller_nothing_of_the_inside() -> None:
    def value(*_: object, **__: object) -> None:
        raise RuntimeError("secret path /srv/x")

    said = detail(double(value=value).post("/predict", json=SUBJECT), 500)
    assert "secret" not in said


def test_numbers_that_json_cannot_hold_leave_as_null() -> None:
    info = {"metrics": {"r2": float("nan"), "mae": float("inf")}, "notice": None}
    answer = double(versions=SimpleNamespace(model_info=lambda: info)).get("/model-info")
    assert answer.json() == {"metrics": {"r2": None, "mae": None}, "notice": None}


def test_an_unknown_address_and_a_wrong_method_are_said_in_json(client: TestClient) -> None:
    assert "/docs" in detail(client.get("/nothing"), 404)
    assert "/docs" in detail(client.put("/predict", json=SUBJECT), 405)


def test_the_documentation_opens_without_internet(client: TestClient) -> None:
    for page in ("/docs", "/redoc"):
        text = client.get(f"http://testserver{page}").text
        assert "http://" not in text.replace("http://testserver", "")
        assert "https://" not in text
        for asset in [part.split('"')[0] for part in text.split('"/docs-assets')[1:]]:
            assert client.get(f"http://testserver/docs-assets{asset}").status_code == 200


def test_metrics_count_requests_and_predictions(trained_home: Any) -> None:
    with TestClient(create_app(trained_home.avm), headers={"X-API-Key": trained_home.key}) as client:
        client.post(f"{PREFIX}/predict", json=SUBJECT)
        client.get("/made/up/1")
        client.get("/made/up/2")
        text = client.get("/metrics").text
    assert f'tasador_requests_total{{method="POST",route="{PREFIX}/predict",status="200"}} 1.0' in text
    assert 'tasador_requests_total{method="GET",route="other",status="404"} 2.0' in text
    assert 'tasador_predictions_total{outcome="valued"} 1.0' in text
    assert "tasador_request_seconds_bucket" in text
