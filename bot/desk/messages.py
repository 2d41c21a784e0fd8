"""Which messages a change causes: the desk says what it wants in Slack, the sender sees to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.desk.task import Submission, Task
from bot.desk.transitions import Happened, Step

CARDS_AT_ONCE = 10
"""Claim cards a thread shows before *Show more*."""

Shows = Literal["summary", "card", "more", "published", "told", "handed", "lost", "objected", "notice", "ephemeral"]
"""What a message shows. The last two carry their blocks; the others are rendered from records when they are sent."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message as the desk wants it; wanting one again that was posted means editing it in place.

    ``queue`` is a channel id, or a user id for a direct message. ``about`` is the id of the record it is rendered
    from, followed by what else it needs (a verdict's version, how many cards stand above, a person). ``thread`` is the
    ts of the message that starts the thread, or ``"message:ID"`` for a wanted message that is posted first. ``user`` is
    who sees an ephemeral message, and who is told if another one cannot be posted. ``body`` holds ``text`` and
    ``blocks`` of a fixed message.
    """

    id: str
    queue: str
    shows: Shows
    about: str = ""
    thread: str = ""
    user: str = ""
    body: dict[str, Any] = field(default_factory=dict)


def thread_of(submission: Submission) -> str:
    """The thread that answers a submission: the person's own message, or the summary if there is none."""
    return submission.thread_ts or f"message:{summary_id(submission.id)}"


def summary_id(submission: str) -> str:
    """Id of the message that sums an article up."""
    return f"summary:{submission}"


def card_id(task: str) -> str:
    """Id of the message that is a claim's card."""
    return f"card:{task}"


def summary(submission: Submission) -> Wanted:
    """The line that an article is being read, which becomes its summary card, or says why it could not be read."""
    return Wanted(
        summary_id(submission.id),
        submission.channel,
        "summary",
        about=submission.id,
        thread=submission.thread_ts or "",
        user=submission.asker,
    )


def page(submission: Submission, tasks: Sequence[Task], start: int) -> list[Wanted]:
    """The next cards from ``start``, and below them the *Show more* line where more are left.

    The line above them, whose button was pressed, is wanted again, so that its button goes.
    """
    wanted = [_more(submission, start)] if start else []
    wanted += [_card(submission, task.id) for task in tasks[start : start + CARDS_AT_ONCE]]
    if len(tasks) > submission.cards:
        wanted.append(_more(submission, submission.cards))
    return wanted


def _more(submission: Submission, above: int) -> Wanted:
    return Wanted(
        f"more:{submission.id}:{above}",
        submission.channel,
        "more",
        about=f"{submission.id} {above}",
        thread=thread_of(submission),
    )


def _card(submission: Submission, task: str) -> Wanted:
    return Wanted(card_id(task), submission.channel, "card", about=task, thread=thread_of(submission))


def after(submission: Submission, step: Step) -> Iterable[Wanted]:
    """What a step on a task makes the desk say: always its card, and what people would want to hear of it.

    Nobody is told by direct message of what they did themselves.
    """
    task, before, by = step.task, step.before, step.by
    yield _card(submission, task.id)
    if step.happened in (Happened.PUBLISHED, Happened.DISMISSED, Happened.REOPENED):
        yield summary(submission)
    version = task.verdict.version if task.verdict else 0
    about = f"{task.id} {version}"  # this version of the verdict, whatever follows it before the message goes out
    if step.happened is Happened.PUBLISHED:
        yield Wanted(
            f"published:{task.id}:{version}",
            submission.channel,
            "published",
            about=about,
            thread=thread_of(submission),
        )
        if not submission.channel.startswith("D"):  # in a direct message the thread reply has told them already
            yield Wanted(f"told:{task.id}:{version}", submission.asker, "told", about=about)
    elif step.happened is Happened.OBJECTED and task.verdict:
        yield Wanted(f"objected:{task.id}:{task.version}", task.verdict.author, "objected", about=about)
    elif step.happened is Happened.HANDED_OVER and task.assignee and task.assignee != by:
        yield Wanted(f"handed:{task.id}:{task.version}", task.assignee, "handed", about=task.id)
    if step.happened in (Happened.HANDED_OVER, Happened.DISMISSED) and before.assignee not in (None, by):
        assert before.assignee is not None
        to = task.assignee if step.happened is Happened.HANDED_OVER else ""
        yield Wanted(f"lost:{task.id}:{task.version}", before.assignee, "lost", about=f"{task.id} {to}".strip())
