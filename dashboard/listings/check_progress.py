"""The check of many listings: the worker's progress, shown until the page can say what looks wrong."""

from __future__ import annotations

import streamlit as st

from dashboard.login import acting
from dashboard.parts.job_progress import follow, remaining
from dashboard.parts.text import in_words, t
from dashboard.parts.views import note, small
from dashboard.state import avm
from pricing_core import Actor, Job, Message


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
        small(t("So long as this page stays open, it can do the check itself."))
        if st.button(t("Check on this page"), key="check_here", icon=":material/troubleshoot:"):
            _check_here()
    return True


def _about(_job: Job) -> None:
    st.markdown(f"##### {t('The listings are being checked')}")
    small(
        t(
            "With so many listings the worker does the check. You can leave this page; the map appears here when "
            "it is done."
        )
    )


def _left(job: Job) -> None:
    if job.status == "running":
        small(f"{t('Still needs')}: {remaining(job)}")


def _check_here() -> None:
    """Check in this session: it takes as long as it takes, but needs nobody else."""
    line = st.progress(0.0, text=t("The listings are being checked"))

    def progress(stage: Message, done: float) -> None:
        line.progress(min(max(done, 0.0), 1.0), text=in_words(stage))

    with acting():
        avm().listings.findings(progress=progress)
    st.rerun()


def _offer(last: Job | None, actor: Actor) -> None:
    """No check is under way: it was cancelled, failed, or nobody asked for one."""
    note(t("These listings have not been checked yet, so the map cannot say what looks wrong with them."), "warning")
    if last is not None and last.status == "failed":
        note(in_words(last.message), "error", title=t("Failed"))
    if not actor.may("analyst"):
        small(t("Ask an analyst to start the check."))
    elif st.button(t("Check the listings"), type="primary", key="check_start", icon=":material/troubleshoot:"):
        with acting() as present:
            avm().jobs.submit("check", actor=present)
        st.rerun()
