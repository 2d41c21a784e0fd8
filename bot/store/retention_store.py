"""Retention: texts and names of one workspace's articles that are kept no longer, in the records and in the log.

Each article is one step, which notes what is still to be taken out of the log's entries about it. The log is changed
for all of them together afterwards; what a process that dies leaves undone, the next round finds noted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from redis.asyncio.client import Pipeline
from redis.typing import EncodableT, FieldT

from bot.articles.article import Article
from bot.articles.same_text import lookup_keys
from bot.desk.forgetting import (
    details_without_text,
    in_article,
    in_submission,
    in_task,
    people_in,
    people_in_details,
    without_talk,
)
from bot.desk.messages import card_id, question_id, summary_id
from bot.desk.pseudonyms import Kind, Names, is_pseudonym, new_pseudonym
from bot.desk.task import Submission, SubmissionState, Task, TaskState
from bot.store.audit import Chain
from bot.store.outbox import enqueue
from bot.store.records import THE_DESK, got
from bot.store.redaction import Fields, Redaction, with_details
from bot.store.redis_client import strings
from bot.store.submission_store import SubmissionStore
from bot.store.task_store import UNFINISHED
from bot.store.upkeep_keys import UpkeepKeys

_PERSON = re.compile(r"[UW][A-Z0-9]{2,}")
_PAGE = 500
"""Tasks that are read at once."""
RETENTION = "retention"
"""Why something was taken out of the log."""


class RetentionStore(SubmissionStore):
    """Articles whose texts or names are removed."""

    # Texts

    async def old(self, before: datetime) -> list[Submission]:
        """Submissions from before a moment whose texts are still kept, oldest first."""
        return await self.submissions(
            strings(await self._redis.zrangebyscore(self.keys.received(), "-inf", before.timestamp()))
        )

    async def remove_text(self, id: str) -> bool:
        """Remove the text of an article and of what was pasted; False while one of its claims is not done with.

        Title, address and dates stay, and so do the claims with their quotations: they are what verdicts are about.
        What people asked each other on the way goes with the text; so does what the log quotes of either.
        """
        tasks = await self.tasks_of(id)

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            waits = submission.state is SubmissionState.WAITING
            before = await self.tasks_of(id)
            if waits or any(task.state in UNFINISHED for task in before):
                return None
            after = [without_talk(task) for task in before]
            seen = await self._seen(submission, [a for a, b in zip(after, before, strict=True) if a != b])
            owed = await self._owed(pipe, id)
            row = await self._redis.get(self.keys.article(id))
            article = Article.model_validate_json(row) if row else None
            fingerprint = json.loads(await self._redis.get(self.keys.print(id)) or "[]")

            def write() -> None:
                emptied = {"text": "", "more": (), "file": None, "retryable": False}
                pipe.set(self.keys.submission(id), submission.model_copy(update=emptied).model_dump_json())
                pipe.zrem(self.keys.received(), id)
                if article:
                    kept = article.model_copy(update={"text": "", "entries": ()})
                    pipe.set(self.keys.article(id), kept.model_dump_json())
                    for url in article.addresses:
                        pipe.zrem(self.keys.page(url), id)
                for hash in lookup_keys(tuple(fingerprint)):
                    pipe.zrem(self.keys.printed(hash), id)
                pipe.delete(self.keys.print(id))
                for task, silent in zip(before, after, strict=True):
                    if silent != task:
                        self._put(pipe, task, silent)
                self._show(pipe, seen)
                pipe.hset(self._upkeep.redactions(), id, json.dumps(owed | {"text": True}))
                pipe.zrem(self.keys.newest(), id)
                pipe.zrem(self.keys.watched(), id)
                self._log(pipe, THE_DESK, "text_removed", id)

            return write

        watched = (self.keys.submission(id), self._upkeep.redactions(), *(self.keys.task(t.id) for t in tasks))
        return await self._atomically(step, *watched)

    async def drop_drafts(self, submissions: Collection[str]) -> int:
        """Remove what people began to write on claims of these articles and did not send; returns how many there were.

        Drafts are few, and go by themselves after some weeks, so there is no index of them.
        """
        dropped = 0
        prefix = self.keys.draft("", "").removesuffix(":")
        async for key in self._redis.scan_iter(match=f"{prefix}*", count=1000):
            task = str(key).removeprefix(prefix).partition(":")[0]
            if task.rpartition("-")[0] in submissions:
                dropped += await self._redis.delete(key)
        return dropped

    # Names

    async def naming(self, before: datetime) -> list[str]:
        """Articles that name people, and of whose claims none was changed since a moment, the oldest first."""
        return strings(await self._redis.zrangebyscore(self.keys.naming(), "-inf", before.timestamp()))

    async def remove_names(self, id: str, before: datetime) -> bool:
        """Replace everybody whom an article and its claims name; False while one of these is not done with.

        Nobody has one pseudonym in two articles, so that what they did cannot be joined up.
        """
        tasks = await self.tasks_of(id)

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            submission = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            tasks = await self.tasks_of(id)
            waits = submission.state is SubmissionState.WAITING
            if waits or any(task.state in UNFINISHED or task.changed > before for task in tasks):
                return None
            owed = await self._owed(pipe, id)
            people = owed.get("people", {})
            for user in people_in(submission, tasks):
                people.setdefault(user, _another(user))
            names = Names(people, every_mention=True)
            row = await pipe.get(self.keys.article(id))
            seen = await self._seen(submission, tasks)
            summary = await pipe.exists(self.keys.message(summary_id(id)))

            def write() -> None:
                pipe.set(self.keys.submission(id), in_submission(submission, names).model_dump_json())
                if row:
                    article = in_article(Article.model_validate_json(row), names)
                    pipe.set(self.keys.article(id), article.model_dump_json())
                for task in tasks:
                    without = in_task(task, names)
                    if without != task:
                        self._put(pipe, task, without)
                pipe.zrem(self.keys.naming(), id)
                if summary:  # whoever would be told if it could not be posted
                    pipe.hset(self.keys.message(summary_id(id)), "user", "")
                self._show(pipe, seen)
                pipe.hset(self._upkeep.redactions(), id, json.dumps(owed | {"people": people}))
                self._log(pipe, THE_DESK, "names_removed", id)

            return write

        article = (self.keys.submission(id), self.keys.article(id), self.keys.tasks_of(id))
        return await self._atomically(step, self._upkeep.redactions(), *article, *(self.keys.task(t.id) for t in tasks))

    async def _people_at_work(self, channels: Iterable[str]) -> None:
        """Take whom no task of a channel names any more off those who work there.

        Somebody who takes up a task there at this moment may be taken off, too, and is back with their next step; they
        are who is reminded of verdicts to sign.
        """
        for channel in channels:
            left = set(strings(await self._redis.smembers(self.keys.people(channel))))
            for state in TaskState:
                ids = strings(await self._redis.zrevrange(self.keys.tasks_in(channel, state), 0, -1))
                while left and ids:
                    page, ids = ids[:_PAGE], ids[_PAGE:]
                    tasks = " ".join(str(row) for row in await self._redis.mget([self.keys.task(id) for id in page]))
                    left = {user for user in left if user not in tasks}
            if left:
                await self._redis.srem(self.keys.people(channel), *left)

    async def _nameless_letters(self, people: Mapping[str, Mapping[str, str]]) -> None:
        """Take the names out of what Slack would not take about articles; what was for one person goes.

        ``people`` has for each article who stands for whom. What else is known of messages to one person expires
        before names do.
        """
        names = Names({user: name for of in people.values() for user, name in of.items()}, every_mention=True)

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            rows = strings(await pipe.lrange(self.keys.dead(), 0, -1))
            letters = [json.loads(row) for row in rows]
            about = [n for n, letter in enumerate(letters) if people.keys() & _of_letter(letter)]
            gone = [n for n in about if _to_a_person(letters[n])]
            nameless = {n: _nameless(letters[n], names) for n in about if n not in gone}
            changed = {n: fields for n, fields in nameless.items() if fields.items() - letters[n].items()}
            known = {n for n in changed if await self._redis.exists(self.keys.message(letters[n]["id"]))}

            def write() -> None:
                for n, fields in changed.items():
                    pipe.lset(self.keys.dead(), n, json.dumps(letters[n] | fields, ensure_ascii=False))
                    if n in known:
                        message = self.keys.message(letters[n]["id"])
                        pipe.hset(message, mapping=dict[FieldT, EncodableT](fields.items()))
                for n in gone:
                    pipe.lrem(self.keys.dead(), 1, rows[n])
                    pipe.delete(self.keys.message(letters[n]["id"]))

            return write if gone or changed else None

        await self._atomically(step, self.keys.dead())

    # Slack shows it, too

    async def _seen(self, submission: Submission, tasks: Iterable[Task]) -> list[tuple[str, str]]:
        """The messages in Slack that show these tasks and are edited later, each with its queue."""
        ids = [summary_id(submission.id)]
        for task in tasks:
            ids += [card_id(task.id), *(question_id(task.id, i) for i in range(len(task.questions)))]
            ids += [f"published:{task.id}:{verdict.version}" for verdict in task.versions]
        async with self._redis.pipeline(transaction=False) as pipe:
            for id in ids:
                pipe.hmget(self.keys.message(id), "queue", "ts")
            rows = await pipe.execute()
        return [(str(queue), id) for id, (queue, ts) in zip(ids, rows, strict=True) if queue and ts]

    def _show(self, pipe: Pipeline, seen: Iterable[tuple[str, str]]) -> None:
        """Want these messages anew, each in its queue, and the Homes that people look at."""
        self._show_in_homes(pipe)
        for queue, id in seen:
            enqueue(pipe, self.keys, queue, id)

    # The log

    @property
    def _upkeep(self) -> UpkeepKeys:
        return UpkeepKeys(self.team)

    async def _owed(self, pipe: Pipeline, id: str) -> dict[str, Any]:
        """What is still to be taken out of the log's entries about an article: its ``text``, and ``people``."""
        owed = await pipe.hget(self._upkeep.redactions(), id)
        return dict(json.loads(owed)) if owed else {}

    async def redact_log(self) -> int:
        """Take out of the log what is noted, and names out of what is kept beside; returns how many entries changed.

        A note that another process has added to meanwhile stays, for whoever does this next.
        """
        noted = {str(id): str(row) for id, row in (await self._redis.hgetall(self._upkeep.redactions())).items()}
        owed = {id: json.loads(row) for id, row in noted.items()}
        if not owed:
            return 0
        if people := {id: duties["people"] for id, duties in owed.items() if "people" in duties}:
            await self._nameless_letters(people)
            await self._people_at_work({of.channel for of in await self.submissions(list(people))})

        def redact(fields: Fields) -> Fields:
            id = next((id for id in _articles(fields.get("about", "")) if id in owed), None)
            if id is None:
                return fields
            details = fields["details"]
            if owed[id].get("text"):
                details = with_details(fields, details_without_text)
            if (people := owed[id].get("people")) is None:
                return fields | {"details": details}
            for user in _people(fields):  # some whom no record names any more: who put a claim back, or unfollowed it
                people.setdefault(user, _another(user))
            names = Names(people, every_mention=True)
            details = with_details({"details": details}, names.in_json)
            return fields | {n: names.in_id(fields[n]) for n in ("by", "about")} | {"details": details}

        async def over(pipe: Pipeline, _: Chain) -> Callable[[], object]:
            await pipe.watch(self._upkeep.redactions())
            now = await pipe.hmget(self._upkeep.redactions(), list(noted))
            done = [id for (id, row), left in zip(noted.items(), now, strict=True) if left == row]
            return lambda: pipe.hdel(self._upkeep.redactions(), *done) if done else None

        return await Redaction(self._redis, self._upkeep).run(redact, by=THE_DESK, why=RETENTION, also=over)


def _another(user: str) -> str:
    """A pseudonym for somebody in one article; who was forgotten stays somebody who left."""
    return new_pseudonym(Kind.LEFT if is_pseudonym(user) else Kind.PAST)


def _people(fields: Fields) -> Iterator[str]:
    """Everybody whom an entry of the log names where people stand, but for pseudonyms that one article has."""
    found = [fields["by"], *fields["about"].split(":")]
    with suppress(ValueError):
        found += people_in_details(json.loads(fields["details"]))
    for user in found:
        if _PERSON.fullmatch(user) or (is_pseudonym(user) and user.startswith(Kind.LEFT)):
            yield user


def _of_letter(letter: Mapping[str, str]) -> set[str]:
    """The submissions that a dead letter is about."""
    return {*_articles(letter["id"]), *(id for part in letter.get("about", "").split() for id in _articles(part))}


def _to_a_person(letter: Mapping[str, str]) -> bool:
    """Whether it is a direct message, or what somebody asked for whom its id names."""
    user = letter.get("user", "")
    return letter.get("queue", "").startswith(("U", "W")) or bool(user and user in letter["id"])


def _nameless(letter: Mapping[str, str], names: Names) -> dict[str, str]:
    """What of a dead letter in a channel may name people, without them."""
    body = json.loads(letter.get("body") or "{}")
    cleared = names.in_json(body)
    return {"user": ""} | ({} if cleared == body else {"body": json.dumps(cleared, ensure_ascii=False)})


def _articles(about: str) -> Iterable[str]:
    """The submissions that an id may be of or be made from: of a submission, a task, or a message that shows one."""
    for part in about.split(":"):
        yield part
        yield part.rpartition("-")[0]
