"""The audit log: who did what, when, to which record. Only ever appended to, in the same step as the change itself.

The entries of a workspace are a chain. Each carries ``seq`` (1, 2, …), ``prev`` (the hash of the entry before it) and
``hash``, which is SHA-256 in lower-case hex over the JSON object of all its other fields, ``prev`` among them: keys
sorted, no spaces, everything beyond ASCII as ``\\uXXXX``. The head, ``seq`` and ``hash`` of the last entry, is a key of
its own, written with the entry and watched by every step, so that two processes cannot fork the chain.

A log that was begun before it was a chain stays as it is. Its entries are hashed in the same way when the first chained
one is written, each with the hash of the one before it as ``prev``, and the last of these hashes is what that one
follows: from then on they cannot be changed unnoticed either.

Who can write to Redis can write a whole new chain. Against that helps only a head that was noted elsewhere, which is
why ``claimdesk audit verify`` prints it.

What an entry says of people can be taken out of it later (``redaction.py``). It keeps ``seq``, ``prev`` and its
``hash``, so that what follows still follows, and gets a field ``redacted``. Its hash then proves nothing of the rest,
so a later entry vouches for it: ``what`` is ``redacted``, and its details list, for each entry, ``seq``, ``hash`` and
the digest of its fields as they are now. The last entry that names it counts: an entry that says anything else was
altered, be it what it once said. One from before the chain is named with ``seq`` 0, and has ``prev`` and ``hash`` from
then on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import dropwhile
from typing import Any, Self

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.typing import EncodableT, FieldT

from bot.store.keys import Keys

BEGINNING = "0" * 64
"""What the first entry of a log follows."""

PAGE = 500
"""Entries that are read at once."""

_READINGS = 3
"""Of a log in which something is found while it is written to."""

REDACTED = "redacted"
"""The field of an entry from which something was taken, with the reason; and what an entry does that vouches for it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it stands in the stream, under the id the stream gave it."""

    id: str
    fields: dict[str, str]

    @property
    def seq(self) -> int:
        """Its number, or 0 if it has none that could be one."""
        text = self.fields.get("seq", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain."""

    seq: int
    hash: str


def digest(fields: dict[str, str]) -> str:
    """The hash of an entry, from all its fields but ``hash``."""
    hashed = {name: value for name, value in fields.items() if name != "hash"}
    text = json.dumps(hashed, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def link_before(entry: Entry, before: str) -> str:
    """The hash of an entry from before the chain, which follows ``before``; one that was redacted has it still."""
    if REDACTED in entry.fields:
        return entry.fields.get("hash", "")
    return digest(entry.fields | {"prev": before})


def linked(said: dict[str, str], head: Head) -> dict[str, str]:
    """The fields of the entry that says this and follows ``head``."""
    fields = said | {"seq": str(head.seq + 1), "prev": head.hash}
    return fields | {"hash": digest(fields)}


class Chain:
    """The end of the log as one transaction sees it; what is appended in the transaction chains on."""

    def __init__(self, keys: Keys, head: Head) -> None:
        self._keys = keys
        self._head = head

    @classmethod
    async def end(cls, pipe: Pipeline, keys: Keys) -> Self:
        """Read the head on a connection that watches it from here on."""
        await pipe.watch(keys.log_head())
        if text := await pipe.get(keys.log_head()):
            return cls(keys, Head(**json.loads(text)))
        await pipe.watch(keys.log())
        before = BEGINNING
        async for entry in read(pipe, keys):
            before = link_before(entry, before)
        return cls(keys, Head(0, before))

    def append(
        self, pipe: Pipeline, *, at: datetime, by: str, what: str, about: str, details: dict[str, Any] | None = None
    ) -> None:
        """Queue one entry on the transaction. ``about`` is the id of the record, ``by`` a user id or ``claimdesk``."""
        said = {
            "at": at.isoformat(),
            "by": by,
            "what": what,
            "about": about,
            "details": json.dumps(details or {}, ensure_ascii=False, sort_keys=True),
        }
        fields = linked(said, self._head)
        self._head = Head(self._head.seq + 1, fields["hash"])
        pipe.xadd(self._keys.log(), dict[FieldT, EncodableT](fields.items()))
        pipe.set(self._keys.log_head(), json.dumps(asdict(self._head)))


async def read(redis: Redis | Pipeline, keys: Keys, until: str = "+") -> AsyncIterator[Entry]:
    """The log from its start to the entry with the id ``until``, oldest first, a page at a time."""
    after = "-"
    while rows := await redis.xrange(keys.log(), min=after, max=until, count=PAGE):
        for id, fields in rows:
            yield Entry(str(id), {str(k): str(v) for k, v in (fields or {}).items()})
        after = "(" + str(rows[-1][0])


async def read_back(redis: Redis, keys: Keys) -> AsyncIterator[Entry]:
    """The log from its end to its start, newest first, a page at a time."""
    before = "+"
    while rows := await redis.xrevrange(keys.log(), max=before, count=PAGE):
        for id, fields in rows:
            yield Entry(str(id), {str(k): str(v) for k, v in (fields or {}).items()})
        before = "(" + str(rows[-1][0])


async def entries(redis: Redis, keys: Keys, about: str | None = None) -> list[dict[str, str]]:
    """The fields of every entry, oldest first; only what concerns one record when ``about`` is given."""
    return [e.fields async for e in read(redis, keys) if about is None or e.fields["about"] == about]


# Verifying


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with the log, first of all: the number of the entry, its id in the stream if it is there."""

    seq: int
    id: str | None
    what: str

    def __str__(self) -> str:
        return f"entry {self.seq}{f' ({self.id})' if self.id else ''}: {self.what}"


@dataclass(slots=True)
class _Redacted:
    """An entry from which something was taken, and whether the last entry that vouched for it meant what it says."""

    seq: int
    id: str
    digest: bytes
    vouched: bool = False


class Verification:
    """Goes through a log from its start and finds the first entry that was altered, dropped, moved or slipped in. Pure.

    ``before`` is how many entries there are from before the chain, ``last`` is the last one of the chain, ``redacted``
    how many had something taken out. ``follows`` is what the first entry follows where it is not the log's first.
    """

    def __init__(self, follows: Head | None = None) -> None:
        self.before = 0
        self.last = follows or Head(0, BEGINNING)
        self.finding: Finding | None = None
        self._first = follows.seq + 1 if follows else 0
        self._missing: range | None = None
        self._behind = ""
        self._redacted: dict[str, _Redacted] = {}

    @property
    def redacted(self) -> int:
        """Entries from which something was taken."""
        return len(self._redacted)

    def take(self, entry: Entry) -> None:
        """The next entry of the stream."""
        if self.finding:
            return
        if self._missing is not None:
            self._look_for_missing(entry)
            return
        expected = self.last.seq + 1
        claimed = entry.fields.get("hash")
        redacted = REDACTED in entry.fields
        if self.last.seq == 0 and (claimed is None or (redacted and "seq" not in entry.fields)):
            self._take_from_before(entry)
        elif claimed is None:
            self._found(expected, entry, "inserted: it has no hash")
        elif not redacted and digest(entry.fields) != claimed:
            self._found(entry.seq or expected, entry, "altered: its hash does not fit what it says")
        elif entry.seq < expected:
            self._found(entry.seq, entry, f"inserted or doubled: entry {expected} was due")
        elif entry.seq > expected:
            # Whether they were dropped or stand further down, the rest of the log will tell.
            self._missing, self._behind = range(expected, entry.seq), entry.id
        elif entry.fields.get("prev") != self.last.hash:
            self._found(expected, entry, self._why_unlinked(expected))
        else:
            self.last = Head(expected, claimed)
            if redacted:
                self._note(expected, entry)
            elif entry.fields.get("what") == REDACTED:
                self._hear(entry)

    def end(self, head: Head | None) -> Finding | None:
        """The log is over and this is its head; returns what was found, or None if all is well."""
        if self.finding is None and self._missing is not None:
            first, last = self._missing[0], self._missing[-1]
            which = f" with all up to {last}" if last > first else ""
            self.finding = Finding(first, None, f"dropped{which}, before {self._behind}")
        elif self.finding is None:
            self.finding = self._at_the_end(head) or self._not_vouched_for()
        return self.finding

    def _take_from_before(self, entry: Entry) -> None:
        """An entry from before the chain."""
        self.before += 1
        if REDACTED in entry.fields:
            if entry.fields.get("prev") != self.last.hash:
                self._found(0, entry, "is redacted and does not follow what stands before it: one of them was changed")
                return
            self._note(0, entry)
        self.last = Head(0, link_before(entry, self.last.hash))

    def _note(self, seq: int, entry: Entry) -> None:
        said = bytes.fromhex(digest(entry.fields))
        self._redacted[entry.fields.get("hash", "")] = _Redacted(seq, entry.id, said)

    def _hear(self, voucher: Entry) -> None:
        """An entry vouches for what stands in earlier ones."""
        for seq, hash, said in vouched_for(voucher):
            if known := self._redacted.get(hash):
                known.vouched = (seq, said) == (known.seq, known.digest.hex())
            elif seq >= self._first:
                here = voucher.seq
                self.finding = Finding(seq, None, f"altered: entry {here} had something taken out of it, which is back")
                return

    def _not_vouched_for(self) -> Finding | None:
        found = next((entry for entry in self._redacted.values() if not entry.vouched), None)
        if found is None:
            return None
        return Finding(found.seq, found.id, "altered: it is redacted, and no later entry vouches for what it says now")

    def _look_for_missing(self, entry: Entry) -> None:
        assert self._missing is not None
        whole = REDACTED in entry.fields or entry.fields.get("hash") == digest(entry.fields)
        if entry.seq in self._missing and whole:
            self._found(entry.seq, entry, f"moved: it belongs before {self._behind}")

    def _why_unlinked(self, seq: int) -> str:
        if seq > 1:
            return f"does not follow entry {seq - 1}: one of the two was replaced"
        if self.before:
            return f"does not follow the {self.before} entries from before the chain: they were changed"
        return "does not begin the log: what stood before it was dropped"

    def _at_the_end(self, head: Head | None) -> Finding | None:
        seq = self.last.seq
        if head is None:
            return Finding(seq, None, "the head that should name it is missing") if seq else None
        if head.seq > seq:
            which = f" with all up to {head.seq}" if head.seq > seq + 1 else ""
            return Finding(seq + 1, None, f"dropped{which}, at the end")
        if head.seq < seq:
            return Finding(head.seq + 1, None, "inserted at the end: the head does not know it")
        if head.hash != self.last.hash:
            return Finding(seq, None, "is not the one that the head names: one of the two was replaced")
        return None

    def _found(self, seq: int, entry: Entry, what: str) -> None:
        self.finding = Finding(seq, entry.id, what)


def vouched_for(voucher: Entry) -> list[tuple[int, str, str]]:
    """The entries that one vouches for: of each its seq, its hash and the digest of what it says."""
    try:
        rows = json.loads(voucher.fields.get("details", ""))["entries"]
        return [(int(seq), str(hash), str(said)) for seq, hash, said in rows]
    except (ValueError, TypeError, KeyError):
        return []


def verified(log: Iterable[Entry], head: Head | None) -> Verification:
    """A whole log against its head."""
    verification = Verification()
    for entry in log:
        verification.take(entry)
    verification.end(head)
    return verification


async def verify(redis: Redis, keys: Keys) -> Verification:
    """Verify the log as it stands at this moment; the desk may go on meanwhile.

    Memory is that of a page, and some 400 bytes for each entry that something was taken out of.
    """
    for _ in range(_READINGS):
        async with redis.pipeline(transaction=True) as pipe:
            pipe.xrevrange(keys.log(), count=1)
            pipe.get(keys.log_head())
            last, head = await pipe.execute()
        verification = Verification()
        if last:
            async for entry in read(redis, keys, until=str(last[0][0])):
                verification.take(entry)
        verification.end(Head(**json.loads(head)) if head else None)
        # What was redacted while it was read is vouched for behind the end of this reading.
        if verification.finding is None or head == await redis.get(keys.log_head()):
            break
    return verification


async def verify_end(redis: Redis, keys: Keys, most: int) -> Verification:
    """Verify the last entries of the log, so many at most, as if what stands before them were whole: a quick look."""
    async with redis.pipeline(transaction=True) as pipe:
        pipe.xrevrange(keys.log(), count=most)
        pipe.get(keys.log_head())
        rows, head = await pipe.execute()
    found = [Entry(str(id), {str(k): str(v) for k, v in fields.items()}) for id, fields in reversed(rows)]
    verification = Verification()
    if len(found) == most:  # else it is the whole log
        found = list(dropwhile(lambda entry: "seq" not in entry.fields, found))
        if found:
            verification = Verification(Head(found[0].seq - 1, found[0].fields.get("prev", "")))
    for entry in found:
        verification.take(entry)
    verification.end(Head(**json.loads(head)) if head else None)
    return verification
