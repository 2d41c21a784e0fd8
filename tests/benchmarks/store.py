"""Steps at once, verifying the audit log, and the search over claims, on the embedded Redis. Prints Markdown.

Run with ``make bench``. How well the search finds needs a corpus in a folder beside the project (``../shared``);
without it that part is left out, since none of its text belongs to the project.
"""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from redis.asyncio import Redis

from bot.desk.commands import PutBack, Take
from bot.store import search
from bot.store.audit import Chain, verify
from bot.store.desk_store import DeskStore
from bot.store.embedded import EmbeddedRedis
from bot.store.redis_client import connect

sys.path.insert(0, str(Path(__file__).parents[1]))
from desk.samples import ANA, NOW, TEAM, article, do, submission, task

AT_ONCE, ROUNDS = 50, 20
ENTRIES = 100_000
MATCHING = Path(__file__).parents[2].parent / "shared" / "data" / "matching"
AN_ADDRESS_OR_AUTHOR = re.compile(r"https?://\S+|pic\.twitter\S+|— .*$")
THRESHOLDS = (0.2, 0.25, 0.27, 0.3, 0.4)


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as folder, EmbeddedRedis(Path(folder) / "redis") as server:
        print("| steps at once | stores | p50 ms | p95 ms | steps a second |\n|---|---|---|---|---|")
        for stores in (1, 2, 4):
            _run(server.url, _steps, stores)
        _run(server.url, _verifying)
        if MATCHING.is_dir():
            _run(server.url, _searching)


def _run(url: str, measure: Callable[..., Awaitable[None]], clients: int = 1) -> None:
    async def connected() -> None:
        redis = [connect(url) for _ in range(clients)]
        await redis[0].flushall()
        await measure(*redis)
        for client in redis:
            await client.aclose()

    asyncio.run(connected())


async def _steps(*clients: Redis) -> None:
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
    print(f"| {AT_ONCE} | {len(stores)} | {_ms(times)} | {rate:.0f} |")
    assert (await verify(clients[0], stores[0].keys)).finding is None


async def _verifying(redis: Redis) -> None:
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
    assert (result.finding, result.last.seq) == (None, ENTRIES)
    print(f"\nVerifying a log of {ENTRIES:,} entries: {time.perf_counter() - began:.1f} s")


async def _searching(redis: Redis) -> None:
    keys = DeskStore(redis, TEAM).keys
    claims = _rows("archive")
    began = time.perf_counter()
    for start in range(0, len(claims), 100):
        async with redis.pipeline(transaction=True) as pipe:
            for number, row in enumerate(claims[start : start + 100], start):
                search.index(pipe, keys, row["claim"], None, row["text"], NOW + timedelta(minutes=number))
            await pipe.execute()
    each = 1000 * (time.perf_counter() - began) / len(claims)
    size = (await redis.info("memory"))["used_memory"] / len(claims)
    print(f"\nIndex of {len(claims):,} claims: {each:.2f} ms and {size:.0f} bytes a claim\n")
    print("| what | p50 ms | p95 ms |\n|---|---|---|")
    words = [[word.written for word in search.search_words(row["text"])] for row in claims[::40]]
    for what, typed in (
        ("find, one letter", [w[0][0] for w in words if w]),
        ("find, a word", [w[0] for w in words if w]),
        ("find, a word and three letters", [f"{w[0]} {w[-1][:3]}" for w in words if w]),
    ):
        print(f"| {what} | {_ms([await _timed(search.find(redis, keys, text, 20)) for text in typed])} |")
    threshold, search.SIMILAR = search.SIMILAR, 0.0
    found = {part: await _similar(redis, keys, part) for part in ("train", "dev")}
    search.SIMILAR = threshold
    print("\n| posts | recall@1 | recall@5 | " + " | ".join(f"P, R from {t}" for t in THRESHOLDS) + " |")
    print("|---" * (3 + len(THRESHOLDS)) + "|")
    for part, rows in found.items():
        recalls = [statistics.mean(bool(right & {id for id, _ in ids[:k]}) for right, ids in rows) for k in (1, 5)]
        pairs = [_precision_and_recall(rows, t) for t in THRESHOLDS]
        print(
            f"| {part} | {recalls[0]:.3f} | {recalls[1]:.3f} | "
            + " | ".join(f"{p:.2f}, {r:.2f}" for p, r in pairs)
            + " |"
        )


async def _similar(redis: Redis, keys: Any, part: str) -> list[tuple[set[str], list[tuple[str, float]]]]:
    """For each post the claims it repeats, and those found, best first."""
    rows, times = [], []
    for row in _rows(part):
        began = time.perf_counter()
        found = await search.similar(redis, keys, AN_ADDRESS_OR_AUTHOR.sub("", row["text"]), 20)
        times.append(time.perf_counter() - began)
        rows.append((set(row["matches"]), found))
    print(f"| similar, {part} | {_ms(times)} |")
    return rows


def _precision_and_recall(
    rows: list[tuple[set[str], list[tuple[str, float]]]], threshold: float
) -> tuple[float, float]:
    """Of the five most alike from the threshold on, over all posts."""
    shown = [(id in right) for right, found in rows for id, likeness in found[:5] if likeness >= threshold]
    return sum(shown) / len(shown), sum(shown) / sum(len(right) for right, _ in rows)


async def _timed(work: Awaitable[object]) -> float:
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def _ms(seconds: list[float]) -> str:
    return f"{1000 * statistics.median(seconds):.1f} | {1000 * statistics.quantiles(seconds, n=20)[-1]:.1f}"


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (MATCHING / f"{name}.jsonl").read_text("utf-8").splitlines()]


if __name__ == "__main__":
    main()
