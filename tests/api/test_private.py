"""What callers over HTTP are not told: rows of others, and where on which machine things lie."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pricing_core import AVM, Actor
from pricing_core.api import PREFIX, create_app
from tests.api.asking import SUBJECT, detail
from tests.conftest import TrainedHome, copy_of

ROOT = Path(__file__).parents[2]


@pytest.fixture
def copied(trained_home: TrainedHome, tmp_path: Path) -> Iterator[AVM]:
    """A copy of the trained home that may be damaged."""
    avm = AVM(copy_of(trained_home, tmp_path / "home"))
    yield avm
    avm.close()


def asking(avm: AVM, key: str) -> TestClient:
    return TestClient(create_app(avm), base_url=f"http://testserver{PREFIX}", headers={"X-API-Key": key})


def test_an_agents_key_reads_its_own_rows_of_the_log_alone(client: TestClient, served: AVM, admin: Actor) -> None:
    mine, theirs = (
        asking(served, served.access.issue_key(name, "agent", actor=admin)) for name in ("broker-a", "broker-b")
    )
    first, _ = mine.post("/predict", json=SUBJECT).json(), theirs.post("/predict", json=SUBJECT)
    (own,) = mine.get("/predict-logs", params={"limit": 1000}).json()
    assert (own["id"], own["requested_by"]) == (first["log_id"], "key:broker-a")
    analyst = asking(served, served.access.issue_key("desk", "analyst", actor=admin))
    for everybody in (client, analyst):
        names = {entry["requested_by"] for entry in everybody.get("/predict-logs", params={"limit": 1000}).json()}
        assert {"key:broker-a", "key:broker-b"} <= names


def strings(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        for name, value in content.items():
            yield name
            yield from strings(value)
    elif isinstance(content, list):
        for item in content:
            yield from strings(item)
    elif isinstance(content, str):
        yield content


def telling(content: Any, avm: AVM) -> list[str]:
    """The texts in an answer that tell where on which machine, and as whom, Tasador runs."""
    folders = {str(path.resolve()) for path in (avm.settings.DATA_DIR, avm.settings.MODELS_DIR, ROOT, Path.home())}
    private = {"file://", "artifact_uri", socket.gethostname(), *(folders - {"/"})}
    me = getpass.getuser()
    return [text for text in strings(content) if text == me or any(part in text for part in private)]


def test_runs_and_model_tell_neither_paths_nor_the_user_or_host(client: TestClient, served: AVM) -> None:
    runs, info = client.get("/model-runs").json(), client.get("/model-info").json()
    assert runs
    assert telling([runs, info], served) == []
    assert not {"artifact_uri", "tags_mlflow_user", "tags_mlflow_source_name"} & set(runs[0])


def test_a_job_names_its_files_without_their_folders(
    client: TestClient, served: AVM, admin: Actor, tmp_path: Path
) -> None:
    (tmp_path / "homes.csv").write_text("type\n", encoding="utf-8")
    places = {"source": str(tmp_path / "homes.csv"), "out": str(tmp_path / "values.csv")}
    job = served.jobs.submit("value_file", actor=admin, **places)
    told = client.get(f"/jobs/{job.id}").json()
    served.jobs.cancel(job.id, actor=admin)
    assert told["parameters"] == {"source": "homes.csv", "out": "values.csv"}
    assert str(tmp_path) not in str(told)


@pytest.mark.parametrize("content", [None, b"damaged"])
def test_a_model_that_is_gone_or_damaged_is_said_without_its_place(
    copied: AVM, trained_home: TrainedHome, content: bytes | None, caplog: pytest.LogCaptureFixture
) -> None:
    for file in copied.settings.MODELS_DIR.rglob("model.pkl"):
        file.unlink() if content is None else file.write_bytes(content)
    client = asking(copied, trained_home.key)
    said = [detail(client.post("/predict", json=SUBJECT), 503), detail(client.get("/model-info"), 503)]
    assert telling(said, copied) == []
    assert "tasador" in said[0]
    assert str(copied.settings.MODELS_DIR) in caplog.text


def test_what_no_caller_can_mend_tells_nothing_of_the_inside(copied: AVM, trained_home: TrainedHome) -> None:
    secret = copied.settings.DATA_DIR / "database" / "secret.key"
    secret.write_text("short", encoding="ascii")
    said = detail(asking(copied, trained_home.key).post("/predict", json=SUBJECT), 500)
    assert telling([said], copied) == []
    assert "our side" in said
