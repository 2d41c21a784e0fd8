"""Submissions and articles of one workspace: received, read, joined, failed, closed."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from redis.asyncio.client import Pipeline

from bot.articles.article import Article
from bot.articles.same_text import SAME, lookup_keys, similarity
from bot.desk import messages
from bot.desk.articles import ArticleStep
from bot.desk.messages import Place
from bot.desk.task import Submission, SubmissionState, Task
from bot.store.keys import TEAMS
from bot.store.records import THE_DESK, got
from bot.store.redis_client import strings
from bot.store.task_store import TaskStore, details_of

Fingerprint = tuple[int, ...]
"""Of a text; see ``same_text.fingerprint``."""

INTERNAL = "internal:"
"""What the reason of a failure begins with that is not the article's but ours."""
CUT_SECONDS = 60
"""How long a text that Slack cut may go on in another message."""


ALIKE = 50
"""Newest submissions that are looked at for each hash of a text: what comes from one form by the hundred (weather,
match reports) shares many, and the same article read for the fiftieth time is found among these."""


class SubmissionStore(TaskStore):
    """Submissions, what they were read into, and the tasks they led to."""

    # Reading

    async def article(self, submission: str) -> Article:
        """The article a submission was read into; raises Missing before that."""
        return Article.model_validate_json(await self._text(self.keys.article(submission)))

    async def tasks_of(self, submission: str) -> list[Task]:
        """The tasks of a submission by number."""
        return await self._tasks(strings(await self._redis.lrange(self.keys.tasks_of(submission), 0, -1)))

    async def newest(self, most: int) -> list[Submission]:
        """The articles that were filed last, newest first."""
        return await self.submissions(strings(await self._redis.zrevrange(self.keys.newest(), 0, most - 1)))

    async def of_page(self, url: str) -> list[Submission]:
        """What an address was read into, newest first."""
        return await self.submissions(strings(await self._redis.zrevrange(self.keys.page(url), 0, -1)))

    async def in_thread(self, channel: str, ts: str) -> list[Submission]:
        """The submissions that are answered in the thread of a message."""
        return await self.submissions(sorted(strings(await self._redis.smembers(self.keys.thread(channel, ts)))))

    async def twins(self, id: str, urls: Sequence[str], fingerprint: Fingerprint = ()) -> list[Submission]:
        """Filed submissions of the same article: read from one of these addresses, newest first, or nearly the same."""
        same_page = {s.id: s for url in urls for s in await self.of_page(url) if s.state is SubmissionState.FILED}
        newest = sorted(same_page.values(), key=lambda s: s.received, reverse=True)
        found = [*newest, *(await self.same_text(fingerprint) if fingerprint else [])]
        return list({s.id: s for s in found if s.id != id}.values())

    async def same_text(self, fingerprint: Fingerprint) -> list[Submission]:
        """Filed submissions whose text is nearly the same, the most alike first; looked for among the newest."""
        hashes = lookup_keys(fingerprint)
        ids = {id for h in hashes for id in strings(await self._redis.zrevrange(self.keys.printed(h), 0, ALIKE - 1))}
        rows = await self._redis.mget([self.keys.print(id) for id in sorted(ids)]) if ids else []
        alike = {
            id: likeness
            for id, row in zip(sorted(ids), rows, strict=True)
            if row and (likeness := similarity(fingerprint, tuple(json.loads(row)))) >= SAME
        }
        known = await self.submissions(sorted(alike, key=lambda id: -alike[id]))
        return [s for s in known if s.state is SubmissionState.FILED]

    async def waiting(self, by: datetime | None = None) -> list[str]:
        """Submissions that were received and not read yet, oldest first; only those that may be read by then."""
        return strings(await self._redis.zrangebyscore(self.keys.waiting(), "-inf", by.timestamp() if by else "inf"))

    async def read_from(self, channel: str, ts: str) -> list[Submission]:
        """The submissions that were read from a message."""
        return await self.submissions(sorted(strings(await self._redis.smembers(self.keys.source(channel, ts)))))

    async def to_watch(self, moment: datetime) -> list[str]:
        """Submissions whose page is to be read again by then."""
        return strings(await self._redis.zrangebyscore(self.keys.watched(), "-inf", moment.timestamp()))

    async def watch_next(self, id: str, moment: datetime | None) -> None:
        """Set when a page is read again; None for never."""
        if moment is None:
            await self._redis.zrem(self.keys.watched(), id)
        else:
            await self._redis.zadd(self.keys.watched(), {id: moment.timestamp()})

    # Changing

    async def receive(self, submission: Submission, *, cut: bool = False, not_before: datetime | None = None) -> bool:
        """Keep a submission and want its first line in the thread; False if it was received before.

        ``cut`` says that its text may go on in another message of the same person, so that it is read ``not_before``.
        """
        start = (not_before or submission.received).timestamp()

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            if await pipe.exists(self.keys.submission(submission.id)):
                return None

            def write() -> None:
                pipe.set(self.keys.submission(submission.id), submission.model_dump_json())
                pipe.zadd(self.keys.waiting(), {submission.id: start})
                pipe.zadd(self.keys.received(), {submission.id: submission.received.timestamp()})
                pipe.zadd(self.keys.naming(), {submission.id: submission.received.timestamp()})
                if submission.thread_ts:
                    pipe.sadd(self.keys.thread(submission.channel, submission.thread_ts), submission.id)
                if source := submission.source or submission.thread_ts:
                    pipe.sadd(self.keys.source(submission.channel, source), submission.id)
                self._want(pipe, [messages.summary(submission)])
                if cut:
                    key = self.keys.cut(submission.channel, submission.asker)
                    pipe.set(key, submission.id, ex=CUT_SECONDS)
                self._log(pipe, submission.asker, "received", submission.id, via=submission.via.value)

            return write

        await self._redis.sadd(TEAMS, self.team)
        return await self._atomically(step, self.keys.submission(submission.id))

    async def go_on(
        self, channel: str, user: str, text: str, *, ts: str, cut: bool, not_before: datetime
    ) -> str | None:
        """Add a message to the text that it continues; returns that submission's id, None if there is none.

        ``cut`` says that this one may have been cut, too; reading begins ``not_before``.
        """
        key = self.keys.cut(channel, user)
        id = await self._redis.get(key)
        if id is None:
            return None

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(str(id))))
            if submission.state is not SubmissionState.WAITING or submission.attempts:
                return None
            parts = sorted({**dict(submission.more), ts: text}.items())  # one that is delivered twice counts once
            longer = submission.model_copy(update={"more": tuple(parts)})

            def write() -> None:
                pipe.set(self.keys.submission(submission.id), longer.model_dump_json())
                pipe.zadd(self.keys.waiting(), {submission.id: not_before.timestamp()}, xx=True)
                if cut:
                    pipe.expire(key, CUT_SECONDS)
                else:
                    pipe.delete(key)
                self._log(pipe, user, "continued", submission.id)

            return write

        return str(id) if await self._atomically(step, self.keys.submission(str(id))) else None

    async def begin_reading(self, id: str, *, again: bool = False) -> Submission:
        """Count one more attempt to read a submission, so that one that kills workers is noticed.

        ``again``: it is the same attempt, which something else broke off.
        """
        if again:
            return await self.submission(id)

        async def step(pipe: Pipeline) -> Callable[[], object]:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            counted = submission.model_copy(update={"attempts": submission.attempts + 1})
            return lambda: pipe.set(self.keys.submission(id), counted.model_dump_json())

        await self._atomically(step, self.keys.submission(id))
        return await self.submission(id)

    async def undo_reading(self, id: str) -> None:
        """Take back the count of an attempt that did not come to its end through no fault of the submission."""

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            row = await pipe.get(self.keys.submission(id))
            submission = Submission.model_validate_json(row) if row else None
            if submission is None or submission.state is not SubmissionState.WAITING or not submission.attempts:
                return None
            undone = submission.model_copy(update={"attempts": submission.attempts - 1})
            return lambda: pipe.set(self.keys.submission(id), undone.model_dump_json())

        await self._atomically(step, self.keys.submission(id))

    async def file(
        self,
        id: str,
        article: Article,
        tasks: Sequence[Task],
        fingerprint: Fingerprint = (),
        besides: Collection[str] | None = None,
    ) -> bool:
        """Keep the article with its tasks and want their cards; False if the submission is no longer waiting.

        ``besides`` are the earlier readings of the same article that do not answer this one. If there is another one by
        now, which somebody else asked for at the same time, nothing is filed and the result is False, too.
        """

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            if submission.state is not SubmissionState.WAITING:
                return None
            if besides is not None:
                twins = await self.twins(id, article.addresses, fingerprint)
                if any(twin.id not in besides for twin in twins):
                    return None
            cards = min(len(tasks), messages.CARDS_AT_ONCE)
            filed = submission.model_copy(
                update={"state": SubmissionState.FILED, "cards": cards, "title": article.title}
            )

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
                self._want(pipe, [messages.summary(filed), *messages.page(filed, tasks, 0)])
                self._show_in_homes(pipe)
                self._log(pipe, THE_DESK, "filed", id, claims=len(tasks), url=article.url or "")

            return write

        marks = [*map(self.keys.page, article.addresses), *map(self.keys.printed, lookup_keys(fingerprint))]
        return await self._atomically(step, self.keys.submission(id), *marks)

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
            asked = (*known.askers, submission.asker) if submission.asked else known.askers
            first = {known.asker} if known.asked else set()
            joining = known.model_copy(update={"askers": tuple(dict.fromkeys(a for a in asked if a not in first))})

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
                if reason.startswith(INTERNAL):
                    pipe.sadd(self.keys.parked(), id)
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
                pipe.srem(self.keys.parked(), id)
                self._log(pipe, by, "try_again", id)

            return write

        return await self._atomically(step, self.keys.submission(id))

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
            home = await self._home(by)
            duplicates = {each.task.id: await self._duplicates(each.task.id) for each in changed.steps}

            def write() -> None:
                pipe.set(self.keys.submission(id), changed.submission.model_dump_json())
                for each in changed.steps:
                    self._put(pipe, each.before, each.task)
                    self._want(
                        pipe, messages.after(Place(changed.submission, each.task), each, duplicates[each.task.id])
                    )
                    version = each.task.version
                    self._log(pipe, by, each.happened.value, each.task.id, version=version, **details_of(each.task))
                if changed.added:
                    self._add(pipe, changed.submission, len(known), (changed.added,))
                    self._want(pipe, [messages.card(changed.submission, changed.added.id)])
                self._want(pipe, [messages.summary(changed.submission), *home])
                self._show_in_homes(pipe)
                added = {"added": changed.added.id, "claim": changed.added.text} if changed.added else {}
                self._log(pipe, by, what, id, **added)

            return write

        await self._atomically(step, self.keys.submission(id), self.keys.tasks_of(id))
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
