"""A file is there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from pricing_core.whole_file import whole_file


def test_what_was_written_takes_the_place_of_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("former", encoding="utf-8")
    with whole_file(path) as temporary:
        temporary.write_text("new", encoding="utf-8")
        assert path.read_text(encoding="utf-8") == "former"
    assert path.read_text(encoding="utf-8") == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]


def test_a_write_that_fails_leaves_the_former_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("former", encoding="utf-8")

    def write() -> None:
        with whole_file(path) as temporary:
            temporary.write_text("ha", encoding="utf-8")
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write()
    assert path.read_text(encoding="utf-8") == "former"
    assert [each.name for each in tmp_path.iterdir()] == ["out.csv"]
