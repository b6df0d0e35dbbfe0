"""``tasador backup`` and ``tasador restore``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pricing_core.cli.output import json_option, open_home, print_done, progress_bar, reader, said, t

if TYPE_CHECKING:
    from pricing_core.processes.backup import BackupOutcome

_FILE = click.Path(path_type=Path)


@click.command(short_help="Write the whole home into one file.")
@click.argument("out", type=_FILE)
@json_option
def backup(out: Path, as_json: bool) -> None:
    """Write the whole home into the new file OUT, a zip that only you may read; Tasador may go on working.

    It holds the databases, the models, the rows of trainings, waiting uploads and secret.key, each with its digest. A
    database in PostgreSQL is kept with pg_dump; the command is printed.
    """
    from pricing_core.processes.backup import write_backup

    with open_home() as avm, progress_bar() as progress:
        found = write_backup(avm, out, progress)
    _tell(replace(found, path=str(out)), t("{file} was written.", file=out), as_json)


@click.command(short_help="Bring a home back from a backup.")
@click.argument("source", metavar="IN", type=_FILE)
@click.option("--replace", "replaces", is_flag=True, help="Move the home that is there aside, and keep it.")
@json_option
def restore(source: Path, replaces: bool, as_json: bool) -> None:
    """Bring a home back from the file IN of `tasador backup`, into empty DATA_DIR and MODELS_DIR.

    A file that was changed or is not whole is refused by name, and nothing is changed. A backup holds models, which run
    code when they are loaded: restore only what you wrote yourself. Stop Tasador first.
    """
    from pricing_core.processes.backup import restore_backup
    from pricing_core.settings import load_settings

    with progress_bar() as progress:
        found = restore_backup(source, load_settings(), replace=replaces, progress=progress)
    _tell(found, t("{file} was restored.", file=source), as_json)


def _tell(found: BackupOutcome, done: str, as_json: bool) -> None:
    if found.champion is None:
        tried = t("There is no champion to try.")
    elif found.champion_problem is None:
        tried = t("The champion, version {version}, loads and values its golden homes.", version=found.champion)
    else:
        tried = t("The champion, version {version}, cannot be loaded.", version=found.champion)
    size = found.bytes / 1e6
    held = t("Files: {files:integer}, {size:number} MB; every digest agrees.", files=found.files, size=size)
    print_done("\n".join([f"{done} {held} {tried}", *map(said, found.notes)]), found.to_dict(reader()), as_json)


COMMANDS = (backup, restore)
