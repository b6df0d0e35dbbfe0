"""What the library refuses or notes, in the language of the person.

As with `reasons`, the library's English sentences are read back; a text of which any part is not known stays as it is.
"""

from __future__ import annotations

import re
from typing import Final

from dashboard.parts.reasons import spanish_numbers
from dashboard.parts.refusal_sentences import FILES, HOMES, MODELS, NOTES, PHRASES, ROWS
from dashboard.parts.sentences_es import ON_JOBS, ON_PRICES, ON_STORAGE
from dashboard.parts.text import language, zone
from pricing_core import Message, PricingError, in_full, log_in_full, say

# Those that begin with the name of a file could swallow any other, so they are tried last.
_SENTENCES: Final = HOMES | ROWS | ON_JOBS | NOTES | MODELS | ON_STORAGE | ON_PRICES | FILES
_PATTERNS: Final = {re.compile(english, re.DOTALL): spanish for english, spanish in _SENTENCES.items()}
_LIMITS: Final = (("more than", "mayor que"), ("at least", "al menos"), ("at most", "a lo más"), (" and ", " y "))
_COUNTED: Final = re.compile(r"(?P<reason>.+) \((?P<n_rows>\S+) rows\)", re.DOTALL)


def refused(text: str) -> str:
    """A refusal or a note in the language of the person."""
    return text if language() == "en" else to_spanish(text)


def refusal(error: PricingError) -> str:
    """What an error says to the person; what it says of the machine goes to the log alone."""
    if in_full(error) != str(error):
        log_in_full("A page was refused", error)
    return said(error.message)


def said(message: Message) -> str:
    """A message in the language of the person; one that the catalogue does not know yet is read back."""
    words = say(message, language(), zone())
    return refused(words) if words == str(message) else words


def to_spanish(text: str) -> str:
    """The same in Spanish, sentence by sentence; what is not wholly known stays as it is."""
    found = _read_back(text)
    if found is None and ": " in text:  # a note on one of several files begins with its name
        name, _, rest = text.partition(": ")
        found = None if (words := _read_back(rest)) is None else f"{name}: {words}"
    return text if found is None else found


def _read_back(text: str) -> str | None:
    said, rest = [], text
    while rest:
        found = next(
            ((match, spanish) for pattern, spanish in _PATTERNS.items() if (match := pattern.match(rest))), None
        )
        if found is None:
            return None
        match, spanish = found
        said.append(spanish.format(**{name: _part(name, part) for name, part in match.groupdict().items()}))
        rest = rest[match.end() :].lstrip()
    return " ".join(said)


def _part(name: str, part: str | None) -> str:
    if part is None:
        return ""
    if name == "reasons":
        return "; ".join(map(_counted, part.split("; ")))
    if name == "limits":
        for english, spanish in _LIMITS:
            part = part.replace(english, spanish)
        return spanish_numbers(part)
    phrases = {"and_more": f" y {part} más", "both": f", {part}"}
    return phrases.get(name) or (spanish_numbers(part) if name.startswith("n_") else PHRASES.get(part, part))


def _counted(reason: str) -> str:
    found = _COUNTED.fullmatch(reason)
    return reason if found is None else f"{to_spanish(found['reason'])} ({spanish_numbers(found['n_rows'])} filas)"
