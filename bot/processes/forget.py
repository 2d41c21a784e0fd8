"""``claimdesk forget``: a person disappears from everything that a desk keeps."""

from __future__ import annotations

import re
from contextlib import suppress
from importlib.resources import files

from redis.asyncio import Redis
from redis.exceptions import LockError, ResponseError

from bot.desk.ratings import parse_scales
from bot.desk.roles import A_PERSON
from bot.processes.on_redis import workspaces
from bot.store.forgetting import Busy, Forgetting, Forgotten
from bot.store.house_store import HouseStore
from bot.store.schema import bring_up_to_date
from bot.telemetry.one_line import visible
from config.settings import Settings, SettingsError

_USER = re.compile(r"[UW](?=[A-Z]*[0-9])[A-Z0-9]{2,30}|[UW][A-Z]{8,10}")
"""Slack's have 9 to 11 characters; a shorter one without a digit is a word: USER, WHO, USA."""


async def forget_person(redis: Redis, settings: Settings, user: str, team: str | None, *, dry: bool) -> None:
    """Forget a person in the workspace that is named, or in all, and say what was done, or would be.

    Raises:
        SettingsError: that is no id of a person, there is no such workspace, or somebody else is at what it changes.
    """
    if not _USER.fullmatch(user):
        raise SettingsError(f"{visible(user)}: the id of a person in Slack is like U012AB3CD (Copy member ID)")
    scales = parse_scales(files("config").joinpath("ratings.toml").read_text("utf-8"))
    for each in await workspaces(redis, team):
        await bring_up_to_date(redis, each)
        rules = (await HouseStore(redis, each).house()).rules(scales)
        try:
            forgotten = await Forgetting(redis, each, user, rules, dry=dry).run()
        except (Busy, LockError) as why:
            raise SettingsError(f"{visible(each)}: {why}; give the command again, and it goes on") from None
        for line in told(user, forgotten, dry=dry):
            print(f"{visible(each)}: {line}")
    if not dry:
        with suppress(ResponseError):  # not every provider lets one, and one rewrite may be under way
            await redis.bgrewriteaof()  # what was written before stands in that file until then
    if user in settings.admins:
        print(f"ADMINS names {user} still: take it out there, and start the desk anew")


def told(user: str, forgotten: Forgotten, *, dry: bool) -> list[str]:
    """What was done, in lines; the first one has the numbers."""
    counts = ", ".join(f"{what} {count}" for what, count in forgotten.changed.items() if count)
    if not counts:
        return [f"nothing of {user} is kept: no record and no entry of the log has such a person"]
    lines = [f"{user} {'would be' if dry else 'is'} forgotten ({counts})"]
    if forgotten.waiting:
        lines.append(f"what they wrote waits for sign-off, for others to sign or edit: {', '.join(forgotten.waiting)}")
    alone = "it was theirs alone; choose others in the settings"
    return [*lines, *(f"nobody is {A_PERSON[role]} now but admins: {alone}" for role in forgotten.roles)]
