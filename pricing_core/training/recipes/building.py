"""A checked `Recipe` -> unfitted scikit-learn objects."""

from __future__ import annotations

from typing import cast

from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.utils._param_validation import InvalidParameterError

from pricing_core.errors import RecipeError
from pricing_core.strict_yaml import Plain
from pricing_core.training.recipes.classes import check_parameters, find_class
from pricing_core.training.recipes.recipe import FeatureGroup, Recipe, Step
from pricing_core.training.recipes.refusals import no_mapping, unknown_key


def build_preprocessor(recipe: Recipe) -> ColumnTransformer:
    """The unfitted transformer of a recipe: a frame of listings in, a frame of features out."""
    groups = [
        (f"group_{index}", _transformers(group, f"features[{index}]"), list(group.columns))
        for index, group in enumerate(recipe.features)
    ]
    preprocessor = ColumnTransformer(groups, verbose_feature_names_out=False)
    return preprocessor.set_output(transform="pandas")


def build_model(recipe: Recipe) -> RegressorMixin:
    """The unfitted regressor of a recipe. It learns what ``recipe.target`` names."""
    return _build(recipe.model, "model", "predict")


def try_to_build(recipe: Recipe) -> None:
    """Build everything once, so that a wrong recipe is refused when it is read and not when it is used."""
    build_preprocessor(recipe)
    build_model(recipe)


def _transformers(group: FeatureGroup, where: str) -> Pipeline | str:
    if not group.transformers:
        return "passthrough"
    steps = [
        (f"step_{index}", _build(step, f"{where}.transformers[{index}]", "transform"))
        for index, step in enumerate(group.transformers)
    ]
    return Pipeline(steps)


def _build(step: Step, where: str, method: str) -> BaseEstimator:
    found = find_class(step.class_path, f"{where}.class", method)
    check_parameters(found, step.parameters, f"{where}.parameters")
    values = {name: _value(value, f"{where}.parameters.{name}", method) for name, value in step.parameters.items()}
    try:
        built = found(**values)
        # scikit-learn checks values when it fits; minutes of other work may lie before that.
        if hasattr(built, "_parameter_constraints"):
            built._validate_params()
    except (InvalidParameterError, TypeError, ValueError) as error:
        raise RecipeError("{where}.parameters: {problem}", where=where, problem=str(error)) from None
    return built


def _value(value: Plain, where: str, method: str) -> object:
    """A parameter as Python knows it: mappings with ``class`` become estimators, with ``name`` too, named ones."""
    if isinstance(value, list):
        return [_value(item, f"{where}[{index}]", method) for index, item in enumerate(value)]
    if not isinstance(value, dict) or "class" not in value:
        return value
    unknown = set(value) - {"class", "name", "parameters"}
    if unknown:
        raise unknown_key(where, min(unknown), ["class", "name", "parameters"])
    parameters = value.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise no_mapping(f"{where}.parameters", parameters)
    built = _build(Step(cast(str, value["class"]), parameters), where, method)
    return (str(value["name"]), built) if "name" in value else built
