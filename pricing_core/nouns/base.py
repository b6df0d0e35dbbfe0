"""What every noun is, and who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from pricing_core.errors import AccessError
from pricing_core.words import Language, Message, marked, say

Progress = Callable[[Message, float], None]
"""Told the stage and the fraction done, 0 to 1."""

File = Path | BinaryIO
"""A file by its path, or one that is open for reading bytes."""

Json = dict[str, Any]
"""A JSON object as a database, a file or another program has it: whoever reads one checks what it holds."""

Role = Literal["agent", "analyst", "admin"]
ROLES: Final[tuple[Role, ...]] = ("agent", "analyst", "admin")
Source = Literal["dashboard", "api", "cli", "library"]
ROLE_WORDS: Final = {
    "agent": marked("Agent"),
    "analyst": marked("Analyst"),
    "admin": marked("Admin"),
}
SOURCE_WORDS: Final = {
    "dashboard": marked("Dashboard"),
    "api": marked("API"),
    "cli": marked("Command line"),
    "library": marked("Library"),
}


class Noun:
    """Gives every noun the same JSON-ready form."""

    def to_dict(self, language: Language | None = "en") -> Json:
        """The fields as JSON-ready values; moments in ISO 8601.

        Parameters
        ----------
        language
            In which sentences are put into words; ``None`` keeps them as data, as the database has them.
        """
        content = {name: _plain(value, language) for name, value in vars(self).items()}
        result: Json = to_jsonable_python(content)
        return result


def _plain(value: object, language: Language | None) -> object:
    if isinstance(value, Message):
        return value.to_json() if language is None else say(value, language)
    if isinstance(value, Noun):
        return value.to_dict(language)
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, list | tuple):
        return [_plain(item, language) for item in value]
    if isinstance(value, dict):
        return {_key(key, language): _plain(item, language) for key, item in value.items()}
    return value


def _key(key: object, language: Language | None) -> object:
    if not isinstance(key, Message):
        return key
    return key.to_text() if language is None else say(key, language)


@dataclass(frozen=True)
class Actor(Noun):
    """Who asks, with which role, through which door."""

    name: str
    role: Role
    source: Source

    def may(self, role: Role) -> bool:
        """Whether this actor's role includes the given one: an admin may do all that an analyst may."""
        return ROLES.index(self.role) >= ROLES.index(role)

    @property
    def log_of(self) -> str | None:
        """Whose valuations this actor may read in the log: an agent his or her own; ``None`` means everybody's."""
        return None if self.may("analyst") else self.name

    def must(self, role: Role, to_do: Message) -> None:
        """Refuse an actor whose role does not include the given one.

        Raises
        ------
        AccessError
            Naming the role that it takes.
        """
        if not self.may(role):
            raise AccessError(
                "{name} has the role {role}, but to {to_do} takes the role {needed}.",
                name=self.name,
                role=self.role,
                to_do=to_do,
                needed=role,
            )


def no_progress(_stage: Message, _done: float) -> None:
    """Tell nobody."""


def part_of(progress: Progress, begin: float, end: float) -> Progress:
    """Progress of a part of some work, told as that of the whole."""
    return lambda stage, done: progress(stage, begin + (end - begin) * done)
