"""Short work on the desk's Redis from the command line, whether or not the desk runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.exceptions import ConnectionError, TimeoutError

from bot.processes.redis_url import redis_url
from bot.processes.visible import visible
from bot.store.desk_store import teams
from bot.store.keys import Keys
from bot.store.redis_client import connect
from bot.store.trouble import refused
from bot.telemetry.logs import set_up_logging
from config.settings import Settings, SettingsError, load_settings

T = TypeVar("T")


def on_redis(role: str, work: Callable[[Redis], Coroutine[Any, Any, T]]) -> T:
    """Do something on the Redis that is set, or on the embedded one.

    Raises:
        SettingsError: Redis does not answer.
    """

    async def connected(settings: Settings, url: str) -> T:
        async with connect(url) as redis:
            return await work(redis)

    return on_redis_url(role, connected)


def on_redis_url(role: str, work: Callable[[Settings, str], Coroutine[Any, Any, T]]) -> T:
    """The same for work that connects by itself. Raises as ``on_redis`` does."""
    settings = load_settings()
    set_up_logging(settings.log_level, role, secrets=settings.secrets())
    with redis_url(settings) as url:
        try:
            return asyncio.run(work(settings, url))
        except (ConnectionError, TimeoutError) as error:
            raise SettingsError(f"REDIS_URL: {refused(error)}") from None


async def workspaces(redis: Redis, team: str | None) -> list[str]:
    """The workspace that is named, or all there are.

    Raises:
        SettingsError: there is no such workspace.
    """
    known = await teams(redis)
    if team is None:
        return known
    if team not in known and not await redis.exists(Keys(team).log(), Keys(team).log_head()):
        raise SettingsError(f"{visible(team)}: no such workspace here; there are: {', '.join(known) or 'none'}")
    return [team]
