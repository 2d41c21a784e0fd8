"""What must hold of a task whatever happened to it, and the people who try."""

from __future__ import annotations

from typing import Any

from bot.desk.refusals import Refusal
from bot.desk.roles import EVERYBODY, Role, Roles
from bot.desk.task import Task, TaskState, Verdict
from desk.samples import ADMIN

ROLES: dict[str, Roles] = {
    "U0ANA": EVERYBODY,
    "U0BEN": EVERYBODY,
    "U0CARO": EVERYBODY,
    "U0DAN": frozenset({Role.ASKER, Role.CHECKER}),
    "U0EVA": frozenset({Role.ASKER, Role.EDITOR}),
    "U0FAY": frozenset({Role.ASKER}),
    "U0GUS": ADMIN,
}


def content(verdict: Verdict) -> dict[str, Any]:
    """What its author wrote: signatures come later, and keeping a verdict takes its recheck away."""
    return verdict.model_dump(exclude={"approvals", "objections", "replaces", "recheck"})


def said(refusal: Refusal) -> None:
    """Its sentence is whole: it would be a KeyError if a placeholder had nothing to stand for."""
    assert refusal.sentence.endswith(".")


def coherent(task: Task) -> None:
    """A state has what belongs to it."""
    state, holder, waiting = task.state, task.assignee, [q for q in task.questions if q.waits]
    assert (state is TaskState.DISMISSED) == (task.dismissal is not None)
    assert (state is TaskState.QUESTION) == bool(waiting) or state is TaskState.DISMISSED
    assert waiting in ([], list(task.questions[-1:]))
    if state in (TaskState.ASSIGNED, TaskState.IN_REVIEW, TaskState.PUBLISHED):
        assert holder in ROLES
    if state is TaskState.OPEN:
        assert holder is None
    if state is TaskState.IN_REVIEW:
        assert task.verdict is not None
        assert task.verdict.author == holder
        assert task.verdict.version != task.standing
        assert not task.verdict.objections
    if state is TaskState.PUBLISHED:
        assert task.verdict is not None
        assert task.standing == task.verdict.version
        assert task.due is None
    if state is TaskState.DISMISSED:
        assert task.standing is None
    assert (task.standing is None) == (task.published is None)
    assert [v.version for v in task.versions] == list(range(1, len(task.versions) + 1))
    assert task.text
