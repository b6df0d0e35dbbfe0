from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from pricing_core import (
    AVM,
)
from pricing_core.api.routes import MAX_BODY
from tests.api.asking import JSON, SUBJECT, detail, raw


def test_predict_answers_with_the_logged_value(client: TestClient, served: AVM) -> None:
    answer = client.post("/predict", json=SUBJECT)
    assert answer.status_code == 200
    body = answer.json()
    newest = served.log.find(limit=1)[0]
    assert body["prediction"] == newest.value > 0
    assert body["log_id"] == newest.id
    assert {"currency", "area_unit", "version", "recipe", "notes", "created_at", "milliseconds"} <= set(body)
    assert newest.source == "api"


def test_unknown_numbers_may_be_null(client: TestClient) -> None:
    answer = client.post("/predict", json=SUBJECT | {"net_area": None, "n_rooms": None, "latitude": None})
    assert answer.status_code == 200
    assert answer.json()["prediction"] > 0


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ({"type": "Depto."}, "'Depto.' was taken for 'departamento'."),
        ({"type": "DEPARTAMENTO"}, "'DEPARTAMENTO' was taken for 'departamento'."),
        ({"sector": "NUNOA"}, "'NUNOA' was taken for 'Ñuñoa'."),
        ({"sector": "N\u0303un\u0303oa"}, "which looks the same but is written with other characters."),
    ],
)
def test_another_spelling_of_a_name_gets_the_same_value_alone_and_in_a_batch(
    client: TestClient, written: dict[str, str], note: str
) -> None:
    right = client.post("/predict", json=SUBJECT).json()
    alone = client.post("/predict", json=SUBJECT | written).json()
    (item,) = client.post("/predict/batch", json=[SUBJECT | written]).json()["items"]
    assert alone["prediction"] == item["prediction"] == right["prediction"]
    assert alone["typed"] == item["typed"] == written
    assert note in alone["notes"][0]
    assert note in item["notes"][0]
    assert client.get("/predict-logs", params={"limit": 2}).json()[1]["input"] == [SUBJECT | written]


def test_an_area_of_zero_is_not_known_and_said_alone_and_in_a_batch(client: TestClient) -> None:
    unknown = client.post("/predict", json=SUBJECT | {"net_area": None}).json()
    alone = client.post("/predict", json=SUBJECT | {"net_area": 0}).json()
    (item,) = client.post("/predict/batch", json=[SUBJECT | {"net_area": 0}]).json()["items"]
    assert alone["prediction"] == item["prediction"] == unknown["prediction"]
    assert alone["notes"][0] == item["notes"][0] == "A total area of 0 counts as not known."
    assert "No area arrived" in detail(
        client.post("/predict", json=SUBJECT | {"net_area": 0, "net_usable_area": 0}), 422
    )


def test_a_home_without_any_area_is_refused(client: TestClient) -> None:
    assert "area" in detail(client.post("/predict", json=SUBJECT | {"net_usable_area": None, "net_area": None}), 422)


@pytest.mark.parametrize("name", list(SUBJECT))
def test_every_key_must_be_present(client: TestClient, name: str) -> None:
    body = {key: value for key, value in SUBJECT.items() if key != name}
    assert f"{name} is missing." in detail(client.post("/predict", json=body), 422)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("net_usable_area", -5),
        ("net_area", 1e9),
        ("net_area", "big"),
        ("net_area", True),
        ("n_rooms", [3]),
        ("n_rooms", 10**30),
        ("n_bathroom", -1),
        ("latitude", 91),
        ("longitude", -181),
        ("type", ""),
        ("type", "   "),
        ("type", None),
        ("type", 7),
        ("sector", "x" * 121),
        ("sector", {"a": 1}),
    ],
)
def test_a_value_that_cannot_be_is_refused_by_its_name(client: TestClient, name: str, value: object) -> None:
    assert name in detail(client.post("/predict", json=SUBJECT | {name: value}), 422)


@pytest.mark.parametrize(
    ("route", "body", "sentence"),
    [
        ("/predict", b"", "The body is missing"),
        ("/predict", b"[]", "must be a JSON object"),
        ("/predict", b"null", "must be a JSON object"),
        ("/predict/batch", b"{}", "must be a JSON list"),
    ],
)
def test_a_body_of_the_wrong_shape_is_told_the_right_one(
    client: TestClient, route: str, body: bytes, sentence: str
) -> None:
    answer = client.post(route, content=body, headers={"Content-Type": "application/json"})
    assert sentence in detail(answer, 422)


def test_an_extra_key_is_refused(client: TestClient) -> None:
    assert "colour is not a field" in detail(client.post("/predict", json=SUBJECT | {"colour": "red"}), 422)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"casa"',
        b"\xff\xfe{}",
        b"[" * 100_000,
        b"9" * 5_000,
        raw(latitude="NaN"),
        raw(latitude="Infinity"),
        raw(net_area="-Infinity"),
        raw(net_area="1e400"),
        raw(net_area="1" + "0" * 400),
        raw(net_area="1" * 5_000),
        raw(type='"\\ud800"'),
        raw(sector='"\\udfff\\ud800"'),
        raw(sector='"a\\u0000b"'),
        raw(**{"\\ud800": "1"}),
        raw(**{f"key{number}": "1" for number in range(500)}),
        b"type=casa&sector=b",
        b"<xml/>",
    ],
    ids=range(21),
)
def test_a_hostile_body_is_refused_in_a_sentence(client: TestClient, body: bytes) -> None:
    said = detail(client.post("/predict", content=body, headers=JSON), 422)
    assert 10 < len(said) < 5_000


def test_json_without_its_header_is_explained(client: TestClient) -> None:
    answer = client.post("/predict", content=raw(), headers={"Content-Type": "text/plain"})
    assert "Content-Type: application/json" in detail(answer, 422)


def test_a_body_over_the_limit_is_refused(client: TestClient) -> None:
    assert "too large" in detail(client.post("/predict", content=b" " * (MAX_BODY + 1), headers=JSON), 413)


def test_a_body_of_undeclared_size_is_counted(client: TestClient) -> None:
    chunks = (b" " * 100_000 for _ in range(MAX_BODY // 100_000 + 2))
    assert "too large" in detail(client.post("/predict", content=chunks, headers=JSON), 413)


@pytest.mark.parametrize("length", ["9" * 30, "9" * 5_000])
def test_an_absurd_declared_size_is_refused(client: TestClient, length: str) -> None:
    assert "too large" in detail(client.post("/upload", headers={"Content-Length": length}), 413)


def test_many_at_once_are_all_logged(client: TestClient, served: AVM) -> None:
    before = served.log.count()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: client.post("/predict", json=SUBJECT), range(24)))
    assert [answer.status_code for answer in answers] == [200] * 24
    assert len({answer.json()["log_id"] for answer in answers}) == 24
    assert served.log.count() == before + 24
