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
    columns,
    data,
    data_versions,
    home,
    jobs,
    market,
    models,
    processes,
    reviews,
    uf,
    values,
    watching,
)
from pricing_core.cli.sections import Sections
from pricing_core.errors import PricingError, in_full
from pricing_core.private import write_privately
from pricing_core.words import LANGUAGES, Language, Message, say


class _Commands(Sections):
    def invoke(self, context: click.Context) -> object:
        """Run a command; a known error becomes one message on stderr and exit code 1."""
        language: Language = context.params["lang"]
        try:
            return super().invoke(context)
        except PricingError as error:
            _end(in_full(error, language))
        except BrokenPipeError:  # the reader of our output has gone, as with `| head`
            sys.stderr.close()
            sys.exit(1)
        except OSError as error:  # a folder that cannot be written, a disk that is full
            file = str(error.filename or say(Message("A file"), language))
            words = Message(
                "{file} cannot be used ({problem}): see DATA_DIR and MODELS_DIR.", file=file, problem=error.strerror
            )
            _end(say(words, language))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="tasador")
@click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default="en",
    envvar="TASADOR_LANG",
    show_envvar=True,
    help="Language of what is printed for people.",
)
def cli(lang: str) -> None:
    """Tasador prices homes: bring listings, train a model, ask for values.

    Settings come from the environment and from .env; .env.example lists them.
    """
    del lang  # everything that is printed for people is told in it


_MODULES = (
    *(processes, home, data, columns, reviews, data_versions, models, jobs),
    *(values, market, uf, watching, access, backups),
)
for module in _MODULES:
    for command in module.COMMANDS:
        cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command that was typed."""
    write_privately()
    cli.main(args=arguments, prog_name="tasador", standalone_mode=True)


def _end(message: str) -> NoReturn:
    click.secho(f"Error: {message}", fg="red", err=True)
    sys.exit(1)
