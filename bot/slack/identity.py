"""Who the desk is in Slack."""

from __future__ import annotations

from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

REFUSED_TOKEN = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
"""Slack's words for a token that it does not take, and will not take later."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The workspace the app is installed in, and its bot user there."""

    team: str
    bot_user: str
    bot_id: str


async def ask_identity(client: AsyncWebClient) -> Identity:
    """Ask Slack once. Raises SlackApiError if it does not accept the token."""
    answer = await client.auth_test()
    return Identity(str(answer["team_id"]), str(answer["user_id"]), str(answer.get("bot_id") or ""))
