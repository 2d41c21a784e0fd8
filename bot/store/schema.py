"""Which version the records of a workspace have; older ones are brought up to date before a process works on them.

The work is done record by record, each with its indexes in one step, and the version is noted at the end. Every
migration leaves new records as they are, so one that was interrupted is simply done again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError
from redis.typing import EncodableT, FieldT

from bot.articles.article import Article
from bot.articles.same_text import fingerprint, lookup_keys
from bot.desk.task import Submission, SubmissionState, Task
from bot.store.migrations import MIGRATIONS, SCHEMA, Migration
from bot.store.parked import last_failures
from bot.store.records import THE_DESK, got
from bot.store.submission_store import INTERNAL, SubmissionStore
from bot.store.task_store import FIRST_WATCH
from bot.store.upkeep_keys import UpkeepKeys

log = logging.getLogger(__name__)

LEASE = 60.0
"""Seconds after which another process takes over from one that died at the work."""
PAGE = 500
"""Keys that are looked for at once."""


class NewerSchema(Exception):
    """The records were written by a newer version; one line that says so."""


async def schema_of(redis: Redis, keys: UpkeepKeys) -> int:
    """The version of a workspace's records; 0 for those from before it was noted."""
    return int(await redis.get(keys.schema()) or 0)


async def bring_up_to_date(redis: Redis, team: str) -> None:
    """Give a workspace the version of this code. Any process may call this at any time; one does the work.

    Raises:
        NewerSchema: its records are of a version that this code does not know.
    """
    keys = UpkeepKeys(team)
    if await _is_current(redis, keys):
        return
    if not await redis.exists(keys.log(), keys.log_head()):  # every desk that did anything has a log
        await redis.set(keys.schema(), SCHEMA, nx=True)
        return
    lock = redis.lock(keys.upgrading(), timeout=LEASE)
    async with lock:
        if not await _is_current(redis, keys):
            log.warning("workspace %s: bringing its records up to date", team)
            upgrade = _Upgrade(redis, team, MIGRATIONS[await schema_of(redis, keys) :])
            async for done in upgrade.run():
                if done % PAGE == 0:
                    await lock.reacquire()
            log.warning("workspace %s: its records are up to date (version %d)", team, SCHEMA)


async def _is_current(redis: Redis, keys: UpkeepKeys) -> bool:
    version = await schema_of(redis, keys)
    if version > SCHEMA:
        raise NewerSchema(
            f"workspace {keys.team}: records of version {version}, and this Claimdesk knows versions up to {SCHEMA}; "
            "install the one that wrote them, or a newer one"
        )
    return version == SCHEMA


_NONE = Article(text="")


class _Upgrade(SubmissionStore):
    """Brings the records of one workspace to the version of this code."""

    def __init__(self, redis: Redis, team: str, migrations: tuple[Migration, ...]) -> None:
        super().__init__(redis, team)
        self._upkeep = UpkeepKeys(team)
        self._migrations = migrations
        self._index = any(m.index for m in migrations)
        self._failed: set[str] = set()

    async def run(self) -> AsyncIterator[int]:
        """Do it; yields how many records are done."""
        done = 0
        for kind, upgrade in (
            ("submission", self._submission),
            ("task", self._task),
            ("message", self._message),
        ):
            async for id in self._ids(kind):
                await upgrade(id)
                done += 1
                yield done
        if any(m.parked for m in self._migrations):
            await self._park()
        before = SCHEMA - len(self._migrations)

        async def step(pipe: Pipeline) -> Callable[[], object]:
            def write() -> None:
                pipe.set(self._upkeep.schema(), SCHEMA)
                self._log(pipe, THE_DESK, "upgraded", self.team, before=before, now=SCHEMA, records=done)

            return write

        await self._atomically(step, self._upkeep.schema())

    async def _ids(self, kind: str) -> AsyncIterator[str]:
        """The ids of all records of a kind; an id may come twice."""
        prefix = self._upkeep.named(f"{kind}:")
        async for key in self._redis.scan_iter(match=f"{prefix}*", count=PAGE):
            id = str(key).removeprefix(prefix)
            if not (kind == "submission" and ":" in id):  # the list of its tasks
                yield id

    async def _unlogged(
        self, step: Callable[[Pipeline], Awaitable[Callable[[], object] | None]], *watched: str
    ) -> None:
        """A step that the log has no entry of: what it changes is the form and not what was said."""
        async with self._redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(*watched)
                    if write := await step(pipe):
                        pipe.multi()  # type: ignore[no-untyped-call]
                        write()
                        await pipe.execute()
                except WatchError:
                    continue
                return

    async def _task(self, id: str) -> None:
        async def step(pipe: Pipeline) -> Callable[[], object]:
            record = json.loads(await got(pipe, self.keys.task(id)))
            for migration in self._migrations:
                record = migration.task(record)
            task = Task.model_validate(record)

            def write() -> None:
                # As a change that changes nothing: so no verdict counts as untold that was told.
                self._put(pipe, task, task)
                if self._index:
                    self._index_words(pipe, None, task)
                if task.standing is not None and task.published:
                    soon = {task.submission: (task.published + FIRST_WATCH).timestamp()}
                    pipe.zadd(self.keys.watched(), soon, nx=True)

            return write

        await self._unlogged(step, self.keys.task(id))

    async def _submission(self, id: str) -> None:
        async def step(pipe: Pipeline) -> Callable[[], object]:
            record = json.loads(await got(pipe, self.keys.submission(id)))
            for migration in self._migrations:
                record = migration.submission(record)
            row = await pipe.get(self.keys.article(id))
            article = Article.model_validate_json(row) if row else None
            submission = Submission.model_validate(record | {"title": record.get("title") or (article or _NONE).title})

            if submission.state is SubmissionState.FAILED:
                self._failed.add(id)

            def write() -> None:
                pipe.set(self.keys.submission(id), submission.model_dump_json())
                if self._index:
                    self._index_submission(pipe, submission, article)

            return write

        await self._unlogged(step, self.keys.submission(id), self.keys.article(id))

    async def _park(self) -> None:
        """Put those that failed for a reason of ours where they are counted and listed."""
        failures = await last_failures(self._redis, self.keys, self._failed)
        for id in (id for id, failure in failures.items() if failure.reason.startswith(INTERNAL)):

            async def step(pipe: Pipeline, id: str = id) -> Callable[[], object] | None:
                submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
                if submission.state is not SubmissionState.FAILED:
                    return None
                return lambda: pipe.sadd(self.keys.parked(), id)

            await self._unlogged(step, self.keys.submission(id))

    def _index_submission(self, pipe: Pipeline, submission: Submission, article: Article | None) -> None:
        id, at = submission.id, {submission.id: submission.received.timestamp()}
        if submission.text != "":  # which is what retention leaves of a text
            pipe.zadd(self.keys.received(), at)
        pipe.zadd(self.keys.naming(), at, gt=True)
        if submission.thread_ts:
            pipe.sadd(self.keys.thread(submission.channel, submission.thread_ts), id)
        if source := submission.source or submission.thread_ts:
            pipe.sadd(self.keys.source(submission.channel, source), id)
        if submission.state is not SubmissionState.FILED or article is None or not article.text:
            return
        pipe.zadd(self.keys.newest(), at)
        for url in article.addresses:
            pipe.zadd(self.keys.page(url), at)
        if print := fingerprint(article.text):
            pipe.set(self.keys.print(id), json.dumps(print))
            for hash in lookup_keys(print):
                pipe.zadd(self.keys.printed(hash), at)

    async def _message(self, id: str) -> None:
        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            before = {str(k): str(v) for k, v in (await pipe.hgetall(self.keys.message(id))).items()}
            after = before
            for migration in self._migrations:
                after = migration.message(after)
            starts = id.partition(":")[2] if id.startswith("summary:") and after.get("ts") else ""

            def write() -> None:
                if after != before:
                    pipe.hset(self.keys.message(id), mapping=dict[FieldT, EncodableT](after.items()))
                if starts and self._index:
                    pipe.sadd(self.keys.thread(after["channel"], after["ts"]), starts)

            return write if after != before or (starts and self._index) else None

        await self._unlogged(step, self.keys.message(id))
