"""One `Settings`, read from the environment and ``.env``; built by the doors, never at import."""

from __future__ import annotations

import ipaddress
import logging
import os
import re
import secrets
from collections.abc import Collection, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, Literal, Self
from urllib.parse import quote_plus

from pydantic import AfterValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from pricing_core.cron import check_expression, check_zone
from pricing_core.errors import SettingsError
from pricing_core.home import usual_data_dir, usual_models_dir
from pricing_core.misspelt import slips_in_environment, slips_in_file, strangers_in_file
from pricing_core.nouns.declared import CORE_ALONE, Declaration
from pricing_core.private import FOLDER
from pricing_core.words import Message

Port = Annotated[int, Field(ge=1, le=65_535)]
Limit = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_log = logging.getLogger("tasador")
_SHORTEST_SECRET = 32
_COLUMNS = Path(__file__).resolve().parent / "columns.yaml"
_PLACEHOLDERS = frozenset({"changeme", "change-me", "change_me", "secret", "password", "example", "todo"})


def _no_placeholder(value: SecretStr | None) -> SecretStr | None:
    if value is not None and (text := value.get_secret_value()):
        if text.strip().lower() in _PLACEHOLDERS:
            raise ValueError(Message("still holds a placeholder: put a real secret there, or leave it out"))
        return value
    return None


def _long_enough(value: SecretStr | None) -> SecretStr | None:
    if value is not None and len(value.get_secret_value()) < _SHORTEST_SECRET:
        raise ValueError(Message("is too short: use at least {least} random characters", least=_SHORTEST_SECRET))
    return value


def _cron(value: str | None) -> str | None:
    return None if value is None else check_expression(value)


def _web_address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/]+\S*", value):
        raise ValueError(
            Message(
                "is no web address: {address:quoted}. Write the address of a MapLibre style, such as "
                "https://tiles.example.com/style.json, or leave it out for maps that ask nothing of the internet",
                address=value,
            )
        )
    return value


def _networks(value: str) -> str:
    return ", ".join(str(_network(part.strip())) for part in value.split(",") if part.strip())


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(
            Message(
                "{address:quoted} is no address and no network: list those of your own proxies with commas between "
                "them, such as 10.0.0.5, 172.16.0.0/12",
                address=text,
            )
        ) from None
    if network.prefixlen == 0:
        raise ValueError(
            Message(
                "{address:quoted} is every address there is, so anybody could pass for anybody: list those of your own "
                "proxies",
                address=text,
            )
        )
    return network


Secret = Annotated[SecretStr | None, AfterValidator(_no_placeholder)]


class Settings(BaseSettings):
    """What can be set from outside. ``.env.example`` lists every field with a comment."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True, case_sensitive=True
    )

    DEBUG: bool = Field(False, description="Log more; show details of unexpected errors in the API's log")
    PRE_LOAD: bool = Field(
        True,
        description="Load champion and comparables when a process starts; if not, the first valuation waits for them",
    )
    SHUFFLE_RAW_DATA: bool = Field(False, description="Merge the train and test rows and split them anew, seeded")
    SPLIT_SEED: int = Field(42, ge=0, le=2**32 - 1, description="Seed of that split")
    TEST_SHARE: float = Field(0.2, gt=0, lt=1, description="Share of test rows where no split is given")
    MIN_TARGET_THRESHOLD: float = Field(
        0, ge=0, allow_inf_nan=False, description="Listings with a price at or below this are skipped"
    )
    TEST_PREDICT: bool = Field(True, description="Study the test rows when a model has been trained")
    TRAIN_ON_UNREVIEWED_ERRORS: bool = Field(
        False, description="Train and test on listings with errors that nobody has reviewed"
    )
    TRAINING_THREADS: int = Field(1, ge=1, le=256, description="Threads that one training may use")

    AUTO_PROMOTE: Literal["manual", "when_passed"] = Field(
        "manual", description="Who promotes a challenger that passed the gate: a person, or the training itself"
    )
    GATE_SECTOR_SHARE: float = Field(
        0.10, ge=0, le=10, description="By what share of the champion's error a sector may become worse"
    )
    GATE_AREA_DROP: float = Field(0.05, ge=0, lt=1, description="By what share more area may lower a value")
    GATE_JUMP_SHARE: float = Field(0.5, gt=0, le=100, description="By what share a logged home's value may move")
    RETRAIN_SCHEDULE: Annotated[str | None, AfterValidator(_cron)] = Field(
        None, description="Train at these times, as a cron expression; never by the clock when left out"
    )
    RETRAIN_TIMEZONE: Annotated[str, AfterValidator(check_zone)] = Field(
        "UTC", description="Time zone of that expression"
    )
    RETRAIN_NEW_ROWS: int = Field(0, ge=0, description="Train when so many new rows have come; 0 = never")
    RETRAIN_ON_DRIFT: bool = Field(False, description="Train when an alert says that the market has drifted")

    KEEP_PREDICTIONS_DAYS: int = Field(0, ge=0, le=36_500, description="Days that logged predictions are kept")
    KEEP_JOBS_DAYS: int = Field(180, ge=0, le=36_500, description="Days that ended jobs and their lines are kept")
    KEEP_SNAPSHOTS_DAYS: int = Field(365, ge=0, le=36_500, description="Days that snapshots of the rows are kept")

    DATA_DIR: Path = Field(
        default_factory=usual_data_dir,
        description="Database, interim and processed data, secrets; where there is no folder data, the user's own",
    )
    MODELS_DIR: Path = Field(
        default_factory=lambda given: usual_models_dir(given["DATA_DIR"]),
        description="MLflow store, artefacts and the fitted preprocessor; beside DATA_DIR where there is no models",
    )
    DATABASE_URL: Secret = Field(None, description="Tasador's own database; SQLite under DATA_DIR when left out")
    USE_DB: bool = Field(False, description="Take listings from a table of another database")
    SOURCE_DATABASE_URL: Secret = Field(None, description="That database; built from the DB_ settings when left out")
    SOURCE_TABLE: str = Field("raw_data", min_length=1, description="Its table or view with the listings")
    DB_HOST: str = Field("localhost", description="PostgreSQL host of the listings of USE_DB")
    DB_PORT: Port = Field(5432, description="Its port")
    DB_USER: str | None = Field(None, description="Its user")
    DB_PASSWORD: Secret = Field(None, description="Its password")
    DB_NAME: str | None = Field(None, description="Its database")
    MLFLOW_TRACKING_URI: str | None = Field(None, description="MLflow store; SQLite under MODELS_DIR when left out")
    MLFLOW_ARTIFACT_ROOT: str | None = Field(None, description="Where models are stored; under MODELS_DIR by default")

    HOST: str = Field("127.0.0.1", description="Address that dashboard and API listen on")
    DASHBOARD_PORT: Port = Field(8501, description="Port of the dashboard")
    API_PORT: Port = Field(8000, description="Port of the API")
    SECRET_KEY: Annotated[Secret, AfterValidator(_long_enough)] = Field(
        None, description="Signs cookies and keys; made under DATA_DIR when left out"
    )
    SESSION_DAYS: float = Field(7, gt=0, le=365, description="How long a login lasts, in days")
    TRUSTED_PROXIES: Annotated[str, AfterValidator(_networks)] = Field(
        "", description="Addresses and networks of the proxies whose X-Forwarded-For counts; nobody's when left out"
    )
    ANONYMOUS_MINUTES: float = Field(
        10, gt=0, le=1440, description="Minutes after which a page that nobody logged in to is ended, when idle"
    )
    UPLOAD_MB: int = Field(400, ge=1, le=4096, description="Megabytes that one person's open page may have uploaded")
    UPLOAD_FILES: int = Field(20, ge=1, le=1000, description="Files that one person's open page may have uploaded")

    COLUMNS_FILE: Path | None = Field(
        None, description="Your own columns of a home; columns.yaml in DATA_DIR when left out, if there is one"
    )
    CURRENCY: str = Field("UF", min_length=1, max_length=8, description="Currency of all prices")
    AREA_UNIT: Literal["m²", "ft²"] = Field("m²", description="Unit of all areas")
    MAP_STYLE: Annotated[str, AfterValidator(_web_address)] = Field(
        "", description="Address of a MapLibre style for the maps; our own ground without tiles when left out"
    )
    UI_LANGUAGE: Literal["auto", "en", "es"] = Field("auto", description="Language of the pages; auto asks the browser")

    WATCH_DAYS: int = Field(30, ge=1, le=366, description="Days of the prediction log that are watched")
    WATCH_BULK: bool = Field(False, description="Watch what was valued in files and batches too")
    ALERT_DRIFT_PSI: Limit = Field(0.25, description="Alert when a feature has moved by this PSI; 0 turns it off")
    ALERT_LOW_CONFIDENCE_SHARE: Limit = Field(0.3, le=1, description="Alert above this share of low confidence")
    ALERT_UNKNOWN_SECTOR_SHARE: Limit = Field(0.1, le=1, description="Alert above this share in unknown sectors")
    ALERT_LIVE_MDAPE: Limit = Field(0.2, description="Alert above this median error against later prices")
    ALERT_COVERAGE_90: Limit = Field(0.8, le=1, description="Alert below this share of prices in the 90 % range")
    ALERT_LATENCY_P95_MS: Limit = Field(500, description="Alert when one valuation in twenty takes longer")
    ALERT_ERROR_SHARE: Limit = Field(0.05, le=1, description="Alert above this share without a value")

    @model_validator(mode="after")
    def _source_is_complete(self) -> Self:
        if self.USE_DB and not self.SOURCE_DATABASE_URL and not (self.DB_USER and self.DB_NAME):
            raise ValueError(
                Message("USE_DB is on, but no database is named: set SOURCE_DATABASE_URL, or DB_USER and DB_NAME")
            )
        return self

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        if self.DASHBOARD_PORT == self.API_PORT:
            raise ValueError(
                Message("DASHBOARD_PORT and API_PORT are both {port}: give each a port of its own", port=self.API_PORT)
            )
        return self

    @property
    def database_url(self) -> str:
        """The address of Tasador's own database."""
        if self.DATABASE_URL is not None:
            return self.DATABASE_URL.get_secret_value()
        return f"sqlite:///{(self.DATA_DIR / 'database' / 'tasador.db').resolve()}"

    def has_home(self) -> bool:
        """Whether there is a database already; one on a server always counts as there."""
        scheme, found, path = self.database_url.partition(":///")
        return not (found and scheme.startswith("sqlite")) or Path(path.partition("?")[0]).exists()

    @property
    def home_chosen_by(self) -> Message:
        """What made `DATA_DIR` what it is."""
        if "DATA_DIR" in self.model_fields_set:
            return Message.verbatim("DATA_DIR")
        return Message("your user's data folder" if self.DATA_DIR.is_absolute() else "the folder data where you are")

    @property
    def source_url(self) -> str | None:
        """The address of the database that the client fills, or ``None`` where none is named."""
        if self.SOURCE_DATABASE_URL is not None:
            return self.SOURCE_DATABASE_URL.get_secret_value()
        if not (self.DB_USER and self.DB_NAME):
            return None
        password = f":{quote_plus(self.DB_PASSWORD.get_secret_value())}" if self.DB_PASSWORD else ""
        who = f"{quote_plus(self.DB_USER)}{password}"
        return f"postgresql+psycopg2://{who}@{self.DB_HOST}:{self.DB_PORT}/{quote_plus(self.DB_NAME)}"

    @property
    def columns_file(self) -> Path:
        """The file that declares columns beside those of the core."""
        own = self.DATA_DIR / _COLUMNS.name
        return self.COLUMNS_FILE or (own if own.exists() else _COLUMNS)

    @property
    def columns(self) -> Declaration:
        """The columns that the client declares, read once a process.

        Raises
        ------
        SettingsError
            Naming the file, the line and the key that cannot be used.
        """
        return _declaration(self.columns_file.resolve())

    @property
    def trusted_proxies(self) -> list[str]:
        """The networks of `TRUSTED_PROXIES`, also as a server that listens on IPv6 and IPv4 at once sees them."""
        given = [ipaddress.ip_network(part.strip()) for part in self.TRUSTED_PROXIES.split(",") if part.strip()]
        mapped = [f"::ffff:{net.network_address}/{96 + net.prefixlen}" for net in given if net.version == 4]
        return [str(net) for net in given] + [str(ipaddress.ip_network(net)) for net in mapped]

    @property
    def upload_dir(self) -> Path:
        """Where uploaded files wait for the worker, for a day."""
        return self.DATA_DIR / "uploads"

    @property
    def tracking_uri(self) -> str:
        """The address of the MLflow store."""
        given = self.MLFLOW_TRACKING_URI or f"sqlite:///{(self.MODELS_DIR / 'mlflow.db').resolve()}"
        scheme, sign, rest = given.partition("://")
        # MLflow leaves the driver to SQLAlchemy, whose default is one that is not installed with us.
        return f"postgresql+psycopg2{sign}{rest}" if scheme in ("postgresql", "postgres") else given

    @property
    def artifact_root(self) -> str:
        """The folder or address under which MLflow keeps the models."""
        return self.MLFLOW_ARTIFACT_ROOT or (self.MODELS_DIR / "artifacts").resolve().as_uri()

    def has_secret(self) -> bool:
        """Whether there is a secret already; else `secret_key` makes one."""
        return self.SECRET_KEY is not None or self._secret_path.exists()

    @property
    def _secret_path(self) -> Path:
        return self.DATA_DIR / "database" / "secret.key"

    def secret_key(self) -> str:
        """The secret that signs cookies and keys; the first call makes one that only this user may read."""
        if self.SECRET_KEY is not None:
            return self.SECRET_KEY.get_secret_value()
        path = self._secret_path
        if not path.exists():
            _write_secret(path)
        secret = path.read_text(encoding="ascii").strip()
        if len(secret) < _SHORTEST_SECRET:
            raise SettingsError(
                "The file {name} holds no secret: restore it, or delete it and issue all keys anew.",
                inside=f"Its path is {path}.",
                name=path.name,
            )
        return secret


def _write_secret(path: Path) -> None:
    path.parent.mkdir(FOLDER, parents=True, exist_ok=True)
    # Only this user may read a temporary file, and linking it makes the whole secret appear at once.
    with NamedTemporaryFile("w", dir=path.parent, encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        with suppress(FileExistsError):  # another process was quicker
            os.link(file.name, path)


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from the environment and ``.env``; the overrides win.

    Raises
    ------
    SettingsError
        Naming each variable that cannot be used, what arrived and what is allowed, each name in ``.env`` that is
        misspelt, and what cannot be used in ``columns.yaml``.
    """
    try:
        settings = Settings(**overrides)
        written = DotEnvSettingsSource(Settings).env_vars
    except ValidationError as error:
        raise SettingsError(Message.joined([_sentence(problem) for problem in _told(error)])) from None
    except UnicodeDecodeError:
        raise SettingsError("The file .env is not UTF-8 text: save it as UTF-8. See .env.example.") from None
    except OSError as error:
        raise SettingsError(
            "The file .env cannot be read: {problem}. See .env.example.", problem=error.strerror
        ) from None
    _tell_misspelt(written)
    _ = settings.columns  # one that cannot be used is refused now, by every door
    return settings


def _tell_misspelt(written: Collection[str]) -> None:
    known = Settings.model_fields.keys()
    if slips := list(slips_in_file(written, known)):
        raise SettingsError(Message.joined([*slips, Message("See .env.example.")]))
    for sentence in (*strangers_in_file(written, known), *slips_in_environment(os.environ.keys(), known)):
        _warn_once(sentence)


@cache
def _declaration(path: Path) -> Declaration:
    if path == _COLUMNS:  # it declares nothing, and reading it would cost every command its time
        return CORE_ALONE
    from pricing_core.column_file import read_declaration

    return read_declaration(path)


@cache
def _warn_once(sentence: Message) -> None:
    _log.warning("Warning: %s See .env.example.", sentence)


def _told(error: ValidationError) -> Iterator[ErrorDetails]:
    # A folder that follows from another setting says nothing of its own while that one is wrong.
    return (problem for problem in error.errors() if problem["type"] != "default_factory_not_called")


def _sentence(problem: ErrorDetails) -> Message:
    name = str(problem["loc"][0]) if problem["loc"] else ""
    field = Settings.model_fields.get(name)
    words = Message.of(problem.get("ctx", {}).get("error", problem["msg"]))
    if not name:
        return Message("{problem}. See .env.example.", problem=words)
    # A secret must not be echoed, not even a wrong one.
    if field is None or "Secret" in str(field.annotation):
        return Message("{name}: {problem}. See .env.example.", name=name, problem=words)
    arrived = problem["input"]
    return Message(
        "{name}: {problem}, but {arrived:quoted} arrived. See .env.example.",
        name=name,
        problem=words,
        arrived=arrived if isinstance(arrived, str | int | float) else str(arrived),
    )
