"""Slack: whether it takes our tokens, what the app may do there, and what time it is."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.processes.doctor.finding import Finding, fail, ok, skew, warn
from bot.processes.visible import visible
from bot.slack.patience import NO_ANSWER, read_refusal

WINDOW = 240.0
"""Seconds of difference from which on Slack's signatures may look too old: they are taken for five minutes."""
_TO_DO = {
    "token_revoked": "install the app again and set the new token",
    "token_expired": "install the app again and set the new token",
    "account_inactive": "install the app again and set the new token",
    "invalid_auth": "copy the token once more",
    "not_allowed_token_type": "it is a token of another kind",
    "missing_scope": "give the token the scope connections:write",
    "ratelimited": "try again in a minute",
}


async def check_slack(
    client: AsyncWebClient,
    wanted: Iterable[str],
    now: Callable[[], float] = time.time,
    name: str = "SLACK_BOT_TOKEN",
) -> AsyncIterator[Finding]:
    """A bot token with its scopes, against those that are ``wanted``, and Slack's clock. ``name`` is the token's."""
    before = now()
    try:
        answer = await client.auth_test()
    except SlackApiError as error:
        yield _refused(name, error)
        return
    except NO_ANSWER as error:
        yield _silent(error)
        return
    middle = (before + now()) / 2
    yield ok("slack", visible(f"@{answer['user']} in {answer['team']} ({answer['team_id']})"))
    headers = {str(k).lower(): str(v) for k, v in answer.headers.items()}
    yield check_scopes(headers, wanted)
    if "date" in headers:
        theirs = parsedate_to_datetime(headers["date"]).timestamp() + 0.5  # it is cut to the second
        yield skew("slack clock", theirs, middle, WINDOW, "Slack's payloads look too old and are refused")


def check_scopes(headers: Mapping[str, str], wanted: Iterable[str]) -> Finding:
    """What the app may do, as the headers of an answer say, against what it needs."""
    if "x-oauth-scopes" not in headers:
        return warn("slack scopes", "Slack does not say which there are; compare them with config/slack-manifest.json")
    granted = {scope.strip() for scope in headers["x-oauth-scopes"].split(",") if scope.strip()}
    if missing := sorted(set(wanted) - granted):
        return fail(
            "slack scopes",
            f"{', '.join(missing)} missing; take over config/slack-manifest.json and install the app again",
        )
    if more := sorted(granted - set(wanted)):
        return warn("slack scopes", visible(f"{', '.join(more)} not needed; a token should open no more than it must"))
    return ok("slack scopes", f"the {len(granted)} of the manifest")


async def check_socket_mode(client: AsyncWebClient, app_token: str) -> Finding:
    """Whether Slack opens a connection for the app-level token."""
    try:
        answer: Any = await client.apps_connections_open(app_token=app_token)
    except SlackApiError as error:
        return _refused("SLACK_APP_TOKEN", error)
    except NO_ANSWER as error:
        return _silent(error)
    if not str(answer.get("url") or "").startswith(("wss://", "ws://")):
        return fail("SLACK_APP_TOKEN", "Slack gives no address to connect to; switch Socket Mode on in the app")
    return ok("socket mode", "Slack opens connections")


def _refused(name: str, error: SlackApiError) -> Finding:
    code, status, _ = read_refusal(error)
    if status >= 500:
        return fail("slack", f"answers with status {status}; see status.slack.com and try again")
    return fail(name, visible(f"Slack refuses it ({code}); ") + _TO_DO.get(code, "see docs/configuration.md"))


def _silent(error: BaseException) -> Finding:
    return fail("slack", f"no answer ({type(error).__name__}); look at the network, and at SLACK_API_URL if it is set")
