"""What moved a value away from the typical listing of its type and sector, in currency.

The amounts are Shapley values over groups of features, estimated from one order of the groups and its reverse.
Exact ones need a prediction for each of the 2^6 sets of groups, the two orders need twelve; and the mean over an order
and its reverse is exact wherever features act alone or in pairs, because each partner of a pair comes last once
(antithetic pairs of permutations: Mitchell et al., "Sampling Permutations for Shapley Value Estimation", 2022).
Amounts are taken in currency and not as factors: a client adds them up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pricing_core.model.typical_homes import Known, Typical, TypicalHomes
from pricing_core.nouns import Noun
from pricing_core.nouns.homes_in_columns import Columns, Predict, as_column
from pricing_core.nouns.money import CENT, count_cents
from pricing_core.nouns.schema import COORDINATES, FEATURES, KIND, SECTOR, Property

__all__ = ["GROUPS", "Driver", "Explanation", "Typical", "TypicalHomes", "explain"]

_PLACE: Final = (SECTOR, *COORDINATES)
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {"location": _PLACE} | {
    name: (name,) for name in FEATURES if name not in _PLACE
}
"""The features behind each driver: a place is one thing to a client, however many columns describe it."""


@dataclass(frozen=True)
class Driver(Noun):
    """How much one feature moved the value, in currency.

    ``feature`` is ``location`` or the name of a column. The two values are those of the subject and of the typical
    listing; for ``location`` they are a sector and its coordinates, keyed by column.
    """

    feature: str
    amount: float
    subject_value: Known | dict[str, Known]
    reference_value: Known | dict[str, Known]


@dataclass(frozen=True)
class Explanation(Noun):
    """A value as that of a typical listing and what was added to it.

    ``reference_value`` and all amounts are rounded to cents; together they give the value, rounded to cents.
    ``listings`` counts the listings whose medians ``reference`` holds. Drivers with the largest amounts come first.
    """

    reference: dict[str, Known]
    reference_value: float
    drivers: list[Driver]
    listings: int


def explain(
    subject: Property, value: float, predict: Predict, typical: TypicalHomes, declared: Collection[str] = ()
) -> Explanation:
    """Split the difference between a value and that of the typical listing over the features.

    Parameters
    ----------
    subject : Property
    value : float
        What ``predict`` gives for the subject, exact or rounded to cents.
    predict : Predict
        Called once, with at most two rows for each group that differs from the typical listing: at most 12 for the
        features of the core.
    typical : TypicalHomes
    declared : collection of str
        The declared columns that the model uses: of the typical listing nothing is known in them.

    Raises
    ------
    ValueError
        When ``value`` is not the one that ``predict`` gives: it would be explained by another model.
    """
    home = typical.of(subject)
    own: dict[str, Known] = subject.model_dump()
    added = [name for name in declared if name in subject.declared]
    groups = {**GROUPS, **{name: (name,) for name in added}}
    # What is not known of the subject is not known of the listing beside it either: it cannot have moved a value.
    stated = {name: None if own[name] is None else known for name, known in home.features.items()}
    reference = {**stated, **dict.fromkeys(added)}
    differing = {group: names for group, names in groups.items() if any(own[name] != reference[name] for name in names)}
    switched = _two_orders(len(differing))
    values = np.asarray(predict(_mixtures(own, reference, differing, switched)), dtype=np.float64)
    if not (np.isfinite(values).all() and np.isclose(values[len(differing)], value, rtol=1e-6, atol=CENT)):
        raise ValueError(f"The value to explain is {value}, but the model gives {values[len(differing)]}.")
    reference_cents, cents = _to_cents(_amounts(values, len(differing)), float(values[0]), value)
    moved = dict(zip(differing, cents, strict=True))
    drivers = [
        _driver(group, names, moved.get(group, 0), own, reference)
        for group, names in groups.items()
        if _shown(group, names, moved, own)
    ]
    drivers.sort(key=lambda driver: -abs(driver.amount))
    return Explanation(reference, reference_cents / 100, drivers, home.listings)


def _two_orders(groups: int) -> NDArray[np.bool_]:
    """Which groups (columns) the rows take from the subject.

    First forward, one group more a row, from none to all; then what the reverse order adds: all but the first group,
    all but the first two and so on, down to the last alone.
    """
    forward = np.tri(groups + 1, groups, -1, dtype=bool)
    return np.vstack([forward, ~forward[1:groups]])


def _mixtures(
    own: Mapping[str, Known],
    reference: Mapping[str, Known],
    groups: Mapping[str, tuple[str, ...]],
    switched: NDArray[np.bool_],
) -> Columns:
    group_of = {name: number for number, names in enumerate(groups.values()) for name in names}
    columns = {}
    for name in dict.fromkeys((*FEATURES, *group_of)):
        choice = as_column(name, [reference[name], own[name]])
        takes_own = switched[:, group_of[name]] if name in group_of else np.zeros(len(switched), dtype=bool)
        columns[name] = choice[takes_own.astype(np.intp)]
    return columns


def _amounts(values: NDArray[np.float64], groups: int) -> NDArray[np.float64]:
    """Mean of what each group adds when it comes after those before it, and when it comes after those behind it."""
    forward = values[: groups + 1]
    backward = np.concatenate([forward[-1:], values[groups + 1 :], forward[:1]]) if groups else forward
    return (np.diff(forward) - np.diff(backward)) / 2


def _to_cents(amounts: NDArray[np.float64], reference_value: float, value: float) -> tuple[int, list[int]]:
    """Everything in whole cents; what rounding left over goes to the largest amount."""
    reference, whole = count_cents(reference_value), count_cents(value)
    cents = [count_cents(amount) for amount in amounts.tolist()]
    if not cents:
        return whole, cents
    largest = int(np.argmax(np.abs(amounts)))
    cents[largest] += whole - reference - sum(cents)
    return reference, cents


def _shown(group: str, names: tuple[str, ...], moved: Mapping[str, int], own: Mapping[str, Known]) -> bool:
    """Whether a client wants the line: the type only where it differs, what was not stated only where it counts."""
    if group == KIND:
        return group in moved
    return moved.get(group, 0) != 0 or any(own[name] is not None for name in names)


def _driver(
    group: str, names: tuple[str, ...], cents: int, own: Mapping[str, Known], reference: Mapping[str, Known]
) -> Driver:
    if len(names) == 1:
        return Driver(group, cents / 100, own[names[0]], reference[names[0]])
    return Driver(group, cents / 100, {name: own[name] for name in names}, {name: reference[name] for name in names})
