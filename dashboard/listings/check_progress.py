"""The check of many listings: the worker's progress, shown until the page can say what looks wrong."""

from __future__ import annotations

import streamlit as st

from dashboard.login import acting
from dashboard.parts.job_progress import follow, remaining
from dashboard.parts.refusals import said
from dashboard.parts.text import language, t, zone
from dashboard.parts.views import note, small
from dashboard.state import avm
from pricing_core import Actor, Job, Message, say


def waits(actor: Actor) -> bool:
    """Whether many listings are not checked yet; then how far that is, and what can be done, is shown."""
    if not avm().listings.waits_for_check():
        return False
    job = next(iter(avm().jobs.newest(limit=1, kind="check")), None)
    if job is None or not job.active:
        _offer(job, actor)
        return True
    follow(job, _about, _left)
    if not avm().jobs.worker_alive() and actor.may("analyst"):
        small(t("check_job.here_lead"))
        if st.button(t("check_job.here"), key="check_here", icon=":material/troubleshoot:"):
            _check_here()
    return True


def _about(_job: Job) -> None:
    st.markdown(f"##### {t('check_job.title')}")
    small(t("check_job.lead"))


def _left(job: Job) -> None:
    if job.status == "running":
        small(f"{t('job.eta')}: {remaining(job)}")


def _check_here() -> None:
    """Check in this session: it takes as long as it takes, but needs nobody else."""
    line = st.progress(0.0, text=t("check_job.title"))

    def progress(stage: Message, done: float) -> None:
        line.progress(min(max(done, 0.0), 1.0), text=say(stage, language(), zone()))

    with acting():
        avm().listings.findings(progress=progress)
    st.rerun()


def _offer(last: Job | None, actor: Actor) -> None:
    """No check is under way: it was cancelled, failed, or nobody asked for one."""
    note(t("check_job.none"), "warning")
    if last is not None and last.status == "failed":
        note(said(last.message), "error", title=t("job.failed"))
    if not actor.may("analyst"):
        small(t("check_job.ask"))
    elif st.button(t("check_job.start"), type="primary", key="check_start", icon=":material/troubleshoot:"):
        with acting() as present:
            avm().jobs.submit("check", actor=present)
        st.rerun()
