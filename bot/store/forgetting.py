"""Forgetting a person: they go from every record of a workspace, and from its audit log.

A pseudonym is drawn first and kept beside their id until all is done. Each record is then changed in a step of its
own, together with the wish that Slack shows it anew; the log is last, and in the step in which it changes the note of
who it was goes, too. A process that dies in between leaves the note, and whoever forgets the same person again goes on
with the same pseudonym. The desk may be running meanwhile.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.lock import Lock
from redis.exceptions import LockError
from redis.typing import EncodableT, FieldT

from bot.articles.article import Article
from bot.desk.commands import PutBack
from bot.desk.forgetting import in_article, in_house, in_submission, in_task
from bot.desk.house import House
from bot.desk.messages import card_id, question_id, summary_id
from bot.desk.pseudonyms import Kind, Names, is_pseudonym, new_pseudonym
from bot.desk.refusals import Refusal
from bot.desk.roles import EVERYBODY, Role
from bot.desk.rules import HouseRules
from bot.desk.task import Submission, Task, TaskState
from bot.desk.transitions import Context, apply
from bot.desk.words import search_words
from bot.reminders.records import Reminder
from bot.store.audit import Chain, read
from bot.store.dead_letters import OPERATOR
from bot.store.desk_store import DeskStore
from bot.store.known_people import is_known
from bot.store.outbox import enqueue
from bot.store.records import THE_DESK, Missing, got
from bot.store.redaction import Fields, Redaction, with_details
from bot.store.redis_client import strings
from bot.store.task_store import _found_by

FORGET = "forget"
"""Why something was taken out of the log."""

_SHOW_PEOPLE = frozenset({"published", "told", "objected", "edited", "answered"})
"""Messages about a task that name people, besides cards and questions, by the start of their id."""
SENDER_SECONDS = 9.0
"""For which a sender that was killed holds a queue, and for which we hold it unless we renew that."""
WAITS = 4
"""Such times to wait for a sender: it may be waiting for Slack's answer."""
PAGE = 200
"""Messages that are looked at before the lock is renewed."""


class Busy(Exception):
    """Somebody sends to the person; the argument says what. What was done stays done, and can be gone on with."""


@dataclass
class Forgotten:
    """What was done, or would be: how many records of each kind changed or went.

    ``roles`` are those that were the person's alone: they are nobody's now. ``waiting`` are claims with a verdict of
    theirs that waits for sign-off.
    """

    changed: Counter[str] = field(default_factory=Counter)
    roles: list[Role] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


class Forgetting(DeskStore):
    """Forgets one person of one workspace; ``dry`` only counts what would change."""

    def __init__(self, redis: Redis, team: str, user: str, rules: HouseRules, *, dry: bool = False) -> None:
        super().__init__(redis, team)
        self._user = user
        self._rules = rules
        self._dry = dry
        self._done = Forgotten()
        self._names = Names({})
        self._back: set[str] = set()
        """Claims of theirs that are put back."""
        self._about: dict[str, set[str]] = defaultdict(set)
        """Messages by the task or submission they are about."""

    async def run(self) -> Forgotten:
        """Forget them. Done again, it goes on where it was, or finds nothing to do.

        Whom nothing has as a person is left alone: their id may be a word, and what is barred out does not come back.

        Raises:
            Busy: messages to them are being sent.
            LockError: another process changes the log.
        """
        if not await is_known(self._redis, self._upkeep, self._user):
            return self._done
        if not self._dry:
            await self.redact_log()  # what retention has noted and not done yet may name them
        self._names = Names({self._user: await self._pseudonym()})
        await self._put_back()
        names = await self._keys_by_kind()
        for id in names["message"]:
            self._about[id.split(":")[1] if ":" in id else id].add(id)
        for id in names["submission"]:
            if ":" not in id:  # else the list of its tasks
                await self._submission(id)
        for id in names["task"]:
            await self._task(id)
        await self._settings()
        await self._remove_theirs(names)
        await self._outbox()
        await self._log_last()
        return self._done

    async def _pseudonym(self) -> str:
        if not self._dry:
            await self._redis.hsetnx(self._upkeep.forgetting(), self._user, new_pseudonym(Kind.LEFT))
        known = await self._redis.hget(self._upkeep.forgetting(), self._user)
        return str(known or new_pseudonym(Kind.LEFT))

    async def _keys_by_kind(self) -> dict[str, list[str]]:
        """All keys by their kind, without it: one look at everything, for which there is no index."""
        found: dict[str, set[str]] = defaultdict(set)
        async for key in self._redis.scan_iter(match=self._upkeep.named("*"), count=1000):
            kind, _, rest = self._upkeep.short(str(key)).partition(":")
            found[kind].add(rest)
        return defaultdict(list, {kind: sorted(rests) for kind, rests in found.items()})

    # Their work

    async def _put_back(self) -> None:
        """What they hold goes back on the queue, as when somebody leaves; a verdict under review stays, for others."""
        context = Context(THE_DESK, self._rules, datetime.now(UTC), EVERYBODY | {Role.ADMIN})
        for task in await self.assigned_to(self._user):
            if task.state is TaskState.IN_REVIEW:
                self._done.waiting.append(task.id)
                continue
            self._done.changed["claims back on the queue"] += 1
            self._back.add(task.id)
            if not self._dry:
                with suppress(Refusal):  # somebody was faster
                    await self.change_task(task.id, lambda now, _: apply(now, PutBack(), context), by=THE_DESK)

    async def _task(self, id: str) -> None:
        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            before = Task.model_validate_json(await got(pipe, self.keys.task(id)))
            if self._dry and id in self._back:
                before = before.model_copy(update={"assignee": None})
            after = in_task(before, self._names)
            if after == before or self._dry:
                changed[:] = [after != before]
                return None
            shown = await self._seen_anew(before)
            gone = set(search_words(_found_by(before))) - set(search_words(_found_by(after)))
            changed[:] = [True]

            def write() -> None:
                self._put(pipe, before, after)
                for word in gone:
                    if self._user.casefold() in word.written:
                        pipe.zrem(self.keys.words(), f"{word.written} {word.folded}")
                self._show(pipe, shown)

            return write

        changed: list[bool] = []
        with suppress(Missing):
            await self._atomically(step, self.keys.task(id))
            self._done.changed["claims"] += sum(changed)

    async def _seen_anew(self, task: Task) -> list[tuple[str, str]]:
        """The messages that show people of a task and stand in Slack or are on their way there, with their queues."""
        ids = {card_id(task.id), *(question_id(task.id, n) for n in range(len(task.questions)))}
        ids |= {id for id in self._about[task.id] if id.partition(":")[0] in _SHOW_PEOPLE}
        ids |= {card_id(place.task.id) for place in await self._duplicates(task.id)}
        return await self._there(ids)

    async def _there(self, ids: set[str]) -> list[tuple[str, str]]:
        async with self._redis.pipeline(transaction=False) as pipe:
            for id in sorted(ids):
                pipe.hmget(self.keys.message(id), "queue", "ts", "tried", "buried")
            rows = await pipe.execute()
        rows_of = zip(sorted(ids), rows, strict=True)
        return [(str(q), id) for id, (q, ts, tried, buried) in rows_of if q and (ts or tried) and not buried]

    async def _submission(self, id: str) -> None:
        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            before = Submission.model_validate_json(await got(pipe, self.keys.submission(id)))
            after = in_submission(before, self._names)
            row = await pipe.get(self.keys.article(id))
            article = Article.model_validate_json(row) if row else None
            kept = in_article(article, self._names) if article else None
            changed[:] = [(after, kept) != (before, article)]
            if not changed[0] or self._dry:
                return None
            shown = await self._there({summary_id(id)})

            def write() -> None:
                pipe.set(self.keys.submission(id), after.model_dump_json())
                if article and kept and kept != article:
                    pipe.set(self.keys.article(id), kept.model_dump_json())
                    at = {id: after.received.timestamp()}
                    for url in {*article.addresses} - {*kept.addresses}:
                        pipe.zrem(self.keys.page(url), id)
                    for url in {*kept.addresses} - {*article.addresses}:
                        pipe.zadd(self.keys.page(url), at)
                self._show(pipe, shown)

            return write

        changed: list[bool] = []
        with suppress(Missing):
            await self._atomically(step, self.keys.submission(id), self.keys.article(id))
            self._done.changed["articles"] += sum(changed)

    async def _settings(self) -> None:
        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            row = await pipe.get(self.keys.house())
            before = House.model_validate_json(row) if row else House()
            after = in_house(before, self._names)
            self._done.roles = [r for r, m in after.roles.items() if any(map(is_pseudonym, m.users)) and not m.groups]
            self._done.changed["settings"] = int(after != before)
            if after == before or self._dry:
                return None
            newer = after.model_copy(update={"version": before.version + 1})
            return lambda: pipe.set(self.keys.house(), newer.model_dump_json())

        await self._atomically(step, self.keys.house())

    # What was theirs alone

    async def _remove_theirs(self, names: dict[str, list[str]]) -> None:
        """Drafts, Home, reminders and that they work in a channel."""
        user, keys = self._user, self.keys
        drafts = [keys.draft(*draft.split(":", 1)) for draft in names["draft"] if draft.endswith(f":{user}")]
        reminders = [keys.reminder(id) for id in names["reminder"] if await self._is_theirs(id)]
        cut = [keys.cut(*cut.split(":", 1)) for cut in names["cut"] if cut.endswith(f":{user}")]
        for what, gone in (
            ("drafts", drafts),
            ("reminders", [*reminders, keys.marks(user)]),
            ("Homes", [keys.home(user)]),
            ("", [*cut, keys.assigned_to(user), keys.pace(user)]),
        ):
            there = int(await self._redis.exists(*gone)) if gone else 0
            if what:
                self._done.changed[what] += there
            if there and not self._dry:
                await self._redis.delete(*gone)
        if not self._dry:
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.zrem(keys.homes(), user)
                pipe.zrem(keys.homes_shown(), user)
                for channel in names["people"]:
                    pipe.srem(keys.people(channel), user)
                await pipe.execute()

    async def _is_theirs(self, reminder: str) -> bool:
        row = await self._redis.get(self.keys.reminder(reminder))
        return bool(row) and Reminder.model_validate_json(str(row)).person == self._user

    # Messages

    async def _outbox(self) -> None:
        """Messages to them go; of the others, what names them."""
        if self._dry:
            await self._messages()
            await self._letters()
            return
        lock = await self._sending()
        try:
            await self._messages(lock)
            await self._letters()
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.delete(self.keys.outbox(self._user), self.keys.resting(self._user))
                pipe.srem(self.keys.outboxes(), self._user)
                pipe.hdel(self.keys.turns(), self._user)
                await pipe.execute()
        finally:
            with suppress(LockError):
                await lock.release()

    async def _sending(self) -> Lock:
        """The right to send to them, so that nobody does while what is known of it goes.

        What waits for them is dropped, again and again, until whoever sends it finds nothing more and lets go.
        """
        lock = self._redis.lock(self.keys.sending(self._user), timeout=SENDER_SECONDS, sleep=0.02)
        for _ in range(int(WAITS * SENDER_SECONDS)):
            await self._redis.delete(self.keys.outbox(self._user))
            if await lock.acquire(blocking_timeout=1):
                return lock
        raise Busy("a message to them is being sent, and that does not end")

    async def _messages(self, lock: Lock | None = None) -> None:
        """All messages, a page at a time; the lock is renewed before each."""
        found: set[str] = set()
        cursor: int | None = None
        while cursor != 0:
            await self._renewed(lock)
            cursor, page = await self._redis.scan(cursor or 0, match=self.keys.message("*"), count=1000)
            found |= {str(key).removeprefix(self.keys.message("")) for key in page}
        ids = sorted(found)
        for start in range(0, len(ids), PAGE):
            await self._renewed(lock)
            for id in ids[start : start + PAGE]:
                await self._message(id)
        await self._renewed(lock)

    async def _renewed(self, lock: Lock | None) -> None:
        try:
            if lock:
                await lock.reacquire()
        except LockError:
            raise Busy("somebody else has begun to send to them") from None

    async def _message(self, id: str) -> None:
        key, renamed = self.keys.message(id), self._names.in_id(id)
        rows = await self._redis.hgetall(key)
        row = {str(name): str(value) for name, value in rows.items()}
        after = self._message_without(id, row)
        changed = (renamed, after) != (id, row)
        self._done.changed["messages"] += changed
        if not changed or self._dry:
            return
        queue = row.get("queue", "")

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            now = {str(name): str(value) for name, value in (await pipe.hgetall(key)).items()}
            waits = strings(await pipe.lrange(self.keys.outbox(queue), 0, -1)).count(id) if queue else 0
            left = self._message_without(id, now)
            if not now:
                return None

            def write() -> None:
                if left is None:
                    pipe.delete(key)
                    pipe.lrem(self.keys.outbox(queue), 0, id)
                    return
                pipe.hset(key, mapping=dict[FieldT, EncodableT](left.items()))
                if renamed != id:
                    pipe.rename(key, self.keys.message(renamed))
                    pipe.lrem(self.keys.outbox(queue), 0, id)
                if (left.get("ts") and not left.get("buried")) or (renamed != id and waits):
                    enqueue(pipe, self.keys, queue, renamed)

            return write

        await self._atomically(step, key, self.keys.outbox(queue))

    def _message_without(self, id: str, row: dict[str, str]) -> dict[str, str] | None:
        """A message as it may stay; None if it was for them alone."""
        theirs = row.get("user") == self._user
        alone = row.get("shows") == "ephemeral" or (row.get("shows") == "notice" and row["queue"].startswith("D"))
        if id == f"dm:{self._user}" or row.get("queue") == self._user or (theirs and alone):
            return None
        left = row | ({"user": ""} if theirs else {})
        for name in ("about", "thread"):
            if name in left:
                left[name] = self._names.in_id(left[name])
        if left.get("body"):
            body = json.loads(left["body"])
            cleared = self._names.in_json(body)
            left["body"] = left["body"] if cleared == body else json.dumps(cleared, ensure_ascii=False)
        return left

    async def _letters(self) -> None:
        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            rows = strings(await pipe.lrange(self.keys.dead(), 0, -1))
            after = [left for row in rows if (left := self._letter(row))]
            changed = len(set(rows) - set(after))
            self._done.changed["dead letters"] = changed
            if not changed or self._dry:
                return None

            def write() -> None:
                pipe.delete(self.keys.dead())
                if after:
                    pipe.rpush(self.keys.dead(), *after)

            return write

        await self._atomically(step, self.keys.dead())

    def _letter(self, row: str) -> str | None:
        letter: dict[str, Any] = json.loads(row)
        texts = {name: value for name, value in letter.items() if isinstance(value, str)}
        left = self._message_without(letter["id"], texts)
        if left is None:
            return None
        after = letter | left | {"id": self._names.in_id(letter["id"])}
        return row if after == letter else json.dumps(after, ensure_ascii=False)

    # The log

    async def _log_last(self) -> None:
        """Take them out of the log; in the same step it is over."""
        if self._dry:
            said = [e.fields async for e in read(self._redis, self.keys)]
            self._done.changed["log entries"] = sum(self._redact(fields) != fields for fields in said)
            return
        counts = dict(+self._done.changed)

        async def over(pipe: Pipeline, chain: Chain) -> Callable[[], object]:
            def write() -> None:
                pipe.hdel(self._upkeep.forgetting(), self._user)
                if counts:
                    now = datetime.now(UTC)
                    chain.append(pipe, at=now, by=OPERATOR, what="forgotten", about=self.team, details=counts)

            return write

        log = Redaction(self._redis, self._upkeep)
        self._done.changed["log entries"] = await log.run(self._redact, by=OPERATOR, why=FORGET, also=over)

    def _redact(self, fields: Fields) -> Fields:
        ids = {name: self._names.in_id(fields[name]) for name in ("by", "about") if name in fields}
        return fields | ids | {"details": with_details(fields, self._names.in_json)}
