"""The watch: its report, its alerts, overrides and failures, on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from pricing_core import AVM, Actor, parse_property
from pricing_core.errors import AccessError, InputError, NoChampionError, NotFoundError, StorageError, SubjectError
from pricing_core.monitoring.alerts import RULES
from pricing_core.nouns.monitoring import Outcome
from pricing_core.store import Store, utcnow
from tests.conftest import TrainedHome, make_settings
from tests.monitoring.watching import add_champion, logged, priced, usual, watch_over

ANA = Actor("ana", "agent", "dashboard")
BEN = Actor("ben", "agent", "dashboard")
ANALYST = Actor("eva", "analyst", "dashboard")


# The report


def test_an_empty_log_gives_an_empty_report_and_no_alert(store: Store) -> None:
    report = watch_over(store).watched()
    assert (report.single, report.bulk, report.milliseconds, report.by_day) == (0, 0, {}, [])
    assert report.low_share is None
    assert report.live.overall is None
    assert report.drift.missing == "no_champion"
    assert report.alerts == []


def test_the_report_counts_by_day_grade_and_time_taken(store: Store) -> None:
    add_champion(store)
    rows = logged(usual(6))
    grades = ("low", "high", "high", "medium", "high", "low")
    changed = [
        {"created_at": utcnow() - timedelta(days=place // 3), "confidence": grade, "milliseconds": 10.0 * place}
        for place, grade in enumerate(grades)
    ]
    store.predictions.add([type(row)(**(vars(row) | change)) for row, change in zip(rows, changed, strict=True)])
    report = watch_over(store).report()
    assert [(day["single"], day["low"]) for day in report.by_day] == [(3, 1), (3, 1)]
    assert report.by_day[-1]["day"] == utcnow().date()
    assert report.confidence == {"high": 3, "medium": 1, "low": 2}
    assert report.low_share == pytest.approx(1 / 3)
    assert report.milliseconds["p50"] == 25
    assert [day["count"] for day in report.values_by_day] == [3, 3]


def test_what_is_older_than_the_window_is_left_out(store: Store) -> None:
    store.predictions.add(logged(usual(3), created_at=utcnow() - timedelta(days=8)))
    watch = watch_over(store)
    assert watch.report(7).single == 0
    assert watch.report(9).single == 3


@pytest.mark.parametrize("days", [0, -1, 367])
def test_an_impossible_window_is_refused(store: Store, days: int) -> None:
    with pytest.raises(InputError, match="1 to 366"):
        watch_over(store).report(days)


def test_sectors_that_the_champion_has_never_seen_are_named(store: Store) -> None:
    add_champion(store)
    store.predictions.add(logged(usual(3).assign(sector=["Moon", "Moon", "North"])))
    report = watch_over(store).report()
    assert report.unknown_sectors == [{"sector": "Moon", "count": 2}]
    assert report.unknown_share == pytest.approx(2 / 3)


def test_a_version_from_before_references_says_so(store: Store) -> None:
    add_champion(store, with_reference=False)
    store.predictions.add(logged(usual(150)))
    drift = watch_over(store).drift()
    assert (drift.missing, drift.version, drift.rows) == ("no_reference", 1, [])


def test_a_home_asked_for_many_times_counts_once(store: Store) -> None:
    add_champion(store)
    homes = usual(120)
    store.predictions.add([*logged(homes), *(row for _ in range(20) for row in logged(homes.head(1)))])
    drift = watch_over(store).drift()
    assert drift.homes == 120
    assert {row.verdict for row in drift.rows} == {"same"}


def test_a_file_valued_in_bulk_neither_hides_a_drift_nor_makes_one(store: Store) -> None:
    add_champion(store)
    odd = usual(150).assign(net_usable_area=900.0)
    store.predictions.add(logged(usual(1_000, seed=9), bulk=True, milliseconds=0.01, confidence="low"))
    store.predictions.add(logged(odd, milliseconds=80.0))
    found = {row.feature: row.verdict for row in watch_over(store).drift().rows}
    assert found["net_usable_area"] == "strong"
    report = watch_over(store).report()
    assert (report.milliseconds["p50"], report.low_share, report.bulk) == (80, 0, 1_000)


def test_bulk_is_watched_where_the_settings_say_so(store: Store) -> None:
    add_champion(store)
    store.predictions.add(logged(usual(200).assign(net_usable_area=900.0), bulk=True, confidence="low"))
    assert watch_over(store).report().drift.homes == 0
    report = watch_over(store, WATCH_BULK=True).report()
    assert (report.drift.homes, report.low_share) == (200, 1)


def test_ten_odd_rows_raise_no_alert(store: Store) -> None:
    add_champion(store)
    odd = usual(10).assign(sector="Moon", net_usable_area=9_999.0)
    store.predictions.add(logged(odd, confidence="low", milliseconds=60_000.0))
    watch = watch_over(store)
    watch.note_failures("api", "failed", 10)
    assert watch.evaluate_alerts() == []


# Alerts


def test_an_alert_opens_once_is_refreshed_and_is_resolved_once(store: Store) -> None:
    add_champion(store)
    store.predictions.add(logged(usual(150), confidence="low"))
    watch = watch_over(store)
    first = watch.evaluate_alerts()
    again = watch.evaluate_alerts()
    assert [alert.rule for alert in first] == [alert.rule for alert in again] == ["low_confidence"]
    assert again[0].first_seen == first[0].first_seen
    assert again[0].last_seen > first[0].last_seen
    store.predictions.add(logged(usual(400)))
    assert watch.evaluate_alerts() == []
    assert watch.evaluate_alerts() == []
    over = watch.alerts(resolved=True)
    assert [(alert.rule, alert.active) for alert in over] == [("low_confidence", False)]


def test_an_alert_that_comes_back_is_a_new_one(store: Store) -> None:
    limit = {"sentence": "s", "value": 1.0, "limit": 0.5, "detail": {}}
    for broken in ({"errors": limit}, {}, {"errors": limit}):
        store.alerts.record(broken, {})
    assert [alert.active for alert in watch_over(store).alerts(resolved=True)] == [True, False]


def test_two_processes_that_look_at_once_open_one_alert(store: Store) -> None:
    content = {"sentence": "s", "value": 1.0, "limit": 0.5, "detail": {}}
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: store.alerts.record({"errors": content}, {("a", "b"): 1.0}), range(8)))
    assert len(store.alerts.open()) == 1
    assert store.alerts.measures() == {("a", "b"): 1.0}


def test_each_rule_says_its_numbers_in_a_sentence(store: Store) -> None:
    add_champion(store)
    homes = usual(200).assign(sector="Moon", net_usable_area=900.0)
    rows = logged(homes, confidence="low", milliseconds=900.0)
    store.predictions.add(rows)
    prices = [Outcome(row.id, priced(row.value, 1.0), "listed", None) for row in rows[:60]]
    store.outcomes.add(prices, file_name="f", added_by="eva")
    watch = watch_over(store)
    watch.note_failures("api", "refused", 30)
    watch.note_failures("api", "failed", 20)
    said = {alert.rule: str(alert.sentence) for alert in watch.evaluate_alerts()}
    assert set(said) == set(RULES)
    assert said["low_confidence"] == (
        "100 % of the 200 valuations of the last 30 days were low in confidence; the limit is 30 %."
    )
    assert "20 % of the 250 homes asked for" in said["errors"]
    assert "30 were refused, 20 failed" in said["errors"]
    assert "off by more than 100 %; the limit is 20 %" in said["live_mdape"]
    assert "0 % of the 60 prices" in said["coverage_90"]
    assert "usable area (PSI" in said["drift"]
    assert "longer than 900 ms" in said["latency"]


def test_a_limit_of_zero_turns_a_rule_off(store: Store) -> None:
    add_champion(store)
    store.predictions.add(logged(usual(200).assign(sector="Moon"), confidence="low", milliseconds=900.0))
    off = dict.fromkeys(
        ("ALERT_DRIFT_PSI", "ALERT_LOW_CONFIDENCE_SHARE", "ALERT_UNKNOWN_SECTOR_SHARE", "ALERT_LATENCY_P95_MS"), 0
    )
    assert watch_over(store, **off).evaluate_alerts() == []


def test_the_gauges_are_those_of_the_last_look(store: Store) -> None:
    add_champion(store)
    watch = watch_over(store)
    assert watch.gauges() == {("alert_active", rule): 0.0 for rule in RULES}
    store.predictions.add(logged(usual(150), confidence="low"))
    watch.evaluate_alerts()
    gauges = watch.gauges()
    assert gauges["alert_active", "low_confidence"] == 1
    assert gauges["low_confidence_share", ""] == 1
    assert gauges["drift_psi", "sector"] < 0.2


# Overrides


def test_the_newest_override_counts_and_the_log_stays_as_it_was(store: Store) -> None:
    row = logged(usual(1))[0]
    store.predictions.add([row])
    watch = watch_over(store)
    watch.override(row.id, row.value * 1.1, reason="  Renovated \n last year ", actor=ANA)
    kept = watch.override(row.id, row.value * 1.2, reason="A second look", actor=ANALYST)
    assert watch.overridden(row.id) == kept
    assert watch.report().overrides == [kept]
    assert (kept.model_value, kept.overridden_by, kept.sector) == (row.value, "eva", row.subject["sector"])
    assert store.predictions.get(row.id) == row


def test_an_agent_overrides_own_valuations_alone(store: Store) -> None:
    row = logged(usual(1))[0]
    store.predictions.add([row])
    with pytest.raises(AccessError, match="ben may override"):
        watch_over(store).override(row.id, row.value, reason="I know better", actor=BEN)
    assert watch_over(store).overridden(row.id) is None


@pytest.mark.parametrize(
    ("factor", "reason"),
    [(11, "why not"), (0, "why not"), (-1, "why not"), (float("nan"), "why"), (1.1, "  "), (1.1, "x" * 501)],
)
def test_an_override_that_cannot_be_meant_is_refused(store: Store, factor: float, reason: str) -> None:
    row = logged(usual(1))[0]
    store.predictions.add([row])
    with pytest.raises(InputError):
        watch_over(store).override(row.id, row.value * factor, reason=reason, actor=ANA)


def test_an_override_of_nothing_is_said(store: Store) -> None:
    with pytest.raises(NotFoundError, match="tasador log"):
        watch_over(store).override("nothing", 1, reason="because", actor=ANA)


# Failures


def test_failures_are_counted_by_kind_and_bulk_is_apart(store: Store) -> None:
    watch = watch_over(store)
    for _ in range(3):
        watch.note_failures("api", "refused", 1)
    watch.note_failures("cli", "failed", 2)
    watch.note_failures("api", "refused", 50, bulk=True)
    report = watch.report()
    assert (report.refused, report.failed) == (3, 2)
    assert store.usage.failures(utcnow()) == {"refused": 53, "failed": 2}


def test_a_failure_that_cannot_be_counted_breaks_no_request(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(store.usage, "add_failures", full)
    watch = watch_over(store)
    with pytest.raises(SubjectError, match="the point"), watch.noting_failures("api"):
        raise SubjectError("the point lies in the sea")


def test_a_refused_home_and_a_missing_champion_are_counted(avm: AVM) -> None:
    with pytest.raises(SubjectError):
        avm.value({"type": "casa"}, actor=ANA)
    home = {"type": "casa", "sector": "Maipú", "net_usable_area": 80}
    with pytest.raises(NoChampionError):
        avm.value(home, actor=ANA)
    with pytest.raises(NoChampionError):
        avm.value_many([parse_property(home)] * 3, actor=ANA)
    assert avm.store.usage.failures(utcnow()) == {"refused": 1, "failed": 4}
    assert avm.monitoring.report().failed == 1


# With a real champion


def test_a_trained_champion_has_a_reference_and_its_own_listings_do_not_drift(trained_home: TrainedHome) -> None:
    version = next(item for item in trained_home.avm.versions.all() if item.is_champion)
    assert set(version.manifest["reference"]) == {"numbers", "categories"}
    assert version.manifest["reference"]["numbers"]["value"]["rows"] == version.manifest["rows"]


def test_one_home_is_single_and_a_file_is_bulk(trained_home: TrainedHome) -> None:
    avm = trained_home.avm
    one = avm.value({"type": "casa", "sector": "Maipú", "net_usable_area": 90}, actor=ANA)
    many = avm.value_many([one.subject], actor=ANA)[0]
    assert not isinstance(many, SubjectError)
    single, bulk = avm.log.get(one.log_id), avm.log.get(many.log_id)
    assert (single.bulk, bulk.bulk) == (False, True)
    assert single.confidence == one.confidence
    with pytest.raises(NotFoundError, match="tasador log"):
        avm.log.get("nothing")


def test_new_listings_are_held_against_the_training_rows(
    trained_home: TrainedHome, tmp_path: Path, mlflow_template: Path, sample_files: tuple[Path, Path]
) -> None:
    avm = AVM(make_settings(tmp_path, mlflow_template)).start()
    champion = next(version for version in trained_home.avm.versions.all() if version.is_champion)
    avm.store.versions.add(champion)
    avm.store.versions.promote(champion.version, promoted_by="ana", reason="first")
    assert avm.monitoring.listing_drift().homes == 0
    avm.listings.ingest(sample_files[0], actor=trained_home.admin)
    same = avm.monitoring.listing_drift()
    odd = tmp_path / "odd.csv"
    usual(300).assign(net_area=5_000).to_csv(odd, index=False)
    avm.listings.ingest(odd, replace=True, actor=trained_home.admin)
    found = {row.feature: row.verdict for row in avm.monitoring.listing_drift().rows}
    avm.close()
    assert {row.verdict for row in same.rows} == {"same"}
    assert found["net_area"] == "strong"
    assert "value" not in found
