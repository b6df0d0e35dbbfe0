"""A recipe's plain values -> a checked `Recipe`. Every message names the key, what arrived and what is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final, cast

from pricing_core.errors import RecipeError
from pricing_core.nouns.declared import CORE_ALONE, DECLARED_ROLES, Declaration, DeclaredRole, Roles
from pricing_core.nouns.schema import FEATURES
from pricing_core.strict_yaml import Plain
from pricing_core.training.metrics import STUDY_METRICS
from pricing_core.training.recipes.building import try_to_build
from pricing_core.training.recipes.reading import parse_yaml, read_yaml
from pricing_core.training.recipes.recipe import FeatureGroup, Recipe, Step, Target
from pricing_core.training.recipes.refusals import no_mapping, shown, unknown_key, with_hint
from pricing_core.words import Message, plural

_FOLDER: Final = Path(__file__).parent
_TARGETS: Final = ("price", "log")
_DECLARED: Final = "declared"
"""In a recipe: every declared column that a model may use."""


def shipped_recipes() -> list[str]:
    """The names of the recipes that come with the product, sorted."""
    return sorted(path.stem for path in _FOLDER.glob("*.yaml"))


def load_recipe(name_or_path: str, declared: Declaration = CORE_ALONE) -> Recipe:
    """Read and check a recipe.

    Parameters
    ----------
    name_or_path : str
        The name of a shipped recipe, or the path of a YAML file.
    declared : Declaration
        What the client declares: the recipe may use those of its columns that models may.

    Raises
    ------
    RecipeError
        Naming the line or key that is wrong, what arrived and what is allowed.
    """
    name = str(name_or_path).strip()
    if name in shipped_recipes():
        return parse_recipe(read_yaml(_FOLDER / f"{name}.yaml"), name, declared)
    if Path(name).suffix.lower() not in {".yaml", ".yml"}:
        shipped = shipped_recipes()
        problem = Message(
            "There is no recipe named {name:quoted}: shipped are {shipped:list}; or give the path of a file that ends "
            "in .yaml.",
            name=name,
            shipped=shipped,
        )
        raise RecipeError(with_hint(problem, name, shipped))
    return parse_recipe(read_yaml(Path(name)), Path(name).name, declared)


def recipe_from_text(text: str, source: str = "recipe", declared: Declaration = CORE_ALONE) -> Recipe:
    """Read and check a recipe given as YAML text; ``source`` names it in messages."""
    return parse_recipe(parse_yaml(text, source), source, declared)


def parse_recipe(content: Plain, source: str, declared: Declaration = CORE_ALONE) -> Recipe:
    """Check the plain values of a recipe; ``source`` names it in messages.

    A recipe that was stored with a version names the roles of its declared columns itself.
    """
    try:
        recipe = _recipe(content, declared.for_models)
        try_to_build(recipe)
    except RecipeError as error:
        raise RecipeError("{source}: {problem}", source=source, problem=error.message) from None
    return recipe


def _recipe(content: Plain, offered: Roles) -> Recipe:
    optional = {"description", "target", "metrics", "declared"}
    fields = _mapping(_like(content), Message("the recipe"), required=("name", "features", "model"), optional=optional)
    roles = _roles(fields["declared"]) if "declared" in fields else offered
    groups = _groups(fields["features"], roles)
    return Recipe(
        name=_text(fields["name"], "name"),
        description=_text(fields.get("description", fields["name"]), "description"),
        features=groups,
        model=_step(fields["model"], "model"),
        target=cast(Target, _one_of(fields.get("target", "price"), "target", _TARGETS)),
        metrics=tuple(
            _one_of(name, f"metrics[{index}]", tuple(STUDY_METRICS))
            for index, name in enumerate(_sequence(fields.get("metrics", list(STUDY_METRICS)), "metrics"))
        ),
        declared={name: roles[name] for group in groups for name in group.columns if name in roles},
    )


def _like(content: Plain) -> Plain:
    """A recipe that names another one has its keys where it has none of its own, and its features before its own."""
    if not isinstance(content, dict) or "like" not in content:
        return content
    own = {key: value for key, value in content.items() if key != "like"}
    base = read_yaml(_FOLDER / f"{_one_of(content['like'], 'like', shipped_recipes())}.yaml")
    whole = _words(_like(base), "like") | own
    if "features" in own and isinstance(base, dict):
        whole["features"] = [*_sequence(base["features"], "like"), *_sequence(own["features"], "features", least=0)]
    return whole


def _roles(content: Plain) -> Roles:
    found = _words(content, "declared")
    return {name: cast(DeclaredRole, _one_of(role, f"declared.{name}", DECLARED_ROLES)) for name, role in found.items()}


def _groups(content: Plain, roles: Roles) -> tuple[FeatureGroup, ...]:
    found = (_group(item, f"features[{i}]", roles) for i, item in enumerate(_sequence(content, "features")))
    groups = tuple(group for group in found if group.columns)
    if not groups:
        raise RecipeError("features: nothing is left of them, for no column is declared that a model may use.")
    columns = [column for group in groups for column in group.columns]
    twice = sorted({column for column in columns if columns.count(column) > 1})
    if twice:
        raise RecipeError(
            "features: a column may stand in one group only, but {twice:list} stands in more.", twice=twice
        )
    return groups


def _group(content: Plain, where: str, roles: Roles) -> FeatureGroup:
    fields = _mapping(content, where, required=("columns", "transformers"))
    steps = _sequence(fields["transformers"], f"{where}.transformers", least=0)
    return FeatureGroup(
        columns=_columns(fields["columns"], f"{where}.columns", roles),
        transformers=tuple(_step(step, f"{where}.transformers[{i}]") for i, step in enumerate(steps)),
    )


def _columns(content: Plain, where: str, roles: Roles) -> tuple[str, ...]:
    """The columns of a group; the word ``declared`` stands for all that are declared for models, be they none."""
    named = [content] if content == _DECLARED else _sequence(content, where)
    allowed = (*FEATURES, *roles, _DECLARED)
    found = [_one_of(name, f"{where}[{i}]", allowed) for i, name in enumerate(named)]
    return tuple(column for name in found for column in (roles if name == _DECLARED else [name]))


def _step(content: Plain, where: str) -> Step:
    fields = _mapping(content, where, required=("class",), optional={"parameters"})
    parameters = fields.get("parameters")
    parameters = {} if parameters is None else _words(parameters, f"{where}.parameters")
    _only_plain(parameters, f"{where}.parameters")
    return Step(_text(fields["class"], f"{where}.class"), parameters)


def _mapping(
    content: Plain, where: str | Message, *, required: Sequence[str], optional: set[str] | None = None
) -> dict[str, Plain]:
    fields = _words(content, where)
    allowed = [*required, *sorted(optional or ())]
    for key in fields:
        if key not in allowed:
            raise unknown_key(where, key, allowed)
    for key in required:
        if key not in fields:
            raise RecipeError(
                "{where} has no key {key:quoted}: needed are {needed:list}.", where=where, key=key, needed=[*required]
            )
    return fields


def _words(content: object, where: str | Message) -> dict[str, Plain]:
    if not isinstance(content, dict):
        raise no_mapping(where, content)
    for key in content:
        if not isinstance(key, str):
            raise RecipeError("{where} has a key {key}: keys must be words.", where=where, key=shown(key))
    return content


def _sequence(content: Plain, where: str, least: int = 1) -> list[Plain]:
    if not isinstance(content, list) or len(content) < least:
        raise RecipeError(
            plural(
                "{where} must be a list of at least {least} item, but {arrived} arrived.",
                "{where} must be a list of at least {least} items, but {arrived} arrived.",
                "least",
                where=where,
                least=least,
                arrived=shown(content),
            )
        )
    return content


def _text(content: Plain, where: str) -> str:
    if not isinstance(content, str) or not content.strip():
        raise RecipeError("{where} must be text, but {arrived} arrived.", where=where, arrived=shown(content))
    return content.strip()


def _one_of(content: Plain, where: str, allowed: Sequence[str]) -> str:
    if isinstance(content, str) and content in allowed:
        return content
    problem = Message(
        "{where}: {arrived} arrived; allowed are {allowed:list}.",
        where=where,
        arrived=shown(content),
        allowed=[*allowed],
    )
    raise RecipeError(with_hint(problem, content if isinstance(content, str) else "", allowed))


def _only_plain(content: object, where: str) -> None:
    if isinstance(content, dict):
        for key, value in _words(content, where).items():
            _only_plain(value, f"{where}.{key}")
    elif isinstance(content, list):
        for index, value in enumerate(content):
            _only_plain(value, f"{where}[{index}]")
    elif content is not None and not isinstance(content, (bool, int, float, str)):
        raise RecipeError(
            "{where} must be text, a number, true, false or null, but {arrived} arrived.",
            where=where,
            arrived=shown(content),
        )
