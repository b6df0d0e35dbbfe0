"""Challenger beside champion in a whole installation: which rows decide, who promotes, and what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pricing_core import AVM, Actor, ConflictError, Message, NotFoundError, TrainingResult
from pricing_core.versions.challenge import SEEN_FILE
from pricing_core.versions.registry import Registry
from tests.conftest import Once, TrainedHome, copy_of, make_settings, model_file
from tests.factories import listings, quick_recipe


def bring(avm: AVM, admin: Actor, folder: Path, train: pd.DataFrame, test: pd.DataFrame) -> None:
    for name, frame in (("train", train), ("test", test)):
        frame.to_csv(folder / f"{name}.csv", index=False)
    avm.listings.ingest(folder / "train.csv", test=folder / "test.csv", actor=admin, replace=True)


@pytest.fixture
def avm(once: Once, tmp_path: Path, mlflow_template: Path, admin: Actor) -> Iterator[AVM]:
    def with_listings(folder: Path) -> None:
        avm = AVM(make_settings(folder, mlflow_template)).start()
        bring(avm, admin, folder, listings(300, seed=1), listings(200, seed=2))
        avm.close()

    avm = AVM(copy_of(once("challenge", with_listings), tmp_path)).start()
    yield avm
    avm.close()


def train(avm: AVM, admin: Actor, folder: Path, trees: int = 40, **more: Any) -> TrainingResult:
    return avm.versions.train(quick_recipe(folder, trees), actor=admin, **more)


def failed(result: TrainingResult) -> list[str]:
    assert result.verdict is not None
    return [each.name for each in result.verdict.checks if not each.passed]


def test_the_first_version_is_champion_at_once_and_that_is_said(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    first = train(avm, admin, tmp_path)
    assert first.promoted
    assert "is the first and passed the sanity checks" in str(first.message)
    assert first.verdict is not None
    assert (first.verdict.how, first.verdict.champion_version) == ("alone", None)
    assert {each.name for each in first.verdict.checks} == {"finite", "area", "replay"}


def test_a_challenger_that_passed_waits_for_a_person_and_then_serves(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    train(avm, admin, tmp_path, trees=3)
    better = train(avm, admin, tmp_path, trees=60)
    assert failed(better) == []
    assert not better.promoted
    assert "until somebody promotes it" in str(better.message)
    assert avm.versions.promote(better.version, actor=admin, reason="It passed.").is_champion
    assert avm.versions.ledger()[0].overrode == []


def test_unseen_test_rows_decide_where_the_champion_never_saw_them(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    train(avm, admin, tmp_path)
    again = train(avm, admin, tmp_path, force=True)
    assert again.verdict is not None
    assert (again.verdict.how, again.verdict.rows, again.verdict.champion_version) == ("held_out", 200, 1)
    assert again.verdict.passed
    assert again.verdict.challenger["mdape"] == again.verdict.champion["mdape"]  # type: ignore[index]


def test_both_recipes_are_cross_validated_where_the_champion_saw_the_test_rows(
    avm: AVM, admin: Actor, tmp_path: Path
) -> None:
    train(avm, admin, tmp_path)
    bring(avm, admin, tmp_path, listings(200, seed=2), listings(300, seed=1))  # the other way round
    told: list[str] = []
    judged = train(avm, admin, tmp_path, trees=2, progress=lambda stage, _done: told.append(str(stage)))
    assert judged.verdict is not None
    assert (judged.verdict.how, judged.verdict.rows) == ("cross_validated", 500)
    assert "error" in failed(judged)
    assert {"Comparing on the same folds: the challenger", "Comparing on the same folds: the champion"} <= set(told)


def test_rows_that_either_was_fitted_on_are_left_out(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    train(avm, admin, tmp_path)
    mixed = pd.concat([listings(200, seed=2), listings(300, seed=1).head(60)])
    bring(avm, admin, tmp_path, listings(250, seed=3), mixed)
    verdict = train(avm, admin, tmp_path).verdict
    assert verdict is not None
    assert (verdict.how, verdict.rows) == ("held_out", 200)


def test_a_damaged_champion_is_compared_by_its_recipe(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    train(avm, admin, tmp_path)
    model_file(avm, 1).unlink()
    verdict = train(avm, admin, tmp_path, trees=50).verdict
    assert verdict is not None
    assert verdict.how == "cross_validated"


def test_what_is_passed_is_promoted_where_the_setting_says_so(
    tmp_path: Path, mlflow_template: Path, admin: Actor
) -> None:
    avm = AVM(make_settings(tmp_path, mlflow_template, AUTO_PROMOTE="when_passed")).start()
    bring(avm, admin, tmp_path, listings(300, seed=1), listings(200, seed=2))
    train(avm, admin, tmp_path, trees=3)
    better = train(avm, admin, tmp_path, trees=60)
    assert better.promoted
    assert avm.versions.all()[0].is_champion
    avm.close()


def test_a_challenger_does_not_replace_a_champion_that_it_was_not_compared_with(
    tmp_path: Path, mlflow_template: Path, admin: Actor
) -> None:
    avm = AVM(make_settings(tmp_path, mlflow_template, AUTO_PROMOTE="when_passed")).start()
    bring(avm, admin, tmp_path, listings(300, seed=1), listings(200, seed=2))
    train(avm, admin, tmp_path, trees=60)
    assert not train(avm, admin, tmp_path, trees=2).promoted

    def promote_another(stage: Message, _done: float) -> None:
        if str(stage) == "Registering the model":
            avm.versions.promote(2, actor=admin, override="in between")

    late = train(avm, admin, tmp_path, trees=61, progress=promote_another)
    assert not late.promoted
    assert "another version was promoted while it was being compared" in str(late.message)
    assert avm.store.versions.champion_number() == 2
    avm.close()


def test_a_guard_that_refuses_leaves_no_version_behind(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    def refuse(_connection: object) -> None:
        raise ConflictError("The job is no longer this worker's.")

    with pytest.raises(ConflictError, match="no longer"):
        train(avm, admin, tmp_path, guard=refuse)
    assert avm.versions.all() == []
    assert train(avm, admin, tmp_path).promoted


def test_a_cancelled_comparison_leaves_no_version_behind(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    train(avm, admin, tmp_path)

    def cancel(stage: Message, _done: float) -> None:
        if str(stage).startswith("Trying the challenger"):
            raise ConflictError("Cancelled.")

    with pytest.raises(ConflictError, match=r"Cancelled\."):
        train(avm, admin, tmp_path, trees=50, progress=cancel)
    assert len(avm.versions.all()) == 1


def test_a_run_keeps_its_studies(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    result = train(avm, admin, tmp_path)
    found = {
        name: avm.versions.document(result.run_id, f"{name}.json")
        for name in ("verdict", "calibration", "residuals", "importance", "recipe")
    }
    assert all(found.values())
    assert found["verdict"] == result.verdict.to_dict()  # type: ignore[union-attr]
    assert set(found["calibration"]["groups"]["all"]["coverage"]) == {"50", "80", "90"}  # type: ignore[index]
    assert len(found["residuals"]["points"]) == 200  # type: ignore[index]
    assert found["importance"]["columns"][0]["name"] in ("net_usable_area", "position")  # type: ignore[index]
    assert found["importance"]["columns"][0]["loss"] > 0.02  # type: ignore[index]
    assert result.metrics["training_seconds"] > 0
    with pytest.raises(NotFoundError, match="no document"):
        avm.versions.document(result.run_id, "../secret")


def test_what_changed_since_the_champion_is_told(avm: AVM, admin: Actor, tmp_path: Path) -> None:
    before = avm.versions.changed("champion")
    assert (before.champion, before.listed_then, before.listed_now) == (None, None, 500)
    train(avm, admin, tmp_path)
    same = avm.versions.changed(quick_recipe(tmp_path, 40))
    assert (same.listings_changed, same.recipe_changed, same.same_version) == (False, False, 1)
    bring(avm, admin, tmp_path, listings(350, seed=1), listings(200, seed=2))
    now = avm.versions.changed("champion")
    assert (now.listings_changed, now.recipe_changed, now.same_version) == (True, True, None)
    assert (now.listed_then, now.listed_now) == (500, 550)


def test_a_run_without_a_record_of_its_rows_counts_as_having_seen_all(
    avm: AVM, admin: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(avm, admin, tmp_path)
    read = Registry.file
    monkeypatch.setattr(Registry, "file", lambda self, run, name: None if name == SEEN_FILE else read(self, run, name))
    verdict = train(avm, admin, tmp_path, force=True).verdict
    assert verdict is not None
    assert verdict.how == "cross_validated"


def test_the_session_home_has_a_verdict(trained_home: TrainedHome) -> None:
    verdict = trained_home.avm.versions.verdict(1)
    assert verdict is not None
    assert verdict.passed
