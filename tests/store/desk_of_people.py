"""A desk on which people did everything that leaves their names somewhere, and a dump of all that is kept."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from desk.samples import ANA, BEN, CARO, CHANNEL, DAN, NOW, RULES, TEAM, article, claim, propose, submission, task
from redis.asyncio import Redis

from bot.articles.same_text import fingerprint
from bot.desk import articles
from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    Follow,
    HandOver,
    Object,
    Reopen,
    Reply,
    Reword,
    SetDue,
    SignOff,
    Take,
)
from bot.desk.house import House
from bot.desk.messages import Wanted, home
from bot.desk.refusals import Refusal
from bot.desk.roles import EVERYBODY, Members, Role
from bot.desk.task import DismissalKind
from bot.desk.transitions import Context, apply
from bot.reminders.records import Kind, Mark, Marks, Reminder, ReminderItem
from bot.store.backup import export
from bot.store.desk_store import DeskStore
from bot.store.house_store import Draft, HomeState, HouseStore
from bot.store.outbox import Outbox
from bot.store.reminder_store import ReminderStore
from bot.store.schema import bring_up_to_date
from bot.store.upkeep_keys import UpkeepKeys

KEYS = UpkeepKeys(TEAM)
SAYS = f"<@{ANA}> and <@{ANA}|Ana Osei> know, ask @{ANA}, not <@{BEN}>"
"""Names her in the ways people do."""

COMMANDS: tuple[Command, ...] = (
    Take(),
    Follow(),
    HandOver(ANA),
    HandOver(BEN),
    Ask(SAYS, to=ANA),
    Ask(SAYS),
    Reply(SAYS),
    Reword(f"{SAYS} that it sank."),
    SetDue(NOW + timedelta(days=9)),
    Dismiss(SAYS),
    Dismiss("", DismissalKind.DUPLICATE, "s1-1"),
    Reopen(),
    propose(explanation=SAYS, summary=SAYS, correction=SAYS),
    SignOff(1, {"literal": "no"}),
    SignOff(2),
    Object(1, SAYS),
)
PEOPLE = (ANA, BEN, CARO)


async def begun(redis: Redis) -> DeskStore:
    """Three articles with three claims each; Ana asked for one, pasted one and posted one."""
    store = DeskStore(redis, TEAM)
    await bring_up_to_date(redis, TEAM)
    for n, asker in enumerate((ANA, DAN, BEN)):
        id = f"s{n}"
        text = f"Article {n}. {SAYS}. " + " ".join(f"word{n}x{i}" for i in range(99))
        sent = submission(id, asker=asker, text=f"{SAYS} {n}", thread_ts=None if n else f"177857820{n}.000100")
        await store.receive(sent, cut=n == 0)
        tasks = [task(k, submission=id, claim=claim(f"{SAYS} said that ferry {n}{k} sank.")) for k in (1, 2, 3)]
        await store.file(id, article(text=text, url=f"https://news.example/{n}"), tasks, fingerprint(text))
    await store.receive(submission("s9", asker=ANA, thread_ts="1778578209.000100"))
    await store.join("s9", "s1")
    return store


async def acted(store: DeskStore, acts: Sequence[tuple[str, Command, str]]) -> None:
    """People do this; what is refused is not done."""
    for id, command, by in acts:
        context = Context(by, RULES, NOW, EVERYBODY | {Role.ADMIN})
        original = command.of if isinstance(command, Dismiss) else None
        with suppress(Refusal):
            await store.change_task(id, lambda t, _: apply(t, command, context), by=by, original=original)  # noqa: B023


async def left_elsewhere(redis: Redis, store: DeskStore) -> None:
    """What she left beside the claims: settings, drafts, her Home, reminders, messages sent, waiting and refused."""
    houses = HouseStore(redis, TEAM)
    roles = {Role.EDITOR: Members(users=(ANA,)), Role.CHECKER: Members(users=(ANA, BEN, CARO))}
    await houses.change_house(House(roles=roles), by=ANA)
    await houses.keep_draft("s1-1", ANA, Draft(values={"explanation": SAYS}))
    await houses.keep_draft("s1-1", BEN, Draft(values={"explanation": "x"}))
    for who in (ANA, BEN):
        await houses.look_at(who, HomeState(words="ferries"), NOW)
        await store.want(home(who))
        await redis.hset(KEYS.message(f"dm:{who}"), "channel", f"D{who}")  # type: ignore[misc]
    mark = Mark(about="assigned", told={Kind.DUE: NOW})
    await redis.set(KEYS.marks(ANA), Marks(by_task={"s1-1": mark}).model_dump_json())
    item = ReminderItem(task="s1-1", kind=Kind.DUE, since=NOW, about="assigned")
    reminder = Reminder(id="r1", person=ANA, at=NOW, tz="UTC", choices=(), items=(item,))
    ReminderStore(redis, TEAM)
    async with redis.pipeline(transaction=True) as pipe:
        ReminderStore(redis, TEAM)._keep(pipe, ANA, Marks(by_task={"s1-1": mark}), reminder)
        await pipe.execute()
    body = {"text": SAYS, "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": SAYS}}]}
    await store.want(
        Wanted(f"digest:{CHANNEL}:{ANA} 12.3", CHANNEL, "notice", about="s1-1", user=ANA, body=body),
        Wanted("said:abc", CHANNEL, "ephemeral", user=ANA, body=body),
        Wanted("said:def", ANA, "notice", user=ANA, body=body),
        Wanted("lost:s1-1:7", BEN, "lost", about=f"s1-1 {ANA}"),
        Wanted(f"told:s1-1:1:{ANA}", ANA, "told", about="s1-1 1 s1-1"),
    )
    async with store._redis.pipeline(transaction=True) as pipe:
        context = Context(ANA, RULES, NOW, EVERYBODY | {Role.ADMIN})
        await pipe.ping()
    with suppress(Refusal):
        await store.change_article("s2", lambda s, t: articles.close(s, t, SAYS, context), by=ANA, what="closed")
    outbox = Outbox(redis, KEYS)
    for n, id in enumerate(("card:s1-1", "card:s1-2", "summary:s1", "published:s1-1:1")):
        await outbox.done(CHANNEL, id, 99, channel=CHANNEL, ts=f"17785783{n:02}.000100")
    await outbox.bury(ANA, f"told:s1-1:1:{ANA}", "user_not_found")
    await outbox.bury(CHANNEL, f"digest:{CHANNEL}:{ANA} 12.3", "is_archived")


async def kept(redis: Redis) -> dict[str, str]:
    """All there is in Redis, by key."""
    found: dict[str, str] = {}
    async for key in redis.scan_iter(count=1000):
        kind = await redis.type(key)
        match kind:
            case "string":
                value = await redis.get(key)
            case "list":
                value = await redis.lrange(key, 0, -1)  # type: ignore[misc]
            case "set":
                value = sorted(await redis.smembers(key))  # type: ignore[misc]
            case "zset":
                value = await redis.zrange(key, 0, -1, withscores=True)
            case "hash":
                value = sorted((await redis.hgetall(key)).items())  # type: ignore[misc]
            case _:
                value = await redis.xrange(key)
        found[str(key)] = json.dumps(value, ensure_ascii=False)
    return found


async def traces(redis: Redis, user: str) -> list[str]:
    """Where a person's id still stands: keys, with what they hold, and the export."""
    there = re.compile(re.escape(user), re.IGNORECASE)
    found = [f"{key} = {value}" for key, value in (await kept(redis)).items() if there.search(f"{key} {value}")]
    out = io.BytesIO()
    await export(redis, TEAM, out)
    return found + [line for line in out.getvalue().decode().splitlines() if there.search(line)]
