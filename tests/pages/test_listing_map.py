"""What the map of listings is made of: colours, squares, outlines, filters, the queue, neighbours."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from dashboard.listings import filtering, inspection, listing_map, listing_table, review_queue, settle_form
from dashboard.listings.filtering import Filters
from dashboard.listings.map_cells import Area, cell_data, cells
from dashboard.listings.nearby_listings import nearest
from dashboard.parts import cache, maps, measures
from dashboard.parts.outlines import outlines
from tests.factories import SECTORS
from tests.factories import listings as invented

LOOK = listing_map.Look("price", "light", "", "UF", "m²")
NOWHERE = pd.DataFrame({"latitude": [], "longitude": [], "listings": []})


def many(rows: int) -> pd.DataFrame:
    """Listings on a line to the south-west, each a little dearer; the last two wait for a review."""
    numbers = pd.Series(range(rows), dtype=float)
    late = (numbers >= rows - 2).astype(int)
    frame = pd.DataFrame(
        {
            "id": range(rows),
            "type": "casa",
            "sector": "A",
            "price": 1000.0 + numbers,
            "price_per_area": 10 + numbers,
            "net_usable_area": 50 + numbers,
            "net_area": 60 + numbers,
            "n_findings": late,
            "n_open": late,
            "status": 3 * late,
            "verdict": None,
            "estimate": 900.0,
            "residual": numbers / max(rows, 1) - 0.5,
            "latitude": -33 - numbers / rows,
            "longitude": -70 - numbers / rows,
        }
    )
    return frame.set_index("id", drop=False).rename_axis("listing")


def some_findings(*rows: tuple[int, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [(key, check, "error", None, "Odd.", None, False) for key, check in rows],
        columns=["listing_id", "check", "severity", "column", "message", "suggestion", "settled"],
    )


# Map and squares


def layers(spec: str) -> dict[str, dict[str, object]]:
    return {layer["id"]: layer for layer in json.loads(spec)["layers"]}


@pytest.mark.parametrize(
    ("rows", "layer", "words"),
    [(0, "listings", False), (500, "listings", True), (10_001, "listings", False), (100_001, "cells", True)],
)
def test_a_larger_map_carries_less_for_each_point(rows: int, layer: str, words: bool) -> None:
    spec = listing_map.listings_spec(many(rows), NOWHERE, [], LOOK)
    assert layer in layers(spec)
    assert ('"w":' in spec) is words
    assert len(spec) < 8_000_000
    assert maps.deck(spec, "dark").to_json() == spec


def test_listings_that_wait_for_a_review_are_drawn_above_all_others() -> None:
    drawn = layers(listing_map.listings_spec(many(50), NOWHERE, [], LOOK))
    assert list(drawn).index("flagged") > list(drawn).index("listings")
    assert [point["i"] for point in drawn["flagged"]["data"]] == [48, 49]  # type: ignore[attr-defined]


@pytest.mark.parametrize(("rows", "degrees", "metres"), [(4_000, 0.3, 45.0), (4_000, 0.01, 6.8), (40, 0.01, 45.0)])
def test_points_of_a_crowd_are_small_enough_not_to_hide_each_other(rows: int, degrees: float, metres: float) -> None:
    place = np.random.default_rng(1).uniform(0, degrees, (rows, 2))
    frame = many(rows).assign(latitude=-33 - place[:, 0], longitude=-70 - place[:, 1])
    spec = listing_map.listings_spec(frame, NOWHERE, [], LOOK)
    assert layers(spec)["listings"]["getRadius"] == pytest.approx(metres, rel=0.1)


def test_the_chosen_listing_is_marked_and_the_map_forgets_the_click() -> None:
    frame = many(50)
    spec = listing_map.listings_spec(frame, NOWHERE, [], LOOK)
    marked = layers(listing_map.with_mark(spec, frame.loc[7]))
    assert marked["chosen"]["data"] == [{"p": [-70.14, -33.14]}]
    assert {"listings-7", "flagged-7"} <= marked.keys()
    assert layers(listing_map.with_mark(spec, None))["chosen"]["data"] == []


def test_a_style_that_is_set_takes_the_place_of_our_own_ground() -> None:
    look = listing_map.Look("price", "dark", "https://tiles.example.com/style.json", "UF", "m²")
    spec = json.loads(listing_map.listings_spec(many(5), NOWHERE, [], look))
    assert spec["mapStyle"] == "https://tiles.example.com/style.json"
    assert json.loads(listing_map.listings_spec(many(5), NOWHERE, [], LOOK))["mapStyle"] == "app/static/map-light.json"


def test_squares_count_every_listing_once_and_open_with_those_around_them() -> None:
    frame = many(2_000)
    found, drawn = cells(frame, "price"), cell_data(frame, "price", "light", "UF/m²")
    held = [Area.parse(cell["a"]).holds(frame).sum() for cell in drawn]  # type: ignore[union-attr]
    assert found["count"].sum() == 2_000
    assert (np.array(held) >= found["count"]).all()
    assert max(held) < 200


def test_squares_take_the_median_or_the_share_of_what_waits() -> None:
    frame = many(4).assign(latitude=-33.0, longitude=-70.0)
    assert cells(frame, "price")["value"].tolist() == [11.5]
    assert cells(frame, "finding")["value"].tolist() == [0.5]


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "3,0,1,1", "-200,0,1,1", "nan,0,1,1"])
def test_an_address_that_names_no_area_opens_the_whole_map(text: str) -> None:
    assert Area.parse(text) is None


def test_an_area_survives_the_address() -> None:
    area = Area(-70.6, -33.5, -70.5, -33.4)
    assert Area.parse(str(area)) == area


def test_a_click_opens_a_listing_or_a_square() -> None:
    assert inspection.clicked({"objects": {"listings-3": [{"i": 7}]}})["i"] == 7
    assert inspection.clicked({"objects": {"cells": [{"a": "1,2,3,4"}]}})["a"] == "1,2,3,4"
    assert inspection.clicked({"objects": {}}) == {}
    assert inspection.row_ids({"rows": [1, 9]}, [4, 5]) == [5]


def test_wild_positions_do_not_shrink_the_city() -> None:
    city = many(300)
    wild = city.head(90).assign(latitude=0.0, longitude=0.0)
    whole, alone = maps.view_of(pd.concat([city, wild])), maps.view_of(city)
    assert abs(whole.zoom - alone.zoom) < 0.5
    assert abs(whole.latitude - alone.latitude) < 0.1


# Colours


def test_colours_run_from_the_first_to_the_last_stop_and_are_grey_where_nothing_is_known() -> None:
    numbers = pd.Series([0.0, 5.0, 10.0, 99.0, np.nan])
    found = measures.colours(numbers, (0.0, 10.0), ("#000000", "#ffffff"))
    assert found[:4] == [[0, 0, 0], [128, 128, 128], [255, 255, 255], [255, 255, 255]]
    assert found[4] not in found[:4]


def test_residuals_have_the_same_colours_in_every_filter() -> None:
    assert measures.limits(pd.Series([0.1, 0.2]), "residual") == measures.limits(pd.Series([-90.0]), "residual")
    assert measures.limits(pd.Series([np.nan]), "price") is None


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_each_state_of_a_finding_has_a_colour_of_its_own(mode: measures.Mode) -> None:
    frame = many(4).assign(status=[0, 1, 2, 3])
    assert len({tuple(colour) for colour in measures.point_colours(frame, "finding", mode)}) == 4


# Outlines


def middle_of(ring: list[list[float]]) -> tuple[float, float]:
    longitude, latitude = np.array(ring).mean(axis=0)
    return longitude, latitude


def test_each_sector_is_outlined_around_its_listings() -> None:
    frame = invented(2_000)
    rings = dict(outlines(frame))
    assert set(rings) == set(SECTORS)
    for name, group in frame.groupby("sector"):
        longitude, latitude = middle_of(rings[str(name)])
        assert abs(latitude - group["latitude"].median()) < 0.02
        assert abs(longitude - group["longitude"].median()) < 0.02
        assert rings[str(name)][0] == rings[str(name)][-1]


def test_a_listing_far_from_its_sector_does_not_move_the_outline() -> None:
    frame = invented(2_000)
    wild = frame.head(30).assign(latitude=0.0, longitude=0.0)
    moved = np.array(dict(outlines(pd.concat([frame, wild])))["North"])
    assert np.abs(moved.mean(axis=0) - middle_of(dict(outlines(frame))["North"])).max() < 0.01


def test_a_misspelt_sector_gets_no_ground_in_a_large_table() -> None:
    frame = invented(20_000)
    frame.loc[frame.index[frame["sector"] == "North"][:9], "sector"] = "NORTH"
    assert {name for name, _ in outlines(frame)} == set(SECTORS)


def test_without_enough_listings_there_is_no_outline() -> None:
    assert outlines(invented(5)) == []
    assert outlines(invented(50).assign(latitude=np.nan)) == []
    assert outlines(invented(400).assign(sector=None)) == []


# Filters, queue, table


def test_filters_without_a_choice_keep_everything() -> None:
    frame, nothing = many(5), some_findings()
    assert Filters().apply(frame, nothing) is frame
    assert len(Filters(types=("casa",), low=1002, high=1003).apply(frame, nothing)) == 2
    assert len(Filters(smallest=51, largest=53).apply(frame, nothing)) == 3
    assert Filters(waiting=True).apply(frame, nothing)["id"].tolist() == [3, 4]
    assert Filters(checks=("duplicate",)).apply(frame, some_findings((2, "duplicate")))["id"].tolist() == [2]
    assert not Filters().are_set


def test_a_listing_counts_once_for_each_finding_it_has() -> None:
    found = some_findings((1, "duplicate"), (1, "duplicate"), (2, "duplicate"), (2, "price_per_area"))
    assert filtering.counts(many(4), found)["check"] == {"duplicate": 2, "price_per_area": 1}
    assert filtering.counts(many(4), found)["type"] == {"casa": 4}


def test_errors_are_reviewed_before_warnings_and_the_queue_begins_anew() -> None:
    assert review_queue.waiting(many(5).assign(status=[2, 3, 0, 1, 3])) == [1, 4, 0]
    assert review_queue.following([1, 4, 0], 4) == 0
    assert review_queue.following([1, 4, 0], 0) == 1
    assert review_queue.following([1, 4, 0], 1, settled=(4, 0)) is None
    assert review_queue.following([1, 4, 0], 77) == 1


def test_the_table_begins_with_what_waits() -> None:
    assert listing_table.page_of(many(300), 1)["id"].tolist()[:3] == [298, 299, 0]
    assert len(listing_table.page_of(many(300), 2)) == 100


def test_only_open_findings_of_the_filter_are_shared() -> None:
    found = some_findings((1, "duplicate"), (2, "duplicate"), (3, "duplicate"), (1, "price_per_area"))
    found.loc[2, "settled"] = True
    assert settle_form.sharing("duplicate", found, many(9)) == [1, 2]
    assert settle_form.sharing("duplicate", found, many(2)) == [1]


# Corrections and neighbours


def test_corrected_values_take_the_place_of_the_old_ones() -> None:
    frame = many(4).assign(type=pd.Categorical(["casa"] * 4), sector=pd.Categorical(["A"] * 4))
    given = {"verdict": ["correct", "keep"], "corrections": [{"price": 510.0, "sector": "New"}, None]}
    after = cache.corrected(frame, pd.DataFrame(given, index=[1, 2]))
    assert (after.loc[1, "price"], after.loc[1, "sector"]) == (510.0, "New")
    assert after.loc[1, "price_per_area"] == 10.0
    assert after.loc[2, "price"] == frame.loc[2, "price"] == 1002.0


def test_neighbours_are_near_alike_and_not_excluded() -> None:
    frame = many(400)
    frame.loc[199, "verdict"] = "exclude"
    found = nearest(frame, frame.loc[200], 3)
    assert 199 not in found["id"].tolist()
    assert set(found["id"]) <= set(range(190, 211)) - {200}
    assert found["metres"].is_monotonic_increasing


def test_a_listing_without_position_has_no_neighbours() -> None:
    frame = many(20)
    frame.loc[3, "latitude"] = np.nan
    assert nearest(frame, frame.loc[3]).empty
    assert 3 not in nearest(frame, frame.loc[4])["id"].tolist()
