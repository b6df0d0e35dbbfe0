"""Numbers and names as the sentences of the checks write them, in English and Spanish."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any, Final, Literal

from pricing_core.nouns.schema import BATHROOMS, BEDROOMS, COLUMN, KIND, TARGET, TOTAL_AREA, USABLE_AREA

Language = Literal["en", "es"]
LANGUAGES: Final[tuple[Language, ...]] = ("en", "es")

_NAMES: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {USABLE_AREA: "usable area", TOTAL_AREA: "total area"},
    "es": {KIND: "tipo", TARGET: "precio", USABLE_AREA: "superficie útil", TOTAL_AREA: "superficie total"},
}
_PLURALS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {BEDROOMS: "bedrooms", BATHROOMS: "bathrooms"},
    "es": {BEDROOMS: "dormitorios", BATHROOMS: "baños"},
}
_MONEY: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {"CLP": "pesos", "USD": "US dollars"},
    "es": {"CLP": "pesos", "USD": "dólares"},
}
_LIMITS: Final[tuple[tuple[str, str], ...]] = (
    ("more than", "más de"),
    ("at least", "al menos"),
    ("at most", "a lo más"),
    (" and ", " y "),
    ("any number", "cualquier número"),
)


def exact(value: float) -> str:
    """Write a number as it was given: ``45,000``, ``62.5``."""
    return f"{value:,.10g}" if abs(value) < 1e15 else f"{value:.3g}"


def rounded(value: float) -> str:
    """Write an estimate with three digits that count: ``4,580``, ``0.0312``."""
    return exact(float(f"{value:.3g}"))


class Writer(Formatter):
    """Puts facts into a sentence; what follows the colon says how a fact is written.

    Parameters
    ----------
    language
        Of the sentence: in Spanish a point parts thousands and a comma decimals.
    """

    def __init__(self, language: Language) -> None:
        self._language = language
        self._ways: Final[Mapping[str, Callable[[Any], str]]] = {
            "exact": lambda value: self._localised(exact(value)),
            "rounded": lambda value: self._localised(rounded(value)),
            "degrees": lambda value: self._localised(f"{value:.5g}"),
            "times": self._times,
            "listings": self._listings,
            "peers": self._peers,
            "other": self._other,
            "limits": self._limits,
            "name": lambda name: _NAMES[language].get(name, name),
            "plural": lambda name: _PLURALS[language][name],
            "money": lambda code: _MONEY[language].get(code, code),
        }

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write one fact."""
        return self._ways[format_spec](value) if format_spec else str(value)

    @property
    def _spanish(self) -> bool:
        return self._language == "es"

    def _localised(self, number: str) -> str:
        return number.translate(str.maketrans(",.", ".,")) if self._spanish else number

    def _times(self, ratio: float) -> str:
        """How large something is beside another: ``9.8 times``, or as a part of it: ``13 % of``."""
        if ratio >= 1:
            return f"{self._localised(exact(float(f'{ratio:.2g}')))} {'veces' if self._spanish else 'times'}"
        share = self._localised(exact(float(f"{100 * ratio:.2g}")))
        return f"el {share} % de" if self._spanish else f"{share} % of"

    def _listings(self, count: int) -> str:
        one, many = ("publicación", "publicaciones") if self._spanish else ("listing", "listings")
        return f"{self._localised(exact(count))} {one if count == 1 else many}"

    def _peers(self, sector: str) -> str:
        if self._spanish:
            return f"propiedades similares de {sector}" if sector else "propiedades similares"
        return f"similar homes in {sector}" if sector else "similar homes"

    def _other(self, other: tuple[str, int]) -> str:
        """Another listing by its number, or by its row where it has none."""
        kind, number = other
        if kind == "listing":
            return f"{'la publicación' if self._spanish else 'listing'} {number}"
        row = self._localised(exact(number))
        return f"la fila {row} (contando desde 0)" if self._spanish else f"row {row} (counted from 0)"

    def _limits(self, name: str) -> str:
        words = str(COLUMN[name].limits)
        if not self._spanish:
            return words
        words = self._localised(words)
        for english, spanish in _LIMITS:
            words = words.replace(english, spanish)
        return words
