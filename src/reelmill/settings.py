"""What an operator sets: one typed object, read once, from a file and the environment."""

import ast
import inspect
import os
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, cast

from pydantic import (
    BaseModel,
    Field,
    IPvAnyNetwork,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
    TomlConfigSettingsSource,
)

from reelmill.adapters.fetch.policy import FetchPolicy
from reelmill.model.errors import InvalidRequestError
from reelmill.model.facts import SandboxLevel
from reelmill.model.terms import Retention, WebhookTerms
from reelmill.recipes.sources import SourceLimits

PREFIX = "REELMILL_"
FILE = "reelmill.toml"
ELSEWHERE = {
    "REELMILL_CONFIG": "The file to read settings from; by default reelmill.toml, if there is one.",
    "REELMILL_FFMPEG": "The FFmpeg to run; by default the one that came with Reelmill.",
    "REELMILL_API_KEY": "The key of a client: `reelmill --server`, and examples/.",
    "REELMILL_URL": "The service that examples/ ask.",
    "REELMILL_FONTS": "Folders of fonts, separated by colons, beside those that came with Reelmill;"
    " by default the system's.",
}
"""Questions that only the environment answers: about the host (ffmpeg/locate.py), of clients."""

CPUS = os.cpu_count() or 1


class Settings(BaseSettings):
    """Every setting by its name; nested ones with two underscores.

    REELMILL_STALL_SECONDS=60, REELMILL_LIMITS__MAX_DURATION_SECONDS=3600. The same names in lower
    case stand in reelmill.toml (or in the file that REELMILL_CONFIG names); the environment wins.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        frozen=True,
        extra="forbid",
    )

    data_dir: Path = Path("reelmill-data")
    """Where the service keeps everything: its database, its storage, its secret."""
    host: str = "127.0.0.1"
    """The address to listen on."""
    port: int = Field(default=8000, ge=0, le=65535)
    """The port to listen on; 0: any that is free."""
    public_url: str | None = None
    """What clients see in front of the service, for the URLs in answers; by default what the
    request was sent to."""
    admin_key: SecretStr | None = Field(default=None, min_length=16)
    """A key that may do everything. Without one, the first start makes one and prints it."""
    secret: SecretStr | None = Field(default=None, min_length=32)
    """Signs playback URLs. By default 32 random bytes in the data folder."""
    roots: Annotated[tuple[Path, ...], NoDecode] = ()
    """Folders whose files may be named in jobs, separated by colons. None: no file may."""
    originals: Literal["copy", "link"] = "copy"
    """What becomes of sources from those folders: copied into the storage, or linked from it."""

    cpu_slots: int = Field(default=max(2, CPUS // 2), ge=0, le=256)
    """Steps that encode at the same time."""
    io_slots: int = Field(default=2, ge=0, le=64)
    """Steps that inspect, copy and close at the same time."""
    gpu_slots: int = Field(default=0, ge=0, le=64)
    """Steps that use a device at the same time."""
    encoder_threads: int | None = Field(default=None, ge=1, le=64)
    """Per encoder; by default one and a half per CPU."""
    stall_seconds: float = Field(default=120.0, gt=0)
    """A child that makes no frames, no bytes and uses no CPU for this long is ended."""
    step_seconds: float = Field(default=4 * 3600.0, gt=0)
    """A step may take this long, or three times its estimate if that is more."""
    memory_bytes: int = Field(default=8 << 30, gt=0)
    """Resident memory that a child may use."""
    sandbox: SandboxLevel = "partial"
    """The least wall around children that is accepted: strong (Landlock and seccomp), partial
    (seccomp alone), none. What the host has is used in any case; `reelmill doctor` says what."""
    disk_reserve_bytes: int = Field(default=256 << 20, ge=0)
    """Of the storage's disk, kept free for the database and for others: no step begins and no
    upload is taken that would need it."""
    limits: SourceLimits = SourceLimits()
    """What a source of the ladder may be."""

    requests_per_minute: int = Field(default=100, ge=1)
    """Per key, where neither the key nor the endpoint has a limit of its own."""
    endpoint_limits: dict[str, int] = Field(default_factory=dict)
    """Requests per minute and key, by operation id of the OpenAPI description."""
    max_queued_jobs: int = Field(default=10_000, ge=1)
    """More jobs that are not at their end are refused."""
    playback_seconds: int = Field(default=24 * 3600, ge=60)
    """How long the URLs in a job's document work."""
    upload_seconds: int = Field(default=24 * 3600, ge=60)
    """How long an upload in parts is kept that does not grow."""
    sockets_per_minute: int = Field(default=10, ge=1)
    """WebSockets that a key may open in a minute."""
    sockets_burst: int = Field(default=2, ge=1)
    """How many of them at once."""
    streams_per_key: int = Field(default=1000, ge=1)
    """Event streams and WebSockets of a key that are open at the same time, per process."""
    stream_token_seconds: int = Field(default=300, ge=1)
    """How long a stream token can be used to open a stream."""
    heartbeat_seconds: float = Field(default=15.0, gt=0)
    """Between the heartbeats of a stream."""
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Origins whose pages may use the API, separated by commas; `*`: all."""
    trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode] = ()
    """Networks whose X-Forwarded-For is believed, separated by commas."""

    fetch: FetchPolicy = FetchPolicy()
    """What may be fetched by URL. `networks` allows addresses that are not public."""

    webhooks: WebhookTerms = WebhookTerms()
    """How webhooks are sent: seconds before each further try, and for each request."""

    retention: Retention = Retention()
    """What is kept for how long, in days."""
    cleanup_seconds: float = Field(default=3600.0, gt=0)
    """Between clean-ups."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """What is worth a line."""
    log_format: Literal["auto", "console", "json"] = "auto"
    """auto: for eyes on a terminal, JSON elsewhere."""

    @field_validator("roots", mode="before")
    @classmethod
    def _folders(cls, value: object) -> object:
        return [one for one in value.split(":") if one] if isinstance(value, str) else value

    @field_validator("roots")
    @classmethod
    def _whole_paths(cls, found: tuple[Path, ...]) -> tuple[Path, ...]:
        for one in found:
            if not one.is_absolute():
                raise ValueError(f"{one} is no absolute path")
        return found

    @field_validator("cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        if isinstance(value, str):
            return [one.strip() for one in value.split(",") if one.strip()]
        return value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic-settings wants it
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then the file."""
        file = TomlConfigSettingsSource(settings_cls, settings_file())
        return init_settings, env_settings, file


def settings_file() -> Path:
    """The file that settings are read from, if it is there."""
    return Path(os.environ.get("REELMILL_CONFIG") or FILE)


def read_settings() -> Settings:
    """The settings of this environment and its file.

    Raises:
        InvalidRequestError: names the first setting that is wrong or that there is none of, or
            the file that cannot be read.
    """
    _check_names(os.environ)
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        reason = first["msg"].removeprefix("Value error, ")
        raise InvalidRequestError(f"{_named(first['loc'])}: {reason}") from error
    except SettingsError as error:  # in the environment, and it is not even JSON
        field = re.search(r'field "(\w+)"', str(error))
        name = _named((field[1],)) if field else str(error)
        raise InvalidRequestError(f"{name}: {error.__cause__}") from error
    except (OSError, ValueError) as error:
        raise InvalidRequestError(f"{settings_file()} cannot be read: {error}") from error


def source_of(field: str) -> str:
    """Where a setting comes from: "environment", "default", or the name of the file."""
    name = PREFIX + field.upper()
    if any(one == name or one.startswith(f"{name}__") for one in map(str.upper, os.environ)):
        return "environment"
    in_file = TomlConfigSettingsSource(Settings, settings_file())()
    return str(settings_file()) if field in in_file else "default"


def meanings() -> dict[str, str]:
    """What each setting is for: the words below it.

    Pydantic could read them too (use_attribute_docstrings), but at the start of every command.
    """
    body = ast.parse(inspect.getsource(Settings).strip()).body[0]
    found: dict[str, str] = {}
    for field, below in pairwise(cast("ast.ClassDef", body).body):
        match field, below:
            case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                found[name] = " ".join(text.split())
            case _:
                pass
    return found


def _named(location: tuple[int | str, ...]) -> str:
    """What an operator wrote, in the words of where they wrote it."""
    parts = [part for part in location if isinstance(part, str)]
    if source_of(parts[0]) == "environment":
        return PREFIX + "__".join(parts).upper()
    return f"{'.'.join(parts)} in {settings_file()}"


def _check_names(environment: Mapping[str, str]) -> None:
    """Refuse settings that do not exist: a misspelt one would otherwise be silently ignored."""
    defaults = {
        PREFIX + name.upper(): field.get_default(call_default_factory=True)
        for name, field in Settings.model_fields.items()
    }
    for name in sorted(environment):
        whole, nested, _ = name.upper().partition("__")
        if not whole.startswith(PREFIX) or name in ELSEWHERE:
            continue
        if whole not in defaults or (nested and not isinstance(defaults[whole], BaseModel | dict)):
            raise InvalidRequestError(f"there is no setting {name}; `reelmill settings` lists all")
    if environment.get("REELMILL_CONFIG") and not settings_file().is_file():
        raise InvalidRequestError(f"REELMILL_CONFIG names no file: {settings_file()}")
