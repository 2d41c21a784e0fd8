"""Finds a message of ours by the id in its metadata, so that one whose fate is unknown is not posted twice."""

from __future__ import annotations

from slack_sdk.web.async_client import AsyncWebClient

EVENT_TYPE = "claimdesk_message"
"""``event_type`` of the metadata each of our messages carries; its payload is ``{"id": …}``."""

_SLACK_CLOCK = 120.0
"""Seconds by which Slack's clock may be behind ours."""


async def find_posted(client: AsyncWebClient, channel: str, thread_ts: str | None, id: str, since: float) -> str | None:
    """The ts of the message with this id that was posted in a channel or a thread after ``since``, or None."""
    oldest = f"{since - _SLACK_CLOCK:.6f}"
    cursor: str | None = None
    while True:
        if thread_ts:
            page = await client.conversations_replies(
                channel=channel, ts=thread_ts, oldest=oldest, limit=200, include_all_metadata=True, cursor=cursor
            )
        else:
            page = await client.conversations_history(
                channel=channel, oldest=oldest, limit=200, include_all_metadata=True, cursor=cursor
            )
        for message in page["messages"]:
            metadata = message.get("metadata") or {}
            if metadata.get("event_type") == EVENT_TYPE and metadata.get("event_payload", {}).get("id") == id:
                return str(message["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None
