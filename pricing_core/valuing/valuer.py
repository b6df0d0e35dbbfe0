"""Subjects -> valuations, each in the prediction log before anyone sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from time import perf_counter
from uuid import uuid4

from pricing_core.errors import SubjectError
from pricing_core.model.ranges import LEVELS, Ranges
from pricing_core.nouns import Actor, Json, LoggedPrediction, Valuation
from pricing_core.nouns.declared import Declaration
from pricing_core.nouns.homes_in_columns import columns_of
from pricing_core.nouns.money import to_cents
from pricing_core.nouns.names import taken_for
from pricing_core.nouns.schema import AREAS, CATEGORIES, SECTOR, Property, ask_whole, called
from pricing_core.settings import Settings
from pricing_core.store import Store, utcnow
from pricing_core.valuing.comparable_listings import BEING_MADE, Market
from pricing_core.valuing.comparables import second_opinion
from pricing_core.valuing.drivers import explain
from pricing_core.valuing.value_day import ValueDay
from pricing_core.versions.serving import LoadedVersion, Predictor
from pricing_core.words import Message

_KEPT_IN_COLUMNS = ("log_id", "created_at", "value", "version", "subject", "milliseconds")


class Valuer:
    """Values homes with the champion.

    Parameters
    ----------
    settings
        The currency and the unit of areas.
    store
        Holds the prediction log.
    predictor
        Knows the champion.
    market
        Knows the listings that comparables are taken from.
    """

    def __init__(self, settings: Settings, store: Store, predictor: Predictor, market: Market) -> None:
        self._settings = settings
        self._store = store
        self._predictor = predictor
        self._market = market

    def value(self, subject: Property, actor: Actor, as_of: date | None = None) -> Valuation:
        """Value one home, with drivers and comparables; raises what `AVM.value` says."""
        started = perf_counter()
        champion = self._predictor.champion()
        home = self._meant(subject, champion)
        problem = _problem(home, champion)
        if problem is not None:
            raise problem
        moment = ValueDay.of(as_of, champion.model.level)
        valuation = self._explained(self._plain([home], [subject], champion, moment)[0], champion, moment)
        valuation = replace(valuation, milliseconds=(perf_counter() - started) * 1000)
        self._store.predictions.add([_to_log(valuation, actor)])
        return valuation

    def value_many(
        self, subjects: Sequence[Property], actor: Actor, as_of: date | None = None
    ) -> list[Valuation | SubjectError]:
        """Value homes in bulk, without drivers and comparables; a home that cannot be valued gets its error.

        All valuations are logged, or none is given.
        """
        if not subjects:
            return []
        started = perf_counter()
        champion = self._predictor.champion()
        homes = [self._meant(subject, champion) for subject in subjects]
        problems = [_problem(home, champion) for home in homes]
        valuable = [row for row, problem in enumerate(problems) if problem is None]
        some, written = ([each[row] for row in valuable] for each in (homes, subjects))
        moment = ValueDay.of(as_of, champion.model.level)
        valuations = self._plain(some, written, champion, moment) if valuable else []
        took = (perf_counter() - started) * 1000 / len(subjects)
        valuations = [replace(valuation, milliseconds=took) for valuation in valuations]
        self._store.predictions.add([_to_log(valuation, actor, bulk=True) for valuation in valuations])
        remaining = iter(valuations)
        return [next(remaining) if problem is None else problem for problem in problems]

    def _meant(self, subject: Property, champion: LoadedVersion) -> Property:
        """A home under the names that the champion knows, and those that the client declares."""
        home = champion.model.home(subject)
        declared = self._settings.columns.meant(home.declared)
        return home if declared == home.declared else home.with_declared(declared)

    def _plain(
        self, homes: Sequence[Property], written: Sequence[Property], champion: LoadedVersion, moment: ValueDay
    ) -> list[Valuation]:
        """Homes under the champion's names, valued; ``written`` are the same as they came."""
        columns = columns_of(homes)
        values, ranges = champion.value(columns, moment.number)
        levels = moment.described(columns)
        found = [
            self._valuation(home, _typed(home, written[row]), float(values[row]), _ranges(ranges, row), champion)
            for row, home in enumerate(homes)
        ]
        if moment.day is None:
            return found
        day, notes = moment.day.isoformat(), moment.notes
        return [
            replace(each, as_of=day, market_level=level, notes=[*each.notes, *notes])
            for each, level in zip(found, levels, strict=True)
        ]

    def _valuation(
        self,
        subject: Property,
        typed: Json,
        value: float,
        ranges: dict[str, list[float]],
        champion: LoadedVersion,
    ) -> Valuation:
        area = subject.area
        width = (ranges["90"][1] - ranges["90"][0]) / value if ranges else None
        learned = champion.model.learned
        confidence = None if learned is None else learned.assess(subject, width, area_unit=self._settings.AREA_UNIT)
        return Valuation(
            log_id=str(uuid4()),
            value=to_cents(value),
            currency=self._settings.CURRENCY,
            area_unit=self._settings.AREA_UNIT,
            value_per_area=to_cents(value / area) if area else None,
            version=champion.version.version,
            recipe=champion.version.recipe,
            subject=subject,
            ranges=ranges,
            confidence=confidence.grade if confidence else "low",
            notes=[
                *([champion.notice] if champion.notice else []),
                *_taken_for(subject, typed),
                *_rivals(subject, champion.model.rivals(subject)),
                *(confidence.reasons if confidence else []),
                *_told_of_declared(subject, champion, self._settings.columns),
            ],
            reference_value=None,
            drivers=[],
            comparables=[],
            second_opinion=None,
            created_at=utcnow(),
            milliseconds=0.0,
            typed=typed,
        )

    def _explained(self, valuation: Valuation, champion: LoadedVersion, moment: ValueDay) -> Valuation:
        model = champion.model
        if model.typical is None:
            return valuation
        predict = partial(model.value, day=moment.number)
        explanation = explain(valuation.subject, valuation.value, predict, model.typical, model.declared)
        found = self._market.find(champion, valuation.subject, valuation.value, day=moment.number)
        comparables = found or []
        opinion = second_opinion(comparables)
        return replace(
            valuation,
            notes=[*valuation.notes, *([BEING_MADE] if found is None else [])],
            reference_value=explanation.reference_value,
            drivers=[driver.to_dict() for driver in explanation.drivers],
            comparables=[comparable.to_dict() for comparable in comparables],
            second_opinion=None if opinion is None else to_cents(opinion),
        )


def _typed(home: Property, written: Property) -> Json:
    """What was written where something else was valued."""
    before, after = (_names(each) for each in (written, home))
    other: Json = {name: text for name, text in before.items() if text != after[name]}
    return other | dict.fromkeys(written.zeros, 0.0)


def _names(home: Property) -> Json:
    return {name: getattr(home, name) for name in CATEGORIES} | dict(home.declared)


def _taken_for(home: Property, typed: Json) -> list[Message]:
    meant = _names(home)
    names = [taken_for(written, meant[name]) for name, written in typed.items() if name in meant]
    zeros = [Message("A {size} of 0 counts as not known.", size=called(name)) for name in AREAS if name in typed]
    return names + zeros


def _rivals(home: Property, others: list[str]) -> list[Message]:
    """That a sector could be another of the same name."""
    if not others:
        return []
    return [
        Message(
            "The sector {name:quoted} was taken, not {others:list quoted}, which lies elsewhere: only a position tells "
            "them apart.",
            name=home.category(SECTOR),
            others=others,
        )
    ]


def _told_of_declared(subject: Property, champion: LoadedVersion, columns: Declaration) -> list[Message]:
    """What the model would have used of the declared columns, and what it did not ask for."""
    used = champion.model.declared
    lacking = [called(name, columns) for name in used if name not in subject.declared]
    ignored = [called(name, columns) for name in subject.declared if name not in used]
    told = [Message("Not given, so the usual was taken: {columns:list}.", columns=lacking)] if lacking else []
    if ignored:
        told.append(Message("The model does not use what was given as {columns:list}.", columns=ignored))
    return told


def _problem(subject: Property, champion: LoadedVersion) -> SubjectError | None:
    """What makes a home hopeless to value, if anything does."""
    try:
        ask_whole(subject)
        if champion.model.learned is not None:
            champion.model.learned.refuse(subject)
    except SubjectError as error:
        return error
    return None


def _ranges(ranges: Ranges | None, row: int) -> dict[str, list[float]]:
    if ranges is None:
        return {}
    return {str(level): [to_cents(limits[level][row]) for limits in (ranges.low, ranges.high)] for level in LEVELS}


def _to_log(valuation: Valuation, actor: Actor, *, bulk: bool = False) -> LoggedPrediction:
    content = valuation.to_dict(None) | {"notes": valuation.notes}
    return LoggedPrediction(
        id=valuation.log_id,
        created_at=valuation.created_at,
        requested_by=actor.name,
        source=actor.source,
        version=valuation.version,
        subject=valuation.subject.model_dump(),
        value=valuation.value,
        milliseconds=valuation.milliseconds,
        detail={name: item for name, item in content.items() if name not in _KEPT_IN_COLUMNS},
        confidence=valuation.confidence,
        bulk=bulk,
    )
