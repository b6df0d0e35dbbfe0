"""A recipe's plain values -> a checked `Recipe`. Every message names the key, what arrived and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from pricing_core.errors import RecipeError
from pricing_core.nouns.schema import FEATURES
from pricing_core.training.metrics import STUDY_METRICS
from pricing_core.training.recipes.building import try_to_build
from pricing_core.training.recipes.classes import did_you_mean
from pricing_core.training.recipes.reading import parse_yaml, read_yaml
from pricing_core.training.recipes.recipe import FeatureGroup, Plain, Recipe, Step, Target

_FOLDER: Final = Path(__file__).parent
_TARGETS: Final = ("price", "log")
_SHOWN: Final = 60


def shipped_recipes() -> list[str]:
    """The names of the recipes that come with the product, sorted."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def load_recipe(name_or_path: str) -> Recipe:
    """Read and check a recipe.

    Parameters
    ----------
    name_or_path : str
        The name of a shipped recipe, or the path of a YAML file.

    Raises
    ------
    RecipeError
        Naming the line or key that is wrong, what arrived and what is allowed.
    """
    name = str(name_or_path).strip()
    if name in shipped_recipes():
        return parse_recipe(read_yaml(_FOLDER / f"{name}.yaml"), name)
    if Path(name).suffix.lower() not in {".yaml", ".yml"}:
        shipped = shipped_recipes()
        raise RecipeError(
            f"There is no recipe named {_show(name)}: shipped are {', '.join(shipped)}; "
            f"or give the path of a file that ends in .yaml.{did_you_mean(name, shipped)}"
        )
    return parse_recipe(read_yaml(Path(name)), Path(name).name)


def recipe_from_text(text: str, source: str = "recipe") -> Recipe:
    """Read and check a recipe given as YAML text; ``source`` names it in messages."""
    return parse_recipe(parse_yaml(text, source), source)


def parse_recipe(content: Plain, source: str) -> Recipe:
    """Check the plain values of a recipe; ``source`` names it in messages."""
    try:
        recipe = _recipe(content)
        try_to_build(recipe)
    except RecipeError as error:
        raise RecipeError(f"{source}: {error}") from None
    return recipe


def _recipe(content: Plain) -> Recipe:
    optional = {"description", "target", "metrics"}
    fields = _mapping(content, "the recipe", required=("name", "features", "model"), optional=optional)
    return Recipe(
        name=_text(fields["name"], "name"),
        description=_text(fields.get("description", fields["name"]), "description"),
        features=_groups(fields["features"]),
        model=_step(fields["model"], "model"),
        target=cast(Target, _one_of(fields.get("target", "price"), "target", _TARGETS)),
        metrics=tuple(
            _one_of(name, f"metrics[{index}]", tuple(STUDY_METRICS))
            for index, name in enumerate(_sequence(fields.get("metrics", list(STUDY_METRICS)), "metrics"))
        ),
    )


def _groups(content: Plain) -> tuple[FeatureGroup, ...]:
    groups = tuple(_group(item, f"features[{i}]") for i, item in enumerate(_sequence(content, "features")))
    columns = [column for group in groups for column in group.columns]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise RecipeError(f"features: a column may stand in one group only, but {', '.join(twice)} stands in more.")
    return groups


def _group(content: Plain, where: str) -> FeatureGroup:
    fields = _mapping(content, where, required=("columns", "transformers"))
    columns = _sequence(fields["columns"], f"{where}.columns")
    steps = _sequence(fields["transformers"], f"{where}.transformers", least=0)
    return FeatureGroup(
        columns=tuple(_one_of(name, f"{where}.columns[{i}]", FEATURES) for i, name in enumerate(columns)),
        transformers=tuple(_step(step, f"{where}.transformers[{i}]") for i, step in enumerate(steps)),
    )


def _step(content: Plain, where: str) -> Step:
    fields = _mapping(content, where, required=("class",), optional={"parameters"})
    parameters = fields.get("parameters")
    parameters = {} if parameters is None else _words(parameters, f"{where}.parameters")
    _only_plain(parameters, f"{where}.parameters")
    return Step(_text(fields["class"], f"{where}.class"), parameters)


def _mapping(
    content: Plain, where: str, *, required: Sequence[str], optional: set[str] | None = None
) -> dict[str, Plain]:
    fields = _words(content, where)
    allowed = [*required, *sorted(optional or ())]
    for key in fields:
        if key not in allowed:
            known = f"allowed are {', '.join(allowed)}"
            raise RecipeError(
                f"{where} has a key {_show(key)}, which is not known: {known}.{did_you_mean(key, allowed)}"
            )
    for key in required:
        if key not in fields:
            raise RecipeError(f"{where} has no key {key!r}: needed are {', '.join(required)}.")
    return fields


def _words(content: object, where: str) -> dict[str, Plain]:
    if not isinstance(content, dict):
        raise RecipeError(f"{where} must be a mapping of keys to values, but {_show(content)} arrived.")
    for key in content:
        if not isinstance(key, str):
            raise RecipeError(f"{where} has a key {_show(key)}: keys must be words.")
    return content


def _sequence(content: Plain, where: str, least: int = 1) -> list[Plain]:
    if not isinstance(content, list) or len(content) < least:
        raise RecipeError(f"{where} must be a list of at least {least} item(s), but {_show(content)} arrived.")
    return content


def _text(content: Plain, where: str) -> str:
    if not isinstance(content, str) or not content.strip():
        raise RecipeError(f"{where} must be text, but {_show(content)} arrived.")
    return content.strip()


def _one_of(content: Plain, where: str, allowed: Sequence[str]) -> str:
    if isinstance(content, str) and content in allowed:
        return content
    hint = did_you_mean(content, allowed) if isinstance(content, str) else ""
    raise RecipeError(f"{where}: {_show(content)} arrived; allowed are {', '.join(allowed)}.{hint}")


def _only_plain(content: object, where: str) -> None:
    if isinstance(content, dict):
        for key, value in _words(content, where).items():
            _only_plain(value, f"{where}.{key}")
    elif isinstance(content, list):
        for index, value in enumerate(content):
            _only_plain(value, f"{where}[{index}]")
    elif content is not None and not isinstance(content, (bool, int, float, str)):
        raise RecipeError(f"{where} must be text, a number, true, false or null, but {_show(content)} arrived.")


def _show(content: object) -> str:
    text = repr(content)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
