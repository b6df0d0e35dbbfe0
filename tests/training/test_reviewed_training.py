"""Training, comparables and previews use the listings as people have settled them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pricing_core import AVM, Actor, parse_property
from pricing_core.errors import AccessError, InputError, ListingsError, NotFoundError
from pricing_core.listings.as_reviewed import DecisionsInForce, as_reviewed
from pricing_core.training.recipes import load_recipe
from pricing_core.versions.registry import Registry
from tests.conftest import TrainedHome, make_settings
from tests.factories import listings, quick_recipe


@pytest.fixture
def small(tmp_path: Path, mlflow_template: Path, admin: Actor) -> Iterator[AVM]:
    """An installation with 120 listings, the first of them with a wild price and the last 20 for testing."""
    path = tmp_path / "small.csv"
    frame = listings(120).assign(is_train=[1] * 100 + [0] * 20)
    frame.loc[[0, 119], "price"] *= 100
    frame.to_csv(path, index=False)
    avm = AVM(make_settings(tmp_path, mlflow_template)).start()
    avm.listings.ingest(path, actor=admin)
    yield avm
    avm.close()


def train(avm: AVM, admin: Actor, *, force: bool = False):  # type: ignore[no-untyped-def]
    return avm.versions.train(quick_recipe(avm.settings.DATA_DIR), force=force, actor=admin)


def seen(avm: AVM, version: int) -> pd.DataFrame:
    return avm.data.rows(f"v{version}").set_index("id")


def test_errors_that_nobody_has_reviewed_are_left_out_of_train_and_test(small: AVM, admin: Actor) -> None:
    reviewed = small.listings.as_reviewed().set_index("id")
    wrong = set(reviewed.index[reviewed["left_out"] == "unreviewed error"])
    assert {1, 120} <= wrong
    result = train(small, admin)
    rows = seen(small, 1)
    assert wrong.isdisjoint(rows.index)
    assert result.train_rows + result.test_rows == len(rows) == 120 - len(wrong)
    assert f"{len(wrong)} with unreviewed errors" in str(result.message)
    assert small.versions.all()[0].manifest["rows_unreviewed_errors_left_out"] == len(wrong)


def test_a_setting_trains_on_errors_that_nobody_has_reviewed(small: AVM, admin: Actor) -> None:
    settings = small.settings.model_copy(update={"TRAIN_ON_UNREVIEWED_ERRORS": True})
    brave = AVM(settings).start()
    train(brave, admin)
    assert len(seen(brave, 1)) == 120
    brave.close()


def test_excluded_listings_are_out_corrected_ones_in_and_the_run_says_so(small: AVM, admin: Actor) -> None:
    small.reviews.settle([1, 7], "exclude", reason="not a home", actor=admin)
    small.reviews.settle([120], "correct", reason="a slip", corrections={"price": 150, "sector": "East"}, actor=admin)
    small.reviews.settle([3], "keep", reason="seen on site", actor=admin)
    train(small, admin)
    rows = seen(small, 1)
    assert {1, 7}.isdisjoint(rows.index)
    assert (rows.loc[120, "price"], rows.loc[120, "sector"], rows.loc[120, "is_train"]) == (150, "East", False)
    run = small.versions.runs().iloc[0]
    assert (run["params_rows_excluded"], run["params_rows_corrected"]) == ("2", "1")
    assert run["params_data_version"] == small.data.list()[0].fingerprint
    record = small.data.get("v1")
    assert (record.excluded, record.corrected, record.rows) == (2, 1, len(rows))


def test_only_reviews_that_change_rows_give_something_to_train(small: AVM, admin: Actor) -> None:
    assert train(small, admin).trained
    assert not train(small, admin).trained
    small.reviews.settle([3], "keep", reason="seen on site", actor=admin)
    assert not train(small, admin).trained
    small.reviews.settle([3], "exclude", reason="seen on site", actor=admin)
    assert train(small, admin).trained
    small.reviews.undo([3], actor=admin)
    again = train(small, admin)
    assert (again.trained, again.version) == (False, 1)


def test_keeping_a_listing_with_an_error_brings_it_into_training(small: AVM, admin: Actor) -> None:
    small.reviews.settle([1], "keep", reason="a castle", actor=admin)
    train(small, admin)
    assert 1 in seen(small, 1).index


def test_a_review_moves_no_other_listing_between_train_and_test(small: AVM, admin: Actor) -> None:
    shuffled = AVM(small.settings.model_copy(update={"SHUFFLE_RAW_DATA": True})).start()
    train(shuffled, admin)
    shuffled.reviews.settle([5], "exclude", reason="not a home", actor=admin)
    train(shuffled, admin)
    found = shuffled.data.diff("v1", "v2")
    assert (found["added"], found["removed"], found["changed"]) == (0, 1, 0)
    shuffled.close()


def test_too_few_listings_left_say_that_some_wait_for_a_review(small: AVM, admin: Actor) -> None:
    small.reviews.settle(range(1, 118), "exclude", reason="not a home", actor=admin)
    with pytest.raises(ListingsError, match="tasador review list"):
        train(small, admin)


def test_mlflow_knows_which_rows_a_run_was_trained_and_tested_on(small: AVM, admin: Actor) -> None:
    result = train(small, admin)
    registry = Registry(small.settings.tracking_uri, small.settings.artifact_root)
    inputs = registry._client.get_run(result.run_id).inputs.dataset_inputs
    assert {each.tags[0].value for each in inputs} == {"train", "test"}
    assert {each.dataset.digest for each in inputs} == {small.data.get("v1").fingerprint[:36]}


def test_rows_brought_back_give_the_same_model_to_the_last_digit(trained_home: TrainedHome) -> None:
    avm = trained_home.avm
    rows = avm.data.rows("v1")
    again = avm.data.refit("v1", load_recipe("champion"))
    np.testing.assert_array_equal(again.predict(rows), avm._predictor.champion().model.predict(rows))


def test_an_excluded_comparable_is_gone_at_once_and_a_corrected_one_comes_back_corrected(
    small: AVM, admin: Actor
) -> None:
    train(small, admin)
    champion = small._predictor.champion()
    home = listings(120).iloc[50]
    numbers = {"net_usable_area": 80, "net_area": 100, "n_rooms": 3, "n_bathroom": 2}
    subject = parse_property(home.drop("price").to_dict() | numbers)

    def found() -> dict[int, float]:
        return {c.listing_id: c.price for c in small._market.find(champion, subject, 300.0) or []}

    first, second = list(found())[:2]
    price = found()[second]
    small.reviews.settle([first], "exclude", reason="not a home", actor=admin)
    small.reviews.settle([second], "correct", reason="a slip", corrections={"price": price + 1}, actor=admin)
    assert {first, second}.isdisjoint(found())
    small._market._made = None
    assert first not in found()
    assert found()[second] == price + 1


def test_corrections_and_verdicts_are_laid_over_the_rows_in_use() -> None:
    frame = listings(4).assign(id=[2, 4, 6, 8])
    verdicts = pd.DataFrame(
        {
            "listing_id": [4, 6, 99],
            "verdict": ["correct", "exclude", "exclude"],
            "corrections": [{"sector": "Nowhere", "n_rooms": None, "price": 5.0}, None, None],
        }
    )
    result = as_reviewed(frame, DecisionsInForce(verdicts, np.array([2, 4, 99])))
    assert result["verdict"].tolist() == ["", "correct", "exclude", ""]
    assert result["left_out"].tolist() == ["unreviewed error", "", "excluded", ""]
    assert (result.loc[1, "sector"], result.loc[1, "price"]) == ("Nowhere", 5.0)
    assert np.isnan(result.loc[1, "n_rooms"])
    assert result["price"].dtype == frame["price"].dtype
    assert frame.loc[1, "sector"] != "Nowhere"


def test_a_preview_tells_what_wrong_prices_would_do_and_settles_nothing(small: AVM, admin: Actor) -> None:
    ids = small.listings.frame().query("sector == 'North'")["id"].head(12).tolist()
    found = small.versions.preview_review(ids, "correct", {"price": 9_000.0}, actor=admin)
    assert found.after["mae"] > found.before["mae"]  # type: ignore[operator]
    assert [item["sector"] for item in found.sectors] == ["North"]
    assert found.sectors[0]["after"] > found.sectors[0]["before"]
    assert 0 < found.held_out_rows <= 120 - 12
    assert small.reviews.newest() == []


def test_a_preview_of_what_is_left_out_already_changes_nothing(small: AVM, admin: Actor) -> None:
    found = small.versions.preview_review([1], actor=admin)
    assert found.before == found.after


def test_a_preview_refuses_what_could_not_be_settled(small: AVM, admin: Actor) -> None:
    with pytest.raises(NotFoundError, match="no listing 999"):
        small.versions.preview_review([999], actor=admin)
    with pytest.raises(InputError, match="price must be"):
        small.versions.preview_review([1], "correct", {"price": -4}, actor=admin)
    with pytest.raises(ListingsError, match="other listings"):
        small.versions.preview_review(range(1, 118), actor=admin)
    with pytest.raises(AccessError):
        small.versions.preview_review([1], actor=Actor("eva", "agent", "dashboard"))


def test_what_would_stand_joins_new_corrections_to_those_that_stand() -> None:
    verdicts = pd.DataFrame(
        {"listing_id": [4, 6], "verdict": ["correct", "exclude"], "corrections": [{"price": 5.0}, None]}
    )
    in_force = DecisionsInForce(verdicts, np.array([2]))
    corrected = in_force.with_decision([4, 2], "correct", {"n_rooms": 3.0}).verdicts.set_index("listing_id")
    assert corrected["corrections"].to_dict() == {6: None, 4: {"price": 5.0, "n_rooms": 3.0}, 2: {"n_rooms": 3.0}}
    kept = in_force.with_decision([4, 6], "keep", None)
    assert kept.verdicts["verdict"].tolist() == ["keep", "keep"]
    assert kept.digest() != in_force.digest()
    assert kept.digest() == in_force.with_decision([6], "keep", None).with_decision([4, 7], "keep", None).digest()
