"""What the tests of the pages share: opening a page as someone, and reading what it shows."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from pricing_core import AVM, Actor, Fact, Message, load_settings, say
from tests.conftest import Once, TrainedHome, make_settings

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
HOME = {"type": "departamento", "net_usable_area": 70.0, "net_area": 78.0, "n_rooms": 3.0, "n_bathroom": 2.0}
Open = Callable[..., AppTest]


@pytest.fixture(scope="session", autouse=True)
def _packages_looked_through_once() -> Iterator[None]:
    """Each run of an AppTest looks for components in every installed package, which takes longer than the page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def clean_caches() -> Iterator[None]:
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


def opener(avm: AVM, monkeypatch: pytest.MonkeyPatch) -> Open:
    monkeypatch.setenv("DATA_DIR", str(avm.settings.DATA_DIR))
    monkeypatch.setenv("MODELS_DIR", str(avm.settings.MODELS_DIR))
    monkeypatch.setenv("PRE_LOAD", "false")

    def open_page(page: str = "value", *, role: str | None = "admin", **query: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=60)
        for name, value in query.items():
            app.query_params[name] = value
        if role is not None:
            app.session_state["authentication_status"] = True
            app.session_state["username"] = avm.access.open_session(person_of(avm, role))
        app.run()
        return app if page == "value" else app.switch_page(f"../pages/{page}.py").run()

    return open_page


def in_spanish(english: str, /, **facts: Fact) -> str:
    """A sentence of the pages as the catalogue has it in Spanish."""
    return say(Message(english, **facts), "es")


def person_of(avm: AVM, role: str) -> str:
    name, boss = f"page-{role}", Actor("boss", "admin", "library")
    if name not in {person.name for person in avm.access.people()}:
        avm.access.add_person(name, role, "a long password", actor=boss)  # type: ignore[arg-type]
    return name


@pytest.fixture
def open_page(trained_home: TrainedHome, monkeypatch: pytest.MonkeyPatch) -> Open:
    return opener(trained_home.avm, monkeypatch)


@pytest.fixture
def open_empty(avm: AVM, monkeypatch: pytest.MonkeyPatch) -> Open:
    return opener(avm, monkeypatch)


def shown(app: AppTest, *, failed: bool = False) -> str:
    """Every word on the page, which must be one that did not fail."""
    words = everything(app)
    assert not app.exception, app.exception
    assert ("Something went wrong on our side." in words) is failed
    return words


def everything(app: AppTest) -> str:
    html = [element.proto.body for element in app.get("html")]
    return " ".join([*html, *(element.value for element in app.markdown), *(element.value for element in app.caption)])


def keys(app: AppTest, kind: str) -> set[str]:
    return {element.key for element in getattr(app, kind)}


@pytest.fixture(scope="session")
def listed_home(once: Once, mlflow_template: Path, sample_files: tuple[Path, Path], admin: Actor) -> Path:
    """A folder with an installation that has listings, some with coordinates exchanged; it is only copied."""

    def ingest(folder: Path) -> None:
        frame = pd.read_csv(sample_files[0])
        exchanged = frame.dropna(subset=["latitude", "longitude"]).groupby("type").head(3).index
        frame.loc[exchanged, ["latitude", "longitude"]] = frame.loc[exchanged, ["longitude", "latitude"]].to_numpy()
        frame.to_csv(folder / "train.csv", index=False)
        avm = AVM(make_settings(folder, mlflow_template)).start()
        avm.listings.ingest(folder / "train.csv", test=sample_files[1], actor=admin)
        avm.listings.findings()
        avm.close()

    return once("listed", ingest)


@pytest.fixture
def listed(listed_home: Path, tmp_path: Path) -> Iterator[AVM]:
    """An installation of one's own with listings."""
    folder = shutil.copytree(listed_home, tmp_path / "listed")
    avm = AVM(load_settings(DATA_DIR=folder / "data", MODELS_DIR=folder / "models", PRE_LOAD=False)).start()
    yield avm
    avm.close()


@pytest.fixture
def open_listed(listed: AVM, monkeypatch: pytest.MonkeyPatch) -> Open:
    return opener(listed, monkeypatch)
