"""What the desk asks Slack: the message a thread started with, and a person's timezone."""

from __future__ import annotations

import logging
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.lookup import EVENT_TYPE
from bot.slack.message_text import message_text
from bot.slack.patience import NO_ANSWER, patiently, read_refusal

log = logging.getLogger(__name__)


class NotVisible(Exception):
    """The desk cannot see a message; ``sentence`` says what the person can do about it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


_INVITE = "I cannot see the message that started this thread. Invite me to the channel, or paste the text here."
_NO_TEXT = "The message that started this thread has no text I can read. Please paste the text here."
_FILES = "The message that started this thread has a file and no text. I cannot read files yet: please paste the text."
_DELETED = "The message that started this thread was deleted. Please paste the text or the link here."
_INVISIBLE = frozenset(
    {"channel_not_found", "not_in_channel", "thread_not_found", "missing_scope", "message_not_found"}
)
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

        async def ask() -> AsyncSlackResponse:
            return await self._client.conversations_replies(
                channel=channel, ts=ts, limit=1, inclusive=True, include_all_metadata=True
            )

        try:
            page = await patiently(ask)
        except SlackApiError as error:
            if read_refusal(error)[0] in _INVISIBLE:
                raise NotVisible(_INVITE) from None
            raise
        first: dict[str, Any] = next(iter(page["messages"]), {})
        if (first.get("metadata") or {}).get("event_type") == EVENT_TYPE:
            raise NotVisible(_OURS)
        if first.get("subtype") == "tombstone":
            raise NotVisible(_DELETED)
        if not (text := message_text(first)):
            raise NotVisible(_FILES if first.get("files") else _NO_TEXT)
        return text

    async def timezone(self, user: str) -> str | None:
        """A person's IANA timezone, None where Slack does not tell."""
        try:
            answer = await self._client.users_info(user=user)
        except (SlackApiError, *NO_ANSWER) as error:
            log.warning("no timezone for %s: %s", user, type(error).__name__)
            return None
        return str(answer["user"].get("tz") or "") or None
