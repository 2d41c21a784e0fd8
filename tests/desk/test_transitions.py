"""Every way from one state to another, and every refusal with the sentence that a person reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

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
from bot.desk.roles import EVERYBODY, MAY, Role, Roles
from bot.desk.rules import HouseRules
from bot.desk.task import DismissalKind, Task, TaskState
from bot.desk.transitions import LONGEST_WORDING, MOST_WORDINGS, TABLE, Context, Happened, check, possible, published_as
from desk.samples import (
    ADMIN,
    ANA,
    BEN,
    CARO,
    DAN,
    NOW,
    RULES,
    SCALE,
    do,
    in_review,
    propose,
    published,
    task,
)
from desk.states import after

SOON = NOW + timedelta(hours=3)
TWO_SIGN = HouseRules(SCALE, approvals=2)

OPEN = task()
TAKEN = after(OPEN, (Take(), ANA))
ASKED = after(OPEN, (Ask("Which harbour?"), ANA))
ASKED_WHEN_TAKEN = after(TAKEN, (Ask("Which harbour?", DAN), ANA))
REVIEW = in_review(TAKEN)
OBJECTED = after(REVIEW, (Object(1, "The table is from 2019"), BEN))
PUBLISHED = published(TAKEN)
RECHECK = after(PUBLISHED, (Recheck(), CARO))
CORRECTING = after(PUBLISHED, (propose("true", correction="One ferry was missed"), CARO))
ASKED_AGAIN = after(RECHECK, (Ask("Still so?"), CARO))
SENT_BACK = after(CORRECTING, (Object(2, "No source for it"), BEN))
ASIDE = after(OPEN, (Dismiss("an opinion"), BEN))
ASIDE_WHEN_TAKEN = after(TAKEN, (Dismiss("an opinion"), BEN))
ASIDE_WHEN_ASKED = after(ASKED_WHEN_TAKEN, (Dismiss("an opinion"), BEN))
BY_STATE = {
    TaskState.OPEN: OPEN,
    TaskState.ASSIGNED: TAKEN,
    TaskState.QUESTION: ASKED_WHEN_TAKEN,
    TaskState.IN_REVIEW: REVIEW,
    TaskState.PUBLISHED: PUBLISHED,
    TaskState.DISMISSED: ASIDE,
}
SPLIT = Split(("It had 60 ferries", "It lost 20 of them"), next_number=4)
DUPLICATE = Dismiss("", DismissalKind.DUPLICATE, "s0-1")
COMMANDS: dict[type[Command], Command] = {
    type(command): command
    for command in (
        Take(),
        PutBack(),
        HandOver(CARO),
        SetDue(SOON),
        Follow(),
        Ask("Which harbour?"),
        Reply("Linden"),
        NeverMind(),
        Dismiss("an opinion"),
        Reopen(),
        Reword("The harbour of Linden lost 20 ferries"),
        SPLIT,
        propose(),
        SignOff(1),
        Object(1, "The table is from 2019"),
        Recheck(),
        Keep(),
    )
}


def refusal(before: Task, command: Command, by: str, roles: Roles = EVERYBODY, rules: HouseRules = RULES) -> Refusal:
    with pytest.raises(Refusal) as refused:
        do(before, command, by, rules, roles)
    return refused.value


def test_the_samples_stand_where_they_say_and_are_of_every_command() -> None:
    assert all(sample.state is state for state, sample in BY_STATE.items())
    assert COMMANDS.keys() == MAY.keys()


STEPS = [
    (OPEN, Take(), ANA, Happened.TAKEN, TaskState.ASSIGNED, ANA),
    (OPEN, HandOver(BEN), ANA, Happened.HANDED_OVER, TaskState.ASSIGNED, BEN),
    (OPEN, SetDue(SOON), ANA, Happened.DUE_SET, TaskState.OPEN, None),
    (OPEN, Follow(), DAN, Happened.FOLLOWED, TaskState.OPEN, None),
    (OPEN, Ask("Which harbour?"), ANA, Happened.ASKED, TaskState.QUESTION, None),
    (OPEN, Dismiss("an opinion"), ANA, Happened.DISMISSED, TaskState.DISMISSED, None),
    (OPEN, DUPLICATE, ANA, Happened.DISMISSED, TaskState.DISMISSED, None),
    (OPEN, Reword("It lost 20 ferries"), ANA, Happened.REWORDED, TaskState.OPEN, None),
    (OPEN, SPLIT, ANA, Happened.SPLIT, TaskState.OPEN, None),
    (OPEN, propose(), ANA, Happened.PROPOSED, TaskState.IN_REVIEW, ANA),
    (TAKEN, PutBack(), ANA, Happened.PUT_BACK, TaskState.OPEN, None),
    (TAKEN, HandOver(BEN), ANA, Happened.HANDED_OVER, TaskState.ASSIGNED, BEN),
    (TAKEN, HandOver(CARO), CARO, Happened.HANDED_OVER, TaskState.ASSIGNED, CARO),
    (TAKEN, SetDue(SOON), BEN, Happened.DUE_SET, TaskState.ASSIGNED, ANA),
    (TAKEN, Ask("Which harbour?", DAN), BEN, Happened.ASKED, TaskState.QUESTION, ANA),
    (TAKEN, Dismiss("an opinion"), BEN, Happened.DISMISSED, TaskState.DISMISSED, ANA),
    (TAKEN, Reword("It lost 20 ferries"), BEN, Happened.REWORDED, TaskState.ASSIGNED, ANA),
    (TAKEN, SPLIT, BEN, Happened.SPLIT, TaskState.ASSIGNED, ANA),
    (TAKEN, propose(), ANA, Happened.PROPOSED, TaskState.IN_REVIEW, ANA),
    (ASKED, Take(), BEN, Happened.TAKEN, TaskState.QUESTION, BEN),
    (ASKED, HandOver(BEN), ANA, Happened.HANDED_OVER, TaskState.QUESTION, BEN),
    (ASKED, Reply("Linden"), DAN, Happened.ANSWERED, TaskState.OPEN, None),
    (ASKED, NeverMind(), ANA, Happened.QUESTION_DROPPED, TaskState.OPEN, None),
    (ASKED_WHEN_TAKEN, PutBack(), ANA, Happened.PUT_BACK, TaskState.QUESTION, None),
    (ASKED_WHEN_TAKEN, HandOver(BEN), CARO, Happened.HANDED_OVER, TaskState.QUESTION, BEN),
    (ASKED_WHEN_TAKEN, Reply("Linden"), BEN, Happened.ANSWERED, TaskState.ASSIGNED, ANA),
    (ASKED_WHEN_TAKEN, NeverMind(), ANA, Happened.QUESTION_DROPPED, TaskState.ASSIGNED, ANA),
    (ASKED_WHEN_TAKEN, SetDue(SOON), BEN, Happened.DUE_SET, TaskState.QUESTION, ANA),
    (ASKED_WHEN_TAKEN, Reword("It lost 20 ferries"), BEN, Happened.REWORDED, TaskState.QUESTION, ANA),
    (ASKED_WHEN_TAKEN, SPLIT, BEN, Happened.SPLIT, TaskState.QUESTION, ANA),
    (ASKED_WHEN_TAKEN, propose(), ANA, Happened.PROPOSED, TaskState.IN_REVIEW, ANA),
    (ASKED_WHEN_TAKEN, Dismiss("an opinion"), BEN, Happened.DISMISSED, TaskState.DISMISSED, ANA),
    (REVIEW, propose(), ANA, Happened.PROPOSED, TaskState.IN_REVIEW, ANA),
    (REVIEW, propose(), BEN, Happened.PROPOSED, TaskState.IN_REVIEW, BEN),
    (REVIEW, SetDue(SOON), BEN, Happened.DUE_SET, TaskState.IN_REVIEW, ANA),
    (REVIEW, SignOff(1), BEN, Happened.PUBLISHED, TaskState.PUBLISHED, ANA),
    (REVIEW, Object(1, "Too old"), BEN, Happened.OBJECTED, TaskState.ASSIGNED, ANA),
    (OBJECTED, propose(), ANA, Happened.PROPOSED, TaskState.IN_REVIEW, ANA),
    (PUBLISHED, Recheck(), CARO, Happened.RECHECK, TaskState.OPEN, None),
    (PUBLISHED, propose(correction="One was missed"), CARO, Happened.PROPOSED, TaskState.IN_REVIEW, CARO),
    (PUBLISHED, Follow(), CARO, Happened.FOLLOWED, TaskState.PUBLISHED, ANA),
    (RECHECK, Take(), CARO, Happened.TAKEN, TaskState.ASSIGNED, CARO),
    (RECHECK, Keep(), CARO, Happened.KEPT, TaskState.PUBLISHED, ANA),
    (ASKED_AGAIN, Keep(), BEN, Happened.KEPT, TaskState.PUBLISHED, ANA),
    (CORRECTING, SignOff(2), ANA, Happened.CORRECTED, TaskState.PUBLISHED, CARO),
    (CORRECTING, Keep(), CARO, Happened.KEPT, TaskState.PUBLISHED, ANA),
    (SENT_BACK, Keep(), CARO, Happened.KEPT, TaskState.PUBLISHED, ANA),
    (ASIDE, Reopen(), CARO, Happened.REOPENED, TaskState.OPEN, None),
    (ASIDE, Follow(), CARO, Happened.FOLLOWED, TaskState.DISMISSED, None),
    (ASIDE_WHEN_TAKEN, Reopen(), CARO, Happened.REOPENED, TaskState.ASSIGNED, ANA),
    (ASIDE_WHEN_ASKED, Reopen(), CARO, Happened.REOPENED, TaskState.QUESTION, ANA),
]


@pytest.mark.parametrize(("before", "command", "by", "happened", "state", "holder"), STEPS)
def test_a_command_leads_to_the_state_people_expect(
    before: Task, command: Command, by: str, happened: Happened, state: TaskState, holder: str | None
) -> None:
    step = do(before, command, by)
    assert (step.happened, step.task.state, step.task.assignee) == (happened, state, holder)
    assert step.task.version == before.version + 1
    assert step.task.changed == NOW
    assert (step.before, step.by) == (before, by)


def test_every_row_of_the_table_that_can_be_done_is_tried_above() -> None:
    tried = {(before.state, type(command)) for before, command, *_ in STEPS}
    follows = {(state, Follow) for state in TaskState}
    only_refused = {
        (TaskState.OPEN, PutBack),
        (TaskState.ASSIGNED, Take),
    }
    assert TABLE.keys() - tried - follows == only_refused
    for state in TaskState:
        assert possible(state) == {command for at, command in TABLE if at is state}


_ELSEWHERE: dict[TaskState, Reason] = {
    TaskState.OPEN: Reason.NOT_IN_REVIEW,
    TaskState.ASSIGNED: Reason.NOT_IN_REVIEW,
    TaskState.QUESTION: Reason.NOT_IN_REVIEW,
    TaskState.IN_REVIEW: Reason.IN_REVIEW,
    TaskState.PUBLISHED: Reason.PUBLISHED,
    TaskState.DISMISSED: Reason.DISMISSED,
}
_NEVER_WITHOUT: dict[type[Command], Reason] = {
    Reopen: Reason.NOT_DISMISSED,
    Reply: Reason.NOT_ASKED,
    NeverMind: Reason.NOT_ASKED,
    Recheck: Reason.NOT_PUBLISHED,
}
NOT_IN_THE_TABLE = [(state, kind) for state in TaskState for kind in COMMANDS if (state, kind) not in TABLE]


@pytest.mark.parametrize(("state", "kind"), NOT_IN_THE_TABLE, ids=str)
def test_what_does_not_fit_the_state_is_refused_with_where_it_stands(state: TaskState, kind: type[Command]) -> None:
    expected = _NEVER_WITHOUT.get(kind, _ELSEWHERE[state])
    if (state, kind) == (TaskState.QUESTION, Ask):
        expected = Reason.ASKED_ALREADY
    assert refusal(BY_STATE[state], COMMANDS[kind], BEN).reason is expected
    with pytest.raises(Refusal) as before_a_form:
        check(BY_STATE[state], kind, Context(BEN, RULES, NOW))
    assert before_a_form.value.reason is expected


HAS_IT = "<@U0ANA> has this claim already."
NOT_YOURS = "<@U0ANA> has this claim, so the verdict is theirs to write. *Hand over…* gives it to others."
OWN = "You wrote this verdict, so somebody else has to sign it off or object."
WROTE = "You wrote a part of this verdict, so somebody who did not has to sign it off or object."
ASIDE_SENTENCE = "This claim was set aside. Press *Reopen* on its card to work on it."
PAST = "That is in the past. Please choose a time that is still to come, or leave it empty."
REASON = "Please give a reason; it is kept with the claim."
STANDS = "A verdict on this claim is published, so it cannot be set aside. *Keep verdict* ends the recheck."
MOST = "Please write at least two claims and at most 6, each on a line of its own."
EDITED_BY_TWO = in_review(REVIEW, by=BEN)


@pytest.mark.parametrize(
    ("before", "command", "by", "field", "sentence"),
    [
        (TAKEN, Take(), BEN, None, f"{HAS_IT} If they cannot do it, press *Hand over…* and choose yourself."),
        (TAKEN, Take(), ANA, None, "You have this claim already. Press *Verdict…* when you know more."),
        (
            TAKEN,
            PutBack(),
            BEN,
            None,
            "<@U0ANA> has this claim, so only they can put it back. *Hand over…* gives it away.",
        ),
        (
            OPEN,
            PutBack(),
            ANA,
            None,
            "Nobody has this claim, so there is nothing to put back. Press *Take* to work on it.",
        ),
        (TAKEN, HandOver(ANA), BEN, "to", HAS_IT),
        (OPEN, SetDue(NOW), ANA, "due", PAST),
        (OPEN, SetDue(NOW - timedelta(days=1)), ANA, "due", PAST),
        (OPEN, Ask(" \n"), ANA, "question", "Please write the question."),
        (
            ASKED,
            Ask("When?"),
            BEN,
            None,
            "A question on this claim waits for its answer already. *Answer…* or drop it first.",
        ),
        (ASKED, Reply("  "), DAN, "answer", "Please write the answer."),
        (OPEN, Reply("Linden"), DAN, None, "No question on this claim waits for an answer any more."),
        (
            ASKED,
            NeverMind(),
            BEN,
            None,
            "<@U0ANA> asked this, so only they or whoever has the claim can drop the question.",
        ),
        (OPEN, Dismiss("  \n"), ANA, "reason", REASON),
        (OPEN, Dismiss("", DismissalKind.OUT_OF_SCOPE), ANA, "reason", REASON),
        (OPEN, Dismiss("", DismissalKind.DUPLICATE), ANA, "of", "Please choose the claim that this one repeats."),
        (
            OPEN,
            Dismiss("", DismissalKind.DUPLICATE, "s1-1"),
            ANA,
            "of",
            "A claim cannot be a duplicate of itself. Choose the other one.",
        ),
        (RECHECK, Dismiss("an opinion"), ANA, None, STANDS),
        (RECHECK, DUPLICATE, ANA, None, STANDS),
        (SENT_BACK, Dismiss("an opinion"), ANA, None, STANDS),
        (OPEN, Reopen(), ANA, None, "This claim is not set aside, so there is nothing to reopen."),
        (OPEN, Reword(" "), ANA, "wording", "Please write the claim in one sentence."),
        (OPEN, Reword("x" * 1001), ANA, "wording", "Please keep a claim below 1000 characters."),
        (OPEN, Reword(f"  {OPEN.text}\n"), ANA, "wording", "That is how the card words it already."),
        (OPEN, Split(("One",)), ANA, "wording_1", MOST),
        (OPEN, Split(()), ANA, "wording_1", MOST),
        (OPEN, Split(tuple("abcdefg")), ANA, "wording_1", MOST),
        (OPEN, Split(("One", " ")), ANA, "wording_1", "Please write the claim in one sentence."),
        (OPEN, Split(("x" * 1001, "Two")), ANA, "wording_0", "Please keep a claim below 1000 characters."),
        (TAKEN, propose(), BEN, None, NOT_YOURS),
        (ASKED_WHEN_TAKEN, propose(), BEN, None, NOT_YOURS),
        (
            PUBLISHED,
            propose("true"),
            CARO,
            "correction",
            "A verdict on this claim is published. Please say what is to be corrected in it, and why.",
        ),
        (
            RECHECK,
            propose("true", correction=" "),
            CARO,
            "correction",
            "A verdict on this claim is published. Please say what is to be corrected in it, and why.",
        ),
        (REVIEW, SignOff(1), ANA, None, OWN),
        (REVIEW, Object(1, "no"), ANA, None, OWN),
        (EDITED_BY_TWO, SignOff(2), ANA, None, WROTE),
        (EDITED_BY_TWO, Object(2, "no"), ANA, None, WROTE),
        (EDITED_BY_TWO, SignOff(2), BEN, None, OWN),
        (REVIEW, Object(1, " "), BEN, "reason", REASON),
        (
            REVIEW,
            SignOff(2),
            BEN,
            None,
            "The verdict was changed since you opened it. Read the new one on the card, then decide.",
        ),
        (
            EDITED_BY_TWO,
            Object(1, "Too old"),
            CARO,
            None,
            "The verdict was changed since you opened it. Read the new one on the card, then decide.",
        ),
        (
            OBJECTED,
            SignOff(1),
            CARO,
            None,
            "There is no verdict waiting for sign-off here any more. The card shows where it stands.",
        ),
        (
            PUBLISHED,
            SignOff(1),
            CARO,
            None,
            "This verdict is published. *Correct…* changes it, *Recheck* puts the claim back on the queue.",
        ),
        (OPEN, Recheck(), ANA, None, "There is no published verdict here that could be checked again."),
        (OPEN, Keep(), ANA, None, "No verdict is published here yet, so there is none to keep."),
        (REVIEW, Keep(), ANA, None, "No verdict is published here yet, so there is none to keep."),
        (
            CORRECTING,
            Keep(),
            BEN,
            None,
            "<@U0CARO> has this claim, so the verdict is theirs to write. *Hand over…* gives it to others.",
        ),
        (ASIDE, Take(), ANA, None, ASIDE_SENTENCE),
        (ASIDE, Ask("When?"), ANA, None, ASIDE_SENTENCE),
        (
            REVIEW,
            Take(),
            CARO,
            None,
            "This claim waits for sign-off. Sign it off or object; an objection sends it back.",
        ),
    ],
)
def test_a_refusal_says_why_and_what_to_do(
    before: Task, command: Command, by: str, field: str | None, sentence: str
) -> None:
    refused = refusal(before, command, by)
    assert (refused.field, refused.sentence) == (field, sentence)


# Roles

NEEDED = {Role.ASKER: "an asker", Role.CHECKER: "a checker", Role.EDITOR: "an editor"}


@pytest.mark.parametrize("kind", MAY, ids=lambda kind: kind.__name__)
def test_each_command_asks_for_its_role_and_says_which(kind: type[Command]) -> None:
    state = next(state for state in TaskState if (state, kind) in TABLE)
    needed = MAY[kind]
    refused = refusal(BY_STATE[state], COMMANDS[kind], BEN, roles=frozenset(Role) - {needed, Role.ADMIN})
    assert refused.sentence == (
        f"Only somebody who is {NEEDED[needed]} here can do that. An admin can change roles in the settings."
    )


def test_who_only_asks_can_follow_and_answer_and_nothing_else() -> None:
    asker = frozenset({Role.ASKER})
    assert do(OPEN, Follow(), DAN, roles=asker).happened is Happened.FOLLOWED
    assert do(ASKED, Reply("Linden"), DAN, roles=asker).happened is Happened.ANSWERED
    assert {kind for kind, role in MAY.items() if role is Role.ASKER} == {Follow, Reply}


def test_a_checker_who_is_no_editor_writes_verdicts_and_signs_none() -> None:
    checker = frozenset({Role.ASKER, Role.CHECKER})
    assert do(OPEN, propose(), ANA, roles=checker).happened is Happened.PROPOSED
    for command in (SignOff(1), Object(1, "Too old")):
        assert refusal(REVIEW, command, BEN, checker).reason is Reason.NOT_YOUR_ROLE


def test_only_the_writer_or_an_editor_edits_what_waits_for_sign_off() -> None:
    checker = frozenset({Role.ASKER, Role.CHECKER})
    assert do(REVIEW, propose(), ANA, roles=checker).happened is Happened.PROPOSED
    refused = refusal(REVIEW, propose(), BEN, checker)
    assert refused.sentence == "<@U0ANA> wrote this verdict, so only they or an editor can edit it."


def test_an_admin_puts_back_and_drops_questions_for_others() -> None:
    assert do(TAKEN, PutBack(), BEN, roles=ADMIN).task.assignee is None
    assert do(ASKED, NeverMind(), BEN, roles=ADMIN).happened is Happened.QUESTION_DROPPED
    assert refusal(REVIEW, SignOff(1), ANA, ADMIN).reason is Reason.OWN_VERDICT
    assert refusal(TAKEN, propose(), BEN, ADMIN).reason is Reason.NOT_YOURS


def test_a_form_that_would_be_refused_anyhow_does_not_open() -> None:
    for before, kind, by, reason in (
        (TAKEN, type(propose()), BEN, Reason.NOT_YOURS),
        (REVIEW, SignOff, ANA, Reason.OWN_VERDICT),
        (EDITED_BY_TWO, Object, ANA, Reason.WROTE_ON_IT),
        (PUBLISHED, Dismiss, ANA, Reason.PUBLISHED),
    ):
        with pytest.raises(Refusal) as refused:
            check(before, kind, Context(by, RULES, NOW))
        assert refused.value.reason is reason
    check(PUBLISHED, type(propose()), Context(DAN, RULES, NOW))


# Questions


def test_a_question_is_kept_with_who_asked_whom_and_its_answer() -> None:
    (asked,) = ASKED_WHEN_TAKEN.questions
    assert (asked.by, asked.to, asked.text, asked.waits) == (ANA, DAN, "Which harbour?", True)
    answered = after(ASKED_WHEN_TAKEN, (Reply("  Linden \n"), BEN))
    (question,) = answered.questions
    assert question.answer is not None
    assert (question.answer.by, question.answer.text, question.waits) == (BEN, "Linden", False)
    again = after(answered, (Ask(" Since when? "), CARO))
    assert [q.text for q in again.questions] == ["Which harbour?", "Since when?"]
    assert again.questions[0] == question


def test_a_question_waits_on_whoever_has_the_claim() -> None:
    moved = after(ASKED, (Take(), ANA), (HandOver(BEN), ANA), (PutBack(), BEN), (Take(), CARO))
    assert (moved.state, moved.assignee) == (TaskState.QUESTION, CARO)
    assert moved.questions == ASKED.questions
    assert after(moved, (Reply("Linden"), DAN)).state is TaskState.ASSIGNED


def test_whoever_has_the_claim_may_drop_a_question_that_somebody_else_asked() -> None:
    taken = after(ASKED, (Take(), BEN))
    dropped = after(taken, (NeverMind(), BEN))
    assert (dropped.state, dropped.questions[0].dropped, dropped.questions[0].waits) == (
        TaskState.ASSIGNED,
        True,
        False,
    )


def test_a_verdict_ends_the_question_it_was_written_without() -> None:
    reviewed = in_review(ASKED_WHEN_TAKEN)
    assert reviewed.questions[0].dropped
    answered = in_review(after(ASKED_WHEN_TAKEN, (Reply("Linden"), DAN)))
    assert not answered.questions[0].dropped


def test_a_claim_that_is_opened_again_waits_for_its_answer_again() -> None:
    assert ASIDE_WHEN_ASKED.questions[0].waits
    assert after(ASIDE_WHEN_ASKED, (Reopen(), CARO), (Reply("Linden"), DAN)).state is TaskState.ASSIGNED


# Due times, followers, wording


def test_a_due_time_can_be_taken_away_and_goes_with_the_verdict() -> None:
    due = after(TAKEN, (SetDue(SOON), ANA))
    assert due.due == SOON
    assert after(due, (SetDue(None), BEN)).due is None
    assert after(due, (propose(), ANA)).due == SOON
    assert published(due).due is None
    late = RECHECK.model_copy(update={"due": SOON})
    assert after(late, (Keep(), CARO)).due is None


def test_whoever_follows_presses_once_more_to_stop() -> None:
    both = after(OPEN, (Follow(), DAN), (Follow(), CARO))
    assert both.followers == (DAN, CARO)
    step = do(both, Follow(), DAN)
    assert (step.happened, step.task.followers) == (Happened.UNFOLLOWED, (CARO,))


def test_the_wording_changes_and_the_quotation_never() -> None:
    reworded = after(OPEN, (Reword("  The harbour \n lost 20 ferries "), ANA))
    assert reworded.text == "The harbour lost 20 ferries"
    assert reworded.claim == OPEN.claim
    assert after(OPEN, (Reword("x" * LONGEST_WORDING), ANA)).text == "x" * LONGEST_WORDING


def test_a_split_makes_a_claim_of_each_further_wording() -> None:
    due = after(TAKEN, (SetDue(SOON), ANA), (Follow(), DAN))
    step = do(due, Split((" It had 60\nferries", "It lost 20 of them", "It has 40"), next_number=4), BEN)
    assert (step.task.text, step.task.assignee, step.task.number) == ("It had 60 ferries", ANA, 1)
    assert [(t.id, t.number, t.text) for t in step.added] == [
        ("s1-4", 4, "It lost 20 of them"),
        ("s1-5", 5, "It has 40"),
    ]
    for added in step.added:
        assert (added.state, added.assignee, added.added_by, added.due) == (TaskState.OPEN, None, BEN, None)
        assert (added.claim, added.submission, added.channel, added.created) == (
            due.claim,
            due.submission,
            due.channel,
            due.created,
        )
        assert added.version == 1
    assert len(do(OPEN, Split(tuple("abcdef"), 2), ANA).added) == MOST_WORDINGS - 1


# What somebody else changed since


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (Reply("Linden", 0), Reason.ANOTHER_QUESTION),
        (NeverMind(0), Reason.ANOTHER_QUESTION),
        (Reply("Linden", 2), Reason.ANOTHER_QUESTION),
    ],
)
def test_an_answer_to_one_question_is_none_to_the_next(command: Command, reason: Reason) -> None:
    second = after(ASKED_WHEN_TAKEN, (Reply("Linden"), BEN), (Ask("And when?"), ANA))
    assert refusal(second, command, ANA).reason is reason
    assert do(second, Reply("In May", 1), BEN).task.questions[1].answer is not None
    assert do(second, NeverMind(1), ANA).task.questions[1].dropped


def test_a_claim_that_was_split_or_worded_anew_is_neither_by_who_saw_it_before() -> None:
    for step in (Reword("It lost 20 ferries"), Split((OPEN.text, "It lost 20 of them"), 4)):
        changed = after(OPEN, (step, ANA))
        for late in (Reword("It lost some", 0), Split(("It had 60", "It lost 20"), 5, was=0)):
            assert refusal(changed, late, BEN).reason is Reason.WORDING_CHANGED
        assert do(changed, Reword("It lost some", 1), BEN).task.worded == 2


# Signatures


def test_two_signatures_are_two_people() -> None:
    once = do(REVIEW, SignOff(1, {"literal": "yes"}), BEN, TWO_SIGN)
    assert (once.happened, once.task.state) == (Happened.SIGNED_OFF, TaskState.IN_REVIEW)
    assert (once.task.published, once.task.standing) == (None, None)
    refused = refusal(once.task, SignOff(1), BEN, rules=TWO_SIGN)
    assert refused.sentence == "You have signed this verdict already. It waits for somebody else."
    twice = do(once.task, SignOff(1), CARO, TWO_SIGN)
    assert twice.happened is Happened.PUBLISHED
    assert (twice.task.published, twice.task.standing) == (NOW, 1)
    assert twice.task.verdict is not None
    assert [(a.by, a.answers) for a in twice.task.verdict.approvals] == [(BEN, {"literal": "yes"}), (CARO, {})]


@pytest.mark.parametrize("by", [BEN, CARO])
def test_a_verdict_with_signatures_enough_is_published_by_whoever_signs_next_even_once_more(by: str) -> None:
    once = do(REVIEW, SignOff(1, {"literal": "yes"}), BEN, TWO_SIGN).task
    step = do(once, SignOff(1), by)  # the house asks for one signature by now
    assert (step.happened, step.task.state) == (Happened.PUBLISHED, TaskState.PUBLISHED)
    assert step.task.verdict is not None
    assert [a.by for a in step.task.verdict.approvals] == list(dict.fromkeys([BEN, by]))
    assert step.task.verdict.approvals[0].answers == {"literal": "yes"}


def test_an_edit_in_review_is_a_new_version_that_nobody_has_signed() -> None:
    signed = do(REVIEW, SignOff(1), BEN, TWO_SIGN).task
    edited = do(signed, propose("mostly_false"), ANA, TWO_SIGN).task
    assert edited.verdict is not None
    assert (edited.verdict.version, edited.verdict.rating, edited.verdict.approvals) == (2, "mostly_false", ())
    assert [v.version for v in edited.earlier] == [1]
    assert [a.by for a in edited.earlier[0].approvals] == [BEN]
    assert refusal(edited, SignOff(1), CARO, rules=TWO_SIGN).reason is Reason.VERDICT_CHANGED


def test_a_verdict_written_on_an_older_version_replaces_nothing() -> None:
    late = replace(propose("mostly_false"), version=0)
    assert do(OPEN, late, BEN).happened is Happened.PROPOSED
    assert refusal(REVIEW, late, BEN).reason is Reason.VERDICT_CHANGED
    assert do(REVIEW, replace(late, version=1), BEN).happened is Happened.PROPOSED


def test_whoever_signed_a_version_and_then_edits_it_is_a_writer_from_then_on() -> None:
    signed = do(REVIEW, SignOff(1), BEN, TWO_SIGN).task
    edited = do(signed, propose("mostly_false"), BEN, TWO_SIGN).task
    assert edited.verdict is not None
    assert edited.verdict.writers == (ANA, BEN)
    assert edited.assignee == BEN
    for writer in (ANA, BEN):
        refusal(edited, SignOff(2), writer, rules=TWO_SIGN)


def test_an_objection_sends_the_verdict_back_and_stays_on_record() -> None:
    assert OBJECTED.verdict is not None
    assert [(o.by, o.reason) for o in OBJECTED.verdict.objections] == [(BEN, "The table is from 2019")]
    again = in_review(OBJECTED)
    assert again.verdict is not None
    assert (again.verdict.version, again.verdict.objections) == (2, ())
    assert again.earlier == (OBJECTED.verdict,)
    assert do(again, SignOff(2), BEN).happened is Happened.PUBLISHED  # who objected is convinced now


def test_whoever_wrote_a_draft_that_was_sent_back_cannot_sign_what_others_make_of_it() -> None:
    handed = after(OBJECTED, (HandOver(DAN), CARO))
    assert refusal(handed, propose(), ANA).reason is Reason.NOT_YOURS
    rewritten = in_review(handed, by=DAN)
    assert rewritten.verdict is not None
    assert rewritten.verdict.writers == (ANA, DAN)
    assert refusal(rewritten, SignOff(2), ANA).reason is Reason.WROTE_ON_IT
    assert do(rewritten, SignOff(2), CARO).happened is Happened.PUBLISHED


def test_reasons_and_explanations_are_kept_without_the_space_around_them() -> None:
    aside = after(OPEN, (Dismiss("  an opinion \n", DismissalKind.OUT_OF_SCOPE), BEN))
    assert aside.dismissal is not None
    assert (aside.dismissal.by, aside.dismissal.reason, aside.dismissal.kind) == (
        BEN,
        "an opinion",
        DismissalKind.OUT_OF_SCOPE,
    )
    reviewed = in_review(OPEN, explanation="  Because.\n", summary=" No. ")
    assert reviewed.verdict is not None
    assert (reviewed.verdict.explanation, reviewed.verdict.summary) == ("Because.", "No.")
    assert after(aside, (Reopen(), ANA)).dismissal is None


# After publication


def test_a_correction_stands_in_the_place_of_the_first_verdict_and_loses_nothing() -> None:
    assert CORRECTING.standing_verdict is not None
    assert (CORRECTING.standing, CORRECTING.standing_verdict.rating) == (1, "false")
    corrected = do(CORRECTING, SignOff(2), BEN)
    now = corrected.task
    assert (corrected.happened, now.standing) == (Happened.CORRECTED, 2)
    assert now.standing_verdict is not None
    assert (now.standing_verdict.rating, now.standing_verdict.correction) == ("true", "One ferry was missed")
    assert now.standing_verdict.replaces == 1
    assert [v.version for v in now.versions] == [1, 2]
    before = now.replaced_by(now.standing_verdict)
    assert before is not None
    assert (before.rating, before.replaces, [a.by for a in before.approvals]) == ("false", None, [BEN])


def test_the_author_of_the_first_verdict_may_sign_its_correction_and_who_corrects_may_not() -> None:
    assert CORRECTING.verdict is not None
    assert CORRECTING.verdict.writers == (CARO,)
    assert do(CORRECTING, SignOff(2), ANA).happened is Happened.CORRECTED
    assert refusal(CORRECTING, SignOff(2), CARO).reason is Reason.OWN_VERDICT


def test_a_first_verdict_has_no_word_of_correction() -> None:
    reviewed = in_review(OPEN, correction="there is nothing to correct")
    assert reviewed.verdict is not None
    assert reviewed.verdict.correction == ""


@pytest.mark.parametrize(
    ("fields", "happened"),
    [
        ({}, Happened.CONFIRMED),
        ({"explanation": "Counted once more."}, Happened.CONFIRMED),
        ({"rating": "true"}, Happened.CORRECTED),
        ({"said": "said"}, Happened.CORRECTED),
        ({"summary": "There are 42."}, Happened.CORRECTED),
    ],
)
def test_a_recheck_that_says_the_same_confirms_and_else_corrects(fields: dict[str, str], happened: Happened) -> None:
    rechecked = after(RECHECK, (Take(), DAN), (propose(**{"correction": "looked again"} | fields), DAN))
    assert do(rechecked, SignOff(2), BEN).happened is happened
    assert rechecked.verdict is not None
    assert published_as(None, rechecked.verdict) is Happened.PUBLISHED


def test_while_a_recheck_is_under_way_the_verdict_stands() -> None:
    assert RECHECK.standing_verdict == PUBLISHED.verdict
    sent_back = after(
        RECHECK, (Take(), DAN), (propose("true", correction="x"), DAN), (Object(2, "no"), BEN), (PutBack(), DAN)
    )
    assert (sent_back.state, sent_back.standing) == (TaskState.OPEN, 1)
    assert sent_back.published == NOW


def test_keeping_the_verdict_ends_the_recheck_and_keeps_the_drafts_on_record() -> None:
    dated = published(TAKEN, recheck=date(2026, 6, 1))
    corrected = after(dated, (propose("true", correction="x", recheck=date(2026, 7, 1)), CARO), (Keep(), CARO))
    assert (corrected.state, corrected.standing, corrected.assignee) == (TaskState.PUBLISHED, 1, ANA)
    assert corrected.verdict is not None
    assert (corrected.verdict.version, corrected.verdict.recheck) == (1, date(2026, 6, 1))
    assert [(v.version, v.rating) for v in corrected.versions] == [(1, "false"), (2, "true")]
    third = after(corrected, (propose("true", correction="y"), BEN))
    assert third.verdict is not None
    assert (third.verdict.version, third.verdict.writers) == (3, (BEN,))


@pytest.mark.parametrize(("day", "kept"), [(date(2026, 5, 13), True), (date(2026, 5, 12), False)])
def test_a_recheck_that_is_still_to_come_stays_planned_when_the_verdict_is_kept(day: date, kept: bool) -> None:
    dated = published(TAKEN, recheck=date(2026, 6, 1))
    assert dated.verdict is not None
    planned = dated.model_copy(update={"verdict": dated.verdict.model_copy(update={"recheck": day})})
    verdict = after(planned, (Recheck(), CARO), (Keep(), CARO)).verdict
    assert verdict is not None
    assert verdict.recheck == (day if kept else None)


def test_a_question_that_waits_is_dropped_with_the_recheck() -> None:
    assert after(ASKED_AGAIN, (Keep(), CARO)).questions[0].dropped


def test_default_house_rules_ask_for_one_signature_two_sources_and_the_questions() -> None:
    assert (RULES.approvals, RULES.sources, RULES.archived, RULES.questions) == (1, 2, False, True)
