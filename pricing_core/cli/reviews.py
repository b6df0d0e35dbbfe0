"""``tasador review``: what looks wrong with listings, and people's verdicts on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from pricing_core.cli.chosen_words import SEVERITY_WORDS
from pricing_core.cli.output import (
    json_option,
    local_actor,
    moment,
    open_avm,
    open_home,
    print_json,
    print_table,
    progress_bar,
    said,
    t,
    tn,
)
from pricing_core.cli.studies import print_preview
from pricing_core.errors import InputError
from pricing_core.nouns import Json, Review
from pricing_core.nouns.listings import DECISION_WORDS, DECISIONS
from pricing_core.words import Message

if TYPE_CHECKING:
    from pricing_core.avm import AVM

_SHOWN = 50
_ids = click.argument("ids", metavar="ID...", type=int, nargs=-1, required=True)
_why = click.option("--reason", required=True, help="Why, in 3 to 500 characters; it is kept.")
_new_values = click.option(
    "--set", "corrections", multiple=True, metavar="COLUMN=VALUE", help="A new value; with a point for decimals."
)


@click.group(short_help="Settle listings that look wrong.")
def review() -> None:
    """Settle listings that look wrong: keep, exclude or correct them."""


@review.command("list")
@click.option("--unreviewed", is_flag=True, help="Only of listings that nobody has settled.")
@click.option("--check", help="Only what this check found.")
@json_option
def list_findings(unreviewed: bool, check: str | None, as_json: bool) -> None:
    """Show what looks wrong with the listings in use."""
    from pricing_core.listings.reports import bundled

    with open_home() as avm:
        found, counts = avm.listings.findings(), avm.reviews.counts()
    if not as_json:
        found = bundled(found)
    if unreviewed:
        found = found[~found["settled"]]
    if check is not None:
        found = found[found["check"].astype(object) == check]
    if as_json:
        found = found.assign(message=[said(Message.from_text(text)) for text in found["message"]])
        records = found.astype(object).where(found.notna(), None).to_dict(orient="records")
        print_json({"counts": counts, "findings": records})
        return
    _print_counts(counts)
    suggested = found["suggestion"].head(_SHOWN)
    columns = ["listing_id", "severity", "check", "settled", "message", "rows"]
    rows = [
        (
            listing,
            t(SEVERITY_WORDS[severity]),
            name,
            t("Settled") if settled else "",
            said(Message.from_text(text)) + _for_several(many),
            _suggestion(value),
        )
        for (listing, severity, name, settled, text, many), value in zip(
            found[columns].head(_SHOWN).to_numpy().tolist(), suggested, strict=True
        )
    ]
    titles = (t("Listing"), t("Severity"), t("Check"), t("State"), t("Finding"), t("Suggestion"))
    print_table(titles, rows, t("Nothing looks wrong"))
    if len(found) > _SHOWN:
        click.echo(t("... and {count:integer} more: --json lists all.", count=len(found) - _SHOWN))


def _for_several(rows: int) -> str:
    told = tn("{count:integer} listing", "{count:integer} listings", "count", count=rows)
    return f" ({told})" if rows > 1 else ""


def _print_counts(counts: Json) -> None:
    settled = {name: counts[name] for name in ("kept", "excluded", "corrected")}
    left = counts["unreviewed"]
    click.echo(
        t(
            "Kept: {kept:integer}, excluded: {excluded:integer}, corrected: {corrected:integer}. Not reviewed: "
            "{errors:integer} with errors, {warnings:integer} with warnings.",
            errors=left["error"],
            warnings=left["warning"],
            **settled,
        )
    )


def _suggestion(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={each}" for name, each in value.items())
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    return "" if value is None or value != value else str(value)  # noqa: PLR0124 - NaN, which a frame holds for none


@review.command()
@_ids
@_why
@json_option
def keep(ids: tuple[int, ...], reason: str, as_json: bool) -> None:
    """Take listings as they were ingested, whatever the checks say."""
    _settle(ids, "keep", reason, {}, as_json)


@review.command()
@_ids
@_why
@json_option
def exclude(ids: tuple[int, ...], reason: str, as_json: bool) -> None:
    """Leave listings out of training and comparables."""
    _settle(ids, "exclude", reason, {}, as_json)


@review.command()
@_ids
@_new_values
@click.option("--suggested", is_flag=True, help="Each listing as its own findings suggest.")
@_why
@json_option
def correct(ids: tuple[int, ...], corrections: tuple[str, ...], suggested: bool, reason: str, as_json: bool) -> None:
    """Use listings with new values, such as --set price=5200; the stored rows stay as they are."""
    if not suggested:
        _settle(ids, "correct", reason, _parsed(corrections), as_json)
        return
    if corrections:
        raise click.UsageError(t("--suggested takes the values from the findings: leave out --set."))
    from pricing_core.listings.suggestions import equal_corrections

    with open_avm() as avm:
        lines = [
            line
            for group, values in equal_corrections(_suggestions(avm, ids))
            for line in avm.reviews.settle(group, "correct", reason=reason, corrections=values, actor=local_actor())
        ]
    _told(lines, "correct", as_json)


def _suggestions(avm: AVM, ids: tuple[int, ...]) -> dict[int, Json]:
    from pricing_core.listings.suggestions import suggested_corrections

    suggested = suggested_corrections(avm.listings.findings())
    without = [str(key) for key in ids if key not in suggested]
    if without:
        raise InputError(
            "Nothing is suggested for listing {listings:list}: name the new values with --set, or leave out those "
            "listings.",
            listings=without,
        )
    return {key: suggested[key] for key in ids}


def _settle(ids: tuple[int, ...], verdict: str, reason: str, corrections: dict[str, object], as_json: bool) -> None:
    with open_avm() as avm:
        lines = avm.reviews.settle(ids, verdict, reason=reason, corrections=corrections or None, actor=local_actor())
    _told(lines, verdict, as_json)


def _parsed(corrections: tuple[str, ...]) -> dict[str, object]:
    pairs = [text.partition("=") for text in corrections]
    if not pairs or not all(sign for _, sign, _ in pairs):
        raise click.UsageError(
            t("Name the new values as --set COLUMN=VALUE, such as --set price=5200, or --suggested.")
        )
    return {name.strip(): value for name, _, value in pairs}


@review.command()
@click.argument("ids", metavar="[ID...]", type=int, nargs=-1)
@click.option("--batch", help="Everything that was settled together, by the id that settling printed.")
@click.option("--reason", default="", help="Why; it is kept.")
@json_option
def undo(ids: tuple[int, ...], batch: str | None, reason: str, as_json: bool) -> None:
    """Go back to what stood before the newest verdict on listings."""
    if bool(ids) == bool(batch):
        raise click.UsageError(t("Name listings, or a --batch."))
    with open_avm() as avm:
        lines = _take_back(avm, ids, batch, reason)
    _told(lines, "undo", as_json)


def _take_back(avm: AVM, ids: tuple[int, ...], batch: str | None, reason: str) -> list[Review]:
    if batch:
        return avm.reviews.undo_batch(batch, reason=reason, actor=local_actor())
    return avm.reviews.undo(ids, reason=reason, actor=local_actor())


def _told(lines: list[Review], verdict: str, as_json: bool) -> None:
    if as_json:
        print_json([line.to_dict() for line in lines])
    else:
        batches = list(dict.fromkeys(line.batch for line in lines))
        click.echo(
            t(
                "{done}: {count:integer}. Batch: {batches:list}. `tasador train` trains on the listings as they are "
                "now.",
                done=Message(DECISION_WORDS[verdict]),
                count=len(lines),
                batches=batches,
            )
        )


@review.command()
@click.argument("listing_id", metavar="ID", type=int)
@json_option
def history(listing_id: int, as_json: bool) -> None:
    """Show every verdict on a listing, the newest first."""
    with open_home() as avm:
        lines = avm.reviews.history(listing_id)
    if as_json:
        print_json([line.to_dict() for line in lines])
        return
    rows = [
        (
            line.id,
            moment(line.created_at),
            line.reviewed_by,
            t(DECISION_WORDS[line.verdict]),
            _values(line),
            line.reason,
        )
        for line in lines
    ]
    columns = (t("No."), t("When"), t("By"), t("Decision"), t("New values"), t("Reason"))
    print_table(columns, rows, t("Nobody has reviewed this listing."))


def _values(line: Review) -> str:
    return ", ".join(f"{name}={value}" for name, value in (line.corrections or {}).items())


@review.command()
@_ids
@click.option("--verdict", type=click.Choice(DECISIONS), default="exclude", show_default=True, help="What to try.")
@_new_values
@json_option
def preview(ids: tuple[int, ...], verdict: str, corrections: tuple[str, ...], as_json: bool) -> None:
    """Show what settling listings would do to the model; nothing is settled."""
    values: Json | None = _parsed(corrections) if corrections or verdict == "correct" else None
    with open_home() as avm, progress_bar() as progress:
        found = avm.versions.preview_review(ids, verdict, values, actor=local_actor(), progress=progress)
    if as_json:
        print_json(found.to_dict())
    else:
        print_preview(found)


COMMANDS = (review,)
