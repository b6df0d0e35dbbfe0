"""The Listings page: filters, settling findings, several at once, taking it back."""

from __future__ import annotations

import re
from html import escape

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.listings.settling import REASONS
from dashboard.parts import text
from dashboard.parts.chosen_words import CHECK_WORDS
from pricing_core import AVM, Actor, Message, say, suggested_corrections
from tests.pages.conftest import Open, keys, shown

ANALYST = Actor("colleague", "analyst", "library")
REASON = "Called the owner"


def waiting(avm: AVM) -> pd.DataFrame:
    """The findings that wait, in the order of the queue."""
    found = avm.listings.findings()
    left = found[~found["settled"].astype(bool)]
    errors = left["listing_id"].isin(left.loc[left["severity"] == "error", "listing_id"])
    return left.assign(late=~errors).sort_values(["late", "listing_id"], kind="stable")


def first_in_queue(avm: AVM) -> int:
    return int(waiting(avm)["listing_id"].iloc[0])


def inspect(open_page: Open, listing_id: int, **options: str) -> AppTest:
    app = open_page("listings", **options)
    return app.number_input(key="listings_box").set_value(listing_id).run()


def decide(app: AppTest, listing_id: int, verdict: str = "exclude") -> AppTest:
    control(app, f"settle_verdict_{listing_id}").set_value(verdict).run()
    box = app.selectbox(key=f"settle_reason_{listing_id}_{verdict}")
    return box.set_value(REASONS[verdict][0]).run()


def control(app: AppTest, key: str):  # type: ignore[no-untyped-def]
    return next(element for element in app.get("button_group") if element.key == key)


# What is shown


def test_listings_are_counted_and_tabled(open_listed: Open, listed: AVM) -> None:
    app = open_listed("listings")
    count = text.number(len(listed.listings.frame()))
    assert f"<dd>{count} of {count}</dd>" in shown(app)
    assert len(app.dataframe[0].value) == 200


def test_the_filters_narrow_the_listings(open_listed: Open) -> None:
    app = open_listed("listings")
    app.multiselect(key="filter_type").set_value(["casa"]).run()
    assert set(app.dataframe[0].value["type"]) == {"casa"}
    app.number_input(key="filter_price_low").set_value(1e9).run()
    assert "No listing passes these filters" in shown(app)
    app.button(key="filters_clear").click().run()
    assert set(app.dataframe[0].value["type"]) > {"casa"}


def test_a_filter_keeps_the_listings_with_one_finding(open_listed: Open, listed: AVM) -> None:
    check = waiting(listed)["check"].iloc[0]
    app = open_listed("listings")
    app.multiselect(key="filter_check").set_value([check]).run()
    found = listed.listings.findings()
    assert set(app.dataframe[0].value["id"]) == set(found.loc[found["check"] == check, "listing_id"])


def test_a_part_of_the_map_is_named_by_the_address_and_left_again(open_listed: Open) -> None:
    app = open_listed("listings", area="-70.60,-33.60,-70.55,-33.40")
    app.query_params["area"] = "-70.60,-33.60,-70.55,-33.40"
    app.run()
    few = len(app.dataframe[0].value)
    app.button(key="area_clear").click().run()
    assert 0 < few < len(app.dataframe[0].value)


def with_estimates(listed: AVM, monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    ids, prices = listed.listings.frame()["id"], listed.listings.frame()["price"]
    found = pd.DataFrame({"listing_id": ids, "estimate": prices * share, "residual": 1.5})
    monkeypatch.setattr("pricing_core.listings.intake.Listings.estimates", lambda _self: found)


def test_each_measure_has_a_legend_with_its_unit(
    open_listed: Open, listed: AVM, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_estimates(listed, monkeypatch, 0.8)
    app = open_listed("listings")
    assert re.search(r"UF [\d.,]+/m²", shown(app))
    control(app, "map_measure").set_value("finding").run()
    assert "Error" in shown(app)
    control(app, "map_measure").set_value("residual").run()
    assert "robust standard deviations (SD): blue is cheap for what it is, red is dear" in shown(app)


def test_without_estimates_the_page_says_so_and_the_panel_has_a_dash(
    open_listed: Open, listed: AVM, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = pd.DataFrame({"listing_id": [], "estimate": [], "residual": []})
    monkeypatch.setattr("pricing_core.listings.intake.Listings.estimates", lambda _self: nothing)
    app = inspect(open_listed, first_in_queue(listed))
    assert "Too little is known of it" in shown(app)
    control(app, "map_measure").set_value("residual").run()
    assert (
        "There are no estimates yet, so nothing can be coloured: they need more listings, or a trained model."
        in shown(app)
    )


def test_the_price_stands_beside_the_estimate(open_listed: Open, listed: AVM, monkeypatch: pytest.MonkeyPatch) -> None:
    with_estimates(listed, monkeypatch, 0.8)
    words = shown(inspect(open_listed, first_in_queue(listed)))
    assert "<dd>+25.0 %</dd>" in words
    assert "+1.5 robust SD" in words


def test_the_address_opens_a_listing_with_its_findings(open_listed: Open, listed: AVM) -> None:
    finding = waiting(listed).iloc[0]
    app = inspect(open_listed, int(finding["listing_id"]))
    assert opened(app) == finding["listing_id"]
    words = shown(app)
    assert CHECK_WORDS[finding["check"]] in words
    assert "Estimate" in words


def test_an_address_of_no_listing_says_so(open_listed: Open) -> None:
    app = open_listed("listings")
    app.query_params["listing"] = "<script>"
    app.run()
    assert "There is no listing &lt;script&gt; in use" in shown(app)


def test_the_queue_says_what_is_left_and_opens_the_first(open_listed: Open, listed: AVM) -> None:
    app = open_listed("listings")
    assert f"Findings not reviewed: {len(waiting(listed))}" in shown(app)
    app.button(key="review_next").click().run()
    assert opened(app) == first_in_queue(listed)


def opened(app: AppTest) -> int:
    value = app.query_params["listing"]
    return int(value if isinstance(value, str) else value[0])


def test_listings_without_findings_are_a_calm_page(
    open_listed: Open, listed: AVM, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing = listed.listings.findings().head(0)
    monkeypatch.setattr("pricing_core.listings.intake.Listings.findings", lambda _self: nothing)
    app = open_listed("listings")
    assert "Nothing looks wrong" in shown(app)
    assert "review_next" not in keys(app, "button")


# Settling


def test_a_verdict_is_kept_and_the_next_listing_opens(open_listed: Open, listed: AVM) -> None:
    first = first_in_queue(listed)
    app = decide(inspect(open_listed, first), first)
    app.button(key="settle_go").click().run()
    (review,) = listed.reviews.history(first)
    assert (review.verdict, review.reviewed_by) == ("exclude", "page-admin")
    assert opened(app) == first_in_queue(listed) != first
    assert f"Listing {first} is excluded." in shown(app)


def test_without_a_reason_nothing_can_be_settled(open_listed: Open, listed: AVM) -> None:
    first = first_in_queue(listed)
    app = inspect(open_listed, first)
    control(app, f"settle_verdict_{first}").set_value("keep").run()
    assert app.button(key="settle_go").disabled


def test_what_was_just_settled_is_undone(open_listed: Open, listed: AVM) -> None:
    first = first_in_queue(listed)
    app = decide(inspect(open_listed, first), first)
    app.button(key="settle_go").click().run()
    app.button(key="review_undo_last").click().run()
    assert first_in_queue(listed) == first
    assert "Undone: these findings wait for a review again." in shown(app)


def test_an_earlier_verdict_is_shown_and_undone(open_listed: Open, listed: AVM) -> None:
    first = first_in_queue(listed)
    listed.reviews.settle([first], "keep", reason=REASON, actor=ANALYST)
    app = inspect(open_listed, first)
    words = shown(app)
    assert REASON in words
    assert "Kept as it is" in words
    app.button(key="review_undo").click().run()
    assert listed.reviews.in_force().empty


def test_all_with_the_same_finding_are_settled_after_a_question(open_listed: Open, listed: AVM) -> None:
    found = waiting(listed)
    check = found["check"].value_counts().index[0]
    ids = found.loc[found["check"] == check, "listing_id"].unique().tolist()
    app = decide(inspect(open_listed, ids[0]), ids[0])
    app.radio(key=f"settle_scope_{ids[0]}").set_value(check).run()
    app.button(key="settle_go").click().run()
    assert f"This excludes {len(ids)} listings from training. It can be undone." in shown(app)
    assert listed.reviews.in_force().empty
    app.button(key="settle_yes").click().run()
    assert set(listed.reviews.in_force()["listing_id"]) == set(ids)


def test_only_those_in_the_filter_are_settled_together(open_listed: Open, listed: AVM) -> None:
    found, houses = waiting(listed), listed.listings.frame().query("type == 'casa'")["id"]
    check = "coordinates_swapped"
    ids = found.loc[(found["check"] == check) & found["listing_id"].isin(houses), "listing_id"].tolist()
    assert len(ids) == 3
    app = open_listed("listings")
    app.multiselect(key="filter_type").set_value(["casa"]).run()
    app.number_input(key="listings_box").set_value(ids[0]).run()
    decide(app, ids[0], "keep")
    app.radio(key=f"settle_scope_{ids[0]}").set_value(check).run()
    app.button(key="settle_go").click().run()
    app.button(key="settle_yes").click().run()
    assert set(listed.reviews.in_force()["listing_id"]) == set(ids)


def test_a_correction_begins_with_what_is_suggested(open_listed: Open, listed: AVM) -> None:
    found = waiting(listed)
    places = found[[isinstance(value, dict) for value in found["suggestion"]]]
    key, suggestion = int(places["listing_id"].iloc[0]), places["suggestion"].iloc[0]
    app = decide(inspect(open_listed, key), key, "correct")
    assert app.number_input(key=f"settle_latitude_{key}").value == pytest.approx(suggestion["latitude"])
    app.number_input(key=f"settle_latitude_{key}").set_value(-33.5).run()
    app.button(key="settle_go").click().run()
    assert listed.reviews.history(key)[0].corrections["latitude"] == -33.5  # type: ignore[index]
    app.number_input(key="listings_box").set_value(key).run()
    assert "-33.50000" in shown(app)


def test_a_suggestion_is_taken_over_in_one_click_and_the_next_listing_opens(open_listed: Open, listed: AVM) -> None:
    listing_id, values = next(iter(suggested_corrections(waiting(listed)).items()))
    app = inspect(open_listed, listing_id)
    app.button(key="settle_suggested").click().run()
    line = listed.reviews.history(listing_id)[0]
    assert (line.verdict, line.corrections) == ("correct", values)
    assert line.reason.startswith("As suggested: ")
    assert f"Listing {listing_id} is corrected." in shown(app)
    app.button(key="review_undo_last").click().run()
    assert listing_id not in listed.reviews.in_force()["listing_id"].tolist()


def test_findings_speak_the_language_of_the_person(open_listed: Open, listed: AVM) -> None:
    first = waiting(listed).iloc[0]
    app = inspect(open_listed, int(first["listing_id"]))
    message = Message.from_text(first["message"])
    assert escape(say(message, "en")) in shown(app)
    app.session_state["language"] = "es"
    assert escape(say(message, "es")) in shown(app.run())


def test_someone_who_was_quicker_is_named_and_nothing_is_overwritten(open_listed: Open, listed: AVM) -> None:
    first = first_in_queue(listed)
    app = decide(inspect(open_listed, first), first)
    listed.reviews.settle([first], "keep", reason=REASON, actor=ANALYST)
    app.button(key="settle_go").click().run()
    assert "colleague kept listing" in shown(app)
    assert [review.verdict for review in listed.reviews.history(first)] == ["keep"]
    app.button(key="settle_go").click().run()
    assert [review.verdict for review in listed.reviews.history(first)] == ["exclude", "keep"]


def test_an_agent_sees_findings_but_settles_none(open_listed: Open, listed: AVM) -> None:
    first = first_in_queue(listed)
    app = inspect(open_listed, first, role="agent")
    assert "Analysts settle findings. Tell one of them what you know of this listing." in shown(app)
    assert not {"settle_go", "settle_preview", "review_undo"} & keys(app, "button")
