"""`tasador run` as a user starts it: real processes on free ports, stopped by a signal."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from textwrap import dedent
from time import monotonic, sleep

import pytest

from pricing_core.errors import SettingsError
from pricing_core.processes.service import Service
from pricing_core.processes.supervision import require_free_port
from tests.conftest import TrainedHome, copy_of


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(trained_home: TrainedHome) -> dict[str, str]:
    ports = {"DASHBOARD_PORT": str(free_port()), "API_PORT": str(free_port())}
    return trained_home.environment | ports


@contextmanager
def running(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    with stopped_in_the_end(started(environment)) as process:
        yield process


# In place of a service, which takes seconds to load: answers on its port, and is ended and killed as the service is.
STAND_IN = """
    import http.server
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
        def log_message(self, *_):
            pass
    ports = {"streamlit": "DASHBOARD_PORT", "api": "API_PORT", "worker": None}
    for name, port in ports.items():
        if name in words and name not in real:
            if port is None:
                threading.Event().wait()
            http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ[port])), Answer).serve_forever()
"""


def disturbing(folder: Path, code: str = "", *, real: tuple[str, ...] = ()) -> str:
    """A folder for PYTHONPATH with which each process of the product first runs this, told `words` and its `folder`.

    What the product serves with is stood in for, but for what is named as real.
    """
    (folder / "sitecustomize.py").write_text(
        "import os, pathlib, sys, threading, time\n"
        f"words, folder, real = sys.orig_argv[1:], pathlib.Path({str(folder)!r}), {real!r}\n"
        f"{dedent(code)}\n{dedent(STAND_IN)}",
        encoding="utf-8",
    )
    return os.pathsep.join([str(folder), str(Path(__file__).parents[2])])


@pytest.fixture
def product(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`tasador run`, with stand-ins for what it serves with."""
    with running(environment | {"PYTHONPATH": disturbing(tmp_path)}) as process:
        yield process


def read_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    raise AssertionError(f"{text!r} was never printed:\n{seen}")


def children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
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
    environment: dict[str, str],
) -> None:
    with running(environment) as product:
        printed = read_until(product, "Ctrl-C stops everything")
        started = children(product.pid)
        for port, path in (("DASHBOARD_PORT", "_stcore/health"), ("API_PORT", "livez")):
            with urllib.request.urlopen(f"http://127.0.0.1:{environment[port]}/{path}", timeout=10) as answer:
                assert answer.status == 200
        product.send_signal(signal.SIGINT)
        assert "Stopped." in read_until(product, "Stopped.").partition("Stopping ...")[2]
        assert product.wait(30) == 0
        assert f"http://127.0.0.1:{environment['DASHBOARD_PORT']}" in printed
        assert "Password" not in printed
        assert len(started) == 3
        assert all(gone(number) for number in started)


def without_people(home: TrainedHome, folder: Path) -> dict[str, str]:
    """A home that is trained, but in which nobody may log in yet."""
    settings = copy_of(home, folder)
    with closing(sqlite3.connect(settings.DATA_DIR / "database" / "tasador.db")) as database, database:
        database.execute("delete from api_keys")
        database.execute("delete from people")
    return {"DATA_DIR": str(settings.DATA_DIR), "MODELS_DIR": str(settings.MODELS_DIR)}


def test_the_set_up_ends_with_one_short_block_of_addresses_name_password_and_key(
    environment: dict[str, str], trained_home: TrainedHome, tmp_path: Path
) -> None:
    stand_ins = {"PYTHONPATH": disturbing(tmp_path)}
    with running(environment | stand_ins | without_people(trained_home, tmp_path / "home")) as product:
        block = read_until(product, "Ctrl-C stops everything").partition("Tasador is ready.")[2].split("\n")
    names = [line.partition(":")[0] for line in block if line]
    said = "Password and key are shown this once"
    assert names == ["Dashboard", "API", "Name", "Password", "API key", said, "Ctrl-C stops everything."]


def test_ctrl_c_in_the_middle_of_the_set_up_is_answered_and_the_next_start_goes_on(
    environment: dict[str, str], tmp_path: Path
) -> None:
    home = {"DATA_DIR": str(tmp_path / "data"), "MODELS_DIR": str(tmp_path / "models")}
    with running(environment | home) as product:
        assert read_until(product, "Loading the sample").startswith("Starting Tasador ...")
        product.send_signal(signal.SIGINT)
        assert "Stopping ..." in read_until(product, "`tasador run` goes on from there")
        assert product.wait(30) == 130


def answers(environment: dict[str, str], port: str, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{environment[port]}/{path}", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def serving(process: subprocess.Popen[str], what: str) -> int:
    """The process under `tasador run` whose command line holds these words, once it is there."""
    found: list[int] = []

    def is_there() -> bool:
        listed = ((number, Path(f"/proc/{number}/cmdline")) for number in children(process.pid))
        found[:] = [number for number, line in listed if line.exists() and what.encode() in line.read_bytes()]
        return len(found) == 1

    until(is_there)
    return found[0]


def until(what: Callable[[], bool], seconds: float = 60) -> None:
    deadline = monotonic() + seconds
    while not what():
        assert monotonic() < deadline, "it did not come to pass in time"
        sleep(0.2)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="process lists are read from Linux's /proc")
def test_whatever_is_killed_is_started_again_and_the_others_go_on(
    product: subprocess.Popen[str], environment: dict[str, str]
) -> None:
    read_until(product, "Ctrl-C stops everything")
    for name, words, port, path in (
        ("dashboard", "streamlit", "DASHBOARD_PORT", "_stcore/health"),
        ("API", "pricing_core\0api", "API_PORT", "openapi.json"),
        ("worker", "pricing_core\0worker", "DASHBOARD_PORT", "_stcore/health"),
    ):
        before, killed = children(product.pid), serving(product, words)
        os.kill(killed, signal.SIGKILL)
        assert "another one is started" in read_until(product, f"The {name} ended by itself")
        until(lambda: len(children(product.pid)) == 3)
        until(lambda port=port, path=path: answers(environment, port, path))  # type: ignore[misc]
        assert set(children(product.pid)) - set(before) == {serving(product, words)}
        assert set(before) - set(children(product.pid)) == {killed}
    assert product.poll() is None


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="process lists are read from Linux's /proc")
def test_what_ends_again_and_again_ends_all_with_a_sentence(product: subprocess.Popen[str]) -> None:
    read_until(product, "Ctrl-C stops everything")
    started = set(children(product.pid))
    for _ in range(5):
        os.kill(serving(product, "pricing_core\0worker"), signal.SIGKILL)
        read_until(product, "The worker ended by itself")
        until(lambda: len(children(product.pid)) == 3)
        started |= set(children(product.pid))
    os.kill(serving(product, "pricing_core\0worker"), signal.SIGKILL)
    last = read_until(product, "stopping the rest")
    assert "The worker ended by itself 6 times within 10 minutes, the last time with exit code -9" in last
    assert "start again with `tasador run`" in last
    assert product.wait(30) == 1
    assert all(gone(number) for number in started)


def blocking(*names: str) -> str:
    """Code after which these modules cannot be imported, as if they were not installed."""
    return f"""
        class Blocker:
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] in {names!r}:
                    raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
        sys.meta_path.insert(0, Blocker())
    """


def without(environment: dict[str, str], folder: Path, *names: str) -> subprocess.Popen[str]:
    return started(environment | {"PYTHONPATH": disturbing(folder, blocking(*names), real=names)})


def started(environment: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "pricing_core", "run"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


@contextmanager
def stopped_in_the_end(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)
        assert process.stdout is not None
        process.stdout.close()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="process lists are read from Linux's /proc")
@pytest.mark.parametrize("missing", ["prometheus_client", "fastapi"])
def test_without_the_parts_of_the_api_dashboard_and_worker_are_served_and_it_is_said(
    environment: dict[str, str], tmp_path: Path, missing: str
) -> None:
    with stopped_in_the_end(without(environment, tmp_path, missing)) as product:
        printed = read_until(product, "Ctrl-C stops everything")
        assert f"not served: it needs the extra [api] ({missing} is missing): pip install 'tasador[api]'" in printed
        assert answers(environment, "DASHBOARD_PORT", "_stcore/health")
        assert len(children(product.pid)) == 2


def test_what_fails_once_at_the_start_is_tried_again_and_all_serve(environment: dict[str, str], tmp_path: Path) -> None:
    fails_once = """
        if words[-1] == "api" and not (folder / "failed").exists():
            (folder / "failed").touch()
            os._exit(1)
    """
    with stopped_in_the_end(started(environment | {"PYTHONPATH": disturbing(tmp_path, fails_once)})) as product:
        printed = read_until(product, "Ctrl-C stops everything")
        assert "The API could not start (exit code 1): it is tried again in 1 s." in printed
        assert "Not everything answered" not in printed
        assert answers(environment, "API_PORT", "livez")


def test_what_has_served_is_started_again_while_another_is_still_starting(
    environment: dict[str, str], tmp_path: Path
) -> None:
    falls_while_another_waits = """
        def fall():
            while not (folder / "fall").exists():
                time.sleep(0.1)
            (folder / "fall").unlink()
            os._exit(3)
        if words[-1] == "api":
            threading.Thread(target=fall, daemon=True).start()
        while "streamlit" in words and not (folder / "go").exists():
            time.sleep(0.1)
    """
    disturbed = environment | {"PYTHONPATH": disturbing(tmp_path, falls_while_another_waits)}
    with stopped_in_the_end(started(disturbed)) as product:
        until(lambda: answers(environment, "API_PORT", "livez"))
        sleep(3)  # it is asked three times a second
        (tmp_path / "fall").touch()
        assert "(exit code 3): another one is started" in read_until(product, "The API ended by itself")
        (tmp_path / "go").touch()
        read_until(product, "Ctrl-C stops everything")


def test_what_can_never_start_ends_all_within_seconds_with_a_sentence(
    environment: dict[str, str], tmp_path: Path
) -> None:
    begun = monotonic()
    with stopped_in_the_end(without(environment, tmp_path, "streamlit")) as product:
        printed = read_until(product, "stopping the rest")
        assert product.wait(30) == 1
    assert "The dashboard could not start: 3 times, the last time with exit code 1" in printed
    assert "start again with `tasador run`" in printed
    assert "another one is started" not in printed
    assert monotonic() - begun < 60


class Ended:
    """A process that has ended already, however often it is started."""

    def __init__(self, code: int) -> None:
        self.code = code

    def poll(self) -> int:
        return self.code


def ending_with(code: int, monkeypatch: pytest.MonkeyPatch, now: list[float]) -> Service:
    """A service whose every process ends at once, by a clock that the test sets."""
    monkeypatch.setattr("pricing_core.processes.service.time.monotonic", lambda: now[0])
    monkeypatch.setattr("pricing_core.processes.service.subprocess.Popen", lambda *_, **__: Ended(code))
    service = Service("worker", ["true"])
    service.start()
    return service


def test_what_fails_before_it_has_served_is_tried_twice_more(monkeypatch: pytest.MonkeyPatch) -> None:
    service = ending_with(1, monkeypatch, [1_000.0])
    assert [service.revive(1) for _ in range(3)] == [1, 2, None]


def test_what_has_run_for_long_enough_counts_as_one_that_has_served(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000.0]
    service = ending_with(1, monkeypatch, now)
    now[0] += 31
    assert [service.revive(1) for _ in range(6)] == [0, 1, 2, 4, 8, None]
    assert "ended by itself 6 times" in service.worn_out(1)


def test_between_starts_there_are_pauses_that_grow_and_they_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now, started = [1_000.0], []
    monkeypatch.setattr("pricing_core.processes.service.time.monotonic", lambda: now[0])
    monkeypatch.setattr(
        "pricing_core.processes.service.subprocess.Popen", lambda *_, **__: started.append(now[0]) or Ended(-9)
    )
    service = Service("worker", ["true"])
    service.start()
    pauses = []
    while (pause := service.revive(-9)) is not None:
        pauses.append(pause)
        assert service.ended() is None
        service.start_if_due()
        now[0] += pause
        service.start_if_due()
        assert service.ended() == -9
    assert pauses == [0, 1, 2, 4, 8]
    assert len(started) == 6
    now[0] += 601  # what was long ago counts no more
    assert service.revive(-9) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells a process that its parent has died")
def test_when_it_is_killed_the_hard_way_nothing_is_left_started(product: subprocess.Popen[str]) -> None:
    read_until(product, "Ctrl-C stops everything")
    started = children(product.pid)
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
