"""The prediction log, with filters and a file."""

from __future__ import annotations

from dashboard import login
from dashboard.parts.text import t
from dashboard.parts.views import empty, head, link, notes, small
from dashboard.predictions import log_table, opened
from dashboard.state import avm, settings

actor = login.require("agent")
head(t("Prediction log"), t("Every value that was given: for which home, by which version, to whom, when."))
small(log_table.who_sees_what(actor))

with notes():
    criteria = log_table.ask(actor)
    if count := avm().log.count(**criteria):
        log_table.table(criteria, count, settings())
    elif any(value is not None for name, value in criteria.items() if name != "requested_by" or actor.may("analyst")):
        empty("search", t("No valuation passes these filters"), t("Take a filter away, or choose more days."))
    else:
        empty(
            "list",
            t("No valuations yet"),
            t("The first value that is given appears here, with all that it was based on."),
        )
        link("value", t("Value a property"))

opened.panel()
