"""What the desk asks Slack: the message a thread started with, and a person's timezone."""

from __future__ import annotations

import logging
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.lookup import EVENT_TYPE

log = logging.getLogger(__name__)


class NotVisible(Exception):
    """The desk cannot see a message; ``sentence`` says what the person can do about it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


_INVITE = "I cannot see the message that started this thread. Invite me to the channel, or paste the text here."
_NO_TEXT = "The message that started this thread has no text I can read. Please paste the text here."
_OURS = "This thread starts with a message of mine. Mention me together with the link or the text you want checked."


class People:
    """Reads from one workspace."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def message(self, channel: str, ts: str) -> str:
        """The text of the message that started a thread.

        Raises:
            NotVisible: it is not there, not visible to the desk, or has no text.
        """
        try:
            page = await self._client.conversations_replies(
                channel=channel, ts=ts, limit=1, inclusive=True, include_all_metadata=True
            )
        except SlackApiError as error:
            if error.response.get("error") in ("ratelimited", None):
                raise
            raise NotVisible(_INVITE) from None
        first: dict[str, Any] = next(iter(page["messages"]), {})
        if (first.get("metadata") or {}).get("event_type") == EVENT_TYPE:
            raise NotVisible(_OURS)
        if not first.get("text"):
            raise NotVisible(_NO_TEXT)
        return str(first["text"])

    async def timezone(self, user: str) -> str:
        """A person's IANA timezone, ``UTC`` where Slack does not tell."""
        try:
            answer = await self._client.users_info(user=user)
        except (TimeoutError, SlackApiError, aiohttp.ClientError) as error:
            log.warning("no timezone for %s: %s", user, type(error).__name__)
            return "UTC"
        return str(answer["user"].get("tz") or "UTC")
