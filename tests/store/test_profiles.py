"""Profiles are kept under their names and found by the very same header; on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pricing_core.nouns.profiles import ColumnSettings, Profile
from pricing_core.store import Store

SETTINGS = ColumnSettings({"Precio, UF": "price", "Año ñ": ""}, ("net_area",), {"price": "UF"}, {"price": "comma"})
SAVED = Profile("Corredora Ñ", ("Precio, UF", "Año ñ"), SETTINGS, "ana", datetime(2026, 11, 1, tzinfo=UTC))


def test_a_profile_comes_back_as_it_was_saved(store: Store) -> None:
    assert store.profiles.save(SAVED) is False
    assert store.profiles.get("Corredora Ñ") == SAVED
    assert store.profiles.all() == [SAVED]
    assert store.profiles.get("corredora ñ") is None


def test_it_is_found_by_the_very_same_header_alone_and_the_newest_first(store: Store) -> None:
    later = replace(SAVED, name="later", saved_at=SAVED.saved_at + timedelta(days=1))
    for profile in (later, SAVED):
        store.profiles.save(profile)
    assert store.profiles.for_header([" Precio, UF", "Año ñ "]) == later
    assert store.profiles.for_header(["Año ñ", "Precio, UF"]) is None
    assert store.profiles.for_header(["precio, UF", "Año ñ"]) is None


def test_one_of_the_same_name_takes_its_place_and_a_removed_one_is_gone(store: Store) -> None:
    store.profiles.save(SAVED)
    assert store.profiles.save(replace(SAVED, header=("x",))) is True
    assert [each.header for each in store.profiles.all()] == [("x",)]
    assert store.profiles.remove(SAVED.name) is True
    assert store.profiles.remove(SAVED.name) is False
