"""People and keys, for admins."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.login import acting
from dashboard.parts.text import NOTHING, moment, t
from dashboard.parts.views import note, notes, secret_once, small
from dashboard.state import avm
from pricing_core import ROLES, Role

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
        {"name": x.name, "role": t(f"role.{x.role}"), "active": x.active, "since": moment(x.created_at)}
        for x in everyone
    ]
    labels = {name: t(f"access.{name}") for name in ("name", "role", "active", "since")}
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=labels, key="people_table", height="content")
    left, right = st.columns(2, gap="medium")
    with left:
        _add_person()
    with right:
        _change_person([person.name for person in everyone])


def _role(key: str) -> Role:
    return st.selectbox(t("access.role"), ROLES, key=key, format_func=lambda role: t(f"role.{role}"))


def _add_person() -> None:
    with st.form("people_add", clear_on_submit=False):
        st.markdown(f"##### {t('access.add')}")
        name = st.text_input(t("access.name"), key="people_add_name", max_chars=32, help=t("access.name_help"))
        role = _role("people_add_role")
        small(t("access.password_note"))
        if st.form_submit_button(t("access.add"), type="primary", key="people_add_button"):
            name = name.strip()
            with notes(), acting() as actor:
                password = avm().access.add_person(name, role, actor=actor)
                _done(t("access.added", name=name), t("access.password_of", name=name), password)


def _change_person(names: list[str]) -> None:
    with st.form("people_change"):
        st.markdown(f"##### {t('access.change')}")
        name = str(st.selectbox(t("access.name"), names, key="people_change_name"))
        role = _role("people_change_role")
        with st.container(horizontal=True):
            new_role = st.form_submit_button(t("access.set_role"), key="people_set_role")
            password = st.form_submit_button(t("access.new_password"), key="people_new_password")
            off = st.form_submit_button(t("access.deactivate"), key="people_deactivate")
        small(t("access.ends_logins"))
        if new_role:
            with notes(), acting() as actor:
                avm().access.set_role(name, role, actor=actor)
                _done(t("access.changed", name=name))
        elif password:
            with notes(), acting() as actor:
                secret = avm().access.set_password(name, actor=actor)
                _done(t("access.changed", name=name), t("access.password_of", name=name), secret)
        elif off:
            with notes(), acting() as actor:
                avm().access.deactivate(name, actor=actor)
                _done(t("access.deactivated", name=name))


def keys() -> None:
    """Keys for programs; issue, rotate, revoke."""
    issued = avm().access.keys()
    if issued:
        rows = [
            {
                "id": x.id,
                "name": x.name,
                "role": t(f"role.{x.role}"),
                "since": moment(x.created_at),
                "revoked": moment(x.revoked_at) if x.revoked_at else NOTHING,
            }
            for x in issued
        ]
        labels = {
            "id": t("access.key_id"),
            "name": t("access.name"),
            "role": t("access.role"),
            "since": t("access.since"),
            "revoked": t("access.revoked"),
        }
        st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=labels, key="keys_table", height="content")
    else:
        small(t("access.no_keys"))
    left, right = st.columns(2, gap="medium")
    with left:
        _issue_key()
    in_force = {key.id: key.name for key in issued if key.revoked_at is None}
    if in_force:
        with right:
            _change_key(in_force)


def _issue_key() -> None:
    with st.form("keys_issue"):
        st.markdown(f"##### {t('access.issue')}")
        name = st.text_input(t("access.key_name"), key="keys_issue_name", max_chars=32, help=t("access.name_help"))
        role = _role("keys_issue_role")
        if st.form_submit_button(t("access.issue"), type="primary", key="keys_issue_button"):
            name = name.strip()
            with notes(), acting() as actor:
                key = avm().access.issue_key(name, role, actor=actor)
                _done(t("access.issued", name=name), t("access.key_of", name=name), key)


def _change_key(names: dict[str, str]) -> None:
    with st.form("keys_change"):
        st.markdown(f"##### {t('access.change_key')}")
        key_id = st.selectbox(
            t("access.key_id"),
            list(names),
            key="keys_change_id",
            format_func=lambda x: f"{names.get(x, '')} · {x}",
            placeholder=NOTHING,
        )
        with st.container(horizontal=True):
            rotated = st.form_submit_button(t("access.rotate"), key="keys_rotate")
            revoked = st.form_submit_button(t("access.revoke"), key="keys_revoke")
        small(t("access.key_note"))
        name = names[key_id]
        if rotated:
            with notes(), acting() as actor:
                key = avm().access.rotate_key(key_id, actor=actor)
                _done(t("access.rotated", name=name), t("access.key_of", name=name), key)
        elif revoked:
            with notes(), acting() as actor:
                avm().access.revoke_key(key_id, actor=actor)
                _done(t("access.key_revoked", name=name))
