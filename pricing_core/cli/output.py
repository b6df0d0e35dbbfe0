"""What every command shares: the AVM, JSON, progress and small tables."""

from __future__ import annotations

import getpass
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

import click

from pricing_core.errors import NotFoundError
from pricing_core.nouns import Actor, Json
from pricing_core.nouns import Progress as ProgressCall
from pricing_core.settings import Settings
from pricing_core.words import NOTHING, Fact, Language, Message, dates, numbers, plural, say

if TYPE_CHECKING:
    from pricing_core.avm import AVM

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")
_PIPE_WIDTH = 240
_LINE_WIDTH = 100
_NUMBER = re.compile(r"[+−-]?([^\W\d]{1,4} |[^\W\d]{0,3}[^\w\s])?\d[\d.,]*( %)?")
"""As the writers of numbers and amounts leave it: ``1,175``, ``7.9 %``, ``UF 675``, ``US$1,200``."""
reason_option = click.option("--reason", default="", help="Why; it is kept.")


@contextmanager
def open_avm(*, preload: bool = False) -> Iterator[AVM]:
    """A started AVM, closed at the end. A command that ends soon has no use for a champion loaded ahead."""
    from pricing_core.avm import AVM
    from pricing_core.settings import load_settings

    avm = AVM(load_settings() if preload else load_settings(PRE_LOAD=False)).start()
    try:
        yield avm
    finally:
        avm.close()


@contextmanager
def open_nothing() -> Iterator[AVM]:
    """An AVM that is not started, for what needs no home: none is looked for, and none is made."""
    from pricing_core.avm import AVM
    from pricing_core.settings import load_settings

    avm = AVM(load_settings(PRE_LOAD=False))
    try:
        yield avm
    finally:
        avm.close()


@contextmanager
def open_home() -> Iterator[AVM]:
    """A started AVM for a command that only reads: where there is no home, it makes none."""
    from pricing_core.settings import load_settings

    settings = load_settings()
    if not settings.has_home():
        raise NotFoundError(no_home(settings))
    with open_avm() as avm:
        yield avm


def no_home(settings: Settings) -> Message:
    """The sentence on a home that is not there, for whoever may know its path."""
    return Message(
        "There is no home at {folder} ({chosen_by}): `tasador init` makes one. If yours is elsewhere, name its folder "
        "with DATA_DIR, or go to the folder in which its data lies.",
        folder=settings.DATA_DIR.resolve(),
        chosen_by=settings.home_chosen_by,
    )


def said(sentence: Message | str) -> str:
    """A sentence in the language that was asked for with ``--lang``."""
    return say(sentence, reader())


def t(template: str, /, **facts: Fact) -> str:
    """A sentence or a heading, with its facts."""
    return said(Message(template, **facts))


def tn(one: str, many: str, by: str, /, **facts: Fact) -> str:
    """A sentence with a form for one and a form for many, chosen by the fact named ``by``."""
    return said(plural(one, many, by, **facts))


def integer(value: float | None) -> str:
    """A count in a table."""
    return numbers.integer(value, reader())


def percent(share: float | None) -> str:
    """A share in a table."""
    return numbers.percent(share, reader())


def money(value: float | None, currency: str) -> str:
    """An amount in a table."""
    return numbers.money(value, currency, reader())


def moment(value: datetime | None) -> str:
    """A moment in a table, on the clock of UTC."""
    return dates.moment(value, reader())


def reader() -> Language:
    """The language of whoever reads what the command prints."""
    language: Language = click.get_current_context().find_root().params["lang"]
    return language


def local_actor() -> Actor:
    """Whoever may run commands on this machine may do everything."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        name = "cli"
    return Actor(name, "admin", "cli")


def print_json(content: object) -> None:
    """One JSON document on stdout; numbers that JSON cannot hold become null."""
    click.echo(json.dumps(_finite(content), ensure_ascii=False, indent=2, allow_nan=False))


def _finite(content: object) -> object:
    if isinstance(content, float):
        return content if content - content == 0 else None
    if isinstance(content, dict):
        return {str(name): _finite(value) for name, value in content.items()}
    return [_finite(value) for value in content] if isinstance(content, list | tuple) else content


def print_done(sentence: Message | str, facts: Json, as_json: bool) -> None:
    """What a command has done: as a sentence, or as one JSON document."""
    if as_json:
        print_json(facts)
    else:
        click.echo(said(sentence))


def aligned(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Labels, and what belongs to each, one below the other."""
    width = max((len(label) for label, _ in pairs), default=0)
    return (f"{label:{width}}  {text}" for label, text in pairs)


def print_lines(lines: Iterable[str]) -> None:
    """Sentences, each begun anew and none wider than a screen."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        click.echo(click.wrap_text(line.strip(), _LINE_WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  "))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], empty: str) -> None:
    """A plain table, or one sentence where there is nothing to show."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    listed = list(rows)
    if not listed:
        click.echo(empty)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, cells in zip(columns, zip(*listed, strict=True), strict=True):
        table.add_column(name, justify="right" if _are_numbers(cells) else "left", overflow="fold")
    for row in listed:
        # As text and not as markup: square brackets in a name are part of the name.
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console = Console()
    if not console.is_terminal:  # in a pipe or a file nothing has to fit a screen, and an id stays whole
        console.width = _PIPE_WIDTH
    console.print(table)


def _are_numbers(cells: Iterable[object]) -> bool:
    known = [str(cell) for cell in cells if cell is not None and cell != NOTHING]
    return bool(known) and all(map(_NUMBER.fullmatch, known))


@contextmanager
def progress_bar() -> Iterator[ProgressCall]:
    """A bar on stderr while a terminal looks on; nothing otherwise."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    console = Console(stderr=True)
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        language = reader()
        task = bar.add_task(t("Starting"), total=1.0)
        yield lambda stage, done: bar.update(task, description=say(stage, language), completed=done)


def echo_progress(echo: Callable[[Message], None]) -> ProgressCall:
    """Progress as one line for each new stage, for logs and for machines without a terminal."""
    told: set[Message] = set()

    def tell(stage: Message, _done: float) -> None:
        if stage not in told:
            told.add(stage)
            echo(stage)

    return tell
