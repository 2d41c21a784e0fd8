"""No secret stays in a text, however it is written."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telemetry.secrets import SHORTEST, Redactor
from config.settings import load_settings


@pytest.mark.parametrize(
    "said",
    [
        "token xoxb-123-456-CANARY refused",
        "xoxp-CANARY",
        "xoxe.xoxp-1-CANARY",
        "xoxe-1-CANARY",
        "xapp-1-A0-9-CANARY",
        "{'token': 'xoxa-2-CANARY'}",
        "https://hooks.slack.com/actions/T1/2/CANARY is gone",
        "no answer from rediss://desk:CANARY@redis.example:6380/0",
        "redis://:CANARY@host",
        "Authorization: Bearer CANARY123",
        "{'authorization': 'bearer CANARY123'}",
    ],
)
def test_what_is_shaped_like_a_secret_is_hidden_though_nobody_knows_it(said: str) -> None:
    assert "CANARY" not in Redactor()(said)


@pytest.mark.parametrize(
    "said",
    [
        "https://example.org/a/b?c=d:e@f",
        "message card:k7m2p9xq4r-1 cannot be delivered (is_archived)",
        "unix:///data/redis.sock?db=0",
        "the bearer of bad news",
    ],
)
def test_what_is_no_secret_stays(said: str) -> None:
    assert Redactor()(said) == said


@given(st.text(min_size=SHORTEST).filter(lambda s: len(set(s)) > 3), st.text(max_size=20), st.text(max_size=20))
def test_a_known_secret_is_hidden_in_every_way_of_writing_it(secret: str, before: str, after: str) -> None:
    hide = Redactor([secret])
    ways = [secret, repr(secret)[1:-1], json.dumps(secret)[1:-1]]
    if secret.isprintable():
        ways.append(quote(secret, safe=""))
    for way in ways:
        assert hide(before + way + after).count(way) <= (before + after).count(way)


def test_a_secret_too_short_to_tell_from_a_word_does_not_garble_the_log() -> None:
    assert Redactor(["s"])("sensible settings") == "sensible settings"


def test_every_secret_setting_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_APP_TOKEN"):
        monkeypatch.setenv(name, f"canary-{name.lower()}")
    monkeypatch.setenv("REDIS_URL", "rediss://desk:p%40ss-canary@host:6380/1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=canary-key-1,other=canary-key-2")
    hide = Redactor(load_settings().secrets())
    said = "canary-slack_bot_token canary-slack_signing_secret canary-slack_app_token p%40ss-canary p@ss-canary"
    assert "canary" not in hide(f"{said} x-key=canary-key-1 canary-key-2")
