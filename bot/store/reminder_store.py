"""Reminders of one workspace: what people were told is written in the same step as the message that tells it.

So a clock that is killed neither loses a reminder nor sends it twice, and of two clocks one sends it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from redis.asyncio.client import Pipeline

from bot.desk.messages import Wanted
from bot.desk.task import Task, TaskState
from bot.reminders.records import Marks, Reminder
from bot.store.records import Records, got
from bot.store.redis_client import strings

KEPT = timedelta(days=30)
"""How long the buttons of a reminder work."""


class ReminderStore(Records):
    """Marks and reminders in Redis, and who there is to remind."""

    async def channels(self) -> list[str]:
        """Channels that have tasks."""
        return sorted(strings(await self._redis.smembers(self.keys.channels())))

    async def people(self, channel: str) -> frozenset[str]:
        """Who works in a channel: people who have had one of its tasks or signed a verdict there."""
        return frozenset(strings(await self._redis.smembers(self.keys.people(channel))))

    async def reminder(self, id: str) -> Reminder:
        """A reminder as it stands; raises Missing if there is none, or none any more."""
        return Reminder.model_validate_json(await self._text(self.keys.reminder(id)))

    async def remind(self, person: str, build: Callable[[Marks], tuple[Marks, Reminder | None]]) -> Reminder | None:
        """Keep a person's new marks and want the reminder that ``build`` makes of the old ones; returns it."""
        sent: list[Reminder | None] = []

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            row = await pipe.get(self.keys.marks(person))
            before = Marks.model_validate_json(row) if row else Marks()
            marks, reminder = build(before)
            sent[:] = [reminder]
            return None if marks == before else lambda: self._keep(pipe, person, marks, reminder)

        await self._atomically(step, self.keys.marks(person))
        return sent[0]

    async def answer(self, id: str, change: Callable[[Reminder, Marks], tuple[Reminder, Marks]]) -> Reminder:
        """Change a reminder and the marks of its person, and show the change in the message.

        Raises:
            Missing: there is no such reminder any more.
        """
        person = (await self.reminder(id)).person
        done: list[Reminder] = []

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            before = Reminder.model_validate_json(await got(pipe, self.keys.reminder(id)))
            row = await pipe.get(self.keys.marks(person))
            reminder, marks = change(before, Marks.model_validate_json(row) if row else Marks())
            done[:] = [reminder]
            return None if reminder == before else lambda: self._keep(pipe, person, marks, reminder)

        await self._atomically(step, self.keys.reminder(id), self.keys.marks(person))
        return done[0]

    def _keep(self, pipe: Pipeline, person: str, marks: Marks, reminder: Reminder | None) -> None:
        pipe.set(self.keys.marks(person), marks.model_dump_json())
        if reminder is not None:
            pipe.set(self.keys.reminder(reminder.id), reminder.model_dump_json(), ex=KEPT)
            self._want(pipe, [Wanted(f"reminder:{reminder.id}", person, "reminder", about=reminder.id)])

    async def remind_channel(
        self, channel: str, now: datetime, choose: Callable[[Sequence[Task], datetime | None], Sequence[Task]]
    ) -> bool:
        """Want one message about open claims that ``choose`` takes; False if it takes none.

        It chooses from those the channel was never told of, and is given the time at which it was told of others.
        """

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            told = self.keys.told_free(channel)
            ids = strings(await pipe.zdiff([self.keys.tasks_in(channel, TaskState.OPEN), told]))
            if not ids:
                return None
            last = await pipe.zrange(told, -1, -1, withscores=True)
            rows = await self._redis.mget([self.keys.task(id) for id in ids])
            untold = [Task.model_validate_json(row) for row in rows if row]
            chosen = choose(untold, datetime.fromtimestamp(float(last[0][1]), UTC) if last else None)
            if not chosen:
                return None
            about = " ".join(task.id for task in chosen)

            def write() -> None:
                pipe.zadd(told, {task.id: now.timestamp() for task in chosen})
                self._want(pipe, [Wanted(f"unassigned:{channel}:{now:%Y%m%dT%H%M%S}", channel, "unassigned", about)])

            return write

        return await self._atomically(step, self.keys.told_free(channel))
