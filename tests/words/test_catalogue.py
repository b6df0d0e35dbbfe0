"""Every sentence in the code has its Spanish, and a Spanish sentence has every fact that its English has."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from pricing_core import errors
from pricing_core.words import catalogue as shipped
from pricing_core.words.extraction import calls, sentences
from pricing_core.words.template import Field, parsed
from tests.words.marked import KEYWORDS, ROOT, catalogue, entries, in_the_code, sources

MARKERS = frozenset(KEYWORDS)
# These read braces as places even where no facts are given; an error takes a text without facts as it stands.
TEMPLATES = frozenset({"Message", "plural", "within", "t", "tn"})
PLURALS = frozenset({"plural", "tn"})


def texts_of(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def fields_of(text: str) -> frozenset[Field]:
    return parsed(text).fields


def test_every_sentence_in_the_code_has_its_spanish() -> None:
    known = {key for key, entry in entries("es").items() if all(texts_of(entry.string)) and not entry.fuzzy}
    missing = [f"{where}: {text}" for (context, text), where in in_the_code().items() if (context, text) not in known]
    assert missing == [], "\nrun `make messages` and write the Spanish in tasador.po:\n" + "\n".join(missing)


def test_the_catalogue_holds_no_sentence_that_the_code_does_not_say() -> None:
    spare = entries("es").keys() - in_the_code().keys()
    assert spare == set(), "run `make messages`: it takes them out"
    assert list(catalogue("es").obsolete) == []


def test_no_translation_is_a_guess() -> None:
    assert [entry.id for entry in entries("es").values() if entry.fuzzy] == []


def test_a_translation_has_the_facts_of_its_sentence_written_in_the_same_way() -> None:
    assert [problem for entry in entries("es").values() for problem in broken_facts(entry.id, entry.string)] == []


def broken_facts(english: str | tuple[str, str], spanish: str | tuple[str, ...]) -> Iterator[str]:
    one, many = texts_of(english)[0], texts_of(english)[-1]
    for place, text in enumerate(texts_of(spanish)):
        wanted = fields_of(one if place == 0 else many)
        if (found := fields_of(text)) != wanted:
            names = ", ".join(sorted(field.name for field in found ^ wanted))
            yield f"{text!r} forgets, invents or writes otherwise: {names}"


@pytest.mark.parametrize(
    ("english", "spanish", "names"),
    [
        ("{a} of {b}", "{a} de", "b"),
        ("{a}", "{a} de {b}", "b"),
        ("{a:integer}", "{a:number}", "a, a"),
        (("{a} row", "{a} rows"), ("{a} fila", "filas"), "a"),
    ],
)
def test_a_fact_forgotten_or_invented_is_found(english: str, spanish: str, names: str) -> None:
    assert [problem.rpartition(": ")[2] for problem in broken_facts(english, spanish)] == [names]


def test_every_sentence_in_the_code_names_just_the_facts_that_it_is_given() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{call.line}: {call.texts[0]}"
        for path in sources()
        for call in calls(path.read_text(encoding="utf-8"), MARKERS)
        if call.facts is not None and call.marker != "marked" and not fits(call.marker, call.texts, call.facts)
    ]
    assert wrong == []


def fits(marker: str, texts: tuple[str, ...], facts: frozenset[str]) -> bool:
    facts -= frozenset() if marker in TEMPLATES else {"inside"}  # a note of the error, and no fact of its sentence
    if marker not in TEMPLATES and not facts:
        return not any(brace in texts[0] for brace in "{}")
    templates = texts[:2] if marker in PLURALS else texts[1:2] if marker == "within" else texts[:1]
    counted = frozenset(texts[2:3]) if marker in PLURALS else frozenset()
    return frozenset().union(*(parsed(text).names for text in templates)) | counted == facts


@pytest.mark.parametrize(
    ("source", "is_right"),
    [
        ("Message('{a}', a=1)", True),
        ("Message('{a}')", False),
        ("Message('{a:money b}', a=1, b='UF')", True),
        ("InputError('{a} {b}', a=1)", False),
        ("InputError('{a}')", False),
        ("InputError('a', a=1)", False),
        ("InputError('a', inside='b')", True),
        ("InputError('{a}', inside='b', a=1)", True),
        ("InputError('{a}', inside='b')", False),
        ("plural('{n} row', '{n} rows', 'n', n=2)", True),
        ("plural('row', 'rows', 'n', n=2)", True),
        ("plural('{n} row', '{n} rows', 'n')", False),
        ("tn('{n} row', '{n} rows', 'n', n=2)", True),
        ("t('{a}', a=1)", True),
        ("t('{a}')", False),
        ("within('noun', '{a}', a=1)", True),
        ("within('noun', 'a', a=1)", False),
    ],
)
def test_facts_that_do_not_fit_are_found_in_the_code(source: str, is_right: bool) -> None:
    (call,) = calls(source, MARKERS)
    assert fits(call.marker, call.texts, call.facts or frozenset()) == is_right


def test_a_template_that_is_no_finished_text_stands_in_a_table_and_is_marked() -> None:
    for path in sources():
        source = path.read_text(encoding="utf-8")
        if path.name in ("errors.py", "text.py", "output.py") or "words/" in path.as_posix() or "marked(" in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TEMPLATES:
                assert is_finished(node.args[0]), f"{path}:{node.lineno} says what the catalogue cannot know"


def is_finished(text: ast.expr) -> bool:
    """Whether it is a text as it stands, one of two, or from a table whose name says that it holds marked words."""
    if isinstance(text, ast.IfExp):
        return is_finished(text.body) and is_finished(text.orelse)
    from_a_table = isinstance(text, ast.Subscript) and ast.unparse(text.value).endswith("_WORDS")
    return from_a_table or isinstance(text, ast.Constant)


def test_every_error_marks_a_sentence() -> None:
    tree = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)}
    assert tree <= MARKERS


def test_only_finished_texts_are_sentences(tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text(
        "InputError(f'{a} is' ' wrong')\nInputError('a ' 'b')\n"
        "plural('a', 'b', 'n', n=1)\nx.Message('c' if a else 'd')\n"
    )
    with file.open("rb") as source:
        found = [(line, text) for line, _, text, _ in sentences(source, KEYWORDS, (), {})]
    assert sorted(found) == [(2, "a b"), (3, ("a", "b", "n")), (4, "c"), (4, "d")]


def test_a_translation_that_cannot_be_filled_leaves_the_sentence_to_its_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    from pricing_core.words import Message, say

    for broken in ("{lost} filas", "{count", "{count:odd}"):
        monkeypatch.setattr("pricing_core.words.message.translated", lambda *_, words=broken: words)
        assert say(Message("{count} rows", count=3), "es") == "3 rows"


def test_the_catalogue_lies_beside_the_code_that_reads_it() -> None:
    assert (shipped.FOLDER / "es" / "LC_MESSAGES" / "tasador.po").is_file()
    assert 'pricing_core.words" = ["locale/*/LC_MESSAGES/*.po"]' in (ROOT / "pyproject.toml").read_text(
        encoding="utf-8"
    )
