"""Which messages a change causes."""

from __future__ import annotations

import pytest

from bot.desk import messages
from bot.desk.commands import Command, Dismiss, HandOver, Object, PutBack, Reopen, SignOff, Take
from bot.desk.task import Submission, Task
from bot.desk.transitions import Step
from desk.samples import ANA, BEN, CARO, CHANNEL, DAN, do, in_review, propose, submission, task

THREAD = "1778578200.000100"


def after(step: Step, of: Submission | None = None) -> list[tuple[str, str, str, str]]:
    """What is wanted, as (id, queue, about, thread)."""
    return [(w.id, w.queue, w.about, w.thread) for w in messages.after(of or submission(), step)]


CARD = ("card:s1-1", CHANNEL, "s1-1", THREAD)
SUMMARY = ("summary:s1", CHANNEL, "s1", THREAD)
TAKEN = do(task(), Take(), ANA).task
REVIEW = in_review(TAKEN)
SET_ASIDE = do(task(), Dismiss("an opinion"), BEN).task


@pytest.mark.parametrize(
    ("before", "command", "by", "also"),
    [
        (task(), Take(), ANA, []),
        (TAKEN, PutBack(), ANA, []),
        (TAKEN, propose(), ANA, []),
        (TAKEN, HandOver(BEN), ANA, [("handed:s1-1:3", BEN, "s1-1", "")]),
        (TAKEN, HandOver(BEN), CARO, [("handed:s1-1:3", BEN, "s1-1", ""), ("lost:s1-1:3", ANA, "s1-1 U0BEN", "")]),
        (TAKEN, HandOver(BEN), BEN, [("lost:s1-1:3", ANA, "s1-1 U0BEN", "")]),
        (task(), HandOver(BEN), BEN, []),
        (task(), Dismiss("an opinion"), ANA, [SUMMARY]),
        (TAKEN, Dismiss("an opinion"), ANA, [SUMMARY]),
        (TAKEN, Dismiss("an opinion"), BEN, [SUMMARY, ("lost:s1-1:3", ANA, "s1-1", "")]),
        (SET_ASIDE, Reopen(), ANA, [SUMMARY]),
        (REVIEW, Object(1, "Too old"), BEN, [("objected:s1-1:4", ANA, "s1-1 1", "")]),
        (
            REVIEW,
            SignOff(1),
            BEN,
            [SUMMARY, ("published:s1-1:1", CHANNEL, "s1-1 1", THREAD), ("told:s1-1:1", DAN, "s1-1 1", "")],
        ),
    ],
)
def test_a_step_changes_the_card_and_tells_whom_it_concerns(
    before: Task, command: Command, by: str, also: list[tuple[str, str, str, str]]
) -> None:
    assert after(do(before, command, by)) == [CARD, *also]


def test_in_a_direct_message_the_thread_is_told_once_and_nobody_twice() -> None:
    direct = submission(channel="D0DAN")
    told = after(do(REVIEW, SignOff(1), BEN), direct)
    assert [id for id, *_ in told] == ["card:s1-1", "summary:s1", "published:s1-1:1"]


def test_each_version_of_a_verdict_is_told_by_itself() -> None:
    second = in_review(do(REVIEW, Object(1, "Too old"), BEN).task)
    ids = [id for id, *_ in after(do(second, SignOff(2), BEN))]
    assert ids == ["card:s1-1", "summary:s1", "published:s1-1:2", "told:s1-1:2"]


def test_two_hand_overs_to_one_person_are_two_messages() -> None:
    first = do(TAKEN, HandOver(BEN), ANA)
    back = do(first.task, HandOver(ANA), BEN)
    again = do(back.task, HandOver(BEN), ANA)
    assert after(first)[1][0] != after(again)[1][0]


def test_the_answer_to_a_slash_command_starts_its_own_thread() -> None:
    command = submission(thread_ts=None)
    assert messages.summary(command).thread == ""
    assert messages.thread_of(command) == "message:summary:s1"
    assert after(do(task(), Take(), ANA), command)[0][3] == "message:summary:s1"


def tasks(count: int) -> list[Task]:
    return [task(number) for number in range(1, count + 1)]


@pytest.mark.parametrize(
    ("count", "start", "expected"),
    [
        (1, 0, ["card:s1-1"]),
        (3, 0, [f"card:s1-{n}" for n in range(1, 4)]),
        (10, 0, [f"card:s1-{n}" for n in range(1, 11)]),
        (11, 0, [*(f"card:s1-{n}" for n in range(1, 11)), "more:s1:10"]),
        (11, 10, ["more:s1:10", "card:s1-11"]),
        (25, 10, ["more:s1:10", *(f"card:s1-{n}" for n in range(11, 21)), "more:s1:20"]),
        (25, 20, ["more:s1:20", *(f"card:s1-{n}" for n in range(21, 26))]),
    ],
)
def test_a_thread_shows_ten_cards_at_a_time_best_first_and_the_button_only_below_the_last(
    count: int, start: int, expected: list[str]
) -> None:
    shown = submission(cards=min(count, start + messages.CARDS_AT_ONCE))
    wanted = messages.page(shown, tasks(count), start)
    assert [w.id for w in wanted] == expected
    assert all(w.about == f"s1 {w.id.rpartition(':')[2]}" for w in wanted if w.shows == "more")
    assert {(w.queue, w.thread) for w in wanted} == {(CHANNEL, THREAD)}


def test_an_article_without_claims_has_no_cards() -> None:
    assert messages.page(submission(), [], 0) == []


def test_the_person_who_asked_is_told_if_the_answer_cannot_be_posted() -> None:
    assert messages.summary(submission()).user == DAN
