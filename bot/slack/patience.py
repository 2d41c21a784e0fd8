"""What Slack's answers mean for trying again, and a caller that waits as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError

Answer = TypeVar("Answer")

NO_ANSWER = (TimeoutError, aiohttp.ClientError, OSError)
"""What a call raises that Slack did not answer."""
MAYBE_DONE = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Slack's words for errors of its own, after which part of the work may be done (docs.slack.dev, chat.postMessage)."""
REFUSED_APP = frozenset(
    {"account_inactive", "invalid_auth", "missing_scope", "not_authed", "token_expired", "token_revoked"}
)
"""Slack refuses the app, not the message; an operator has to act, and nothing may be dropped meanwhile."""


def read_refusal(error: SlackApiError) -> tuple[str, int, dict[str, Any]]:
    """The error code, the HTTP status and the headers of a refusal; a 5xx has no JSON and so no code."""
    response = error.response
    data = getattr(response, "data", response)
    code = data.get("error", "") if isinstance(data, dict) else ""
    return str(code), int(getattr(response, "status_code", 200)), dict(getattr(response, "headers", {}))


def retry_after(headers: dict[str, Any]) -> float:
    """Seconds that Slack asks to wait, however the header is spelled; 1 if it does not say."""
    return next((float(v) for k, v in headers.items() if k.lower() == "retry-after"), 1.0)


def backoff(attempts: int) -> float:
    """Seconds before the next try, growing to half a minute."""
    return float(min(30.0, 0.5 * 2 ** min(attempts, 10)))


async def patiently(call: Callable[[], Awaitable[Answer]], tries: int = 8) -> Answer:
    """Make a call that changes nothing in Slack: 429 is waited out as told, Slack's own errors are tried again.

    Raises:
        SlackApiError: Slack says no for good, or still says "later" at the last try.
    """
    attempt = 0
    while True:
        attempt += 1
        try:
            return await call()
        except SlackApiError as error:
            code, status, headers = read_refusal(error)
            limited = status == 429 or code == "ratelimited"
            if attempt >= tries or not (limited or status >= 500 or code in MAYBE_DONE):
                raise
            pause = retry_after(headers) if limited else backoff(attempt)
        except NO_ANSWER:
            if attempt >= tries:
                raise
            pause = backoff(attempt)
        await asyncio.sleep(pause)
