"""The state machine of a task: (task, command, actor, rules) → (new task, event), or a Refusal. Pure.

TABLE is the whole of it; what is not in the table is refused with the reason in ``_WHY_NOT``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    Follow,
    HandOver,
    Keep,
    NeverMind,
    Object,
    Propose,
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
from bot.desk.evidence_gate import check_verdict
from bot.desk.pseudonyms import in_words, is_pseudonym
from bot.desk.refusals import Reason, Refusal
from bot.desk.roles import A_PERSON, EVERYBODY, MAY, Role, Roles
from bot.desk.rules import HouseRules
from bot.desk.task import Answer, Approval, Dismissal, DismissalKind, Objection, Question, Task, TaskState, Verdict

MOST_WORDINGS = 6
"""Claims that one can be split into at once."""
LONGEST_WORDING = 1000


class Happened(StrEnum):
    """What a transition did; the words of the audit log."""

    TAKEN = "taken"
    PUT_BACK = "put_back"
    HANDED_OVER = "handed_over"
    DUE_SET = "due_set"
    FOLLOWED = "followed"
    UNFOLLOWED = "unfollowed"
    ASKED = "asked"
    ANSWERED = "answered"
    QUESTION_DROPPED = "question_dropped"
    DISMISSED = "dismissed"
    REOPENED = "reopened"
    REWORDED = "reworded"
    SPLIT = "split"
    PROPOSED = "proposed"
    SIGNED_OFF = "signed_off"
    PUBLISHED = "published"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"
    OBJECTED = "objected"
    RECHECK = "recheck"
    KEPT = "kept"


TOLD = frozenset({Happened.PUBLISHED, Happened.CORRECTED, Happened.CONFIRMED})
"""What everybody is told who was waiting for a verdict."""


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of a command: the changed task, what happened to it, what it was before, and by whom.

    ``added`` are new tasks that it led to.
    """

    task: Task
    happened: Happened
    before: Task
    by: str
    added: tuple[Task, ...] = ()


Outcome = tuple[Task, Happened]


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, in which roles, under which rules, and when.

    ``unsure``: Slack did not say who the actor is, and the roles are those that are certain.
    """

    actor: str
    rules: HouseRules
    now: datetime
    roles: Roles = EVERYBODY
    unsure: bool = False

    @property
    def admin(self) -> bool:
        """Whether the actor may do what is otherwise the holder's to do."""
        return Role.ADMIN in self.roles

    def needs(self, role: Role) -> None:
        """Raises Refusal where the actor does not have this role."""
        if role not in self.roles:
            raise self.lacking(Reason.NOT_YOUR_ROLE, role=A_PERSON[role])

    def lacking(self, reason: Reason, **details: str) -> Refusal:
        """The refusal for want of a role: another one where it may be theirs, for all that Slack says."""
        return Refusal(Reason.SLACK_IS_SILENT) if self.unsure else Refusal(reason, **details)


def _changed(task: Task, context: Context, **fields: object) -> Task:
    return task.model_copy(update={"version": task.version + 1, "changed": context.now, **fields})


def _mention(user: str | None) -> str:
    return in_words([user])[0].capitalize() if user and is_pseudonym(user) else f"<@{user}>"


def _dropped(task: Task) -> tuple[Question, ...]:
    """The questions of a task that waits for no answer any more."""
    return tuple(q.model_copy(update={"dropped": True}) if q.waits else q for q in task.questions)


def _at_work(assignee: str | None) -> TaskState:
    """The state of a task that somebody or nobody works on."""
    return TaskState.ASSIGNED if assignee else TaskState.OPEN


# Whose it is


def _take(task: Task, command: Take, context: Context) -> Outcome:
    if task.assignee == context.actor:
        raise Refusal(Reason.YOURS_ALREADY)
    if task.assignee is not None:
        raise Refusal(Reason.TAKEN, who=_mention(task.assignee))
    state = TaskState.QUESTION if task.state is TaskState.QUESTION else TaskState.ASSIGNED
    return _changed(task, context, state=state, assignee=context.actor), Happened.TAKEN


def _put_back(task: Task, command: PutBack, context: Context) -> Outcome:
    if task.assignee is None:
        raise Refusal(Reason.NOT_TAKEN)
    if task.assignee != context.actor and not context.admin:
        raise context.lacking(Reason.NOT_YOURS_TO_PUT_BACK, who=_mention(task.assignee))
    state = TaskState.QUESTION if task.state is TaskState.QUESTION else TaskState.OPEN
    return _changed(task, context, state=state, assignee=None), Happened.PUT_BACK


def _hand_over(task: Task, command: HandOver, context: Context) -> Outcome:
    if task.assignee == command.to:
        raise Refusal(Reason.HAS_IT, field="to", who=_mention(command.to))
    state = TaskState.QUESTION if task.state is TaskState.QUESTION else TaskState.ASSIGNED
    return _changed(task, context, state=state, assignee=command.to), Happened.HANDED_OVER


def _set_due(task: Task, command: SetDue, context: Context) -> Outcome:
    if command.due is not None and command.due <= context.now:
        raise Refusal(Reason.DUE_IS_PAST, field="due")
    return _changed(task, context, due=command.due), Happened.DUE_SET


def _follow(task: Task, command: Follow, context: Context) -> Outcome:
    if context.actor in task.followers:
        others = tuple(f for f in task.followers if f != context.actor)
        return _changed(task, context, followers=others), Happened.UNFOLLOWED
    return _changed(task, context, followers=(*task.followers, context.actor)), Happened.FOLLOWED


# Questions


def _ask(task: Task, command: Ask, context: Context) -> Outcome:
    if not command.text.strip():
        raise Refusal(Reason.NO_QUESTION, field="question")
    question = Question(by=context.actor, at=context.now, text=command.text.strip(), to=command.to)
    changed = _changed(task, context, state=TaskState.QUESTION, questions=(*task.questions, question))
    return changed, Happened.ASKED


def waiting(task: Task, question: int | None) -> int:
    """The index of the question that waits for its answer.

    Raises:
        Refusal: none does, or another than this ``question``.
    """
    waits = next((index for index, q in enumerate(task.questions) if q.waits), None)
    if waits is None:
        raise Refusal(Reason.NOT_ASKED)
    if question not in (None, waits):
        raise Refusal(Reason.ANOTHER_QUESTION)
    return waits


def _reply(task: Task, command: Reply, context: Context) -> Outcome:
    question = task.questions[waiting(task, command.question)]
    if not command.text.strip():
        raise Refusal(Reason.NO_ANSWER, field="answer")
    answer = Answer(by=context.actor, at=context.now, text=command.text.strip())
    answered = question.model_copy(update={"answer": answer})
    questions = (*task.questions[:-1], answered)
    return _changed(task, context, state=_at_work(task.assignee), questions=questions), Happened.ANSWERED


def _never_mind(task: Task, command: NeverMind, context: Context) -> Outcome:
    question = task.questions[waiting(task, command.question)]
    if context.actor not in (question.by, task.assignee) and not context.admin:
        raise context.lacking(Reason.NOT_YOUR_QUESTION, who=_mention(question.by))
    changed = _changed(task, context, state=_at_work(task.assignee), questions=_dropped(task))
    return changed, Happened.QUESTION_DROPPED


# What it claims, and whether it is one


def _dismiss(task: Task, command: Dismiss, context: Context) -> Outcome:
    if task.standing is not None:
        raise Refusal(Reason.STANDS)
    if command.kind is DismissalKind.DUPLICATE:
        if command.of is None:
            raise Refusal(Reason.NO_ORIGINAL, field="of")
        if command.of == task.id:
            raise Refusal(Reason.OWN_DUPLICATE, field="of")
    elif not command.reason.strip():
        raise Refusal(Reason.NO_REASON, field="reason")
    dismissal = Dismissal(
        by=context.actor, at=context.now, reason=command.reason.strip(), kind=command.kind, of=command.of
    )
    return _changed(task, context, state=TaskState.DISMISSED, dismissal=dismissal), Happened.DISMISSED


def _reopen(task: Task, command: Reopen, context: Context) -> Outcome:
    state = TaskState.QUESTION if any(q.waits for q in task.questions) else _at_work(task.assignee)
    return _changed(task, context, state=state, dismissal=None), Happened.REOPENED


def _wording(text: str, field: str) -> str:
    wording = " ".join(text.split())
    if not wording:
        raise Refusal(Reason.NO_WORDING, field=field)
    if len(wording) > LONGEST_WORDING:
        raise Refusal(Reason.LONG_WORDING, field=field, most=LONGEST_WORDING)
    return wording


def _check_worded(task: Task, was: int | None) -> None:
    if was not in (None, task.worded):
        raise Refusal(Reason.WORDING_CHANGED)  # else it would undo what its author has not seen


def _reword(task: Task, command: Reword, context: Context) -> Outcome:
    _check_worded(task, command.was)
    wording = _wording(command.wording, "wording")
    if wording == task.text:
        raise Refusal(Reason.SAME_WORDING, field="wording")
    return _changed(task, context, wording=wording, worded=task.worded + 1), Happened.REWORDED


def _split(task: Task, command: Split, context: Context) -> Outcome:
    _check_worded(task, command.was)
    wordings = [_wording(w, f"wording_{i}") for i, w in enumerate(command.wordings)]
    if not 2 <= len(wordings) <= MOST_WORDINGS:
        raise Refusal(Reason.NOTHING_TO_SPLIT, field="wording_1", most=MOST_WORDINGS)
    return _changed(task, context, wording=wordings[0], worded=task.worded + 1), Happened.SPLIT


def split_off(task: Task, command: Split, context: Context) -> tuple[Task, ...]:
    """The new tasks of a split: on the same quotation, open, with the numbers that follow."""
    return tuple(
        Task(
            id=f"{task.submission}-{number}",
            team=task.team,
            channel=task.channel,
            submission=task.submission,
            number=number,
            claim=task.claim,
            created=task.created,
            changed=context.now,
            wording=_wording(wording, "wording"),
            added_by=context.actor,
        )
        for number, wording in enumerate(command.wordings[1:], command.next_number)
    )


# The verdict


def _propose(task: Task, command: Propose, context: Context) -> Outcome:
    if command.version not in (None, task.verdict.version if task.verdict else 0):
        raise Refusal(Reason.VERDICT_CHANGED)  # else it would replace what its author has not seen
    if task.standing is not None and not command.correction.strip():
        raise Refusal(Reason.NO_CORRECTION, field="correction")
    check_verdict(task, command, context.rules, context.now.date())
    earlier = (*task.earlier, task.verdict) if task.verdict else task.earlier
    verdict = Verdict(
        version=len(earlier) + 1,
        rating=command.rating,
        said=command.said,
        summary=command.summary.strip(),
        explanation=command.explanation.strip(),
        evidence=command.evidence,
        author=context.actor,
        at=context.now,
        as_of=command.as_of,
        recheck=command.recheck,
        correction=command.correction.strip() if task.standing is not None else "",
        writers=tuple(dict.fromkeys((*writers_since(task), context.actor))),
    )
    changed = _changed(
        task,
        context,
        state=TaskState.IN_REVIEW,
        assignee=context.actor,
        verdict=verdict,
        earlier=earlier,
        questions=_dropped(task),
    )
    return changed, Happened.PROPOSED


def _check_writer(task: Task, context: Context) -> None:
    if task.state is TaskState.IN_REVIEW:
        if context.actor != task.assignee and Role.EDITOR not in context.roles:
            raise context.lacking(Reason.NOT_YOURS_TO_EDIT, who=_mention(task.assignee))
    elif task.state is not TaskState.PUBLISHED:
        _check_holder(task, context)


def _check_holder(task: Task, context: Context) -> None:
    if task.assignee not in (None, context.actor):
        raise Refusal(Reason.NOT_YOURS, who=_mention(task.assignee))


def writers_since(task: Task) -> tuple[str, ...]:
    """Who wrote on the verdict since the published one, in the order they came: its draft is what others edit."""
    last = task.verdict
    if last is None or last.version == task.standing:
        return ()
    return last.writers or (last.author,)


def _check_reviewer(task: Task, context: Context) -> None:
    verdict = task.verdict
    assert verdict is not None  # of the state
    if verdict.author == context.actor:
        raise Refusal(Reason.OWN_VERDICT)
    if context.actor in verdict.writers:
        raise Refusal(Reason.WROTE_ON_IT)


def _under_review(task: Task, version: int) -> Verdict:
    verdict = task.verdict
    assert verdict is not None  # of the state
    if verdict.version != version:
        raise Refusal(Reason.VERDICT_CHANGED)
    return verdict


def _sign_off(task: Task, command: SignOff, context: Context) -> Outcome:
    verdict = _under_review(task, command.version)
    approvals = verdict.approvals
    if all(a.by != context.actor for a in approvals):
        approvals = (*approvals, Approval(by=context.actor, at=context.now, answers=dict(command.answers)))
    elif len(approvals) < context.rules.approvals:  # else the house asks for fewer signatures by now: these are enough
        raise Refusal(Reason.SIGNED_ALREADY)
    signed = verdict.model_copy(update={"approvals": approvals})
    if len(approvals) < context.rules.approvals:
        return _changed(task, context, verdict=signed), Happened.SIGNED_OFF
    signed = signed.model_copy(update={"replaces": task.standing})
    changed = _changed(
        task,
        context,
        state=TaskState.PUBLISHED,
        verdict=signed,
        published=context.now,
        standing=signed.version,
        due=None,
    )
    return changed, published_as(task.standing_verdict, signed)


def published_as(stood: Verdict | None, now: Verdict) -> Happened:
    """What publishing a verdict is, in place of the one that stood: a first one, a correction, or the same again."""
    if stood is None:
        return Happened.PUBLISHED
    said = (stood.rating, stood.said, stood.summary)
    return Happened.CONFIRMED if said == (now.rating, now.said, now.summary) else Happened.CORRECTED


def _object(task: Task, command: Object, context: Context) -> Outcome:
    verdict = _under_review(task, command.version)
    if not command.reason.strip():
        raise Refusal(Reason.NO_REASON, field="reason")
    objection = Objection(by=context.actor, at=context.now, reason=command.reason.strip())
    objected = verdict.model_copy(update={"objections": (*verdict.objections, objection)})
    # The author keeps the task, and the verdict stays as the draft that the next version starts from.
    return _changed(task, context, state=TaskState.ASSIGNED, verdict=objected), Happened.OBJECTED


def _recheck(task: Task, command: Recheck, context: Context) -> Outcome:
    return _changed(task, context, state=TaskState.OPEN, assignee=None, due=None), Happened.RECHECK


def _keep(task: Task, command: Keep, context: Context) -> Outcome:
    stands = task.standing_verdict
    if stands is None:
        raise Refusal(Reason.NOTHING_STANDS)
    _check_holder(task, context)
    drafts = tuple(v for v in task.versions if v is not stands)
    ahead = stands.recheck if stands.recheck and stands.recheck > context.now.date() else None
    changed = _changed(
        task,
        context,
        state=TaskState.PUBLISHED,
        assignee=stands.author,
        verdict=stands.model_copy(update={"recheck": ahead}),
        earlier=drafts,
        due=None,
        questions=_dropped(task),
    )
    return changed, Happened.KEPT


Handler = Callable[..., Outcome]

_AT_WORK: dict[type[Command], Handler] = {
    Take: _take,
    PutBack: _put_back,
    HandOver: _hand_over,
    SetDue: _set_due,
    Dismiss: _dismiss,
    Reword: _reword,
    Split: _split,
    Propose: _propose,
    Keep: _keep,
}
"""What can be done with every claim that has no verdict under review."""

_BY_STATE: dict[TaskState, dict[type[Command], Handler]] = {
    TaskState.OPEN: {**_AT_WORK, Ask: _ask},
    TaskState.ASSIGNED: {**_AT_WORK, Ask: _ask},
    TaskState.QUESTION: {**_AT_WORK, Reply: _reply, NeverMind: _never_mind},
    TaskState.IN_REVIEW: {
        Propose: _propose,
        SignOff: _sign_off,
        Object: _object,
        SetDue: _set_due,
        Keep: _keep,
    },
    TaskState.PUBLISHED: {Propose: _propose, Recheck: _recheck},
    TaskState.DISMISSED: {Reopen: _reopen},
}

TABLE: dict[tuple[TaskState, type[Command]], Handler] = {
    (state, command): handler
    for state, handlers in _BY_STATE.items()
    for command, handler in ({Follow: _follow} | handlers).items()
}

_WHY_NOT: dict[TaskState, Reason] = {
    TaskState.OPEN: Reason.NOT_IN_REVIEW,
    TaskState.ASSIGNED: Reason.NOT_IN_REVIEW,
    TaskState.QUESTION: Reason.NOT_IN_REVIEW,
    TaskState.IN_REVIEW: Reason.IN_REVIEW,
    TaskState.PUBLISHED: Reason.PUBLISHED,
    TaskState.DISMISSED: Reason.DISMISSED,
}
_WHY_NOT_THAT: dict[type[Command], Reason] = {
    Reopen: Reason.NOT_DISMISSED,
    Reply: Reason.NOT_ASKED,
    NeverMind: Reason.NOT_ASKED,
    Recheck: Reason.NOT_PUBLISHED,
}
_ASKS_ALREADY = frozenset({(TaskState.QUESTION, Ask)})


def apply(task: Task, command: Command, context: Context) -> Step:
    """What the command makes of the task.

    Raises:
        Refusal: it cannot be done, with the reason.
    """
    check(task, type(command), context)
    changed, happened = TABLE[task.state, type(command)](task, command, context)
    added = split_off(changed, command, context) if isinstance(command, Split) else ()
    return Step(changed, happened, before=task, by=context.actor, added=added)


def check(task: Task, kind: type[Command], context: Context) -> None:
    """Raises the Refusal that is certain whatever the command says: nobody should fill in a form for it."""
    context.needs(MAY[kind])
    if (task.state, kind) not in TABLE:
        if (task.state, kind) in _ASKS_ALREADY:
            raise Refusal(Reason.ASKED_ALREADY)
        raise Refusal(_WHY_NOT_THAT.get(kind, _WHY_NOT[task.state]))
    if kind is Propose:
        _check_writer(task, context)
    if kind in (SignOff, Object):
        _check_reviewer(task, context)


def possible(state: TaskState) -> frozenset[type[Command]]:
    """The commands that fit a state: the buttons of its card."""
    return frozenset(command for at, command in TABLE if at is state)
