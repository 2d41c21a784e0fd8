"""What stands in Redis is what the list of keys says, and a server that may forget is refused."""

from __future__ import annotations

import inspect
import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any
from unittest.mock import AsyncMock

import pytest
from desk.samples import ANA, BEN, NOW, RULES, TEAM, article, house_rules, propose, submission, task
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.articles.same_text import fingerprint
from bot.desk.commands import Dismiss, SetDue, SignOff, Take
from bot.desk.house import ChannelHouse, House
from bot.desk.messages import Wanted
from bot.desk.task import DismissalKind
from bot.desk.transitions import Context, apply
from bot.digest.schedule import DigestSettings
from bot.reminders.records import Marks, Reminder
from bot.sandbox import Workspace
from bot.slack.permalinks import Permalinks
from bot.slack.render import Renderer
from bot.slack.sender import Sender
from bot.store.desk_store import DeskStore
from bot.store.house_store import Draft, HomeState, HouseStore
from bot.store.keys import PREFIX, TEAMS, Keys
from bot.store.parked import internal
from bot.store.redis_client import UnfitRedis, check_fit
from bot.store.reminder_store import ReminderStore

REDIS_TYPES = {
    "JSON": "string",
    "Sorted set": "zset",
    "List": "list",
    "Stream": "stream",
    "Hash": "hash",
    "Set": "set",
    "Lock": "string",
    "Time": "string",
    "Text": "string",
    "Mark": "string",
}


def documented() -> dict[str, tuple[re.Pattern[str], str]]:
    """Every key by method: a pattern of its name, and its type as the first words of its description say."""
    found = {}
    for name, method in inspect.getmembers(Keys, inspect.isfunction):
        if name.startswith("_"):
            continue
        parts = [f"@{parameter}@" for parameter in list(inspect.signature(method).parameters)[1:]]
        pattern = re.sub("@[a-z]+@", "[^{}]+", re.escape(method(Keys(TEAM), *parts)))
        word = next(w for w in REDIS_TYPES if (method.__doc__ or "").startswith(w))
        found[name] = (re.compile(pattern), REDIS_TYPES[word])
    return found


async def test_every_key_of_a_busy_day_is_documented_and_stays_on_its_workspaces_node(
    redis: Redis, slack: Workspace, client: AsyncWebClient
) -> None:
    ada = slack.add_user("ada")
    channel = slack.add_channel("desk", members=[ada]).id
    store = DeskStore(redis, TEAM)
    here = {"channel": channel, "thread_ts": None, "asker": ada.id}
    await store.receive(submission("s0", **here | {"thread_ts": "1.2"}), cut=True)
    await store.receive(submission("s1", **here))
    await store.receive(submission("s2", **here))
    await store.fail("s2", "sorry", reason=internal(ValueError()))
    tasks = [task(n, channel=channel) for n in (1, 2, 3, 4)]
    await store.file("s1", article(), tasks, fingerprint(article().text))
    for id, command, by in (
        ("s1-1", Take(), ANA),
        ("s1-1", propose(), ANA),
        ("s1-1", SignOff(1), BEN),
        ("s1-1", propose("true", correction="Counted again", recheck=date(2026, 6, 1)), ANA),
        ("s1-1", SignOff(2), BEN),
        ("s1-2", Take(), ANA),
        ("s1-2", SetDue(NOW + timedelta(hours=1)), ANA),
        ("s1-3", Dismiss("", DismissalKind.DUPLICATE, "s1-1"), ANA),
    ):
        context = Context(by, RULES, NOW)
        await store.change_task(id, lambda t, _, command=command, context=context: apply(t, command, context), by=by)
    await store.mark_overdue(NOW + timedelta(hours=2))
    await store.change_digest(channel, lambda _: DigestSettings(channel=channel), by=ANA)
    await store.want(Wanted("n:1", "C0NOWHERE", "notice", body={"text": "x"}))
    houses = HouseStore(redis, TEAM)
    await houses.change_house(House(), by=ANA)
    await houses.change_channel(channel, ChannelHouse(), by=ANA)
    await houses.keep_draft("s1-2", ANA, Draft(values={"rating": "true"}))
    await houses.look_at(ANA, HomeState(), NOW)
    await houses.refresh_homes(NOW, most=1)
    reminders = ReminderStore(redis, TEAM)
    reminder = Reminder(id="U0ANA:1", person=ANA, at=NOW, tz="UTC", choices=("1h",), items=())
    await reminders.remind(ANA, lambda _: (Marks(sent=1), reminder))

    links = Permalinks(client, redis, store.keys)
    sender = Sender(
        client, redis, store.keys, Renderer(store, house_rules, links), post_every=0.2, cannot_post=AsyncMock()
    )
    await redis.delete(store.keys.sending(channel))
    for queue in ("C0NOWHERE", channel):
        await sender.deliver(queue)
    await links.of("card:s1-1")
    await reminders.remind_channel(channel, NOW, lambda untold, _: untold)
    await redis.set(store.keys.sending(channel), "held for a moment", px=60_000)
    await redis.set(store.keys.pace(channel), "1", px=60_000)
    await store.want(Wanted("n:2", ada.id, "notice", body={"text": "x"}))
    assert await sender._outbox.rest(ada.id, await sender._outbox.waiting(ada.id), 60)

    keys, seen = documented(), set()
    for key in await redis.keys("*"):
        if key == TEAMS:
            continue
        assert key.startswith(f"{PREFIX}:{{{TEAM}}}:"), key
        matching = [name for name, (pattern, _) in keys.items() if pattern.fullmatch(key)]
        assert matching, f"{key} is not documented"
        kind = await redis.type(key)
        fitting = [name for name in matching if keys[name][1] == kind]
        assert fitting, f"{key} is a {kind}"
        seen.update(fitting)
    assert seen == set(keys), "keys that nothing writes"


def test_no_two_records_share_a_key() -> None:
    keys = Keys(TEAM)
    names = [
        method(keys, *["x"] * (len(inspect.signature(method).parameters) - 1))
        for name, method in inspect.getmembers(Keys, inspect.isfunction)
        if not name.startswith("_")
    ]
    assert len(names) == len(set(names))
    assert all("{" + TEAM + "}" in name for name in names)
    assert Keys("T1").task("x") != Keys("T2").task("x")


@pytest.fixture
async def configured(redis: Redis) -> AsyncIterator[Redis]:
    """The server, with its configuration put back afterwards."""
    names = ("maxmemory-policy", "appendonly")
    before: dict[str, Any] = {}
    for name in names:
        before |= await redis.config_get(name)
    yield redis
    for name, value in before.items():
        await redis.config_set(name, value)


async def test_our_own_server_is_fit(redis: Redis) -> None:
    assert await check_fit(redis) == []


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
async def test_a_server_that_evicts_is_refused_with_the_setting_to_change(configured: Redis, policy: str) -> None:
    await configured.config_set("maxmemory-policy", policy)
    with pytest.raises(UnfitRedis) as refused:
        await check_fit(configured)
    assert str(refused.value) == (
        f"REDIS_URL: maxmemory-policy is {policy}, which deletes records; set it to noeviction"
    )


async def test_a_server_without_an_append_only_file_is_warned_of(configured: Redis) -> None:
    await configured.config_set("appendonly", "no")
    (warning,) = await check_fit(configured)
    assert "append-only file is off" in warning
    assert "set appendonly yes" in warning


@pytest.mark.parametrize(("version", "fit"), [("6.0.16", False), ("6.2.0", True), ("5.9.9", False), ("10.0.1", True)])
async def test_a_server_that_is_too_old_is_refused(redis: Redis, version: str, fit: bool) -> None:
    class OfThatVersion:
        async def info(self, section: str) -> dict[str, Any]:
            answer: dict[str, Any] = await redis.info(section)
            answer.pop("valkey_version", None)
            return answer | ({"redis_version": version} if section == "server" else {})

    server: Any = OfThatVersion()
    if fit:
        assert await check_fit(server) == []
    else:
        with pytest.raises(UnfitRedis, match=rf"^REDIS_URL: Redis {re.escape(version)} is too old; 6\.2 or newer"):
            await check_fit(server)
