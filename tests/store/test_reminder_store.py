"""Reminders on a real Redis: told once, whoever's clock is at it, and never lost half-way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from desk.samples import ANA, BEN, CHANNEL, NOW, TEAM, article, do, in_review, propose, submission, task
from redis.asyncio import Redis

from bot.desk.commands import PutBack, SignOff, Take
from bot.desk.task import Task
from bot.reminders.personal import dismissed, snoozed
from bot.reminders.records import Kind, Mark, Marks, Reminder, ReminderItem
from bot.store.desk_store import DeskStore
from bot.store.outbox import Outbox
from bot.store.records import Missing
from bot.store.redis_client import connect
from bot.store.reminder_store import KEPT, ReminderStore

LATER = NOW + timedelta(hours=4)
ITEM = ReminderItem(task="s1-1", kind=Kind.OVERDUE, since=NOW, about="assigned 1")
MARK = Mark(about="assigned 1", told={Kind.OVERDUE: NOW})


@pytest.fixture
def desk(redis: Redis) -> DeskStore:
    return DeskStore(redis, TEAM)


@pytest.fixture
def reminders(redis: Redis) -> ReminderStore:
    return ReminderStore(redis, TEAM)


@pytest.fixture
def outbox(redis: Redis, desk: DeskStore) -> Outbox:
    return Outbox(redis, desk.keys)


def once(marks: Marks) -> tuple[Marks, Reminder | None]:
    """One reminder, as long as none was sent."""
    if marks.last:
        return marks, None
    items = (ITEM, ITEM.model_copy(update={"task": "s1-2"}))
    reminder = Reminder(id=f"{ANA}:1", person=ANA, at=NOW, tz="UTC", choices=("1h",), items=items)
    return Marks(last=NOW, sent=1, by_task={"s1-1": MARK, "s1-2": MARK}), reminder


async def marks(reminders: ReminderStore, redis: Redis) -> Marks:
    return Marks.model_validate_json(str(await redis.get(reminders.keys.marks(ANA))))


async def test_what_a_person_was_told_is_kept_with_the_message_that_tells_it(
    reminders: ReminderStore, outbox: Outbox, redis: Redis
) -> None:
    sent = await reminders.remind(ANA, once)
    assert sent
    assert sent == await reminders.reminder(f"{ANA}:1")
    assert (await marks(reminders, redis)).by_task["s1-1"] == MARK
    assert await outbox.waiting(ANA) == {f"reminder:{ANA}:1": 1}
    wanted = await outbox.message(f"reminder:{ANA}:1")
    assert wanted
    assert (wanted.wanted.shows, wanted.wanted.about) == ("reminder", f"{ANA}:1")
    assert await reminders.remind(ANA, once) is None
    assert await outbox.waiting(ANA) == {f"reminder:{ANA}:1": 1}


async def test_of_many_clocks_one_reminds(redis_url: str, reminders: ReminderStore, outbox: Outbox) -> None:
    clients = [connect(redis_url) for _ in range(4)]
    stores = [ReminderStore(client, TEAM) for client in clients]
    sent = await asyncio.gather(*(stores[n % 4].remind(ANA, once) for n in range(20)))
    for client in clients:
        await client.aclose()
    assert len([one for one in sent if one]) == 1
    assert await outbox.waiting(ANA) == {f"reminder:{ANA}:1": 1}


async def test_a_clock_that_breaks_off_leaves_nothing_behind_and_the_next_one_reminds(
    reminders: ReminderStore, outbox: Outbox, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **details: Any) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr("bot.store.records.want", broken)
        with pytest.raises(ConnectionResetError):
            await reminders.remind(ANA, once)
    assert await redis.dbsize() == 0
    assert await reminders.remind(ANA, once)
    assert await outbox.waiting(ANA) == {f"reminder:{ANA}:1": 1}


async def test_marks_that_changed_without_a_message_are_kept_and_unchanged_ones_not_written(
    reminders: ReminderStore, outbox: Outbox, redis: Redis
) -> None:
    await reminders.remind(ANA, once)
    forgotten = Marks(last=NOW, sent=1)
    assert await reminders.remind(ANA, lambda _: (forgotten, None)) is None
    assert await marks(reminders, redis) == forgotten
    assert await reminders.remind(BEN, lambda marks: (marks, None)) is None
    assert not await redis.exists(reminders.keys.marks(BEN))
    assert await outbox.queues() == {ANA: 0}


async def test_snooze_and_dismiss_change_the_message_and_what_is_told_next(
    reminders: ReminderStore, outbox: Outbox, redis: Redis
) -> None:
    await reminders.remind(ANA, once)
    await reminders.answer(f"{ANA}:1", lambda reminder, marks: snoozed(reminder, marks, "s1-1", LATER))
    shown = await reminders.answer(f"{ANA}:1", lambda reminder, marks: dismissed(reminder, marks, "s1-2"))
    assert [(item.rests, item.dismissed) for item in shown.items] == [(LATER, False), (None, True)]
    assert await reminders.reminder(f"{ANA}:1") == shown
    known = (await marks(reminders, redis)).by_task
    assert (known["s1-1"].rests, known["s1-2"].dismissed) == (LATER, {Kind.OVERDUE})
    assert await outbox.waiting(ANA) == {f"reminder:{ANA}:1": 3}
    again = await reminders.answer(f"{ANA}:1", lambda reminder, marks: dismissed(reminder, marks, "s1-2"))
    assert again == shown
    assert await outbox.waiting(ANA) == {f"reminder:{ANA}:1": 3}


async def test_two_presses_at_once_are_both_kept(reminders: ReminderStore) -> None:
    await reminders.remind(ANA, once)
    await asyncio.gather(
        reminders.answer(f"{ANA}:1", lambda reminder, marks: snoozed(reminder, marks, "s1-1", LATER)),
        reminders.answer(f"{ANA}:1", lambda reminder, marks: dismissed(reminder, marks, "s1-2")),
    )
    shown = await reminders.reminder(f"{ANA}:1")
    assert [(item.rests, item.dismissed) for item in shown.items] == [(LATER, False), (None, True)]


async def test_a_reminder_is_kept_for_a_month_and_then_missing(reminders: ReminderStore, redis: Redis) -> None:
    await reminders.remind(ANA, once)
    key = reminders.keys.reminder(f"{ANA}:1")
    assert KEPT.total_seconds() - 60 < await redis.ttl(key) <= KEPT.total_seconds()
    await redis.delete(key)
    with pytest.raises(Missing):
        await reminders.answer(f"{ANA}:1", lambda reminder, marks: (reminder, marks))


# Whom to remind


async def filed(desk: DeskStore, *tasks: Task) -> None:
    await desk.receive(submission())
    assert await desk.file("s1", article(), list(tasks))


async def test_who_works_in_a_channel_is_known_from_what_they_took_and_signed(
    desk: DeskStore, reminders: ReminderStore
) -> None:
    assert await reminders.channels() == []
    await filed(desk, task())
    assert await reminders.channels() == [CHANNEL]
    assert await reminders.people(CHANNEL) == frozenset()
    for command, by in ((Take(), ANA), (propose(), ANA), (SignOff(1), BEN)):
        await desk.change_task("s1-1", lambda t, _, command=command, by=by: do(t, command, by), by=by)
    assert await reminders.people(CHANNEL) == {ANA, BEN}
    assert await ReminderStore(reminders._redis, "T0OTHER").channels() == []


# Claims that nobody took


def everything(untold: Sequence[Task], last: datetime | None) -> Sequence[Task]:
    return untold


async def test_a_channel_is_told_once_of_each_open_claim(
    desk: DeskStore, reminders: ReminderStore, outbox: Outbox
) -> None:
    await filed(desk, task(1), task(2), in_review(task(3)))
    seen: list[tuple[list[str], datetime | None]] = []

    def first(untold: Sequence[Task], last: datetime | None) -> Sequence[Task]:
        seen.append((sorted(t.id for t in untold), last))
        return [t for t in untold if t.number == 1]

    assert await reminders.remind_channel(CHANNEL, NOW, first)
    assert await reminders.remind_channel(CHANNEL, LATER, everything)
    assert not await reminders.remind_channel(CHANNEL, LATER, everything)
    assert not await reminders.remind_channel(CHANNEL, LATER, first)
    assert seen == [(["s1-1", "s1-2"], None)]
    ids = [id for id in await outbox.waiting(CHANNEL) if id.startswith("unassigned:")]
    wanted = [message.wanted for message in await outbox.messages(ids)]
    assert [(w.shows, w.about) for w in wanted] == [("unassigned", "s1-1"), ("unassigned", "s1-2")]


async def test_a_channel_is_told_when_it_was_last_told_and_never_again_of_a_claim_that_was_put_back(
    desk: DeskStore, reminders: ReminderStore
) -> None:
    await filed(desk, task(1), task(2))
    await reminders.remind_channel(CHANNEL, NOW, lambda untold, last: untold[:1])
    told = (await desk.tasks_in(CHANNEL, task().state))[0].id
    for command in (Take(), PutBack()):
        await desk.change_task(told, lambda t, _, command=command: do(t, command, ANA), by=ANA)
    seen: list[Any] = []
    assert not await reminders.remind_channel(
        CHANNEL, LATER, lambda untold, last: seen.append(([t.id for t in untold], last)) or ()
    )
    assert [(told in ids, len(ids), last) for ids, last in seen] == [(False, 1, NOW)]


async def test_of_many_clocks_one_tells_the_channel(desk: DeskStore, reminders: ReminderStore, outbox: Outbox) -> None:
    await filed(desk, *(task(n) for n in range(1, 6)))
    before = await outbox.waiting(CHANNEL)
    moments = [NOW + timedelta(seconds=n) for n in range(10)]
    told = await asyncio.gather(*(reminders.remind_channel(CHANNEL, moment, everything) for moment in moments))
    assert sorted(told) == [False] * 9 + [True]
    assert len(await outbox.waiting(CHANNEL)) == len(before) + 1
