"""Later-known prices -> the logged predictions that they belong to."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final

import pandas as pd

from pricing_core.listings.ingestion.outcome_rows import OutcomeRow
from pricing_core.nouns import Json
from pricing_core.nouns.homes_in_columns import allowed, columns_from_frame
from pricing_core.nouns.monitoring import Outcome, OutcomeProblem, OutcomeReport
from pricing_core.nouns.names import folded
from pricing_core.nouns.schema import FEATURES, SECTOR
from pricing_core.store import Store
from pricing_core.words import Message

_SHOWN_PROBLEMS: Final = 1_000
# A price ten times the value, or a tenth of it, is a slip or another currency far oftener than a bad value.
_IMPLAUSIBLE: Final = 10.0

Attached = tuple[list[Outcome], list[OutcomeProblem]]


def attach(store: Store, rows: Sequence[OutcomeRow], *, shuffled: bool) -> Attached:
    """Find the prediction of each row; nothing is stored.

    A row with a ``log_id`` belongs to that entry. One without belongs to the newest logged prediction with the same
    eight features: a home that was valued often is judged by what was said of it last.

    Parameters
    ----------
    shuffled
        Whether models learn from a split of their own, so that any listing may have been learned from.
    """
    problems = [OutcomeProblem(row.row, "invalid", row.problem) for row in rows if row.problem]
    named, doubts = _named(store, [row for row in rows if not row.problem])
    logged = store.outcomes.logged(log_id for _, log_id in named)
    outcomes: list[Outcome] = []
    for row, log_id in named:
        problem = _problem(row, log_id, logged.get(log_id))
        if problem is None:
            outcomes.append(Outcome(log_id, row.price, row.kind, row.happened_on))
        else:
            problems.append(problem)
    marked = _mark_learned(store, outcomes, logged, shuffled=shuffled)
    lines = {row.row: row.line for row in rows}
    problems = [dataclasses.replace(each, line=lines[each.row]) for each in (*problems, *doubts)]
    return marked, sorted(problems, key=lambda problem: problem.row)


def _named(store: Store, rows: Sequence[OutcomeRow]) -> tuple[list[tuple[OutcomeRow, str]], list[OutcomeProblem]]:
    """The rows with the entry that they name or match, and those that match none."""
    named = [(row, row.log_id) for row in rows if row.log_id is not None]
    loose = [row for row in rows if row.log_id is None]
    problems = [
        OutcomeProblem(row.row, "invalid", Message("log_id is empty, and the file does not have all eight features"))
        for row in loose
        if row.subject is None
    ]
    described = [row for row in loose if row.subject is not None]
    matches = store.outcomes.matching([row.subject or {} for row in described])
    for row, log_id in zip(described, matches, strict=True):
        if log_id is None:
            reason = Message("no logged prediction has these eight features")
            problems.append(OutcomeProblem(row.row, "not_matched", reason))
        else:
            named.append((row, log_id))
    return named, problems


def _problem(row: OutcomeRow, log_id: str, logged: Json | None) -> OutcomeProblem | None:
    if logged is None:
        return OutcomeProblem(
            row.row, "not_matched", Message("there is no logged prediction {entry:quoted}", entry=log_id)
        )
    value = logged["value"]
    if not value / _IMPLAUSIBLE <= row.price <= value * _IMPLAUSIBLE:
        reason = Message(
            "the price {price:number} is implausible for a home valued at {value:number}: check the currency",
            price=row.price,
            value=value,
        )
        return OutcomeProblem(row.row, "invalid", reason)
    return None


def _mark_learned(store: Store, outcomes: list[Outcome], logged: dict[str, Json], *, shuffled: bool) -> list[Outcome]:
    """Mark outcomes of homes whose listing the model had learned from: valuing one's own examples proves nothing."""
    if not outcomes:
        return outcomes
    versions = {version.version: version.created_at for version in store.versions.all()}
    came = {dataset.id: dataset.created_at for dataset in store.listings.datasets()}
    learned: dict[tuple[object, ...], list[int]] = {}
    sectors = {entry[SECTOR] for entry in logged.values()}
    for key, dataset in _training_rows(store, sectors, shuffled=shuffled):
        learned.setdefault(key, []).append(dataset)
    result = []
    for outcome in outcomes:
        entry = logged[outcome.log_id]
        datasets = learned.get(_key([entry[name] for name in FEATURES]), [])
        made = versions.get(entry["version"])
        known = made is not None and any(came[dataset] <= made for dataset in datasets if dataset in came)
        result.append(Outcome(outcome.log_id, outcome.price, outcome.kind, outcome.happened_on, known))
    return result


def _training_rows(
    store: Store, sectors: set[str | None], *, shuffled: bool
) -> Iterator[tuple[tuple[object, ...], int]]:
    """The features and the dataset of each listing in use that models learn from, in these sectors alone."""
    frame = store.listings.frame(*FEATURES, "is_train", "dataset_id")
    wanted = {folded(sector) for sector in sectors if sector is not None}
    there = frame[SECTOR].map(folded, na_action="ignore").isin(wanted)
    frame = frame[there & (frame["is_train"] | shuffled)]
    columns = allowed(columns_from_frame(frame))
    plain = [[None if pd.isna(value) else value for value in columns[name].tolist()] for name in FEATURES]
    return zip(map(_key, zip(*plain, strict=True)), frame["dataset_id"].tolist(), strict=True)


def _key(home: Sequence[object]) -> tuple[object, ...]:
    """The features as they are compared: all spellings of a name are one."""
    return tuple(folded(value) if isinstance(value, str) else value for value in home)


def report(rows: Sequence[OutcomeRow], attached: Attached, new: int, notes: list[Message]) -> OutcomeReport:
    """Put what became of a file in numbers."""
    outcomes, problems = attached
    kinds = [problem.kind for problem in problems]
    return OutcomeReport(
        rows=len(rows),
        attached=new,
        known=len(outcomes) - new,
        learned_from=sum(outcome.learned_from for outcome in outcomes),
        not_matched=kinds.count("not_matched"),
        invalid=kinds.count("invalid"),
        problems=problems[:_SHOWN_PROBLEMS],
        notes=notes,
    )
