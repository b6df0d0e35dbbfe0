"""The sentences in the code and in the catalogue, as `make messages` finds them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.frontend import parse_keywords
from babel.messages.pofile import read_po

from pricing_core.words.catalogue import DOMAIN, FOLDER

ROOT = Path(__file__).parents[2]
OPTIONS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]
KEYWORDS = parse_keywords(OPTIONS["extract_messages"]["keywords"])
METHOD = OPTIONS["mappings"][0]["method"]


def sources() -> Iterator[Path]:
    for folder in OPTIONS["extract_messages"]["input_paths"]:
        yield from sorted((ROOT / folder).rglob("*.py"))


def in_the_code() -> dict[tuple[str | None, Any], str]:
    """Where each sentence stands, by context and text or texts."""
    return {
        (context, text): f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        for line, text, _, context in extract_from_file(METHOD, path, KEYWORDS)
    }


def catalogue(language: str) -> Catalog:
    with (FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


def entries(language: str) -> dict[tuple[str | None, Any], Message]:
    return {(entry.context, entry.id): entry for entry in catalogue(language) if entry.id}
