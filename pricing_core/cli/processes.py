"""``tasador init``, ``run``, ``worker``, ``api`` and ``dashboard``."""

from __future__ import annotations

import os
import signal
import sys
from importlib import import_module
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Final

import click

from pricing_core.cli.output import aligned, echo_progress, json_option, local_actor, open_avm, print_done, said, t
from pricing_core.errors import SettingsError
from pricing_core.processes.supervision import Services, dashboard_command, require_free_port, say_stopping
from pricing_core.settings import load_settings
from pricing_core.words import Message

if TYPE_CHECKING:
    from pricing_core.processes.first_run import FirstAccess

_INTERRUPTED: Final = 130
"""What a shell gives for a program that Ctrl-C ended."""


@click.command(short_help="Create the database, the first person and the first key.")
@json_option
def init(as_json: bool) -> None:
    """Create the database, the first person and the first key; they are printed this once."""
    from pricing_core.processes.first_run import create_first_access

    with open_avm() as avm:
        first, notice = create_first_access(avm, local_actor()), avm.access.secret_notice()
    if notice is not None:
        click.echo(said(notice), err=True)
    if first is None:
        known = t("There is a database with people already: see `tasador people list`.")
        print_done(known, {"created": False}, as_json)
    else:
        print_done(_told(first), {"created": True} | vars(first), as_json)


def _told(first: FirstAccess) -> str:
    pairs = [(t("Name:"), first.user), (t("Password:"), first.password), (t("API key:"), first.key)]
    return "\n".join([*aligned(pairs), "", t("Password and key are shown this once: keep them.")])


@click.command(short_help="Set up what is missing and run everything until Ctrl-C.")
def run() -> None:
    """Set up what is missing, then run worker, API and dashboard until Ctrl-C."""
    click.echo(t("Starting Tasador ..."))
    settings = load_settings()
    services = Services(settings, _missing_for_the_api())
    services.require_free_ports()
    signal.signal(signal.SIGINT, _interrupt)
    try:
        access = _set_up()
    except KeyboardInterrupt:
        click.echo(t("Stopped. What is set up already stays, and `tasador run` goes on from there."))
        sys.exit(_INTERRUPTED)
    sys.exit(services.run(click.echo, access))


def _set_up() -> str:
    from pricing_core.processes.first_run import prepare

    with open_avm() as avm:
        stages = echo_progress(lambda stage: click.echo(f"  {said(stage)}"))
        first = prepare(avm, local_actor(), lambda told: click.echo(said(told)), stages)
    return _told(first) if first else ""


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    say_stopping()
    raise KeyboardInterrupt


def _missing_for_the_api() -> Message | None:
    try:
        # Its parts come with other packages too, so that only an import tells whether all of them are there.
        import_module("pricing_core.api")
    except ImportError as error:
        return Message(
            "it needs the extra [api] ({module} is missing): pip install 'tasador[api]'.",
            module=error.name or str(error),
        )
    return None


@click.command()
def worker() -> None:
    """Work through queued jobs until told to stop."""
    from pricing_core.processes.worker import Worker

    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())  # a job in the middle is given back within a second
    with open_avm() as avm:
        Worker(avm, stop.is_set).run()


@click.command()
def api() -> None:
    """Serve the JSON API."""
    if missing := _missing_for_the_api():
        raise SettingsError("The API cannot be served: {problem}", problem=missing)
    from pricing_core.api import serve

    settings = load_settings()
    require_free_port(settings.HOST, settings.API_PORT, "API_PORT")
    with open_avm(preload=True) as avm:
        serve(avm)


@click.command()
def dashboard() -> None:
    """Serve the dashboard."""
    settings = load_settings()
    require_free_port(settings.HOST, settings.DASHBOARD_PORT, "DASHBOARD_PORT")
    command = dashboard_command(settings)
    # In the place of this very process, so that a signal to it reaches the dashboard.
    os.execv(command[0], command)  # nosec B606


COMMANDS = (init, run, worker, api, dashboard)
