"""Starts worker, API and dashboard as processes of their own, watches them, and stops them all."""

from __future__ import annotations

import signal
import socket
import subprocess  # nosec B404 - runs our own interpreter with fixed arguments
import sys
import time
import urllib.request
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Final

from pricing_core.errors import SettingsError
from pricing_core.lifeline import end_with_parent
from pricing_core.settings import Settings

ROOT: Final = Path(__file__).parents[1]
_READY_SECONDS: Final = 120
_GRACE_SECONDS: Final = 10
# A worker that ends so often in so short a time will not be helped by another start.
_REVIVALS: Final = 5
_REVIVAL_SECONDS: Final = 600.0


def require_free_port(host: str, port: int, setting: str) -> None:
    """Refuse a port that something else listens on.

    Raises
    ------
    SettingsError
        Naming the setting that changes it.
    """
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reason = error.strerror or str(error)
            raise SettingsError(
                f"Port {port} on {host} cannot be used ({reason}): set {setting} to a free port, for example "
                f"{setting}={port + 10 if port < 65_500 else port - 10}, or end the program that holds it."
            ) from None


def dashboard_command(settings: Settings) -> list[str]:
    """The command that serves the dashboard."""
    entry = ROOT / "dashboard" / "app.py"
    return [
        sys.executable, "-m", "streamlit", "run", str(entry),
        "--server.port", str(settings.DASHBOARD_PORT), "--server.address", settings.HOST,
        "--server.maxUploadSize", str(settings.UPLOAD_MB), "--logger.level", "warning",
    ]  # fmt: skip


class Services:
    """The three processes of the product.

    Parameters
    ----------
    settings
        Host and ports.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._with_api = find_spec("fastapi") is not None and find_spec("uvicorn") is not None
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._revived: list[float] = []
        self._up = False
        self._stopping = False

    def require_free_ports(self) -> None:
        """Refuse to start while a port is taken, before anything else is done."""
        settings = self._settings
        require_free_port(settings.HOST, settings.DASHBOARD_PORT, "DASHBOARD_PORT")
        if self._with_api:
            require_free_port(settings.HOST, settings.API_PORT, "API_PORT")

    def run(self, say: Callable[[str], None]) -> int:
        """Start all, wait until they answer, print the addresses, and stay until one ends or a signal comes.

        A worker that ends by itself is started again: nobody's page hangs on it, and its job waits for the next one.

        Returns
        -------
        int
            The exit code: 0 after a signal, 1 when a process ended by itself.
        """
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            self._start()
            ready = self._wait_until_ready()
            if not self._stopping and self._ended() is None:
                self._up = True
                say(self._welcome(ready))
            return self._watch(say)
        finally:
            self._stop()

    def _start(self) -> None:
        for name in ("worker", "dashboard", *(["API"] if self._with_api else [])):
            self._launch(name)

    def _launch(self, name: str) -> None:
        tasador = [sys.executable, "-m", "pricing_core"]
        commands = {"worker": [*tasador, "worker"], "API": [*tasador, "api"]}
        # A session of its own keeps the terminal's Ctrl-C away from it: we stop it in good order.
        self._processes[name] = subprocess.Popen(  # nosec B603
            commands.get(name) or dashboard_command(self._settings),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - no other thread runs yet, and it only asks the kernel
        )

    def _wait_until_ready(self) -> bool:
        waiting = [f"{self.dashboard_url}/_stcore/health"] + (
            [f"{self.api_url}/api/v1/health"] if self._with_api else []
        )
        deadline = time.monotonic() + _READY_SECONDS
        while waiting and not self._stopping and self._ended() is None and time.monotonic() < deadline:
            waiting = [url for url in waiting if not _answers(url)]
            time.sleep(0.2)
        return not waiting

    def _welcome(self, ready: bool) -> str:
        late = f"Not everything answered within {_READY_SECONDS} seconds; it may only be slow."
        lines = [*([] if ready else ["", late]), "", f"Dashboard: {self.dashboard_url}"]
        if self._with_api:
            lines.append(f"API:       {self.api_url}/docs")
        return "\n".join([*lines, "", "Ctrl-C stops everything."])

    @property
    def dashboard_url(self) -> str:
        """Where a browser on this machine finds the dashboard."""
        return f"http://{_reachable(self._settings.HOST)}:{self._settings.DASHBOARD_PORT}"

    @property
    def api_url(self) -> str:
        """Where a program on this machine finds the API."""
        return f"http://{_reachable(self._settings.HOST)}:{self._settings.API_PORT}"

    def _watch(self, say: Callable[[str], None]) -> int:
        while not self._stopping:
            ended = self._ended()
            if ended is not None:
                code, revived = self._processes[ended].returncode, self._revive(ended)
                told = "another one is started" if revived else "stopping the rest"
                say(f"The {ended} ended by itself (exit code {code}): {told}.")
                if not revived:
                    return 1
            time.sleep(0.5)
        return 0

    def _revive(self, name: str) -> bool:
        now = time.monotonic()
        self._revived = [moment for moment in self._revived if now - moment < _REVIVAL_SECONDS]
        if name != "worker" or not self._up or len(self._revived) >= _REVIVALS:
            return False
        self._revived.append(now)
        self._launch(name)
        return True

    def _ended(self) -> str | None:
        return next((name for name, process in self._processes.items() if process.poll() is not None), None)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _stop(self) -> None:
        for process in self._processes.values():
            process.terminate()
        deadline = time.monotonic() + _GRACE_SECONDS
        for process in self._processes.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _reachable(host: str) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # nosec B104 - shown, not bound
    return f"[{shown}]" if ":" in shown and not shown.startswith("[") else shown


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # nosec B310 - our own address
            return bool(response.status == 200)
    except OSError:
        return False
