"""Claims are found by their words, while they are typed, and claims that are alike by the words that tell."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from desk.samples import CHANNEL, NOW, TEAM, article, claim, submission, task
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.claims.claim import Speaker
from bot.desk.task import Task, TaskState
from bot.desk.words import search_words
from bot.store import search
from bot.store.desk_store import DeskStore
from bot.store.keys import Keys
from bot.store.redis_client import connect
from bot.store.search import SIMILAR

KEYS = Keys(TEAM)
FERRIES = "The harbour of Linden lost a third of its ferries in 2025."
BRIDGE = "The bridge over the Asel cost 12 million euros."
FERRY = "A ferry to Linden sank in 1987, and nobody was hurt."
SALARY = "The mayor of Linden doubled her own salary."


async def index(redis: Redis, *texts: str, old: Sequence[str | None] = ()) -> None:
    """Tasks ``t1``, ``t2``, … with these texts, each created a minute after the one before."""
    async with redis.pipeline(transaction=True) as pipe:
        for number, text in enumerate(texts):
            before = old[number] if old else None
            search.index(pipe, KEYS, f"t{number + 1}", before, text, NOW + timedelta(minutes=number))
        await pipe.execute()


# Finding


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("linden", ["t4", "t3", "t1"]),  # newest first
        ("LINDEN FERRY", ["t3", "t1"]),
        ("ferries", ["t3", "t1"]),
        ("ferri", ["t3", "t1"]),  # it may become ferries, which a ferry is found by
        ("fer", ["t3", "t1"]),
        ("2025 har", ["t1"]),
        ("the mayor of", ["t4"]),
        ("sal", ["t4"]),
        ("bridge salary", ["t4", "t2"]),  # nobody has both
        ("ferry bridge linden", ["t3", "t1"]),  # two of three
        ("zeppelin", []),
        ("linden zeppelin", ["t4", "t3", "t1"]),
        ("", ["t4", "t3", "t2", "t1"]),
        ("???", ["t4", "t3", "t2", "t1"]),
    ],
)
async def test_a_claim_is_found_by_what_somebody_types(redis: Redis, query: str, found: list[str]) -> None:
    await index(redis, FERRIES, BRIDGE, FERRY, SALARY)
    assert await search.find(redis, KEYS, query, 10) == found
    assert await search.find(redis, KEYS, query, 1) == found[:1]


async def test_a_reworded_claim_is_found_by_its_new_words_alone(redis: Redis) -> None:
    await index(redis, FERRIES)
    await index(redis, "The harbour of Linden has more ships than ever.", old=[FERRIES])
    assert await search.find(redis, KEYS, "ships", 10) == ["t1"]
    assert await search.find(redis, KEYS, "linden", 10) == ["t1"]
    for gone in ("ferries", "ferr", "2025"):
        assert await search.find(redis, KEYS, gone, 10) == []


async def test_the_beginning_of_a_word_is_met_in_every_script(redis: Redis) -> None:
    await index(redis, "قال الوزير إن الصادرات ارتفعت", "Ο δήμαρχος της πόλης", "𝔘nicode 𐐷𐐲𐑌")
    assert await search.find(redis, KEYS, "الصاد", 10) == ["t1"]
    assert await search.find(redis, KEYS, "δημ", 10) == ["t2"]
    assert await search.find(redis, KEYS, "𐐷𐐲", 10) == ["t3"]


async def test_a_workspace_finds_nothing_of_another(redis: Redis) -> None:
    await index(redis, FERRIES)
    assert await search.find(redis, Keys("T0OTHER"), "ferries", 10) == []
    assert await search.similar(redis, Keys("T0OTHER"), FERRIES, 10) == []


vocabulary = st.sampled_from(["harbour", "ferry", "ferries", "fern", "bridge", "bridges", "linden", "2025", "the"])
sentences = st.lists(vocabulary, max_size=5).map(" ".join)


@settings(max_examples=60)
@given(st.lists(st.tuples(sentences, sentences), min_size=1, max_size=5), sentences)
def test_the_index_finds_what_reading_every_claim_would(
    redis_url: str, claims: list[tuple[str, str]], query: str
) -> None:
    """Each claim is reworded once; what is found then is what a look at the new texts tells."""

    def matches(text: str) -> int:
        words = search_words(text)
        *whole, last = query.split()
        wanted = {word.folded for word in search_words(" ".join(whole))}
        have = {word.folded for word in words}
        of_last = [w for w in search_words(last) if w.folded in have or any(v.written.startswith(last) for v in words)]
        the_beginning = last == "the" and not wanted and any(w.written.startswith("the") for w in words)
        return len(wanted & have) + len(of_last) + the_beginning

    async def run() -> None:
        redis = connect(redis_url)
        await redis.flushall()
        await index(redis, *(old for old, _ in claims))
        await index(redis, *(new for _, new in claims), old=[old for old, _ in claims])
        found = await search.find(redis, KEYS, query, 10)
        newest_first = [f"t{number}" for number in range(len(claims), 0, -1)]
        if query:
            counts = {f"t{number}": matches(new) for number, (_, new) in enumerate(claims, 1)}
            most = max(counts.values())
            assert found == [id for id in newest_first if most and counts[id] == most]
        else:
            assert found == newest_first
        await redis.aclose()

    asyncio.run(run())


# Likeness


async def test_claims_that_share_telling_words_are_similar_and_those_that_share_common_ones_are_not(
    redis: Redis,
) -> None:
    told_again = "Linden's harbour has lost a third of all ferries, the minister said."
    await index(redis, FERRIES, BRIDGE, FERRY, SALARY, told_again)
    (best, likeness), (second, less) = await search.similar(redis, KEYS, FERRIES, 2)
    assert (best, likeness) == ("t1", pytest.approx(1))
    assert second == "t5"
    assert SIMILAR <= less < 1
    assert "t2" not in dict(await search.similar(redis, KEYS, FERRIES, 10))
    assert await search.similar(redis, KEYS, "Rain fell on the hills.", 10) == []
    assert await search.similar(redis, KEYS, "of the and", 10) == []


async def test_a_rare_word_tells_more_than_a_common_one(redis: Redis) -> None:
    common = [f"The council voted on budget item number {n}" for n in range(100, 120)]
    await index(redis, *common, "The council praised the zeppelin", "The council voted on the museum")
    (best, _), *_ = await search.similar(redis, KEYS, "The council bought a zeppelin", 5)
    assert best == "t21"


async def test_likeness_is_the_same_both_ways(redis: Redis) -> None:
    await index(redis, FERRIES, "A third of the ferries of Linden is lost", BRIDGE, SALARY)
    there = dict(await search.similar(redis, KEYS, FERRIES, 10))
    back = dict(await search.similar(redis, KEYS, "A third of the ferries of Linden is lost", 10))
    assert there["t2"] == pytest.approx(back["t1"])


# In the records


@pytest.fixture
def store(redis: Redis) -> DeskStore:
    return DeskStore(redis, TEAM)


async def file(store: DeskStore, *tasks: Task) -> None:
    await store.receive(submission())
    assert await store.file("s1", article(), tasks)


async def test_a_claim_is_found_by_its_wording_its_quotation_and_who_said_it(store: DeskStore) -> None:
    quoted = claim(
        "We lost a third of our ferries", standalone=FERRIES, speaker=Speaker(name="Mara Oduya", role="harbour master")
    )
    await file(store, task(1, claim=quoted, wording="A third of the boats is gone"), task(2, claim=claim(BRIDGE)))
    for query in ("boats", "ferries", "mara oduya", "odu"):
        assert [t.id for t in await store.search(query, 10)] == ["s1-1"], query
    assert [t.id for t in await store.search("", 10)] == ["s1-1", "s1-2"]


async def test_similar_claims_are_others_in_the_states_that_are_asked_for(store: DeskStore, redis: Redis) -> None:
    again = "The harbour of Linden lost a third of its ferries in 2025, an aide said."
    await file(
        store,
        task(1, claim=claim(FERRIES)),
        task(2, claim=claim(again), state=TaskState.PUBLISHED),
        task(3, claim=claim(again)),
        task(4, claim=claim(BRIDGE), state=TaskState.PUBLISHED),
    )
    asked = await store.task("s1-1")
    ((found, likeness),) = await store.similar(asked, 5, [TaskState.PUBLISHED])
    assert (found.id, found.channel) == ("s1-2", CHANNEL)
    assert SIMILAR <= likeness < 1
    assert [t.id for t, _ in await store.similar(asked, 5, list(TaskState))] == ["s1-2", "s1-3"]
    assert len(await store.similar(asked, 1, list(TaskState))) == 1
