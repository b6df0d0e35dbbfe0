"""What the library refuses or notes, in the language of the person.

What jobs say is kept as English text; it is read back, and what is not known stays as it is.
"""

from __future__ import annotations

import re
from typing import Final

from dashboard.parts.sentences_es import ON_JOBS
from dashboard.parts.text import in_words, language
from pricing_core import PricingError, in_full, log_in_full

_PATTERNS: Final = {re.compile(english): spanish for english, spanish in ON_JOBS.items()}
_NUMBER: Final = re.compile(r"\d[\d,.]*")
_SWAPPED: Final = str.maketrans(",.", ".,")


def refusal(error: PricingError) -> str:
    """What an error says to the person; what it says of the machine goes to the log alone."""
    if in_full(error) != str(error):
        log_in_full("A page was refused", error)
    return in_words(error.message)


def refused(text: str) -> str:
    """What a job says, in the language of the person."""
    return text if language() == "en" else to_spanish(text)


def to_spanish(text: str) -> str:
    """The same in Spanish, sentence by sentence; what is not wholly known stays as it is."""
    words, rest = [], text
    while rest:
        found = next(((found, to) for pattern, to in _PATTERNS.items() if (found := pattern.match(rest))), None)
        if found is None:
            return text
        match, spanish = found
        words.append(spanish.format(**{name: _part(name, part) for name, part in match.groupdict().items()}))
        rest = rest[match.end() :].lstrip()
    return " ".join(words)


def _part(name: str, part: str) -> str:
    return _NUMBER.sub(lambda number: number[0].translate(_SWAPPED), part) if name.startswith("n_") else part
