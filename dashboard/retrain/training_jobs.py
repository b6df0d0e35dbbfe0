"""Retraining: the order, its progress while it is worked on, and the jobs so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard.login import acting
from dashboard.parts import refusals
from dashboard.parts.job_progress import follow, remaining, said, took
from dashboard.parts.text import NOTHING, known, moment, number, percent, t
from dashboard.parts.views import empty, facts, link, note, notes, small
from dashboard.state import avm
from pricing_core import Job

_WATCHED: Final = "job_watched"
_TONES: Final[Mapping[str, Any]] = {"done": "good", "failed": "error", "cancelled": "warning"}
_LEFT_OUT: Final = ("rows_excluded", "rows_unreviewed_errors_left_out")


def order(active: Job | None) -> None:
    """Choose a recipe and queue the training."""
    recipes = {recipe.name: recipe for recipe in avm().versions.recipes()}
    names = sorted(recipes, key=lambda name: name != "champion")
    with st.container(border=True):
        name = st.selectbox(t("recipe"), names, key="retrain_recipe", persist_state="session")
        small(_about(name, recipes[name].description))
        _changed(name)
        force = st.checkbox(t("retrain.force"), key="retrain_force", help=t("retrain.force_help"))
        clicked = st.button(
            t("retrain.start"),
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            key="retrain_start",
            disabled=active is not None,
        )
    if clicked:
        with notes(), acting() as actor:
            job = avm().jobs.submit("train", actor=actor, recipe=name, force=force)
            st.session_state[_WATCHED] = job.id
            st.rerun()


def _about(recipe: str, description: str) -> str:
    """What a recipe is, in the language of the person where it is one of ours."""
    words = known("recipe_about", recipe)
    return description if words == recipe else words


def _changed(recipe: str) -> None:
    """What a training with this recipe would see that the champion did not."""
    if avm().listings.waits_for_check():  # to say what has changed would check them here, while somebody waits
        note(t("changed.unchecked"))
        return
    found = avm().versions.changed(recipe)
    if found.same_version is not None:
        note(t("changed.same", version=found.same_version))
        return
    if found.champion is None:
        note(t("changed.none"))
        return
    now = number(found.listed_now)
    if not found.listings_changed:
        listings = t("changed.listings_same", version=found.champion)
    elif found.listed_then is None:
        listings = t("changed.listings_uncounted", version=found.champion, now=now)
    else:
        listings = t("changed.listings", version=found.champion, then=number(found.listed_then), now=now)
    changed = t("changed.recipe", was=found.champion_recipe) if found.recipe_changed else t("changed.recipe_same")
    note(f"{listings}\n{changed}", title=t("changed.title"))


def watch(jobs: Sequence[Job]) -> None:
    """The active job, polled each second, or else the outcome of the one watched last."""
    active = next((job for job in jobs if job.active), None)
    if active is not None:
        st.session_state[_WATCHED] = active.id
        follow(active, _state, _ordered)
        return
    watched = next((job for job in jobs if job.id == st.session_state.get(_WATCHED)), None)
    if watched is not None:
        outcome(watched)
    elif jobs:
        outcome(jobs[0])
    else:
        empty("chart", t("retrain.empty_title"), t("retrain.empty_text"))


def _state(job: Job) -> None:
    st.markdown(f"##### {t('job.' + job.status)}")


def _ordered(job: Job) -> None:
    facts(
        [
            (t("job.recipe"), str(job.parameters.get("recipe", NOTHING))),
            (t("job.by"), job.requested_by),
            (t("job.since"), took(job)),
            (t("job.eta"), remaining(job)),
        ]
    )


def planned() -> None:
    """A line on when the model is trained by itself."""
    schedule = avm().jobs.schedule()
    parts = []
    if schedule.expression is not None:
        words = {"expression": schedule.expression, "zone": schedule.timezone}
        parts.append(t("schedule.next", when=moment(schedule.next_at), **words))
    if schedule.last_due is not None:
        parts.append(t("schedule.last", when=moment(schedule.last_due)))
    if schedule.new_rows_limit:
        count, limit = number(schedule.new_rows), number(schedule.new_rows_limit)
        parts.append(t("schedule.new_rows", count=count, limit=limit))
    if schedule.on_drift:
        parts.append(t("schedule.on_drift"))
    small(" ".join(parts) or t("schedule.none"))


def outcome(job: Job) -> None:
    """How a job ended, and what came of it."""
    result = job.result
    with st.container(border=True):
        small(t("job.last", when=moment(job.finished_at), name=job.requested_by))
        kind = _kind_of_outcome(job)
        tone = {"same": "info", "refused": "warning"}.get(kind, _TONES.get(job.status, "info"))
        note(came_of(job) or t(f"job.{job.status}"), tone, title=t(f"job.{job.status}"))
        if job.status == "done" and result:
            facts(_figures(job, result) if result.get("trained") else [(t("version"), str(result.get("version")))])
            link("runs", t("job.to_runs"))
        said(avm().jobs.get(job.id))


def _figures(job: Job, result: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = {part: number(result.get(f"{part}_rows")) for part in ("train", "test")}
    return [
        (t("version"), str(result.get("version", NOTHING))),
        (t("recipe"), str(result.get("recipe", NOTHING))),
        (t("job.mdape"), percent((result.get("metrics") or {}).get("median_absolute_percentage_error_test"))),
        (t("job.rows"), t("job.rows_of", **rows)),
        (t("job.left_out"), _left_out(result.get("version"))),
        (t("runs.took"), took(job)),
    ]


def came_of(job: Job) -> str:
    """What came of a training, in a sentence; of other jobs, and of what failed, what the worker wrote."""
    kind = _kind_of_outcome(job)
    if job.status == "cancelled":
        return t("came.cancelled")
    return t(f"came.{kind}", version=job.result["version"]) if kind else refusals.said(job.message)


def _kind_of_outcome(job: Job) -> str:
    if job.status != "done" or not job.result.get("version"):
        return ""
    if job.result.get("promoted"):
        return "promoted"
    if not job.result.get("trained"):
        return "same"
    return "waits" if (job.result.get("verdict") or {}).get("passed") else "refused"


def _left_out(number_of_version: Any) -> str:
    """How many listings a version was trained without, because of reviews and findings."""
    version = next((each for each in avm().versions.all() if each.version == number_of_version), None)
    return NOTHING if version is None else number(sum(version.manifest.get(name, 0) for name in _LEFT_OUT))


def history(jobs: Sequence[Job]) -> None:
    """The jobs that have ended, the newest first."""
    jobs = [job for job in jobs if not job.active]
    if not jobs:
        return
    st.markdown(f"##### {t('job.history')}")
    rows = [
        {
            "created": moment(job.created_at),
            "status": t(f"job.{job.status}"),
            "recipe": str(job.parameters.get("recipe", NOTHING)),
            "by": job.requested_by,
            "took": took(job) if job.started_at else NOTHING,
            "message": came_of(job),
        }
        for job in jobs
    ]
    labels: dict[str, Any] = {
        "created": t("job.created"),
        "status": t("job.status"),
        "recipe": t("recipe"),
        "by": t("job.by"),
        "took": t("runs.took"),
        "message": st.column_config.TextColumn(t("job.message"), width="large"),
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="job_history", column_config=labels, height="content")
