"""Settling findings: a decision with a reason, on one listing or on all that share a cause, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import streamlit as st

from dashboard.listings import inspection
from dashboard.listings.review_queue import following
from dashboard.login import acting
from dashboard.parts import cache
from dashboard.parts.refusals import refusal
from dashboard.parts.text import t
from dashboard.parts.views import Tone, note
from dashboard.state import avm
from pricing_core import Json, PricingError, equal_corrections, marked

_REVIEWS_SURE_WORDS: Final = {
    "keep": marked("This keeps {count:integer} listings as they are and settles their findings. It can be undone."),
    "exclude": marked("This excludes {count:integer} listings from training. It can be undone."),
    "correct": marked("This corrects {count:integer} listings, each by its own suggestion. It can be undone."),
}

_REVIEWS_SAID_WORDS: Final = {
    "keep": marked("Listing {id} is kept as it is."),
    "exclude": marked("Listing {id} is excluded."),
    "correct": marked("Listing {id} is corrected."),
}

_REVIEWS_SAID_MANY_WORDS: Final = {
    "keep": marked("{count:integer} listings are kept as they are."),
    "exclude": marked("{count:integer} listings are excluded."),
    "correct": marked("{count:integer} listings are corrected."),
}

_REVIEWS_WORDS: Final = {
    "keep": marked("Keep"),
    "exclude": marked("Exclude"),
    "correct": marked("Correct"),
}

DECISIONS: Final = ("keep", "exclude", "correct")
_SAID: Final = "review_said"
_ASKED: Final = "review_asked"
REASONS: Final[Mapping[str, tuple[str, ...]]] = {
    "keep": (
        marked("Checked with the source: it is right"),
        marked("An unusual home, a real price"),
        marked("The check is mistaken here"),
    ),
    "exclude": (
        marked("Not a home for sale"),
        marked("Listed twice"),
        marked("Wrong, and cannot be corrected"),
    ),
    "correct": (
        marked("Slip of the keyboard"),
        marked("Wrong unit"),
        marked("Corrected from the source"),
    ),
}


@dataclass(frozen=True)
class Request:
    """What a person wants settled.

    ``values`` are the corrections by listing; ``seen`` the newest line of each listing's history when the form was
    drawn, 0 for none.
    """

    ids: tuple[int, ...]
    verdict: str
    reason: str
    values: Mapping[int, Json]
    seen: Mapping[int, int]

    @property
    def problem(self) -> str | None:
        """What is missing, in words."""
        if self.verdict not in DECISIONS:
            return t("Choose a decision first.")
        if not self.reason.strip():
            return t("Give a reason first.")
        if not self.ids or (self.verdict == "correct" and not any(self.values.values())):
            return t("Say what to correct first.")
        return None


@dataclass(frozen=True)
class Said:
    """What became of the last request, shown beside the listing that was open then; ``batches`` can be taken back."""

    listing: int | None
    tone: Tone
    text: str
    batches: tuple[str, ...] = ()


def settle(request: Request, queue: Sequence[int]) -> None:
    """Settle, say so, and open the next listing that waits; what the library refuses is said instead."""
    st.session_state.pop(_ASKED, None)
    batches: list[str] = []
    try:
        _settle(request, batches)
    except PricingError as error:
        _say("error", refusal(error), batches)
        return
    upcoming = following(queue, inspection.chosen_number(), request.ids)
    if upcoming is not None:
        inspection.choose(upcoming)
    _say("good", _done(request), batches)


def _settle(request: Request, batches: list[str]) -> None:
    """Settle group by group; ``batches`` takes up what was done, also where a later group is refused."""
    with acting() as actor:
        for ids, values in _groups(request):
            seen = {key: request.seen.get(key, 0) for key in ids}
            made = avm().reviews.settle(
                ids, request.verdict, reason=request.reason.strip(), corrections=values, seen=seen, actor=actor
            )
            batches.append(made[0].batch)


def _groups(request: Request) -> list[tuple[list[int], Json | None]]:
    if request.verdict != "correct":
        return [(list(request.ids), None)]
    by_listing = {key: dict(request.values[key]) for key in request.ids if request.values.get(key)}
    return [(ids, values) for ids, values in equal_corrections(by_listing)]


def _done(request: Request) -> str:
    if len(request.ids) == 1:
        return t(_REVIEWS_SAID_WORDS[request.verdict], id=request.ids[0])
    return t(_REVIEWS_SAID_MANY_WORDS[request.verdict], count=len(request.ids))


def undo(listing_id: int, seen: Mapping[int, int]) -> None:
    """Take back the decision on a listing."""
    with _taking_back(t("The decision on listing {id} is undone.", id=listing_id)), acting() as actor:
        avm().reviews.undo([listing_id], seen=seen, actor=actor)


def undo_batches(batches: Sequence[str]) -> None:
    """Take back what was just settled."""
    with _taking_back(t("Undone: these findings wait for a review again.")), acting() as actor:
        for batch in batches:
            avm().reviews.undo_batch(batch, actor=actor)


@contextmanager
def _taking_back(words: str) -> Iterator[None]:
    try:
        yield
        _say("info", words)
    except PricingError as error:
        _say("error", refusal(error))


def _say(tone: Tone, text: str, batches: Sequence[str] = ()) -> None:
    st.session_state[_SAID] = Said(inspection.chosen_number(), tone, text, tuple(batches))


def said() -> None:
    """What became of the last request, with the way back."""
    last: Said | None = st.session_state.get(_SAID)
    if last is None or last.listing != inspection.chosen_number():
        return
    note(last.text, last.tone)
    if last.batches:
        st.button(
            t("Undo"),
            key="review_undo_last",
            icon=":material/undo:",
            on_click=undo_batches,
            args=(last.batches,),
            shortcut="Alt+Z",
        )


def reason(verdict: str | None, key: str) -> str:
    """A reason from those that are common, or one's own words."""
    ready = [t(each) for each in REASONS.get(verdict or "", ())]
    chosen = st.selectbox(
        t("Reason"),
        ready,
        index=None,
        key=f"{key}_{verdict}",
        accept_new_options=True,
        placeholder=t("Choose, or write your own"),
    )
    return chosen or ""


def verdict(key: str, default: str | None = None) -> str | None:
    """The choice between the three verdicts."""
    return st.segmented_control(
        t("Decision"),
        DECISIONS,
        default=default,
        key=key,
        format_func=lambda name: t(_REVIEWS_WORDS[name]),
        width="stretch",
    )


def button(request: Request, queue: Sequence[int], key: str) -> None:
    """Settle at once, or, where it is about several listings, after a question that names how many."""
    problem, many = request.problem, len(request.ids) > 1
    if many and problem is None and st.session_state.get(_ASKED) == (key, request.ids, request.verdict):
        _question(request, queue, key)
        return
    label = t("Settle {count:integer} listings", count=len(request.ids)) if many else t("Settle and next")
    action, given = (_ask, (key, request)) if many else (settle, (request, queue))
    st.button(
        label,
        key=f"{key}_go",
        type="primary",
        disabled=problem is not None,
        help=problem,
        width="stretch",
        icon=":material/check:",
        on_click=action,
        args=given,
        shortcut="Alt+S" if key == "settle" else None,
    )


def _ask(key: str, request: Request) -> None:
    st.session_state[_ASKED] = (key, request.ids, request.verdict)


def _leave() -> None:
    st.session_state.pop(_ASKED, None)


def _question(request: Request, queue: Sequence[int], key: str) -> None:
    count = len(request.ids)
    note(t(_REVIEWS_SURE_WORDS[request.verdict], count=count), "warning")
    yes, no = st.columns(2)
    yes.button(
        t("Yes, settle {count:integer}", count=count),
        key=f"{key}_yes",
        type="primary",
        width="stretch",
        on_click=settle,
        args=(request, queue),
    )
    no.button(t("No"), key=f"{key}_no", width="stretch", on_click=_leave)


def seen_of(at: cache.Stamp, ids: Sequence[int]) -> dict[int, int]:
    """The newest line in the history of each listing, as shown; 0 for none."""
    if len(ids) == 1:
        return {ids[0]: next((line.id for line in cache.history(at, ids[0])), 0)}
    newest = cache.newest_lines(at)
    return {key: newest.get(key, 0) for key in ids}
