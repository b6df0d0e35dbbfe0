"""The entry and the router: ``python -m streamlit run dashboard/app.py``.

It lies below the root on purpose: with an entry beside ``pages/``, Streamlit served pages of its own accord to people
who had not logged in.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from html import escape
from typing import Final

import streamlit as st

from dashboard import doorkeeper
from dashboard.parts.refusals import refusal
from dashboard.parts.text import start, switch, t
from dashboard.parts.views import note
from dashboard.state import PAGE_FILES, STATIC, is_dark, settings
from pricing_core import ROLE_WORDS, Actor, PricingError, Role, marked

if __name__ == "__main__":
    # For the pages alone: imported by the server, the authenticator would complain that no page runs.
    from dashboard import login
    from dashboard.parts import gate_verdict

log = logging.getLogger(__name__)
# Pixels: as narrow as its words allow, so that more is left for the page.
_SIDEBAR: Final = 254
PAGES: Final[Mapping[str, tuple[str, str, Role]]] = {
    "value": (marked("Value a property"), ":material/home_work:", "agent"),
    "listings": (marked("Listings"), ":material/map:", "agent"),
    "predictions": (marked("Prediction log"), ":material/receipt_long:", "agent"),
    "watch": (marked("Watch"), ":material/monitoring:", "analyst"),
    "runs": (marked("Model runs"), ":material/query_stats:", "agent"),
    "retrain": (marked("Retrain"), ":material/model_training:", "analyst"),
    "access": (marked("Access"), ":material/key:", "admin"),
}


def main() -> None:
    """Show the login, or the page that the address names."""
    st.set_page_config(
        page_title="Tasador", page_icon=str(STATIC / "icon.svg"), layout="wide", initial_sidebar_state=_SIDEBAR
    )
    st.html(STATIC / "tasador.css")
    if is_dark():
        # Dialogs and popovers hang beside the part of the page that Streamlit calls dark.
        st.html("<style>body { color-scheme: dark; }</style>")
    try:
        start(settings().UI_LANGUAGE)
        actor = login.current()
        page = _route(actor)
        doorkeeper.welcome(login.session_id(), page.url_path)
        if actor is None:
            login.card()
            doorkeeper.come_back()
        else:
            _sidebar(actor)
            gate_verdict.stand_in()
            page.run()
    except PricingError as error:
        note(refusal(error), "error")
    except Exception:
        # The traceback belongs into the log; the person gets a sentence.
        log.exception("A page failed")
        note(
            t(
                "Nothing was changed. Load the page again; if it happens again, tell whoever runs Tasador the time: "
                "the log of the dashboard holds the details."
            ),
            "error",
            title=t("Something went wrong on our side."),
        )


def _route(actor: Actor | None) -> st.Page:
    # Logged out, every page is registered but hidden, so that a deep link still leads there after the login. A page of
    # another role is hidden too: whoever has its address reads which role it needs, in place of "page not found".
    pages = [
        st.Page(
            PAGE_FILES / f"{name}.py",
            title=t(title),
            icon=icon,
            default=name == "value",
            visibility="visible" if actor is None or actor.may(role) else "hidden",
        )
        for name, (title, icon, role) in PAGES.items()
    ]
    return st.navigation(pages, position="hidden" if actor is None else "sidebar")


def _sidebar(actor: Actor) -> None:
    st.logo(STATIC / f"logo-{'dark' if is_dark() else 'light'}.svg", size="large")
    with st.sidebar:
        with st.container(border=True):
            role = t(ROLE_WORDS[actor.role])
            st.html(f'<div class="t-who"><b>{escape(actor.name)}</b><span>{escape(role)}</span></div>')
            st.button(
                t("Log out"), key="logout_button", icon=":material/logout:", on_click=login.leave, width="stretch"
            )
        switch("sidebar_language")


if __name__ == "__main__":
    main()
else:
    # `streamlit run` finds this assignment in the text, imports it and serves it; each run of a page then comes
    # through the branch above.
    app = st.App(__file__, middleware=doorkeeper.middleware())
