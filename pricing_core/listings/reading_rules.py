"""How files are read in one installation: its units, its listings as a measure, its UF values, and a person's word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from pricing_core.errors import StorageError
from pricing_core.listings.ingestion import Hints
from pricing_core.listings.ingestion.matching import FIELDS
from pricing_core.listings.source_profiles import SourceProfiles
from pricing_core.nouns import Json
from pricing_core.nouns.profiles import AS_NAMED, ColumnChoice
from pricing_core.nouns.uf import UfTable
from pricing_core.settings import Settings
from pricing_core.store import Store, utcnow

_ENOUGH: Final = 50
_NEARLY_ALL: Final = (0.01, 0.99)


def reading_rules(
    settings: Settings, store: Store, columns: ColumnChoice = AS_NAMED, fields: Sequence[str] = FIELDS
) -> Json:
    """The options of `read_listings` and its kin that the installation decides on.

    Parameters
    ----------
    columns
        How a person says that the file is meant.
    fields
        What a column of it can be, beside what the client declares.
    """
    return {
        "currency": settings.CURRENCY,
        "area_unit": settings.AREA_UNIT,
        "declared": settings.columns,
        "hints": Hints({None: None, "comma": ",", "dot": "."}[columns.decimal], _usual_sizes(settings, store)),
        "columns": SourceProfiles(settings, store).settings_of(columns, fields),
        "uf": _uf_table(settings, store),
        "choice": columns.table,
    }


def _usual_sizes(settings: Settings, store: Store) -> Callable[[str], tuple[float, float] | None]:
    @cache
    def usual(column: str) -> tuple[float, float] | None:
        """Between which sizes nearly all real listings in use lie; the sample is no measure for them."""
        if not settings.has_home():
            return None
        try:
            if not any(each.active and not each.is_sample for each in store.listings.datasets()):
                return None
            values = store.listings.frame(column)[column].dropna()
        except StorageError:
            return None
        low, high = values.quantile(list(_NEARLY_ALL)) if len(values) >= _ENOUGH else (0.0, 0.0)
        return (float(low), float(high)) if low > 0 else None

    return usual


def _uf_table(settings: Settings, store: Store) -> Callable[[], UfTable | None]:
    def table() -> UfTable | None:
        try:
            return store.uf_values.table(utcnow().date()) if settings.has_home() else None
        except StorageError:  # a home of a former version, or none that answers
            return None

    return table
