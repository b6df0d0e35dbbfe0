"""Sentences are kept as data: an English template with its facts, in place of finished texts in one or two languages.

A stored text is turned where it is one of a former release, as `former_sentences` has them; any other keeps its words.
"""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from pricing_core.store.migrations.former_sentences import alerted, came_of, judged, turned
from pricing_core.words import Message

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_AT_ONCE = 5_000
_TEXTS = (
    ("findings", "message"),
    ("jobs", "stage"),
    ("jobs", "message"),
    ("job_lines", "line"),
    ("promotions", "reason"),
)
_ALERT = ("rule", "sentence", "value", "limit", "detail")


def upgrade() -> None:
    """Bring the schema to this revision."""
    for table, column in _TEXTS:
        _rewrite(table, column, _as_data)
    _rewrite("alerts", "sentence", _alert_as_data, beside=_ALERT)
    _rewrite("verdicts", "content", judged, sa.JSON())
    _rewrite("jobs", "result", came_of, sa.JSON())
    with op.batch_alter_table("findings") as batch_op:
        batch_op.drop_column("message_es")


def downgrade() -> None:
    """Write the sentences out in English again."""
    with op.batch_alter_table("findings") as batch_op:
        batch_op.add_column(sa.Column("message_es", sa.Text(), nullable=True))
    for table, column in (*_TEXTS, ("alerts", "sentence")):
        _rewrite(table, column, _as_text)
    for table, column in (("verdicts", "content"), ("jobs", "result")):
        _rewrite(table, column, _in_english, sa.JSON())


def _as_data(text: str) -> str:
    return text if _is_data(text) else _written(turned(text))


def _is_data(text: str) -> bool:
    return not Message.from_text(text).is_verbatim or text.startswith('{"verbatim": ')


def _written(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False)


def _alert_as_data(rule: str, sentence: str, value: float, limit: float, detail: dict[str, Any]) -> str:
    return sentence if _is_data(sentence) else _written(alerted(rule, sentence, value, limit, detail))


def _as_text(text: str) -> str:
    return str(Message.from_text(text))


def _in_english(content: Any) -> Any:
    if isinstance(content, list):
        return [_in_english(each) for each in content]
    if not isinstance(content, dict):
        return content
    if content.keys() == {"verbatim"} or {"template", "facts"} <= content.keys():
        return str(Message.from_json(content))
    return {name: _in_english(value) for name, value in content.items()}


def _rewrite(
    table: str,
    column: str,
    change: Callable[..., Any],
    kind: sa.types.TypeEngine[Any] | None = None,
    beside: tuple[str, ...] = (),
) -> None:
    """Change every cell of a column, some thousand rows at a time; what stays the same is not written.

    Parameters
    ----------
    change
        Takes the cell, or the cells of the columns ``beside`` where they are named, and gives the new one.
    """
    key = "version" if table == "verdicts" else "id"
    cells = [
        sa.column(name, kind if name == column else sa.JSON() if name == "detail" else None)
        for name in (beside or (column,))
    ]
    rows = sa.table(table, sa.column(key), *cells)
    write = rows.update().where(rows.c[key] == sa.bindparam("the_key")).values({column: sa.bindparam("the_cell")})
    last = None
    while found := op.get_bind().execute(_page(rows, key, last)).mappings().all():
        made = [(row, change(*(row[cell.name] for cell in cells))) for row in found]
        new = [{"the_key": row[key], "the_cell": cell} for row, cell in made if cell != row[column]]
        if new:
            op.get_bind().execute(write, new)
        last = found[-1][key]


def _page(rows: Any, key: str, last: Any) -> sa.Select[Any]:
    page = sa.select(rows).order_by(rows.c[key]).limit(_AT_ONCE)
    return page if last is None else page.where(rows.c[key] > last)
