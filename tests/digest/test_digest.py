"""What goes into a digest, and in which order."""

from __future__ import annotations

from datetime import date, timedelta

from desk.samples import ANA, BEN, CARO, NOW, QUOTED, do, in_review, published, task
from desk.states import in_state

from bot.desk.commands import Ask, Recheck, Take
from bot.desk.task import Task
from bot.digest.digest import build_digest

DAY = date(2026, 5, 12)


def taken(number: int, by: str) -> Task:
    return do(task(number), Take(), by).task


def test_an_empty_desk_has_nothing_to_say() -> None:
    digest = build_digest(DAY, [], [])
    assert digest.empty
    assert digest.waiting == 0


def test_each_claim_stands_in_the_one_part_where_it_belongs() -> None:
    verdicts = [published(task(1)), published(task(2))]
    unfinished = [task(3), taken(4, ANA), in_review(task(5), BEN), task(6), do(task(7), Ask("Which?"), ANA).task]
    digest = build_digest(DAY, verdicts, unfinished)
    assert digest.day == DAY
    assert [t.number for t in digest.verdicts] == [1, 2]
    assert [(who, [t.number for t in tasks]) for who, tasks in digest.held] == [(ANA, [4])]
    assert [t.number for t in digest.review] == [5]
    assert [t.number for t in digest.asked] == [7]
    assert [t.number for t in digest.oldest] == [3, 6]
    assert (digest.open, digest.waiting) == (2, 5)
    assert not digest.empty


def test_a_verdict_alone_is_worth_a_digest_and_so_is_an_open_claim_alone() -> None:
    assert not build_digest(DAY, [published(task())], []).empty
    assert not build_digest(DAY, [], [task()]).empty


def test_corrections_and_confirmations_are_told_apart_from_first_verdicts() -> None:
    states = ("published", "corrected", "confirmed", "corrected_twice", "published_with_dissent", "recheck")
    told = [in_state(s, QUOTED, "x").model_copy(update={"id": s}) for s in states]
    digest = build_digest(DAY, told, [])
    assert [t.id for t in digest.verdicts] == ["published", "published_with_dissent", "recheck"]
    assert [t.id for t in digest.corrected] == ["corrected", "corrected_twice"]
    assert [t.id for t in digest.confirmed] == ["confirmed"]
    assert digest.news == 6
    assert not build_digest(DAY, told[2:3], []).empty


def test_a_claim_to_be_checked_again_is_open_since_then_and_not_since_it_was_found() -> None:
    again = do(published(task(1, created=NOW - timedelta(days=90))), Recheck(), ANA).task
    digest = build_digest(DAY, [], [again, task(2, created=NOW - timedelta(days=2))])
    assert [t.number for t in digest.oldest] == [2, 1]


def test_whoever_has_most_comes_first_and_equals_by_name() -> None:
    unfinished = [taken(1, CARO), taken(2, BEN), taken(3, ANA), taken(4, BEN)]
    digest = build_digest(DAY, [], unfinished)
    assert [(who, [t.number for t in tasks]) for who, tasks in digest.held] == [(BEN, [2, 4]), (ANA, [3]), (CARO, [1])]


def test_the_five_that_are_open_the_longest_are_shown_and_all_are_counted() -> None:
    tasks = [task(n, created=NOW - timedelta(days=n % 4)) for n in range(1, 9)]
    digest = build_digest(DAY, [], tasks)
    assert [t.number for t in digest.oldest] == [3, 7, 2, 6, 1]  # three days old, then two, then one
    assert digest.open == 8


def test_what_waits_for_a_signature_comes_oldest_first_whoever_wrote_it() -> None:
    waiting = [
        in_review(task(n), by).model_copy(update={"changed": NOW - timedelta(hours=n % 3)})
        for n, by in ((1, BEN), (2, ANA), (3, BEN))
    ]
    digest = build_digest(DAY, [], waiting)
    assert [t.number for t in digest.review] == [2, 1, 3]
    assert digest.held == ()


def test_only_what_a_digest_names_needs_a_link() -> None:
    verdicts = [published(task(n)) for n in range(1, 11)]
    reviewed = [in_review(task(n), BEN) for n in range(11, 21)]
    held = [taken(n, ANA) for n in range(21, 26)]
    unfinished = [*reviewed, *held, *(task(n) for n in range(31, 41))]
    shown = [t.number for t in build_digest(DAY, verdicts, unfinished).shown]
    assert sorted(shown) == [*range(1, 9), *range(11, 19), 21, 22, *range(31, 36)]
