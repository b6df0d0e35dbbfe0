from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from pricing_core.api import PREFIX
from tests.api.asking import SUBJECT, detail


def test_model_runs_are_flattened_columns(client: TestClient) -> None:
    runs = client.get("/model-runs").json()
    assert len(runs) >= 1
    assert {"run_id", "metrics_mean_absolute_error_test", "tags_mlflow_runName"} <= set(runs[0])
    starts = [run["start_time"] for run in runs]
    assert starts == sorted(starts, reverse=True)


def test_model_info_names_the_version_that_predicts(client: TestClient) -> None:
    info = client.get("/model-info").json()
    assert info["version"] == client.post("/predict", json=SUBJECT).json()["version"]


@pytest.mark.usefixtures("no_job_left")
def test_train_queues_one_job_and_the_second_request_joins_it(client: TestClient) -> None:
    first = client.post("/train", json={"recipe": "revised", "force": True})
    assert first.status_code == 202
    assert first.json()["status"] == "queued"
    assert client.post("/train").json()["id"] == first.json()["id"]
    job = client.get(first.headers["Location"].removeprefix(PREFIX))
    assert job.json()["kind"] == "train"
    assert {"requested_by", "attempt", "elapsed_seconds", "eta_seconds", "lines"} <= set(job.json())


@pytest.mark.parametrize("recipe", ["nonsense", "/etc/passwd", "../champion", "champion.yaml", ""])
def test_only_shipped_recipes_can_be_trained_over_http(client: TestClient, recipe: str) -> None:
    assert "recipe" in detail(client.post("/train", json={"recipe": recipe}), 422)


@pytest.mark.parametrize(("method", "path"), [("POST", "/train"), ("POST", "/upload")])
def test_an_agent_may_neither_train_nor_upload(client: TestClient, agent_key: str, method: str, path: str) -> None:
    files = {"file": ("a.csv", b"type,sector\n")} if path == "/upload" else None
    said = detail(client.request(method, path, files=files, headers={"X-API-Key": agent_key}), 403)
    assert "analyst" in said


def test_an_agent_may_value(client: TestClient, agent_key: str) -> None:
    assert client.post("/predict", json=SUBJECT, headers={"X-API-Key": agent_key}).status_code == 200


@pytest.mark.parametrize("id", ["0", "no-such-job", "A" * 64])
def test_an_unknown_job_is_not_found(client: TestClient, id: str) -> None:
    assert detail(client.get(f"/jobs/{id}"), 404)


@pytest.mark.parametrize("id", ["A" * 65, "%00", "a%20b", "%F0%9F%8F%A0", "'--"])
def test_what_can_be_no_job_is_refused(client: TestClient, id: str) -> None:
    assert "id" in detail(client.get(f"/jobs/{id}"), 422)
