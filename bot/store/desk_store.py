"""Submissions, articles, tasks and digests of one workspace, and the atomic steps that change them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.articles.article import Article
from bot.desk import messages
from bot.desk.messages import Wanted
from bot.desk.task import Submission, SubmissionState, Task, TaskState
from bot.desk.transitions import Step
from bot.digest.schedule import DigestSettings
from bot.store.keys import TEAMS
from bot.store.records import THE_DESK, Records, got
from bot.store.redis_client import strings

HELD = (TaskState.ASSIGNED, TaskState.QUESTION, TaskState.IN_REVIEW)
"""The states in which a task is on its assignee's list."""


class DeskStore(Records):
    """Submissions, articles, tasks and digests of one workspace."""

    # Reading

    async def submission(self, id: str) -> Submission:
        """Raises Missing if there is none."""
        return Submission.model_validate_json(await self._text(self.keys.submission(id)))

    async def article(self, submission: str) -> Article:
        """The article a submission was read into; raises Missing before that."""
        return Article.model_validate_json(await self._text(self.keys.article(submission)))

    async def task(self, id: str) -> Task:
        """Raises Missing if there is none."""
        return Task.model_validate_json(await self._text(self.keys.task(id)))

    async def tasks_of(self, submission: str) -> list[Task]:
        """The tasks of a submission by number."""
        return await self._tasks(strings(await self._redis.lrange(self.keys.tasks_of(submission), 0, -1)))

    async def tasks_in(self, channel: str, *states: TaskState) -> list[Task]:
        """The tasks of a channel in these states, oldest article first and best claim first within it."""
        found: list[Task] = []
        for state in states:
            found += await self._tasks(strings(await self._redis.zrange(self.keys.tasks_in(channel, state), 0, -1)))
        return sorted(found, key=lambda t: (t.created, t.number))

    async def assigned_to(self, user: str) -> list[Task]:
        """What a person holds, in all channels."""
        return await self._tasks(strings(await self._redis.zrange(self.keys.assigned_to(user), 0, -1)))

    async def undigested(self, channel: str) -> list[Task]:
        """Tasks of a channel whose verdict no digest has told of yet, oldest first."""
        return await self._tasks(strings(await self._redis.zrange(self.keys.undigested(channel), 0, -1)))

    async def waiting(self) -> list[str]:
        """Submissions that were received and not read yet, oldest first."""
        return strings(await self._redis.zrange(self.keys.waiting(), 0, -1))

    async def _tasks(self, ids: Sequence[str]) -> list[Task]:
        rows = await self._redis.mget([self.keys.task(id) for id in ids]) if ids else []
        return [Task.model_validate_json(row) for row in rows if row]

    # Changing

    async def receive(self, submission: Submission) -> bool:
        """Keep a submission and want its first line in the thread; False if it was received before."""

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            if await pipe.exists(self.keys.submission(submission.id)):
                return None

            def write() -> None:
                pipe.set(self.keys.submission(submission.id), submission.model_dump_json())
                pipe.zadd(self.keys.waiting(), {submission.id: submission.received.timestamp()})
                self._want(pipe, [messages.summary(submission)])
                self._log(pipe, submission.asker, "received", submission.id, via=submission.via.value)

            return write

        await self._redis.sadd(TEAMS, self.team)
        return await self._atomically(step, self.keys.submission(submission.id))

    async def begin_reading(self, id: str) -> Submission:
        """Count one more attempt to read a submission, so that one that kills workers is noticed."""

        async def step(pipe: Pipeline) -> Callable[[], object]:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            counted = submission.model_copy(update={"attempts": submission.attempts + 1})
            return lambda: pipe.set(self.keys.submission(id), counted.model_dump_json())

        await self._atomically(step, self.keys.submission(id))
        return await self.submission(id)

    async def file(self, id: str, article: Article, tasks: Sequence[Task]) -> bool:
        """Keep the article with its tasks and want their cards; False if the submission is no longer waiting."""

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            if submission.state is not SubmissionState.WAITING:
                return None
            filed = submission.model_copy(
                update={"state": SubmissionState.FILED, "cards": min(len(tasks), messages.CARDS_AT_ONCE)}
            )

            def write() -> None:
                pipe.set(self.keys.submission(id), filed.model_dump_json())
                pipe.zrem(self.keys.waiting(), id)
                pipe.set(self.keys.article(id), article.model_dump_json())
                for task in tasks:
                    pipe.rpush(self.keys.tasks_of(id), task.id)
                    self._put(pipe, None, task)
                self._want(pipe, [messages.summary(filed), *messages.page(filed, tasks, 0)])
                self._log(pipe, THE_DESK, "filed", id, claims=len(tasks), url=article.url or "")

            return write

        return await self._atomically(step, self.keys.submission(id))

    async def fail(self, id: str, sentence: str, *, reason: str) -> bool:
        """Note why a submission cannot be read and say so in its thread; False if it is no longer waiting."""

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            if submission.state is not SubmissionState.WAITING:
                return None
            failed = submission.model_copy(update={"state": SubmissionState.FAILED, "failure": sentence})

            def write() -> None:
                pipe.set(self.keys.submission(id), failed.model_dump_json())
                pipe.zrem(self.keys.waiting(), id)
                self._want(pipe, [messages.summary(failed)])
                self._log(pipe, THE_DESK, "failed", id, reason=reason)

            return write

        return await self._atomically(step, self.keys.submission(id))

    async def change_task(self, id: str, change: Callable[[Task], Step], *, by: str) -> Step:
        """Apply a transition to the task as it stands, with its messages and its log entry.

        Raises:
            Missing: no such task.
            Refusal: what ``change`` raises.
        """
        done: list[Step] = []

        async def step(pipe: Pipeline) -> Callable[[], object]:
            task = Task.model_validate_json(await got(pipe, self.keys.task(id)))
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(task.submission)))
            changed = change(task)
            done[:] = [changed]

            def write() -> None:
                self._put(pipe, task, changed.task)
                self._want(pipe, messages.after(submission, changed))
                self._log(pipe, by, changed.happened.value, id, version=changed.task.version, **_details(changed.task))

            return write

        await self._atomically(step, self.keys.task(id))
        return done[0]

    async def show_more(self, id: str, *, shown: int) -> bool:
        """Want the next page of claim cards; False if somebody asked for it already (``shown`` is what they saw)."""
        tasks = await self.tasks_of(id)

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            if submission.cards != shown or shown >= len(tasks):
                return None
            cards = min(len(tasks), shown + messages.CARDS_AT_ONCE)
            grown = submission.model_copy(update={"cards": cards})

            def write() -> None:
                pipe.set(self.keys.submission(id), grown.model_dump_json())
                self._want(pipe, messages.page(grown, tasks, shown))

            return write

        return await self._atomically(step, self.keys.submission(id))

    async def want(self, *wanted: Wanted) -> None:
        """Want messages that no change of a record causes: a notice, a hint."""
        async with self._redis.pipeline(transaction=True) as pipe:
            self._want(pipe, wanted)
            await pipe.execute()

    # Digests

    async def digests(self) -> list[DigestSettings]:
        """The digest settings of every channel that has some."""
        channels = await self._redis.smembers(self.keys.digests())
        return [settings for c in sorted(strings(channels)) if (settings := await self.digest(c))]

    async def digest(self, channel: str) -> DigestSettings | None:
        """A channel's digest settings, or None."""
        row = await self._redis.get(self.keys.digest(channel))
        return DigestSettings.model_validate_json(row) if row else None

    async def change_digest(
        self, channel: str, change: Callable[[DigestSettings | None], DigestSettings], *, by: str
    ) -> DigestSettings:
        """Change a channel's digest settings."""
        done: list[DigestSettings] = []

        async def step(pipe: Pipeline) -> Callable[[], object]:
            row = await pipe.get(self.keys.digest(channel))
            settings = change(DigestSettings.model_validate_json(row) if row else None)
            done[:] = [settings]

            def write() -> None:
                pipe.set(self.keys.digest(channel), settings.model_dump_json())
                pipe.sadd(self.keys.digests(), channel)
                self._log(pipe, by, "digest", channel, at=str(settings.at), tz=settings.tz, on=settings.on)

            return write

        await self._atomically(step, self.keys.digest(channel))
        return done[0]

    async def post_digest(
        self,
        channel: str,
        id: str,
        build: Callable[[DigestSettings | None, Sequence[Task]], tuple[DigestSettings | None, Wanted | None] | None],
    ) -> bool:
        """Want a digest and take what it tells off the list of untold verdicts, once for each ``id``.

        ``build`` makes of the settings and the untold verdicts the new settings and the message, or None for nothing.
        A channel without settings, where somebody asked, has none afterwards either.
        """

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            if await pipe.exists(self.keys.message(id)):
                return None
            row = await pipe.get(self.keys.digest(channel))
            untold = strings(await pipe.zrange(self.keys.undigested(channel), 0, -1))
            verdicts = await self._tasks(untold)
            built = build(DigestSettings.model_validate_json(row) if row else None, verdicts)
            if built is None:
                return None
            settings, wanted = built

            def write() -> None:
                if settings is not None:
                    pipe.set(self.keys.digest(channel), settings.model_dump_json())
                if wanted is not None:
                    if untold:
                        pipe.zrem(self.keys.undigested(channel), *untold)
                    self._want(pipe, [wanted])
                    self._log(pipe, THE_DESK, "digested", channel, verdicts=untold)

            return write

        watched = (self.keys.digest(channel), self.keys.undigested(channel), self.keys.message(id))
        return await self._atomically(step, *watched)

    async def untell(self, channel: str, tasks: Sequence[str]) -> None:
        """Put verdicts back on the list of untold ones: the digest that told of them could not be posted."""
        published = {t.id: t.published.timestamp() for t in await self._tasks(tasks) if t.published}
        if published:
            await self._redis.zadd(self.keys.undigested(channel), published)

    async def drop_digest(self, channel: str) -> None:
        """Forget a channel's digest settings: the desk cannot write there."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(self.keys.digest(channel))
            pipe.srem(self.keys.digests(), channel)
            await pipe.execute()

    # How it is done

    def _put(self, pipe: Pipeline, before: Task | None, task: Task) -> None:
        """Write a task and keep the indexes that lists are made from."""
        pipe.set(self.keys.task(task.id), task.model_dump_json())
        if before is not None and before.state is not task.state:
            pipe.zrem(self.keys.tasks_in(task.channel, before.state), task.id)
        pipe.zadd(self.keys.tasks_in(task.channel, task.state), {task.id: task.created.timestamp()})
        held = task.assignee if task.state in HELD else None
        if before is not None and before.assignee and before.assignee != held:
            pipe.zrem(self.keys.assigned_to(before.assignee), task.id)
        if held:
            pipe.zadd(self.keys.assigned_to(held), {task.id: task.changed.timestamp()})
        pipe.sadd(self.keys.channels(), task.channel)
        signed = [approval.by for approval in task.verdict.approvals] if task.verdict else []
        if at_work := [*([held] if held else []), *signed]:
            pipe.sadd(self.keys.people(task.channel), *at_work)
        if task.published:
            pipe.zadd(self.keys.undigested(task.channel), {task.id: task.published.timestamp()})


def _details(task: Task) -> dict[str, object]:
    """What the log keeps of a task: who holds it, and the verdict as it stands, whole."""
    return {
        "state": task.state.value,
        "assignee": task.assignee,
        "verdict": task.verdict.model_dump(mode="json") if task.verdict else None,
        "dismissal": task.dismissal.model_dump(mode="json") if task.dismissal else None,
    }


async def teams(redis: Redis) -> list[str]:
    """Every workspace that has records here."""
    return sorted(strings(await redis.smembers(TEAMS)))
