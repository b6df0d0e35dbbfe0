"""What is past its time goes; what is needed stays."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pricing_core import AccessError, Actor, Settings, load_settings
from pricing_core.jobs.retention import Retention
from pricing_core.nouns import Version
from pricing_core.store import Store, utcnow
from pricing_core.store.tables import jobs, login_failures, sessions
from pricing_core.store.tables.jobs_and_plans import job_lines
from tests.store.test_store import add_version, logged

OLD = utcnow() - timedelta(days=400)


def settings(folder: Path, **given: Any) -> Settings:
    return load_settings(DATA_DIR=folder / "data", MODELS_DIR=folder / "models", **given)


def counts(retention: Retention) -> dict[str, int]:
    return {item.what: item.count for item in retention.plan() if item.count}


def make_file(path: Path, age_days: float) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * 1_000)
    moment = (utcnow() - timedelta(days=age_days)).timestamp()
    os.utime(path, (moment, moment))
    return path


def make_snapshot(folder: Path, name: str, age_days: float) -> Path:
    return make_file(folder / "data" / "snapshots" / f"{name}.parquet", age_days)


def test_predictions_are_kept_for_ever_unless_a_time_is_set(store: Store, tmp_path: Path, admin: Actor) -> None:
    store.predictions.add([logged(created_at=OLD), logged()])
    assert counts(Retention(settings(tmp_path), store)) == {}
    retention = Retention(settings(tmp_path, KEEP_PREDICTIONS_DAYS=90), store)
    found = retention.plan()[0]
    assert (found.what, found.count, found.oldest) == ("predictions", 1, OLD)
    assert found.bytes > 100
    retention.prune(actor=admin)
    assert store.predictions.count() == 1


def test_ended_jobs_go_with_their_lines_and_active_ones_stay(store: Store, tmp_path: Path, admin: Actor) -> None:
    store.jobs.submit("train", {}, "ana")
    lease = store.jobs.leases.claim("w")
    assert lease is not None
    store.jobs.leases.finish(lease, "done", "", lines=["a line"])
    active = store.jobs.submit("train", {}, "ana").id
    with store.database.write() as connection:
        connection.execute(sa.update(jobs).values(created_at=OLD))
        connection.execute(sa.update(jobs).where(jobs.c.status == "done").values(finished_at=OLD))
    Retention(settings(tmp_path), store).prune(actor=admin)
    assert [job.id for job in store.jobs.newest(10)] == [active]
    with store.database.read() as connection:
        assert connection.execute(sa.select(job_lines)).all() == []


def test_ended_logins_and_old_failures_go(store: Store, tmp_path: Path, admin: Actor) -> None:
    moments = {"old": OLD, "in force": utcnow() + timedelta(days=1)}
    rows = [{"id": name, "created_at": OLD, "expires_at": moment} for name, moment in moments.items()]
    with store.database.write() as connection:
        connection.execute(sa.insert(sessions), rows)
        connection.execute(sa.insert(login_failures).values(name="ana", address="here", created_at=OLD))
    retention = Retention(settings(tmp_path), store)
    assert counts(retention) == {"sessions": 1, "login failures": 1}
    retention.prune(actor=admin)
    assert counts(retention) == {}
    with store.database.read() as connection:
        assert list(connection.scalars(sa.select(sessions.c.id))) == ["in force"]


def test_snapshots_that_a_champion_learned_from_stay(store: Store, tmp_path: Path, admin: Actor) -> None:
    for number, name in enumerate(("forgotten", "former", "present"), start=1):
        manifest = {"data_version": name}
        store.versions.add(Version(number, "run", "revised", f"f{number}", "file:///m", "0" * 64, manifest, {}, OLD))
        store.versions.promote(number, promoted_by="ana", reason="a test")
    made = {name: make_snapshot(tmp_path, name, 400) for name in ("forgotten", "former", "present")}
    young = make_snapshot(tmp_path, "young", 3)
    retention = Retention(settings(tmp_path), store)
    assert counts(retention) == {"snapshots": 1}
    retention.prune(actor=admin)
    assert [name for name, path in made.items() if path.exists()] == ["former", "present"]
    assert young.exists()
    assert counts(Retention(settings(tmp_path, KEEP_SNAPSHOTS_DAYS=0), store)) == {}


def test_leftovers_of_killed_writers_go_and_those_at_work_stay(store: Store, tmp_path: Path, admin: Actor) -> None:
    old = [
        make_file(tmp_path / "data" / "interim" / "train.part", 2),
        make_file(tmp_path / "models" / "model.pkl.part", 2),
        make_file(tmp_path / "data" / "uploads" / "a" / "values" / "values.csv", 2),
    ]
    fresh = make_file(tmp_path / "data" / "processed" / "train.part", 0)
    removed = Retention(settings(tmp_path), store).prune(actor=admin)
    assert [(item.what, item.count, item.bytes) for item in removed if item.count] == [("leftover files", 3, 3_000)]
    assert not any(path.exists() for path in old)
    assert fresh.exists()


def test_folders_of_uploads_go_with_their_last_file_and_new_ones_stay(
    store: Store, tmp_path: Path, admin: Actor
) -> None:
    uploads = tmp_path / "data" / "uploads"
    make_file(uploads / "old" / "values" / "values.csv", 2)
    make_file(uploads / "half" / "homes.csv", 2)
    kept = make_file(uploads / "half" / "values" / "values.csv", 0)
    forgotten, new = uploads / "forgotten", uploads / "new" / "values"
    make_file(forgotten / "values.csv", 2).unlink()
    os.utime(forgotten, (OLD.timestamp(), OLD.timestamp()))
    new.mkdir(parents=True)
    Retention(settings(tmp_path), store).prune(actor=admin)
    assert sorted(path.name for path in uploads.iterdir()) == ["half", "new"]
    assert kept.exists()
    assert new.is_dir()


def test_only_an_admin_removes(store: Store, tmp_path: Path) -> None:
    add_version(store, 1)
    with pytest.raises(AccessError):
        Retention(settings(tmp_path), store).prune(actor=Actor("ana", "analyst", "dashboard"))
