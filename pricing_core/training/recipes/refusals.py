"""What several parts of a recipe are refused for, and the word that was perhaps meant."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

from pricing_core.errors import RecipeError
from pricing_core.words import Message

_SHOWN: Final = 60


def unknown_key(where: str | Message, key: str, allowed: Sequence[str]) -> RecipeError:
    """A key that a mapping does not have."""
    problem = Message(
        "{where} has a key {key:quoted}, which is not known: allowed are {allowed:list}.",
        where=where,
        key=key,
        allowed=[*allowed],
    )
    return RecipeError(with_hint(problem, key, allowed))


def no_mapping(where: str | Message, content: object) -> RecipeError:
    """Something else where keys and values are needed."""
    return RecipeError(
        "{where} must be a mapping of keys to values, but {arrived} arrived.", where=where, arrived=shown(content)
    )


def with_hint(problem: Message, word: str, allowed: Sequence[str]) -> Message:
    """A problem, and the allowed word that is closest, where one is close."""
    close = difflib.get_close_matches(word, allowed, n=1, cutoff=0.6)
    return Message.joined([problem, *(Message("Did you mean {word:quoted}?", word=each) for each in close)])


def shown(content: object) -> str:
    """What arrived, as a message may quote it."""
    text = repr(content)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
