"""What docs/desk.md shows of the workflow, derived from the code: the states of a claim, roles and refusals. Pure.

``python -m bot.desk.diagram`` prints it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import product

from bot.claims.claim import Claim
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
from bot.desk.ratings import Rating, Scale
from bot.desk.refusals import SENTENCES, Refusal
from bot.desk.roles import EVERYBODY, MAY, Role
from bot.desk.rules import HouseRules
from bot.desk.task import Task, TaskState
from bot.desk.transitions import Context, Step, apply, possible

WORDS: dict[type[Command], str] = {
    Take: "Take",
    HandOver: "Hand over",
    PutBack: "Put back",
    Ask: "Ask a question",
    Reply: "Answer",
    NeverMind: "Drop question",
    SetDue: "Due time",
    Follow: "Follow / unfollow",
    Reword: "Edit wording",
    Split: "Split",
    Dismiss: "Set aside",
    Reopen: "Reopen",
    Propose: "Verdict",
    SignOff: "Sign off",
    Object: "Object",
    Recheck: "Recheck",
    Keep: "Keep verdict",
}
"""The word on the button or in the menu for each command, in the order of the work."""

STATES: dict[TaskState, str] = {
    TaskState.OPEN: "Open",
    TaskState.ASSIGNED: "Taken",
    TaskState.QUESTION: "Waiting for an answer",
    TaskState.IN_REVIEW: "Waiting for sign-off",
    TaskState.PUBLISHED: "Published",
    TaskState.DISMISSED: "Set aside",
}
"""The states as a card names them."""

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_RULES = HouseRules(Scale((Rating("true", "True", "🟢"),), ()), sources=0)
_PEOPLE = ("U1", "U2")
_FIRST = Task(
    id="s-1",
    team="T",
    channel="C",
    submission="s",
    number=1,
    claim=Claim(start=0, end=1, text="x", sentence=(0, 1), standalone="x"),
    created=_NOW,
    changed=_NOW,
)


def steps() -> Iterator[tuple[type[Command], Step]]:
    """Every command that can be done, and its step, from whatever two people who may do everything can reach.

    Of tasks with which the same can be done, one is gone on from.
    """
    ahead, seen = deque([_FIRST]), {_kind_of(_FIRST)}
    while ahead:
        task = ahead.popleft()
        for kind in WORDS:
            if kind not in possible(task.state):
                continue
            for actor in _PEOPLE:
                with suppress(Refusal):
                    step = apply(task, _sample(kind, task), Context(actor, _RULES, _NOW, EVERYBODY | {Role.ADMIN}))
                    yield kind, step
                    if _kind_of(step.task) not in seen:
                        seen.add(_kind_of(step.task))
                        ahead.append(step.task)


def _kind_of(task: Task) -> tuple[object, ...]:
    """What decides on what can be done with a task."""
    return task.state, task.assignee, task.standing is not None, any(q.waits for q in task.questions)


def _sample(kind: type[Command], task: Task) -> Command:
    version = task.verdict.version if task.verdict else 0
    samples: tuple[Command, ...] = (
        Take(),
        PutBack(),
        Follow(),
        NeverMind(),
        Reopen(),
        Recheck(),
        Keep(),
        HandOver(_PEOPLE[1] if task.assignee == _PEOPLE[0] else _PEOPLE[0]),
        Ask("?"),
        Reply("!"),
        SetDue(_NOW + timedelta(days=1)),
        Reword(f"{task.text}'"[-9:]),
        Split(("a", "b"), 2),
        Dismiss("no"),
        Propose("true", "", (), summary="x", correction="y"),
        SignOff(version),
        Object(version, "no"),
    )
    return next(sample for sample in samples if type(sample) is kind)


def diagram() -> str:
    """The states of a claim as a Mermaid state diagram: which words lead from one to another."""
    found: dict[tuple[TaskState, TaskState], set[str]] = defaultdict(set)
    for kind, step in steps():
        if step.task.state is not step.before.state:
            found[step.before.state, step.task.state].add(WORDS[kind])
    order = list(WORDS.values())
    lines = ["stateDiagram-v2", *(f'    state "{name}" as {state.value}' for state, name in STATES.items())]
    lines.append(f"    [*] --> {_FIRST.state.value}")
    for before, state in product(TaskState, TaskState):
        if words := sorted(found[before, state], key=order.index):
            lines += [f"    {before.value} --> {state.value}: {', '.join(words)}"]
    return "\n".join(lines)


def roles_table() -> str:
    """Which role each command asks for, as a Markdown table."""
    rows = [
        f"| {role.value} | {', '.join(word for kind, word in WORDS.items() if MAY[kind] is role)} |"
        for role in Role
        if role in MAY.values()
    ]
    return "\n".join(["| role | may |", "|---|---|", *rows])


def refusals_table() -> str:
    """Every sentence with which the desk says no, as a Markdown table."""
    rows = [f"| `{reason.value}` | {sentence} |" for reason, sentence in SENTENCES.items()]
    return "\n".join(["| why | what the person reads |", "|---|---|", *rows])


if __name__ == "__main__":
    print(diagram(), roles_table(), refusals_table(), sep="\n\n")
