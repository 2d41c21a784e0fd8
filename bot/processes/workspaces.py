"""What an operator does with the workspaces of a desk: add one, list them, remove one."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from getpass import getpass

from pydantic import SecretStr
from redis.asyncio import Redis
from slack_sdk.errors import SlackApiError

from bot.processes.doctor.finding import Level
from bot.processes.doctor.house import manifest_scopes
from bot.processes.doctor.slack import check_scopes
from bot.slack.client import slack_client
from bot.slack.patience import NO_ANSWER, read_refusal
from bot.slack.workspaces import NONE_TO_SERVE
from bot.store.installations import Installation, Installations
from bot.telemetry.one_line import visible
from config.settings import Settings, SettingsError

LONGEST = 500
"""Characters of a token; Slack's have some 60."""


def read_token() -> SecretStr:
    """A bot token, from a prompt that shows nothing of it or from standard input; never from the command line, where
    other users of the machine see it.

    Raises:
        SettingsError: it is none.
    """
    line = getpass("Bot token (xoxb-…): ") if sys.stdin.isatty() else sys.stdin.readline(LONGEST)
    if not line.strip().startswith("xoxb-"):
        raise SettingsError("this is no bot token: one begins with xoxb- (in the app's OAuth & Permissions)")
    return SecretStr(line.strip())


async def add_workspace(redis: Redis, settings: Settings, token: SecretStr) -> None:
    """Ask Slack whose token it is and what it may do, and keep it.

    Raises:
        SettingsError: Slack does not take it or does not answer, or it may not do what the desk needs.
    """
    try:
        answer = await slack_client(token.get_secret_value(), settings.slack_api_url).auth_test()
    except SlackApiError as error:
        raise SettingsError(visible(f"Slack does not take this token ({read_refusal(error)[0] or 'error'})")) from None
    except NO_ANSWER as error:
        raise SettingsError(f"SLACK_API_URL: Slack cannot be reached ({type(error).__name__})") from None
    headers = {str(name).lower(): str(value) for name, value in answer.headers.items()}
    scopes = check_scopes(headers, manifest_scopes())
    if scopes.level is Level.FAIL:
        raise SettingsError(f"this token may not do all that the desk needs: {scopes.said}")
    installation = Installation(
        team=str(answer["team_id"]),
        name=str(answer.get("team") or ""),
        token=token,
        bot_user=str(answer["user_id"]),
        bot_id=str(answer.get("bot_id") or ""),
        added=datetime.now(UTC),
    )
    await Installations(redis, settings.token_keys).add(installation)
    print(visible(f"{installation.team} ({installation.name}) is added; a desk that runs serves it within seconds"))
    if not settings.token_keys:
        print("warning: TOKEN_KEY is not set, so this token is kept in Redis in plain; see claimdesk workspaces key")


async def list_workspaces(redis: Redis, settings: Settings) -> None:
    """Print a line for each workspace that was added."""
    kept = await Installations(redis, settings.token_keys).read()
    for team, installation in kept.installed.items():
        how = "in plain" if team in kept.plain else "encrypted"
        print(visible(f"{team}  {installation.name}  added {installation.added:%Y-%m-%d}  {how}"))
    for team, why in kept.unreadable.items():
        print(visible(f"{team}  its token cannot be used: {why}"))
    if settings.slack_bot_token is not None:
        print("and the workspace of SLACK_BOT_TOKEN (claimdesk doctor tells which)")
    elif not kept.installed and not kept.unreadable:
        print("none; see claimdesk workspaces add")


async def remove_workspace(redis: Redis, settings: Settings, team: str) -> None:
    """Let the token of a workspace go. Raises SettingsError if there is none."""
    if not await Installations(redis, settings.token_keys).remove(team):
        raise SettingsError(f"{visible(team)}: no such workspace was added")
    print(f"{team} is removed; its claims, articles and log stay")


async def check_any(redis: Redis, settings: Settings) -> None:
    """Raises SettingsError if there is no workspace to speak for."""
    if settings.slack_bot_token is None and not (await Installations(redis, settings.token_keys).read()).installed:
        raise SettingsError(NONE_TO_SERVE)
