"""The library's reasons for a grade, in the language of the person.

The library gives whole English sentences, and the log keeps them; here they are read back. A sentence that is not
known is shown as it came.
"""

# ruff: noqa: E501

from __future__ import annotations

import re
from typing import Final

from dashboard.parts.text import language

_SENTENCES: Final = {
    r"Version (?P<champion>\d+), the champion, cannot be loaded, so version (?P<version>\d+) stands in for it\.": "La versión {champion}, el campeón, no se puede cargar; la reemplaza la versión {version}.",
    r"None of the (?P<n_rows>\S+) listings learned from is in the sector '(?P<sector>.*)'\.": "Ninguna de las {n_rows} publicaciones de las que se aprendió está en el sector '{sector}'.",
    r"Only (?P<n_few>\S+) of the (?P<n_rows>\S+) listings learned from are in '(?P<sector>.*)'\.": "Solo {n_few} de las {n_rows} publicaciones de las que se aprendió están en '{sector}'.",
    r"None of the (?P<n_rows>\S+) listings learned from is of the type '(?P<kind>.*)'\.": "Ninguna de las {n_rows} publicaciones de las que se aprendió es del tipo '{kind}'.",
    r"None of the (?P<n_rows>\S+) listings in (?P<sector>.*) is of the type '(?P<kind>.*)'\.": "Ninguna de las {n_rows} publicaciones en {sector} es del tipo '{kind}'.",
    r"The nearest listing is (?P<n_away>.*) away; within (?P<n_usual>.*) is usual\.": "La publicación más cercana está a {n_away}; lo habitual es a menos de {n_usual}.",
    r"Sector and coordinates disagree: the point lies (?P<n_away>\S+ k?m) from the middle of (?P<sector>.*), where half of the listings lie within (?P<n_usual>\S+ k?m)(?:, while the nearest listings are in (?P<near>.*))?\.": "El sector y las coordenadas no concuerdan: el punto está a {n_away} del centro de {sector}, donde la mitad de las publicaciones está a menos de {n_usual}{near}.",
    r"(?:A (?P<area>usable area|total area) of )?(?P<n_value>\S+) (?P<what>.*) is unusual: 99 % of the (?P<n_count>\S+) listings(?: of the type (?P<kind_of>.*))? have (?P<n_low>\S+) to (?P<n_high>.*)\.": "{area}{n_value} {what} es inusual: el 99 % de las {n_count} publicaciones{kind_of} tiene de {n_low} a {n_high}.",
    r"The usable area \((?P<n_usable>.*)\) is larger than the total area \((?P<n_total>.*)\), as in (?P<n_share>.*) of the listings\.": "La superficie útil ({n_usable}) es mayor que la total ({n_total}), como en {n_share} de las publicaciones.",
    r"Not given, so filled by the model: (?P<names>.*)\.": "Sin dato, lo completó el modelo: {names}.",
    r"(?P<typed>'.*'|\".*\") was taken for (?P<known>'.*'|\".*\"), which looks the same but is written with other characters\.": "{typed} se tomó por {known}, que se ve igual pero está escrito con otros caracteres.",
    r"(?P<typed>'.*'|\".*\") was taken for (?P<known>'.*'|\".*\")\.": "{typed} se tomó por {known}.",
    r"A (?P<what>usable area|total area) of 0 counts as not known\.": "Una {what} de 0 cuenta como sin dato.",
    r"The comparable listings are still being prepared: value again in a minute to see them\.": "Las publicaciones comparables aún se están preparando: vuelve a tasar en un minuto para verlas.",
    r"The 90 % range spans (?P<n_width>.*) of the value, more than the (?P<n_usual>.*) that are usual\.": "El rango de 90 % abarca {n_width} del valor, más que el {n_usual} habitual.",
}
_PATTERNS: Final = {re.compile(english): spanish for english, spanish in _SENTENCES.items()}
_NAMES: Final = {
    "usable area": "superficie útil",
    "total area": "superficie total",
    "bathrooms": "baños",
    "rooms": "dormitorios",
    "position": "posición",
    " and ": " y ",
}
_MEANT = re.compile(r" Did you mean (.*)\?$")
_NUMBER = re.compile(r"\d[\d,.]*")
_SWAPPED = str.maketrans(",.", ".,")


def in_words(reason: str) -> str:
    """A reason in the language of the person."""
    return reason if language() == "en" else to_spanish(reason)


def to_spanish(reason: str) -> str:
    """A reason in Spanish; one that is not known stays as it is."""
    meant = _MEANT.search(reason)
    sentence = reason[: meant.start()] if meant else reason
    for pattern, spanish in _PATTERNS.items():
        if found := pattern.fullmatch(sentence):
            words = spanish.format(**{name: _part(name, text) for name, text in found.groupdict().items()})
            return words + (f" ¿Será {meant[1]}?" if meant else "")
    return reason


def spanish_numbers(text: str) -> str:
    """A text with points and commas of its numbers exchanged: 4,735.5 becomes 4.735,5."""
    return _NUMBER.sub(lambda number: number[0].translate(_SWAPPED), text)


def _part(name: str, text: str | None) -> str:
    if text is None:
        return ""
    if name.startswith("n_"):
        return spanish_numbers(text)
    if name in ("names", "what", "area"):
        text = _translated(text)
    phrases = {
        "area": f"Una {text} de ",
        "kind_of": f" del tipo {text}",
        "near": f", mientras que las más cercanas son de {text}",
    }
    return phrases.get(name, text)


def _translated(words: str) -> str:
    for english, spanish in _NAMES.items():
        words = words.replace(english, spanish)
    return words
