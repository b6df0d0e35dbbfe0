"""What stands before the dashboard's server: a real one, visited without a browser."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
import uvicorn
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.exceptions import ConnectionClosed

from dashboard import doorkeeper
from dashboard.doorkeeper import Doorkeeper
from pricing_core import AVM, Actor, api
from tests.browser.driving import dashboard
from tests.browser.visiting import Visitor
from tests.conftest import make_settings

MB = 1024**2
IDLE_SECONDS = 25
PROXY = "127.0.0.2"


@pytest.fixture(scope="module")
def avm(tmp_path_factory: pytest.TempPathFactory, mlflow_template: Any) -> Iterator[AVM]:
    avm = AVM(make_settings(tmp_path_factory.mktemp("guarded"), mlflow_template)).start()
    yield avm
    avm.close()


@pytest.fixture(scope="module")
def address(avm: AVM, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard with narrow limits."""
    limits = {"UPLOAD_MB": "2", "UPLOAD_FILES": "3", "ANONYMOUS_MINUTES": str(IDLE_SECONDS / 60)}
    places = {"DATA_DIR": str(avm.settings.DATA_DIR), "MODELS_DIR": str(avm.settings.MODELS_DIR)}
    environment = os.environ | limits | places | {"TRUSTED_PROXIES": PROXY, "UI_LANGUAGE": "en"}
    with dashboard(environment, tmp_path_factory.mktemp("server") / "log.txt") as address:
        with Visitor(address) as first:
            first.run()  # opens the library
        yield address


@pytest.fixture
def login(avm: AVM) -> str:
    """The id of an admin's login."""
    if not avm.access.people():
        avm.access.add_person("boss", "admin", "a long password", actor=Actor("tests", "admin", "library"))
    return avm.access.open_session("boss")


@pytest.fixture
def cookie(avm: AVM, login: str) -> str:
    key = hashlib.sha256(b"cookie:" + avm.settings.secret_key().encode()).hexdigest()
    return jwt.encode({"username": login, "exp_date": datetime.now(UTC).timestamp() + 3600}, key, "HS256")


# Uploads


def test_what_is_uploaded_for_the_worker_is_for_the_user_of_the_server_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorkeeper, "_believe_only", lambda _proxies: None)
    before = os.umask(0o022)  # however the server is started: `streamlit run` knows nothing of it
    doorkeeper.middleware()
    assert os.umask(before) == 0o077


def test_a_stranger_is_refused_before_the_file_is_sent(address: str) -> None:
    with Visitor(address) as stranger:
        stranger.run()
        assert stranger.upload(150 * MB, send_body=False) == 403
        assert stranger.upload(1000) == 403


def test_whoever_has_logged_in_may_upload_until_the_login_ends(address: str, avm: AVM, cookie: str, login: str) -> None:
    with Visitor(address, token=cookie) as visitor:
        assert visitor.run().upload(MB) == 204
        with Visitor(address) as stranger:
            stranger.run()
            assert stranger.upload(MB) == 403
        avm.access.end_session(login)
        assert visitor.upload(1000, "two") == 403


def test_the_files_of_one_page_are_limited_together(address: str, cookie: str) -> None:
    with Visitor(address, token=cookie) as visitor:
        visitor.run()
        assert visitor.upload(3 * MB, send_body=False) == 413
        assert visitor.upload(2 * MB) == 204
        assert visitor.upload(MB, "two") == 413
        assert visitor.remove("one") == 204
        assert [visitor.upload(1000, name) for name in ("two", "three", "four", "five")] == [204, 204, 204, 413]


def test_another_page_lets_go_of_the_files_of_the_one_before(address: str, cookie: str) -> None:
    with Visitor(address, token=cookie) as visitor:
        assert visitor.run().upload(2 * MB) == 204
        visitor.run()
        assert visitor.upload(MB, "two") == 413
        visitor.run("predictions")
        assert visitor.upload(MB, "two") == 204


# Idle strangers


def test_idle_strangers_are_ended_and_people_are_not(address: str, cookie: str) -> None:
    with Visitor(address, token=cookie) as person, Visitor(address) as silent, Visitor(address) as stranger:
        person.run()
        stranger.run()
        assert silent.ended(4 * IDLE_SECONDS) == 1001
        assert stranger.ended(4 * IDLE_SECONDS) == 1001
        assert stranger.upload(1000) == 403
        assert person.ended(1) is None
        assert person.run().upload(1000) == 204


def test_a_stranger_who_sends_more_than_a_login_is_ended(address: str) -> None:
    with Visitor(address) as stranger:
        stranger.run()
        with pytest.raises(ConnectionClosed, match="1009"):
            stranger.run(fields={"Name": "x" * 2_000_000})


@pytest.mark.parametrize("command", ["clear_cache", "load_git_info", "set_run_on_save"])
def test_what_would_touch_every_page_or_tell_of_the_machine_never_reaches_streamlit(avm: AVM, command: str) -> None:
    usual = BackMsg(app_heartbeat=True).SerializeToString()
    said = [BackMsg(**{command: True}).SerializeToString(), usual]  # type: ignore[arg-type]
    events = [{"type": "websocket.receive", "bytes": each} for each in said] + [{"type": "websocket.disconnect"}]
    heard = []

    async def streamlit(_scope: Any, receive: Any, _send: Any) -> None:
        while (event := await receive())["type"] == "websocket.receive":
            heard.append(event["bytes"])

    async def receive() -> Any:
        return events.pop(0)

    keeper = Doorkeeper(streamlit, avm.settings)
    # A browser in the same process keeps an event loop running.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, keeper({"type": "websocket", "headers": []}, receive, receive)).result()
    assert heard == [usual]


# Where a try to log in comes from


@pytest.mark.parametrize(
    ("peer", "forwarded", "counted"),
    [
        ("127.0.0.1", "203.0.113.1", "local"),
        ("127.0.0.1", "203.0.113.1:4711", "local"),
        (PROXY, "203.0.113.1", "203.0.113.1"),
        (PROXY, "203.0.113.66, 203.0.113.2", "203.0.113.2"),
        (PROXY, f"203.0.113.66, 203.0.113.3, {PROXY}", "203.0.113.3"),
    ],
)
def test_a_forwarded_address_counts_from_a_trusted_proxy_alone(
    address: str, avm: AVM, peer: str, forwarded: str, counted: str
) -> None:
    name = f"guess-{hashlib.sha256(f'{peer} {forwarded}'.encode()).hexdigest()[:12]}"
    with Visitor(address, headers={"X-Forwarded-For": forwarded}, peer=peer) as visitor:
        visitor.run().run(fields={"Name": name, "Password": "wrong"}, press="Log in")
    with closing(sqlite3.connect(str(avm.store.database.url.database))) as database:
        assert database.execute("SELECT address FROM login_failures WHERE name = ?", (name,)).fetchall() == [(counted,)]


def test_the_api_believes_the_same_proxies(avm: AVM, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(uvicorn, "run", lambda _app, **options: seen.update(options))
    api.serve(avm)
    assert seen["forwarded_allow_ips"] == []
