"""The ledger of verdicts on listings, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pandas as pd
import pytest

from pricing_core.errors import AccessError, ConflictError, InputError, NotFoundError, PricingError
from pricing_core.listings.decisions import Reviews, parse_decision
from pricing_core.listings.inspections import Inspections
from pricing_core.nouns import Actor, Rejection, Review
from pricing_core.settings import load_settings
from pricing_core.store import Store
from tests.factories import listings

ANA = Actor("ana", "analyst", "dashboard")
BEN = Actor("ben", "analyst", "cli")


class Rows:
    """Checked listings, as the reader gives them."""

    def __init__(self, frame: pd.DataFrame, name: str = "listings.csv") -> None:
        self.frame, self.file_name, self.notes = frame, name, []
        self.accepted, self.rejected = len(frame), 0

    def __iter__(self) -> Iterator[pd.DataFrame]:
        yield self.frame.assign(is_train=True, row_number=range(len(self.frame)), as_written=None)

    def each_rejection(self) -> Iterator[Rejection]:
        return iter(())

    def require_rows(self) -> None:
        pass


@pytest.fixture
def loaded(store: Store) -> Store:
    frame = listings(60)
    frame.loc[4, "price"] *= 100
    store.listings.load([Rows(frame)])
    return store


@pytest.fixture
def reviews(loaded: Store) -> Reviews:
    return Reviews(loaded, Inspections(load_settings(), loaded))


def exclude(reviews: Reviews, *ids: int, actor: Actor = ANA, **options: Any) -> list[Review]:
    return reviews.settle(ids, "exclude", reason="seen on site", actor=actor, **options)


def correct(reviews: Reviews, *ids: int, actor: Actor = ANA, **corrections: object) -> list[Review]:
    return reviews.settle(ids, "correct", reason="a slip", corrections=corrections, actor=actor)


def verdicts(reviews: Reviews) -> dict[int, str]:
    in_force = reviews.in_force()
    return dict(zip(in_force["listing_id"].tolist(), in_force["verdict"].tolist(), strict=True))


def test_a_verdict_is_kept_with_who_when_why_and_what_was_before(reviews: Reviews, loaded: Store) -> None:
    (line,) = exclude(reviews, 3)
    price = loaded.listings.frame().set_index("id").loc[3, "price"]
    assert (line.listing_id, line.verdict, line.reason, line.reviewed_by) == (3, "exclude", "seen on site", "ana")
    assert line.before["verdict"] is None
    assert line.before["values"]["price"] == price
    assert reviews.history(3) == [line]
    assert reviews.newest(5) == [line]


def test_listings_settled_together_share_a_batch(reviews: Reviews) -> None:
    lines = exclude(reviews, 7, 3, 5)
    assert [line.listing_id for line in lines] == [7, 3, 5]
    assert len({line.batch for line in lines}) == 1
    assert verdicts(reviews) == {3: "exclude", 5: "exclude", 7: "exclude"}


def test_corrections_join_and_never_touch_the_stored_row(reviews: Reviews, loaded: Store) -> None:
    before = loaded.listings.frame()
    correct(reviews, 2, price="5200")
    (line,) = correct(reviews, 2, sector=" North ")
    assert line.corrections == {"price": 5200.0, "sector": "North"}
    assert line.before["values"]["price"] == 5200.0
    assert line.before["verdict"] == "correct"
    pd.testing.assert_frame_equal(loaded.listings.frame(), before)


@pytest.mark.parametrize(
    ("corrections", "message"),
    [
        ({}, "nothing arrived"),
        ({"colour": "red"}, "'colour' arrived"),
        ({"is_train": True}, "'is_train' arrived"),
        ({"price": -1}, "price must be a number, more than 0"),
        ({"price": None}, "exclude it"),
        ({"price": "nan"}, "price must be a number"),
        ({"price": 1e300}, "price must be a number"),
        ({"price": True}, "price must be a number"),
        ({"latitude": 91}, "latitude must be a number"),
        ({"sector": ""}, "sector must be a name"),
        ({"sector": "a\0b"}, "sector must be a name"),
        ({"sector": "\ud800"}, "sector must be a name"),
        ({"sector": "x" * 200}, "sector must be a name"),
    ],
)
def test_a_correction_outside_the_contract_is_refused(corrections: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_decision("correct", corrections)


def test_what_is_not_known_can_be_corrected_to_nothing(reviews: Reviews) -> None:
    (line,) = correct(reviews, 1, n_rooms="", net_area=float("nan"))
    assert line.corrections == {"n_rooms": None, "net_area": None}


def test_undo_goes_back_one_verdict_at_a_time(reviews: Reviews) -> None:
    reviews.settle([1], "keep", reason="it is so", actor=ANA)
    correct(reviews, 1, price=900)
    exclude(reviews, 1)
    seen = []
    for _ in range(3):
        (line,) = reviews.undo([1], actor=BEN)
        seen.append((line.before["verdict"], verdicts(reviews).get(1)))
    assert seen == [("exclude", "correct"), ("correct", "keep"), ("keep", None)]
    with pytest.raises(ConflictError, match="no verdict to undo on listing 1"):
        reviews.undo([1], actor=BEN)
    assert len(reviews.history(1)) == 6


def test_undo_brings_back_the_corrections_that_stood(reviews: Reviews) -> None:
    correct(reviews, 1, price=900)
    correct(reviews, 1, price=800)
    (line,) = reviews.undo([1], actor=ANA)
    assert line.before["values"]["price"] == 800
    assert reviews.in_force().loc[0, "corrections"] == {"price": 900.0}


def test_undoing_several_is_all_or_nothing(reviews: Reviews) -> None:
    exclude(reviews, 1, 2)
    with pytest.raises(ConflictError, match="listing 3"):
        reviews.undo([1, 2, 3], actor=ANA)
    assert verdicts(reviews) == {1: "exclude", 2: "exclude"}


def test_a_batch_is_taken_back_as_one(reviews: Reviews) -> None:
    batch = exclude(reviews, 1, 2, 3)[0].batch
    reviews.undo([2], actor=ANA)
    lines = reviews.undo_batch(batch, actor=BEN, reason="the street was right")
    assert sorted(line.listing_id for line in lines) == [1, 3]
    assert verdicts(reviews) == {}
    with pytest.raises(ConflictError, match="taken back already"):
        reviews.undo_batch(batch, actor=BEN)
    with pytest.raises(ConflictError, match="took verdicts back itself"):
        reviews.undo_batch(lines[0].batch, actor=BEN)


def test_a_batch_that_was_settled_anew_since_is_not_taken_back(reviews: Reviews) -> None:
    batch = exclude(reviews, 1, 2)[0].batch
    reviews.settle([2], "keep", reason="I was there", actor=BEN)
    with pytest.raises(ConflictError, match="ben kept listing 2"):
        reviews.undo_batch(batch, actor=ANA)
    assert verdicts(reviews) == {1: "exclude", 2: "keep"}


def test_an_unknown_listing_is_named_and_nothing_is_settled(reviews: Reviews) -> None:
    with pytest.raises(NotFoundError, match="listing 999 and 1000"):
        exclude(reviews, 1, 999, 1000)
    assert reviews.newest() == []
    with pytest.raises(NotFoundError, match="no listing 999"):
        reviews.history(999)


def test_whoever_saw_an_older_state_is_told_who_was_quicker(reviews: Reviews) -> None:
    (first,) = exclude(reviews, 2)
    with pytest.raises(ConflictError, match=r"ana excluded listing 2 on .* UTC \('seen on site'\) meanwhile"):
        exclude(reviews, 1, 2, actor=BEN, seen={})
    assert verdicts(reviews) == {2: "exclude"}
    exclude(reviews, 1, 2, actor=BEN, seen={2: first.id})
    (undo,) = reviews.undo([2], actor=ANA)
    with pytest.raises(ConflictError, match="ana took back the verdict on listing 2"):
        exclude(reviews, 2, actor=BEN, seen={2: first.id})
    exclude(reviews, 2, actor=BEN, seen={2: undo.id})


def test_of_two_reviewers_at_once_exactly_one_wins(reviews: Reviews) -> None:
    start = Barrier(2)

    def settle(actor: Actor) -> str:
        start.wait()
        try:
            exclude(reviews, 5, 6, actor=actor, seen={})
        except ConflictError as error:
            return str(error)
        return "won"

    with ThreadPoolExecutor(2) as pool:
        results = dict(zip(("ana", "ben"), pool.map(settle, (ANA, BEN)), strict=True))
    (winner,) = [name for name, result in results.items() if result == "won"]
    (refused,) = [result for result in results.values() if result != "won"]
    assert refused.startswith(f"{winner} excluded listing ")
    assert [line.reviewed_by for line in reviews.newest()] == [winner, winner]


def test_two_who_undo_at_once_take_back_one_verdict(reviews: Reviews) -> None:
    exclude(reviews, 1)

    def undo(actor: Actor) -> bool:
        try:
            return bool(reviews.undo([1], actor=actor))
        except PricingError:
            return False

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(undo, (ANA, BEN))) == [False, True]


@pytest.mark.parametrize("reason", ["", "  ", "no", "x" * 501, "a\0b reason", "half \ud800 sign", 7, None])
def test_a_reason_that_cannot_be_kept_is_refused(reviews: Reviews, reason: Any) -> None:
    with pytest.raises(InputError):
        reviews.settle([1], "exclude", reason=reason, actor=ANA)
    assert reviews.newest() == []


def test_a_reason_is_only_text(reviews: Reviews) -> None:
    reason = "Robert'); DROP TABLE reviews;-- <b>ñ</b> 🏠\nsecond line"
    (line,) = reviews.settle([1], "keep", reason=reason, actor=ANA)
    assert reviews.history(1)[0].reason == line.reason == reason


@pytest.mark.parametrize("ids", [[], [0], [-1], [2**63], [10**5000], ["1"], [1.5], [None]])
def test_what_is_no_id_is_refused(reviews: Reviews, ids: Any) -> None:
    with pytest.raises((InputError, NotFoundError)):
        reviews.settle(ids, "exclude", reason="seen on site", actor=ANA)


def test_a_strange_verdict_and_stray_corrections_are_refused(reviews: Reviews) -> None:
    with pytest.raises(InputError, match="allowed are keep, exclude and correct"):
        reviews.settle([1], "undo", reason="seen on site", actor=ANA)
    with pytest.raises(InputError, match="go with the verdict correct"):
        reviews.settle([1], "keep", reason="seen on site", corrections={"price": 5}, actor=ANA)


def test_an_agent_may_look_but_not_settle(reviews: Reviews) -> None:
    agent = Actor("eva", "agent", "dashboard")
    for act in (
        lambda: exclude(reviews, 1, actor=agent),
        lambda: reviews.undo([1], actor=agent),
        lambda: reviews.undo_batch("any", actor=agent),
    ):
        with pytest.raises(AccessError, match="takes the role analyst"):
            act()
    assert reviews.in_force().empty


def test_reviews_of_listings_set_aside_stay_in_the_ledger_and_come_back_with_them(
    reviews: Reviews, loaded: Store
) -> None:
    exclude(reviews, 1)
    loaded.listings.load([Rows(listings(30, seed=2), "new.csv")], replace=True)
    assert verdicts(reviews) == {}
    assert len(reviews.history(1)) == 1
    with pytest.raises(NotFoundError, match="no listing 1"):
        exclude(reviews, 1)
    frame = listings(60)
    frame.loc[4, "price"] *= 100
    loaded.listings.load([Rows(frame)], replace=True)
    assert verdicts(reviews) == {1: "exclude"}


def test_counts_tell_what_is_settled_and_what_waits(reviews: Reviews) -> None:
    waiting = reviews.counts()["unreviewed"]
    assert waiting["error"] >= 1
    exclude(reviews, 5)
    correct(reviews, 1, price=10)
    counts = reviews.counts()
    assert (counts["kept"], counts["excluded"], counts["corrected"]) == (0, 1, 1)
    assert counts["unreviewed"]["error"] < waiting["error"]


def test_thousands_are_settled_at_once(store: Store) -> None:
    store.listings.load([Rows(listings(12_000))])
    reviews = Reviews(store, Inspections(load_settings(), store))
    lines = exclude(reviews, *range(1, 12_001), seen={})
    assert len(lines) == len(reviews.in_force()) == 12_000
    assert [line.listing_id for line in lines[:3]] == [1, 2, 3]
