from __future__ import annotations

import pickle
import time

import numpy as np
import pandas as pd
import pytest

from pricing_core.errors import SubjectError
from pricing_core.listings.sample import generate, planted_errors
from pricing_core.model.confidence import Confidence, LearnedListings
from pricing_core.nouns.schema import FEATURES, LISTING_COLUMNS, Property

ROWS = 6_000
HOME = {
    "type": "casa",
    "sector": "Ñuñoa",
    "net_usable_area": 120.0,
    "net_area": 200.0,
    "n_rooms": 3.0,
    "n_bathroom": 2.0,
    "latitude": -33.455,
    "longitude": -70.6,
}


@pytest.fixture(scope="module")
def listings() -> pd.DataFrame:
    """With its planted errors: what is learned must bear them."""
    return generate(ROWS, 21).assign(error=planted_errors(ROWS, 21))


@pytest.fixture(scope="module")
def learned(listings: pd.DataFrame) -> LearnedListings:
    return LearnedListings.learn(listings[listings["is_train"]])


def home(**changes: object) -> Property:
    return Property(**HOME | changes)


def only_reason(confidence: Confidence) -> str:
    assert len(confidence.reasons) == 1, confidence.reasons
    return str(confidence.reasons[0])


def clean_subjects(listings: pd.DataFrame) -> list[Property]:
    clean = listings[~listings["is_train"] & (listings["error"] == "") & listings["sector"].notna()]
    rows = clean[list(FEATURES)].to_dict("records")
    return [Property(**{str(n): None if pd.isna(cell) else cell for n, cell in row.items()}) for row in rows]


def test_an_ordinary_home_deserves_high_confidence(learned: LearnedListings) -> None:
    assert learned.assess(home(), 0.5) == Confidence("high", [])


def test_clean_held_out_listings_raise_hardly_an_alarm(learned: LearnedListings, listings: pd.DataFrame) -> None:
    subjects = clean_subjects(listings)
    assert len(subjects) > 1_000
    alarms = 0
    for subject in subjects:
        learned.refuse(subject)
        alarms += any(not str(reason).startswith("Not given") for reason in learned.assess(subject).reasons)
    assert alarms < 0.05 * len(subjects)


def test_an_unknown_sector_is_said(learned: LearnedListings) -> None:
    found = learned.assess(home(sector="Atlantis"))
    assert found.grade == "medium"
    assert f"None of the {learned.rows:,} listings learned from is in the sector 'Atlantis'." in map(str, found.reasons)
    assert learned.assess(home(sector="Atlantis", latitude=None, longitude=None)).grade == "low"


@pytest.mark.parametrize("name", ["ÑUÑOA ", "nunoa"])
def test_a_sector_written_otherwise_is_recognised(learned: LearnedListings, name: str) -> None:
    assert only_reason(learned.assess(home(sector=name))).endswith("Did you mean Ñuñoa?")


def test_a_sector_with_a_slip_of_letters_is_asked_about(learned: LearnedListings) -> None:
    assert "Did you mean Ñuñoa?" in " ".join(map(str, learned.assess(home(sector="Ñuñoha")).reasons))
    for name in ("Atlantis", "8310", "Lo"):
        assert "Did you mean" not in " ".join(map(str, learned.assess(home(sector=name)).reasons))


def test_a_sector_of_very_few_listings_is_said(listings: pd.DataFrame) -> None:
    frame = listings.assign(sector=listings["sector"].where(listings.index > 1, "Hamlet"))
    assert "Only 2 of the" in str(LearnedListings.learn(frame).assess(home(sector="Hamlet")).reasons[0])


def test_a_type_never_seen_is_low_confidence(learned: LearnedListings) -> None:
    found = learned.assess(home(type="castle"))
    assert found.grade == "low"
    assert only_reason(found).endswith("is of the type 'castle'.")


def test_a_type_never_seen_in_its_sector_is_said(listings: pd.DataFrame) -> None:
    frame = listings[(listings["type"] != "casa") | (listings["sector"] != "Ñuñoa")]
    found = LearnedListings.learn(frame).assess(home())
    assert found.grade == "medium"
    assert only_reason(found).endswith("listings in Ñuñoa is of the type 'casa'.")


def test_a_point_far_from_every_listing_is_told_in_kilometres(learned: LearnedListings) -> None:
    found = learned.assess(home(sector="Puente Alto", latitude=-33.80, longitude=-70.57))
    assert found.grade == "low"
    assert "The nearest listing is 19.6 km away; within" in str(found.reasons[0])


def test_a_sector_and_coordinates_that_disagree_are_told_with_the_sector_nearby(learned: LearnedListings) -> None:
    found = learned.assess(home(latitude=-33.51, longitude=-70.758))
    assert found.grade == "low"
    assert "16.2 km from the middle of Ñuñoa" in only_reason(found)
    assert str(found.reasons[0]).endswith("while the nearest listings are in Maipú.")


@pytest.mark.parametrize(
    ("changes", "grade", "words"),
    [
        ({"net_area": 3_000.0}, "medium", "A total area of 3,000 m² is unusual: 99 % of the"),
        ({"net_area": 90_000.0}, "low", "A total area of 90,000 m² is unusual: 99 % of the"),
        ({"net_usable_area": 4.0}, "low", "A usable area of 4 m² is unusual: 99 % of the"),
        ({"n_rooms": 11.0}, "medium", "11 bedrooms is unusual: 99 % of the"),
        ({"n_bathroom": 80.0}, "low", "80 bathrooms is unusual: 99 % of the"),
    ],
)
def test_sizes_outside_what_was_seen_are_told(
    learned: LearnedListings, changes: dict[str, object], grade: str, words: str
) -> None:
    found = learned.assess(home(**changes))
    assert found.grade == grade
    assert only_reason(found).startswith(words)
    assert "listings of the type casa have" in str(found.reasons[0])


def test_areas_are_told_in_the_unit_of_the_installation(learned: LearnedListings) -> None:
    assert "3,000 ft²" in only_reason(learned.assess(home(net_area=3_000.0), area_unit="ft²"))


def test_a_usable_area_larger_than_the_total_counts_unless_listings_often_have_it(
    learned: LearnedListings, listings: pd.DataFrame
) -> None:
    found = learned.assess(home(net_usable_area=220.0))
    assert found.grade == "medium"
    assert "(220 m²) is larger than the total area (200 m²)" in only_reason(found)
    usual = LearnedListings.learn(listings.assign(net_usable_area=listings["net_area"] * 1.1))
    assert usual.assess(home(net_usable_area=220.0)).grade == "high"


def test_missing_inputs_are_named_and_three_of_them_make_it_low(learned: LearnedListings) -> None:
    found = learned.assess(home(net_area=None, longitude=None))
    assert (found.grade, only_reason(found)) == (
        "medium",
        "Not given, so filled by the model: total area and position.",
    )
    assert learned.assess(home(net_area=None, n_rooms=None, n_bathroom=None)).grade == "low"


def test_what_no_listing_states_is_not_missed(listings: pd.DataFrame) -> None:
    frame = listings.assign(n_bathroom=np.nan, latitude=np.nan, longitude=np.nan)
    learned = LearnedListings.learn(frame)
    assert learned.assess(home(n_bathroom=None, latitude=None)) == Confidence("high", [])
    learned.refuse(home(latitude=80.0))


def test_a_very_wide_range_is_told(learned: LearnedListings) -> None:
    assert learned.assess(home(), 0.95).grade == "medium"
    found = learned.assess(home(), 1.4)
    assert (found.grade, "140 %" in only_reason(found)) == ("low", True)
    assert learned.assess(home(), float("nan")).grade == "low"


def test_three_lesser_reasons_make_it_low(learned: LearnedListings) -> None:
    found = learned.assess(home(sector="Atlantis", net_area=3_000.0, n_rooms=None))
    assert (len(found.reasons), found.grade) == (3, "low")


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [
        (-70.6, -33.455, "Latitude and longitude look exchanged: did you mean -33.455, -70.6?"),
        (33.455, -70.6, "A minus sign looks lost or added: did you mean -33.455, -70.6?"),
        (33.455, 70.6, "A minus sign looks lost or added: did you mean -33.455, -70.6?"),
        (70.6, 33.455, "look exchanged and without a sign: did you mean -33.455, -70.6?"),
        (0.0, 0.0, "0, 0 is a point in the Atlantic"),
        (-33.45, -73.5, "lies 250 km from the nearest listing; at most 50 km can be valued. Check the coordinates"),
        (48.86, 2.35, "leave both out to be valued by the sector alone"),
    ],
)
def test_hopeless_points_are_refused_with_what_looks_wrong(
    learned: LearnedListings, latitude: float, longitude: float, words: str
) -> None:
    with pytest.raises(SubjectError) as refusal:
        learned.refuse(home(latitude=latitude, longitude=longitude))
    assert words in str(refusal.value)


def test_a_point_out_of_town_and_one_without_coordinates_are_not_refused(learned: LearnedListings) -> None:
    learned.refuse(home(latitude=-33.75))
    learned.refuse(home(latitude=None))


def test_a_second_city_far_away_is_supported_and_its_slips_are_not(listings: pd.DataFrame) -> None:
    there = listings.head(40).assign(sector="Antofagasta", latitude=-23.65, longitude=-70.4, error="")
    lone = listings.head(1).assign(sector="Isla de Pascua", latitude=-27.15, longitude=-109.43)
    learned = LearnedListings.learn(pd.concat([listings, there, lone], ignore_index=True))
    learned.refuse(home(sector="Antofagasta", latitude=-23.66, longitude=-70.41))
    learned.refuse(home(sector="Isla de Pascua", latitude=-27.15, longitude=-109.43))
    with pytest.raises(SubjectError, match="exchanged"):
        learned.refuse(home(latitude=-70.4, longitude=-23.65))


@pytest.mark.parametrize("rows", [0, 1, 2, 4])
def test_very_few_listings_are_enough_to_answer(listings: pd.DataFrame, rows: int) -> None:
    learned = LearnedListings.learn(listings.head(rows))
    assert learned.assess(home(), 0.5).grade in ("medium", "low")


def test_garbage_is_learned_from_without_an_error(listings: pd.DataFrame) -> None:
    garbage = listings.head(50)[list(LISTING_COLUMNS)].astype(object)
    garbage.loc[:, :] = "?"
    learned = LearnedListings.learn(pd.concat([listings.head(200).astype(object), garbage], ignore_index=True))
    assert "high" in [learned.assess(subject).grade for subject in clean_subjects(listings.head(200))]


def test_it_is_small_and_survives_pickling(learned: LearnedListings) -> None:
    content = pickle.dumps(learned)
    assert len(content) < 500_000
    again = pickle.loads(content)
    assert again.assess(home(latitude=-33.51), 0.9) == learned.assess(home(latitude=-33.51), 0.9)


def test_an_assessment_takes_a_fraction_of_a_millisecond(learned: LearnedListings) -> None:
    started = time.process_time()
    for _ in range(200):
        learned.refuse(home())
        learned.assess(home(), 0.5)
    assert (time.process_time() - started) / 200 < 0.003
