"""``tasador jobs``, ``schedule`` and ``prune``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

import click

from pricing_core.cli.chosen_words import PAST_WORDS, STATUS_WORDS
from pricing_core.cli.output import (
    integer,
    json_option,
    local_actor,
    moment,
    open_avm,
    open_home,
    percent,
    print_done,
    print_json,
    print_table,
    reader,
    said,
    t,
)
from pricing_core.nouns import Job, Removal
from pricing_core.nouns.jobs import JOB_KINDS
from pricing_core.words import Message, dates

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
        (
            moment(job.created_at),
            said(_work(job)),
            t(STATUS_WORDS[job.status]),
            percent(job.progress),
            job.requested_by,
            dates.duration(job.elapsed_seconds, reader()),
            job.id,
        )
        for job in found
    ]
    columns = (t("Ordered"), t("Job"), t("State"), t("Progress"), t("Ordered by"), t("Took"), t("Id"))
    print_table(columns, rows, t("No jobs yet."))


def _work(job: Job) -> Message:
    from pricing_core.jobs.work_kinds import WORK_KINDS

    return WORK_KINDS[job.kind].to_do


def _told(job: Job) -> str:
    return t("Job {job} ({work}): {state}.", job=job.id, work=_work(job), state=Message(STATUS_WORDS[job.status]))


@jobs.command()
@click.argument("kind", type=click.Choice(JOB_KINDS))
@click.option("--recipe", help="What to train: original, revised, champion, declared, or the path of a YAML file.")
@click.option("--force", is_flag=True, default=None, help="Train although nothing has changed.")
@click.option("--source", type=click.Path(path_type=Path), help="The file of homes that value_file values.")
@click.option("--out", type=click.Path(path_type=Path), help="The file that value_file writes.")
@json_option
def start(kind: str, as_json: bool, **options: str | Path | bool | None) -> None:
    """Queue work for the worker, or join the same work where it is queued or running already."""
    given = {name: value for name, value in options.items() if value is not None}
    with _open_jobs(open_avm) as avm:
        job = avm.jobs.submit(kind, actor=local_actor(), **given)
        alive = avm.jobs.worker_alive()
    if as_json:
        print_json(job.to_dict(reader()))
        return
    click.echo(f"{_told(job)} {t('See `tasador jobs show {job}`.', job=job.id)}")
    if not alive:
        click.echo(t("No worker is running: start one with `tasador worker`."))


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
    click.echo(_told(job))
    click.echo("\n".join(_details(job)))
    if job.active and not alive:
        click.echo(t("No worker is running: start one with `tasador worker`."))
    for line in job.lines:
        click.echo(f"  {said(line)}")


def _details(job: Job) -> Iterator[str]:
    if sentence := job.message or job.stage:
        yield t("{done:percent}: {said}", done=job.progress, said=sentence)
    yield t(
        "Ordered by {name}, {when:moment}. Time so far: {time:duration}.",
        name=job.requested_by,
        when=job.created_at,
        time=job.elapsed_seconds,
    )
    if job.eta_seconds is not None:
        yield t("It needs about {time:duration} more, told from former jobs.", time=job.eta_seconds)
    if job.attempt > 1:
        yield t("This is attempt {attempt}: it was taken up again.", attempt=job.attempt)


@jobs.command()
@click.argument("job_id", metavar="ID")
@json_option
def cancel(job_id: str, as_json: bool) -> None:
    """Cancel a job, and wait until one that runs has stopped."""
    with _open_jobs() as avm:
        job = _stopped(avm, avm.jobs.cancel(job_id, actor=local_actor()))
    waiting = t("The job was asked to stop and has not stopped yet: see `tasador jobs show {job}`.", job=job.id)
    print_done(waiting if job.active else _told(job), job.to_dict(reader()), as_json)


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
        click.echo(t("No times are set: set RETRAIN_SCHEDULE, such as RETRAIN_SCHEDULE='0 3 * * 1'."))
    else:
        click.echo(
            t(
                "Trained by itself next at {when:moment} ({expression}, {zone}).",
                when=found.next_at,
                expression=found.expression,
                zone=found.timezone,
            )
        )
        if found.last_due is not None:
            job = found.last_job_id
            click.echo(t("Last planned training: {when:moment}, job {job:name}.", when=found.last_due, job=job))
    if found.new_rows_limit:
        limit, come = found.new_rows_limit, found.new_rows
        click.echo(t("Also after {limit:integer} new rows: {count:integer} have come.", limit=limit, count=come))
    if found.on_drift:
        click.echo(t("Also when an alert says that the market has drifted."))


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
    columns = (t("What"), t("Count"), t("Oldest"), t("Newest"), t("About kB"))
    print_table(columns, map(_removal, found), t("Nothing is removed by any setting."))
    click.echo(t("Nothing was removed: this was a dry run." if dry_run else "Removed."))


def _removal(item: Removal) -> tuple[str, ...]:
    times = map(moment, (item.oldest, item.newest))
    return t(PAST_WORDS[item.what]), integer(item.count), *times, integer(item.bytes / 1_000)


COMMANDS = (jobs, schedule, prune)
