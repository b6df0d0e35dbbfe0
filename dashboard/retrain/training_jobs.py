"""Retraining: the order, its progress while it is worked on, and the jobs so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd
import streamlit as st

from dashboard.login import acting
from dashboard.parts.cells import Labels
from dashboard.parts.job_progress import follow, remaining, said, took
from dashboard.parts.text import in_words, known, moment, number, percent, t
from dashboard.parts.views import Tone, empty, facts, link, note, notes, small
from dashboard.state import avm
from pricing_core import NOTHING, Job, Json, marked

_CAME_WORDS: Final = {
    "same": marked("Nothing to train: version {version} was made from the same listings and the same recipe."),
    "promoted": marked("Version {version} is the champion now."),
    "waits": marked("Version {version} passed the gate and waits for somebody to promote it."),
    "refused": marked("Version {version} did not pass the gate: the champion stays. The verdict below says why."),
    "cancelled": marked("Nothing was changed."),
}

_JOB_WORDS: Final = {
    "queued": marked("Waiting for the worker"),
    "running": marked("Training"),
    "done": marked("Done"),
    "failed": marked("Failed"),
    "cancelled": marked("Cancelled"),
}

_RECIPE_ABOUT_WORDS: Final = {
    "champion": marked(
        "The best that we have, on the logarithm of the price: two boosted models of the home, its place and what "
        "the listings around it ask, and a smooth surface through all listings with two boosted models of what it "
        "leaves over. Fitted without rows whose price cannot be believed."
    ),
    "original": marked(
        "The first model of the case: target encodings of type and sector, and nothing else, into boosted trees."
    ),
    "revised": marked(
        "The second model of the case: the original with the six numbers beside type and sector, brought to one scale."
    ),
}

_WATCHED: Final = "job_watched"
_TONES: Final[Mapping[str, Tone]] = {
    "done": "good",
    "failed": "error",
    "cancelled": "warning",
    "same": "info",
    "refused": "warning",
}
_LEFT_OUT: Final = ("rows_excluded", "rows_unreviewed_errors_left_out")


def order(active: Job | None) -> None:
    """Choose a recipe and queue the training."""
    recipes = {recipe.name: recipe for recipe in avm().versions.recipes()}
    names = sorted(recipes, key=lambda name: name != "champion")
    with st.container(border=True):
        name = st.selectbox(t("Recipe"), names, key="retrain_recipe", persist_state="session")
        small(_about(name, recipes[name].description))
        _changed(name)
        force = st.checkbox(
            t("Train even if nothing has changed"),
            key="retrain_force",
            help=t("Without it, the same listings with the same recipe are not trained twice."),
        )
        clicked = st.button(
            t("Train a new version"),
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
    words = known(_RECIPE_ABOUT_WORDS, recipe)
    return description if words == recipe else words


def _changed(recipe: str) -> None:
    """What a training with this recipe would see that the champion did not."""
    if avm().listings.waits_for_check():  # to say what has changed would check them here, while somebody waits
        note(
            t("The listings have not been checked yet. What has changed since the champion can be said when they are.")
        )
        return
    found = avm().versions.changed(recipe)
    if found.same_version is not None:
        note(
            t(
                "Nothing has changed: version {version} was made from the same listings and the same recipe. A "
                "training would do nothing unless you force it.",
                version=found.same_version,
            )
        )
        return
    if found.champion is None:
        note(t("No champion yet: the first version that passes the sanity checks becomes it."))
        return
    now = found.listed_now
    if not found.listings_changed:
        listings = t("The listings are those of version {version}.", version=found.champion)
    elif found.listed_then is None:
        listings = t(
            "The listings have changed since version {version}; now there are {now:integer}.",
            version=found.champion,
            now=now,
        )
    else:
        listings = t(
            "The listings have changed: version {version} had {then:integer}, now there are {now:integer}.",
            version=found.champion,
            then=found.listed_then,
            now=now,
        )
    changed = (
        t("The recipe is different (before: {was}).", was=found.champion_recipe)
        if found.recipe_changed
        else t("The recipe is the same.")
    )
    note(f"{listings}\n{changed}", title=t("Since the champion"))


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
        empty(
            "chart",
            t("No trainings yet"),
            t("Choose a recipe and start: the progress appears here, and the outcome stays."),
        )


def _state(job: Job) -> None:
    title = t(_JOB_WORDS[job.status])
    st.markdown(f"##### {title}")


def _ordered(job: Job) -> None:
    facts(
        [
            (t("Recipe"), str(job.parameters.get("recipe", NOTHING))),
            (t("Ordered by"), job.requested_by),
            (t("Time so far"), took(job)),
            (t("Still needs"), remaining(job)),
        ]
    )


def planned() -> None:
    """A line on when the model is trained by itself."""
    schedule = avm().jobs.schedule()
    parts = []
    if schedule.expression is not None:
        named = schedule.timezone
        parts.append(
            t(
                "Trained by itself next at {when:moment} ({expression}, {zone}).",
                when=schedule.next_at,
                expression=schedule.expression,
                zone=named,
            )
        )
    if schedule.last_due is not None:
        parts.append(t("Last planned training: {when:moment}.", when=schedule.last_due))
    if schedule.new_rows_limit:
        count, limit = schedule.new_rows, schedule.new_rows_limit
        parts.append(
            t(
                "Trained by itself after {limit:integer} new listings; so far: {count:integer}.",
                count=count,
                limit=limit,
            )
        )
    if schedule.on_drift:
        parts.append(t("Trained by itself when an alert says that the market has drifted."))
    small(" ".join(parts) or t("No training is planned: RETRAIN_SCHEDULE sets the times."))


def outcome(job: Job) -> None:
    """How a job ended, and what came of it."""
    result = job.result
    with st.container(border=True):
        small(
            t("The last training, ended {when:moment}, ordered by {name}.", when=job.finished_at, name=job.requested_by)
        )
        kind = _kind_of_outcome(job)
        tone = _TONES.get(kind, _TONES.get(job.status, "info"))
        note(came_of(job) or t(_JOB_WORDS[job.status]), tone, title=t(_JOB_WORDS[job.status]))
        if job.status == "done" and result:
            facts(_figures(job, result) if result.get("trained") else [(t("Version"), str(result.get("version")))])
            link("runs", t("See all runs"))
        said(avm().jobs.get(job.id))


def _figures(job: Job, result: Json) -> list[tuple[str, str]]:
    return [
        (t("Version"), str(result.get("version", NOTHING))),
        (t("Recipe"), str(result.get("recipe", NOTHING))),
        (t("Median error, test"), percent((result.get("metrics") or {}).get("median_absolute_percentage_error_test"))),
        (
            t("Listings"),
            t(
                "{train:integer} train, {test:integer} test",
                train=result.get("train_rows"),
                test=result.get("test_rows"),
            ),
        ),
        (t("Left out"), _left_out(result.get("version"))),
        (t("Took"), took(job)),
    ]


def came_of(job: Job) -> str:
    """What came of a training, in a sentence; of other jobs, and of what failed, what the worker wrote."""
    kind = _kind_of_outcome(job)
    if job.status == "cancelled":
        return t("Nothing was changed.")
    return t(_CAME_WORDS[kind], version=job.result["version"]) if kind else in_words(job.message)


def _kind_of_outcome(job: Job) -> str:
    if job.status != "done" or not job.result.get("version"):
        return ""
    if job.result.get("promoted"):
        return "promoted"
    if not job.result.get("trained"):
        return "same"
    return "waits" if (job.result.get("verdict") or {}).get("passed") else "refused"


def _left_out(number_of_version: object) -> str:
    """How many listings a version was trained without, because of reviews and findings."""
    version = next((each for each in avm().versions.all() if each.version == number_of_version), None)
    return NOTHING if version is None else number(sum(version.manifest.get(name, 0) for name in _LEFT_OUT))


def history(jobs: Sequence[Job]) -> None:
    """The jobs that have ended, the newest first."""
    jobs = [job for job in jobs if not job.active]
    if not jobs:
        return
    st.markdown(f"##### {t('Trainings so far')}")
    rows = [
        {
            "created": moment(job.created_at),
            "status": t(_JOB_WORDS[job.status]),
            "recipe": str(job.parameters.get("recipe", NOTHING)),
            "by": job.requested_by,
            "took": took(job) if job.started_at else NOTHING,
            "message": came_of(job),
        }
        for job in jobs
    ]
    labels: Labels = {
        "created": t("Ordered"),
        "status": t("State"),
        "recipe": t("Recipe"),
        "by": t("Ordered by"),
        "took": t("Took"),
        "message": st.column_config.TextColumn(t("What came of it"), width="large"),
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True, key="job_history", column_config=labels, height="content")
