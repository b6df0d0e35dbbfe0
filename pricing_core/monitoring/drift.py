"""Whether the homes that are asked about still look like those that the champion learned from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import scipy

from pricing_core.nouns import Noun
from pricing_core.nouns.arrays import Cells, Numbers, Rows
from pricing_core.nouns.days import to_day
from pricing_core.nouns.declared import DeclaredRole, Roles
from pricing_core.nouns.homes_in_columns import Columns
from pricing_core.nouns.names import KnownNames
from pricing_core.nouns.schema import CATEGORIES, FEATURES
from pricing_core.versions.training_profile import VALUE, KnownCategory, KnownNumber, Reference

Verdict = Literal["few", "same", "slight", "moderate", "strong"]

NEW, OTHERS = "+", "…"
"""The bins of names that the training rows never had, and of all that are too rare for a bin."""

FEWEST_ROWS: Final = 100
MODERATE_PSI: Final = 0.1
"""The rule of thumb of credit scoring: below 0.1 nothing, above 0.25 a shift that matters (Siddiqi 2006)."""

_CERTAIN: Final = 0.01
_MOST_BINS: Final = 20
_ROWS_A_BIN: Final = 10
_FEWEST_EXPECTED: Final = 5
# A bin that holds nobody counts as half a row, or its logarithm would be infinite.
_EPSILON_ROWS: Final = 0.5

Counts = Numbers


@dataclass(frozen=True)
class Drift(Noun):
    """How far one feature, or the values, have moved from the training rows.

    ``psi`` is the population stability index, ``critical`` what it stays below in 99 of 100 cases where nothing
    has moved, given so many rows (Yurdakul 2018). ``p`` is that of a two-sample test, Kolmogorov-Smirnov for numbers
    and chi-square for categories and missing cells, corrected by Holm for the number of features tested. ``bins``,
    ``reference`` and ``now`` are for a chart: names, and shares of both sides. Of a declared yes or no the names are
    ``yes`` and ``no``, of a date those of days in ISO 8601.
    """

    feature: str
    rows: int
    psi: float | None
    critical: float | None
    p: float | None
    verdict: Verdict
    bins: list[str]
    reference: list[float]
    now: list[float]


_NONE_DECLARED: Final[Roles] = {}


def measure_drift(
    reference: Reference, columns: Columns, values: Numbers, strong: float, declared: Roles = _NONE_DECLARED
) -> list[Drift]:
    """Compare homes with a reference of `describe_reference`.

    Parameters
    ----------
    columns
        The homes that were asked about, each once.
    values
        Values that the same version gave.
    strong
        A PSI from which a shift is strong. A verdict also needs a small corrected p, and a PSI above its critical
        value: with a hundred rows a PSI of 0.2 is what chance alone gives.
    declared
        Roles of the declared columns that the model uses; one that the reference does not know is left out.
    """
    known: dict[str, KnownNumber | KnownCategory] = {**reference["categories"], **reference["numbers"]}
    core = [*CATEGORIES, *(name for name in FEATURES if name not in CATEGORIES)]
    found = [_one(name, known[name], columns[name]) for name in core]
    found += [_one(name, known[name], columns[name], role) for name, role in declared.items() if name in known]
    found.append(_one(VALUE, known[VALUE], values))
    return [_judged(drift, strong) for drift in _corrected(found)]


def _one(feature: str, known: KnownNumber | KnownCategory, column: Cells, role: DeclaredRole = "number") -> Drift:
    rows = len(column)
    if rows < FEWEST_ROWS or known["rows"] < FEWEST_ROWS:
        return Drift(feature, rows, None, None, None, "few", [], [], [])
    if "points" in known:
        bins, before, after = _number_bins(known, column, role)
        p = _number_p(known, column)
    else:
        bins, before, after = _category_bins(known, column)
        p = _chi_square(before, after)
    psi, critical = _psi(before, after), _critical(before, after)
    shares = [(side / side.sum()).tolist() for side in (before, after)]
    return Drift(feature, rows, psi, critical, p, "same", bins, *shares)


def _psi(before: Counts, after: Counts) -> float:
    expected = np.maximum(before, _EPSILON_ROWS) / before.sum()
    actual = np.maximum(after, _EPSILON_ROWS) / after.sum()
    return float(np.sum((actual - expected) * np.log(actual / expected)))


def _critical(before: Counts, after: Counts) -> float:
    """Without drift PSI / (1/n + 1/m) is about chi-square with one degree of freedom less than bins (Yurdakul)."""
    freedom = max(int(np.sum((before + after) > 0)) - 1, 1)
    return float(scipy.stats.chi2.ppf(1 - _CERTAIN, freedom) * (1 / before.sum() + 1 / after.sum()))


def _number_bins(known: KnownNumber, column: Numbers, role: DeclaredRole) -> tuple[list[str], Counts, Counts]:
    """Bins of about equal training rows, fewer of them where few homes were asked about; missing cells are one more."""
    points, below = np.array(known["points"]), np.array(known["below"])
    present = column[np.isfinite(column)]
    names, before, after = [], np.empty(0), np.empty(0)
    if len(points):
        wanted = int(np.clip(len(column) // _ROWS_A_BIN, 2, _MOST_BINS))
        levels = below[-1] * np.arange(1, wanted) / wanted
        cuts = np.unique(np.searchsorted(below, levels))
        cuts = cuts[cuts < len(points) - 1]
        edges = points[cuts]
        before = np.diff([0, *below[cuts], below[-1]]).astype(float)
        after = np.bincount(np.searchsorted(edges, present, side="left"), minlength=len(edges) + 1).astype(float)
        names = _interval_names(points, cuts, role)
    elif len(present):
        names, before, after = [""], np.zeros(1), np.array([float(len(present))])
    return _with_missing(names, before, after, known["missing"], len(column) - len(present))


def _interval_names(points: Numbers, cuts: Rows, role: DeclaredRole) -> list[str]:
    """From the lowest to the highest point of each bin, or the one value that it holds."""
    parts = np.split(points, cuts + 1)
    ends = [[_named(end, role) for end in both] for both in _ends(parts)]
    return [low if low == high else f"{low} – {high}" for low, high in ends]


def _named(end: float, role: DeclaredRole) -> str:
    if role == "date":
        return to_day(end).isoformat()
    return ("yes" if end else "no") if role == "yes/no" else f"{end:.6g}"


def _ends(parts: Sequence[Numbers]) -> list[tuple[float, float]]:
    return [(float(part[0]), float(part[-1])) for part in parts]


def _category_bins(known: KnownCategory, column: Cells) -> tuple[list[str], Counts, Counts]:
    """The names that are common enough to be expected five times, and all others together."""
    spelt = KnownNames(known["counts"])
    now = Counter(spelt.meant(text) for text in column.tolist() if text is not None)
    share = len(column) / known["rows"]
    names = [name for name, count in known["counts"].items() if count * share >= _FEWEST_EXPECTED]
    before = [known["counts"][name] for name in names]
    after = [now.get(name, 0) for name in names]
    others = [sum(known["counts"].values()) + known["other"] - sum(before), sum(now.values()) - sum(after)]
    new = 0 if known["other"] else sum(count for name, count in now.items() if name not in known["counts"])
    if new >= _FEWEST_EXPECTED:  # else a sector that nobody knew would hide among the rare ones
        names, before, after = [*names, NEW], [*before, 0], [*after, new]
        others[1] -= new
    if any(others):
        names, before, after = [*names, OTHERS], [*before, others[0]], [*after, others[1]]
    missing = len(column) - sum(now.values())
    return _with_missing(names, np.array(before, float), np.array(after, float), known["missing"], missing)


def _with_missing(
    names: Sequence[str], before: Counts, after: Counts, missing_before: int, missing_after: int
) -> tuple[list[str], Counts, Counts]:
    if not missing_before and not missing_after:
        return list(names), before, after
    return [*names, ""], np.append(before, missing_before), np.append(after, missing_after)


def _number_p(known: KnownNumber, column: Numbers) -> float:
    """Both what is stated and whether anything is stated are tested; the smaller p counts twice."""
    present = np.sort(column[np.isfinite(column)])
    missing = np.array([known["missing"], len(column) - len(present)], float)
    totals = np.array([known["rows"], len(column)], float)
    stated = _chi_square(*np.array([[totals[0] - missing[0], missing[0]], [totals[1] - missing[1], missing[1]]]))
    return min(1.0, 2 * min(_kolmogorov_smirnov(known, present), stated))


def _kolmogorov_smirnov(known: KnownNumber, present: Numbers) -> float:
    """The p of the two-sample test, its distance taken at the points of the reference alone.

    There both distribution functions are exact, so the distance is never too large, and too small by 1/200 at most:
    the test is a little conservative. As it is wherever values repeat.
    """
    rows = int(known["rows"]) - int(known["missing"])
    if not rows or not len(present):
        return 1.0
    below = np.searchsorted(present, known["points"], side="right") / len(present)
    distance = float(np.max(np.abs(np.array(known["below"]) / rows - below)))
    return float(scipy.stats.kstwo.sf(distance, max(1, round(rows * len(present) / (rows + len(present))))))


def _chi_square(before: Counts, after: Counts) -> float:
    table = np.array([before, after])
    table = table[:, table.sum(axis=0) > 0]
    return 1.0 if table.shape[1] < 2 else float(scipy.stats.chi2_contingency(table).pvalue)


def _corrected(found: list[Drift]) -> list[Drift]:
    """Holm's step-down correction: the chance of one false alarm among all features stays what it is for one."""
    tested = sorted((drift for drift in found if drift.p is not None), key=lambda drift: drift.p or 0.0)
    corrected: dict[str, float] = {}
    largest = 0.0
    for place, drift in enumerate(tested):
        largest = max(largest, min(1.0, (len(tested) - place) * (drift.p or 0.0)))
        corrected[drift.feature] = largest
    return [replace(drift, p=corrected.get(drift.feature)) for drift in found]


def _judged(drift: Drift, strong: float) -> Drift:
    if drift.p is None or drift.psi is None or drift.critical is None:
        return drift
    verdict: Verdict = "same"
    if drift.p < _CERTAIN and drift.psi > drift.critical:
        verdict = "strong" if drift.psi >= strong > 0 else "moderate" if drift.psi >= MODERATE_PSI else "slight"
    return replace(drift, verdict=verdict)
