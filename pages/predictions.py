"""The prediction log, with filters and a file."""

from __future__ import annotations

from dashboard import login
from dashboard.parts.text import t
from dashboard.parts.views import empty, head, link, notes, small
from dashboard.predictions import log_table, opened
from dashboard.state import avm, settings

actor = login.require("agent")
head("predictions")
small(log_table.who_sees_what(actor))

with notes():
    criteria = log_table.ask(actor)
    if count := avm().log.count(**criteria):
        log_table.table(criteria, count, settings())
    elif any(value is not None for name, value in criteria.items() if name != "requested_by" or actor.may("analyst")):
        empty("search", t("log.none_title"), t("log.none_text"))
    else:
        empty("list", t("log.empty_title"), t("log.empty_text"))
        link("value", t("log.to_value"))

opened.panel()
