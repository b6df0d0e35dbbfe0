"""Health as the old service told it, and the open probes: true only while a home could be valued."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from pricing_core import AVM, Actor, Settings
from pricing_core.api import PREFIX, create_app
from tests.api.asking import SUBJECT, detail, stranger
from tests.conftest import TrainedHome, copy_of, fill, make_settings

HEALTH = f"{PREFIX}/health"
PREDICT = f"{PREFIX}/predict"


@pytest.fixture
def moments() -> list[float]:
    """The clock of the readiness: what is appended is the time."""
    return [0.0]


@pytest.fixture
def copied(trained_home: TrainedHome, tmp_path: Path, moments: list[float]) -> Iterator[AVM]:
    """A copy of the trained home that may be damaged."""
    avm = on_the_clock(AVM(copy_of(trained_home, tmp_path / "home")), moments)
    yield avm
    avm.close()


def on_the_clock(avm: AVM, moments: list[float]) -> AVM:
    avm.readiness._clock = lambda: moments[-1]
    return avm


def asking(avm: AVM, key: str) -> TestClient:
    return TestClient(create_app(avm), headers={"X-API-Key": key}, raise_server_exceptions=False)


def statuses(client: TestClient) -> dict[str, int]:
    """What the probes and a real valuation answer at the same moment."""
    found = {path: client.get(path).status_code for path in ("/livez", "/readyz", HEALTH)}
    return found | {PREDICT: client.post(PREDICT, json=SUBJECT).status_code}


def all_but_alive(status: int) -> dict[str, int]:
    return {"/livez": 200, "/readyz": status, HEALTH: status, PREDICT: status}


def test_health_answers_as_the_old_service_did(client: TestClient, trained_home: TrainedHome) -> None:
    assert (client.get("/health").status_code, client.get("/health").json()) == (200, {"status": True})
    unknown = stranger(trained_home)
    assert "valid key" in detail(unknown.get("/health"), 403)
    assert "valid key" in detail(unknown.get("/health", headers={"X-API-Key": "tsd_wrong"}), 403)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_the_probes_are_open_and_say_no_more_than_yes(trained_home: TrainedHome, path: str, method: str) -> None:
    answer = TestClient(create_app(trained_home.avm)).request(method, path)
    assert answer.status_code == 200
    assert answer.text in ("", '{"status":true}')


def test_without_a_champion_nothing_is_ready_though_the_process_lives(home_settings: Settings, admin: Actor) -> None:
    avm = AVM(home_settings).start()
    client = asking(avm, avm.access.issue_key("early", "agent", actor=admin))
    assert statuses(client) == all_but_alive(503)
    assert (client.get(HEALTH).json(), client.get("/readyz").json()) == ({"status": False}, {"status": False})
    avm.close()


def test_a_champion_that_cannot_be_loaded_is_not_ready(copied: AVM, trained_home: TrainedHome) -> None:
    for file in copied.settings.MODELS_DIR.rglob("model.pkl"):
        file.write_bytes(b"damaged")
    assert statuses(asking(copied, trained_home.key)) == all_but_alive(503)


def test_a_full_disk_is_not_ready_and_is_again_when_there_is_room(
    trained_home: TrainedHome, small_disk: Path, moments: list[float]
) -> None:
    avm = on_the_clock(AVM(copy_of(trained_home, small_disk / "home")), moments)
    client = asking(avm, trained_home.key)
    assert statuses(client) == all_but_alive(200)
    fill(small_disk, leaving=0)
    while client.post(PREDICT, json=SUBJECT).status_code == 200:
        pass  # the journal has a little room of its own, for the probes and for valuations alike
    moments.append(10)
    assert statuses(client) == all_but_alive(503)
    (small_disk / "ballast").unlink()
    moments.append(20)
    assert statuses(client) == all_but_alive(200)
    avm.close()


def test_a_database_that_is_gone_is_not_ready(
    copied: AVM, trained_home: TrainedHome, tmp_path: Path, moments: list[float]
) -> None:
    client = asking(copied, trained_home.key)
    assert statuses(client) == all_but_alive(200)
    copied.close()
    (tmp_path / "home" / "data" / "database").rename(tmp_path / "elsewhere")
    moments.append(10)
    assert statuses(client) == all_but_alive(503)
    assert client.get(HEALTH).json() == {"status": False}


def test_a_server_that_stops_is_not_ready_until_it_is_back_and_callers_hear_no_address(
    stoppable_server: Any,
    tmp_path: Path,
    mlflow_template: Path,
    sample_files: tuple[Path, Path],
    quick: str,
    admin: Actor,
    moments: list[float],
) -> None:
    url = stoppable_server.get_uri()
    avm = on_the_clock(AVM(make_settings(tmp_path, mlflow_template, DATABASE_URL=url)).start(), moments)
    avm.listings.ingest(sample_files[0], actor=admin)
    avm.versions.train(quick, actor=admin)
    client = asking(avm, avm.access.issue_key("crm", "agent", actor=admin))
    assert statuses(client) == all_but_alive(200)
    stoppable_server.stop()
    moments.append(10)
    assert statuses(client) == all_but_alive(503)
    said = detail(client.post(PREDICT, json=SUBJECT), 503)
    assert said.startswith("The database cannot be reached.")
    assert not any(word in said for word in ("postgres", "socket", "/", "localhost", "127.0.0.1"))
    stoppable_server.start()
    moments.append(20)
    assert statuses(client) == all_but_alive(200)
    avm.close()


def test_looking_leaves_no_row_in_the_log_and_happens_at_most_once_in_two_seconds(
    copied: AVM, moments: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[float] = []
    tried = copied.store.predictions.try_adding
    monkeypatch.setattr(copied.store.predictions, "try_adding", lambda: (looked.append(moments[-1]), tried()))
    before = copied.log.count()
    for moment in (0.0, 0.5, 1.9, 2.1, 3.0, 4.2):
        moments.append(moment)
        assert copied.readiness.can_value()
    assert looked == [0.0, 2.1, 4.2]
    assert copied.log.count() == before


def test_whoever_asks_while_another_looks_does_not_wait_and_an_old_yes_ends(
    copied: AVM, moments: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert copied.readiness.can_value()
    said: list[bool] = []

    def hang() -> None:
        for moment in (10.0, 100.0):
            moments.append(moment)
            said.append(copied.readiness.can_value())

    moments.append(5.0)
    monkeypatch.setattr(copied.store.predictions, "try_adding", hang)
    copied.readiness.can_value()
    assert said == [True, False]


def test_a_former_version_that_stands_in_is_said_beside_a_healthy_status(
    copied: AVM, trained_home: TrainedHome
) -> None:
    notice = "Version 2, the champion, cannot be loaded, so version 1 stands in for it."
    copied.versions.stand_in = lambda: {"notice": notice}  # type: ignore[method-assign,assignment]
    assert asking(copied, trained_home.key).get(HEALTH).json() == {"status": True, "notice": notice}
