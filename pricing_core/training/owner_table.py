"""The owner's table: the old case's comparison of recipes, put right, with our champion beside it.

The old notebook called its metrics as ``metric(y_pred, y_true)``. That leaves MAE and RMSE as they are, but divides
MAPE and MdAPE by the value instead of the price, and measures R² against the spread of the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy.typing as npt

from pricing_core.errors import ListingsError
from pricing_core.training.metrics import mae, mape, mdape, r2, rmse

FIRST_REPORTED: Final = "original"
RECIPES: Final = ("original", "revised", "champion")
"""What the owner wants to see side by side."""
OwnerRow = dict[str, str | float]
_COLUMNS: Final = {"rmse": "RMSE", "mae": "MAE", "mape": "MAPE", "mdape": "MdAPE", "r2": "R²"}
_METRICS: Final = {"rmse": rmse, "mae": mae, "mape": mape, "mdape": mdape, "r2": r2}
_NOTE: Final = (
    "Out-of-fold values of all rows against asking prices. R² is of all rows together, so it differs a little from the "
    "mean over folds that `tasador evaluate` prints."
)


def owner_rows(found: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]]) -> list[OwnerRow]:
    """Compare recipes as the old case did, and as it should have.

    Parameters
    ----------
    found : mapping
        Name of a recipe -> its prices and out-of-fold values. `original` gets two rows: with the metric arguments in
        the wrong order, as first reported, and corrected.

    Returns
    -------
    list of dict
        ``name, rmse, mae, mape, mdape, r2``; errors in percent as fractions. JSON-ready.
    """
    if not found:
        raise ListingsError("The owner's table needs at least one recipe: {usual:list} are usual.", usual=RECIPES)
    rows: list[OwnerRow] = []
    for name, (price, value) in found.items():
        if name == FIRST_REPORTED:
            rows.append({"name": f"{name}, wrong metric order", **_measured(value, price)})
            rows.append({"name": f"{name}, corrected", **_measured(price, value)})
        else:
            rows.append({"name": name, **_measured(price, value)})
    return rows


def _measured(price: npt.ArrayLike, value: npt.ArrayLike) -> dict[str, float]:
    return {name: metric(price, value) for name, metric in _METRICS.items()}


def owner_table(rows: list[OwnerRow]) -> str:
    """The rows as a Markdown table with a note below it."""
    cells = [("Recipe", *_COLUMNS.values()), *((str(row["name"]).replace("|", "\\|"), *_written(row)) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    lines = [_line(cells[0], widths), _line(rule, widths), *(_line(row, widths) for row in cells[1:])]
    return "\n".join([*lines, "", _NOTE])


def _written(row: OwnerRow) -> list[str]:
    rmse_, mae_, mape_, mdape_, r2_ = (float(row[name]) for name in _COLUMNS)
    return [_amount(rmse_), _amount(mae_), f"{mape_:.1%}", f"{mdape_:.1%}", f"{r2_:.3f}"]


def _amount(error: float) -> str:
    return f"{error:,.0f}" if error >= 100 else f"{error:.3g}"


def _line(cells: tuple[str, ...] | list[str], widths: list[int]) -> str:
    name, *numbers = cells
    padded = (number.rjust(width) for number, width in zip(numbers, widths[1:], strict=True))
    return "| " + " | ".join([name.ljust(widths[0]), *padded]) + " |"
