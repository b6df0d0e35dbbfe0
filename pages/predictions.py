"""The prediction log, with filters and a file."""

from __future__ import annotations

from dashboard import log_views, logged, login
from dashboard.state import avm, settings
from dashboard.text import t
from dashboard.views import empty, head, link, notes, small

actor = login.require("agent")
head("predictions")
small(log_views.who_sees_what(actor))

with notes():
    criteria = log_views.ask(actor)
    if count := avm().count_predictions(**criteria):
        log_views.table(criteria, count, settings())
    elif any(value is not None for name, value in criteria.items() if name != "requested_by" or actor.may("analyst")):
        empty("search", t("log.none_title"), t("log.none_text"))
    else:
        empty("list", t("log.empty_title"), t("log.empty_text"))
        link("value", t("log.to_value"))

logged.panel()
