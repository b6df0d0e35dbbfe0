"""The report on an uploaded file says as much as that of the command line."""

from __future__ import annotations

from tests.factories import listings
from tests.pages.conftest import Open, shown


def test_an_upload_is_told_with_reasons_findings_their_lines_and_what_to_do(open_empty: Open) -> None:
    homes = listings(60).astype(object)
    homes.loc[3, "price"] = "ask"
    homes.loc[[5, 6], "net_area"] = -5
    homes.loc[10:14, ["latitude", "longitude"]] = homes.loc[10:14, ["longitude", "latitude"]].to_numpy(copy=True)
    app = open_empty("listings")
    app.file_uploader[0].upload("homes.csv", homes.to_csv(index=False).encode(), "text/csv").run()
    app.button(key="upload_load").click().run()
    words = shown(app)
    assert "59 listings were taken. 1 row was skipped." in words
    assert "training leaves out what has an error" in words
    assert "Exchange the names of the columns" in words
    assert "<p>line 5: ask</p>" in words
    assert "<b>Outside what is possible</b> <span>Error · 2 rows</span><p>line 7: net_area is -5 m²" in words
    assert "<b>Coordinates swapped</b> <span>Error · 5 rows</span><p>line 12: The point -70." in words
