"""Which messages a change causes: the desk says what it wants in Slack, the sender sees to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.desk.task import Submission, Task, TaskState
from bot.desk.transitions import TOLD, Happened, Step

CARDS_AT_ONCE = 10
"""Claim cards a thread shows before *Show more*."""

Shows = Literal[
    "summary",
    "card",
    "more",
    "question",
    "published",
    "recheck",
    "told",
    "handed",
    "lost",
    "edited",
    "objected",
    "answered",
    "due",
    "reminder",
    "unassigned",
    "home",
    "notice",
    "ephemeral",
]
"""What a message shows. The last two carry their blocks; the others are rendered from records when they are sent.
``home`` is a person's Home tab, which is published and not posted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A message as the desk wants it; wanting one again that was posted means editing it in place.

    ``queue`` is a channel id, or a user id for a direct message. ``about`` is the id of the record it is rendered
    from, followed by what else it needs (a verdict's version, how many cards stand above, a person). ``thread`` is the
    ts of the message that starts the thread, or ``"message:ID"`` for a wanted message that is posted first. ``user`` is
    who sees an ephemeral message, and who is told if another one cannot be posted. ``broadcast`` shows a reply in the
    channel, too. ``body`` holds ``text`` and ``blocks`` of a fixed message.
    """

    id: str
    queue: str
    shows: Shows
    about: str = ""
    thread: str = ""
    user: str = ""
    broadcast: bool = False
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
        user=submission.asker if submission.asked else "",
    )


def page(submission: Submission, tasks: Sequence[Task], start: int) -> list[Wanted]:
    """The next cards from ``start``, and below them the *Show more* line where more are left.

    The line above them, whose button was pressed, is wanted again, so that its button goes.
    """
    wanted = [_more(submission, start)] if start else []
    wanted += [card(submission, task.id) for task in tasks[start : start + CARDS_AT_ONCE]]
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


def card(submission: Submission, task: str) -> Wanted:
    """The card of a task, in its thread."""
    return Wanted(card_id(task), submission.channel, "card", about=task, thread=thread_of(submission))


def home(user: str) -> Wanted:
    """A person's Home."""
    return Wanted(f"home:{user}", user, "home", about=user, user=user)


def question_id(task: str, index: int) -> str:
    """Id of the message that asks a task's question with this index."""
    return f"question:{task}:{index}"


def question(submission: Submission, task: Task, index: int) -> Wanted:
    """A question in the thread, which later shows its answer."""
    id = question_id(task.id, index)
    return Wanted(id, submission.channel, "question", about=f"{task.id} {index}", thread=thread_of(submission))


def askers(submission: Submission) -> tuple[str, ...]:
    """Who brought the article and who asked for it later."""
    return tuple(dict.fromkeys((submission.asker, *submission.askers)))


def _told(submission: Submission) -> tuple[str, ...]:
    """Who is told its verdicts: everybody who asked for the article."""
    return askers(submission) if submission.asked else submission.askers


@dataclass(frozen=True, slots=True)
class Place:
    """A task that shows a verdict in its thread: the one it was given on, or one that was marked as its duplicate.

    ``broadcast`` shows verdicts in the channel as well as in the thread.
    """

    submission: Submission
    task: Task
    broadcast: bool = False


_SILENT = frozenset({Happened.FOLLOWED, Happened.UNFOLLOWED})
"""What no card shows."""
_SHUTS_QUESTION = frozenset({Happened.DISMISSED, Happened.REOPENED})
"""Nobody can answer a question on a claim that was set aside, so its button goes, and comes back with the claim."""
_DROPS_QUESTION = frozenset({Happened.QUESTION_DROPPED, Happened.ANSWERED, Happened.PROPOSED, Happened.KEPT})


def after(place: Place, step: Step, duplicates: Sequence[Place] = (), original: Task | None = None) -> Iterable[Wanted]:
    """What a step on a task makes the desk say: its card, and what people would want to hear of it.

    ``duplicates`` show the task's verdicts in their threads, too, and that it was set aside; ``original`` is what a
    duplicate repeats, whose verdict it and its own duplicates show from now on. Nobody is told by direct message of
    what they did themselves.
    """
    submission, task = place.submission, step.task
    if step.happened in _SILENT:
        return
    yield card(submission, task.id)
    for added in step.added:
        yield card(submission, added.id)
    if task.state is not step.before.state or step.added:  # the summary counts claims by their state
        yield summary(submission)
    if step.happened is Happened.ASKED:
        yield question(submission, task, len(task.questions) - 1)
    elif step.happened in _DROPS_QUESTION:
        for index, (now, was) in enumerate(zip(task.questions, step.before.questions, strict=False)):
            if now != was:
                yield question(submission, task, index)
    elif step.happened in _SHUTS_QUESTION and task.questions and task.questions[-1].waits:
        yield question(submission, task, len(task.questions) - 1)
    if step.happened in TOLD:
        for shown in (place, *duplicates):
            yield from _published(shown, task, step.by)
    elif step.happened is Happened.DISMISSED and original is not None and original.standing is not None:
        for shown in (place, *duplicates):
            yield from _published(shown, original, step.by)
    elif step.happened in (Happened.DISMISSED, Happened.REOPENED):  # their cards say whether it can have a verdict
        for shown in duplicates:
            yield card(shown.submission, shown.task.id)
    elif step.happened is Happened.RECHECK:
        about = f"{task.id} {task.standing}"
        yield Wanted(f"recheck:{task.id}:{task.version}", submission.channel, "recheck", about, thread_of(submission))
    yield from _notices(step)


def _published(place: Place, task: Task, by: str) -> Iterable[Wanted]:
    """A verdict, or its correction, told in one of the threads that show it, and to whoever waits for it."""
    version = task.standing
    about = f"{task.id} {version} {place.task.id}"  # this version, whatever follows it before the message goes out
    of = str(version)
    if place.task.id != task.id:  # a verdict of its own, should it get one later, is news again
        of = f"{task.id}:{version}"
        yield card(place.submission, place.task.id)
    yield Wanted(
        f"published:{place.task.id}:{of}",
        place.submission.channel,
        "published",
        about=about,
        thread=thread_of(place.submission),
        broadcast=place.broadcast,
    )
    # In a direct message with the desk the thread's reply has told them already.
    there = {by, place.submission.asker} if place.submission.channel.startswith("D") else {by}
    wrote = {by, task.verdict.author} if task.verdict else {by}
    followers = [f for f in (*task.followers, *place.task.followers) if f not in wrote]
    for person in dict.fromkeys((*_told(place.submission), *followers)):
        if person not in there:
            yield Wanted(f"told:{place.task.id}:{of}:{person}", person, "told", about=about)


def _notices(step: Step) -> Iterable[Wanted]:
    """Direct messages to the people a step concerns, but for whoever took it."""
    task, before, by = step.task, step.before, step.by
    verdict, version = task.verdict, task.version

    def told(person: str, shows: Shows, about: str) -> Iterable[Wanted]:
        if person != by:
            yield Wanted(f"{shows}:{task.id}:{version}", person, shows, about=about)

    if step.happened is Happened.OBJECTED and verdict:
        yield from told(verdict.author, "objected", f"{task.id} {verdict.version}")
    elif step.happened is Happened.ANSWERED:
        yield from told(task.questions[-1].by, "answered", f"{task.id} {len(task.questions) - 1}")
    elif step.happened is Happened.DUE_SET and task.assignee and task.due:
        yield from told(task.assignee, "due", task.id)
    elif step.happened is Happened.HANDED_OVER and task.assignee:
        yield from told(task.assignee, "handed", task.id)
    elif step.happened is Happened.PROPOSED and before.verdict and before.state is TaskState.IN_REVIEW and verdict:
        yield from told(before.verdict.author, "edited", f"{task.id} {verdict.version}")
    if step.happened in (Happened.HANDED_OVER, Happened.DISMISSED, Happened.PUT_BACK) and before.assignee:
        to = task.assignee if step.happened is Happened.HANDED_OVER else ""
        yield from told(before.assignee, "lost", f"{task.id} {to}".strip())
