"""`tasador run` as a user starts it: real processes on free ports, stopped by a signal."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from pricing_core import load_settings
from pricing_core.errors import SettingsError
from pricing_core.supervise import Services, require_free_port

from .conftest import TrainedHome


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(trained_home: TrainedHome) -> dict[str, str]:
    ports = {"DASHBOARD_PORT": str(free_port()), "API_PORT": str(free_port())}
    return trained_home.environment | ports


@pytest.fixture
def product(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "pricing_core", "run"]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    yield process
    process.terminate()
    process.wait(30)
    assert process.stdout is not None
    process.stdout.close()


def read_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    raise AssertionError(f"{text!r} was never printed:\n{seen}")


def children(process: subprocess.Popen[str]) -> list[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    return [int(number) for number in listed.split()]


def gone(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    # One whose parent was killed may wait to be collected by whoever inherited it.
    state = Path(f"/proc/{number}/stat")
    return state.exists() and state.read_text(encoding="ascii").rpartition(")")[2].split()[0] == "Z"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="process lists are read from Linux's /proc")
def test_everything_starts_answers_and_ends_with_ctrl_c(
    product: subprocess.Popen[str], environment: dict[str, str]
) -> None:
    printed = read_until(product, "Ctrl-C stops everything")
    started = children(product)
    for port, path in (("DASHBOARD_PORT", "_stcore/health"), ("API_PORT", "livez")):
        with urllib.request.urlopen(f"http://127.0.0.1:{environment[port]}/{path}", timeout=10) as answer:
            assert answer.status == 200
    product.send_signal(signal.SIGINT)
    assert product.wait(30) == 0
    assert f"http://127.0.0.1:{environment['DASHBOARD_PORT']}" in printed
    assert "Password" not in printed
    assert len(started) == 3
    assert all(gone(number) for number in started)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="process lists are read from Linux's /proc")
def test_a_killed_worker_is_started_again_and_without_a_door_the_rest_is_stopped_and_said(
    product: subprocess.Popen[str],
) -> None:
    read_until(product, "Ctrl-C stops everything")
    worker, *doors = children(product)
    os.kill(worker, signal.SIGKILL)
    assert "another one is started" in read_until(product, "The worker ended by itself")
    started = children(product)
    assert set(started) > set(doors)
    assert len(started) == 3
    os.kill(doors[0], signal.SIGKILL)
    assert "stopping the rest" in read_until(product, "ended by itself")
    assert product.wait(30) == 1
    assert all(gone(number) for number in started)


class Ended:
    """A process that has ended already, however often it is started."""

    returncode = -9

    def poll(self) -> int:
        return self.returncode


def test_a_worker_that_ends_again_and_again_is_not_started_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    started: list[Ended] = []

    def start(*_: object, **__: object) -> Ended:
        started.append(Ended())
        return started[-1]

    monkeypatch.setattr("pricing_core.supervise.time.sleep", lambda _: None)
    monkeypatch.setattr("pricing_core.supervise.subprocess.Popen", start)
    services = Services(load_settings())
    services._launch("worker")
    services._up = True
    assert services._watch(said.append) == 1
    assert len(started) == 6
    assert said[-1] == "The worker ended by itself (exit code -9): stopping the rest."


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells a process that its parent has died")
def test_when_it_is_killed_the_hard_way_nothing_is_left_running(product: subprocess.Popen[str]) -> None:
    read_until(product, "Ctrl-C stops everything")
    started = children(product)
    product.kill()
    product.wait(10)
    deadline = monotonic() + 30
    while not all(gone(number) for number in started) and monotonic() < deadline:
        sleep(0.1)
    assert [number for number in started if not gone(number)] == []


def test_of_two_that_set_up_at_once_one_makes_the_access_and_neither_fails(tmp_path: Path) -> None:
    places = {"DATA_DIR": str(tmp_path / "data"), "MODELS_DIR": str(tmp_path / "models")}
    command = [sys.executable, "-m", "pricing_core", "init"]
    both = [
        subprocess.Popen(command, env=os.environ | places, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    printed = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], printed
    assert sum("Password:" in text for text in printed) == 1


def test_a_taken_port_names_the_setting_that_changes_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError, match="set DASHBOARD_PORT to a free port"):
            require_free_port("127.0.0.1", taken.getsockname()[1], "DASHBOARD_PORT")
