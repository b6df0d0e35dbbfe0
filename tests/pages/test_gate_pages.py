"""The verdict on the Retrain page, and what the Model runs page shows of one run and of several."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.parts import text
from dashboard.parts.gate_verdict import sector_table
from dashboard.runs.compare import differing, metric_table
from dashboard.runs.overview import found, summary
from pricing_core import AVM, Actor, Message, Verdict, say
from tests.conftest import make_settings
from tests.pages.conftest import Open, in_spanish, keys, opener, shown


@pytest.fixture(scope="module")
def judged(
    tmp_path_factory: pytest.TempPathFactory,
    mlflow_template: Path,
    sample_files: tuple[Path, Path],
    quick: str,
    admin: Actor,
) -> Iterator[AVM]:
    """An installation whose version 2 was refused by the gate."""
    avm = AVM(make_settings(tmp_path_factory.mktemp("judged"), mlflow_template)).start()
    avm.listings.ingest(sample_files[0], test=sample_files[1], actor=admin)
    avm.versions.train("champion", actor=admin)
    assert avm.versions.train(quick, actor=admin).verdict.passed is False  # type: ignore[union-attr]
    yield avm
    avm.close()


@pytest.fixture
def open_judged(judged: AVM, monkeypatch: pytest.MonkeyPatch) -> Open:
    return opener(judged, monkeypatch)


def test_retrain_shows_both_side_by_side_with_every_check(open_judged: Open, judged: AVM) -> None:
    app = open_judged("retrain", role="analyst")
    verdict = judged.versions.verdict(2)
    assert verdict is not None
    words = shown(app)
    assert "Version 2 did not pass the gate" in words
    for check in verdict.checks:
        assert str(check.sentence) in words
    assert app.metric[0].value == text.percent(verdict.challenger["mdape"])
    assert text.percent(verdict.champion["mdape"]) in words  # type: ignore[index]
    assert "verdict_promote" not in keys(app, "button")
    assert "An admin may promote it." in words


def test_retrain_says_what_changed_since_the_champion(open_judged: Open) -> None:
    app = open_judged("retrain")
    assert "version 1 was made from the same listings and the same recipe" in shown(app)
    app.selectbox(key="retrain_recipe").set_value("revised").run()
    assert "The recipe is different (before: champion)." in shown(app)
    assert "The listings are those of version 1." in shown(app)


def test_the_checks_speak_spanish(open_judged: Open, judged: AVM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UI_LANGUAGE", "es")
    words = shown(open_judged("retrain"))
    assert say(judged.versions.verdict(2).checks[0].sentence, "es") in words  # type: ignore[union-attr]
    assert "Lo mejor que tenemos, sobre el logaritmo del precio" in words
    assert in_spanish("Challenger and champion") in [each.value for each in open_judged("retrain").subheader]


def test_a_refused_version_is_promoted_only_with_a_reason_and_so_is_the_way_back(
    open_judged: Open, judged: AVM
) -> None:
    app = open_judged("retrain")
    app.button(key="verdict_promote").click().run()
    assert "Give the reason to go against the gate: it is kept." in shown(app)
    app.text_input(key="verdict_reason").set_value("Looked at ten homes.")
    app.button(key="verdict_promote").click().run()
    assert "Version 2 (original) is the champion now" in shown(app)
    newest = judged.versions.ledger()[0]
    assert (str(newest.reason), bool(newest.overrode)) == ("Looked at ten homes.", True)
    app = open_judged("runs")
    app.button(key="runs_rollback").click().run()
    assert "Give a reason: it stays with the change." in shown(app)
    app.text_input(key="runs_reason").set_value("Values look too high.")
    app.button(key="runs_rollback").click().run()
    assert "Version 1 (champion) is the champion now" in shown(app)


def test_one_run_shows_its_verdict_studies_and_listings(open_judged: Open) -> None:
    app = open_judged("runs")
    words = shown(app)
    assert "Version 1 passed the gate" in words
    for part in ("On 1", "when a column is shuffled", "test listings with a position"):
        assert part in words
    assert "This run kept none: it had no test listings, or was trained by an earlier release." not in words
    assert "{unit}" not in words


def test_two_runs_are_compared_side_by_side(open_judged: Open) -> None:
    app = open_judged("runs")
    app.get("button_group")[0].set_value("compare").run()
    words = shown(app)
    assert "Parameters that differ" in words
    app.multiselect(key="compare_runs").set_value([]).run()
    assert "Choose at least two runs to see them side by side." in shown(app)


def test_the_table_is_searched_and_its_columns_chosen(open_judged: Open) -> None:
    app = open_judged("runs")
    app.text_input(key="runs_search").set_value("original refused").run()
    assert list(app.dataframe[0].value["recipe"]) == ["original"]
    app.text_input(key="runs_search").set_value("nothing like it").run()
    assert "No run fits that search." in shown(app)


def test_a_search_finds_rows_by_every_word(judged: AVM) -> None:
    table = summary(judged.versions.runs())
    assert list(found(table, "CHAMPION")["recipe"]) == ["champion"]
    assert len(found(table, "")) == 2
    assert set(table["seconds"].notna()) == {True}


def test_runs_differ_by_their_parameters_alone(judged: AVM) -> None:
    runs = judged.versions.runs()
    names = ["a", "b"]
    assert {"recipe", "model"} <= set(differing(runs, names)["name"])
    assert "dataset_fingerprint" not in set(differing(runs, names)["name"])
    assert "Seconds to train" in set(metric_table(runs, names, "UF")["name"])


def test_sectors_are_listed_the_most_worsened_first() -> None:
    def by(**errors: float) -> dict[str, Any]:
        return {"by_sector": {name: {"rows": 60, "mdape": error} for name, error in errors.items()}}

    verdict = Verdict(True, Message(""), [], 120, "held_out", 1, by(A=0.1, B=0.2), by(A=0.1, B=0.15))
    assert list(sector_table(verdict)["sector"]) == ["B", "A"]
    assert sector_table(verdict)["difference"].round(6).tolist() == [5, 0]


def test_a_stand_in_is_said_on_the_page_and_with_the_value(
    open_judged: Open, judged: AVM, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pricing_core.versions.status import Status

    found = {"champion": 2, "version": 1, "notice": Message(""), "problem": Message("")}
    monkeypatch.setattr(Status, "stand_in", lambda _self: found)
    assert "Version 2 is damaged or missing, so version 1 answers" in shown(open_judged("listings"))
