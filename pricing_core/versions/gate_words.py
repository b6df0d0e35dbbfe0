"""What the gate found in a plain sentence."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pricing_core.nouns import Check
from pricing_core.words import Fact, Message, marked
from pricing_core.words.template import parsed

_SENTENCES: Final[Mapping[str, str]] = {
    "rows.off": marked("TEST_PREDICT is off, so no test listings were studied and nothing was compared."),
    "rows.few": marked("There are {rows:integer} listings to compare on, and at least {fewest:integer} are needed."),
    "rows.lost": marked(
        "Neither the model nor the recipe of version {champion} can be read any more, so nothing could be compared. `tasador repair` trains a champion that needs no comparison; or whoever finds these figures good may promote this version with a reason (`tasador promote` with `--override`)."
    ),
    "error.passed": marked(
        "The median error is {mine:percent}, that of version {champion} is {theirs:percent}, on the same {rows:integer} listings: not worse beyond chance (difference {low:points} to {high:points} percentage points with 95 % confidence)."
    ),
    "error.better": marked(
        "The median error is {mine:percent}, that of version {champion} is {theirs:percent}, on the same {rows:integer} listings: better, and not by chance (difference {low:points} to {high:points} percentage points with 95 % confidence)."
    ),
    "error.failed": marked(
        "The median error is {mine:percent}, that of version {champion} is {theirs:percent}, on the same {rows:integer} listings: worse, and not by chance (difference {low:points} to {high:points} percentage points with 95 % confidence)."
    ),
    "error.unusable": marked(
        "For {count:integer} of {rows:integer} listings there is no finite value above 0, so there is no error to speak of."
    ),
    "sectors.passed": marked(
        "No sector is worse by more than {share:percent} beyond chance: {count:integer} sectors with {fewest:integer} listings or more were compared."
    ),
    "sectors.none": marked("No sector has {fewest:integer} listings or more, so none was compared by itself."),
    "sectors.failed": marked(
        "{count:integer} of {sectors:integer} sectors are worse by more than {share:percent}, and not by chance. The worst is {worst}: {mine:percent} instead of {theirs:percent} on {rows:integer} listings."
    ),
    "range.passed": marked(
        "The 90 % range holds {share:percent} of {rows:integer} asking prices that the model never saw: between {low:percent} and {high:percent} is asked."
    ),
    "range.failed": marked(
        "The 90 % range holds {share:percent} of {rows:integer} asking prices that the model never saw, but between {low:percent} and {high:percent} is asked."
    ),
    "range.none": marked("The model gives no 90 % range on listings that it never saw."),
    "later.same": marked(
        "Trained on what came before {day:date}, this recipe values the {rows:integer} listings from that day on with a median error of {mine:percent}; the median of its values lies {away:percent} from the prices, and its 90 % range holds {inside:percent} of them."
    ),
    "later.passed": marked(
        "Trained on what came before {day:date}, its median error is {mine:percent} on the {rows:integer} listings from that day on, that of version {champion} is {theirs:percent}: not worse beyond chance."
    ),
    "later.failed": marked(
        "Trained on what came before {day:date}, its median error is {mine:percent} on the {rows:integer} listings from that day on, that of version {champion} is {theirs:percent}: worse, and not by chance."
    ),
    "finite.passed": marked(
        "All {count:integer} probe homes, with gaps and extremes among them, have a finite value above 0."
    ),
    "finite.failed": marked("{bad:integer} of {count:integer} probe homes have no finite value above 0."),
    "finite.broken": marked("The model fails on the probe homes: {error}."),
    "area.passed": marked(
        "More area lowers the value by more than {drop:percent} in {bad:integer} of {count:integer} probe homes (at most {allowed:integer} are let pass)."
    ),
    "area.failed": marked(
        "More area lowers the value by more than {drop:percent} in {bad:integer} of {count:integer} probe homes, by {worst:percent} in the worst (at most {allowed:integer} are let pass)."
    ),
    "area.none": marked("No probe home has an area, so what more of it does was not tried."),
    "replay.passed": marked(
        "Of {count:integer} homes valued before, {bad:integer} move by more than {jump:percent} (at most {allowed:integer} are let pass); half of them move by less than {middle:percent}."
    ),
    "replay.failed": marked(
        "Of {count:integer} homes valued before, {bad:integer} move by more than {jump:percent}, and at most {allowed:integer} are let pass; the farthest moves by {worst:percent}."
    ),
    "replay.none": marked("No home has been valued yet that could be valued again."),
}


def check(name: str, outcome: str, passed: bool, **details: Fact) -> Check:
    """A check with its sentence.

    Parameters
    ----------
    name, outcome
        Which sentence: ``name.outcome``.
    **details
        What the sentence names, and whatever else is worth keeping.
    """
    template = _SENTENCES[f"{name}.{outcome}"]
    named = {fact: details[fact] for fact in parsed(template).names}
    return Check(name, passed, Message(template, **named), details)
