"""The commands under headings, so that the help is read at one glance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import click

SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "Start here": ("run", "init"),
    "Listings": ("ingest", "check", "profiles", "template", "review", "data", "uf", "sample"),
    "Values": ("value", "market", "log", "explain-change", "outcomes", "override", "watch"),
    "Models": ("train", "runs", "verdict", "promote", "rollback", "repair", "evaluate", "pipeline"),
    "Work": ("jobs", "schedule", "worker", "dashboard", "api"),
    "People": ("people", "keys"),
    "Home": ("home", "backup", "restore", "prune"),
}
"""The most asked for first, also within a section."""


class Sections(click.Group):
    """A group that lists its commands under headings."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each section; what has none yet comes last."""
        placed = {name for names in SECTIONS.values() for name in names}
        others = tuple(sorted(self.commands.keys() - placed))
        column = max(map(len, self.commands))  # the same in every section
        for title, names in (*SECTIONS.items(), ("Other", others)):
            found = [self.commands[name] for name in names if name in self.commands]
            if found:
                with formatter.section(title):
                    formatter.write_dl([(f"{each.name:{column}}", each.get_short_help_str(200)) for each in found])
