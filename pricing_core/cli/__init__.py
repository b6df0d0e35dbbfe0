"""``tasador ...``: the product on the command line.

In come words typed; out come calls of the AVM and what they gave, as text or as JSON. Nobody imports it.
"""

from __future__ import annotations

import sys
from typing import NoReturn

import click

from pricing_core.cli import (
    access,
    backups,
    data,
    data_versions,
    home,
    jobs,
    models,
    processes,
    reviews,
    values,
    watching,
)
from pricing_core.cli.sections import Sections
from pricing_core.errors import PricingError, in_full
from pricing_core.private import write_privately


@click.group(cls=Sections, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="tasador")
def cli() -> None:
    """Tasador prices homes: bring listings, train a model, ask for values.

    Settings come from the environment and from .env; .env.example lists them.
    """


for module in (processes, home, data, reviews, data_versions, models, jobs, values, watching, access, backups):
    for command in module.COMMANDS:
        cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run a command; a known error becomes one message on stderr and exit code 1."""
    write_privately()
    try:
        cli.main(args=arguments, prog_name="tasador", standalone_mode=True)
    except PricingError as error:
        _end(in_full(error))
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        sys.stderr.close()
        sys.exit(1)
    except OSError as error:  # a folder that cannot be written, a disk that is full
        _end(f"{error.filename or 'A file'} cannot be used ({error.strerror}): see DATA_DIR and MODELS_DIR.")


def _end(message: str) -> NoReturn:
    click.secho(f"Error: {message}", fg="red", err=True)
    sys.exit(1)
