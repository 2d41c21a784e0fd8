"""Every way from one state to another, and every refusal with the sentence that a person reads."""

from __future__ import annotations

import pytest

from bot.desk.commands import Command, Dismiss, HandOver, Object, Propose, PutBack, Reopen, SignOff, Take
from bot.desk.refusals import Reason, Refusal
from bot.desk.rules import HouseRules
from bot.desk.task import Task, TaskState
from bot.desk.transitions import TABLE, Happened, possible
from desk.samples import ANA, BEN, CARO, DAN, NOW, RULES, SCALE, do, in_review, propose, published, task

OPEN = task()
TAKEN = do(OPEN, Take(), ANA).task
REVIEW = in_review(TAKEN)
DISMISSED = do(OPEN, Dismiss("an opinion"), BEN).task
DISMISSED_WHEN_TAKEN = do(TAKEN, Dismiss("an opinion"), BEN).task
PUBLISHED = published(TAKEN)
OBJECTED = do(REVIEW, Object(1, "The table is from 2019"), BEN).task
BY_STATE = {
    TaskState.OPEN: OPEN,
    TaskState.ASSIGNED: TAKEN,
    TaskState.IN_REVIEW: REVIEW,
    TaskState.PUBLISHED: PUBLISHED,
    TaskState.DISMISSED: DISMISSED,
}
COMMANDS: tuple[Command, ...] = (
    Take(),
    PutBack(),
    HandOver(CARO),
    Dismiss("an opinion"),
    Reopen(),
    propose(),
    SignOff(1),
    Object(1, "The table is from 2019"),
)


def test_the_samples_stand_where_they_say() -> None:
    assert all(sample.state is state for state, sample in BY_STATE.items())


@pytest.mark.parametrize(
    ("before", "command", "by", "happened", "state", "holder"),
    [
        (OPEN, Take(), ANA, Happened.TAKEN, TaskState.ASSIGNED, ANA),
        (OPEN, HandOver(BEN), ANA, Happened.HANDED_OVER, TaskState.ASSIGNED, BEN),
        (OPEN, Dismiss("an opinion"), ANA, Happened.DISMISSED, TaskState.DISMISSED, None),
        (OPEN, propose(), ANA, Happened.PROPOSED, TaskState.IN_REVIEW, ANA),
        (TAKEN, PutBack(), ANA, Happened.PUT_BACK, TaskState.OPEN, None),
        (TAKEN, HandOver(BEN), ANA, Happened.HANDED_OVER, TaskState.ASSIGNED, BEN),
        (TAKEN, HandOver(CARO), CARO, Happened.HANDED_OVER, TaskState.ASSIGNED, CARO),
        (TAKEN, Dismiss("an opinion"), BEN, Happened.DISMISSED, TaskState.DISMISSED, ANA),
        (TAKEN, propose(), ANA, Happened.PROPOSED, TaskState.IN_REVIEW, ANA),
        (REVIEW, propose(), ANA, Happened.PROPOSED, TaskState.IN_REVIEW, ANA),
        (REVIEW, SignOff(1), BEN, Happened.PUBLISHED, TaskState.PUBLISHED, ANA),
        (REVIEW, Object(1, "Too old"), BEN, Happened.OBJECTED, TaskState.ASSIGNED, ANA),
        (DISMISSED, Reopen(), CARO, Happened.REOPENED, TaskState.OPEN, None),
        (DISMISSED_WHEN_TAKEN, Reopen(), CARO, Happened.REOPENED, TaskState.ASSIGNED, ANA),
    ],
)
def test_a_command_leads_to_the_state_people_expect(
    before: Task, command: Command, by: str, happened: Happened, state: TaskState, holder: str | None
) -> None:
    step = do(before, command, by)
    assert (step.happened, step.task.state, step.task.assignee) == (happened, state, holder)
    assert step.task.version == before.version + 1
    assert step.task.changed == NOW
    assert (step.before, step.by) == (before, by)


def test_nothing_else_is_possible_and_the_buttons_say_so() -> None:
    assert {
        (TaskState.OPEN, Take),
        (TaskState.OPEN, HandOver),
        (TaskState.OPEN, Dismiss),
        (TaskState.OPEN, Propose),
        (TaskState.ASSIGNED, Take),  # only ever refused, but with the name of who has it
        (TaskState.ASSIGNED, PutBack),
        (TaskState.ASSIGNED, HandOver),
        (TaskState.ASSIGNED, Dismiss),
        (TaskState.ASSIGNED, Propose),
        (TaskState.IN_REVIEW, Propose),
        (TaskState.IN_REVIEW, SignOff),
        (TaskState.IN_REVIEW, Object),
        (TaskState.DISMISSED, Reopen),
    } == TABLE.keys()
    for state in TaskState:
        assert possible(state) == {command for at, command in TABLE if at is state}
    assert possible(TaskState.PUBLISHED) == frozenset()


_ELSEWHERE: dict[TaskState, Reason] = {
    TaskState.OPEN: Reason.NOT_IN_REVIEW,
    TaskState.ASSIGNED: Reason.NOT_IN_REVIEW,
    TaskState.IN_REVIEW: Reason.IN_REVIEW,
    TaskState.PUBLISHED: Reason.PUBLISHED,
    TaskState.DISMISSED: Reason.DISMISSED,
}
NOT_IN_THE_TABLE = [
    (state, command)
    for state in TaskState
    for command in COMMANDS
    if (state, type(command)) not in TABLE and not isinstance(command, Reopen)
    if (state, type(command)) != (TaskState.OPEN, PutBack)
]


@pytest.mark.parametrize(("state", "command"), NOT_IN_THE_TABLE, ids=str)
def test_what_does_not_fit_the_state_is_refused_with_where_it_stands(state: TaskState, command: Command) -> None:
    with pytest.raises(Refusal) as refused:
        do(BY_STATE[state], command, BEN)
    assert refused.value.reason is _ELSEWHERE[state]


@pytest.mark.parametrize("state", [state for state in TaskState if state is not TaskState.DISMISSED])
def test_what_was_not_set_aside_cannot_be_reopened(state: TaskState) -> None:
    with pytest.raises(Refusal, match="not_dismissed") as refused:
        do(BY_STATE[state], Reopen(), BEN)
    assert refused.value.sentence == "This claim is not set aside, so there is nothing to reopen."


@pytest.mark.parametrize(
    ("before", "command", "by", "sentence"),
    [
        (
            TAKEN,
            Take(),
            BEN,
            "<@U0ANA> has this claim already. If they cannot do it, press *Hand over…* and choose yourself.",
        ),
        (TAKEN, Take(), ANA, "You have this claim already. Press *Verdict…* when you know more."),
        (
            TAKEN,
            PutBack(),
            BEN,
            "<@U0ANA> has this claim, so only they can put it back. *Hand over…* gives it away.",
        ),
        (
            OPEN,
            PutBack(),
            ANA,
            "Nobody has this claim, so there is nothing to put back. Press *Take* to work on it.",
        ),
        (TAKEN, HandOver(ANA), BEN, "<@U0ANA> has this claim already."),
        (
            TAKEN,
            propose(),
            BEN,
            "<@U0ANA> has this claim, so the verdict is theirs to write. *Hand over…* gives it to others.",
        ),
        (
            REVIEW,
            propose(),
            BEN,
            "<@U0ANA> wrote this verdict, so only they can edit it. *Object…* sends it back to them.",
        ),
        (OPEN, Dismiss("  \n"), ANA, "Please give a reason; it is kept with the claim."),
        (REVIEW, Object(1, " "), BEN, "Please give a reason; it is kept with the claim."),
        (REVIEW, SignOff(1), ANA, "You wrote this verdict, so somebody else has to sign it off or object."),
        (REVIEW, Object(1, "no"), ANA, "You wrote this verdict, so somebody else has to sign it off or object."),
        (
            REVIEW,
            SignOff(2),
            BEN,
            "The verdict was changed since you opened it. Read the new one on the card, then decide.",
        ),
        (
            OBJECTED,
            SignOff(1),
            CARO,
            "There is no verdict waiting for sign-off here any more. The card shows where it stands.",
        ),
        (PUBLISHED, SignOff(1), CARO, "This verdict is published already, so that is no longer possible."),
        (DISMISSED, Take(), ANA, "This claim was set aside. Press *Reopen* on its card to work on it."),
        (REVIEW, Take(), CARO, "This claim waits for sign-off. Sign it off or object; an objection sends it back."),
    ],
)
def test_a_refusal_says_why_and_what_to_do(before: Task, command: Command, by: str, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        do(before, command, by)
    assert refused.value.sentence == sentence


def test_two_signatures_are_two_people() -> None:
    two = HouseRules(SCALE, approvals=2)
    once = do(REVIEW, SignOff(1), BEN, two)
    assert (once.happened, once.task.state) == (Happened.SIGNED_OFF, TaskState.IN_REVIEW)
    assert once.task.published is None
    with pytest.raises(Refusal) as refused:
        do(once.task, SignOff(1), BEN, two)
    assert refused.value.sentence == "You have signed this verdict already. It waits for somebody else."
    twice = do(once.task, SignOff(1), CARO, two)
    assert twice.happened is Happened.PUBLISHED
    assert twice.task.published == NOW
    assert twice.task.verdict is not None
    assert [approval.by for approval in twice.task.verdict.approvals] == [BEN, CARO]


def test_an_edit_in_review_is_a_new_version_that_nobody_has_signed() -> None:
    two = HouseRules(SCALE, approvals=2)
    signed = do(REVIEW, SignOff(1), BEN, two).task
    edited = do(signed, propose("mostly_false"), ANA, two).task
    assert edited.verdict is not None
    assert (edited.verdict.version, edited.verdict.rating, edited.verdict.approvals) == (2, "mostly_false", ())
    assert [v.version for v in edited.earlier] == [1]
    assert [a.by for a in edited.earlier[0].approvals] == [BEN]
    with pytest.raises(Refusal, match="verdict_changed"):
        do(edited, SignOff(1), CARO, two)


def test_an_objection_sends_the_verdict_back_and_stays_on_record() -> None:
    assert OBJECTED.verdict is not None
    assert [(o.by, o.reason) for o in OBJECTED.verdict.objections] == [(BEN, "The table is from 2019")]
    again = in_review(OBJECTED)
    assert again.verdict is not None
    assert again.verdict.version == 2
    assert again.verdict.objections == ()
    assert again.earlier == (OBJECTED.verdict,)


def test_after_an_objection_somebody_else_can_write_the_verdict_and_its_first_author_sign_it() -> None:
    handed = do(OBJECTED, HandOver(DAN), CARO).task
    with pytest.raises(Refusal, match="not_yours"):
        in_review(handed, by=ANA)
    rewritten = in_review(handed, by=DAN)
    assert do(rewritten, SignOff(2), ANA).happened is Happened.PUBLISHED


def test_reasons_and_explanations_are_kept_without_the_space_around_them() -> None:
    assert OBJECTED.verdict is not None
    dismissed = do(OPEN, Dismiss("  an opinion \n"), BEN).task
    assert dismissed.dismissal is not None
    assert (dismissed.dismissal.by, dismissed.dismissal.reason) == (BEN, "an opinion")
    reviewed = in_review(OPEN, explanation="  Because.\n")
    assert reviewed.verdict is not None
    assert reviewed.verdict.explanation == "Because."
    assert do(dismissed, Reopen(), ANA).task.dismissal is None


def test_default_house_rules_ask_for_one_signature_and_two_sources() -> None:
    assert (RULES.approvals, RULES.sources) == (1, 2)
