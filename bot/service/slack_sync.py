"""The desk in step with Slack: messages edited and deleted, channels closed, people who leave, answers in threads."""

from __future__ import annotations

import re
from contextlib import suppress

from bot.desk.commands import PutBack, Reply
from bot.desk.messages import Wanted, thread_of
from bot.desk.refusals import Refusal
from bot.desk.task import Submission, SubmissionState, Task, TaskState
from bot.service.office import Office
from bot.service.work import Work
from bot.slack.blocks import section
from bot.slack.cards.sync_cards import DELETED, edited_card
from bot.slack.people import Member
from bot.store.records import THE_DESK

_NUMBERED = re.compile(r"\s*#?(\d{1,3})\s*[:.)]\s+(?P<answer>\S.*)", re.DOTALL)
"""An answer that names its claim: "3: the harbour master"."""


class SlackSync:
    """Reacts to what happens in Slack beside the desk."""

    def __init__(self, office: Office, work: Work) -> None:
        self._office = office
        self._store = office.store
        self._work = work

    # Messages

    async def edited(self, channel: str, ts: str, edit: str) -> None:
        """The message that started a thread was changed: offer to read it again. ``edit`` tells edits apart."""
        for submission in await self._answered_there(channel, ts):
            text, blocks = edited_card(submission)
            await self._tell(submission, f"edited:{submission.id}:{edit}", text, blocks)

    async def was_read(self, channel: str, ts: str) -> bool:
        """Whether something was read from a message."""
        return bool(await self._store.read_from(channel, ts))

    async def deleted(self, channel: str, ts: str) -> None:
        """The message that started a thread is gone: the thread says that the record stays."""
        for submission in await self._answered_there(channel, ts):
            await self._tell(submission, f"deleted:{submission.id}", DELETED, [section(DELETED)])

    async def _answered_there(self, channel: str, ts: str) -> list[Submission]:
        """The first submission that was read from a message."""
        found = await self._store.read_from(channel, ts)
        return sorted((s for s in found if s.state is SubmissionState.FILED), key=lambda s: s.received)[:1]

    async def _tell(self, submission: Submission, id: str, text: str, blocks: list[dict[str, object]]) -> None:
        body = {"text": text, "blocks": blocks}
        await self._store.want(Wanted(id, submission.channel, "notice", thread=thread_of(submission), body=body))
        await self._office.wake()

    async def replied(self, channel: str, thread_ts: str, user: str, text: str) -> bool:
        """Somebody wrote in a thread: if that answers a question there, it goes on the card; True if it did."""
        waiting = [t for t in await self._asked_in(channel, thread_ts) if _may_answer(t, user, text)]
        if numbered := _NUMBERED.fullmatch(text):
            named = [t for t in waiting if t.number == int(numbered[1])]
            if named:
                waiting, text = named, numbered["answer"]
        asked_them = [t for t in waiting if t.questions[-1].to == user]
        candidates = asked_them or waiting
        if len(candidates) != 1:
            return False  # which of several is meant, only the button on the question can tell
        with suppress(Refusal):
            await self._work.act(candidates[0].id, Reply(text), user)
            return True
        return False

    async def _asked_in(self, channel: str, thread_ts: str) -> list[Task]:
        submissions = {s.id for s in await self._store.in_thread(channel, thread_ts)}
        if not submissions:
            return []
        asked = await self._store.tasks_in(channel, TaskState.QUESTION)
        return [task for task in asked if task.submission in submissions]

    # Channels and people

    async def channel_closed(self, channel: str) -> None:
        """A channel was archived, or the desk was put out of it: nothing comes there by itself any more."""
        await self._store.drop_digest(channel)

    async def person_changed(self, user: str, member: Member) -> None:
        """Slack says who somebody is now. What a person held who left goes back on the queue."""
        self._office.people.changed(user, member)
        if not member.gone:
            return
        await self._office.houses.leave_home(user)
        for task in await self._store.assigned_to(user):
            with suppress(Refusal):  # a verdict under review stays: others sign it, or edit it
                await self._work.act(task.id, PutBack(), THE_DESK)


def _may_answer(task: Task, user: str, text: str) -> bool:
    """Whether what somebody writes can be the answer: from whom it was asked of, or of anybody if it asks nothing."""
    question = task.questions[-1]
    return question.to == user or (question.to is None and question.by != user and not text.rstrip().endswith("?"))
