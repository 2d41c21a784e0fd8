"""Reminders: the round that finds what is due for whom, and what people answer."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from bot.desk.pseudonyms import is_pseudonym
from bot.desk.roles import Role
from bot.desk.task import Task, TaskState
from bot.reminders.personal import Waiting, concerns, dismissed, remind, snoozed
from bot.reminders.quiet import end_of_rest, zone_of
from bot.reminders.records import Marks, Reminder
from bot.reminders.rules import ReminderRules
from bot.reminders.unassigned import unassigned
from bot.service.office import Office
from bot.store.records import Missing
from bot.store.reminder_store import ReminderStore

log = logging.getLogger(__name__)


@contextmanager
def _noted(what: str) -> Iterator[None]:
    """A record that cannot be read must not keep the others from their reminders."""
    try:
        yield
    except (ValueError, KeyError):
        log.exception("not told of: %s", what)


class Reminders:
    """Reminds people and channels, and hears what they say to it."""

    def __init__(self, office: Office, store: ReminderStore, rules: ReminderRules) -> None:
        self._office = office
        self._store = store
        self._rules = rules

    # The clock's round

    async def round(self) -> None:
        """Want every message that is due now. To be made each minute, by any number of clocks."""
        now = self._office.now()
        channels = await self._store.channels()
        at_work = {channel: await self._store.people(channel) for channel in channels}
        waiting: list[Waiting] = []
        for channel in channels:
            with _noted(f"what waits in the channel {channel}"):
                waiting += await self._waiting(channel, at_work[channel])
        signers = (one.signers for one in waiting)
        for person in sorted(frozenset().union(*at_work.values(), *signers)):
            with _noted(f"reminders for {person}"):
                await self._remind(person, waiting, now)
        for channel in channels:
            with _noted(f"claims that nobody took in the channel {channel}"):
                await self._remind_channel(channel, now)
        await self._office.wake()

    async def _waiting(self, channel: str, at_work: frozenset[str]) -> list[Waiting]:
        """The verdicts that wait for sign-off in a channel, and for whom.

        Where editors were named it is them. Else everybody may sign, but only those are reminded who work there.
        """
        tasks = await self._office.store.tasks_in(channel, TaskState.IN_REVIEW)
        if not tasks:
            return []
        editors = (await self._office.houses.house()).roles.get(Role.EDITOR)
        signers = at_work
        if editors:
            groups = await self._office.people.in_groups(editors.groups) if editors.groups else frozenset()
            signers = groups.union(editors.users)
        seeing = [
            person
            for person in sorted(signers)
            if not is_pseudonym(person) and await self._office.people.may_see(person, channel)
        ]
        return [Waiting(task, frozenset(seeing)) for task in tasks]

    async def _remind(self, person: str, waiting: list[Waiting], now: datetime) -> None:
        held = await self._office.store.assigned_to(person)
        zone = zone_of(None)
        if concerns(person, held, waiting):
            member = await self._office.people.member(person)
            if member is None or member.bot or member.gone:
                return  # while Slack does not tell whether it is night where they are, they are left alone
            zone = zone_of(member.tz)

        def build(marks: Marks) -> tuple[Marks, Reminder | None]:
            return remind(person, held, waiting, marks, self._rules, now, zone)

        await self._store.remind(person, build)

    async def _remind_channel(self, channel: str, now: datetime) -> None:
        if channel.startswith("D"):
            return  # nobody else sees a direct message: there is nobody who could take it
        digest = await self._office.store.digest(channel)
        zone = zone_of(digest.tz if digest else None)

        def choose(untold: Sequence[Task], last: datetime | None) -> Sequence[Task]:
            return unassigned(untold, last, self._rules, now, zone)

        await self._store.remind_channel(channel, now, choose)

    # What people answer

    async def snooze(self, id: str, task: str, choice: str, by: str) -> None:
        """Let a task rest in a reminder: ``choice`` is one of its choices.

        Raises:
            Missing: the reminder is too old, or not theirs.
        """
        reminder = await self._of(id, by)
        if choice not in reminder.choices:
            raise Missing(choice)
        until = end_of_rest(choice, self._office.now(), self._rules.quiet, zone_of(reminder.tz))
        await self._store.answer(id, lambda reminder, marks: snoozed(reminder, marks, task, until))
        await self._office.wake()

    async def dismiss(self, id: str, task: str, by: str) -> None:
        """Hear no more of a task in a reminder until it changes.

        Raises:
            Missing: the reminder is too old, or not theirs.
        """
        await self._of(id, by)
        await self._store.answer(id, lambda reminder, marks: dismissed(reminder, marks, task))
        await self._office.wake()

    async def _of(self, id: str, person: str) -> Reminder:
        reminder = await self._store.reminder(id)
        if reminder.person != person:
            raise Missing(id)
        return reminder
