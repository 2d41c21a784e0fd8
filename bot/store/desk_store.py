"""Submissions, articles, tasks and digests of one workspace, and the atomic steps that change them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.articles.article import Article
from bot.articles.same_text import SAME, lookup_keys, similarity
from bot.desk import messages
from bot.desk.articles import ArticleStep
from bot.desk.house import ChannelHouse
from bot.desk.messages import Place, Wanted
from bot.desk.task import Submission, SubmissionState, Task, TaskState
from bot.desk.transitions import TOLD, Happened, Step
from bot.digest.schedule import DigestSettings
from bot.store import search
from bot.store.keys import TEAMS
from bot.store.records import THE_DESK, Records, got
from bot.store.redis_client import strings

Fingerprint = tuple[int, ...]
"""Of a text; see ``same_text.fingerprint``."""

CUT_SECONDS = 60
"""How long a text that Slack cut may go on in another message."""
FIRST_WATCH = timedelta(days=1)
"""After how long the page of a published verdict is read again for the first time."""

UNFINISHED = (TaskState.OPEN, TaskState.ASSIGNED, TaskState.QUESTION, TaskState.IN_REVIEW)
"""States without a verdict that is published, or with one that is looked at again."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a step may have to know beside its task: the task it would be a duplicate of, and the next free number."""

    original: Task | None
    next_number: int


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

    async def in_state(self, state: TaskState) -> list[Task]:
        """The tasks of all channels in a state, oldest first."""
        channels = strings(await self._redis.smembers(self.keys.channels()))
        found = [task for channel in channels for task in await self.tasks_in(channel, state)]
        return sorted(found, key=lambda t: (t.created, t.number))

    async def assigned_to(self, user: str) -> list[Task]:
        """What a person holds, in all channels."""
        return await self._tasks(strings(await self._redis.zrange(self.keys.assigned_to(user), 0, -1)))

    async def undigested(self, channel: str) -> list[Task]:
        """Tasks of a channel whose verdict no digest has told of yet, oldest first."""
        return await self._tasks(strings(await self._redis.zrange(self.keys.undigested(channel), 0, -1)))

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

    async def newest(self, most: int) -> list[Submission]:
        """The articles that were filed last, newest first."""
        return await self.submissions(strings(await self._redis.zrevrange(self.keys.newest(), 0, most - 1)))

    async def of_page(self, url: str) -> list[Submission]:
        """What an address was read into, newest first."""
        return await self.submissions(strings(await self._redis.zrevrange(self.keys.page(url), 0, -1)))

    async def in_thread(self, channel: str, ts: str) -> list[Submission]:
        """The submissions that are answered in the thread of a message."""
        return await self.submissions(sorted(strings(await self._redis.smembers(self.keys.thread(channel, ts)))))

    async def submissions(self, ids: Sequence[str]) -> list[Submission]:
        """These submissions, without those that are gone."""
        rows = await self._redis.mget([self.keys.submission(id) for id in ids]) if ids else []
        return [Submission.model_validate_json(row) for row in rows if row]

    async def same_page(self, urls: Sequence[str]) -> list[Submission]:
        """Filed submissions that were read from one of these addresses, newest first."""
        found = {s.id: s for url in urls for s in await self.of_page(url) if s.state is SubmissionState.FILED}
        return sorted(found.values(), key=lambda s: s.received, reverse=True)

    async def same_text(self, fingerprint: Fingerprint) -> list[Submission]:
        """Filed submissions whose text is nearly the same, the most alike first."""
        hashes = lookup_keys(fingerprint)
        ids = {id for h in hashes for id in strings(await self._redis.zrange(self.keys.printed(h), 0, -1))}
        rows = await self._redis.mget([self.keys.print(id) for id in sorted(ids)]) if ids else []
        alike = {
            id: likeness
            for id, row in zip(sorted(ids), rows, strict=True)
            if row and (likeness := similarity(fingerprint, tuple(json.loads(row)))) >= SAME
        }
        known = await self.submissions(sorted(alike, key=lambda id: -alike[id]))
        return [s for s in known if s.state is SubmissionState.FILED]

    async def to_watch(self, moment: datetime) -> list[str]:
        """Submissions whose page is to be read again by then."""
        return strings(await self._redis.zrangebyscore(self.keys.watched(), "-inf", moment.timestamp()))

    async def watch_next(self, id: str, moment: datetime | None) -> None:
        """Set when a page is read again; None for never."""
        if moment is None:
            await self._redis.zrem(self.keys.watched(), id)
        else:
            await self._redis.zadd(self.keys.watched(), {id: moment.timestamp()})

    async def waiting(self) -> list[str]:
        """Submissions that were received and not read yet, oldest first."""
        return strings(await self._redis.zrange(self.keys.waiting(), 0, -1))

    async def search(self, query: str, limit: int) -> list[Task]:
        """Tasks that match what somebody types, newest first; the newest of all for an empty query."""
        return await self._tasks(await search.find(self._redis, self.keys, query, limit))

    async def similar(self, task: Task, limit: int, states: Collection[TaskState]) -> list[tuple[Task, float]]:
        """Other tasks in these states that may make the same claim, the most alike first, with their likeness."""
        alike = dict(await search.similar(self._redis, self.keys, _found_by(task), search.COMPARED))
        alike.pop(task.id, None)
        return [(t, alike[t.id]) for t in await self._tasks(list(alike)) if t.state in states][:limit]

    async def _tasks(self, ids: Sequence[str]) -> list[Task]:
        rows = await self._redis.mget([self.keys.task(id) for id in ids]) if ids else []
        return [Task.model_validate_json(row) for row in rows if row]

    # Changing

    async def receive(self, submission: Submission, *, cut: bool = False) -> bool:
        """Keep a submission and want its first line in the thread; False if it was received before.

        ``cut`` says that its text may go on in another message of the same person.
        """

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            if await pipe.exists(self.keys.submission(submission.id)):
                return None

            def write() -> None:
                pipe.set(self.keys.submission(submission.id), submission.model_dump_json())
                pipe.zadd(self.keys.waiting(), {submission.id: submission.received.timestamp()})
                if submission.thread_ts:
                    pipe.sadd(self.keys.thread(submission.channel, submission.thread_ts), submission.id)
                self._want(pipe, [messages.summary(submission)])
                if cut:
                    key = self.keys.cut(submission.channel, submission.asker)
                    pipe.set(key, submission.id, ex=CUT_SECONDS)
                self._log(pipe, submission.asker, "received", submission.id, via=submission.via.value)

            return write

        await self._redis.sadd(TEAMS, self.team)
        return await self._atomically(step, self.keys.submission(submission.id))

    async def go_on(self, channel: str, user: str, text: str, *, cut: bool) -> str | None:
        """Add a message to the text that it continues; returns that submission's id, None if there is none.

        ``cut`` says that this one may have been cut, too.
        """
        key = self.keys.cut(channel, user)
        id = await self._redis.get(key)
        if id is None:
            return None

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(str(id))))
            if submission.state is not SubmissionState.WAITING or submission.attempts:
                return None
            longer = submission.model_copy(update={"more": (*submission.more, text)})

            def write() -> None:
                pipe.set(self.keys.submission(submission.id), longer.model_dump_json())
                if cut:
                    pipe.expire(key, CUT_SECONDS)
                else:
                    pipe.delete(key)
                self._log(pipe, user, "continued", submission.id)

            return write

        return str(id) if await self._atomically(step, self.keys.submission(str(id))) else None

    async def begin_reading(self, id: str) -> Submission:
        """Count one more attempt to read a submission, so that one that kills workers is noticed."""

        async def step(pipe: Pipeline) -> Callable[[], object]:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            counted = submission.model_copy(update={"attempts": submission.attempts + 1})
            return lambda: pipe.set(self.keys.submission(id), counted.model_dump_json())

        await self._atomically(step, self.keys.submission(id))
        return await self.submission(id)

    async def file(self, id: str, article: Article, tasks: Sequence[Task], fingerprint: Fingerprint = ()) -> bool:
        """Keep the article with its tasks and want their cards; False if the submission is no longer waiting."""

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            if submission.state is not SubmissionState.WAITING:
                return None
            filed = submission.model_copy(
                update={"state": SubmissionState.FILED, "cards": min(len(tasks), messages.CARDS_AT_ONCE)}
            )
            homes = await self._homes()

            def write() -> None:
                pipe.set(self.keys.submission(id), filed.model_dump_json())
                pipe.zrem(self.keys.waiting(), id)
                pipe.set(self.keys.article(id), article.model_dump_json())
                pipe.zadd(self.keys.newest(), {id: submission.received.timestamp()})
                at = {id: submission.received.timestamp()}
                for url in article.addresses:
                    pipe.zadd(self.keys.page(url), at)
                if fingerprint:
                    pipe.set(self.keys.print(id), json.dumps(fingerprint))
                    for hash in lookup_keys(fingerprint):
                        pipe.zadd(self.keys.printed(hash), at)
                for task in tasks:
                    pipe.rpush(self.keys.tasks_of(id), task.id)
                    self._put(pipe, None, task)
                self._want(pipe, [messages.summary(filed), *messages.page(filed, tasks, 0), *homes])
                self._log(pipe, THE_DESK, "filed", id, claims=len(tasks), url=article.url or "")

            return write

        return await self._atomically(step, self.keys.submission(id))

    async def join(self, id: str, earlier: str) -> bool:
        """Answer a submission with an earlier one of the same article, whose askers it joins; False if it is too late.

        Raises:
            Missing: one of them is gone.
        """

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            known = Submission.model_validate_json(await got(pipe, self.keys.submission(earlier)))
            if submission.state is not SubmissionState.WAITING or known.state is not SubmissionState.FILED:
                return None
            joined = submission.model_copy(update={"state": SubmissionState.JOINED, "joined": earlier})
            asked = messages.askers(known.model_copy(update={"askers": (*known.askers, submission.asker)}))
            joining = known.model_copy(update={"askers": asked[1:]})

            def write() -> None:
                pipe.set(self.keys.submission(id), joined.model_dump_json())
                pipe.set(self.keys.submission(earlier), joining.model_dump_json())
                pipe.zrem(self.keys.waiting(), id)
                self._want(pipe, [messages.summary(joined)])
                self._log(pipe, THE_DESK, "joined", id, to=earlier)

            return write

        return await self._atomically(step, self.keys.submission(id), self.keys.submission(earlier))

    async def fail(self, id: str, sentence: str, *, reason: str, retryable: bool = False) -> bool:
        """Note why a submission cannot be read and say so in its thread; False if it is no longer waiting."""

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            if submission.state is not SubmissionState.WAITING:
                return None
            failed = submission.model_copy(
                update={"state": SubmissionState.FAILED, "failure": sentence, "retryable": retryable}
            )

            def write() -> None:
                pipe.set(self.keys.submission(id), failed.model_dump_json())
                pipe.zrem(self.keys.waiting(), id)
                self._want(pipe, [messages.summary(failed)])
                self._log(pipe, THE_DESK, "failed", id, reason=reason)

            return write

        return await self._atomically(step, self.keys.submission(id))

    async def try_again(self, id: str, *, by: str) -> bool:
        """Have a submission read once more whose reading failed; False if it did not."""

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            if submission.state is not SubmissionState.FAILED:
                return None
            fields = {"state": SubmissionState.WAITING, "failure": None, "retryable": False, "attempts": 0}
            waiting = submission.model_copy(update=fields)

            def write() -> None:
                pipe.set(self.keys.submission(id), waiting.model_dump_json())
                pipe.zadd(self.keys.waiting(), {id: submission.received.timestamp()})
                self._want(pipe, [messages.summary(waiting)])
                self._log(pipe, by, "try_again", id)

            return write

        return await self._atomically(step, self.keys.submission(id))

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
            duplicates = await self._duplicates(id) if changed.happened in TOLD or of else []
            wanted = [*messages.after(place, changed, duplicates, of), *await self._homes()]
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
                self._log(pipe, by, changed.happened.value, id, version=changed.task.version, **_details(changed.task))

            return write

        article = (self.keys.submission(submission_id), self.keys.tasks_of(submission_id))
        watched = [self.keys.task(id), *article, self.keys.duplicates_of(id)]
        await self._atomically(step, *watched, *([self.keys.task(original)] if original else []))
        return done[0]

    async def change_article(
        self, id: str, change: Callable[[Submission, Sequence[Task]], ArticleStep], *, by: str, what: str
    ) -> ArticleStep:
        """Change an article as a whole; ``what`` is the word for it in the log.

        Raises:
            Missing: no such submission.
            Refusal: what ``change`` raises.
        """
        done: list[ArticleStep] = []

        async def step(pipe: Pipeline) -> Callable[[], object]:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            known = strings(await pipe.lrange(self.keys.tasks_of(id), 0, -1))
            if known:
                await pipe.watch(*(self.keys.task(task) for task in known))
            changed = change(submission, await self.tasks_of(id))
            done[:] = [changed]
            homes = await self._homes()

            def write() -> None:
                pipe.set(self.keys.submission(id), changed.submission.model_dump_json())
                for each in changed.steps:
                    self._put(pipe, each.before, each.task)
                    self._want(pipe, messages.after(Place(changed.submission, each.task), each))
                    self._log(pipe, by, each.happened.value, each.task.id, **_details(each.task))
                if changed.added:
                    self._add(pipe, changed.submission, len(known), (changed.added,))
                    self._want(pipe, [messages.card(changed.submission, changed.added.id)])
                self._want(pipe, [messages.summary(changed.submission), *homes])
                added = {"added": changed.added.id, "claim": changed.added.text} if changed.added else {}
                self._log(pipe, by, what, id, **added)

            return write

        await self._atomically(step, self.keys.submission(id), self.keys.tasks_of(id))
        return done[0]

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

    async def want_once(self, wanted: Wanted) -> bool:
        """Want a message unless it was wanted before; False if it was."""

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            if await pipe.exists(self.keys.message(wanted.id)):
                return None
            return lambda: self._want(pipe, [wanted])

        return await self._atomically(step, self.keys.message(wanted.id))

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
        held = task.assignee if task.state in UNFINISHED else None
        if before is not None and before.assignee and before.assignee != held:
            pipe.zrem(self.keys.assigned_to(before.assignee), task.id)
        if held:
            pipe.zadd(self.keys.assigned_to(held), {task.id: task.changed.timestamp()})
        pipe.sadd(self.keys.channels(), task.channel)
        signed = [approval.by for approval in task.verdict.approvals] if task.verdict else []
        if at_work := [*([held] if held else []), *signed]:
            pipe.sadd(self.keys.people(task.channel), *at_work)
        if task.published and (before is None or before.published != task.published):
            pipe.zadd(self.keys.undigested(task.channel), {task.id: task.published.timestamp()})
        self._index_dates(pipe, task)
        self._index_duplicate(pipe, before, task)
        # The claims of an article were created at once; among the newest the first of them is to come first.
        at = task.created - timedelta(milliseconds=task.number)
        search.index(pipe, self.keys, task.id, _found_by(before) if before else None, _found_by(task), at)

    def _index_dates(self, pipe: Pipeline, task: Task) -> None:
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


def _details(task: Task) -> dict[str, object]:
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


async def teams(redis: Redis) -> list[str]:
    """Every workspace that has records here."""
    return sorted(strings(await redis.smembers(TEAMS)))
