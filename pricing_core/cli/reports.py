"""The reports on a file of listings, as lines for people: what was kept out, what looks wrong, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator

import click

from pricing_core.cli.chosen_words import SEVERITY_WORDS
from pricing_core.cli.output import print_lines, said, t, tn
from pricing_core.nouns import IngestReport, Json
from pricing_core.nouns.reports import Example, Found, KeptOut

strict_option = click.option(
    "--strict", is_flag=True, help="Exit code 1 when a row is skipped or an error is found, for scripts."
)


def print_report(report: IngestReport) -> None:
    """What became of a file."""
    if not report.changed:
        click.echo(t("Nothing changed: these listings are in the database already."))
    for each in report.datasets:
        facts = {"train": each.train_rows, "test": each.test_rows}
        click.echo(t("{file}: {train:integer} train and {test:integer} test listings", file=each.file_name, **facts))
    print_lines([f"- {said(note)}" for note in report.notes])
    if report.rejected:
        count = report.rejected
        click.echo(tn("{count:integer} row was skipped.", "{count:integer} rows were skipped.", "count", count=count))
        print_lines(line for group in report.kept_out for line in _reason(group))
        if any(group.rows > len(group.examples) for group in report.kept_out):
            click.echo("  " + t("... --json lists more."))
    print_lines(line for group in report.findings for line in _check(group))
    if report.findings:
        count = sum(group.rows for group in report.findings)
        click.echo(
            tn(
                "{count:integer} finding: `tasador review list`",
                "{count:integer} findings: `tasador review list`",
                "count",
                count=count,
            )
        )


def print_check(document: Json) -> None:
    """What looks wrong with a file that is not stored."""
    from pricing_core.listings.reports import grouped

    groups = grouped((each["check"], each["severity"], _example_of(each)) for each in document["findings"])
    print_lines([f"- {note}" for note in document["notes"]])
    count = len(document["findings"])
    click.echo(t("Findings: {count:integer}, in {rows:integer} rows.", count=count, rows=document["rows"]))
    print_lines(line for group in groups for line in _check(group))
    if more := count - sum(len(group.examples) for group in groups):
        click.echo(t("... and {count:integer} more: --json lists all.", count=more))
    if not groups:
        click.echo(t("Nothing looks wrong"))


def _example_of(finding: Json) -> Example:
    return Example(finding["row"], finding["line"], finding["message"])


def _reason(group: KeptOut) -> Iterator[str]:
    yield "  " + _counted(group.rows, said(group.reason))
    yield from (_example(example) for example in group.examples)


def _check(group: Found) -> Iterator[str]:
    heading = f"{group.check} ({t(SEVERITY_WORDS[group.severity])})"
    texts = {said(example.text) for example in group.examples}
    if len(group.examples) > 1 and len(texts) == 1:
        places = [said(example.place) for example in group.examples]
        yield "  " + _counted(group.rows, f"{heading}: {texts.pop()}")
        yield "    " + ", ".join([*places, "..."] if group.rows > len(places) else places)
    else:
        yield "  " + _counted(group.rows, heading)
        yield from (_example(example) for example in group.examples)
    if group.fix is not None:
        yield f"    → {said(group.fix)}"


def _counted(rows: int, what: str) -> str:
    return tn("{count:integer} row: {what}", "{count:integer} rows: {what}", "count", count=rows, what=what)


def _example(example: Example) -> str:
    text = said(example.text)
    return "    " + (f"{said(example.place)}: {text}" if text else said(example.place))


def end_strictly(fails: bool) -> None:
    """End with exit code 1 where ``--strict`` asks for it."""
    if fails:
        click.echo(t("Rows were skipped or errors found: --strict ends with exit code 1."), err=True)
        raise SystemExit(1)
