"""``tasador home``."""

from __future__ import annotations

import click

from pricing_core.cli.output import aligned, json_option, no_home, print_json, said, t
from pricing_core.settings import load_settings


@click.command()
@json_option
def home(as_json: bool) -> None:
    """Say where listings, models and the log are kept, and why there. It creates nothing.

    A home is where DATA_DIR says; else the folder data of the working folder, where there is one, as in a clone; else
    the data folder of the user.
    """
    from pricing_core.store import parse_url, shown_address

    settings = load_settings()
    address = parse_url(settings.database_url)
    places = {
        "data": str(settings.DATA_DIR.resolve()),
        "models": str(settings.MODELS_DIR.resolve()),
        "database": shown_address(address.set(drivername=address.get_backend_name())),
    }
    if as_json:
        print_json({"exists": settings.has_home(), "chosen_by": said(settings.home_chosen_by), **places})
        return
    data = f"{places['data']} ({said(settings.home_chosen_by)})"
    named = [(t("Data:"), data), (t("Models:"), places["models"]), (t("Database:"), places["database"])]
    click.echo("\n".join(aligned(named)))
    if not settings.has_home():
        click.echo(said(no_home(settings)))


COMMANDS = (home,)
