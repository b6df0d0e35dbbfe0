"""A file of homes is valued by the API, in every format and with what a person says of its columns."""

from __future__ import annotations

import gzip
import io
import json

import pandas as pd
import pytest
from fastapi.testclient import TestClient

from pricing_core import Json
from pricing_core.api import files
from pricing_core.api.files import MAX_FILE
from pricing_core.listings.export import excel_bytes
from tests.api.asking import SUBJECT, detail

HOMES = pd.DataFrame([SUBJECT, SUBJECT | {"latitude": 500}, SUBJECT | {"net_usable_area": 90}])
SPANISH = (
    "Tipo;Ciudad;Superficie;Superficie total;Dormitorois;Baños;lat;lng\n"
    "departamento;Ñuñoa;70;78,5;3 dormitorios;2;-33,45;-70,6\n"
)
MAPS = ["Ciudad=sector", "Superficie=net_usable_area", "Dormitorois=n_rooms"]


def parquet() -> bytes:
    content = io.BytesIO()
    HOMES.to_parquet(content, index=False)
    return content.getvalue()


CONTENTS = {
    "homes.csv": HOMES.to_csv(index=False).encode(),
    "homes.csv.gz": gzip.compress(HOMES.to_csv(index=False).encode()),
    "homes.xlsx": excel_bytes(HOMES),
    "homes.parquet": parquet(),
    "homes.jsonl": HOMES.to_json(orient="records", lines=True).encode(),
    "homes.json": HOMES.to_json(orient="records").encode(),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_a_file_of_each_format_gets_the_values_of_its_homes(client: TestClient, name: str) -> None:
    single = client.post("/predict", json=SUBJECT).json()["prediction"]
    answer = client.post("/predict/file", files={"file": (name, CONTENTS[name])}).json()
    assert (answer["valued"], answer["failed"]) == (2, 1)
    first, refused, _ = answer["items"]
    assert (first["row"], first["prediction"], first["error"]) == (0, single, None)
    assert first["input"] == SUBJECT
    assert first["low_90"] < single < first["high_90"]
    assert refused["prediction"] is None
    assert "latitude" in refused["error"]


@pytest.mark.parametrize("kind", ["text/csv", "application/octet-stream", "application/vnd.ms-excel", ""])
def test_a_body_is_the_file_itself_under_any_other_content_type(client: TestClient, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    answer = client.post("/predict/file", content=CONTENTS["homes.csv"], headers=headers).json()
    assert (answer["valued"], answer["failed"]) == (2, 1)
    assert [item["line"] for item in answer["items"]] == [2, 3, 4]


def test_what_is_said_of_the_columns_counts(client: TestClient) -> None:
    body = SPANISH.encode()
    assert "looks like sector" in detail(client.post("/predict/file", content=body), 422)
    answer = client.post("/predict/file", content=body, params={"map": MAPS}).json()
    assert answer["items"][0]["input"] == SUBJECT
    assert any("comma" in note for note in answer["notes"])
    form = client.post("/predict/file", files={"file": ("a.csv", body)}, data={"map": MAPS}).json()
    assert form["items"][0]["input"] == SUBJECT
    other = client.post("/predict/file", files={"file": ("a.csv", body)}, data={"decimal": "comma"})
    assert "The form has 'decimal'" in detail(other, 422)
    assert "no profile" in detail(client.post("/predict/file?profile=x", content=body), 404)


def test_the_mark_before_decimals_can_be_said(client: TestClient) -> None:
    text = ",".join(SUBJECT) + "\ncasa,Maipú,,1.250,3,2,-33.45,-70.6\n"
    areas = {
        mark: client.post("/predict/file", content=text.encode(), params={"decimal": mark} if mark else {})
        for mark in ("", "dot")
    }
    assert {mark: each.json()["items"][0]["input"]["net_area"] for mark, each in areas.items()} == {
        "": 1250,
        "dot": 1.25,
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet", "jsonl"])
def test_the_values_come_in_the_format_that_is_asked_for(client: TestClient, kind: str) -> None:
    answer = client.post("/predict/file", content=CONTENTS["homes.csv"], params={"format": kind})
    read = {
        "csv": pd.read_csv,
        "xlsx": lambda content: pd.read_excel(content, engine="calamine"),
        "parquet": pd.read_parquet,
        "jsonl": lambda content: pd.read_json(content, lines=True),
    }
    frame = read[kind](io.BytesIO(answer.content))
    assert frame["value"].notna().tolist() == [True, False, True]
    assert answer.headers["content-disposition"] == f'attachment; filename="values.{kind}"'


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 100, b"<html>", b"a,b\n1,2\n", b"PK\x03\x04", b"{"])
def test_what_is_no_file_of_homes_is_refused(client: TestClient, content: bytes) -> None:
    assert detail(client.post("/predict/file", content=content), 422)
    assert detail(client.post("/predict/file", files={"file": ("x", content)}), 422)


def test_a_form_without_a_file_is_refused(client: TestClient) -> None:
    assert "field `file`" in detail(client.post("/predict/file", files={"other": ("a.csv", b"a")}), 422)
    assert detail(client.post("/predict/file", content=b"x", headers={"Content-Type": "multipart/form-data"}), 422)


def test_a_file_over_the_limits_is_refused_and_nothing_of_it_valued(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Content-Length": str(MAX_FILE + 1)}
    assert "too large" in detail(client.post("/predict/file", content=iter([b"a"]), headers=headers), 413)
    before = newest(client)
    monkeypatch.setattr(files, "MAX_ROWS", 2)
    sent = {"file": ("homes.csv", CONTENTS["homes.csv"])}
    assert "homes.csv has 3 rows, and 2 are valued" in detail(client.post("/predict/file", files=sent), 422)
    assert newest(client) == before


def newest(client: TestClient) -> list[Json]:
    found: list[Json] = json.loads(client.get("/predict-logs?limit=1").content)
    return found
