"""People and keys, for admins."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from dashboard.login import acting
from dashboard.parts.text import moment, t
from dashboard.parts.views import note, notes, secret_once, small
from dashboard.state import avm
from pricing_core import NOTHING, ROLE_WORDS, ROLES, Role, marked

_ACCESS_WORDS: Final = {
    "name": marked("Name"),
    "role": marked("Role"),
    "active": marked("Active"),
    "since": marked("Since"),
}

_SECRET, _SAID = "access_secret", "access_said"


def said() -> None:
    """What the last action gave: a sentence, and a secret that is shown this once."""
    if sentence := st.session_state.pop(_SAID, None):
        note(sentence, "good")
    if secret := st.session_state.pop(_SECRET, None):
        secret_once(*secret)


def _done(sentence: str, label: str = "", secret: str | None = None) -> None:
    st.session_state[_SAID] = sentence
    if secret:
        st.session_state[_SECRET] = (label, secret)
    st.rerun()


def people() -> None:
    """Everyone who may log in; add, change, deactivate."""
    everyone = avm().access.people()
    rows = [
        {"name": x.name, "role": t(ROLE_WORDS[x.role]), "active": x.active, "since": moment(x.created_at)}
        for x in everyone
    ]
    labels = {name: t(_ACCESS_WORDS[name]) for name in ("name", "role", "active", "since")}
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=labels, key="people_table", height="content")
    left, right = st.columns(2, gap="medium")
    with left:
        _add_person()
    with right:
        _change_person([person.name for person in everyone])


def _role(key: str) -> Role:
    return st.selectbox(t("Role"), ROLES, key=key, format_func=lambda role: t(ROLE_WORDS[role]))


def _add_person() -> None:
    with st.form("people_add", clear_on_submit=False):
        st.markdown(f"##### {t('Add a person')}")
        name = st.text_input(
            t("Name"),
            key="people_add_name",
            max_chars=32,
            help=t("Small letters, digits, dots, dashes and underscores; 32 at most."),
        )
        role = _role("people_add_role")
        small(t("A password is generated and shown once."))
        if st.form_submit_button(t("Add a person"), type="primary", key="people_add_button"):
            name = name.strip()
            with notes(), acting() as actor:
                password = avm().access.add_person(name, role, actor=actor)
                _done(t("{name} can log in now.", name=name), t("Password of {name}", name=name), password)


def _change_person(names: list[str]) -> None:
    with st.form("people_change"):
        st.markdown(f"##### {t('Change a person')}")
        name = str(st.selectbox(t("Name"), names, key="people_change_name"))
        role = _role("people_change_role")
        with st.container(horizontal=True):
            new_role = st.form_submit_button(t("Set role"), key="people_set_role")
            password = st.form_submit_button(t("New password"), key="people_new_password")
            off = st.form_submit_button(t("Deactivate"), key="people_deactivate")
        small(t("Each of these logs that person out at once."))
        if new_role:
            with notes(), acting() as actor:
                avm().access.set_role(name, role, actor=actor)
                _done(t("{name} was changed.", name=name))
        elif password:
            with notes(), acting() as actor:
                secret = avm().access.set_password(name, actor=actor)
                _done(t("{name} was changed.", name=name), t("Password of {name}", name=name), secret)
        elif off:
            with notes(), acting() as actor:
                avm().access.deactivate(name, actor=actor)
                _done(t("{name} can no longer log in.", name=name))


def keys() -> None:
    """Keys for programs; issue, rotate, revoke."""
    issued = avm().access.keys()
    if issued:
        rows = [
            {
                "id": x.id,
                "name": x.name,
                "role": t(ROLE_WORDS[x.role]),
                "since": moment(x.created_at),
                "revoked": moment(x.revoked_at) if x.revoked_at else NOTHING,
            }
            for x in issued
        ]
        labels = {
            "id": t("Key"),
            "name": t("Name"),
            "role": t("Role"),
            "since": t("Since"),
            "revoked": t("Revoked"),
        }
        st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=labels, key="keys_table", height="content")
    else:
        small(t("No keys yet."))
    left, right = st.columns(2, gap="medium")
    with left:
        _issue_key()
    in_force = {key.id: key.name for key in issued if key.revoked_at is None}
    if in_force:
        with right:
            _change_key(in_force)


def _issue_key() -> None:
    with st.form("keys_issue"):
        st.markdown(f"##### {t('Issue a key')}")
        name = st.text_input(
            t("Name of the program"),
            key="keys_issue_name",
            max_chars=32,
            help=t("Small letters, digits, dots, dashes and underscores; 32 at most."),
        )
        role = _role("keys_issue_role")
        if st.form_submit_button(t("Issue a key"), type="primary", key="keys_issue_button"):
            name = name.strip()
            with notes(), acting() as actor:
                key = avm().access.issue_key(name, role, actor=actor)
                _done(t("A key was issued to {name}.", name=name), t("Key of {name}", name=name), key)


def _change_key(names: dict[str, str]) -> None:
    with st.form("keys_change"):
        st.markdown(f"##### {t('Change a key')}")
        key_id = st.selectbox(
            t("Key"),
            list(names),
            key="keys_change_id",
            format_func=lambda x: f"{names.get(x, '')} · {x}",
            placeholder=NOTHING,
        )
        with st.container(horizontal=True):
            rotated = st.form_submit_button(t("Rotate"), key="keys_rotate")
            revoked = st.form_submit_button(t("Revoke"), key="keys_revoke")
        small(t("Rotating revokes the key and issues another of the same name and role."))
        name = names[key_id]
        if rotated:
            with notes(), acting() as actor:
                key = avm().access.rotate_key(key_id, actor=actor)
                _done(t("The key of {name} was replaced.", name=name), t("Key of {name}", name=name), key)
        elif revoked:
            with notes(), acting() as actor:
                avm().access.revoke_key(key_id, actor=actor)
                _done(t("The key of {name} no longer works.", name=name))
