"""The state machine of a task: (task, command, actor, rules) → (new task, event), or a Refusal. Pure.

TABLE is the whole of it; what is not in the table is refused with the reason in ``_WHY_NOT``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.desk.commands import Command, Dismiss, HandOver, Object, Propose, PutBack, Reopen, SignOff, Take
from bot.desk.refusals import Reason, Refusal
from bot.desk.rules import HouseRules, independent_sources, is_link
from bot.desk.task import Approval, Dismissal, Objection, Task, TaskState, Verdict


class Happened(StrEnum):
    """What a transition did; the words of the audit log."""

    TAKEN = "taken"
    PUT_BACK = "put_back"
    HANDED_OVER = "handed_over"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    PROPOSED = "proposed"
    SIGNED_OFF = "signed_off"
    PUBLISHED = "published"
    OBJECTED = "objected"


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of a command: the changed task, what happened to it, what it was before, and by whom."""

    task: Task
    happened: Happened
    before: Task
    by: str


Outcome = tuple[Task, Happened]


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, under which rules, and when."""

    actor: str
    rules: HouseRules
    now: datetime


def _changed(task: Task, context: Context, **fields: object) -> Task:
    return task.model_copy(update={"version": task.version + 1, "changed": context.now, **fields})


def _mention(user: str | None) -> str:
    return f"<@{user}>"


def _take(task: Task, command: Take, context: Context) -> Outcome:
    if task.assignee == context.actor:
        raise Refusal(Reason.YOURS_ALREADY)
    if task.assignee is not None:
        raise Refusal(Reason.TAKEN, who=_mention(task.assignee))
    return _changed(task, context, state=TaskState.ASSIGNED, assignee=context.actor), Happened.TAKEN


def _put_back(task: Task, command: PutBack, context: Context) -> Outcome:
    if task.assignee != context.actor:
        raise Refusal(Reason.NOT_YOURS_TO_PUT_BACK, who=_mention(task.assignee))
    return _changed(task, context, state=TaskState.OPEN, assignee=None), Happened.PUT_BACK


def _hand_over(task: Task, command: HandOver, context: Context) -> Outcome:
    if task.assignee == command.to:
        raise Refusal(Reason.HAS_IT, field="to", who=_mention(command.to))
    return _changed(task, context, state=TaskState.ASSIGNED, assignee=command.to), Happened.HANDED_OVER


def _dismiss(task: Task, command: Dismiss, context: Context) -> Outcome:
    if not command.reason.strip():
        raise Refusal(Reason.NO_REASON, field="reason")
    dismissal = Dismissal(by=context.actor, at=context.now, reason=command.reason.strip())
    return _changed(task, context, state=TaskState.DISMISSED, dismissal=dismissal), Happened.DISMISSED


def _reopen(task: Task, command: Reopen, context: Context) -> Outcome:
    state = TaskState.ASSIGNED if task.assignee else TaskState.OPEN
    return _changed(task, context, state=state, dismissal=None), Happened.REOPENED


def _propose(task: Task, command: Propose, context: Context) -> Outcome:
    holder = task.verdict.author if task.state is TaskState.IN_REVIEW and task.verdict else task.assignee
    if holder not in (None, context.actor):
        raise Refusal(not_theirs(task), who=_mention(holder))
    check_evidence(command, context.rules)
    earlier = (*task.earlier, task.verdict) if task.verdict else task.earlier
    verdict = Verdict(
        version=len(earlier) + 1,
        rating=command.rating,
        said=command.said,
        explanation=command.explanation.strip(),
        evidence=command.evidence,
        author=context.actor,
        at=context.now,
    )
    changed = _changed(
        task, context, state=TaskState.IN_REVIEW, assignee=context.actor, verdict=verdict, earlier=earlier
    )
    return changed, Happened.PROPOSED


def not_theirs(task: Task) -> Reason:
    """Why somebody else's claim is not to be judged: it is theirs to write, or to edit where it is under review."""
    return Reason.NOT_YOURS_TO_EDIT if task.state is TaskState.IN_REVIEW else Reason.NOT_YOURS


def check_evidence(command: Propose, rules: HouseRules) -> None:
    """The evidence gate.

    Raises:
        Refusal: no explanation, a source that is no link or says nothing, or too few independent sources.
    """
    for index, source in enumerate(command.evidence):
        if not is_link(source.url):
            raise Refusal(Reason.BAD_LINK, field=f"url_{index}")
        if not source.note.strip():
            raise Refusal(Reason.NO_NOTE, field=f"note_{index}")
    rating = next((r for r in rules.scale.ratings if r.id == command.rating), None)
    if rating is None or (command.said and command.said not in {r.id for r in rules.scale.said}):
        raise Refusal(Reason.UNKNOWN_RATING, field="rating")
    if not command.explanation.strip():
        raise Refusal(Reason.NO_EXPLANATION, field="explanation")
    have = independent_sources(command.evidence, command.article_url)
    if rating.sources and have < rules.sources:
        without = " or ".join(f"“{r.label}”" for r in rules.scale.ratings if not r.sources) or "no rating"
        field = f"url_{len(command.evidence)}" if len(command.evidence) < rules.sources else "url_0"
        raise Refusal(Reason.TOO_FEW_SOURCES, field=field, have=have, need=rules.sources, without=without)


def _under_review(task: Task, version: int, context: Context) -> Verdict:
    verdict = task.verdict
    if verdict is None:
        raise Refusal(Reason.NOT_IN_REVIEW)
    if verdict.author == context.actor:
        raise Refusal(Reason.OWN_VERDICT)
    if verdict.version != version:
        raise Refusal(Reason.VERDICT_CHANGED)
    return verdict


def _sign_off(task: Task, command: SignOff, context: Context) -> Outcome:
    verdict = _under_review(task, command.version, context)
    if any(a.by == context.actor for a in verdict.approvals):
        raise Refusal(Reason.SIGNED_ALREADY)
    approvals = (*verdict.approvals, Approval(by=context.actor, at=context.now))
    signed = verdict.model_copy(update={"approvals": approvals})
    if len(approvals) < context.rules.approvals:
        return _changed(task, context, verdict=signed), Happened.SIGNED_OFF
    changed = _changed(task, context, state=TaskState.PUBLISHED, verdict=signed, published=context.now)
    return changed, Happened.PUBLISHED


def _object(task: Task, command: Object, context: Context) -> Outcome:
    verdict = _under_review(task, command.version, context)
    if not command.reason.strip():
        raise Refusal(Reason.NO_REASON, field="reason")
    objection = Objection(by=context.actor, at=context.now, reason=command.reason.strip())
    objected = verdict.model_copy(update={"objections": (*verdict.objections, objection)})
    # The author keeps the task, and the verdict stays as the draft that the next version starts from.
    return _changed(task, context, state=TaskState.ASSIGNED, verdict=objected), Happened.OBJECTED


Handler = Callable[..., Outcome]

TABLE: dict[tuple[TaskState, type[Command]], Handler] = {
    (TaskState.OPEN, Take): _take,
    (TaskState.OPEN, HandOver): _hand_over,
    (TaskState.OPEN, Dismiss): _dismiss,
    (TaskState.OPEN, Propose): _propose,
    (TaskState.ASSIGNED, Take): _take,
    (TaskState.ASSIGNED, PutBack): _put_back,
    (TaskState.ASSIGNED, HandOver): _hand_over,
    (TaskState.ASSIGNED, Dismiss): _dismiss,
    (TaskState.ASSIGNED, Propose): _propose,
    (TaskState.IN_REVIEW, Propose): _propose,
    (TaskState.IN_REVIEW, SignOff): _sign_off,
    (TaskState.IN_REVIEW, Object): _object,
    (TaskState.DISMISSED, Reopen): _reopen,
}

_WHY_NOT: dict[TaskState, Reason] = {
    TaskState.OPEN: Reason.NOT_IN_REVIEW,
    TaskState.ASSIGNED: Reason.NOT_IN_REVIEW,
    TaskState.IN_REVIEW: Reason.IN_REVIEW,
    TaskState.PUBLISHED: Reason.PUBLISHED,
    TaskState.DISMISSED: Reason.DISMISSED,
}


def apply(task: Task, command: Command, context: Context) -> Step:
    """What the command makes of the task.

    Raises:
        Refusal: it cannot be done, with the reason.
    """
    handler = TABLE.get((task.state, type(command)))
    if handler is None:
        if isinstance(command, Reopen):
            raise Refusal(Reason.NOT_DISMISSED)
        if isinstance(command, PutBack) and task.state is TaskState.OPEN:
            raise Refusal(Reason.NOT_TAKEN)
        raise Refusal(_WHY_NOT[task.state])
    changed, happened = handler(task, command, context)
    return Step(changed, happened, before=task, by=context.actor)


def possible(state: TaskState) -> frozenset[type[Command]]:
    """The commands that fit a state: the buttons of its card."""
    return frozenset(command for at, command in TABLE if at is state)
