"""Which listings stand behind a value while the index of comparables is made anew."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock
from time import monotonic, sleep
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pricing_core import AVM, Actor, Settings, parse_property
from pricing_core.listings.sample import generate
from pricing_core.nouns.declared import CORE_ALONE
from pricing_core.nouns.homes_in_columns import columns_from_frame
from pricing_core.valuing import comparable_listings
from pricing_core.valuing.comparable_listings import BEING_MADE, Market
from pricing_core.valuing.comparables import ComparableIndex
from tests.conftest import TrainedHome, copy_of
from tests.factories import listings

SUBJECT = parse_property(listings(1, seed=5).drop(columns="price").iloc[0].to_dict())
MANY = 100_000


class Town:
    """Listings that can be exchanged for others, and read only while nobody holds them up."""

    def __init__(self) -> None:
        self.number, self.reads = 1, 0
        self.open, self.begun, self.lock = Event(), Event(), Lock()
        self.open.set()
        self.broken = False
        self.columns = CORE_ALONE
        self.listings = SimpleNamespace(fingerprint=lambda: f"file {self.number}")
        self.reviews = SimpleNamespace(position=lambda: 0, settled_since=lambda _position: frozenset())

    def read(self, _store: object) -> pd.DataFrame:
        with self.lock:
            self.reads += 1
            number = self.number
        self.begun.set()
        assert self.open.wait(30)
        if self.broken:
            raise OSError("the disk is away")
        return listings(40).assign(id=np.arange(40) + 1_000 * number)

    def hold(self, number: int) -> None:
        """Other listings come in, and reading them takes until `release`."""
        self.open.clear()
        self.begun.clear()
        self.number = number


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    town = Town()
    monkeypatch.setattr(comparable_listings, "offered", town.read)
    monkeypatch.setattr(comparable_listings, "_LOOK_AGAIN_SECONDS", 0.0)
    yield town
    town.open.set()


def champion_of(number: int, value: float = 200.0) -> Any:
    """A champion to whom every home is worth the same."""
    model = SimpleNamespace(
        value=lambda columns, day=None: np.full(len(columns["type"]), value),
        under_known_names=lambda columns: columns,
        level=None,
        declared={},
    )
    return SimpleNamespace(version=SimpleNamespace(version=number), model=model)


ONE = champion_of(1)


def file_of(kept: Market, champion: Any = ONE) -> int | None:
    """The number of the file that comparables come from now."""
    found = kept.find(champion, SUBJECT, 200.0)
    return None if found is None else found[0].listing_id // 1_000


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "it took too long"
        sleep(0.01)


def test_the_former_index_serves_until_the_new_one_is_made(town: Town) -> None:
    kept = Market(town)  # type: ignore[arg-type]
    assert file_of(kept) == 1
    town.hold(2)
    assert [file_of(kept) for _ in range(5)] == [1] * 5
    assert town.begun.wait(20)
    assert file_of(kept) == 1
    town.open.set()
    wait_for(lambda: file_of(kept) == 2)
    kept.close()


def test_listings_that_come_in_while_an_index_is_made_are_taken_together(town: Town) -> None:
    kept = Market(town)  # type: ignore[arg-type]
    file_of(kept)
    town.hold(2)
    file_of(kept)
    assert town.begun.wait(20)
    for town.number in (3, 4, 5):
        assert file_of(kept) == 1
    town.open.set()
    wait_for(lambda: file_of(kept) == 5)
    assert town.reads == 3  # the first, that of the second file, and one for all that came meanwhile
    kept.close()


def test_an_index_that_cannot_be_made_leaves_the_former_and_is_tried_again(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept = Market(town)  # type: ignore[arg-type]
    file_of(kept)
    town.number, town.broken = 2, True
    file_of(kept)
    wait_for(lambda: "The former ones are shown; it is tried again in a minute." in caplog.text)
    assert "the disk is away" in caplog.text
    assert [file_of(kept) for _ in range(20)] == [1] * 20
    assert town.reads == 2  # not at every valuation
    town.broken = False
    kept._make_at = 0.0  # a minute later
    wait_for(lambda: file_of(kept) == 2)
    kept.close()


def test_while_the_first_index_is_made_values_wait_a_little_and_then_do_without(town: Town) -> None:
    kept = Market(town, first_wait=0.2)  # type: ignore[arg-type]
    town.hold(1)
    began = monotonic()
    assert file_of(kept) is None
    assert monotonic() - began >= 0.2
    assert file_of(kept) is None
    town.open.set()
    wait_for(lambda: file_of(kept) == 1)
    kept.close()


def test_a_process_that_values_a_home_and_ends_waits_for_its_comparables(town: Town) -> None:
    kept = Market(town, first_wait=None)  # type: ignore[arg-type]
    assert file_of(kept) == 1
    kept.close()


def test_after_a_promotion_the_former_index_speaks_for_itself_until_there_is_one_of_the_new_champion(
    town: Town,
) -> None:
    kept = Market(town)  # type: ignore[arg-type]
    before = kept.find(ONE, SUBJECT, 200.0)
    town.hold(1)
    two = champion_of(2, 900.0)
    # A value by the one champion over that of a listing by another would move every adjusted price.
    assert kept.find(two, SUBJECT, 900.0) == before
    town.open.set()
    wait_for(lambda: kept._made is not None and kept._made.champion is two)
    assert kept.find(two, SUBJECT, 900.0) == before  # every home is worth the same to this one too
    kept.close()


def test_a_value_without_an_index_is_given_and_says_so(
    trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Event()
    monkeypatch.setattr(comparable_listings, "offered", lambda _store: opened.wait(30) and pd.DataFrame())
    avm = AVM(trained_home.settings)
    avm._market._first_wait = 0.0
    home = {"type": "departamento", "sector": "Ñuñoa", "net_usable_area": 70}
    valuation = avm.value(home, actor=trained_home.admin)
    assert valuation.comparables == []
    assert valuation.second_opinion is None
    assert valuation.drivers
    assert valuation.notes[-1] == BEING_MADE
    assert avm.log.get(valuation.log_id).detail["notes"][-1] == BEING_MADE
    opened.set()
    avm.close()


@pytest.mark.skipif(sys.platform != "linux", reason="the process is ended as Linux does it")
def test_valuations_are_answered_while_a_large_file_becomes_comparables(
    trained_home: TrainedHome, admin: Actor, tmp_path: Path
) -> None:
    settings = copy_of(trained_home, tmp_path / "home")
    large = tmp_path / "large.csv"
    generate(MANY, 99).to_csv(large, index=False)
    avm = AVM(settings)
    with api(settings, trained_home.key) as ask:
        before = ask().listings
        avm.listings.ingest(large, replace=True, queue_check=True, actor=admin)
        took = seconds_to_make(avm)
        answers = [ask()]
        deadline = monotonic() + 10 * took + 120
        while answers[-1].listings & before:
            assert monotonic() < deadline, "the new listings never became comparables"
            answers.append(ask())
    avm.close()
    assert all(answer.listings for answer in answers)
    assert max(answer.seconds for answer in answers) < took / 2


def seconds_to_make(avm: AVM) -> float:
    began = monotonic()
    frame = avm.listings.frame()
    ComparableIndex(frame, avm._predictor.champion().model.value(columns_from_frame(frame)))
    return monotonic() - began


@dataclass(frozen=True)
class Answer:
    seconds: float
    listings: frozenset[int]


@contextmanager
def api(settings: Settings, key: str) -> Iterator[Callable[[], Answer]]:
    """A real API on a free port; what is given asks it for a value."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = {"DATA_DIR": settings.DATA_DIR, "MODELS_DIR": settings.MODELS_DIR, "API_PORT": port, "HOST": "127.0.0.1"}
    environment = os.environ | {name: str(value) for name, value in places.items()}
    process = subprocess.Popen([sys.executable, "-m", "pricing_core", "api"], env=environment)
    try:
        wait_for(lambda: process.poll() is None and listens(port), 60)
        yield lambda: asked(f"http://127.0.0.1:{port}/api/v1/predict", key)
    finally:
        process.terminate()
        process.wait(30)


def listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def asked(url: str, key: str) -> Answer:
    body = json.dumps(SUBJECT.model_dump() | {"sector": "Ñuñoa"}).encode()
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    began = monotonic()
    with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=120) as response:
        found = json.load(response)["comparables"]
    return Answer(monotonic() - began, frozenset(each["listing_id"] for each in found))
