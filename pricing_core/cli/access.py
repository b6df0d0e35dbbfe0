"""``tasador people`` and ``tasador keys``."""

from __future__ import annotations

from typing import cast

import click

from pricing_core.cli.output import (
    json_option,
    local_actor,
    open_avm,
    open_home,
    print_done,
    print_json,
    print_table,
    t,
)
from pricing_core.nouns import ROLES, Role
from pricing_core.nouns.base import ROLE_WORDS
from pricing_core.words import Message

_role_option = click.option(
    "--role", type=click.Choice(ROLES), default="agent", show_default=True, help="What it may do."
)
_ASK_HELP = "Ask for the password instead of making one."


@click.group()
def people() -> None:
    """Who may log in."""


@people.command("list")
@json_option
def list_people(as_json: bool) -> None:
    """Show everyone."""
    with open_home() as avm:
        everyone = avm.access.people()
    if as_json:
        print_json([person.to_dict() for person in everyone])
        return
    rows = [(each.name, t(ROLE_WORDS[each.role]), t("yes" if each.active else "no")) for each in everyone]
    print_table((t("Name"), t("Role"), t("Active")), rows, t("Nobody yet: run `tasador init`."))


@people.command()
@click.argument("name")
@_role_option
@click.option("--ask", is_flag=True, help=_ASK_HELP)
@json_option
def add(name: str, role: str, ask: bool, as_json: bool) -> None:
    """Add a person and print the password, once."""
    chosen = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else None
    with open_avm() as avm:
        password = avm.access.add_person(name, cast(Role, role), chosen, actor=local_actor())
    facts = {"name": name, "role": role} | ({} if ask else {"password": password})
    print_done(_password_of(name, None if ask else password), facts, as_json)


@people.command()
@click.argument("name")
@click.option("--ask", is_flag=True, help=_ASK_HELP)
@json_option
def password(name: str, ask: bool, as_json: bool) -> None:
    """Give a person a new password; logins of that person end."""
    chosen = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else None
    with open_avm() as avm:
        fresh = avm.access.set_password(name, chosen, actor=local_actor())
    facts = {"name": name} | ({} if ask else {"password": fresh})
    print_done(_password_of(name, None if ask else fresh), facts, as_json)


def _password_of(name: str, made: str | None) -> str:
    if made is None:
        return t("{name} can log in with the password that was typed.", name=name)
    return t("{name} can log in. Password: {password}", name=name, password=made)


@people.command()
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@json_option
def role(name: str, role: str, as_json: bool) -> None:
    """Change what a person may do."""
    with open_avm() as avm:
        avm.access.set_role(name, cast(Role, role), actor=local_actor())
    print_done(
        t("{name} is {role} now.", name=name, role=Message(ROLE_WORDS[role])), {"name": name, "role": role}, as_json
    )


@people.command()
@click.argument("name")
@json_option
def deactivate(name: str, as_json: bool) -> None:
    """Let a person log in no longer."""
    with open_avm() as avm:
        avm.access.deactivate(name, actor=local_actor())
    print_done(t("{name} can no longer log in.", name=name), {"name": name, "active": False}, as_json)


@people.command()
@click.argument("name")
@json_option
def activate(name: str, as_json: bool) -> None:
    """Let a deactivated person log in again."""
    with open_avm() as avm:
        avm.access.activate(name, actor=local_actor())
    print_done(t("{name} can log in now.", name=name), {"name": name, "active": True}, as_json)


@click.group()
def keys() -> None:
    """Keys for programs that use the API."""


@keys.command("list")
@json_option
def list_keys(as_json: bool) -> None:
    """Show every key, without its secret."""
    with open_home() as avm:
        known = avm.access.keys()
    if as_json:
        print_json([key.to_dict() for key in known])
        return
    rows = [
        (key.id, key.name, t(ROLE_WORDS[key.role]), t("Revoked" if key.revoked_at else "In force")) for key in known
    ]
    columns = (t("Id"), t("Name"), t("Role"), t("State"))
    print_table(columns, rows, t("No key yet: run `tasador keys issue NAME`."))


@keys.command()
@click.argument("name")
@_role_option
@json_option
def issue(name: str, role: str, as_json: bool) -> None:
    """Make a key and print it, once."""
    with open_avm() as avm:
        key = avm.access.issue_key(name, cast(Role, role), actor=local_actor())
    sentence = t("Key of {name}, shown this once: {key}", name=name, key=key)
    print_done(sentence, {"name": name, "role": role, "key": key}, as_json)


@keys.command()
@click.argument("key_id")
@json_option
def rotate(key_id: str, as_json: bool) -> None:
    """Revoke a key and print a fresh one of the same name and role."""
    with open_avm() as avm:
        key = avm.access.rotate_key(key_id, actor=local_actor())
    sentence = t("The old key no longer works. The new one, shown this once: {key}", key=key)
    print_done(sentence, {"revoked": key_id, "key": key}, as_json)


@keys.command()
@click.argument("key_id")
@json_option
def revoke(key_id: str, as_json: bool) -> None:
    """End a key at once."""
    with open_avm() as avm:
        avm.access.revoke_key(key_id, actor=local_actor())
    print_done(t("The key {id} no longer works.", id=key_id), {"revoked": key_id}, as_json)


COMMANDS = (people, keys)
