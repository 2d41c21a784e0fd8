"""Each submission's way from paste to thread is measured once, whatever is delivered how often."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from desk.samples import submission, task
from redis.asyncio import Redis

from bot.articles.article import Article
from bot.desk.messages import card, summary
from bot.desk.task import Submission
from bot.jobs.thread_time import ThreadTime
from bot.store.desk_store import DeskStore
from bot.store.outbox import Message
from bot.telemetry.metrics import THREAD_SECONDS

OUTCOMES = ("claims", "no_claims", "failed", "joined")


def counts() -> dict[str, float]:
    """How many were counted so far, by outcome."""
    found = {s.labels["outcome"]: s.value for s in THREAD_SECONDS.collect()[0].samples if s.name.endswith("_count")}
    return {outcome: found.get(outcome, 0.0) for outcome in OUTCOMES}


@pytest.fixture
def before() -> dict[str, float]:
    return counts()


def grown(before: dict[str, float]) -> dict[str, float]:
    return {outcome: n - before[outcome] for outcome, n in counts().items() if n != before[outcome]}


@pytest.fixture
def store(redis: Redis) -> DeskStore:
    return DeskStore(redis, "T1")


@pytest.fixture
async def received(store: DeskStore) -> Submission:
    sent = submission(id="s1", team="T1", received=datetime.now(UTC) - timedelta(seconds=12))
    await store.receive(sent)
    return sent


def posted(what: Submission, ts: str = "") -> Message:
    return Message(summary(what), ts=ts)


async def test_the_first_card_counts_and_nothing_after_it(
    redis: Redis, store: DeskStore, received: Submission, before: dict[str, float]
) -> None:
    time, total = ThreadTime(redis, store), THREAD_SECONDS.labels("claims")._sum.get()
    await time.sent(posted(received))
    assert grown(before) == {}, "that it is being read is no answer"
    await store.file("s1", Article(text="x"), [task(id="s1-1", submission="s1"), task(id="s1-2", submission="s1")])
    await time.sent(posted(received, ts="1.0"))
    assert grown(before) == {}, "claims are still to follow"
    for _ in range(2):
        for id in ("s1-1", "s1-2"):
            await time.sent(Message(card(received, id)))
            await ThreadTime(redis, store).sent(Message(card(received, id), ts="1.2"))
    assert grown(before) == {"claims": 1}
    assert 12 <= THREAD_SECONDS.labels("claims")._sum.get() - total < 20


async def test_the_word_that_there_is_no_claim_counts(
    redis: Redis, store: DeskStore, received: Submission, before: dict[str, float]
) -> None:
    await store.file("s1", Article(text="x"), [])
    for _ in range(2):
        await ThreadTime(redis, store).sent(posted(received, ts="1.0"))
    assert grown(before) == {"no_claims": 1}


async def test_a_failure_counts_and_a_second_try_does_not(
    redis: Redis, store: DeskStore, received: Submission, before: dict[str, float]
) -> None:
    await store.fail("s1", "no such page", reason="gone", retryable=True)
    await ThreadTime(redis, store).sent(posted(received, ts="1.0"))
    await store.try_again("s1", by="U1")
    await store.file("s1", Article(text="x"), [task(id="s1-1", submission="s1")])
    await ThreadTime(redis, store).sent(Message(card(received, "s1-1")))
    assert grown(before) == {"failed": 1}


async def test_a_pointer_to_an_earlier_thread_counts_as_that(
    redis: Redis, store: DeskStore, received: Submission, before: dict[str, float]
) -> None:
    await store.file("s1", Article(text="x"), [])
    second = submission(id="s2", team="T1", received=datetime.now(UTC))
    await store.receive(second)
    await store.join("s2", "s1")
    await ThreadTime(redis, store).sent(posted(second))
    assert grown(before) == {"joined": 1}


async def test_what_is_gone_meanwhile_is_not_measured(redis: Redis, store: DeskStore, before: dict[str, float]) -> None:
    await ThreadTime(redis, store).sent(posted(submission(id="gone", team="T1")))
    await ThreadTime(redis, store).sent(Message(card(submission(id="gone", team="T1"), "gone-1")))
    assert grown(before) == {}
    assert not await redis.keys("*gone*")
