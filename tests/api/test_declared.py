"""The JSON API takes what a client declares flat beside the eight features, and its document says so."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from pricing_core import AVM, Actor, Json
from pricing_core.api import PREFIX, create_app
from tests.api.asking import detail
from tests.conftest import copy_of

HOME: Json = {
    "type": "casa",
    "sector": "North",
    "net_usable_area": 80,
    "net_area": None,
    "n_rooms": None,
    "n_bathroom": None,
    "latitude": -33.4,
    "longitude": -70.6,
}


@pytest.fixture(scope="module")
def declaring(declared_home: Path, tmp_path_factory: pytest.TempPathFactory, admin: Actor) -> Iterator[TestClient]:
    avm = AVM(copy_of(declared_home, tmp_path_factory.mktemp("declared"))).start()
    headers = {"X-API-Key": avm.access.issue_key("tests", "agent", actor=admin)}
    with TestClient(create_app(avm), base_url=f"http://testserver{PREFIX}", headers=headers) as opened:
        yield opened
    avm.close()


def test_a_home_is_valued_with_what_is_declared_alone_and_in_a_batch(declaring: TestClient) -> None:
    plain = declaring.post("/predict", json=HOME).json()
    body = HOME | {"pool": True, "year_built": 2015, "view": None}
    alone = declaring.post("/predict", json=body).json()
    batch = declaring.post("/predict/batch", json=[body, HOME | {"pool": "perhaps"}, HOME | {"colour": 1}]).json()
    assert batch["items"][0]["prediction"] == alone["prediction"] > plain["prediction"]
    assert "pool must be yes or no, but 'perhaps' arrived." in batch["items"][1]["error"]
    assert "colour is not a field" in batch["items"][2]["error"]
    logged = declaring.get("/predict-logs", params={"limit": 2}).json()
    assert [each["input"] for each in logged] == [[HOME | {"pool": True, "year_built": 2015}]] * 2


@pytest.mark.parametrize(
    ("beside", "said"),
    [
        ({"year_built": 1700}, "year_built must be a year of four digits, at least 1800 and at most 2030"),
        ({"parking": True}, "parking must be a count"),
        ({"sold_on": "2024-13-01"}, "sold_on must be a date"),
        ({"view": {"a": 1}}, "view must be a name"),
        ({"year_built": [1990]}, "year_built must be"),
        ({"declared": {"pool": True}}, "declared is not a field"),
        ({"net_area": -1, "pool": True}, "net_area must be a number"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(declaring: TestClient, beside: Json, said: str) -> None:
    assert said in detail(declaring.post("/predict", json=HOME | beside), 422)


def test_the_document_names_the_declared_columns_and_no_others(declaring: TestClient) -> None:
    body = declaring.get("http://testserver/openapi.json").json()["components"]["schemas"]["Home"]
    assert set(body["properties"]) == {*HOME, "as_of", "year_built", "parking", "to_centre", "pool", "view", "sold_on"}
    assert set(body["required"]) == set(HOME)
    assert body["additionalProperties"] is False
    year, date = body["properties"]["year_built"], body["properties"]["sold_on"]
    assert year["anyOf"][0] == {"type": "integer", "minimum": 1800.0, "maximum": 2030.0}
    assert (year["title"], date["anyOf"][0]["format"]) == ("year built", "date")
    assert body["properties"]["as_of"]["format"] == "date"


def test_what_serves_says_which_declared_columns_it_uses(declaring: TestClient) -> None:
    assert declaring.get("/model-info").json()["declared"]["pool"] == "yes/no"


def test_a_home_is_valued_as_of_a_day_alone_and_in_a_batch(declaring: TestClient) -> None:
    day, other = (HOME | {"as_of": text} for text in ("2024-06-30", "2025-06-30"))
    alone = declaring.post("/predict", json=day).json()
    batch = declaring.post("/predict/batch", json=[other, day, HOME | {"as_of": "soon"}, HOME]).json()["items"]
    assert (alone["as_of"], alone["market_level"]["day"]) == ("2024-06-30", "2024-06-30")
    assert [each.get("as_of") for each in batch[:2]] == ["2025-06-30", "2024-06-30"]
    assert batch[1]["prediction"] == alone["prediction"]
    assert "The day of a value must be a date" in batch[2]["error"]
    assert batch[3]["prediction"] > 0
    assert "The day of a value must be a date" in detail(declaring.post("/predict", json=HOME | {"as_of": "soon"}), 422)
