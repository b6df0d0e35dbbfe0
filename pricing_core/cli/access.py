"""``tasador people`` and ``tasador keys``."""

from __future__ import annotations

from typing import cast

import click

from pricing_core.cli.output import json_option, local_actor, open_avm, open_home, print_done, print_json, print_table
from pricing_core.nouns import ROLES, Role

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
    rows = [(person.name, person.role, "yes" if person.active else "no") for person in everyone]
    print_table(("name", "role", "active"), rows, "Nobody yet: run `tasador init`.")


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
    print_done(f"Added {name} as {role}." if ask else f"Added {name} as {role}. Password: {password}", facts, as_json)


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
    print_done(f"Changed the password of {name}." if ask else f"New password of {name}: {fresh}", facts, as_json)


@people.command()
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@json_option
def role(name: str, role: str, as_json: bool) -> None:
    """Change what a person may do."""
    with open_avm() as avm:
        avm.access.set_role(name, cast(Role, role), actor=local_actor())
    print_done(f"{name} is {role} now.", {"name": name, "role": role}, as_json)


@people.command()
@click.argument("name")
@json_option
def deactivate(name: str, as_json: bool) -> None:
    """Let a person log in no longer."""
    with open_avm() as avm:
        avm.access.deactivate(name, actor=local_actor())
    print_done(f"{name} can log in no longer.", {"name": name, "active": False}, as_json)


@people.command()
@click.argument("name")
@json_option
def activate(name: str, as_json: bool) -> None:
    """Let a deactivated person log in again."""
    with open_avm() as avm:
        avm.access.activate(name, actor=local_actor())
    print_done(f"{name} can log in again.", {"name": name, "active": True}, as_json)


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
    rows = [(key.id, key.name, key.role, "revoked" if key.revoked_at else "in force") for key in known]
    print_table(("id", "name", "role", "state"), rows, "No key yet: run `tasador keys issue NAME`.")


@keys.command()
@click.argument("name")
@_role_option
@json_option
def issue(name: str, role: str, as_json: bool) -> None:
    """Make a key and print it, once."""
    with open_avm() as avm:
        key = avm.access.issue_key(name, cast(Role, role), actor=local_actor())
    print_done(f"Key {name} ({role}), shown this once: {key}", {"name": name, "role": role, "key": key}, as_json)


@keys.command()
@click.argument("key_id")
@json_option
def rotate(key_id: str, as_json: bool) -> None:
    """Revoke a key and print a fresh one of the same name and role."""
    with open_avm() as avm:
        key = avm.access.rotate_key(key_id, actor=local_actor())
    sentence = f"The old key is worth nothing now. The new one, shown this once: {key}"
    print_done(sentence, {"revoked": key_id, "key": key}, as_json)


@keys.command()
@click.argument("key_id")
@json_option
def revoke(key_id: str, as_json: bool) -> None:
    """End a key at once."""
    with open_avm() as avm:
        avm.access.revoke_key(key_id, actor=local_actor())
    print_done(f"Key {key_id} is worth nothing now.", {"revoked": key_id}, as_json)


COMMANDS = (people, keys)
