"""Settings, files of ``config/`` and time zones: what can be looked at without asking anybody."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from bot.desk.ratings import parse_scales
from bot.processes.doctor.finding import Finding, fail, ok, warn
from bot.reminders.rules import parse_reminder_rules
from config.settings import Settings

_SECRET = re.compile(r"[0-9a-f]{32}")


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Whether the tokens that a desk needs are set, and look like what they should be."""
    if settings.slack_bot_token is None:  # without any other it is a FAIL, which is said when Redis was asked
        yield warn("SLACK_BOT_TOKEN", "is not set; only workspaces that were added are served")
    else:
        yield _token("SLACK_BOT_TOKEN", settings, "xoxb-", needed=True)
    by_socket = settings.slack_app_token is not None and not settings.slack_http
    if by_socket:
        yield _token("SLACK_APP_TOKEN", settings, "xapp-", needed=True)
        return
    secret = settings.slack_signing_secret
    if secret is None:
        yield fail(
            "SLACK_SIGNING_SECRET",
            "is not set, and neither is SLACK_APP_TOKEN; one is needed: see docs/configuration.md",
        )
    elif not _SECRET.fullmatch(secret.get_secret_value()):
        yield warn("SLACK_SIGNING_SECRET", "is not 32 hexadecimal digits; copy it from the app's Basic Information")
    else:
        yield ok("SLACK_SIGNING_SECRET", "set")


def _token(name: str, settings: Settings, begins: str, *, needed: bool) -> Finding:
    value = getattr(settings, name.lower())
    if value is None:
        return fail(name, "is not set; see docs/configuration.md")
    if not value.get_secret_value().startswith(begins):
        return warn(name, f"does not begin with {begins}, so it may be a token of another kind")
    return ok(name, "set")


def manifest_scopes() -> frozenset[str]:
    """The scopes that the app's manifest asks for."""
    manifest: dict[str, Any] = json.loads(_read("slack-manifest.json"))
    return frozenset(manifest["oauth_config"]["scopes"]["bot"])


_PARSED: dict[str, Callable[[str], object]] = {
    "ratings.toml": parse_scales,
    "reminders.toml": parse_reminder_rules,
    "slack-manifest.json": json.loads,
}


def check_files() -> Iterator[Finding]:
    """Whether every file of ``config/`` can be read."""
    bad = 0
    names = sorted(f.name for f in files("config").iterdir() if f.name.endswith((".toml", ".json", ".txt")))
    for name in sorted({*names, *_PARSED}):
        try:
            if not _PARSED.get(name, str.strip)(_read(name)):
                raise ValueError("it is empty")
        except (OSError, ValueError) as error:
            bad += 1
            yield fail(f"config/{name}", f"{error}; mend it, or take the one that came with Claimdesk")
    if not bad:
        yield ok("config", f"{len(names)} files can be read")


def _read(name: str) -> str:
    return files("config").joinpath(name).read_text("utf-8")


def check_time_zones() -> Finding:
    """Whether digests can be set by a person's clock."""
    try:
        ZoneInfo("Europe/Istanbul")
    except (OSError, ValueError):
        return fail("time zones", "no data; install the package tzdata")
    return ok("time zones", f"{len(available_timezones())} are known")
