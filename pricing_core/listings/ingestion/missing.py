"""What programs, spreadsheets, databases and people write where a cell is not known."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from pricing_core.words import Message

_SHOWN: Final = 5
_OF_PROGRAMS: Final = ("na", "n/a", "<na>", "nan", "-nan", "nat", "null", "(null)", "none", "nil", "\\n", "undefined")
_OF_SPREADSHEETS: Final = (
    *("#n/a", "#n/d", "#na", "#nd", "#null!", "#¡nulo!", "#div/0!", "#¡div/0!", "#value!", "#¡valor!", "#valor!"),
    *("#ref!", "#¡ref!", "#name?", "#¿nombre?", "#num!", "#¡num!", "(blank)", "(en blanco)", "(vacío)"),
)
_OF_PEOPLE: Final = (
    *("-", "--", "---", "–", "—", "―", "−", "_", "?", "??", ".", "..", "...", "…", "*", "//", "/"),
    *(
        "s/i",
        "s/d",
        "s.i.",
        "s.d.",
        "n/d",
        "n.d.",
        "n.a.",
        "nd",
        "sin información",
        "sin info",
        "sin info.",
        "sin dato",
    ),
    *("sin datos", "sin especificar", "no aplica", "no informa", "no informado", "no informada", "no disponible"),
    *("no especifica", "no especificado", "no especificada", "no indica", "no sabe", "desconocido", "desconocida"),
    *("unknown", "not available", "not applicable", "not specified", "no data", "missing"),
    *("não informado", "não disponível", "não se aplica", "sem informação", "sem dados"),
)


def _plain(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def _spellings(marks: tuple[str, ...]) -> frozenset[str]:
    # Accents come composed, decomposed, or not at all.
    return frozenset(each for mark in marks for each in (mark, unicodedata.normalize("NFD", mark), _plain(mark)))


MISSING: Final = frozenset({""}) | _spellings((*_OF_PROGRAMS, *_OF_SPREADSHEETS, *_OF_PEOPLE))
_VALUES: Final = pa.array(sorted(MISSING), pa.string())


def is_missing(text: str) -> bool:
    """Whether a cell, without white space around it, says that it is not known."""
    return text.lower() in MISSING


def missing_cells(text: pa.Array) -> pa.Array:
    """The same of a whole array."""
    return pc.is_in(pc.utf8_lower(text), value_set=_VALUES)


def marks_in(cells: pa.Array) -> Counter[str]:
    """How often each mark stands in a column of text."""
    counts = pc.value_counts(pc.utf8_trim_whitespace(cells)).to_pylist()
    return Counter({each["values"]: each["counts"] for each in counts if each["values"] and is_missing(each["values"])})


def missing_marks(found: Mapping[str, Counter[str]]) -> list[Message]:
    """A sentence on the marks that were taken for not known, by column."""
    told = [_marks_of(column, marks) for column, marks in found.items() if marks]
    return [Message("Read as not known: {columns:clauses}.", columns=told)] if told else []


def _marks_of(column: str, marks: Counter[str]) -> Message:
    shown = [
        Message("{mark:quoted} ({count:integer})", mark=mark, count=count) for mark, count in marks.most_common(_SHOWN)
    ]
    return Message("{marks:list} in {column}", marks=shown, column=column)
