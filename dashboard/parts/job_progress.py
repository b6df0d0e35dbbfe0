"""A job at work: how far it is, polled each second, what it said, and the way to cancel it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time

import streamlit as st

from dashboard.login import acting
from dashboard.parts.text import duration, in_words, percent, t, zone
from dashboard.parts.views import note, notes
from dashboard.state import avm
from pricing_core import NOTHING, Job, Message

Show = Callable[[Job], None]


def follow(job: Job, above: Show, below: Show = lambda _job: None) -> None:
    """Show a job until it ends; ``above`` and ``below`` put more around its bar."""
    st.fragment(_progress, run_every=1.0)(job.id, above, below)


def _progress(job_id: str, above: Show, below: Show) -> None:
    with notes(), acting() as actor:
        job = avm().jobs.get(job_id)
        if not job.active:
            # A full run, not one of the fragment: it ends the polling and shows the outcome everywhere.
            st.rerun(scope="app")
        with st.container(border=True):
            above(job)
            _bar(job)
            below(job)
            said(job)
            own = job.requested_by == actor.name
            if (own or actor.may("analyst")) and st.button(t("Cancel"), key="job_cancel", icon=":material/cancel:"):
                avm().jobs.cancel(job_id, actor=actor)
                st.rerun(scope="app")
        if not avm().jobs.worker_alive():
            note(
                t("The job waits until one runs: start it with `tasador worker`, or everything with `tasador run`."),
                "warning",
                title=t("No worker is running"),
            )


def _bar(job: Job) -> None:
    words = f"{in_words(job.stage) or NOTHING} · {percent(job.progress, 0)}"
    st.progress(min(max(job.progress, 0.0), 1.0), text=words)


def said(job: Job) -> None:
    """What the job said last, and that it was taken up again where it was."""
    if job.attempt > 1:
        note(
            t(
                "The worker stopped in the middle of the first attempt, so the job was taken up again. Nothing was "
                "changed by it."
            ),
            "warning",
        )
    if job.lines:
        begun = job.started_at or job.created_at
        with st.expander(t("What it said"), key="job_lines"):
            st.code("\n".join(line_in_words(line, begun) for line in job.lines), language=None, wrap_lines=True)


def line_in_words(line: Message, day: datetime) -> str:
    """A line of a job in the language and the time zone of the person."""
    clock, said = line.facts.get("clock"), line.facts.get("said")
    if not (isinstance(clock, str) and isinstance(said, Message)):  # of a release that kept finished text
        return in_words(line)
    at = datetime.combine(day.astimezone(UTC), time.fromisoformat(clock), UTC).astimezone(zone())
    return f"{at:%H:%M:%S} {in_words(said)}"


def took(job: Job) -> str:
    """How long a job has taken so far, or took."""
    end = job.finished_at or datetime.now(UTC)
    return duration(max(0.0, (end - (job.started_at or job.created_at)).total_seconds()))


def remaining(job: Job) -> str:
    """About how long it still needs."""
    if job.eta_seconds is None:
        return t("Not known yet: the first of its kind")
    return (
        t("a moment; longer than usual already")
        if job.eta_seconds == 0
        else t("about {time:duration}", time=job.eta_seconds)
    )
