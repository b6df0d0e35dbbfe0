"""People's decisions on listings: keep, exclude or correct, with a reason, in a ledger that is only ever added to."""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final, SupportsIndex

import pandas as pd

from pricing_core.errors import InputError, NotFoundError
from pricing_core.listings.inspections import Inspections
from pricing_core.nouns import Actor, Json, Review
from pricing_core.nouns.declared import CORE_ALONE, Declaration
from pricing_core.nouns.listings import DECISIONS
from pricing_core.nouns.schema import parse_corrections
from pricing_core.store import Store
from pricing_core.words import Message

_SHORTEST_REASON: Final = 3
_LONGEST_REASON: Final = 500
_MOST_AT_ONCE: Final = 50_000
_LARGEST_ID: Final = 2**63 - 1
_REFUSED: Final = ("Cc", "Cs")


class Reviews:
    """Settles listings, takes decisions back, and tells what stands.

    Parameters
    ----------
    store
        Where the ledger is kept.
    inspections
        Brings findings up to date before they are counted.
    columns
        What the client declares: it can be corrected too.
    """

    def __init__(self, store: Store, inspections: Inspections, columns: Declaration = CORE_ALONE) -> None:
        self._columns = columns
        self._store = store
        self._ledger = store.reviews
        self._inspections = inspections

    def settle(
        self,
        listing_ids: Sequence[int],
        decision: str,
        *,
        reason: str,
        corrections: Mapping[str, object] | None = None,
        seen: Mapping[int, int] | None = None,
        actor: Actor,
    ) -> list[Review]:
        """Settle listings in use together: all of them, or none.

        ``keep`` takes a listing as it was ingested, ``exclude`` leaves it out, and ``correct`` uses it with new values,
        which join those of a correction that stands. The newest decision on a listing stands.

        Parameters
        ----------
        reason
            3 to 500 characters; it is kept.
        corrections
            New values by column, for ``correct`` alone.
        seen
            The id of the newest line of each listing that the person saw when deciding, 0 where there was none. Where
            it is left out, nobody asks whether someone else was quicker.

        Raises
        ------
        InputError
            For a decision, reason or list of ids that cannot be used, and a correction outside the contract.
        NotFoundError
            Naming listings that are not in use.
        ConflictError
            Saying who settled a listing meanwhile, and how.
        """
        actor.must("analyst", Message("settle listings"))
        parsed = parse_decision(decision, corrections, self._columns)
        return self._ledger.settle(
            parse_ids(listing_ids),
            decision,
            reason=_reason(reason, needed=True),
            corrections=parsed,
            seen=_seen(seen),
            reviewed_by=actor.name,
        )

    def undo(
        self, listing_ids: Sequence[int], *, reason: str = "", seen: Mapping[int, int] | None = None, actor: Actor
    ) -> list[Review]:
        """Go back to what stood before the newest decision on each listing; again goes one decision further back."""
        actor.must("analyst", Message("settle listings"))
        keys, said = parse_ids(listing_ids), _reason(reason, needed=False)
        return self._ledger.undo(keys, reason=said, seen=_seen(seen), reviewed_by=actor.name)

    def undo_batch(self, batch: str, *, actor: Actor, reason: str = "") -> list[Review]:
        """Take back what still stands of the listings that were settled together."""
        actor.must("analyst", Message("settle listings"))
        return self._ledger.undo_batch(_printable(batch), reason=_reason(reason, needed=False), reviewed_by=actor.name)

    def history(self, listing_id: int) -> list[Review]:
        """Every line of a listing, the newest first; also of one that was set aside."""
        (key,) = parse_ids([listing_id])
        if not self._ledger.knows(key):
            raise NotFoundError("There is no listing {listing}.", listing=key)
        return self._ledger.history(key)

    def newest(self, limit: int = 100) -> list[Review]:
        """The newest lines of the ledger first."""
        return self._ledger.newest(limit)

    def position(self) -> int:
        """The id of the newest line, 0 before the first: a key for caches that depend on reviews."""
        return self._ledger.position()

    def in_force(self) -> pd.DataFrame:
        """What stands on listings in use.

        Returns
        -------
        DataFrame
            ``listing_id``, ``verdict``, ``reason``, ``reviewed_by``, ``created_at``, ``review_id`` and
            ``corrections`` (new values by column, or ``None``); a settled listing a row.
        """
        return self._ledger.in_force()

    def counts(self) -> Json:
        """Listings ``kept``, ``excluded`` and ``corrected``, and findings ``unreviewed`` by severity."""
        self._inspections.bring_up_to_date()
        decisions = self.in_force()["verdict"].value_counts()
        words = {"kept": "keep", "excluded": "exclude", "corrected": "correct"}
        settled = {word: int(decisions.get(decision, 0)) for word, decision in words.items()}
        return settled | {"unreviewed": self._ledger.unreviewed()}


def parse_decision(
    decision: str, corrections: Mapping[str, object] | None, columns: Declaration = CORE_ALONE
) -> dict[str, object] | None:
    """Check a decision and its corrections against the contract of the columns."""
    if decision not in DECISIONS:
        raise InputError(
            "{verdict:quoted} is no verdict: allowed are {allowed:list}.",
            verdict=str(decision),
            allowed=list(DECISIONS),
        )
    if decision == "correct":
        parsed = parse_corrections(corrections or {}, columns)
        words = {name: value for name, value in parsed.items() if isinstance(value, str)}
        return parsed | columns.meant(words)
    if corrections:
        raise InputError("Corrections go with the verdict correct, but the verdict is {verdict}.", verdict=decision)
    return None


def parse_ids(listing_ids: Sequence[SupportsIndex]) -> list[int]:
    """The ids as whole numbers, each once."""
    try:
        keys = list(dict.fromkeys(operator.index(key) for key in listing_ids))
    except TypeError:
        raise InputError(
            "The ids of listings are whole numbers, but {arrived:quoted} arrived.", arrived=str(listing_ids)
        ) from None
    if not 0 < len(keys) <= _MOST_AT_ONCE:
        raise InputError(
            "{count:integer} listings arrived: settle 1 to {most:integer} at once.", count=len(keys), most=_MOST_AT_ONCE
        )
    if not all(0 < key <= _LARGEST_ID for key in keys):
        raise NotFoundError("Ids of listings run from 1 to {most}, and one beyond them arrived.", most=_LARGEST_ID)
    return keys


def _seen(seen: Mapping[int, int] | None) -> dict[int, int] | None:
    try:
        return None if seen is None else {int(key): int(line) for key, line in seen.items()}
    except (TypeError, ValueError):
        raise InputError("What was seen is the number of a line for each listing.") from None


def _reason(reason: str, *, needed: bool) -> str:
    text = _printable(reason).strip()
    shortest = _SHORTEST_REASON if needed else 0
    if not shortest <= len(text) <= _LONGEST_REASON:
        raise InputError(
            "A reason has {least} to {most} characters, but {count:integer} arrived: say why.",
            least=shortest,
            most=_LONGEST_REASON,
            count=len(text),
        )
    return text


def _printable(text: str) -> str:
    # No database stores half a surrogate pair, and PostgreSQL stores no NUL.
    if not isinstance(text, str) or any(unicodedata.category(sign) in _REFUSED for sign in text if sign not in "\n\t"):
        raise InputError("Control characters and half characters cannot be part of a text: write it anew.")
    return text
