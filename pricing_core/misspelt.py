"""Names that were probably meant to be settings, each told with the nearest real one.

Nobody but Tasador reads its ``.env``, so a slip there is an error like any wrong value: what was meant would not
count, and a secret or a proxy left out without a word is a risk. The environment belongs to other programs too, so
a name there that is like a setting is only told, and work goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from pricing_core.words import Message

# One letter wrong, missing or too many in seven, or two changed places: DB_HSOT is a slip, LANGUAGE is not UI_LANGUAGE.
_A_SLIP: Final = 0.85
_A_LIKENESS: Final = 0.6
# HOSTS or DEBUGS may well be another program's.
_SHORTEST: Final = 6
# docker-compose.yml takes these from the same file.
_OF_COMPOSE: Final = ("POSTGRES_PASSWORD", "COMPOSE_")


def slips_in_file(names: Iterable[str], known: Collection[str]) -> Iterator[Message]:
    """A sentence for each name in ``.env`` that is a setting but for a slip."""
    for name in _unknown(names, known):
        if meant := _nearest(name, known, _A_SLIP):
            yield Message(
                "{name} in .env is no setting: did you mean {meant}? Mend the name, or take the line out.",
                name=name,
                meant=meant,
            )


def strangers_in_file(names: Iterable[str], known: Collection[str]) -> Iterator[Message]:
    """A sentence for each other name in ``.env`` that means nothing to Tasador."""
    for name in _unknown(names, known):
        if not _nearest(name, known, _A_SLIP):
            like = _nearest(name, known, _A_LIKENESS)
            told = Message("{name} in .env is no setting, and does nothing.", name=name)
            yield Message.joined([told, Message("The nearest is {name}.", name=like)]) if like else told


def slips_in_environment(names: Collection[str], known: Collection[str]) -> Iterator[Message]:
    """A sentence for each variable that is a setting but for a slip, while that setting itself is not given."""
    for name in sorted(set(names) - set(known)):
        meant = _nearest(name, known, _A_SLIP)
        if meant and len(meant) >= _SHORTEST and meant not in names:
            yield Message(
                "{name} in the environment is no setting: did you mean {meant}? As it is, {meant} counts as not set "
                "there.",
                name=name,
                meant=meant,
            )


def _unknown(names: Iterable[str], known: Collection[str]) -> list[str]:
    return sorted(name for name in set(names) - set(known) if not name.startswith(_OF_COMPOSE))


def _nearest(name: str, known: Collection[str], likeness: float) -> str | None:
    return next(iter(get_close_matches(name.upper(), known, 1, likeness)), None)
