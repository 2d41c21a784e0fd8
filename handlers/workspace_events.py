"""What happens in Slack beside the desk: channels that close, people who change or leave, the app taken away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
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
        await desk.sync.person_changed(user["id"], member_of(user, desk.store.team))

    app.event("channel_archive")(closed)
    app.event("group_archive")(closed)
    app.event("channel_left")(closed)
    app.event("group_left")(closed)
    app.event("user_change")(user_changed)


def register_leaving(app: AsyncApp, bot_user: str, leave: Callable[[], Awaitable[None]]) -> None:
    """Listen to the events that end the desk's work for a workspace; ``bot_user`` is who it is there."""

    async def uninstalled() -> None:
        await leave()

    async def revoked(event: dict[str, Any]) -> None:
        if bot_user in (event["tokens"].get("bot") or ()):
            await leave()

    app.event("app_uninstalled")(uninstalled)
    app.event("tokens_revoked")(revoked)
