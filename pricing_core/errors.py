"""Every error that Tasador raises on purpose.

The tree::

    PricingError
    ├── SettingsError        an environment variable or .env line that cannot be used
    ├── InputError           something a person or a program sent is not usable
    │   ├── ListingsError    a file or table that is not a listing table
    │   │   └── SeveralTablesError  a file with several tables, of which none was chosen
    │   │       └── SeveralSheetsError  they are sheets of a workbook
    │   ├── SubjectError     a property that cannot be valued
    │   └── RecipeError      a recipe that cannot be read or built
    ├── NotFoundError        a version, job, run, person or key that does not exist
    ├── AccessError          not logged in, wrong key, or a role that may not do this
    │   └── TooManyTriesError  passwords or keys were tried too often; says how long to wait
    ├── ConflictError        the request clashes with what is stored or running
    │   └── LeaseLostError   a job that was cancelled, or that another worker has taken up
    ├── NoChampionError      nothing has been trained or promoted yet
    ├── ArtifactError        a stored model is missing, damaged or not the one registered
    └── StorageError         the database cannot be reached, read or written

The message says what is wrong, what arrived, what is allowed and what to do next. Doors say it in the reader's
language: the command line with exit code 1, the API as a status code, a page as a note. So it names no address, no path
and no user of a machine: those are in the notes of the error, which the command line and the log show beside it.
"""

from __future__ import annotations

import logging

from pricing_core.words import Fact, Language, Message, plural, say

_for_the_operator = logging.getLogger("tasador")


class PricingError(Exception):
    """The root of the tree: catch it to catch everything that Tasador raises on purpose.

    Parameters
    ----------
    template
        The English sentence with places for the facts, or a message. A text without facts is taken as it stands, for
        it may hold what others wrote: braces in it are no places.
    inside
        What only whoever runs Tasador may read, such as a path; kept as a note of the error.
    **facts
        What the template names.
    """

    def __init__(self, template: str | Message = "", /, *, inside: str = "", **facts: Fact) -> None:
        self.message = template if isinstance(template, Message) else _message(template, facts)
        super().__init__(self.message)
        if inside:
            self.add_note(inside)

    def __str__(self) -> str:
        return str(self.message)


def _message(template: str, facts: dict[str, Fact]) -> Message:
    finished = not facts and ("{" in template or "}" in template)
    return Message.verbatim(template) if finished else Message(template, **facts)


class SettingsError(PricingError):
    """An environment variable or a line of ``.env`` cannot be used."""


class InputError(PricingError):
    """Something that a person or a program sent is not usable."""


class ListingsError(InputError):
    """A file or a database table is not a usable listing table; nothing was changed."""


class SeveralTablesError(ListingsError):
    """A file holds several tables, and none was chosen.

    Parameters
    ----------
    template
        The sentence, which names ``file`` and ``tables``.
    """

    def __init__(self, template: str, /, *, file: str, tables: list[str]) -> None:
        super().__init__(template, file=file, tables=[name[:80] for name in tables[:20]])
        self.tables = tables


class SeveralSheetsError(SeveralTablesError):
    """A workbook holds tables on several sheets, and none was chosen."""


class SubjectError(InputError):
    """A property cannot be valued as described."""


class RecipeError(InputError):
    """A recipe cannot be read or built; the message names the line or the key."""


class NotFoundError(PricingError):
    """A version, job, run, person or key that does not exist."""


class AccessError(PricingError):
    """Not logged in, a wrong key, or a role that may not do this."""


class TooManyTriesError(AccessError):
    """Passwords or keys were tried too often.

    Parameters
    ----------
    seconds
        How long to wait until the next try.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(
            plural(
                "Too many failed tries: try again in {seconds:integer} second.",
                "Too many failed tries: try again in {seconds:integer} seconds.",
                "seconds",
                seconds=seconds,
            )
        )
        self.seconds = seconds


class ConflictError(PricingError):
    """The request clashes with what is stored or running."""


class LeaseLostError(ConflictError):
    """A job was cancelled, or another worker has taken it up; nothing was changed."""


class NoChampionError(PricingError):
    """Nothing has been trained or promoted yet, so nothing can be valued."""


class ArtifactError(PricingError):
    """A stored model is missing, damaged or not the one that was registered."""


class StorageError(PricingError):
    """The database cannot be reached, read or written."""


def in_full(error: BaseException, language: Language = "en") -> str:
    """An error with its notes, for whoever runs Tasador: it may name addresses and paths, but no password."""
    return " ".join([say(Message.of(error), language), *getattr(error, "__notes__", ())])


def log_in_full(about: str, error: BaseException) -> None:
    """Tell whoever runs Tasador of an error with its notes; it does not become a line of the job that is under way."""
    _for_the_operator.warning("%s: %s", about, in_full(error))
