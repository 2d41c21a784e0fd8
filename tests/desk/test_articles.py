"""An article as a whole: closed, opened again, and a claim added that was missed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.desk.articles import add_claim, close, reopen
from bot.desk.commands import Ask, Dismiss, Recheck, Reopen, Reword, Take
from bot.desk.refusals import Refusal
from bot.desk.roles import EVERYBODY, Role, Roles
from bot.desk.task import DismissalKind, Task, TaskState
from bot.desk.transitions import Context, Happened
from desk.samples import ANA, BEN, CARO, DAN, NOW, RULES, article, in_review, published, submission, task
from desk.states import after

LATER = NOW + timedelta(hours=1)
EDITOR, CHECKER = (frozenset({Role.ASKER, role}) for role in (Role.EDITOR, Role.CHECKER))


def context(by: str = ANA, roles: Roles = EVERYBODY) -> Context:
    return Context(by, RULES, LATER, roles)


TASKS = [
    task(1),
    after(task(2), (Take(), BEN)),
    after(task(3), (Ask("Which?"), BEN)),
    in_review(task(4)),
    published(task(5)),
    after(published(task(6)), (Recheck(), CARO)),
    after(task(7), (Dismiss("an opinion"), CARO)),
]
CLOSED = close(submission(), TASKS, " It was withdrawn \n", context())


def test_closing_sets_aside_what_has_no_verdict_and_nothing_else() -> None:
    assert [s.task.number for s in CLOSED.steps] == [1, 2, 3]
    for step in CLOSED.steps:
        assert (step.happened, step.task.state, step.by) == (Happened.DISMISSED, TaskState.DISMISSED, ANA)
        assert step.task.dismissal is not None
        assert (step.task.dismissal.kind, step.task.dismissal.reason) == (
            DismissalKind.ARTICLE_CLOSED,
            "It was withdrawn",
        )
    closing = CLOSED.submission.closing
    assert closing is not None
    assert (closing.by, closing.at, closing.reason) == (ANA, LATER, "It was withdrawn")


def test_opening_it_again_brings_back_what_closing_took_and_nothing_else() -> None:
    now = [next((s.task for s in CLOSED.steps if s.task.id == t.id), t) for t in TASKS]
    opened = reopen(CLOSED.submission, now, context(BEN))
    assert opened.submission == submission()
    assert [(s.task.number, s.task.state, s.task.assignee) for s in opened.steps] == [
        (1, TaskState.OPEN, None),
        (2, TaskState.ASSIGNED, BEN),
        (3, TaskState.QUESTION, None),
    ]


def test_a_claim_that_was_reopened_by_itself_is_left_as_it_is() -> None:
    (first, *_) = CLOSED.steps
    alone = after(first.task, (Reopen(), BEN), (Take(), BEN))
    assert reopen(CLOSED.submission, [alone], context()).steps == ()


@pytest.mark.parametrize(
    ("tasks", "closed", "reason", "roles", "sentence"),
    [
        (
            TASKS,
            False,
            "Withdrawn",
            CHECKER,
            "Only somebody who is an editor here can do that. An admin can change roles in the settings.",
        ),
        (TASKS, False, " ", EDITOR, "Please give a reason; it is kept with the claim."),
        (
            TASKS[3:],
            False,
            "Withdrawn",
            EDITOR,
            "Every claim of this article has a verdict or was set aside: nothing to close.",
        ),
        (
            TASKS,
            True,
            "Withdrawn",
            EDITOR,
            "This article was closed. *Reopen article* on its summary opens its claims again.",
        ),
    ],
)
def test_what_keeps_an_article_from_being_closed_is_said(
    tasks: list[Task], closed: bool, reason: str, roles: Roles, sentence: str
) -> None:
    of = CLOSED.submission if closed else submission()
    with pytest.raises(Refusal) as refused:
        close(of, tasks, reason, context(roles=roles))
    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    ("closed", "roles", "sentence"),
    [
        (False, EDITOR, "This article is not closed, so there is nothing to reopen."),
        (
            True,
            CHECKER,
            "Only somebody who is an editor here can do that. An admin can change roles in the settings.",
        ),
    ],
)
def test_what_keeps_an_article_from_being_opened_again_is_said(closed: bool, roles: Roles, sentence: str) -> None:
    with pytest.raises(Refusal) as refused:
        reopen(CLOSED.submission if closed else submission(), TASKS, context(roles=roles))
    assert refused.value.sentence == sentence


def test_an_editor_who_is_no_checker_closes_and_reopens() -> None:
    closed = close(submission(), TASKS, "Withdrawn", context(roles=EDITOR))
    assert len(closed.steps) == 3
    assert len(reopen(closed.submission, [s.task for s in closed.steps], context(roles=EDITOR)).steps) == 3


# Adding a claim

SENTENCE = (49, 75, article().text[49:75])


def test_a_sentence_of_the_article_becomes_a_claim_behind_the_others() -> None:
    added = add_claim(submission(), TASKS, SENTENCE, "", context()).added
    assert added is not None
    assert (added.id, added.number, added.added_by, added.state) == ("s1-8", 8, ANA, TaskState.OPEN)
    assert (added.claim.start, added.claim.end, added.claim.text) == (49, 75, "The mayor did not comment.")
    assert (added.claim.sentence, added.text) == ((49, 75), "The mayor did not comment.")
    assert (added.created, added.changed, added.version) == (NOW, LATER, 1)
    assert (added.team, added.channel, added.submission) == (TASKS[0].team, TASKS[0].channel, "s1")


def test_a_sentence_can_be_put_in_other_words_for_the_card() -> None:
    added = add_claim(submission(), TASKS, SENTENCE, " The mayor\nof Linden said nothing ", context()).added
    assert added is not None
    assert (added.text, added.claim.text) == ("The mayor of Linden said nothing", "The mayor did not comment.")


def test_a_claim_that_was_typed_stands_nowhere_in_the_article() -> None:
    added = add_claim(submission(), [], None, "The harbour has no ferries", context()).added
    assert added is not None
    assert (added.id, added.number, added.claim.start, added.claim.end) == ("s1-1", 1, 0, 0)
    assert added.text == added.claim.text == "The harbour has no ferries"


REWORDED = after(task(2), (Reword("It lost 20 ferries"), ANA))


@pytest.mark.parametrize(
    ("quotation", "wording", "closed", "roles", "field", "sentence"),
    [
        (None, " ", False, CHECKER, "sentence", "Please choose a sentence of the article, or write the claim."),
        (None, "x" * 1001, False, CHECKER, "wording", "Please keep a claim below 1000 characters."),
        (
            None,
            "the harbour LOST a third of its ferries in 2025. ",
            False,
            CHECKER,
            "wording",
            "Claim 1 says that already.",
        ),
        ((0, 48, task().claim.text), "", False, CHECKER, "wording", "Claim 1 says that already."),
        (None, "it lost 20 ferries", False, CHECKER, "wording", "Claim 2 says that already."),
        (
            SENTENCE,
            "",
            True,
            CHECKER,
            None,
            "This article was closed. *Reopen article* on its summary opens its claims again.",
        ),
        (
            SENTENCE,
            "",
            False,
            EDITOR,
            None,
            "Only somebody who is a checker here can do that. An admin can change roles in the settings.",
        ),
    ],
)
def test_what_keeps_a_claim_from_being_added_is_said_on_its_field(
    quotation: tuple[int, int, str] | None,
    wording: str,
    closed: bool,
    roles: Roles,
    field: str | None,
    sentence: str,
) -> None:
    with pytest.raises(Refusal) as refused:
        add_claim(
            CLOSED.submission if closed else submission(),
            [task(1), REWORDED],
            quotation,
            wording,
            context(DAN, roles),
        )
    assert (refused.value.field, refused.value.sentence) == (field, sentence)
