from __future__ import annotations

from datetime import datetime

import pytest
from fastapi.testclient import TestClient

from pricing_core.api.routes import MAX_BATCH
from tests.api.asking import JSON, SUBJECT, detail, raw


def test_a_batch_answers_each_subject_in_order(client: TestClient) -> None:
    bad = SUBJECT | {"latitude": 500}
    body = client.post("/predict/batch", json=[SUBJECT, bad, {}, SUBJECT]).json()
    assert (body["valued"], body["failed"]) == (2, 2)
    assert [item["index"] for item in body["items"]] == [0, 1, 2, 3]
    assert [item["prediction"] is None for item in body["items"]] == [False, True, True, False]
    assert "latitude" in body["items"][1]["error"]
    assert "type is missing" in body["items"][2]["error"]


def test_a_batch_agrees_with_single_predictions(client: TestClient) -> None:
    single = client.post("/predict", json=SUBJECT).json()["prediction"]
    assert client.post("/predict/batch", json=[SUBJECT]).json()["items"][0]["prediction"] == single


@pytest.mark.parametrize("body", [[], [{}] * (MAX_BATCH + 1), [1], ["x"], {}, None, [None]])
def test_a_batch_that_is_no_bounded_list_of_subjects_is_refused(client: TestClient, body: object) -> None:
    assert detail(client.post("/predict/batch", json=body), 422)


def test_a_surrogate_in_a_batch_is_an_error_of_that_item_alone(client: TestClient) -> None:
    body = b"[" + raw() + b"," + raw(sector='"\\ud800"') + b"]"
    answer = client.post("/predict/batch", content=body, headers=JSON)
    assert answer.status_code in (200, 422)
    assert "sector" in answer.text or "unicode" in answer.text


def test_the_log_has_the_old_fields_newest_first(client: TestClient) -> None:
    values = [client.post("/predict", json=SUBJECT | {"net_usable_area": area}).json() for area in (50, 90)]
    entries = client.get("/predict-logs", params={"limit": 2}).json()
    assert [entry["result"] for entry in entries] == [value["prediction"] for value in reversed(values)]
    assert entries[0]["input"] == [SUBJECT | {"net_usable_area": 90}]
    assert datetime.fromisoformat(entries[0]["date"]) >= datetime.fromisoformat(entries[1]["date"])


def test_the_log_gives_ten_unless_told_otherwise(client: TestClient) -> None:
    client.post("/predict/batch", json=[SUBJECT] * 12)
    assert len(client.get("/predict-logs").json()) == 10


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "abc", "1.5", "", "9" * 5_000])
def test_a_limit_out_of_bounds_is_refused(client: TestClient, limit: str) -> None:
    assert "limit" in detail(client.get("/predict-logs", params={"limit": limit}), 422)
