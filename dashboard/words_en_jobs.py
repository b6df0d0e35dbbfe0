"""The words on jobs and planned trainings in English."""

# ruff: noqa: E501

from __future__ import annotations

from typing import Final

JOB_WORDS: Final[dict[str, str]] = {
    "job.eta": "Still needs",
    "job.eta_about": "about {time}",
    "job.eta_over": "a moment; longer than usual already",
    "job.eta_unknown": "Not known yet: the first of its kind",
    "job.again": "The worker stopped in the middle of the first attempt, so the job was taken up again. Nothing was changed by it.",
    "job.lines": "What it said",
    "schedule.next": "Trained by itself next at {when} ({expression}, {zone}).",
    "schedule.last": "Last planned training: {when}.",
    "schedule.new_rows": "Trained by itself after {limit} new listings; {count} have come.",
    "schedule.on_drift": "Trained by itself when an alert says that the market has drifted.",
    "schedule.none": "No training is planned: RETRAIN_SCHEDULE sets the times.",
}
