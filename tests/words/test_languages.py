"""Which language a reader gets, and that the room is quick to enter."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pricing_core.words import spoken


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("es", "es"),
        ("es-CL,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("en;q=0.1,es_CL;q=0.7", "es"),
        ("fr-FR,es;q=0.5", "es"),
        ("de", "en"),
        ("es;q=0", "en"),
        ("es;q=odd, en", "en"),
        ("," * 100_000, "en"),
    ],
)
def test_the_first_language_that_is_spoken_wins(wanted: str | None, language: str) -> None:
    assert spoken(wanted) == language


def test_entering_the_room_loads_nothing_that_is_slow() -> None:
    # The door of the library stands aside, so that only what the room itself asks for is seen.
    code = (
        "import sys, types; door = types.ModuleType('pricing_core'); door.__path__ = ['pricing_core'];"
        "sys.modules['pricing_core'] = door; import pricing_core.words;"
        "print(*{name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert set(done.stdout.split()) == {"pricing_core", "__main__"}
