"""Names that differ only in how they are written are one name, through every door."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from pricing_core import AVM, Actor, InputError, SubjectError, say
from pricing_core.cli import cli
from pricing_core.listings.integrity import check
from pricing_core.nouns.homes_in_columns import columns_from_frame, one_spelling
from pricing_core.nouns.names import TYPE_WORDS, KnownNames, cleaned, folded
from pricing_core.nouns.schema import Property, parse_corrections, parse_property
from pricing_core.training.fitting import fit
from pricing_core.training.recipes import load_recipe
from pricing_core.valuing.comparables import ComparableIndex
from pricing_core.versions.seen_homes import home_hashes, was_seen
from tests.conftest import TrainedHome, make_settings
from tests.factories import listings, quick_recipe

DECOMPOSED = unicodedata.normalize("NFD", "Ñuñoa")
HOME: dict[str, Any] = {
    "type": "departamento",
    "sector": "Ñuñoa",
    "net_usable_area": 70,
    "net_area": 78,
    "n_rooms": 3,
    "n_bathroom": 2,
    "latitude": -33.456,
    "longitude": -70.598,
}
TYPES = ("Departamento", "DEPARTAMENTO", "Depto.", "depto", "Dpto", "departamentos", "Apartment", "depar\u200btamento")
SECTORS = ("ñuñoa", "NUNOA", "Nuñoa.", "Ñuñoa.", DECOMPOSED, "Ñu\u200bñoa", "Ñuñoa\ufeff", " ÑUÑOA ")
SPELLINGS = [*(("type", name) for name in TYPES), *(("sector", name) for name in SECTORS)]
MEANT = {"type": "departamento", "sector": "Ñuñoa"}


@pytest.fixture(scope="module")
def right(trained_home: TrainedHome) -> Any:
    return trained_home.avm.value(HOME, actor=trained_home.admin)


@pytest.mark.parametrize(("column", "written"), SPELLINGS)
def test_another_spelling_gets_the_same_answer_and_a_note(
    trained_home: TrainedHome, right: Any, column: str, written: str
) -> None:
    found = trained_home.avm.value(HOME | {column: written}, actor=trained_home.admin)
    assert (found.value, found.ranges, found.confidence) == (right.value, right.ranges, right.confidence)
    assert (found.drivers, found.comparables) == (right.drivers, right.comparables)
    assert found.subject == right.subject
    assert f"was taken for {MEANT[column]!r}" in str(found.notes[0])
    assert found.notes[1:] == right.notes
    assert say(found.notes[0], "es").count("se tomó por") == 1


def test_the_note_names_what_was_written_and_says_where_no_difference_can_be_seen(trained_home: TrainedHome) -> None:
    def note(**changed: str) -> str:
        return str(trained_home.avm.value(HOME | changed, actor=trained_home.admin).notes[0])

    assert note(sector="NUNOA") == "'NUNOA' was taken for 'Ñuñoa'."
    assert note(sector=DECOMPOSED).endswith("which looks the same but is written with other characters.")
    found = trained_home.avm.value(HOME | {"sector": "NUNOA"}, actor=trained_home.admin).notes[0]
    assert say(found, "es") == "'NUNOA' se tomó por 'Ñuñoa'."


def test_a_name_that_nobody_knows_stays_unknown_and_is_said(trained_home: TrainedHome, right: Any) -> None:
    found = trained_home.avm.value(HOME | {"type": "castillo"}, actor=trained_home.admin)
    assert found.value != right.value
    assert not any("taken for" in str(note) for note in found.notes)
    assert any("is of the type 'castillo'" in str(note) for note in found.notes)


def test_a_name_of_which_nothing_can_be_seen_is_refused(trained_home: TrainedHome) -> None:
    with pytest.raises(SubjectError, match="sector must be a name"):
        trained_home.avm.value(HOME | {"sector": "\u200b\ufeff "}, actor=trained_home.admin)


def test_the_log_keeps_what_was_written_and_what_it_was_taken_for(trained_home: TrainedHome, right: Any) -> None:
    avm = trained_home.avm
    found = avm.value(HOME | {"type": "Depto.", "sector": "NUNOA"}, actor=trained_home.admin)
    logged = avm.log.get(found.log_id)
    assert (logged.subject["type"], logged.subject["sector"]) == ("departamento", "Ñuñoa")
    assert (logged.written["type"], logged.written["sector"]) == ("Depto.", "NUNOA")
    change = avm.log.explain_change(found.log_id)
    assert change.logged_value == change.replayed_value == change.present_value == right.value


def test_a_value_of_a_release_that_took_names_to_the_letter_is_replayed_to_the_letter(
    trained_home: TrainedHome, right: Any
) -> None:
    avm = trained_home.avm
    now = avm.log.get(avm.value(HOME, actor=trained_home.admin).log_id)
    model, column = avm._predictor.champion().model, columns_from_frame(pd.DataFrame([HOME | {"sector": "NUNOA"}]))
    then = round(float(model.value(column, literally=True)[0]), 2)
    detail = {name: item for name, item in now.detail.items() if name != "typed"}
    old = type(now)(**vars(now) | {"id": "old", "subject": HOME | {"sector": "NUNOA"}, "value": then, "detail": detail})
    avm.store.predictions.add([old])
    change = avm.log.explain_change("old")
    assert change.replayed_value == then != right.value
    assert change.present_value == right.value
    assert change.by_model + change.by_data == pytest.approx(right.value - then)
    assert "names of this home" in str(change.message)


def test_a_file_and_the_command_take_them_for_the_same(trained_home: TrainedHome, right: Any, tmp_path: Path) -> None:
    rows = [HOME, *(HOME | {column: written} for column, written in SPELLINGS)]
    pd.DataFrame(rows).to_csv(tmp_path / "homes.csv", index=False)
    ran = run(trained_home, ["value", str(tmp_path / "homes.csv"), "--out", str(tmp_path / "out.csv")])
    assert ran.exit_code == 0, ran.output
    out = pd.read_csv(tmp_path / "out.csv")
    assert out["value"].tolist() == [right.value] * len(rows)
    # A reader of files takes invisible characters off before anybody asks.
    assert out["notes"].fillna("").str.contains("was taken for").sum() >= len(rows) - 5
    options = [f"--{name.replace('_', '-')}={value}" for name, value in (HOME | {"type": "Depto."}).items()]
    document = json.loads(run(trained_home, ["value", *options, "--json"]).stdout)
    assert document["value"] == right.value
    assert document["typed"] == {"type": "Depto."}


def run(home: TrainedHome, arguments: list[str]) -> Any:
    return CliRunner().invoke(cli, arguments, env={**home.environment, "PRE_LOAD": "false"})


# Areas of 0


@pytest.mark.parametrize("zero", [0, 0.0, "0", "0.0", -0.0])
def test_an_area_of_zero_is_one_that_is_not_known(trained_home: TrainedHome, zero: object) -> None:
    avm = trained_home.avm
    unknown = avm.value(HOME | {"net_area": None}, actor=trained_home.admin)
    found = avm.value(HOME | {"net_area": zero}, actor=trained_home.admin)
    assert (found.value, found.ranges) == (unknown.value, unknown.ranges)
    assert [str(found.notes[0]), *found.notes[1:]] == ["A total area of 0 counts as not known.", *unknown.notes]
    assert say(found.notes[0], "es") == "Una superficie total de 0 cuenta como sin dato."
    assert avm.log.get(found.log_id).written["net_area"] == 0


@pytest.mark.parametrize("other", [0, None, ""])
def test_without_any_area_there_is_the_same_refusal(trained_home: TrainedHome, other: object) -> None:
    with pytest.raises(SubjectError, match="No area arrived: give at least one of net_usable_area or net_area"):
        trained_home.avm.value(HOME | {"net_area": 0, "net_usable_area": other}, actor=trained_home.admin)


@pytest.mark.parametrize("wrong", [-1, False, "none", 1e9])
def test_other_areas_that_are_none_are_still_refused(wrong: object) -> None:
    with pytest.raises(SubjectError, match="net_area must be a number, more than 0"):
        parse_property(HOME | {"net_area": wrong})


def test_a_correction_to_zero_is_refused_and_says_what_to_do() -> None:
    with pytest.raises(
        InputError, match=r"more than 0 and at most 100,000,000, but 0 arrived. Leave it empty"
    ) as caught:
        parse_corrections({"net_area": 0})
    assert say(caught.value.message, "es").endswith("Déjala vacía si no se conoce.")


def test_a_file_with_an_area_of_zero_is_valued_with_a_note(trained_home: TrainedHome, tmp_path: Path) -> None:
    pd.DataFrame([HOME | {"net_area": 0}, HOME | {"net_area": 0, "net_usable_area": 0}]).to_csv(
        tmp_path / "zero.csv", index=False
    )
    trained_home.avm.value_file(tmp_path / "zero.csv", tmp_path / "out.csv", actor=trained_home.admin)
    out = pd.read_csv(tmp_path / "out.csv")
    assert out.loc[0, "notes"].startswith("A total area of 0 counts as not known.")
    assert "No area arrived" in out.loc[1, "error"]


# Training, listings and checks


def mixed(rows: int = 300) -> pd.DataFrame:
    """Listings whose names are written in several ways, the first of each most often."""
    frame = listings(rows)
    types = {
        "casa": ("casa", "casa", "Casa", "CASA"),
        "departamento": ("departamento", "departamento", "Departamento."),
    }
    sectors = {name: (name, name, name.upper(), f"{name}\u200b", f" {name}.") for name in frame["sector"].unique()}
    return frame.assign(type=written(frame["type"], types), sector=written(frame["sector"], sectors))


def written(column: pd.Series, ways: dict[str, tuple[str, ...]]) -> list[str]:
    return [ways[name][row % len(ways[name])] for row, name in enumerate(column)]


def test_listings_with_names_in_several_spellings_train_as_if_they_had_one() -> None:
    recipe, plain = load_recipe("champion"), listings(300)
    one, many = fit(recipe, plain), fit(recipe, mixed())
    np.testing.assert_array_equal(one.predict(plain), many.predict(plain))
    np.testing.assert_array_equal(one.predict(plain), many.predict(mixed()))
    assert many.learned is not None
    assert set(many.learned.types) == {"casa", "departamento"}


def test_a_model_of_a_release_that_knew_one_spelling_of_each_recognises_the_others() -> None:
    frame = listings(300)
    model = fit(load_recipe("champion"), frame)
    del model.names  # as such models were stored
    assert model.home(parse_property(HOME | {"type": "Depto.", "sector": "NORTH"})).sector == "North"
    np.testing.assert_array_equal(model.predict(mixed()), model.predict(frame))


def test_a_version_knows_each_name_once_and_the_stored_text_stays(
    tmp_path: Path, mlflow_template: Path, admin: Actor
) -> None:
    avm = AVM(make_settings(tmp_path, mlflow_template)).start()
    mixed().to_csv(tmp_path / "mixed.csv", index=False)
    avm.listings.ingest(tmp_path / "mixed.csv", actor=admin)
    avm.versions.train(quick_recipe(tmp_path), actor=admin)
    assert avm.versions.choices() == {"type": ["casa", "departamento"], "sector": ["East", "North", "South", "West"]}
    assert {"casa", "Casa", "CASA"} <= set(avm.listings.frame()["type"])
    home = mixed().drop(columns="price").iloc[0].to_dict() | {"type": "CASA", "sector": "EAST"}
    found = avm.value(home, actor=admin)
    assert {each["type"] for each in found.comparables} == {"casa"}
    assert {each["sector"] for each in found.comparables} <= {"East", "North", "South", "West"}
    avm.close()


def test_comparables_of_one_type_are_found_under_all_its_spellings() -> None:
    frame = mixed().assign(id=np.arange(300))
    index = ComparableIndex(frame, frame["price"].to_numpy(float))
    subject = parse_property(frame.drop(columns=["price", "id"]).iloc[0].to_dict())
    found = [index.find(subject.model_copy(update={"type": name}), 500.0) for name in ("casa", "CASA", "Casa.")]
    assert found[0] == found[1] == found[2]
    assert {each.type for each in found[0]} == {"casa"}


def test_one_spelling_is_the_most_frequent_and_leaves_frames_alone_that_have_one() -> None:
    frame = pd.DataFrame({"type": ["CASA", "casa", "casa", None], "sector": [98178.0, 98178.0, np.nan, 98001.0]})
    result = one_spelling(frame)
    assert result["type"].tolist()[:3] == ["casa"] * 3
    assert result["type"].isna().tolist() == [False, False, False, True]
    assert result["sector"].equals(frame["sector"])
    assert one_spelling(result).equals(result)


@pytest.mark.parametrize("column", ["type", "sector"])
def test_the_checks_name_what_is_taken_for_one(column: str) -> None:
    names = ["casa"] * 180 + ["Casa"] * 90 + ["CASA."] * 30
    frame = listings(300).assign(**{column: names})
    found = [each for each in check(frame) if each.check == f"{column}_spelling"]
    assert len(found) == 120
    assert {each.suggestion for each in found} == {"casa"}
    assert set(one_spelling(frame)[column]) == {each.suggestion for each in found}


def test_a_home_is_known_again_under_another_spelling() -> None:
    frame = listings(50)
    seen, shouted = home_hashes(frame), frame.assign(sector=frame["sector"].str.upper())
    assert was_seen(shouted, seen).all()
    assert not was_seen(frame.assign(n_rooms=99.0), seen).any()


# The names themselves


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ñuñoa", DECOMPOSED),
        ("Las Condes", "las  condes."),
        ("Las Condes", "LAS\u00a0CONDES"),
        ("Peñalolén", "PENALOLEN"),
        ("O'Higgins", "O’Higgins"),
        ("Straße", "STRASSE"),
        ("Córdoba", "Co\u0301rdoba\u200d"),
    ],
)
def test_spellings_of_one_name_fold_to_one(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("Sector 1.2", "Sector 12"), ("か", "が"), ("कि", "का"), ("?", "!")])
def test_different_names_stay_different(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_a_cleaned_name_is_composed_and_has_nothing_invisible() -> None:
    assert cleaned(f"\ufeff {DECOMPOSED}\u200b \u00ad x\ufe0f") == "Ñuñoa x"


def test_the_exact_spelling_comes_before_the_most_frequent() -> None:
    known = KnownNames({"Ñuñoa": 300, "NUNOA": 3, "Maipú": 200})
    assert [known.meant(name) for name in ("NUNOA", "nunoa", "maipu", "Nowhere")] == [
        "NUNOA",
        "Ñuñoa",
        "Maipú",
        "Nowhere",
    ]
    assert "maipu" in known
    assert "Nowhere" not in known


def test_a_word_for_a_type_stands_for_the_one_that_is_known_and_never_chooses_between_two() -> None:
    assert KnownNames({"Flat": 5, "House": 3}, TYPE_WORDS).meant("Depto.") == "Flat"
    assert KnownNames({"house": 3}, TYPE_WORDS).meant("Depto.") == "Depto."
    assert KnownNames({"flat": 5, "apartment": 3}, TYPE_WORDS).meant("Depto.") == "Depto."


def test_a_home_without_zeros_has_none() -> None:
    assert Property.model_validate(HOME).zeros == ()


@pytest.mark.parametrize(
    ("names", "written", "meant"),
    [
        ({"loft": 3}, "Lofts", "loft"),
        ({"Terrenos": 3}, "terreno", "Terrenos"),
        ({"local": 2}, "Locales", "local"),
        ({"Las Condes": 9}, "Las Conde", "Las Condes"),
        ({"box": 1}, "boxs", "boxs"),
        ({"lot": 5, "lots": 1}, "Lots.", "lots"),
    ],
)
def test_singular_and_plural_of_a_known_name_are_one(names: dict[str, int], written: str, meant: str) -> None:
    assert KnownNames(names).meant(written) == meant


def test_types_that_mean_the_same_are_trained_as_one() -> None:
    types = ["departamento"] * 3 + ["Depto."] + ["apartments"] + ["casa", "Casas", "casa"] + ["loft"]
    told = one_spelling(pd.DataFrame({"type": types}))["type"].tolist()
    assert told == ["departamento"] * 5 + ["casa"] * 3 + ["loft"]
