"""Whether a person may work on what a channel's thread shows: checked again for each press, form, menu and list.

A payload that Slack signed says which channel it was sent from, and so proves that the person sees that one: nobody is
asked then, and people of other companies in a shared channel are no strangers there. For anything else Slack is asked.
"""

from __future__ import annotations

from collections.abc import Collection
from contextvars import ContextVar

from bot.desk.refusals import Reason, Refusal
from bot.desk.task import Submission, Task
from bot.service.office import Office
from bot.store.dead_letters import OPERATOR
from bot.store.records import THE_DESK

_place: ContextVar[str] = ContextVar("place", default="")


def shown_in(channel: str) -> None:
    """What is done in this task was asked for from this channel, as Slack vouches; empty where it does not."""
    _place.set(channel)


def place() -> str:
    """The channel that what is done now was asked for from; empty where none is vouched for."""
    return _place.get()


async def check_task(office: Office, user: str, task: Task) -> None:
    """Raises Refusal unless this person may see a claim: whoever holds it may, and whom its question asks."""
    asked = task.questions[-1].to if task.questions and task.questions[-1].waits else None
    await check_channel(office, user, task.channel, {task.assignee, asked})


async def check_submission(office: Office, user: str, submission: Submission) -> None:
    """Raises Refusal unless this person may see an article: whoever brought it may."""
    await check_channel(office, user, submission.channel, {submission.asker})


async def check_channel(office: Office, user: str, channel: str, own: Collection[str | None] = ()) -> None:
    """Raises Refusal unless this person sees a channel, or is one of those whose ``own`` the thing is.

    Where Slack does not tell in time nothing is done: who pressed reads so, and a form that was sent stays open.
    """
    if user in (THE_DESK, OPERATOR) or channel == place() or user in own:
        return
    sees = await office.in_time(office.people.sees(user, channel), None)
    if sees is None:
        raise Refusal(Reason.SLACK_IS_SILENT)
    if not sees:
        raise Refusal(Reason.NOT_SEEN)
