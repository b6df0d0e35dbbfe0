"""First-time set-up: the first person and key, the sample, the first champion. Each is done once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock

from pricing_core.avm import AVM
from pricing_core.errors import PricingError
from pricing_core.listings import sample
from pricing_core.listings.sample import write_sample
from pricing_core.nouns import Actor, Progress
from pricing_core.words import Message

SAMPLE_DIR: Final = Path(sample.__file__).parent / "files"
_SAMPLE_ROWS: Final = 6_000
_SAMPLE_SEED: Final = 42


@dataclass(frozen=True)
class FirstAccess:
    """The first person and key; nothing can show them again."""

    user: str
    password: str
    key: str


def create_first_access(avm: AVM, actor: Actor) -> FirstAccess | None:
    """Make the first person and key where there is nobody yet; gives what is to be printed, once."""
    folder = avm.settings.DATA_DIR / "database"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "first_run.lock"):  # of two that begin at once, one makes them
        return None if avm.access.people() else _create_access(avm, actor)


def _create_access(avm: AVM, actor: Actor) -> FirstAccess:
    password = avm.access.add_person("admin", "admin", actor=actor)
    key = avm.access.issue_key("first", "admin", actor=actor)
    return FirstAccess("admin", password, key)


def prepare(avm: AVM, actor: Actor, tell: Callable[[Message], None], progress: Progress) -> FirstAccess | None:
    """Do what is missing before the services can start; gives what is to be printed once, where it was made now."""
    notice = avm.access.secret_notice()
    if notice is not None:
        tell(Message.of(notice))
    if not avm.listings.datasets():
        _bring_listings(avm, actor, tell, progress)
    if avm.store.versions.champion_number() is None:
        tell(Message("Training the first champion (once; some seconds) ..."))
        tell(avm.versions.train(actor=actor, progress=progress).message)
    else:
        _repair(avm, actor, tell, progress)
    # Last: should anything above fail or be stopped, the next start still has it to say.
    return create_first_access(avm, actor)


def _repair(avm: AVM, actor: Actor, tell: Callable[[Message], None], progress: Progress) -> None:
    problem = avm.versions.champion_problem()
    if problem is None:
        return
    tell(Message("{problem} Training the champion anew (once; some seconds) ...", problem=problem))
    try:
        tell(avm.versions.repair(actor=actor, progress=progress).message)
    except PricingError as error:  # the log, the listings and the pages are still of use without it
        tell(error.message)


def _bring_listings(avm: AVM, actor: Actor, tell: Callable[[Message], None], progress: Progress) -> None:
    if avm.settings.USE_DB:
        tell(Message("Reading {table} of the client's database ...", table=avm.settings.SOURCE_TABLE))
        avm.listings.ingest_source(actor=actor, progress=progress)
        return
    tell(Message("Loading the sample listings ..."))
    train, test = SAMPLE_DIR / "train.csv", SAMPLE_DIR / "test.csv"
    if not (train.exists() and test.exists()):
        train, test = write_sample(avm.settings.DATA_DIR / "raw", _SAMPLE_ROWS, _SAMPLE_SEED)
    avm.listings.ingest(train, test=test, is_sample=True, actor=actor, progress=progress)
