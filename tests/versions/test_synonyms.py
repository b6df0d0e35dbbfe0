"""Words that a client declares hold wherever a name is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from pricing_core import AVM, Actor
from pricing_core.nouns.homes_in_columns import one_spelling
from pricing_core.nouns.schema import words_of
from tests.conftest import TrainedHome, copy_of

WORDS = """
columns:
  - name: type
    synonyms: {departamento: [nido, loft]}
  - name: sector
    synonyms: {Ñuñoa: [Ñuñoa Oriente]}
  - name: side
    role: category
    synonyms: {Norte: [N, north]}
"""
HOME = {"type": "departamento", "sector": "Ñuñoa", "net_usable_area": 70, "n_rooms": 3}


@pytest.fixture(scope="module")
def home(trained_home: TrainedHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AVM]:
    settings = copy_of(trained_home, tmp_path_factory.mktemp("synonyms") / "home")
    (settings.DATA_DIR / "columns.yaml").write_text(WORDS, encoding="utf-8")
    avm = AVM(settings).start()
    yield avm
    avm.close()


@pytest.mark.parametrize("written", [{"type": "Nido"}, {"type": "LOFTS"}, {"sector": "nunoa oriente"}])
def test_a_home_has_the_same_value_by_any_of_the_words_and_says_so(
    home: AVM, admin: Actor, written: dict[str, str]
) -> None:
    valuation = home.value(HOME | written, actor=admin)
    assert valuation.value == home.value(HOME, actor=admin).value
    (word,) = written.values()
    assert any(f"'{word}' was taken for" in str(note) for note in valuation.notes)
    assert valuation.typed == written


def test_a_word_for_a_declared_name_is_taken_for_it_and_said(home: AVM, admin: Actor) -> None:
    valuation = home.value(HOME | {"side": "NORTH"}, actor=admin)
    assert valuation.subject.declared == {"side": "Norte"}
    assert any("'NORTH' was taken for 'Norte'" in str(note) for note in valuation.notes)


def test_a_file_is_checked_and_read_by_these_words(home: AVM, tmp_path: Path) -> None:
    rows = [HOME | {"latitude": -33.45, "longitude": -70.6, "price": 5000 + row, "side": "n"} for row in range(30)]
    rows[3]["type"], rows[4]["sector"] = "loft", "Ñuñoa Oriente"
    pd.DataFrame(rows).assign(net_area=80, n_bathroom=2).to_csv(tmp_path / "a.csv", index=False)
    found = home.listings.check(tmp_path / "a.csv")
    spelt = {
        (each["row"], each["check"], each["suggestion"]) for each in found["findings"] if "spelling" in each["check"]
    }
    assert spelt == {(3, "type_spelling", "departamento"), (4, "sector_spelling", "Ñuñoa")}
    assert any("side: names were taken for the declared ones: 'n' for 'Norte' (30)" in note for note in found["notes"])


def test_training_sees_one_name(home: AVM) -> None:
    frame = pd.DataFrame({"type": ["departamento", "departamento", "nido"], "sector": ["Maipú"] * 3})
    assert one_spelling(frame, words_of(home.settings.columns))["type"].unique().tolist() == ["departamento"]
