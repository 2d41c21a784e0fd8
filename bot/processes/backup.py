"""``claimdesk export`` and ``claimdesk import``: a whole desk as lines of JSON, and back."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import IO

from redis.asyncio import Redis

from bot.processes.on_redis import workspaces
from bot.processes.visible import visible
from bot.store.backup import BackupError, export, restore
from config.settings import SettingsError


async def export_desk(redis: Redis, team: str | None, out: IO[bytes]) -> None:
    """Write the workspace that is named, or all there are, and say on standard error how much it was.

    Raises:
        SettingsError: there is no such workspace, or it cannot be read as it was at one moment.
    """
    for each in await workspaces(redis, team):
        try:
            lines = await export(redis, each, out)
        except BackupError as error:
            raise SettingsError(visible(str(error))) from None
        out.flush()
        print(f"{visible(each)}: {lines} lines", file=sys.stderr)


async def import_desk(redis: Redis, lines: Iterable[bytes]) -> None:
    """Restore what was exported, and say on standard error how much it was.

    Raises:
        SettingsError: the lines are no export or were changed, or a workspace is not empty.
    """
    try:
        async for team, count in restore(redis, lines):
            print(f"{visible(team)}: {count} lines restored", file=sys.stderr)
    except BackupError as error:
        raise SettingsError(visible(str(error))) from None
