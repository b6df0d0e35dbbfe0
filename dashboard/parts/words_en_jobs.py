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
    "job.no_worker": "The job waits until one runs: start it with `tasador worker`, or everything with `tasador run`.",
    "job.lines": "What it said",
    "job.left_out": "Left out",
    "check_job.title": "The listings are being checked",
    "check_job.lead": "So many listings are checked by the worker. The page may be left meanwhile; the map appears here when it is done.",
    "check_job.none": "These listings have not been checked yet, so the map cannot say what looks wrong with them.",
    "check_job.start": "Check the listings",
    "check_job.ask": "Ask an analyst to start the check.",
    "check_job.here_lead": "So long as this page stays open, it can do the check itself.",
    "check_job.here": "Check on this page",
    "came.same": "Nothing to train: version {version} was made from the same listings and the same recipe.",
    "came.promoted": "Version {version} is the champion now.",
    "came.waits": "Version {version} passed the gate and waits for somebody to promote it.",
    "came.refused": "Version {version} did not pass the gate: the champion stays. The verdict below says why.",
    "came.cancelled": "Nothing was changed.",
    "recipe_about.champion": "The best that we have, on the logarithm of the price: two boosted models of the home, its place and what the listings around it ask, and a smooth surface through all listings with two boosted models of what it leaves over. Fitted without rows whose price cannot be believed.",
    "recipe_about.original": "The first model of the case: target encodings of type and sector, and nothing else, into boosted trees.",
    "recipe_about.revised": "The second model of the case: the original with the six numbers beside type and sector, brought to one scale.",
    "schedule.next": "Trained by itself next at {when} ({expression}, {zone}).",
    "schedule.last": "Last planned training: {when}.",
    "schedule.new_rows": "Trained by itself after {limit} new listings; {count} have come.",
    "schedule.on_drift": "Trained by itself when an alert says that the market has drifted.",
    "schedule.none": "No training is planned: RETRAIN_SCHEDULE sets the times.",
}
