"""The pages on a client's own columns show a file that can be used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pricing_core.nouns.declared import DECLARED_ROLES
from tests.declared import declaration

DOCS = Path(__file__).parents[2] / "docs"
PAGES = {name: (DOCS / name).read_text(encoding="utf-8") for name in ("own-columns.md", "own-columns.es.md")}


def shown(page: str) -> str:
    (found,) = re.findall(r"```yaml\n(.*?)```", PAGES[page], re.DOTALL)
    return str(found)


def test_the_file_on_the_page_is_read(tmp_path: Path) -> None:
    columns = declaration(tmp_path, shown("own-columns.md"))
    assert {column.role for column in columns} == set(DECLARED_ROLES)
    assert not columns["sale_method"].ask
    assert columns["sold_on"].role == "date"


def test_both_pages_show_the_same_file_and_as_many_words_on_it() -> None:
    assert shown("own-columns.es.md") == shown("own-columns.md")
    english, spanish = ([line[:2] for line in page.splitlines()] for page in PAGES.values())
    assert [line for line in english if line in ("# ", "##", "- ", "| ", "``")] == [
        line for line in spanish if line in ("# ", "##", "- ", "| ", "``")
    ]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_every_role(page: str) -> None:
    assert all(f"`{role}`" in PAGES[page] for role in DECLARED_ROLES)
