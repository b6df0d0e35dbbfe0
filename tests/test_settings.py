from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from pricing_core import Settings, SettingsError, load_settings
from pricing_core.settings import _warn_once

ROOT = Path(__file__).parents[1]


def refused(**overrides: object) -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings(**overrides)
    return str(caught.value)


def with_env_file(monkeypatch: pytest.MonkeyPatch, folder: Path, content: bytes) -> None:
    path = folder / ".env"
    path.write_bytes(content)
    monkeypatch.setitem(Settings.model_config, "env_file", str(path))


def example_lines() -> dict[str, str]:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


# .env.example


def test_the_example_lists_every_setting_and_no_other() -> None:
    assert set(example_lines()) == set(Settings.model_fields)


def test_every_line_of_the_example_has_a_comment_above_it() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    settings = [number for number, line in enumerate(lines) if re.match(r"[A-Z_]+=", line)]
    assert [lines[number] for number in settings if not lines[number - 1].startswith("# ")] == []


def test_the_example_as_it_is_gives_the_defaults(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    defaults = load_settings()
    with_env_file(monkeypatch, tmp_path, (ROOT / ".env.example").read_bytes())
    assert load_settings() == defaults


# Where a home lies


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty working folder, and the data folder of a user."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    return tmp_path


def places(**given: object) -> tuple[Path, Path]:
    settings = load_settings(**given)
    return settings.DATA_DIR, settings.MODELS_DIR


def test_in_a_clone_the_home_is_its_data_and_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert places() == (Path("data"), Path("models"))


def test_where_there_is_no_folder_data_the_home_is_the_users_own(elsewhere: Path) -> None:
    assert places() == (elsewhere / "user/tasador/data", elsewhere / "user/tasador/models")
    assert not (elsewhere / "user").exists()


def test_a_folder_data_where_one_is_makes_the_home_there(elsewhere: Path) -> None:
    Path("data").mkdir()
    assert places() == (Path("data"), Path("models"))


def test_a_folder_models_of_somebody_else_does_not_tear_the_users_home_apart(elsewhere: Path) -> None:
    Path("models").mkdir()
    assert places() == (elsewhere / "user/tasador/data", elsewhere / "user/tasador/models")


def test_models_lie_beside_the_data_that_a_setting_names(elsewhere: Path) -> None:
    assert places(DATA_DIR=elsewhere / "d") == (elsewhere / "d", elsewhere / "models")
    Path("models").mkdir()  # as release 0.1.0 left it
    assert places(DATA_DIR=elsewhere / "d") == (elsewhere / "d", Path("models"))


def test_what_is_set_counts_before_any_folder(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("data", "models"):
        Path(name).mkdir()
    monkeypatch.setenv("DATA_DIR", str(elsewhere / "d"))
    monkeypatch.setenv("MODELS_DIR", str(elsewhere / "m"))
    assert places() == (elsewhere / "d", elsewhere / "m")


@pytest.mark.parametrize("url", ["sqlite:///{}", "sqlite+pysqlite:///{}", "sqlite:///{}?timeout=5"])
def test_there_is_a_home_once_its_database_is_there(tmp_path: Path, url: str) -> None:
    settings = load_settings(DATABASE_URL=url.format(tmp_path / "own.db"))
    assert not settings.has_home()
    (tmp_path / "own.db").touch()
    assert settings.has_home()


def test_a_database_on_a_server_counts_as_a_home() -> None:
    assert load_settings(DATABASE_URL="postgresql://user@host/name").has_home()


# Misspelt names


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("DASHBORD_PORT", "DASHBOARD_PORT"),
        ("DASHBOARDPORT", "DASHBOARD_PORT"),
        ("dashboard_port", "DASHBOARD_PORT"),
        ("TRUSTED_PROXYS", "TRUSTED_PROXIES"),
        ("DB_HSOT", "DB_HOST"),
        ("SECRETKEY", "SECRET_KEY"),
    ],
)
def test_a_misspelt_name_is_told_with_the_nearest_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture, written: str, meant: str
) -> None:
    with_env_file(monkeypatch, tmp_path, f"{written}=9000\n".encode())
    assert f"{written} in .env is no setting: did you mean {meant}?" in refused()
    with_env_file(monkeypatch, tmp_path, b"")
    monkeypatch.setenv(written, "9000")
    _warn_once.cache_clear()
    load_settings()
    assert f"{written} in the environment is no setting: did you mean {meant}?" in caplog.text


@pytest.mark.parametrize(
    "name", ["LANGUAGE", "HOSTNAME", "HOSTS", "PORT", "DEBUGGER", "SECRET_KEY_BASE", "XDG_DATA_DIRS", "DB_HOSTNAME"]
)
def test_a_variable_that_may_be_another_programs_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    _warn_once.cache_clear()
    load_settings()
    assert f"{name} in the environment" not in caplog.text


def test_a_variable_like_a_setting_that_is_given_too_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("DB_USER", "DB_USERS"):
        monkeypatch.setenv(name, "ana")
    _warn_once.cache_clear()
    load_settings()
    assert "DB_USERS" not in caplog.text


def test_any_other_name_in_the_file_is_told_and_stops_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with_env_file(monkeypatch, tmp_path, b"COLOUR_OF_THE_DOOR=red\nDB_PASS=hidden\nPOSTGRES_PASSWORD=x\n")
    _warn_once.cache_clear()
    load_settings()
    assert "COLOUR_OF_THE_DOOR in .env is no setting, and does nothing." in caplog.text
    assert "The nearest is DB_PASSWORD." in caplog.text
    assert "hidden" not in caplog.text
    assert "POSTGRES_PASSWORD" not in caplog.text


def test_the_same_warning_is_given_once(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setenv("DASHBORD_PORT", "9000")
    _warn_once.cache_clear()
    load_settings()
    load_settings()
    assert caplog.text.count("DASHBORD_PORT") == 1


# Wrong values


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "perhaps"),
        ("API_PORT", "eighty"),
        ("API_PORT", "0"),
        ("DASHBOARD_PORT", "65536"),
        ("DB_PORT", "-1"),
        ("TEST_SHARE", "0"),
        ("TEST_SHARE", "1"),
        ("TEST_SHARE", "nan"),
        ("MIN_TARGET_THRESHOLD", "-1"),
        ("MIN_TARGET_THRESHOLD", "nan"),
        ("MIN_TARGET_THRESHOLD", "inf"),
        ("SPLIT_SEED", "1.5"),
        ("SPLIT_SEED", str(2**32)),
        ("TRAINING_THREADS", "0"),
        ("SESSION_DAYS", "0"),
        ("SESSION_DAYS", "366"),
        ("AREA_UNIT", "acres"),
        ("UI_LANGUAGE", "fr"),
        ("MAP_STYLE", "tiles"),
        ("TRUSTED_PROXIES", "proxy.example.com"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "10.0.0.5, 10.0.0.0/33"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "::/0"),
        ("ANONYMOUS_MINUTES", "0"),
        ("UPLOAD_MB", "0"),
        ("UPLOAD_FILES", "0"),
        ("CURRENCY", "DOUBLOONS"),
    ],
)
def test_a_wrong_value_is_named_with_what_arrived(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    message = refused()
    assert message.startswith(f"{name}: ")
    assert repr(value) in message
    assert ".env.example" in message


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_PORT", "x")
    monkeypatch.setenv("DEBUG", "x")
    message = refused()
    assert "API_PORT" in message
    assert "DEBUG" in message


def test_an_empty_variable_counts_as_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("CURRENCY", "USD")
    assert load_settings() == load_settings(CURRENCY="USD")


def test_variables_of_other_programs_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLOUR_OF_THE_DOOR", "red")
    assert load_settings().DEBUG is False


@pytest.mark.parametrize("name", ["SECRET_KEY", "DB_PASSWORD", "DATABASE_URL", "SOURCE_DATABASE_URL"])
@pytest.mark.parametrize("placeholder", ["changeme", "Change-Me", " SECRET ", "password"])
def test_a_placeholder_is_refused_and_not_echoed(monkeypatch: pytest.MonkeyPatch, name: str, placeholder: str) -> None:
    monkeypatch.setenv(name, placeholder)
    message = refused()
    assert f"{name}: still holds a placeholder" in message
    assert "arrived" not in message


def test_secrets_do_not_show_in_the_settings() -> None:
    shown = repr(load_settings(SECRET_KEY="k3y-of-mine" * 4, DB_PASSWORD="pa55", DATABASE_URL="sqlite:///hidden.db"))
    assert not {"k3y-of-mine", "pa55", "hidden.db"} & set(re.findall(r"[\w.-]+", shown))


# .env


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_env_file(monkeypatch, tmp_path, b"API_PORT=9001\nCURRENCY=EUR\n")
    monkeypatch.setenv("API_PORT", "9002")
    settings = load_settings()
    assert (settings.API_PORT, settings.CURRENCY) == (9002, "EUR")


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_env_file(monkeypatch, tmp_path, "\ufeffAPI_PORT=9001\r\nAREA_UNIT=ft²\r\n".encode())
    settings = load_settings()
    assert (settings.API_PORT, settings.AREA_UNIT) == (9001, "ft²")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_a_file_in_another_encoding_is_refused_in_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, encoding: str
) -> None:
    with_env_file(monkeypatch, tmp_path, "AREA_UNIT=m²\n".encode(encoding))
    message = refused()
    assert ".env" in message
    assert "UTF-8" in message


def test_a_missing_file_is_no_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(Settings.model_config, "env_file", str(tmp_path / "none"))
    assert load_settings().API_PORT == 8000


# What is derived


def test_use_db_without_a_database_is_refused() -> None:
    assert "SOURCE_DATABASE_URL" in refused(USE_DB=True)
    assert load_settings(USE_DB=True, DB_USER="u", DB_NAME="n").source_url is not None


def test_the_source_address_quotes_what_must_be_quoted() -> None:
    url = load_settings(DB_USER="me@home", DB_PASSWORD="a/b:c", DB_NAME="x y", DB_PORT=5433).source_url
    assert url == "postgresql+psycopg2://me%40home:a%2Fb%3Ac@localhost:5433/x+y"


def test_the_databases_lie_under_their_folders_by_default(tmp_path: Path) -> None:
    settings = load_settings(DATA_DIR=tmp_path / "d", MODELS_DIR=tmp_path / "m")
    assert settings.database_url == f"sqlite:///{tmp_path / 'd' / 'database' / 'tasador.db'}"
    assert settings.tracking_uri == f"sqlite:///{tmp_path / 'm' / 'mlflow.db'}"
    assert settings.artifact_root == (tmp_path / "m" / "artifacts").as_uri()


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = load_settings(DATA_DIR=tmp_path).secret_key()
    assert len(first) >= 32
    assert load_settings(DATA_DIR=tmp_path).secret_key() == first
    assert stat.S_IMODE((tmp_path / "database" / "secret.key").stat().st_mode) == 0o600


def test_a_given_secret_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    assert load_settings(DATA_DIR=tmp_path, SECRET_KEY="x" * 40).secret_key() == "x" * 40
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg2"])
def test_runs_are_kept_in_postgresql_with_the_driver_that_is_installed(scheme: str) -> None:
    settings = Settings(MLFLOW_TRACKING_URI=f"{scheme}://user@host/runs")
    assert settings.tracking_uri == "postgresql+psycopg2://user@host/runs"


# Proxies


def test_proxies_are_addresses_and_networks_in_both_kinds_of_ip() -> None:
    settings = load_settings(TRUSTED_PROXIES=" 10.0.0.5,172.16.9.1/12 ,, fd00::1 ")
    assert settings.TRUSTED_PROXIES == "10.0.0.5/32, 172.16.0.0/12, fd00::1/128"
    assert settings.trusted_proxies[3:] == ["::ffff:a00:5/128", "::ffff:ac10:0/108"]


def test_nobody_is_trusted_to_forward_unless_it_is_said() -> None:
    assert load_settings().trusted_proxies == []
