"""Class paths -> classes, from an allow-list of packages alone, and the parameters that they take."""

from __future__ import annotations

import difflib
import importlib
import inspect
from collections.abc import Iterable
from typing import Final

from sklearn.base import BaseEstimator

from pricing_core.errors import RecipeError
from pricing_core.model.renamed_classes import present_path

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
        raise RecipeError(f"{where}: {path!r} arrived, but classes may come from {', '.join(ALLOWED_PACKAGES)} only.")
    found = getattr(_module(module_name, path, where), name, None)
    if not (inspect.isclass(found) and issubclass(found, BaseEstimator)):
        raise RecipeError(f"{where}: {path!r} is no estimator.{did_you_mean(name, _estimators_in(module_name))}")
    if inspect.isabstract(found) or not hasattr(found, method):
        raise RecipeError(f"{where}: {path!r} cannot be used here: a class with {method}() is needed.")
    return found


def _module(name: str, path: str, where: str) -> object:
    package = name.partition(".")[0]
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == package:
            raise RecipeError(
                f"{where}: {path!r} needs {package}, which is not installed: pip install {package}."
            ) from None
        raise RecipeError(f"{where}: {path!r} is not there: {package} has no {name!r}.") from None
    except (ImportError, ValueError) as error:
        raise RecipeError(f"{where}: {path!r} cannot be imported: {error}.") from None


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
            listing = f"it takes {', '.join(allowed)}" if allowed else "it takes none"
            raise RecipeError(
                f"{where}.{name}: {found.__name__} has no parameter {name!r}; {listing}.{did_you_mean(name, allowed)}"
            )


def did_you_mean(word: str, allowed: Iterable[str]) -> str:
    """A sentence with the closest allowed word, or nothing where none is close."""
    close = difflib.get_close_matches(word, list(allowed), n=1, cutoff=0.6)
    return f" Did you mean {close[0]!r}?" if close else ""
