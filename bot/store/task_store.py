"""Tasks of one workspace, and the atomic step that changes one with all that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from redis.asyncio.client import Pipeline

from bot.desk import messages
from bot.desk.house import ChannelHouse
from bot.desk.messages import Place
from bot.desk.pseudonyms import is_pseudonym
from bot.desk.task import Submission, Task, TaskState
from bot.desk.transitions import TOLD, Happened, Step
from bot.store import search
from bot.store.records import Records, got
from bot.store.redis_client import strings

FIRST_WATCH = timedelta(days=1)
"""After how long the page of a published verdict is read again for the first time."""

UNFINISHED = (TaskState.OPEN, TaskState.ASSIGNED, TaskState.QUESTION, TaskState.IN_REVIEW)
"""States without a verdict that is published, or with one that is looked at again."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a step may have to know beside its task: the task it would be a duplicate of, and the next free number."""

    original: Task | None
    next_number: int


_CONCERNS_DUPLICATES = TOLD | {Happened.DISMISSED, Happened.REOPENED}
"""What is shown where a claim repeats another one: its verdict, and that it was set aside."""


class TaskStore(Records):
    """Tasks, and the submissions they belong to."""

    # Reading

    async def submission(self, id: str) -> Submission:
        """Raises Missing if there is none."""
        return Submission.model_validate_json(await self._text(self.keys.submission(id)))

    async def submissions(self, ids: Sequence[str]) -> list[Submission]:
        """These submissions, without those that are gone."""
        rows = await self._redis.mget([self.keys.submission(id) for id in ids]) if ids else []
        return [Submission.model_validate_json(row) for row in rows if row]

    async def task(self, id: str) -> Task:
        """Raises Missing if there is none."""
        return Task.model_validate_json(await self._text(self.keys.task(id)))

    async def tasks_in(self, channel: str, *states: TaskState) -> list[Task]:
        """The tasks of a channel in these states, oldest article first and best claim first within it."""
        found: list[Task] = []
        for state in states:
            found += await self._tasks(strings(await self._redis.zrange(self.keys.tasks_in(channel, state), 0, -1)))
        return sorted(found, key=lambda t: (t.created, t.number))

    async def in_state(self, state: TaskState) -> list[Task]:
        """The tasks of all channels in a state, oldest first."""
        channels = strings(await self._redis.smembers(self.keys.channels()))
        found = [task for channel in channels for task in await self.tasks_in(channel, state)]
        return sorted(found, key=lambda t: (t.created, t.number))

    async def assigned_to(self, user: str) -> list[Task]:
        """What a person holds, in all channels."""
        return await self._tasks(strings(await self._redis.zrange(self.keys.assigned_to(user), 0, -1)))

    async def due_before(self, moment: datetime) -> list[Task]:
        """Unfinished tasks that were due by then, the longest overdue first."""
        return await self._tasks(strings(await self._redis.zrangebyscore(self.keys.due(), "-inf", moment.timestamp())))

    async def rechecks_before(self, moment: datetime) -> list[Task]:
        """Published tasks that are to be checked again by then."""
        return await self._tasks(
            strings(await self._redis.zrangebyscore(self.keys.rechecks(), "-inf", moment.timestamp()))
        )

    async def corrections(self, most: int = 100) -> list[Task]:
        """Tasks whose verdict was corrected after it was published, the newest correction first."""
        return await self._tasks(strings(await self._redis.zrevrange(self.keys.corrections(), 0, most - 1)))

    async def search(self, query: str, limit: int) -> list[Task]:
        """Tasks that match what somebody types, newest first; the newest of all for an empty query."""
        return await self._tasks(await search.find(self._redis, self.keys, query, limit))

    async def similar(self, task: Task, limit: int, states: Collection[TaskState]) -> list[tuple[Task, float]]:
        """Other tasks in these states that may make the same claim, the most alike first, with their likeness."""
        alike = dict(await search.similar(self._redis, self.keys, _found_by(task), search.COMPARED))
        alike.pop(task.id, None)
        return [(t, alike[t.id]) for t in await self._tasks(list(alike)) if t.state in states][:limit]

    # Changing

    async def change_task(
        self, id: str, change: Callable[[Task, Around], Step], *, by: str, original: str | None = None
    ) -> Step:
        """Apply a transition to the task as it stands, with its messages and its log entry.

        ``original`` is the task that this one is to become a duplicate of.

        Raises:
            Missing: no such task.
            Refusal: what ``change`` raises.
        """
        done: list[Step] = []
        submission_id = (await self.task(id)).submission

        async def step(pipe: Pipeline) -> Callable[[], object]:
            task = Task.model_validate_json(await got(pipe, self.keys.task(id)))
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(submission_id)))
            known = strings(await pipe.lrange(self.keys.tasks_of(submission_id), 0, -1))
            of = Task.model_validate_json(await got(pipe, self.keys.task(original))) if original else None
            changed = change(task, Around(of, len(known) + 1))
            place = await self._place(task, submission)
            duplicates = await self._duplicates(id) if changed.happened in _CONCERNS_DUPLICATES or of else []
            wanted = [*messages.after(place, changed, duplicates, of), *await self._home(by)]
            done[:] = [changed]

            def write() -> None:
                self._put(pipe, task, changed.task)
                self._add(pipe, submission, len(known), changed.added)
                if changed.happened in TOLD:  # its page is watched from now on
                    soon = changed.task.changed + FIRST_WATCH
                    pipe.zadd(self.keys.watched(), {submission_id: soon.timestamp()}, nx=True)
                if changed.happened is Happened.CORRECTED:
                    pipe.zadd(self.keys.corrections(), {id: changed.task.changed.timestamp()})
                self._want(pipe, wanted)
                self._show_in_homes(pipe)
                self._log(
                    pipe, by, changed.happened.value, id, version=changed.task.version, **details_of(changed.task)
                )

            return write

        article = (self.keys.submission(submission_id), self.keys.tasks_of(submission_id))
        watched = [self.keys.task(id), *article, self.keys.duplicates_of(id)]
        await self._atomically(step, *watched, *([self.keys.task(original)] if original else []))
        return done[0]

    async def mark_overdue(self, moment: datetime) -> None:
        """Want the cards anew of tasks that have become overdue, once each."""
        late = strings(await self._redis.zrangebyscore(self.keys.due(), "-inf", moment.timestamp()))
        marked = await self._redis.smismember(self.keys.overdue(), late) if late else []
        for id in (id for id, known in zip(late, marked, strict=True) if not known):
            await self._mark_overdue(id, moment)

    async def _mark_overdue(self, id: str, moment: datetime) -> None:
        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            task = Task.model_validate_json(await got(pipe, self.keys.task(id)))
            if not task.due or task.due > moment or task.state not in UNFINISHED:
                return None
            submission = await self.submission(task.submission)

            def write() -> None:
                pipe.sadd(self.keys.overdue(), id)
                self._want(pipe, [messages.card(submission, id)])

            return write

        await self._atomically(step, self.keys.task(id))

    async def _place(self, task: Task, submission: Submission) -> Place:
        row = await self._redis.get(self.keys.channel_house(submission.channel))
        house = ChannelHouse.model_validate_json(row) if row else ChannelHouse()
        return Place(submission, task, house.broadcast)

    async def _duplicates(self, id: str) -> list[Place]:
        """Where else the verdict on a task is shown: with its duplicates, and with theirs."""
        found: list[Place] = []
        ids, seen = [id], {id}
        while ids:
            tasks = await self._tasks(sorted(strings(await self._redis.smembers(self.keys.duplicates_of(ids.pop())))))
            for task in tasks:
                if task.id not in seen:
                    seen.add(task.id)
                    ids.append(task.id)
                    found.append(await self._place(task, await self.submission(task.submission)))
        return found

    # How it is done

    async def _tasks(self, ids: Sequence[str]) -> list[Task]:
        rows = await self._redis.mget([self.keys.task(id) for id in ids]) if ids else []
        return [Task.model_validate_json(row) for row in rows if row]

    def _put(self, pipe: Pipeline, before: Task | None, task: Task) -> None:
        """Write a task and keep the indexes that lists are made from."""
        pipe.set(self.keys.task(task.id), task.model_dump_json())
        if before is not None and before.state is not task.state:
            pipe.zrem(self.keys.tasks_in(task.channel, before.state), task.id)
        pipe.zadd(self.keys.tasks_in(task.channel, task.state), {task.id: task.created.timestamp()})
        held = task.assignee if task.state in UNFINISHED else None
        if before is not None and before.assignee and before.assignee != held:
            pipe.zrem(self.keys.assigned_to(before.assignee), task.id)
        if held and not is_pseudonym(held):
            pipe.zadd(self.keys.assigned_to(held), {task.id: task.changed.timestamp()})
        pipe.sadd(self.keys.channels(), task.channel)
        signed = [approval.by for approval in task.verdict.approvals] if task.verdict else []
        if at_work := [who for who in (held, *signed) if who and not is_pseudonym(who)]:
            pipe.sadd(self.keys.people(task.channel), *at_work)
        if task.published and (before is None or before.published != task.published):
            pipe.zadd(self.keys.undigested(task.channel), {task.id: task.published.timestamp()})
        pipe.zadd(self.keys.naming(), {task.submission: task.changed.timestamp()}, gt=True)
        self._index_dates(pipe, task)
        self._index_duplicate(pipe, before, task)
        self._index_words(pipe, before, task)

    def _index_words(self, pipe: Pipeline, before: Task | None, task: Task) -> None:
        # The claims of an article were created at once; among the newest the first of them is to come first.
        at = task.created - timedelta(milliseconds=task.number)
        search.index(pipe, self.keys, task.id, _found_by(before) if before else None, _found_by(task), at)

    def _index_dates(self, pipe: Pipeline, task: Task) -> None:
        pipe.srem(self.keys.overdue(), task.id)
        if task.due and task.state in UNFINISHED:
            pipe.zadd(self.keys.due(), {task.id: task.due.timestamp()})
        else:
            pipe.zrem(self.keys.due(), task.id)
        verdict = task.verdict if task.state is TaskState.PUBLISHED else None
        if verdict and verdict.recheck:
            start = datetime.combine(verdict.recheck, time(), UTC)
            pipe.zadd(self.keys.rechecks(), {task.id: start.timestamp()})
        else:
            pipe.zrem(self.keys.rechecks(), task.id)

    def _index_duplicate(self, pipe: Pipeline, before: Task | None, task: Task) -> None:
        was = before.dismissal.of if before and before.dismissal else None
        now = task.dismissal.of if task.dismissal else None
        if was and was != now:
            pipe.srem(self.keys.duplicates_of(was), task.id)
        if now:
            pipe.sadd(self.keys.duplicates_of(now), task.id)

    def _add(self, pipe: Pipeline, submission: Submission, known: int, added: Sequence[Task]) -> None:
        """Put new tasks behind the ``known`` ones of an article; a thread that showed all of them still does."""
        for task in added:
            pipe.rpush(self.keys.tasks_of(submission.id), task.id)
            self._put(pipe, None, task)
        if added and submission.cards >= known:
            grown = submission.model_copy(update={"cards": known + len(added)})
            pipe.set(self.keys.submission(submission.id), grown.model_dump_json())


def _found_by(task: Task) -> str:
    """The text that a search finds a task by: its wording, the quotation and who said it."""
    return " ".join((task.text, task.claim.text, task.claim.speaker.name if task.claim.speaker else ""))


def details_of(task: Task) -> dict[str, object]:
    """What the log keeps of a task: who holds it, and the verdict as it stands, whole."""
    return {
        "state": task.state.value,
        "assignee": task.assignee,
        "verdict": task.verdict.model_dump(mode="json") if task.verdict else None,
        "dismissal": task.dismissal.model_dump(mode="json") if task.dismissal else None,
        "wording": task.wording,
        "due": task.due.isoformat() if task.due else None,
        "question": task.questions[-1].model_dump(mode="json") if task.questions else None,
    }
