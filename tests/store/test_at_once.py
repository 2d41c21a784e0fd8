"""Two people press at the same moment, in two processes: as if one had been first, with nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest
from desk.promises import coherent
from desk.samples import (
    ADMIN,
    ANA,
    BEN,
    CARO,
    CHANNEL,
    NOW,
    RULES,
    TEAM,
    article,
    in_review,
    propose,
    published,
    submission,
    task,
)
from desk.states import after
from redis.asyncio import Redis

from bot.desk import articles
from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    Follow,
    HandOver,
    Keep,
    NeverMind,
    Object,
    PutBack,
    Recheck,
    Reopen,
    Reply,
    Reword,
    SetDue,
    SignOff,
    Split,
    Take,
)
from bot.desk.refusals import Reason, Refusal
from bot.desk.roles import MAY
from bot.desk.task import DismissalKind, SubmissionState, Task, TaskState
from bot.desk.transitions import Context, Step, possible
from bot.service.work import _apply
from bot.store import audit
from bot.store.desk_store import DeskStore
from bot.store.outbox import Outbox
from bot.store.redis_client import connect
from bot.store.task_store import Around

Stores = tuple[DeskStore, DeskStore]


@pytest.fixture
async def stores(redis: Redis, redis_url: str) -> AsyncIterator[Stores]:
    """The records as two processes see them."""
    other = connect(redis_url)
    yield DeskStore(redis, TEAM), DeskStore(other, TEAM)
    await other.aclose()


TAKEN = after(task(), (Take(), ANA))
BY_STATE = {
    TaskState.OPEN: task(),
    TaskState.ASSIGNED: TAKEN,
    TaskState.QUESTION: after(TAKEN, (Ask("Which?"), ANA)),
    TaskState.IN_REVIEW: in_review(TAKEN),
    TaskState.PUBLISHED: published(TAKEN),
    TaskState.DISMISSED: after(TAKEN, (Dismiss("an opinion"), ANA)),
}
COMMANDS: dict[type[Command], Command] = {
    type(command): command
    for command in (
        Take(),
        PutBack(),
        HandOver(CARO),
        SetDue(NOW + timedelta(hours=3)),
        Follow(),
        Ask("Since when?"),
        Reply("2024"),
        NeverMind(),
        Dismiss("an opinion"),
        Reopen(),
        Reword("It lost 20 ferries"),
        Split(("One part", "Another part")),
        propose("true", correction="Counted again"),
        SignOff(1),
        Object(1, "Too old"),
        Recheck(),
        Keep(),
    )
}


def context(by: str) -> Context:
    return Context(by, RULES, NOW, ADMIN)


async def press(store: DeskStore, command: Command, by: str, id: str) -> Step:
    original = command.of if isinstance(command, Dismiss) else None
    return await store.change_task(
        id, lambda t, around: _apply(t, command, context(by), around), by=by, original=original
    )


Outcome = Reason | None
"""Why somebody was refused, or None: it was done."""


def one_after_the_other(before: Task, *presses: tuple[Command, str]) -> tuple[Task, dict[str, Outcome]]:
    """What comes of it when each waits for the one before."""
    outcomes: dict[str, Outcome] = {}
    added = 0
    for command, by in presses:
        try:
            step = _apply(before, command, context(by), Around(None, 2 + added))
            before, added, outcomes[by] = step.task, added + len(step.added), None
        except Refusal as refusal:
            outcomes[by] = refusal.reason
    return before, outcomes


async def both(*presses: Awaitable[Any]) -> list[Any]:
    return await asyncio.gather(*presses, return_exceptions=True)


def test_every_command_is_pressed() -> None:
    assert COMMANDS.keys() == MAY.keys()


@pytest.mark.parametrize("state", TaskState)
async def test_any_two_buttons_pressed_at_once_do_what_they_would_have_done_one_after_the_other(
    stores: Stores, redis: Redis, state: TaskState
) -> None:
    one, other = stores
    fitting = sorted(possible(state), key=lambda kind: kind.__name__)
    for number, (first, second) in enumerate(combinations_with_replacement(fitting, 2)):
        id = f"p{number}"
        start = BY_STATE[state].model_copy(update={"id": f"{id}-1", "submission": id})
        await one.receive(submission(id))
        await one.file(id, article(), [start])
        a, b = (COMMANDS[first], BEN), (COMMANDS[second], CARO)
        found = await both(press(one, *a, start.id), press(other, *b, start.id))
        outcomes = {
            by: outcome.reason if isinstance(outcome, Refusal) else None
            for by, outcome in zip((BEN, CARO), found, strict=True)
        }
        assert not [f for f in found if isinstance(f, Exception) and not isinstance(f, Refusal)], (a, b, found)
        now = await one.task(start.id)
        assert (now, outcomes) in (one_after_the_other(start, a, b), one_after_the_other(start, b, a)), (a, b)
        coherent(now)
        done = [step for step in found if isinstance(step, Step)]
        log = await audit.entries(redis, one.keys, start.id)
        assert sorted(e["what"] for e in log) == sorted(step.happened.value for step in done)
        assert len(await one.tasks_of(id)) == 1 + sum(len(step.added) for step in done)
    assert (await audit.verify(redis, one.keys)).finding is None


async def filed(store: DeskStore, *numbers: int) -> None:
    await store.receive(submission())
    assert await store.file("s1", article(), [task(n) for n in numbers])


@pytest.mark.parametrize("again", range(10))
async def test_two_claims_that_are_marked_as_duplicates_of_each_other_are_not_both(stores: Stores, again: int) -> None:
    one, other = stores
    await filed(one, 1, 2)

    def repeats(id: str) -> Dismiss:
        return Dismiss("", DismissalKind.DUPLICATE, id)

    found = await both(press(one, repeats("s1-2"), BEN, "s1-1"), press(other, repeats("s1-1"), CARO, "s1-2"))
    (refusal,) = [f for f in found if isinstance(f, Refusal)]
    assert (refusal.reason, refusal.field) == (Reason.ORIGINAL_DISMISSED, "of")
    assert sorted(t.state for t in await one.tasks_of("s1")) == [TaskState.DISMISSED, TaskState.OPEN]


async def test_a_verdict_published_while_a_claim_becomes_its_duplicate_is_told_there_too(
    stores: Stores, redis: Redis
) -> None:
    one, other = stores
    await filed(one, 1, 2)
    await press(one, propose(), ANA, "s1-1")
    duplicate = Dismiss("", DismissalKind.DUPLICATE, "s1-1")
    found = await both(press(one, SignOff(1), BEN, "s1-1"), press(other, duplicate, CARO, "s1-2"))
    assert all(isinstance(f, Step) for f in found)
    told = await Outbox(redis, one.keys).waiting(CHANNEL)
    assert {id: count for id, count in told.items() if id.startswith("published:")} == {
        "published:s1-1:1": 1,
        "published:s1-2:s1-1:1": 1,
    }


# Whole articles


async def close(store: DeskStore, by: str) -> object:
    return await store.change_article(
        "s1", lambda s, tasks: articles.close(s, tasks, "Withdrawn", context(by)), by=by, what="closed"
    )


async def reopen(store: DeskStore, by: str) -> object:
    return await store.change_article(
        "s1", lambda s, tasks: articles.reopen(s, tasks, context(by)), by=by, what="reopened_article"
    )


async def add(store: DeskStore, wording: str, by: str) -> object:
    return await store.change_article(
        "s1", lambda s, tasks: articles.add_claim(s, tasks, None, wording, context(by)), by=by, what="claim_added"
    )


async def whole(store: DeskStore, redis: Redis) -> list[Task]:
    tasks = await store.tasks_of("s1")
    for each in tasks:
        coherent(each)
    assert [t.id for t in tasks] == [f"s1-{n}" for n in range(1, len(tasks) + 1)]
    assert (await audit.verify(redis, store.keys)).finding is None
    return tasks


async def test_claims_added_and_split_off_at_once_all_get_numbers_of_their_own(stores: Stores, redis: Redis) -> None:
    one, other = stores
    await filed(one, 1, 2)
    found = await both(
        *(add(store, f"Claim {n}", by) for n, (store, by) in enumerate(((one, BEN), (other, CARO), (one, ANA)))),
        press(one, Split(("a", "b", "c")), BEN, "s1-1"),
        press(other, Split(("d", "e")), CARO, "s1-2"),
    )
    assert not [f for f in found if isinstance(f, Exception)]
    tasks = await whole(one, redis)
    assert sorted(t.text for t in tasks) == ["Claim 0", "Claim 1", "Claim 2", "a", "b", "c", "d", "e"]
    assert (await one.submission("s1")).cards == 8


@pytest.mark.parametrize("kind", sorted(possible(TaskState.ASSIGNED), key=lambda kind: kind.__name__))
async def test_an_article_that_is_closed_while_somebody_works_on_it_loses_nothing(
    stores: Stores, redis: Redis, kind: type[Command]
) -> None:
    one, other = stores
    await one.receive(submission())
    await one.file("s1", article(), [TAKEN, task(2)])
    await both(close(one, BEN), press(other, COMMANDS[kind], CARO, "s1-1"))
    tasks = await whole(one, redis)
    assert (await one.submission("s1")).closing is not None
    assert tasks[1].state is TaskState.DISMISSED
    # Whoever was first: what is not set aside is under review, or was split off after the closing.
    left = [t for t in tasks if t.state is not TaskState.DISMISSED]
    assert all(t.state is TaskState.IN_REVIEW for t in left)


async def test_an_article_is_closed_once_and_a_claim_added_meanwhile_is_closed_with_it_or_refused(
    stores: Stores, redis: Redis
) -> None:
    one, other = stores
    await filed(one, 1)
    found = await both(close(one, BEN), close(other, CARO), add(other, "One more", ANA))
    closed = [f for f in found[:2] if not isinstance(f, Exception)]
    assert len(closed) == 1
    tasks = await whole(one, redis)
    assert all(t.state is TaskState.DISMISSED for t in tasks)
    assert len(tasks) == (1 if isinstance(found[2], Refusal) else 2)


async def test_an_article_opened_again_while_its_claim_is_reopened_opens_each_once(
    stores: Stores, redis: Redis
) -> None:
    one, other = stores
    await filed(one, 1, 2)
    await close(one, ANA)
    await both(reopen(one, BEN), press(other, Reopen(), CARO, "s1-1"), reopen(other, CARO))
    tasks = await whole(one, redis)
    assert [t.state for t in tasks] == [TaskState.OPEN] * 2
    assert [t.version for t in tasks] == [3, 3]
    assert (await one.submission("s1")).closing is None


async def test_more_cards_asked_for_while_a_claim_is_split_are_all_counted(stores: Stores, redis: Redis) -> None:
    one, other = stores
    await one.receive(submission())
    await one.file("s1", article(), [task(n) for n in range(1, 13)])
    await both(one.show_more("s1", shown=10), press(other, Split(("a", "b")), CARO, "s1-1"))
    await whole(one, redis)
    asked = await one.submission("s1")
    assert (asked.state, len(await one.tasks_of("s1"))) == (SubmissionState.FILED, 13)
    assert asked.cards >= 12
