"""The workspaces that were added: whether their tokens are encrypted, can be opened, and are taken by Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import replace

from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.processes.doctor.finding import Finding, fail, ok, warn
from bot.processes.doctor.slack import check_slack
from bot.slack.workspaces import NONE_TO_SERVE
from bot.store.installations import Installations
from bot.telemetry.one_line import visible
from config.settings import Settings


async def check_workspaces(
    redis: Redis, settings: Settings, client: Callable[[str], AsyncWebClient], wanted: Iterable[str]
) -> AsyncIterator[Finding]:
    """What Slack says of each token, with ``client`` made for it; nothing where no workspace was added."""
    kept = await Installations(redis, settings.token_keys).read()
    if settings.slack_bot_token is None and not kept.installed:
        yield fail("workspaces", NONE_TO_SERVE)
    if kept.plain:
        teams = visible(", ".join(sorted(kept.plain)))
        mend = "" if settings.token_keys else "set TOKEN_KEY (claimdesk workspaces key) and "
        yield warn("TOKEN_KEY", f"in Redis in plain: the tokens of {teams}; {mend}restart the desk to encrypt them")
    elif kept.installed:
        yield ok("TOKEN_KEY", "every token in Redis is encrypted")
    for team, why in kept.unreadable.items():
        yield fail(visible(f"{team} token"), why)
    for team, installation in kept.installed.items():
        found = check_slack(client(installation.token.get_secret_value()), wanted, name="token")
        async for finding in found:
            yield replace(finding, name=visible(f"{team} {finding.name}"))
