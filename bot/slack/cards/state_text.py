"""Where the work on a claim stands, in a symbol and in words: whose it is, what it waits for, since when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.desk.pseudonyms import in_words, is_pseudonym
from bot.desk.rules import HouseRules
from bot.desk.task import DismissalKind, Task, TaskState, Verdict
from bot.desk.transitions import Happened, published_as
from bot.slack.cards.dates import day_of, moment
from bot.slack.mrkdwn import person, safe

_NAMED = 4
"""People named in a line, the count of the others among them."""
_SET_ASIDE = {
    DismissalKind.NOT_A_CLAIM: "Not a claim",
    DismissalKind.OUT_OF_SCOPE: "Out of scope",
    DismissalKind.DUPLICATE: "Duplicate",
    DismissalKind.ARTICLE_CLOSED: "Article closed",
}


def state_line(task: Task, rules: HouseRules, *, now: datetime | None = None, reason: int = 500) -> str:
    """Where the work stands. Of somebody's reason at most ``reason`` characters; ``now`` tells what is overdue."""
    return " · ".join((*_state(task, rules, reason), *_stands(task), *_due(task, now)))


def people(users: Sequence[str], last: str = "and") -> str:
    """Mentions: ``<@U1>, <@U2> and <@U3>``; of many people the first three, and how many more.

    Those whose names are not kept come last: ``<@U1> and 2 colleagues``.
    """
    named = [person(user) for user in users if not is_pseudonym(user)]
    named += in_words([user for user in users if is_pseudonym(user)])
    if len(named) > _NAMED:
        named[_NAMED - 1 :] = [f"{len(named) - _NAMED + 1} others"]
    return f" {last} ".join(filter(None, (", ".join(named[:-1]), *named[-1:])))


def wrote(verdict: Verdict) -> tuple[str, ...]:
    """Everybody who wrote on a version of a verdict, in the order they came, its author among them."""
    return tuple(dict.fromkeys((*verdict.writers, verdict.author)))


def _state(task: Task, rules: HouseRules, reason: int) -> Iterator[str]:
    verdict, holder = task.verdict, person(task.assignee) if task.assignee else ""
    match task.state:
        case TaskState.OPEN:
            yield "⚪ *Open*"
            yield "nobody has it yet"
        case TaskState.ASSIGNED:
            yield f"🔵 *Taken* by {holder}"
        case TaskState.QUESTION:
            to = task.questions[-1].to
            yield f"❓ *Waiting for an answer* from {person(to) if to else 'anybody here'}"
            yield f"taken by {holder}" if holder else "nobody has it yet"
        case TaskState.IN_REVIEW if verdict:
            signed = people([a.by for a in verdict.approvals])
            yield "🟣 *Waiting for sign-off*"
            yield f"{len(verdict.approvals)} of {rules.approvals}" + (f", signed by {signed}" if signed else "")
            yield f"by anyone but {people(wrote(verdict), 'or')}, who wrote it"
        case TaskState.PUBLISHED if verdict:
            yield "✅ *Published*" + (f" on {day_of(task.published)}" if task.published else "")
            yield f"checked by {people(wrote(verdict))}"
            yield f"signed off by {people([a.by for a in verdict.approvals])}"
        case TaskState.DISMISSED if aside := task.dismissal:
            yield f"🚫 {_SET_ASIDE[aside.kind]}"
            yield f"*Set aside* by {person(aside.by)}" + (f": {safe(aside.reason, reason)}" if aside.reason else "")


def _stands(task: Task) -> Iterator[str]:
    """What is under way while the published verdict stands."""
    stands, verdict = task.standing_verdict, task.verdict
    if stands is None or task.state is TaskState.PUBLISHED or verdict is None:
        return
    if published_as(stands, verdict) is Happened.CONFIRMED:
        yield "🔁 recheck under way, the published verdict stands"
    else:
        yield "✏️ correction under way, the published verdict stands"


def _due(task: Task, now: datetime | None) -> Iterator[str]:
    if task.due is None or task.state in (TaskState.PUBLISHED, TaskState.DISMISSED):
        return
    overdue = now is not None and task.due <= now
    yield f"⏰ *overdue* since {moment(task.due)}" if overdue else f"due {moment(task.due)}"


def objection_line(task: Task, reason: int = 300) -> str:
    """How many objections there were to any version of the verdict, and the last one; ``""`` if there were none."""
    objected = [(v, o) for v in task.versions for o in v.objections]
    if not objected:
        return ""
    verdict, last = objected[-1]
    which = f" (version {verdict.version})" if len(task.versions) > 1 else ""
    line = f"✋ {person(last.by)} objected to {person(verdict.author)}’s verdict{which}: {safe(last.reason, reason)}"
    return f"{line} · {len(objected)} objections in all" if len(objected) > 1 else line
