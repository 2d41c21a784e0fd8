"""The search over the claims of a workspace: an inverted index, kept in the transactions that write the claims.

For each word a sorted set has the tasks with it by time of creation; one sorted set has all words in alphabetical
order, so that a word that is being typed finds those it may become; a hash has the words of each task.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from math import log

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.desk.words import Word, parse_query, search_words
from bot.store.keys import Keys
from bot.store.redis_client import strings

COMPLETIONS = 100
"""Words, at most, that the beginning of a word is taken for."""

CANDIDATES = 5000
"""Entries of the index that are looked at for similar claims, from the rarest word on; it bounds the work, not the
result: a claim that shares only common words is not similar."""

COMPARED = 100
"""Candidates that are compared word by word."""

SIMILAR = 0.27
"""Likeness from which claims are called similar. Chosen on 997 posts and 13,824 checked claims (CheckThat! 2021, task
2A, train), where the best F1 lies there; docs/benchmarks.md has the figures."""

_LAST = "\U0010ffff"


def index(pipe: Pipeline, keys: Keys, task: str, old: str | None, new: str, at: datetime) -> None:
    """Queue on a transaction that a task is found by a text, and no longer by the one before (None if it is new).

    ``at`` is when the task was created.
    """
    if old == new:
        return
    words = search_words(new)
    folded = _folded(words)
    before = _folded(search_words(old or ""))
    for word in before - folded:
        pipe.zrem(keys.tasks_with(word), task)
    for word in folded - before:
        pipe.zadd(keys.tasks_with(word), {task: at.timestamp()})
    if words:
        # A word that no task has any more stays here; it completes to nothing.
        pipe.zadd(keys.words(), {f"{word.written} {word.folded}": 0 for word in words})
    pipe.hset(keys.words_of(), task, " ".join(sorted(folded)))
    pipe.zadd(keys.searchable(), {task: at.timestamp()})


async def find(redis: Redis, keys: Keys, query: str, limit: int) -> list[str]:
    """Ids of the tasks that match a query, newest first.

    All words must match, the last one by its beginning; if no task has them all, those that have the most. Without a
    word: the newest tasks.
    """
    parsed = parse_query(query)
    wanted = [[word] for word in parsed.whole]
    if parsed.begun:
        wanted.append(await _completed(redis, keys, parsed.begun))
    if not wanted:
        return strings(await redis.zrange(keys.searchable(), 0, limit - 1, desc=True))
    async with redis.pipeline(transaction=False) as pipe:
        for words in wanted:
            pipe.zunion([keys.tasks_with(word) for word in words], aggregate="MAX", withscores=True)
        rows = await pipe.execute()
    created = {str(task): float(at) for row in rows for task, at in row}
    matched = Counter(str(task) for row in rows for task, _ in row)
    most = max(matched.values(), default=0)
    found = [task for task, count in matched.items() if count == most]
    return sorted(found, key=lambda task: (-created[task], task))[:limit]


async def similar(redis: Redis, keys: Keys, text: str, limit: int) -> list[tuple[str, float]]:
    """Ids of the tasks most like a text, best first, with their likeness from ``SIMILAR`` to 1.

    Likeness is Dice's coefficient with each word weighted by its rarity (idf as in BM25, Robertson and Zaragoza 2009):
    twice the weight of the shared words over the weight of all words of both.
    """
    ours = _folded(search_words(text))
    number = int(await redis.zcard(keys.searchable()))
    weights = await _weights(redis, keys, ours, number)
    alike: dict[str, float] = defaultdict(float)
    left = CANDIDATES
    for word in sorted(ours, key=lambda word: (-weights[word], word)):
        for task in strings(await redis.zrange(keys.tasks_with(word), 0, left - 1, desc=True)):
            alike[task] += weights[word]
            left -= 1
        if left <= 0:
            break
    compared = sorted(alike, key=lambda task: (-alike[task], task))[:COMPARED]
    if not compared:
        return []
    rows = await redis.hmget(keys.words_of(), compared)
    theirs = {task: frozenset(str(row or "").split()) for task, row in zip(compared, rows, strict=True)}
    weights |= await _weights(redis, keys, frozenset().union(*theirs.values()) - ours, number)
    likeness = {task: _dice(ours, words, weights) for task, words in theirs.items()}
    found = [(task, value) for task, value in likeness.items() if value >= SIMILAR]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]


async def _completed(redis: Redis, keys: Keys, begun: Word) -> list[str]:
    """The folded words that it may become, and itself."""
    rows = await redis.zrangebylex(
        keys.words(), f"[{begun.written}", f"({begun.written}{_LAST}", start=0, num=COMPLETIONS
    )
    return list(dict.fromkeys([begun.folded, *(row.rpartition(" ")[2] for row in strings(rows))]))


async def _weights(redis: Redis, keys: Keys, words: Iterable[str], number: int) -> dict[str, float]:
    """How much each word tells, from in how many of the tasks it stands."""
    named = sorted(words)
    async with redis.pipeline(transaction=False) as pipe:
        for word in named:
            pipe.zcard(keys.tasks_with(word))
        counts = await pipe.execute()
    return {word: log(1 + (number - count + 0.5) / (count + 0.5)) for word, count in zip(named, counts, strict=True)}


def _dice(ours: frozenset[str], theirs: frozenset[str], weights: dict[str, float]) -> float:
    def weight(words: Iterable[str]) -> float:
        return sum(weights[word] for word in words)

    return 2 * weight(ours & theirs) / (weight(ours) + weight(theirs))


def _folded(words: Iterable[Word]) -> frozenset[str]:
    return frozenset(word.folded for word in words)
