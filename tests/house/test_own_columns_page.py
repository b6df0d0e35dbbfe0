"""The page on a client's own columns shows a file that can be used."""

from __future__ import annotations

import re
from pathlib import Path

from pricing_core.nouns.declared import DECLARED_ROLES
from tests.declared import declaration

PAGE = (Path(__file__).parents[2] / "docs" / "own-columns.md").read_text(encoding="utf-8")


def test_the_file_on_the_page_is_read(tmp_path: Path) -> None:
    (shown,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    columns = declaration(tmp_path, shown)
    assert {column.role for column in columns} == set(DECLARED_ROLES)
    assert not columns["sale_method"].ask
    assert columns["sold_on"].role == "date"


def test_the_page_names_every_role() -> None:
    assert all(f"`{role}`" in PAGE for role in DECLARED_ROLES)
