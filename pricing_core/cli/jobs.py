"""``tasador jobs``, ``schedule`` and ``prune``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import click

from pricing_core.cli.output import (
    json_option,
    local_actor,
    open_avm,
    open_home,
    print_done,
    print_json,
    print_table,
    reader,
)
from pricing_core.nouns import Job, Removal
from pricing_core.nouns.jobs import JOB_KINDS
from pricing_core.words import say

if TYPE_CHECKING:
    from pricing_core.avm import AVM

_MANY_LINES = 200
# A worker that lives stops a job within about two seconds; one that has died is known for it by then.
_STOPPING_SECONDS = 45.0


@contextmanager
def _open_jobs(opened: Callable[[], AbstractContextManager[AVM]] = open_home) -> Iterator[AVM]:
    """An AVM in which no job is left to a worker that has died: a command looks only once, so it looks for long."""
    with opened() as avm:
        avm.jobs.take_back_abandoned(wait=True)
        yield avm


@click.group(invoke_without_command=True, short_help="Show the newest jobs; start, show or cancel one.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 10_000), help="How many to show.")
@json_option
@click.pass_context
def jobs(context: click.Context, limit: int, as_json: bool) -> None:
    """Show the newest jobs; `start` one, `show` one in full, or `cancel` it."""
    if context.invoked_subcommand is not None:
        return
    with _open_jobs() as avm:
        found = avm.jobs.newest(limit)
    if as_json:
        print_json([job.to_dict(reader()) for job in found])
        return
    rows = [
        (_when(job.created_at), job.kind, job.status, f"{job.progress:.0%}", job.requested_by, _time(job), job.id)
        for job in found
    ]
    print_table(("asked for (UTC)", "kind", "state", "done", "by", "took", "id"), rows, "No jobs yet.")


@jobs.command()
@click.argument("kind", type=click.Choice(JOB_KINDS))
@click.option("--recipe", help="What to train: original, revised, champion, or the path of a YAML file.")
@click.option("--force", is_flag=True, default=None, help="Train although nothing has changed.")
@click.option("--source", type=click.Path(path_type=Path), help="The file of homes that value_file values.")
@click.option("--out", type=click.Path(path_type=Path), help="The file that value_file writes.")
@json_option
def start(kind: str, as_json: bool, **options: str | Path | bool | None) -> None:
    """Queue work for the worker, or join the same work where it is queued or running already."""
    from pricing_core.jobs.work_kinds import WORK_KINDS

    given = {name: value for name, value in options.items() if value is not None}
    with _open_jobs(open_avm) as avm:
        job = avm.jobs.submit(kind, actor=local_actor(), **given)
        alive = avm.jobs.worker_alive()
    if as_json:
        print_json(job.to_dict(reader()))
        return
    click.echo(
        f"{str(WORK_KINDS[kind].to_do).capitalize()}: job {job.id}, {job.status}. See `tasador jobs show {job.id}`."
    )
    if not alive:
        click.echo("No worker is running: start one with `tasador worker`.")


@jobs.command()
@click.argument("job_id", metavar="ID")
@json_option
def show(job_id: str, as_json: bool) -> None:
    """Show one job: how far it is, what it said, and how long it still needs."""
    with _open_jobs() as avm:
        job = avm.jobs.get(job_id, lines=_MANY_LINES)
        alive = avm.jobs.worker_alive()
    if as_json:
        print_json(job.to_dict(reader()))
        return
    click.echo(f"{job.kind}, {job.status}: {say(job.message or job.stage, reader())} ({job.progress:.0%})")
    click.echo(f"Asked for by {job.requested_by} at {_when(job.created_at)} UTC; took {_time(job)} so far.")
    if job.eta_seconds is not None:
        click.echo(f"It needs about {job.eta_seconds:,.0f} s more, told from former jobs.")
    if job.attempt > 1:
        click.echo(f"This is attempt {job.attempt}: it was taken up again.")
    if job.active and not alive:
        click.echo("No worker is running: start one with `tasador worker`.")
    for line in job.lines:
        click.echo(f"  {say(line, reader())}")


@jobs.command()
@click.argument("job_id", metavar="ID")
@json_option
def cancel(job_id: str, as_json: bool) -> None:
    """Cancel a job, and wait until one that runs has stopped."""
    with _open_jobs() as avm:
        job = _stopped(avm, avm.jobs.cancel(job_id, actor=local_actor()))
    waiting = "The job was asked to stop and has not stopped yet: see `tasador jobs show {}`."
    sentence = waiting.format(job.id) if job.active else f"The job is {job.status}."
    print_done(sentence, job.to_dict(reader()), as_json)


def _stopped(avm: AVM, job: Job) -> Job:
    deadline = monotonic() + _STOPPING_SECONDS
    while job.active and monotonic() < deadline:
        sleep(0.5)
        job = avm.jobs.get(job.id)
    return job


@click.command()
@json_option
def schedule(as_json: bool) -> None:
    """Show when the model is trained by itself."""
    with open_home() as avm:
        found = avm.jobs.schedule()
    if as_json:
        print_json(found.to_dict())
        return
    if found.expression is None:
        click.echo("No times are set: set RETRAIN_SCHEDULE, such as RETRAIN_SCHEDULE='0 3 * * 1'.")
    else:
        click.echo(f"{found.expression} in {found.timezone}; next {_when(found.next_at)} UTC.")
        if found.last_due is not None:
            click.echo(f"Last due {_when(found.last_due)} UTC, job {found.last_job_id or '-'}.")
    if found.new_rows_limit:
        click.echo(f"Also after {found.new_rows_limit:,} new rows: {found.new_rows:,} have come.")
    if found.on_drift:
        click.echo("Also when an alert says that the market has drifted.")


@click.command(short_help="Remove what is past its time.")
@click.option("--dry-run", is_flag=True, help="Say what would be removed, and remove nothing.")
@json_option
def prune(dry_run: bool, as_json: bool) -> None:
    """Remove what is past the time that the KEEP_ settings give it; the worker does so once a day."""
    with open_home() as avm:
        found = avm.jobs.retention.plan() if dry_run else avm.jobs.retention.prune(actor=local_actor())
    if as_json:
        print_json({"dry_run": dry_run, "removed": [item.to_dict() for item in found]})
        return
    rows = [_removal(item) for item in found]
    print_table(
        ("sort", "count", "oldest (UTC)", "newest (UTC)", "about kB"), rows, "Nothing is removed by any setting."
    )
    click.echo("Nothing was removed: this was a dry run." if dry_run else "Removed.")


def _removal(item: Removal) -> tuple[str, ...]:
    return item.what, f"{item.count:,}", _when(item.oldest), _when(item.newest), f"{item.bytes / 1_000:,.0f}"


def _when(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def _time(job: Job) -> str:
    return "-" if job.elapsed_seconds is None else f"{job.elapsed_seconds:,.0f} s"


COMMANDS = (jobs, schedule, prune)
