"""From a file with declared columns to a logged value and back, and champions that know of none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from pricing_core import AVM, Actor, InputError, Json, SubjectError, load_settings
from pricing_core.nouns.schema import FEATURES
from pricing_core.processes.backup import restore_backup, write_backup
from pricing_core.training.recipes import load_recipe, parse_recipe
from tests.conftest import TrainedHome, copy_of
from tests.declared import COLUMNS

HOME = {"type": "casa", "sector": "North", "net_usable_area": 80, "latitude": -33.4, "longitude": -70.6}


@pytest.fixture
def home(declared_home: Path, tmp_path: Path) -> Iterator[AVM]:
    avm = AVM(copy_of(declared_home, tmp_path / "home")).start()
    yield avm
    avm.close()


def test_what_is_declared_moves_the_value_and_is_logged_and_explained(home: AVM, admin: Actor) -> None:
    plain = home.value(HOME, actor=admin)
    new = home.value(HOME | {"year_built": "2015", "pool": "sí"}, actor=admin)
    old = home.value(HOME | {"year_built": 1935, "pool": False}, actor=admin)
    assert old.value < plain.value < new.value
    logged = home.log.get(new.log_id)
    assert {name: logged.subject[name] for name in ("year_built", "pool")} == {"year_built": 2015, "pool": True}
    assert {"year_built", "pool"} <= {driver["feature"] for driver in new.drivers}
    assert "Not given, so the usual was taken: parking places, to centre and view." in map(str, new.notes)
    assert home.log.explain_change(new.log_id).replayed_value == new.value


def test_comparables_show_what_is_declared_and_are_adjusted_by_it(home: AVM, admin: Actor) -> None:
    found = home.value(HOME | {"year_built": 2015, "pool": True}, actor=admin)
    listings = home.listings.frame().set_index("id")
    for each in found.comparables:
        listing = listings.loc[each["listing_id"]]
        assert {"pool": each["declared"]["pool"], "view": each["declared"]["view"]} == {
            "pool": bool(listing["pool"]),
            "view": listing["view"],
        }
        assert each["declared"]["sold_on"] == f"{listing['sold_on']:%Y-%m-%d}"
        own = home.value(subject_of(each), actor=admin)
        price = each["price_on_day"] or each["price"]
        assert each["adjusted_value"] == pytest.approx(price * found.value / own.value, rel=0.01)
    assert home.log.get(found.log_id).detail["comparables"][0]["declared"] == found.comparables[0]["declared"]


def subject_of(comparable: Json) -> Json:
    """The home that a comparable is, as it is asked about."""
    return {name: comparable[name] for name in FEATURES} | comparable["declared"]


def test_the_effect_of_correcting_what_the_champion_uses_is_previewed(home: AVM, admin: Actor) -> None:
    ids = home.listings.frame()["id"].head(40).tolist()
    dated = home.versions.preview_review(ids, "correct", {"sold_on": "2024-01-01"}, actor=admin)
    assert dated.before != dated.after  # the day of a price tells the level of its market
    moved = home.versions.preview_review(ids, "correct", {"year_built": 1850}, actor=admin)
    assert moved.before != moved.after


def test_what_no_model_uses_is_logged_and_said(home: AVM, admin: Actor) -> None:
    plain, sold = home.value(HOME, actor=admin), home.value(HOME | {"sold_on": "31-03-2024"}, actor=admin)
    assert sold.value == plain.value
    assert home.log.get(sold.log_id).subject["sold_on"] == "2024-03-31"
    assert "The model does not use what was given as sold on." in map(str, sold.notes)


def test_what_cannot_be_is_refused(home: AVM, admin: Actor) -> None:
    with pytest.raises(SubjectError, match="year_built must be a year of four digits"):
        home.value(HOME | {"year_built": "soon"}, actor=admin)


def test_a_file_is_valued_with_what_it_declares(home: AVM, tmp_path: Path, admin: Actor) -> None:
    rows: list[Json] = [{"Year built": 2015, "piscina": "no"}, {"Year built": 1, "piscina": "no"}]
    homes = pd.DataFrame([HOME | row for row in rows]).assign(net_area=None, n_rooms=None, n_bathroom=None)
    homes.to_csv(tmp_path / "in.csv", index=False)
    home.value_file(tmp_path / "in.csv", tmp_path / "out.csv", actor=admin)
    out = pd.read_csv(tmp_path / "out.csv")
    assert out["value"].tolist()[0] == home.value(HOME | {"year_built": 2015, "pool": False}, actor=admin).value
    assert out["value"].tolist()[1] == home.value(HOME | {"pool": False}, actor=admin).value
    assert out["pool"].tolist() == [False, False]
    assert "year_built '1' was left empty" in out["notes"].tolist()[1]


def test_a_correction_reaches_training_and_its_snapshot(home: AVM, admin: Actor) -> None:
    key = int(home.listings.frame()["id"].iloc[1])
    home.reviews.settle(
        [key],
        "correct",
        reason="from the deed",
        corrections={"year_built": 1999, "sold_on": "01-02-2025", "pool": "no", "view": "sea"},
        actor=admin,
    )
    row = home.listings.as_reviewed().set_index("id").loc[key]
    assert (row["year_built"], row["view"], bool(row["pool"])) == (1999, "sea", False)
    assert row["sold_on"] == pd.Timestamp("2025-02-01")
    with pytest.raises(InputError, match="year_built"):
        home.reviews.settle([key], "correct", reason="typo", corrections={"year_built": 9}, actor=admin)
    version = home.versions.snapshot(actor=admin)
    kept = home.data.rows(version.fingerprint).set_index("id").loc[key]
    assert (kept["year_built"], kept["sold_on"]) == (1999, pd.Timestamp("2025-02-01"))
    assert home.data.diff("v1", version.fingerprint)["columns"]["year_built"] == 1


def test_a_champion_outlives_the_columns_that_it_was_trained_with(home: AVM, admin: Actor) -> None:
    plain, described = home.value(HOME, actor=admin), home.value(HOME | {"pool": True}, actor=admin)
    folder = home.settings.DATA_DIR
    other = shutil.copyfile(folder / "columns.yaml", folder / "fewer.yaml")
    other.write_text("columns: [{name: year_built, role: year}]", encoding="utf-8")
    again = AVM(home.settings.model_copy(update={"COLUMNS_FILE": other})).start()
    assert again.value(HOME, actor=admin).value == plain.value
    assert again.log.explain_change(described.log_id).replayed_value == described.value
    with pytest.raises(SubjectError, match="pool is not a column"):
        again.value(HOME | {"pool": True}, actor=admin)
    assert "pool" not in again.listings.as_reviewed()
    again.close()


def test_a_champion_of_the_core_ignores_what_is_declared_later(
    trained_home: TrainedHome, tmp_path: Path, admin: Actor
) -> None:
    settings = copy_of(trained_home, tmp_path / "home")
    subject: Json = {"type": "departamento", "sector": "Ñuñoa", "net_usable_area": 70}
    before = trained_home.avm.value(subject, actor=admin)
    (settings.DATA_DIR / "columns.yaml").write_text(COLUMNS, encoding="utf-8")
    avm = AVM(settings).start()
    after = avm.value(subject | {"year_built": 2015}, actor=admin)
    assert after.value == before.value
    assert avm.versions.declared_in_use() == {}
    assert avm.listings.frame()["year_built"].isna().all()
    assert avm.versions.model_info()["declared"] == {}
    avm.close()


def test_a_recipe_names_declared_columns_together_or_one_by_one(home: AVM, declared_home: Path) -> None:
    columns = home.settings.columns
    whole = load_recipe(str(declared_home / "recipe.yaml"), columns)
    assert list(whole.declared) == ["year_built", "parking", "to_centre", "pool", "view"]
    assert parse_recipe(whole.to_dict(), "stored") == whole
    assert load_recipe("champion", columns).declared == whole.declared
    assert load_recipe("champion").declared == {}
    home.jobs.submit("train", actor=Actor("a", "admin", "library"), recipe=str(declared_home / "recipe.yaml"))


def test_settings_keep_their_declaration_in_a_backup(home: AVM, tmp_path: Path) -> None:
    write_backup(home, tmp_path / "home.zip", lambda *_: None)
    target = load_settings(DATA_DIR=tmp_path / "new" / "data", MODELS_DIR=tmp_path / "new" / "models", PRE_LOAD=False)
    restore_backup(tmp_path / "home.zip", target, replace=False, progress=lambda *_: None)
    assert target.columns == home.settings.columns
