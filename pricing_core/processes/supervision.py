"""Starts worker, API and dashboard as processes of their own, starts again what dies, and stops them all."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Final

from pricing_core.errors import SettingsError
from pricing_core.processes.service import Service, in_words
from pricing_core.settings import Settings
from pricing_core.words import Message

ROOT: Final = Path(__file__).parents[2]
_READY_SECONDS: Final = 120
_GRACE_SECONDS: Final = 10
_LOOK_SECONDS: Final = 0.3


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
                "Port {port} on {host} cannot be used ({problem}): set {setting} to a free port, for example "
                "{setting}={free}, or end the program that holds it.",
                port=port,
                host=host,
                problem=reason,
                setting=setting,
                free=port + 10 if port < 65_500 else port - 10,
            ) from None


def dashboard_command(settings: Settings) -> list[str]:
    """The command that serves the dashboard."""
    entry = ROOT / "dashboard" / "app.py"
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(entry),
        "--server.port",
        str(settings.DASHBOARD_PORT),
        "--server.address",
        settings.HOST,
        "--server.maxUploadSize",
        str(settings.UPLOAD_MB),
        "--logger.level",
        "warning",
    ]


def say_stopping() -> None:
    """Say at once that the end has begun: from inside a signal handler, where nothing that is buffered may be used."""
    with suppress(OSError, ValueError):  # whoever read it has gone
        os.write(sys.stdout.fileno(), b"\nStopping ...\n")


class Services:
    """The processes of the product.

    Parameters
    ----------
    settings
        Host and ports.
    no_api
        Why the API is not served; empty where it is.
    """

    def __init__(self, settings: Settings, no_api: Message | None = None) -> None:
        self._settings = settings
        self._no_api = no_api
        self._access = ""
        self._services = list(self._made())
        self._up = False
        self._stopping = False

    def _made(self) -> Iterator[Service]:
        tasador = [sys.executable, "-m", "pricing_core"]
        yield Service("worker", [*tasador, "worker"])
        yield Service("dashboard", dashboard_command(self._settings), f"{self.dashboard_url}/_stcore/health")
        if not self._no_api:
            yield Service("API", [*tasador, "api"], f"{self.api_url}/livez")

    def require_free_ports(self) -> None:
        """Refuse to start while a port is taken, before anything else is done."""
        settings = self._settings
        require_free_port(settings.HOST, settings.DASHBOARD_PORT, "DASHBOARD_PORT")
        if not self._no_api:
            require_free_port(settings.HOST, settings.API_PORT, "API_PORT")

    def run(self, say: Callable[[str], None], access: str = "") -> int:
        """Start all, print the addresses once they answer, and stay until a signal comes.

        What ends by itself is started again, sooner at first and later each time; the others go on. Only what fails
        again and again ends all, after three tries where it has never served.

        Parameters
        ----------
        say
            Prints a line.
        access
            Who may log in, where that was made now: it is printed once, with the addresses.

        Returns
        -------
        int
            The exit code: 0 after a signal, 1 when a process could not be kept running.
        """
        self._access = access
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            say(f"Starting {', '.join(service.name for service in self._services)} ...")
            for service in self._services:
                service.start()
            return self._watch(say)
        finally:
            if self._access:  # it was made, so it is told, whatever happened since
                say(f"\n{self._access}")
            self._stop()
            say("Stopped.")

    def _watch(self, say: Callable[[str], None]) -> int:
        waiting = [service for service in self._services if service.url]
        deadline = time.monotonic() + _READY_SECONDS
        while not self._stopping:
            if not all(self._tend(service, say) for service in self._services):
                return 1
            if not self._up:
                waiting = [service for service in waiting if not service.answers()]
                self._up = not waiting or time.monotonic() >= deadline
                if self._up and not self._stopping:
                    say(self._welcome(ready=not waiting))
            time.sleep(_LOOK_SECONDS)
        return 0

    def _tend(self, service: Service, say: Callable[[str], None]) -> bool:
        """Start it again where it has ended; ``False`` where that will not help."""
        code = service.ended()
        if code is None:
            service.start_if_due()
            return True
        pause = service.revive(code)
        if pause is None:
            say(service.worn_out(code))
            return False
        after = f" in {pause:.0f} s" if pause else ""
        if service.could_not_start(code):
            say(f"The {service.name} could not start ({in_words(code)}): it is tried again{after}.")
        else:
            say(f"The {service.name} ended by itself ({in_words(code)}): another one is started{after}.")
        return True

    def _welcome(self, *, ready: bool) -> str:
        late = f"Not everything answered within {_READY_SECONDS} seconds; it may only be slow."
        api = f"not served: {self._no_api}" if self._no_api else f"{self.api_url}/docs"
        access, self._access = self._access, ""
        lines = ["Tasador is ready." if ready else late, "", f"Dashboard: {self.dashboard_url}", f"API:       {api}"]
        return "\n".join(["", *lines, *([access] if access else []), "Ctrl-C stops everything."])

    @property
    def dashboard_url(self) -> str:
        """Where a browser on this machine finds the dashboard."""
        return f"http://{_reachable(self._settings.HOST)}:{self._settings.DASHBOARD_PORT}"

    @property
    def api_url(self) -> str:
        """Where a program on this machine finds the API."""
        return f"http://{_reachable(self._settings.HOST)}:{self._settings.API_PORT}"

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if not self._stopping:
            say_stopping()
        self._stopping = True

    def _stop(self) -> None:
        for service in self._services:
            service.terminate()
        deadline = time.monotonic() + _GRACE_SECONDS
        for service in self._services:
            service.wait(max(0.1, deadline - time.monotonic()))


def _reachable(host: str) -> str:
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # nosec B104 - shown, not bound
    return f"[{shown}]" if ":" in shown and not shown.startswith("[") else shown
