"""What is done with an article as a whole: closing it, opening it again, adding a claim the desk missed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.claims.claim import Claim
from bot.desk.commands import Dismiss, Reopen
from bot.desk.refusals import Reason, Refusal
from bot.desk.roles import Role
from bot.desk.task import Closing, DismissalKind, Submission, Task, TaskState
from bot.desk.transitions import LONGEST_WORDING, Context, Step, apply


@dataclass(frozen=True, slots=True)
class ArticleStep:
    """The changed submission and what became of its tasks."""

    submission: Submission
    steps: tuple[Step, ...] = ()
    added: Task | None = None


_CLOSES = frozenset({TaskState.OPEN, TaskState.ASSIGNED, TaskState.QUESTION})


def close(submission: Submission, tasks: Sequence[Task], reason: str, context: Context) -> ArticleStep:
    """Set every claim aside that has no verdict.

    Raises:
        Refusal: no editor, closed already, no reason, or nothing to set aside.
    """
    context.needs(Role.EDITOR)
    if submission.closing:
        raise Refusal(Reason.CLOSED)
    if not reason.strip():
        raise Refusal(Reason.NO_REASON, field="reason")
    unfinished = [t for t in tasks if t.state in _CLOSES and t.standing is None]
    if not unfinished:
        raise Refusal(Reason.NOTHING_TO_CLOSE)
    dismiss = Dismiss(reason, DismissalKind.ARTICLE_CLOSED)
    closing = Closing(by=context.actor, at=context.now, reason=reason.strip())
    closed = submission.model_copy(update={"closing": closing})
    # Whoever closes an article may set its claims aside, even one who is no checker.
    as_checker = Context(context.actor, context.rules, context.now, context.roles | {Role.CHECKER})
    return ArticleStep(closed, tuple(apply(t, dismiss, as_checker) for t in unfinished))


def reopen(submission: Submission, tasks: Sequence[Task], context: Context) -> ArticleStep:
    """Take the closing back: what it set aside is to be checked again.

    Raises:
        Refusal: no editor, or the article is not closed.
    """
    context.needs(Role.EDITOR)
    if not submission.closing:
        raise Refusal(Reason.NOT_CLOSED)
    as_checker = Context(context.actor, context.rules, context.now, context.roles | {Role.CHECKER})
    steps = tuple(
        apply(t, Reopen(), as_checker)
        for t in tasks
        if t.dismissal and t.dismissal.kind is DismissalKind.ARTICLE_CLOSED
    )
    return ArticleStep(submission.model_copy(update={"closing": None}), steps)


def check_addition(submission: Submission, context: Context) -> None:
    """Raises the Refusal that is certain whatever claim is added: no checker, or a closed article."""
    context.needs(Role.CHECKER)
    if submission.closing:
        raise Refusal(Reason.CLOSED)


def add_claim(
    submission: Submission,
    tasks: Sequence[Task],
    quotation: tuple[int, int, str] | None,
    wording: str,
    context: Context,
) -> ArticleStep:
    """Add a claim that the desk missed. ``quotation`` is where it stands in the article and the words there.

    Raises:
        Refusal: no checker, a closed article, nothing said, or a claim with these words is there already.
    """
    check_addition(submission, context)
    wording = " ".join(wording.split())
    start, end, text = quotation or (0, 0, wording)
    if not text:
        raise Refusal(Reason.NOTHING_TO_ADD, field="sentence")
    if len(wording) > LONGEST_WORDING:
        raise Refusal(Reason.LONG_WORDING, field="wording", most=LONGEST_WORDING)
    for task in tasks:
        if (wording or text).casefold() in (task.text.casefold(), task.claim.text.casefold()):
            raise Refusal(Reason.CLAIMED_ALREADY, field="wording", number=task.number)
    number = max((t.number for t in tasks), default=0) + 1
    claim = Claim(start=start, end=end, text=text, sentence=(start, end), standalone=wording or text)
    task = Task(
        id=f"{submission.id}-{number}",
        team=submission.team,
        channel=submission.channel,
        submission=submission.id,
        number=number,
        claim=claim,
        created=submission.received,
        changed=context.now,
        added_by=context.actor,
    )
    return ArticleStep(submission, added=task)
