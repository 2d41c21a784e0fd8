"""What happens in Slack beside the desk: channels that close, people who change or leave."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.service import Desk
from bot.slack.people import member_of


def register(app: AsyncApp, desk: Desk) -> None:
    """Listen to the events of channels and people."""

    async def closed(event: dict[str, Any]) -> None:
        await desk.sync.channel_closed(event["channel"])

    async def user_changed(event: dict[str, Any]) -> None:
        user = event["user"]
        await desk.sync.person_changed(user["id"], member_of(user))

    app.event("channel_archive")(closed)
    app.event("group_archive")(closed)
    app.event("channel_left")(closed)
    app.event("group_left")(closed)
    app.event("user_change")(user_changed)
