"""Who writes on a page is asked for at that moment: no call of the dashboard may use the person it was drawn for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
# What the library offers to an actor alone.
WRITERS = {
    node.name
    for path in (ROOT / "pricing_core").rglob("*.py")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(node, ast.FunctionDef) and "actor" in {each.arg for each in node.args.kwonlyargs}
}


def complaints(path: str, source: str) -> list[str]:
    """What breaks a rule in a file, with its line."""
    tree = ast.parse(source)
    return [f"{path}:{line} {rule}" for line, rule in (*_acts(tree, frozenset()), *_fragments(tree), *_handed_on(tree))]


def _acts(node: ast.AST, present: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Calls with an actor that is none of ``present``: the names that `acting` gave in this very function."""
    if isinstance(node, ast.Call):
        for keyword in node.keywords:
            if keyword.arg == "actor" and not (isinstance(keyword.value, ast.Name) and keyword.value.id in present):
                yield node.lineno, "writes as somebody whom `with acting() as ...` did not give at that moment"
            if keyword.arg is None and _writes(node.func) and "actor" not in {each.arg for each in node.keywords}:
                yield node.lineno, "hands over what nobody sees (**): it may hold an actor"
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in present:
        yield node.lineno, f"gives {node.id} another meaning"
    within = frozenset[str]() if isinstance(node, SCOPES) else present
    inner = within | _given(node)
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.withitem):
                yield from _acts(child.context_expr, present)
            elif isinstance(child, ast.AST):
                yield from _acts(child, inner if name == "body" else within)


def _given(node: ast.AST) -> frozenset[str]:
    if not isinstance(node, ast.With):
        return frozenset()
    named = (item.optional_vars for item in node.items if _calls(item.context_expr, "acting"))
    return frozenset(name.id for name in named if isinstance(name, ast.Name))


def _of_the_library(node: ast.AST) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return _calls(node, "avm")


def _writes(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in WRITERS and _of_the_library(node)


def _calls(node: ast.AST | None, name: str) -> bool:
    if not isinstance(node, ast.Call):
        return False
    called = node.func
    return name == (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", ""))


def _fragments(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Parts of a page that run by themselves, and do not begin with asking who is here."""
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(tree):
        for part in _runs_by_itself(node):
            body = functions[part.id] if isinstance(part, ast.Name) and part.id in functions else part
            if not (isinstance(body, ast.FunctionDef) and _begins_with_acting(body)):
                yield part.lineno, "runs by itself, and its body is not one `with ... acting()`"


def _runs_by_itself(node: ast.AST) -> Iterator[ast.expr | ast.FunctionDef]:
    if isinstance(node, ast.FunctionDef):
        for mark in node.decorator_list:
            if _is_part(mark) or (isinstance(mark, ast.Call) and _is_part(mark.func)):
                yield node
    elif isinstance(node, ast.Call) and _is_part(node.func) and getattr(node.func, "attr", "") == "fragment":
        yield from node.args
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Call) and _is_part(node.func.func):
        yield from node.args[:1] if getattr(node.func.func, "attr", "") == "dialog" else []


def _is_part(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("fragment", "dialog")


def _begins_with_acting(function: ast.FunctionDef) -> bool:
    told = isinstance(function.body[0], ast.Expr) and isinstance(function.body[0].value, ast.Constant)
    body = function.body[1:] if told else function.body
    return not body or (  # a body without a line does nothing as anybody
        len(body) == 1
        and isinstance(body[0], ast.With)
        and any(_calls(item.context_expr, "acting") for item in body[0].items)
    )


def _handed_on(tree: ast.Module) -> Iterator[tuple[int, str]]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if _writes(node) and id(node) not in called:
            yield node.lineno, "hands on what writes, to be called when somebody else may be here"
        if isinstance(node, ast.Attribute) and node.attr == "store" and _of_the_library(node):
            yield node.lineno, "goes past the library to its tables, where nobody asks for an actor"


def files() -> list[Path]:
    return sorted([*(ROOT / "dashboard").rglob("*.py"), *(ROOT / "pages").rglob("*.py")])


def test_what_writes_is_known_from_the_library() -> None:
    assert {"ingest", "value", "submit", "cancel", "promote", "settle", "undo", "override", "set_role"} <= WRITERS


def test_every_call_that_writes_takes_whoever_is_logged_in_at_that_moment() -> None:
    sources = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in files()}
    assert sum(source.count("actor=") for source in sources.values()) > 15
    found = [each for path, source in sources.items() for each in complaints(path, source)]
    assert found == [], "\n" + "\n".join(found)


PLANTED = {
    "a callback with the actor of the drawing": """
def _settle(key, actor):
    avm().reviews.settle([key], "keep", actor=actor)
""",
    "a branch with the actor of the page": """
actor = login.require("analyst")
if st.button("Go"):
    avm().jobs.submit("train", actor=actor)
""",
    "a callback made in a part that asked for it when it was drawn": """
def show(key):
    with acting() as actor:
        st.button("Go", on_click=lambda: avm().reviews.undo([key], actor=actor))
""",
    "a function made there": """
def show(key):
    with acting() as actor:
        def go():
            avm().reviews.undo([key], actor=actor)
        st.button("Go", on_click=go)
""",
    "another person after all": """
def show(key, old):
    with acting() as actor:
        actor = old
        avm().reviews.undo([key], actor=actor)
""",
    "an actor that is made up": 'avm().jobs.submit("train", actor=Actor("me", "admin", "dashboard"))',
    "an actor that nobody sees": 'avm().jobs.submit("train", **given)',
    "a library call as the callback": """
def show(key):
    with acting() as actor:
        st.button("Go", on_click=avm().reviews.undo, args=([key],), kwargs={"actor": actor})
""",
    "a library call with its actor bound": """
def show(key):
    with acting() as actor:
        st.button("Go", on_click=partial(avm().reviews.undo, [key], actor=actor))
""",
    "after it": """
def go():
    with acting() as actor:
        pass
    avm().jobs.submit("train", actor=actor)
""",
    "a fragment with what was known when it was drawn": """
def _progress(job_id, actor):
    small(job_id)
st.fragment(_progress, run_every=1.0)(job.id, actor)
""",
    "a fragment by its decorator": """
@st.fragment(run_every=1.0)
def progress(job_id):
    small(job_id)
""",
    "a dialog": """
def _show(entry):
    small(entry)
st.dialog("Entry", width="large")(_show)(entry)
""",
    "a fragment that draws before it asks": """
@st.fragment
def progress(job_id):
    small(job_id)
    with acting() as actor:
        avm().jobs.cancel(job_id, actor=actor)
""",
    "the tables themselves": "avm().store.jobs.cancel(job_id)",
}


@pytest.mark.parametrize("source", PLANTED.values(), ids=PLANTED)
def test_a_call_as_somebody_who_may_be_gone_is_found(source: str) -> None:
    assert complaints("dashboard/planted.py", source)


ALLOWED = {
    "a callback": """
def go():
    with notes(), acting() as actor:
        avm().jobs.submit("train", actor=actor)
""",
    "a branch in it": """
def go():
    with login.acting() as who:
        if ready:
            avm().jobs.submit("train", actor=who, **more)
""",
    "a dialog": """
@st.dialog("Entry")
def show(entry):
    '''Show it.'''
    with notes(), acting():
        small(entry)
""",
    "reading": "avm().log.find(limit=10, **criteria)",
    "a callback that only chooses": "st.dataframe(rows, on_select=lambda: choose(rows))",
}


@pytest.mark.parametrize("source", ALLOWED.values(), ids=ALLOWED)
def test_a_call_as_whoever_is_here_is_left_alone(source: str) -> None:
    assert complaints("dashboard/planted.py", source) == []
