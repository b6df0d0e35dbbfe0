"""What changed since a value was given: the model, or the data it was trained on."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from pricing_core.errors import ArtifactError, NotFoundError
from pricing_core.model.valuation_model import ValuationModel
from pricing_core.nouns import LoggedPrediction, Noun, Version
from pricing_core.nouns.homes_in_columns import columns_of
from pricing_core.nouns.money import to_cents
from pricing_core.nouns.schema import Property, logged_property
from pricing_core.store import Store
from pricing_core.valuing.value_day import logged_day
from pricing_core.versions.serving import Predictor
from pricing_core.words import Message


@dataclass(frozen=True)
class Change(Noun):
    """A logged value beside the one that the champion gives now, as of the same day; amounts in currency.

    ``replayed_value`` is what the value's own version gives today, and equals ``logged_value``; it is ``None`` where
    that version can no longer be loaded, and all that has changed since then stands under ``by_model``. Otherwise
    ``by_model`` and ``by_data`` add up to ``present_value - replayed_value``: a version of the same rows differs by its
    recipe, one of the same recipe by its rows. Where both differ, the amounts are those of going over a version that
    shares the rows with the one and the recipe with the other, if such a version can be loaded; if not,
    ``separable`` is false and all of the difference stands under ``by_model``.
    """

    log_id: str
    version: int
    champion: int
    logged_value: float
    replayed_value: float | None
    present_value: float
    by_model: float
    by_data: float
    separable: bool
    message: Message


def explain_change(log_id: str, store: Store, predictor: Predictor) -> Change:
    """Replay a logged prediction on its own version and on the champion.

    Raises
    ------
    NotFoundError
        When nothing was logged under that id.
    """
    logged = store.predictions.get(log_id)
    if logged is None:
        raise NotFoundError("There is no logged prediction {entry:quoted}: see `tasador log`.", entry=log_id)
    subject, written = logged_property(logged.subject), logged_property(logged.written)
    champion = predictor.champion()
    # On the day that it was valued as of: what the market did since then is neither the model's nor the listings'.
    day = logged_day(logged)
    present = _value(champion.model, written, day)
    try:
        own = predictor.load(logged.version)
    except ArtifactError as error:
        return _without_replay(logged, champion.version.version, present, error.message)
    # As it was valued then; what was written may mean another name to another version.
    replayed = _value(own.model, subject, day, literally="typed" not in (logged.detail or {}))
    by_data, separable = 0.0, True
    if own.version.version != champion.version.version and own.version.recipe == champion.version.recipe:
        by_data = present - replayed
    elif _rows(own.version) != _rows(champion.version):
        between = _between(own.version, champion.version, store.versions.all(), predictor)
        separable = between is not None
        by_data = 0.0 if between is None else present - _value(between, written, day)
    by_model = to_cents(present - replayed - by_data)
    return Change(
        log_id,
        logged.version,
        champion.version.version,
        logged.value,
        replayed,
        present,
        by_model,
        to_cents(by_data),
        separable,
        _sentence(own.version, champion.version, by_model, by_data, separable),
    )


def _without_replay(logged: LoggedPrediction, champion: int, present: float, problem: Message) -> Change:
    moved = to_cents(present - logged.value)
    message = Message(
        "Version {version} can no longer be replayed, so what it would give today is not known: {problem} Between the "
        "logged value and that of version {champion} lie {moved:signed}.",
        version=logged.version,
        problem=problem,
        champion=champion,
        moved=moved,
    )
    return Change(
        logged.id,
        logged.version,
        champion,
        logged.value,
        None,
        present,
        moved,
        0.0,
        separable=False,
        message=message,
    )


def _between(own: Version, champion: Version, versions: list[Version], predictor: Predictor) -> ValuationModel | None:
    """The model of a version with the rows of the one and the recipe of the other, if one can be loaded."""
    for item in versions:
        if _rows(item) == _rows(own) and item.recipe == champion.recipe:
            with suppress(ArtifactError):  # one of an earlier release, or damaged: another may serve as well
                return predictor.load(item.version).model
    return None


def _rows(version: Version) -> str:
    # Versions made before their exact rows were kept name the listings alone.
    return str(version.manifest.get("data_version", version.manifest["listings"]))


def _value(model: ValuationModel, subject: Property, day: float | None, *, literally: bool = False) -> float:
    return to_cents(model.value(columns_of([subject]), literally=literally, day=day)[0])


def _sentence(own: Version, champion: Version, by_model: float, by_data: float, separable: bool) -> Message:
    if own.version == champion.version and by_model:
        return Message(
            "Version {version} is still the champion, but by now the names of this home are taken for those that it "
            "knows: that moves the value by {by_model:signed}.",
            version=own.version,
            by_model=by_model,
        )
    if own.version == champion.version:
        return Message("Version {version} is still the champion: nothing has changed.", version=own.version)
    if not separable:
        return Message(
            "Version {champion} has another recipe and other listings than version {version}, and no version in "
            "between can be replayed: together they move the value by {by_model:signed}.",
            champion=champion.version,
            version=own.version,
            by_model=by_model,
        )
    return Message(
        "From version {version} to version {champion} the recipe moves the value by {by_model:signed} and the listings "
        "by {by_data:signed}.",
        version=own.version,
        champion=champion.version,
        by_model=by_model,
        by_data=by_data,
    )
