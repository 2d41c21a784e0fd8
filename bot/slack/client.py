"""The client that every part of the desk calls Slack with."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

TIMEOUT = 15
"""Seconds to wait for an answer of Slack's; after that the fate of a call is unknown."""


def slack_client(token: str, api_url: str) -> AsyncWebClient:
    """A client that speaks for one installation of the app.

    Args:
        token: its bot token (``xoxb-…``).
        api_url: base URL of Slack's Web API, with a slash at its end.
    """
    return AsyncWebClient(
        token=token,
        base_url=api_url,
        timeout=TIMEOUT,
        retry_handlers=[],  # the sender decides what is tried again: a retry below it could post twice
    )
