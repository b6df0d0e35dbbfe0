"""The kinds of work that a job can be. A new kind is one entry in `WORK_KINDS`, and its name in `nouns.jobs`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from uuid import uuid4

from pricing_core.errors import InputError
from pricing_core.jobs.retention import Retention
from pricing_core.nouns import Actor, DataVersion, Json, Progress, Role, TableChoice, TrainingResult
from pricing_core.nouns.declared import Declaration
from pricing_core.nouns.profiles import ColumnChoice
from pricing_core.settings import Settings
from pricing_core.store import Guard, Store
from pricing_core.words import Language, Message, spoken

if TYPE_CHECKING:
    from pricing_core.listings.intake import Listings

Parameters = Json
_NAME_LENGTH: Final = 12
_UPLOAD: Final = re.compile(r"^/.*/(uploads/[0-9a-f]{32}/.+)$")


@dataclass(frozen=True)
class Work:
    """What a job hands to the call that does it.

    ``guard`` is to be called in the transaction that changes what others rely on; see `store.leases`.
    """

    parameters: Parameters
    actor: Actor
    progress: Progress
    guard: Guard | None = None


class _Trains(Protocol):
    def train(
        self,
        recipe: str = ...,
        *,
        force: bool = ...,
        actor: Actor,
        progress: Progress | None = ...,
        guard: Guard | None = ...,
    ) -> TrainingResult: ...

    def snapshot(self, *, actor: Actor, progress: Progress | None = ...) -> DataVersion: ...


class _Prunes(Protocol):
    @property
    def retention(self) -> Retention: ...


class Desk(Protocol):
    """What work is done with: the AVM, as far as jobs know it."""

    settings: Settings
    store: Store

    @property
    def listings(self) -> Listings:
        """Looks for what is wrong in them."""

    @property
    def versions(self) -> _Trains:
        """Trains them."""

    @property
    def jobs(self) -> _Prunes:
        """Knows what is past its time."""

    def value_file(
        self,
        source: Path,
        out: Path,
        *,
        actor: Actor,
        columns: ColumnChoice = ...,
        progress: Progress | None = ...,
        language: Language = ...,
    ) -> Json:
        """Value every row of a file into another."""


def _accept_nothing(parameters: Parameters, _home: Path, _columns: Declaration) -> Parameters:
    if parameters:
        raise InputError("This job takes no parameters, and {names:list} arrived.", names=sorted(parameters))
    return parameters


def _rows(store: Store, _parameters: Parameters) -> float | None:
    return float(store.listings.count())


@dataclass(frozen=True)
class WorkKind:
    """One kind of work.

    Parameters
    ----------
    role
        What a person must at least be to ask for it.
    to_do
        What it is to do, such as "train a model".
    call
        Does it with an AVM; gives a JSON-ready result, whose ``message`` is shown.
    accept
        Checks the parameters when the work is asked for, and gives them as they are stored: files that lie in
        ``DATA_DIR``, which it is given, relative to it.
    size
        How much work it is by the parameters as they were asked for, or ``None`` where that cannot be told.
    single
        Whether one alone is active at a time and a second request joins it.
    silent
        Whether it says nothing from inside its stages, so that how far it is is told from the time of former jobs.
    files
        Which of its parameters, and of what came of it, are files: whoever looks at a job sees their full paths.
    """

    role: Role
    to_do: Message
    call: Callable[[Desk, Work], Json]
    accept: Callable[[Parameters, Path, Declaration], Parameters] = _accept_nothing
    size: Callable[[Store, Parameters], float | None] = _rows
    single: bool = True
    silent: bool = False
    files: tuple[str, ...] = ()

    def flight(self, name: str) -> str:
        """Of jobs with the same flight one alone is active."""
        return name if self.single else f"{name}:{uuid4()}"


def _train(avm: Desk, work: Work) -> Json:
    result = avm.versions.train(**work.parameters, actor=work.actor, progress=work.progress, guard=work.guard)
    return result.to_dict(None)


def _accept_training(parameters: Parameters, _home: Path, columns: Declaration) -> Parameters:
    unknown = set(parameters) - {"recipe", "force"}
    if unknown:
        raise InputError("A training takes recipe and force, not {names:choice}.", names=sorted(unknown))
    from pricing_core.training.recipes import load_recipe

    load_recipe(str(parameters.get("recipe", "champion")), columns)  # refuse a bad recipe now, not in the worker
    return parameters


def _check(avm: Desk, work: Work) -> Json:
    found = avm.listings.findings(progress=work.progress)
    rows = int(_rows(avm.store, {}) or 0)
    checks = dict(Counter(found["check"]).most_common())
    listings = int(found["listing_id"].nunique())
    message = Message(
        "Found {findings:integer} things that look wrong, in {listings:integer} of {rows:integer} listings.",
        findings=len(found),
        listings=listings,
        rows=rows,
    )
    counts = {"rows": rows, "findings": len(found), "listings": listings, "checks": checks}
    return counts | {"message": message.to_json()}


def _value_file(avm: Desk, work: Work) -> Json:
    home = avm.settings.DATA_DIR
    source, out = (full_file(work.parameters[name], home) for name in ("source", "out"))
    language = spoken(str(work.parameters.get("language", "")))
    result = avm.value_file(
        source, out, actor=work.actor, columns=_columns(work.parameters), progress=work.progress, language=language
    )
    message = Message(
        "Valued {valued:integer} of {rows:integer} rows: {file}",
        valued=result["valued"],
        rows=result["rows"],
        file=out.name,
    )
    return result | {"out": _kept_file(out, home), "message": message.to_json()}


def _columns(parameters: Parameters) -> ColumnChoice:
    if said := parameters.get("columns"):
        return ColumnChoice.from_json(said)
    table = TableChoice(*(parameters.get(name) for name in ("table", "sheet")))
    return ColumnChoice(decimal=parameters.get("decimal"), table=table)


def _kept_file(path: Path, home: Path) -> str:
    """A file as it is kept: relative where it lies in the home, so that the home may be copied or moved."""
    home = home.resolve()
    return path.relative_to(home).as_posix() if path.is_relative_to(home) else str(path)


def full_file(kept: str, home: Path) -> Path:
    """The place of a file that a job names, in the home as it lies now."""
    # An earlier release kept the full paths of uploads; the folder of each has a name that is nowhere else.
    upload = _UPLOAD.search(kept)
    return home.resolve() / (kept if upload is None else upload[1])


def _accept_file(parameters: Parameters, home: Path, _columns: Declaration) -> Parameters:
    if (
        not {"source", "out"}
        <= set(parameters)
        <= {"source", "out", "language", "columns", "decimal", "table", "sheet"}
    ):
        raise InputError("To value a file, name the file as source and where to write as out, and nothing else.")
    # The worker may run in another folder.
    source, out = (Path(parameters[name]).resolve() for name in ("source", "out"))
    if not source.is_file():
        raise InputError("There is no file {file}.", inside=f"The path is {source}.", file=source.name)
    if not out.parent.is_dir():
        raise InputError("There is no folder to write {file} into.", inside=f"The path is {out.parent}.", file=out.name)
    if out.exists() and out.samefile(source):
        raise InputError(
            "{file} is the file to be valued: name another file as out.", inside=f"The path is {out}.", file=out.name
        )
    return parameters | {"source": _kept_file(source, home), "out": _kept_file(out, home)}


def _file_size(_store: Store, parameters: Parameters) -> float | None:
    return float(Path(parameters["source"]).stat().st_size)


def _snapshot(avm: Desk, work: Work) -> Json:
    kept = avm.versions.snapshot(actor=work.actor, progress=work.progress)
    name = kept.fingerprint[:_NAME_LENGTH]
    message = Message(
        "Kept {train:integer} train and {test:integer} test rows as data version {name}.",
        train=kept.train_rows,
        test=kept.test_rows,
        name=name,
    )
    return kept.to_dict() | {"message": message.to_json()}


def _prune(avm: Desk, work: Work) -> Json:
    removed = [item.to_dict() for item in avm.jobs.retention.prune(actor=work.actor)]
    count = sum(item["count"] for item in removed)
    message = Message("Removed {count:integer} entries and files past their time.", count=count)
    return {"removed": removed, "message": message.to_json()}


WORK_KINDS: Final[Mapping[str, WorkKind]] = {
    "train": WorkKind("analyst", Message("train a model"), _train, accept=_accept_training, silent=True),
    "check": WorkKind("analyst", Message("look for what is wrong in the listings"), _check),
    "value_file": WorkKind(
        "agent",
        Message("value a file of properties"),
        _value_file,
        accept=_accept_file,
        size=_file_size,
        single=False,
        files=("source", "out"),
    ),
    "snapshot": WorkKind("analyst", Message("keep the rows that a training would see now"), _snapshot),
    "prune": WorkKind("admin", Message("remove what is past its time"), _prune),
}


def kind_named(name: str) -> WorkKind:
    """The kind of that name.

    Raises
    ------
    InputError
        Naming those there are.
    """
    if name not in WORK_KINDS:
        raise InputError(
            "{name:quoted} is no kind of job: allowed are {allowed:list}.", name=name, allowed=list(WORK_KINDS)
        )
    return WORK_KINDS[name]
