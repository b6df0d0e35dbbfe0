from __future__ import annotations

import gzip
import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pricing_core import AVM, Actor, ColumnChoice, ColumnSettings, Settings
from pricing_core.api import PREFIX, create_app
from pricing_core.api.routes import MAX_UPLOAD
from pricing_core.listings import intake
from tests.api.asking import detail, double


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02" * 100, b"<html><body>no</body></html>", b"a,b\n1,2\n", b"\x1f\x8b broken", b"PK\x03\x04"],
    ids=["empty", "binary", "html", "other columns", "broken gzip", "zip"],
)
def test_a_file_that_is_no_listing_table_changes_nothing(client: TestClient, served: AVM, content: bytes) -> None:
    before = served.listings.data_version()
    assert detail(client.post("/upload", files={"file": ("listings.csv", content)}), 422)
    assert served.listings.data_version() == before


def test_an_upload_without_a_file_is_refused(client: TestClient) -> None:
    assert "file is missing" in detail(client.post("/upload"), 422)
    assert "file" in detail(client.post("/upload", data={"file": "text, not a file"}), 422)


def test_a_broken_form_is_refused(client: TestClient) -> None:
    assert detail(client.post("/upload", content=b"x", headers={"Content-Type": "multipart/form-data"}), 422)


def test_an_upload_over_the_limit_is_refused_unread(client: TestClient) -> None:
    headers = {"Content-Length": str(MAX_UPLOAD + 1), "Content-Type": "multipart/form-data; boundary=b"}
    assert "too large" in detail(client.post("/upload", content=iter([b"--b"]), headers=headers), 413)


@pytest.mark.parametrize("name", ["../../etc/listings.csv", "C:\\temp\\listings.csv", "listings.csv"])
def test_an_upload_is_handed_on_under_its_bare_name(name: str) -> None:
    heard: list[tuple[str, bytes, ColumnChoice]] = []

    def ingest(
        file: io.BytesIO, *, actor: Actor, file_name: str, replace: bool, queue_check: bool, columns: ColumnChoice
    ) -> Any:
        heard.append((file_name, file.read(), columns))
        found = {"changed": replace, "accepted": 1, "rejected": 0, "check_job": None}
        return SimpleNamespace(to_dict=lambda _language: found)

    files = {"file": (name, b"type;sector")}
    said = {"map": ["Precio UF=price", "x="], "profile": "A", "save_profile": "B"}
    served = double(listings=SimpleNamespace(ingest=ingest))
    answer = served.post("/upload?replace=true&decimal=comma", files=files, data=said)
    assert answer.json() == {"changed": True, "accepted": 1, "rejected": 0, "check_job": None}
    meant = ColumnChoice(ColumnSettings({"Precio UF": "price", "x": ""}), "A", "B", "comma")
    assert heard == [("listings.csv", b"type;sector", meant)]


def test_a_gzipped_upload_lands_once(home_settings: Settings, sample_files: tuple[Path, Path], admin: Actor) -> None:
    avm = AVM(home_settings).start()
    key = avm.access.issue_key("uploader", "analyst", actor=admin)
    files = {"file": ("listings.csv.gz", gzip.compress(sample_files[0].read_bytes()))}
    with TestClient(create_app(avm), headers={"X-API-Key": key}) as client:
        first, again = (client.post(f"{PREFIX}/upload", files=files).json() for _ in range(2))
    assert first["changed"]
    assert not again["changed"]
    assert first["accepted"] == len(avm.listings.frame()) > 100
    avm.close()


def test_many_listings_are_checked_in_a_job_that_the_answer_names(
    home_settings: Settings, sample_files: tuple[Path, Path], admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "CHECKED_WHILE_WAITING", 100)
    avm = AVM(home_settings).start()
    key = avm.access.issue_key("uploader", "analyst", actor=admin)
    with TestClient(create_app(avm), headers={"X-API-Key": key}) as client:
        files = {"file": ("listings.csv", sample_files[0].read_bytes())}
        check = client.post(f"{PREFIX}/upload", files=files).json()["check_job"]
        assert (check["kind"], check["status"], check["worker_alive"]) == ("check", "queued", False)
        assert client.get(f"{PREFIX}/jobs/{check['id']}").json()["kind"] == "check"
    avm.close()
