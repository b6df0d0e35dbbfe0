"""Pieces that every page repeats: its head, notes, empty states, facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import Final, Literal

import streamlit as st

from dashboard.parts.refusals import refusal
from dashboard.parts.text import t
from dashboard.state import PAGE_FILES
from pricing_core import NoChampionError, PricingError

Tone = Literal["error", "warning", "info", "good"]
_SIGNS: dict[Tone, str] = {"error": "!", "warning": "!", "info": "i", "good": "✓"}
_LONG = 28
_COMMAND: Final = re.compile(r"`([^`]+)`")
# Names in the icon font that Streamlit brings along.
_PICTURES = {
    "home": "home_work",
    "list": "receipt_long",
    "map": "map",
    "chart": "query_stats",
    "search": "search",
    "lock": "lock",
}


def head(title: str, lead: str) -> None:
    """The head of a page: its title and one sentence on what it is for."""
    st.html(f'<div class="t-head"><h1>{escape(title)}</h1><p>{escape(lead)}</p></div>')


def note(text: str, tone: Tone = "info", *, title: str = "") -> None:
    """Sentences, one a line, in a tinted box. Where they come from outside, no markup in them is obeyed."""
    strong = f"<b>{escape(title)}</b><br>" if title else ""
    lines = [written(line) for line in text.split("\n")]
    words = lines[0] if len(lines) == 1 else f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
    st.html(
        f'<div class="t-note {tone}" role="{"alert" if tone == "error" else "note"}"><span aria-hidden="true">'
        f"{_SIGNS[tone]}</span><span>{strong}{words}</span></div>"
    )


def written(text: str) -> str:
    """Text as HTML that obeys no markup in it; what stands in backticks is set as a command."""
    return _COMMAND.sub(r"<code>\1</code>", escape(text))


@contextmanager
def notes() -> Iterator[None]:
    """Show what the library refuses as a note, in the place where the block stands."""
    try:
        yield
    except NoChampionError:
        no_champion()
    except PricingError as error:
        note(refusal(error), "error")


def no_champion() -> None:
    """Say what to do when there is nothing to value with."""
    empty(
        "chart",
        t("No model yet"),
        t(
            "Load listings on the Listings page, then train a model on the Retrain page or with `tasador train`. "
            "The first version becomes the champion by itself."
        ),
    )


def empty(picture: str, title: str, text: str) -> None:
    """A state without content: what would be here, and how it comes to be."""
    with st.container(border=True):
        st.html(
            f'<div class="t-empty"><span class="t-icon" translate="no" aria-hidden="true">{_PICTURES[picture]}</span>'
            f"<h3>{escape(title)}</h3><p>{written(text)}</p></div>"
        )


def facts(pairs: Sequence[tuple[str, str]]) -> None:
    """Names with their values, in as many columns as fit; a long value has a row of its own."""
    wide = ' class="t-wide"'
    rows = "".join(
        f"<div{wide if len(value) > _LONG else ''}><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in pairs
    )
    st.html(f'<dl class="t-facts">{rows}</dl>')


def small(text: str) -> None:
    """A quiet line of explanation."""
    st.html(f'<div class="t-small t-muted">{written(text)}</div>')


def link(page: str, label: str) -> None:
    """A link to another page that this person may see."""
    st.page_link(PAGE_FILES / f"{page}.py", label=label, icon=":material/arrow_forward:")


def secret_once(label: str, value: str) -> None:
    """A password or key that is shown this one time."""
    note(t("Copy it now: it is shown this once and cannot be read again."), "warning", title=label)
    st.code(value, language=None)
