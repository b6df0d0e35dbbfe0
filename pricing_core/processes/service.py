"""One process of the product: how it is started, how often it may end by itself, and how its end is put in words."""

from __future__ import annotations

import signal
import subprocess  # nosec B404 - runs our own interpreter with fixed arguments
import time
import urllib.request
from collections.abc import Sequence
from contextlib import suppress
from http.client import HTTPException
from typing import Final
from urllib.error import HTTPError

from pricing_core.processes.lifeline import end_with_parent

# Seconds before each new start. Who ends once more within the time below will not be helped by another one.
_PAUSES: Final = (0.0, 1.0, 2.0, 4.0, 8.0)
# What fails before it ever served mostly does so again: a missing module, a taken port. It is tried twice more.
_FIRST_PAUSES: Final = (1.0, 2.0)
# A process that has run for so long has begun its work, also one that nothing is asked of.
_PROVEN_SECONDS: Final = 30.0
_REMEMBERED_SECONDS: Final = 600.0


class Service:
    """A process that is started again when it ends by itself.

    Parameters
    ----------
    name
        What people call it.
    command
        What it runs.
    url
        Where it answers once it serves; empty where nothing is asked of it.
    """

    def __init__(self, name: str, command: Sequence[str], url: str = "") -> None:
        self.name = name
        self.url = url
        self._command = list(command)
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0
        self._proven = False
        self._ends: list[float] = []
        self._due: float | None = None

    def start(self) -> None:
        """Start the process."""
        self._due, self._started = None, time.monotonic()
        # A session of its own keeps the terminal's Ctrl-C away from it: we stop it in good order.
        self._process = subprocess.Popen(  # nosec B603
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - it only asks the kernel
        )

    def start_if_due(self) -> None:
        """Start it again once its pause is over."""
        if self._due is not None and time.monotonic() >= self._due:
            with suppress(OSError):  # no memory for it now: the next look finds it ended still, and counts that
                self.start()

    def ended(self) -> int | None:
        """The exit code of a process that has ended by itself and is not waiting to be started again."""
        return None if self._due is not None or self._process is None else self._process.poll()

    def could_not_start(self, code: int) -> bool:
        """Whether it failed by itself although no process of it has ever served."""
        return code > 0 and not self._proven

    def revive(self, code: int) -> float | None:
        """Plan another start; gives the seconds until then, or ``None`` where it has ended too often lately."""
        now = time.monotonic()
        self._proven = self._proven or now - self._started >= _PROVEN_SECONDS
        pauses = _FIRST_PAUSES if self.could_not_start(code) else _PAUSES
        self._ends = [moment for moment in self._ends if now - moment < _REMEMBERED_SECONDS] + [now]
        if len(self._ends) > len(pauses):
            return None
        pause = pauses[len(self._ends) - 1]
        self._due = now + pause
        return pause

    def worn_out(self, code: int) -> str:
        """The sentence on a process that has ended too often."""
        often = f"{len(self._ends)} times"
        if self.could_not_start(code):
            what = f"could not start: {often}"
        else:
            what = f"ended by itself {often} within {_REMEMBERED_SECONDS / 60:.0f} minutes"
        return (
            f"The {self.name} {what}, the last time with {in_words(code)}: stopping the rest. What it wrote above says "
            "why; when that is mended, start again with `tasador run`."
        )

    def answers(self) -> bool:
        """Whether it serves; an answer that says no is one too. Once it has served, that is remembered."""
        if self._responds():
            self._proven = True
            return True
        return False

    def _responds(self) -> bool:
        try:
            with urllib.request.urlopen(self.url, timeout=2):  # nosec B310 - our own address
                return True
        except HTTPError:
            return True
        except (OSError, HTTPException):
            return False

    def terminate(self) -> None:
        """Ask it to end."""
        if self._process is not None:
            self._process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait until it has ended, and end it the hard way when that takes longer."""
        if self._process is None:
            return
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def in_words(code: int) -> str:
    """An exit code, with what it means where a signal ended the process."""
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:  # one that has no name, as those of real time
        name = f"signal {-code}"
    memory = ", perhaps because memory ran out" if code == -signal.SIGKILL else ""
    return f"exit code {code} (killed by {name}{memory})"
