"""Which messages a change causes: what is shown anew, who is told, and who is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.desk import messages
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
from bot.desk.messages import Place, Wanted
from bot.desk.roles import EVERYBODY, Roles
from bot.desk.rules import HouseRules
from bot.desk.task import DismissalKind, Intake, Submission, Task
from bot.desk.transitions import Happened, Step
from desk.samples import (
    ADMIN,
    ANA,
    BEN,
    CARO,
    CHANNEL,
    DAN,
    NOW,
    SCALE,
    do,
    in_review,
    propose,
    published,
    submission,
    task,
)
from desk.states import after

THREAD = "1778578200.000100"
EVA, FAY = "U0EVA", "U0FAY"
TWO_SIGN = HouseRules(SCALE, approvals=2)
DUE = NOW + timedelta(hours=3)


def wanted(
    step: Step, of: Submission | None = None, duplicates: Sequence[Place] = (), original: Task | None = None
) -> list[Wanted]:
    place = Place(of or submission(), step.before)
    return list(messages.after(place, step, duplicates, original))


def ids(step: Step, of: Submission | None = None) -> list[str]:
    return [w.id for w in wanted(step, of)]


def told(step: Step, of: Submission | None = None) -> dict[str, str]:
    """Who hears of it by direct message: the person, and what they are told."""
    return {w.queue: w.shows for w in wanted(step, of) if w.queue.startswith("U")}


CARD, SUMMARY = "card:s1-1", "summary:s1"
OPEN = task()
TAKEN = after(OPEN, (Take(), ANA))
ASKED = after(TAKEN, (Ask("Which harbour?", DAN), ANA))
REVIEW = in_review(TAKEN)
PUBLISHED = published(TAKEN)
RECHECK = after(PUBLISHED, (Recheck(), CARO))
CORRECTING = after(PUBLISHED, (propose("true", correction="One was missed"), CARO))
ASIDE = after(OPEN, (Dismiss("an opinion"), BEN))
ASIDE_WHEN_ASKED = after(ASKED, (Dismiss("an opinion"), ANA))

STEPS: list[tuple[Task, Command, str, list[str]]] = [
    (OPEN, Take(), ANA, [CARD, SUMMARY]),
    (TAKEN, PutBack(), ANA, [CARD, SUMMARY]),
    (OPEN, HandOver(BEN), BEN, [CARD, SUMMARY]),
    (TAKEN, HandOver(BEN), ANA, [CARD, "handed:s1-1:3"]),
    (TAKEN, HandOver(BEN), CARO, [CARD, "handed:s1-1:3", "lost:s1-1:3"]),
    (TAKEN, HandOver(BEN), BEN, [CARD, "lost:s1-1:3"]),
    (TAKEN, SetDue(DUE), ANA, [CARD]),
    (TAKEN, SetDue(DUE), BEN, [CARD, "due:s1-1:3"]),
    (OPEN, SetDue(DUE), BEN, [CARD]),
    (after(TAKEN, (SetDue(DUE), ANA)), SetDue(None), BEN, [CARD]),
    (OPEN, Follow(), DAN, []),
    (after(OPEN, (Follow(), DAN)), Follow(), DAN, []),
    (TAKEN, Ask("Which harbour?"), BEN, [CARD, SUMMARY, "question:s1-1:0"]),
    (ASKED, Reply("Linden"), DAN, [CARD, SUMMARY, "question:s1-1:0", "answered:s1-1:4"]),
    (ASKED, Reply("Linden"), ANA, [CARD, SUMMARY, "question:s1-1:0"]),
    (ASKED, NeverMind(), ANA, [CARD, SUMMARY, "question:s1-1:0"]),
    (ASKED, propose(), ANA, [CARD, SUMMARY, "question:s1-1:0"]),
    (ASKED, Dismiss("an opinion"), ANA, [CARD, SUMMARY, "question:s1-1:0"]),
    (ASIDE_WHEN_ASKED, Reopen(), ANA, [CARD, SUMMARY, "question:s1-1:0"]),
    (OPEN, Dismiss("an opinion"), ANA, [CARD, SUMMARY]),
    (TAKEN, Dismiss("an opinion"), ANA, [CARD, SUMMARY]),
    (TAKEN, Dismiss("an opinion"), BEN, [CARD, SUMMARY, "lost:s1-1:3"]),
    (ASIDE, Reopen(), ANA, [CARD, SUMMARY]),
    (OPEN, Reword("It lost 20"), ANA, [CARD]),
    (OPEN, Split(("It had 60", "It lost 20"), 4), ANA, [CARD, "card:s1-4", SUMMARY]),
    (TAKEN, propose(), ANA, [CARD, SUMMARY]),
    (REVIEW, propose(), ANA, [CARD]),
    (REVIEW, propose(), BEN, [CARD, "edited:s1-1:4"]),
    (REVIEW, Object(1, "Too old"), BEN, [CARD, SUMMARY, "objected:s1-1:4"]),
    (REVIEW, SignOff(1), BEN, [CARD, SUMMARY, "published:s1-1:1", "told:s1-1:1:U0DAN"]),
    (REVIEW, SignOff(1), DAN, [CARD, SUMMARY, "published:s1-1:1"]),
    (PUBLISHED, Recheck(), CARO, [CARD, SUMMARY, "recheck:s1-1:5"]),
    (PUBLISHED, propose(correction="One was missed"), CARO, [CARD, SUMMARY]),
    (CORRECTING, SignOff(2), BEN, [CARD, SUMMARY, "published:s1-1:2", "told:s1-1:2:U0DAN"]),
    (CORRECTING, Keep(), CARO, [CARD, SUMMARY]),
    (RECHECK, Keep(), CARO, [CARD, SUMMARY]),
    (after(RECHECK, (Ask("Still?"), CARO)), Keep(), CARO, [CARD, SUMMARY, "question:s1-1:0"]),
]


@pytest.mark.parametrize(("before", "command", "by", "expected"), STEPS)
def test_a_step_changes_the_card_and_tells_whom_it_concerns(
    before: Task, command: Command, by: str, expected: list[str]
) -> None:
    step = do(before, command, by)
    assert ids(step) == expected
    assert by not in told(step)


def test_every_kind_of_step_is_tried_above_or_below() -> None:
    elsewhere = {Happened.SIGNED_OFF, Happened.CONFIRMED}
    assert {do(before, command, by).happened for before, command, by, _ in STEPS} == set(Happened) - elsewhere


def test_a_signature_that_is_not_the_last_changes_the_card_alone() -> None:
    assert ids(do(REVIEW, SignOff(1), BEN, TWO_SIGN)) == [CARD]


def test_a_verdict_that_was_looked_at_again_and_stands_is_told_like_a_correction() -> None:
    again = in_review(RECHECK, by=CARO, correction="counted again")
    assert ids(do(again, SignOff(2), BEN)) == [CARD, SUMMARY, "published:s1-1:2", "told:s1-1:2:U0DAN"]


def test_each_message_says_where_it_goes_and_what_it_is_about() -> None:
    for before, command, by, _ in STEPS:
        for message in wanted(do(before, command, by)):
            direct = message.shows in ("told", "handed", "lost", "edited", "objected", "answered", "due")
            assert message.queue.startswith("U") if direct else message.queue == CHANNEL
            assert message.thread == ("" if direct else THREAD)
            record = message.about.split()[0]
            assert record == ("s1" if message.shows == "summary" else message.id.split(":")[1])


@pytest.mark.parametrize(
    ("before", "command", "by", "about"),
    [
        (TAKEN, HandOver(BEN), CARO, {"handed": "s1-1", "lost": "s1-1 U0BEN"}),
        (TAKEN, Dismiss("an opinion"), BEN, {"lost": "s1-1"}),
        (REVIEW, Object(1, "Too old"), BEN, {"objected": "s1-1 1"}),
        (REVIEW, propose(), BEN, {"edited": "s1-1 2"}),
        (ASKED, Reply("Linden"), BEN, {"answered": "s1-1 0"}),
        (REVIEW, SignOff(1), BEN, {"published": "s1-1 1 s1-1", "told": "s1-1 1 s1-1"}),
        (PUBLISHED, Recheck(), CARO, {"recheck": "s1-1 1"}),
    ],
)
def test_a_message_names_what_it_is_rendered_from(
    before: Task, command: Command, by: str, about: dict[str, str]
) -> None:
    found = {w.shows: w.about for w in wanted(do(before, command, by)) if w.shows in about}
    assert found == about


@pytest.mark.parametrize("roles", [EVERYBODY, ADMIN])
def test_whoever_is_relieved_of_a_claim_by_an_admin_is_told(roles: Roles) -> None:
    who = BEN if roles is ADMIN else ANA
    step = do(TAKEN, PutBack(), who, roles=roles)
    assert told(step) == ({ANA: "lost"} if roles is ADMIN else {})


def test_nobody_is_told_that_they_wrote_over_their_own_draft() -> None:
    sent_back = after(REVIEW, (Object(1, "Too old"), BEN), (HandOver(DAN), CARO))
    assert told(do(sent_back, propose(), DAN)) == {}  # its first author lost the claim before, and was told then


# Whoever waits for a verdict


def test_all_who_asked_and_all_who_follow_are_told_but_not_who_wrote_or_signed_it() -> None:
    followed = after(TAKEN, *((Follow(), by) for by in (ANA, BEN, CARO, EVA)), (propose(), ANA))
    step = do(followed, SignOff(1), BEN)
    assert told(step, submission(askers=(EVA, FAY))) == dict.fromkeys((DAN, EVA, FAY, CARO), "told")


def test_an_asker_who_wrote_the_verdict_hears_that_it_is_published() -> None:
    assert told(do(in_review(OPEN, by=DAN), SignOff(1), BEN)) == {DAN: "told"}


def test_whoever_merely_posted_a_link_is_told_nothing_but_who_asked_for_it_is() -> None:
    step = do(REVIEW, SignOff(1), BEN)
    posted = submission(via=Intake.WATCHED, askers=(EVA,))
    assert told(step, posted) == {EVA: "told"}
    assert messages.summary(posted).user == ""
    assert told(step, posted.model_copy(update={"again": True})) == {DAN: "told", EVA: "told"}
    follower = do(after(REVIEW, (Follow(), DAN)), SignOff(1), BEN)
    assert told(follower, posted) == {DAN: "told", EVA: "told"}


def test_in_a_direct_message_the_thread_is_told_once_and_nobody_twice() -> None:
    direct = submission(channel="D0DAN", askers=(EVA,))
    step = do(REVIEW, SignOff(1), BEN)
    assert ids(step, direct) == [CARD, SUMMARY, "published:s1-1:1", "told:s1-1:1:U0EVA"]


def test_each_version_of_a_verdict_is_told_by_itself() -> None:
    second = in_review(after(REVIEW, (Object(1, "Too old"), BEN)))
    assert ids(do(second, SignOff(2), BEN))[2:] == ["published:s1-1:2", "told:s1-1:2:U0DAN"]


@pytest.mark.parametrize("broadcast", [True, False])
def test_a_verdict_is_shown_in_the_channel_where_it_has_that_set(broadcast: bool) -> None:
    step = do(REVIEW, SignOff(1), BEN)
    found = messages.after(Place(submission(), REVIEW, broadcast), step)
    assert {w.shows for w in found if w.broadcast} == ({"published"} if broadcast else set())


# Duplicates

ELSEWHERE = submission("s2", channel="C0OTHER", asker=EVA, thread_ts="1778579000.000100")
REPEATED = after(
    task(3, submission="s2", channel="C0OTHER"), (Follow(), FAY), (Dismiss("", DismissalKind.DUPLICATE, "s1-1"), BEN)
)
REPEAT = Place(ELSEWHERE, REPEATED)


def test_a_verdict_is_told_wherever_a_duplicate_shows_it() -> None:
    found = wanted(do(REVIEW, SignOff(1), BEN), duplicates=[REPEAT])
    there = [(w.id, w.queue, w.about) for w in found if "s2-3" in w.id]
    assert there == [
        ("card:s2-3", "C0OTHER", "s2-3"),
        ("published:s2-3:s1-1:1", "C0OTHER", "s1-1 1 s2-3"),
        ("told:s2-3:s1-1:1:U0EVA", EVA, "s1-1 1 s2-3"),
        ("told:s2-3:s1-1:1:U0FAY", FAY, "s1-1 1 s2-3"),
    ]
    assert next(w.thread for w in found if w.id == "published:s2-3:s1-1:1") == "1778579000.000100"


def test_a_claim_that_becomes_a_duplicate_tells_the_verdict_that_stands_for_the_other() -> None:
    step = do(task(3, submission="s2", channel="C0OTHER"), Dismiss("", DismissalKind.DUPLICATE, "s1-1"), BEN)
    of_open = [w.id for w in wanted(step, ELSEWHERE, original=TAKEN)]
    assert of_open == ["card:s2-3", "summary:s2"]
    of_published = [w.id for w in wanted(step, ELSEWHERE, original=PUBLISHED)]
    assert of_published == [*of_open, "card:s2-3", "published:s2-3:s1-1:1", "told:s2-3:s1-1:1:U0EVA"]
    of_rechecked = [w.about for w in wanted(step, ELSEWHERE, original=CORRECTING) if w.shows == "published"]
    assert of_rechecked == ["s1-1 1 s2-3"]


def test_the_duplicates_of_a_duplicate_hear_that_verdict_too() -> None:
    between = do(task(2), Dismiss("", DismissalKind.DUPLICATE, "s0-1"), BEN)
    original = published(after(task(submission="s0"), (Take(), ANA)))
    found = wanted(between, duplicates=[REPEAT], original=original)
    assert [w.id for w in found if w.shows == "published"] == ["published:s1-2:s0-1:1", "published:s2-3:s0-1:1"]


@pytest.mark.parametrize("command", [Dismiss("an opinion"), Dismiss("", DismissalKind.DUPLICATE, "s0-1"), Reopen()])
def test_the_card_of_a_duplicate_tells_that_its_original_was_set_aside_or_opened_again(command: Command) -> None:
    step = do(ASIDE if isinstance(command, Reopen) else OPEN, command, BEN)
    original = task(submission="s0") if isinstance(command, Dismiss) and command.of else None
    found = [w.id for w in wanted(step, duplicates=[REPEAT], original=original)]
    assert found == [CARD, SUMMARY, "card:s2-3"]


def test_a_verdict_of_its_own_is_another_message_than_the_one_of_the_claim_it_repeated() -> None:
    aside = do(OPEN, Dismiss("", DismissalKind.DUPLICATE, "s0-1"), BEN)
    shown = {w.id for w in wanted(aside, original=published(task(submission="s0")))}
    own = {w.id for w in wanted(do(in_review(after(aside.task, (Reopen(), ANA))), SignOff(1), BEN))}
    assert not {id for id in shown & own if id.startswith(("published", "told"))}


# Threads and pages


def test_two_hand_overs_to_one_person_are_two_messages() -> None:
    first = do(TAKEN, HandOver(BEN), ANA)
    again = do(after(first.task, (HandOver(ANA), BEN)), HandOver(BEN), ANA)
    assert not {id for id in ids(first) if id.startswith("handed")} & set(ids(again))


def test_the_answer_to_a_slash_command_starts_its_own_thread() -> None:
    command = submission(thread_ts=None)
    assert messages.summary(command).thread == ""
    assert messages.thread_of(command) == "message:summary:s1"
    assert {w.thread for w in wanted(do(OPEN, Take(), ANA), command) if w.shows == "card"} == {"message:summary:s1"}


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
    page = messages.page(shown, tasks(count), start)
    assert [w.id for w in page] == expected
    assert all(w.about == f"s1 {w.id.rpartition(':')[2]}" for w in page if w.shows == "more")
    assert {(w.queue, w.thread) for w in page} == {(CHANNEL, THREAD)}


def test_an_article_without_claims_has_no_cards() -> None:
    assert messages.page(submission(), [], 0) == []


def test_the_person_who_asked_is_told_if_the_answer_cannot_be_posted() -> None:
    assert messages.summary(submission()).user == DAN


def test_a_home_belongs_to_its_person() -> None:
    home = messages.home(ANA)
    assert (home.id, home.queue, home.user, home.shows) == ("home:U0ANA", ANA, ANA, "home")
