"""One home valued: the form, the call, and what-if: after the first value every change of the form is valued too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import streamlit as st

from dashboard.login import acting
from dashboard.parts import cache
from dashboard.parts.text import in_words, t
from dashboard.parts.views import empty, note, notes
from dashboard.state import avm, settings
from dashboard.value import answer, overriding
from dashboard.value.subject_form import AS_OF, Subject, missing, property_form
from pricing_core import LATITUDE, LONGITUDE, Actor, Message, SubjectError, Valuation

_STATE: Final = "value_answer"


@dataclass(frozen=True)
class Asked:
    """What was asked last, and what came of it.

    ``first`` is what the button gave, against which a what-if is measured. ``problem`` says why there is no valuation.
    """

    person: str
    subject: Subject
    first: Valuation | None = None
    valuation: Valuation | None = None
    problem: Message | None = None


def section(actor: Actor) -> None:
    """The form, and the answer beside it."""
    # Its name lets the style sheet stack the two where they have no room beside each other.
    with st.container(key="part_form"):
        form, answer = st.columns([30, 70], gap="medium")
    subject, pressed = None, False
    with form, st.container(border=True), notes():
        subject = property_form(avm().versions.choices(), settings().AREA_UNIT)
        pressed = st.button(
            t("Value this home"), type="primary", icon=":material/calculate:", width="stretch", key="value_ask"
        )
        hint = st.empty()
    with answer, notes():
        if subject is not None:
            _respond(subject, pressed, actor)
            hint.caption(
                t("Change anything: the home is valued again at once, and each value is logged.")
                if _last(actor)
                else t("Leave a number empty when it is not known: the model fills it, and the answer says so.")
            )


def _last(actor: Actor) -> Asked | None:
    last: Asked | None = st.session_state.get(_STATE)
    # Whoever logs in next in this browser starts anew.
    return last if last is not None and last.person == actor.name else None


def _respond(subject: Subject, pressed: bool, actor: Actor) -> None:
    last = _last(actor)
    lacking = missing(subject)
    if lacking and (pressed or last):
        note(t("Still needed: {names:list}.", names=list(lacking)), "warning")
    if not lacking and (pressed or (last and last.subject != subject)):
        last = st.session_state[_STATE] = _ask(subject, None if pressed else last)
    if last is None or lacking:
        _waiting(subject, said=bool(lacking and pressed))
    elif last.valuation is None:
        note(in_words(last.problem or Message.verbatim("")), "error")
        _map(subject)
    else:
        before = None if last.first is last.valuation else last.first
        answer.show(last.valuation, "value", before)
        overriding.section(last.valuation, "value")


def _ask(subject: Subject, last: Asked | None) -> Asked:
    """Value the home; a refusal is kept as well, so that it stays while nothing changes."""
    with acting() as actor:
        answer = Asked(actor.name, dict(subject), last.first if last else None)
        try:
            home = {name: value for name, value in subject.items() if name != AS_OF}
            valuation = avm().value(home, actor=actor, as_of=_asked_day(subject))
        except SubjectError as error:
            return replace(answer, problem=error.message)
        return replace(answer, valuation=valuation, first=answer.first or valuation)


def _asked_day(subject: Subject) -> date | None:
    day = subject.get(AS_OF)
    return day if isinstance(day, date) else None


def _waiting(subject: Subject, *, said: bool) -> None:
    if not said:
        avm().versions.model_info()
        empty(
            "home",
            t("The value appears here"),
            t("Type, sector and one area are enough to begin with. The more is known, the better the estimate."),
        )
    _map(subject)


def _map(subject: Subject) -> None:
    # Read now, while the form is looked at: a sector that is chosen next gets its position at once.
    cache.sectors(avm().listings.data_version())
    if isinstance(subject[LATITUDE], float) and isinstance(subject[LONGITUDE], float):
        with st.container(border=True):
            answer.map_of(subject, "value_form")
