"""Names whose letters were damaged on the way: read in the wrong encoding, or replaced by a sign for what is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from pricing_core.listings.ingestion.misread import repaired
from pricing_core.listings.integrity.sentences import found
from pricing_core.listings.integrity.view import View
from pricing_core.nouns import Finding
from pricing_core.nouns.names import folded, usual_spellings
from pricing_core.nouns.schema import CATEGORIES

# A sign that stands for a letter no longer known: the one of Unicode anywhere, a question mark amid letters.
_LOST: Final = re.compile("\ufffd|(?<=[^\\W\\d_])\\?(?=[^\\W\\d_])")


def name_encoding(view: View) -> Iterator[Finding]:
    """Types and sectors in the wrong encoding, with the name put right where that is known."""
    for column in CATEGORIES:
        written = view.names(column)
        counts = {str(name): int(count) for name, count in written.dropna().value_counts().items()}
        damaged = {name for name in counts if repaired(name) != name or _LOST.search(name)}
        sound = usual_spellings({name: count for name, count in counts.items() if name not in damaged})
        meant = {name: _meant(name, sound) for name in damaged}
        for row in np.flatnonzero(written.isin(list(damaged)).to_numpy()):
            name = str(written.iloc[int(row)])
            facts = {"called": column, "name": name[:60], "other": meant[name]}
            sentence = "name.lost" if meant[name] is None else "name.encoding"
            yield found(row, "name_encoding", "warning", sentence, facts, meant[name], column)


def _meant(name: str, sound: dict[str, str]) -> str | None:
    """The name as it was: in the usual spelling where the file has it, else as it reads when it is put right."""
    better = repaired(name)
    if better != name:
        return next((usual for other, usual in sound.items() if folded(other) == folded(better)), better)
    alike = {usual for other, usual in sound.items() if _fits(name, other)}
    return alike.pop() if len(alike) == 1 else None


def _fits(name: str, other: str) -> bool:
    """Whether a name is another one with letters lost; one letter may have become two signs."""
    parts = [re.escape(part) for part in _LOST.sub("\ufffd", name).split("\ufffd")]
    return re.fullmatch(r"[^\W\d_]?".join(parts), other, re.IGNORECASE) is not None
