"""Steps at once, verifying the audit log, and the search over claims, on the embedded Redis; see ``__main__.py``."""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from redis.asyncio import Redis

from bot.desk.commands import PutBack, Take
from bot.desk.words import search_words
from bot.store import search
from bot.store.audit import Chain, verify
from bot.store.desk_store import DeskStore
from bot.store.embedded import EmbeddedRedis
from bot.store.redis_client import connect
from tests.benchmarks.corpora import DATA, SCORER, absent, rows, scored, shown, sized
from tests.benchmarks.report import Section, Skipped, side_by_side, table

sys.path.insert(0, str(Path(__file__).parents[1]))
from desk.samples import ANA, NOW, TEAM, article, do, submission, task

T = TypeVar("T")

AT_ONCE, ROUNDS = 50, 20
ENTRIES = 100_000
ARCHIVE = DATA / "matching/archive.jsonl"
POSTS = {"train": DATA / "matching/train.jsonl", "dev": DATA / "matching/dev.jsonl"}
AN_ADDRESS_OR_AUTHOR = re.compile(r"https?://\S+|pic\.twitter\S+|— .*$")
THRESHOLDS = (0.2, 0.25, 0.27, 0.3, 0.4)

Found = list[tuple[set[str], list[tuple[str, float]]]]
"""For each post the claims it repeats, and those found with their likeness, best first."""


def sections() -> Iterator[Section | Skipped]:
    """On one server, emptied in between."""
    with TemporaryDirectory() as folder, EmbeddedRedis(Path(folder) / "redis") as server:
        yield Section(
            "Steps at once",
            f"{AT_ONCE} steps at once, each on a claim of its own, so that the end of the audit log is all they share; "
            f"{ROUNDS} rounds on the embedded Redis, which has every write on disk before it answers. Each store is as "
            "one process has it.",
            table(
                ["stores", "p50 ms", "p95 ms", "steps a second"],
                [_run(server.url, _steps, stores) for stores in (1, 2, 4)],
            ),
        )
        yield Section(
            "Verifying the audit log",
            "As `claimdesk audit verify` does, in the memory of a page of it.",
            table(["entries", "seconds"], [[f"{ENTRIES:,}", _run(server.url, _verifying)]]),
        )
        titles = ("Search: times", "Search: what is found")
        if skipped := absent(titles[0], SCORER, ARCHIVE, *POSTS.values()):
            yield from (skipped, Skipped(titles[1], skipped.why))
        else:
            yield from _run(server.url, _searching)


def _run(url: str, measure: Callable[..., Awaitable[T]], clients: int = 1) -> T:
    async def connected() -> T:
        redis = [connect(url) for _ in range(clients)]
        await redis[0].flushall()
        result = await measure(*redis)
        for client in redis:
            await client.aclose()
        return result

    return asyncio.run(connected())


async def _steps(*clients: Redis) -> list[str]:
    """Each step on a task of its own, so that the end of the log is all that they share."""
    stores = [DeskStore(client, TEAM) for client in clients]
    await stores[0].receive(submission())
    await stores[0].file("s1", article(), [task(n) for n in range(1, AT_ONCE + 1)])
    times: list[float] = []

    async def one(number: int, command: Take | PutBack) -> None:
        store, began = stores[number % len(stores)], time.perf_counter()
        await store.change_task(f"s1-{number}", lambda current, _: do(current, command, ANA), by=ANA)
        times.append(time.perf_counter() - began)

    began = time.perf_counter()
    for turn in range(ROUNDS):
        await asyncio.gather(*(one(n, PutBack() if turn % 2 else Take()) for n in range(1, AT_ONCE + 1)))
    rate = len(times) / (time.perf_counter() - began)
    assert (await verify(clients[0], stores[0].keys)).finding is None
    return [str(len(stores)), *_ms(times), f"{rate:.0f}"]


async def _verifying(redis: Redis) -> str:
    keys = DeskStore(redis, TEAM).keys
    for _ in range(ENTRIES // 2000):
        async with redis.pipeline(transaction=True) as pipe:
            chain = await Chain.end(pipe, keys)
            pipe.multi()  # type: ignore[no-untyped-call]
            for number in range(2000):
                chain.append(pipe, at=NOW, by=ANA, what="taken", about=f"s1-{number}", details={"text": "x" * 300})
            await pipe.execute()
    began = time.perf_counter()
    result = await verify(redis, keys)
    took = time.perf_counter() - began
    assert (result.finding, result.last.seq) == (None, ENTRIES)
    return f"{took:.1f}"


async def _searching(redis: Redis) -> list[Section]:
    keys = DeskStore(redis, TEAM).keys
    claims = rows(ARCHIVE)
    began = time.perf_counter()
    for start in range(0, len(claims), 100):
        async with redis.pipeline(transaction=True) as pipe:
            for number, row in enumerate(claims[start : start + 100], start):
                search.index(pipe, keys, row["claim"], None, row["text"], NOW + timedelta(minutes=number))
            await pipe.execute()
    each = 1000 * (time.perf_counter() - began) / len(claims)
    size = (await redis.info("memory"))["used_memory"] / len(claims)
    words = [[word.written for word in search_words(row["text"])] for row in claims[::40]]
    typed = {
        "find, one letter": [w[0][0] for w in words if w],
        "find, a word": [w[0] for w in words if w],
        "find, a word and three letters": [f"{w[0]} {w[-1][:3]}" for w in words if w],
    }
    times = []
    for what, texts in typed.items():
        times.append([what, *_ms([await _timed(search.find(redis, keys, text, 20)) for text in texts])])
    threshold, search.SIMILAR = search.SIMILAR, 0.0
    found = {}
    for part, posts in POSTS.items():
        found[part], took = await _similar(redis, keys, posts)
        times.append([f"similar claims of a post, {part}", *_ms(took)])
    search.SIMILAR = threshold
    return [
        Section(
            "Search: times",
            f"Among {sized(ARCHIVE, 'checked claims')}: CheckThat! 2021, task 2A.",
            table(["what", "p50 ms", "p95 ms"], times),
            f"A claim takes {each:.2f} ms and {size:,.0f} bytes to index.",
        ),
        Section(
            "Search: what is found",
            f"The same claims, and posts that repeat one of them: {sized(POSTS['train'], 'posts')} and "
            f"{sized(POSTS['dev'], 'posts')}. The first table is what `{shown(SCORER)} matching` says of the order. In "
            "the second precision and recall (P, R) are of the five most alike from that likeness on; the desk calls "
            f"claims similar from {threshold}, where F1 is best on train.",
            side_by_side({part: _ranking(POSTS[part], one) for part, one in found.items()})
            + "\n\n"
            + table(
                ["posts", "recall@5", *(f"P, R from {t}" for t in THRESHOLDS)],
                [_recalls(part, one) for part, one in found.items()],
            ),
            "What shares no word is not found: the index knows no synonyms. Without folding plurals recall@5 on dev is "
            "0.84; BM25 and the cosine of idf vectors find as much (0.88, 0.86).",
        ),
    ]


async def _similar(redis: Redis, keys: Any, posts: Path) -> tuple[Found, list[float]]:
    """What is found for each post, and how long that took in seconds."""
    found, times = [], []
    for row in rows(posts):
        began = time.perf_counter()
        alike = await search.similar(redis, keys, AN_ADDRESS_OR_AUTHOR.sub("", row["text"]), 20)
        times.append(time.perf_counter() - began)
        found.append((set(row["matches"]), alike))
    return found, times


def _ranking(posts: Path, found: Found) -> dict[str, str]:
    pairs = zip(rows(posts), found, strict=True)
    ranked = [{"query": row["query"], "ranked": [id for id, _ in alike]} for row, (_, alike) in pairs]
    return scored("matching", posts, ranked)


def _recalls(part: str, found: Found) -> list[str]:
    recall = statistics.mean(bool(right & {id for id, _ in alike[:5]}) for right, alike in found)
    pairs = [_precision_and_recall(found, threshold) for threshold in THRESHOLDS]
    return [part, f"{recall:.3f}", *(f"{p:.2f}, {r:.2f}" for p, r in pairs)]


def _precision_and_recall(found: Found, threshold: float) -> tuple[float, float]:
    """Of the five most alike from the threshold on, over all posts."""
    shown = [(id in right) for right, alike in found for id, likeness in alike[:5] if likeness >= threshold]
    return sum(shown) / max(1, len(shown)), sum(shown) / sum(len(right) for right, _ in found)


async def _timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def _ms(seconds: list[float]) -> list[str]:
    """Half of the times and 95 of 100 are shorter."""
    return [f"{1000 * statistics.median(seconds):.1f}", f"{1000 * statistics.quantiles(seconds, n=20)[-1]:.1f}"]
