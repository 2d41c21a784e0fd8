"""The client that every part of the desk calls Slack with; each call of it is counted and timed."""

from __future__ import annotations

import time
from typing import Any

from opentelemetry.trace import SpanKind
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.patience import MAYBE_DONE, NO_ANSWER, REFUSED_APP, read_refusal, retry_after
from bot.telemetry.metrics import SLACK_CALL_SECONDS, SLACK_CALLS, SLACK_WAIT_SECONDS, SLACK_WAITS
from bot.telemetry.tracing import span

TIMEOUT = 15
"""Seconds to wait for an answer of Slack's; after that the fate of a call is unknown."""


def slack_client(token: str, api_url: str) -> AsyncWebClient:
    """A client that speaks for one installation of the app.

    Args:
        token: its bot token (``xoxb-…``).
        api_url: base URL of Slack's Web API, with a slash at its end.
    """
    return MeasuredClient(
        token=token,
        base_url=api_url,
        timeout=TIMEOUT,
        retry_handlers=[],  # the sender decides what is tried again: a retry below it could post twice
    )


class MeasuredClient(AsyncWebClient):
    """Slack's client; every method of the SDK goes through ``api_call``."""

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Make a call. Raises what the SDK raises."""
        begun, outcome = time.perf_counter(), "cancelled"
        with span(f"slack {api_method}", SpanKind.CLIENT):
            try:
                answer = await super().api_call(api_method, **arguments)
                outcome = "ok"
            except SlackApiError as error:
                outcome = _outcome(error, api_method)
                raise
            except NO_ANSWER:
                outcome = "no_answer"
                raise
            finally:
                SLACK_CALLS.labels(api_method, outcome).inc()
                SLACK_CALL_SECONDS.labels(api_method).observe(time.perf_counter() - begun)
        return answer


def _outcome(error: SlackApiError, method: str) -> str:
    """What a refusal means. Slack's own words for it are many; these few are what an operator acts on."""
    code, status, headers = read_refusal(error)
    if status == 429 or code == "ratelimited":
        SLACK_WAITS.labels(method).inc()
        SLACK_WAIT_SECONDS.labels(method).inc(retry_after(headers))
        return "ratelimited"
    if code in REFUSED_APP:
        return "app_refused"
    return "server_error" if status >= 500 or code in MAYBE_DONE else "refused"
