"""The buttons and the menu of a claim's card: what fits its state, and nothing that only earns a refusal."""

from __future__ import annotations

from collections.abc import Callable

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
from bot.desk.task import Task, TaskState
from bot.desk.transitions import possible
from bot.slack.blocks import Block, button, option, overflow
from bot.slack.ids import Action, More

# Order is the order of the buttons; a state shows those that fit it.
BUTTONS: tuple[tuple[type[Command], Action, str], ...] = (
    (Take, Action.TAKE, "Take"),
    (SignOff, Action.SIGN_OFF, "Sign off…"),
    (Object, Action.OBJECT, "Object…"),
    (Reply, Action.ANSWER, "Answer…"),
    (NeverMind, Action.NEVER_MIND, "Drop question"),
    (Propose, Action.VERDICT, "Verdict…"),
    (HandOver, Action.HAND_OVER, "Hand over…"),
    (PutBack, Action.PUT_BACK, "Put back"),
    (Dismiss, Action.DISMISS, "Set aside…"),
    (Reopen, Action.REOPEN, "Reopen"),
    (Recheck, Action.RECHECK, "Recheck"),
    (Keep, Action.KEEP, "Keep verdict"),
)
MENU: tuple[tuple[type[Command], More, str], ...] = (
    (Ask, More.ASK, "Ask a question…"),
    (SetDue, More.DUE, "Due time…"),
    (Reword, More.REWORD, "Edit wording…"),
    (Split, More.SPLIT, "Split…"),
    (Follow, More.FOLLOW, "Follow / unfollow"),
)

_LABELS: dict[tuple[TaskState, Action], str] = {
    (TaskState.IN_REVIEW, Action.VERDICT): "Edit verdict…",
    (TaskState.PUBLISHED, Action.VERDICT): "Correct…",
}
_PRIMARY: dict[TaskState, Action] = {
    TaskState.OPEN: Action.TAKE,
    TaskState.ASSIGNED: Action.VERDICT,
    TaskState.QUESTION: Action.ANSWER,
    TaskState.IN_REVIEW: Action.SIGN_OFF,
}
_ONLY_IF: dict[Action, Callable[[Task], bool]] = {
    Action.TAKE: lambda task: task.assignee is None,
    Action.PUT_BACK: lambda task: task.assignee is not None,
    Action.HAND_OVER: lambda task: not task.channel.startswith("D"),  # nobody else is there
    Action.DISMISS: lambda task: task.standing is None,
    Action.KEEP: lambda task: task.standing is not None,
}
"""What a state alone does not tell: pressing it in any other case would only earn a refusal."""


def buttons(task: Task) -> list[Block]:
    """The buttons in their order, then the menu with the rest."""
    fitting = possible(task.state)
    shown = [
        button(_LABELS.get((task.state, action), label), action, _value(task, action), _style(task.state, action))
        for command, action, label in BUTTONS
        if command in fitting and _ONLY_IF.get(action, _always)(task)
    ]
    options = [option(label, f"{more} {task.id}") for command, more, label in MENU if command in fitting]
    return [*shown, overflow(Action.MORE, options)] if options else shown


def _value(task: Task, action: Action) -> str:
    """The task, and what it is pressed on: the question that waits, counted from 1, or the verdict's version."""
    if action in (Action.ANSWER, Action.NEVER_MIND):
        return f"{task.id} {len(task.questions)}"
    return f"{task.id} {task.verdict.version}" if task.verdict else task.id


def _always(task: Task) -> bool:
    return True


def _style(state: TaskState, action: Action) -> str | None:
    if action is Action.OBJECT:
        return "danger"
    return "primary" if _PRIMARY.get(state) is action else None
