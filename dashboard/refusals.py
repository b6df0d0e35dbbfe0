"""Why a home or a row cannot be valued, and what a job says, in the language of the person.

As with `reasons`, the library's English sentences are read back; a text of which any part is not known stays as it is.
"""

# ruff: noqa: E501

from __future__ import annotations

import re
from typing import Final

from dashboard.reasons import spanish_numbers
from dashboard.sentences_es import ON_JOBS, ON_PRICES
from dashboard.text import language

_SENTENCES: Final = {
    r"The point (?P<place>\S+, \S+) lies (?P<n_away>.*?) from the nearest listing; at most (?P<n_most>.*?) can be valued\.": "El punto {place} está a {n_away} de la publicación más cercana; se puede tasar hasta a {n_most}.",
    r"Check the coordinates, or leave both out to be valued by the sector alone\.": "Revisa las coordenadas, o déjalas vacías para tasar solo por el sector.",
    r"0, 0 is a point in the Atlantic\.": "0, 0 es un punto en el Atlántico.",
    r"Latitude and longitude look exchanged and without a sign: did you mean (?P<place>\S+, \S+)\?": "La latitud y la longitud parecen intercambiadas y sin signo: ¿será {place}?",
    r"Latitude and longitude look exchanged: did you mean (?P<place>\S+, \S+)\?": "La latitud y la longitud parecen intercambiadas: ¿será {place}?",
    r"A minus sign looks lost or added: did you mean (?P<place>\S+, \S+)\?": "Parece que falta o sobra un signo menos: ¿será {place}?",
    r"(?P<column>\w+) must be a number, (?P<limits>.*?), but (?P<arrived>.*?) arrived\.": "{column} debe ser un número, {limits}, pero llegó {arrived}.",
    r"(?P<column>\w+) must be a name of 1 to (?P<most>\d+) characters, but (?P<arrived>.*?) arrived\.": "{column} debe ser un nombre de 1 a {most} caracteres, pero llegó {arrived}.",
    r"No area arrived: give at least one of (?P<columns>.*?), more than 0\.": "No llegó ninguna superficie: indica al menos una de {columns}, mayor que 0.",
    r"The model gives no positive value for this description: check its numbers\.": "El modelo no da un valor positivo para esta descripción: revisa los números.",
    r"(?P<column>\w+) is not a number: (?P<cell>.*)": "{column} no es un número: {cell}",
    r"(?P<column>\w+) is impossible, it must be (?P<limits>.*?): (?P<cell>.*)": "{column} es imposible, debe ser {limits}: {cell}",
    r"(?P<column>\w+) can have decimals or thousands, and the table does not tell which: (?P<cell>.*)": "{column} puede tener decimales o miles, y la tabla no dice cuál: {cell}",
    r"(?P<column>\w+) is in another unit, or the column mixes units: (?P<cell>.*)": "{column} está en otra unidad, o la columna mezcla unidades: {cell}",
    r"(?P<column>\w+) has more than (?P<most>\d+) characters: (?P<cell>.*)": "{column} tiene más de {most} caracteres: {cell}",
    r"(?P<column>\w+) holds a control character: (?P<cell>.*)": "{column} contiene un carácter de control: {cell}",
    r"the row has (?P<cells>\d+) cells, but the header has (?P<width>\d+)": "la fila tiene {cells} celdas, pero el encabezado tiene {width}",
    r"every cell is empty": "todas las celdas están vacías",
    r"a cell of the row is too long": "una celda de la fila es demasiado larga",
    r"the quotes of the row do not match": "las comillas de la fila no cierran",
    r"the row holds bytes that are no text in the encoding of the file": "la fila tiene bytes que no son texto en la codificación del archivo",
}
_PATTERNS: Final = {
    re.compile(english, re.DOTALL): spanish for english, spanish in (_SENTENCES | ON_JOBS | ON_PRICES).items()
}
_LIMITS: Final = (("more than", "mayor que"), ("at least", "al menos"), ("at most", "a lo más"), (" and ", " y "))


def refused(text: str) -> str:
    """A refusal in the language of the person."""
    return text if language() == "en" else to_spanish(text)


def to_spanish(text: str) -> str:
    """A refusal in Spanish, sentence by sentence; one that is not wholly known stays as it is."""
    said, rest = [], text
    while rest:
        found = next(
            ((match, spanish) for pattern, spanish in _PATTERNS.items() if (match := pattern.match(rest))), None
        )
        if found is None:
            return text
        match, spanish = found
        said.append(spanish.format(**{name: _part(name, part) for name, part in match.groupdict().items()}))
        rest = rest[match.end() :].lstrip()
    return " ".join(said)


def _part(name: str, part: str) -> str:
    if name.startswith("n_"):
        return spanish_numbers(part)
    if name == "limits":
        for english, spanish in _LIMITS:
            part = part.replace(english, spanish)
        return spanish_numbers(part)
    return "nada" if name == "arrived" and part == "nothing" else part
