"""Class paths -> classes, from an allow-list of packages alone, and the parameters that they take."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterable
from typing import Final

from sklearn.base import BaseEstimator

from pricing_core.errors import RecipeError
from pricing_core.model.renamed_classes import present_path
from pricing_core.training.recipes.refusals import with_hint
from pricing_core.words import Message

ALLOWED_PACKAGES: Final = (
    "sklearn",
    "category_encoders",
    "pricing_core.model.features",
    "pricing_core.model.estimators",
    "pricing_core.model.boosting",
    "pricing_core.model.smooth_surface",
    "lightgbm",
    "xgboost",
    "catboost",
)


def find_class(path: str, where: str, method: str) -> type[BaseEstimator]:
    """The scikit-learn class of a path such as ``sklearn.preprocessing.StandardScaler``.

    Parameters
    ----------
    path : str
        As written in the recipe; a path of a former release is followed.
    where : str
        The key that holds it, for messages.
    method : str
        What the class must be able to do: ``transform`` or ``predict``.
    """
    module_name, _, name = present_path(path).rpartition(".")
    if not any(module_name == package or module_name.startswith(f"{package}.") for package in ALLOWED_PACKAGES):
        raise RecipeError(
            "{where}: {path:quoted} arrived, but classes may come from {allowed:list} only.",
            where=where,
            path=path,
            allowed=ALLOWED_PACKAGES,
        )
    found = getattr(_module(module_name, path, where), name, None)
    if not (inspect.isclass(found) and issubclass(found, BaseEstimator)):
        problem = Message("{where}: {path:quoted} is no estimator.", where=where, path=path)
        raise RecipeError(with_hint(problem, name, _estimators_in(module_name)))
    if inspect.isabstract(found) or not hasattr(found, method):
        raise RecipeError(
            "{where}: {path:quoted} cannot be used here: a class with {method}() is needed.",
            where=where,
            path=path,
            method=method,
        )
    return found


def _module(name: str, path: str, where: str) -> object:
    package = name.partition(".")[0]
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == package:
            raise RecipeError(
                "{where}: {path:quoted} needs {package}, which is not installed: pip install {package}.",
                where=where,
                path=path,
                package=package,
            ) from None
        raise RecipeError(
            "{where}: {path:quoted} is not there: {package} has no {name:quoted}.",
            where=where,
            path=path,
            package=package,
            name=name,
        ) from None
    except (ImportError, ValueError) as error:
        raise RecipeError(
            "{where}: {path:quoted} cannot be imported: {problem}.", where=where, path=path, problem=str(error)
        ) from None


def _estimators_in(module_name: str) -> list[str]:
    members = vars(importlib.import_module(module_name)).items()
    return [name for name, member in members if inspect.isclass(member) and issubclass(member, BaseEstimator)]


def check_parameters(found: type[BaseEstimator], names: Iterable[str], where: str) -> None:
    """Refuse parameters that the class does not take."""
    signature = inspect.signature(found).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in signature):
        return
    allowed = [parameter.name for parameter in signature]
    for name in names:
        if name not in allowed:
            problem = Message(
                "{where}.{name}: {estimator} has no parameter {name:quoted}; it takes {allowed:list}.",
                where=where,
                name=name,
                estimator=found.__name__,
                allowed=allowed or [Message("none")],
            )
            raise RecipeError(with_hint(problem, name, allowed))
