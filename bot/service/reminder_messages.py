"""Reminders as they should stand now: rendered from the records when they are sent, and after each answer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from bot.desk.messages import Wanted
from bot.desk.task import Task
from bot.service.office import Office
from bot.slack.cards.reminder_card import reminder_card, shown_tasks
from bot.slack.cards.unassigned_card import MOST, unassigned_card
from bot.slack.render import Said
from bot.store.records import Missing
from bot.store.reminder_store import ReminderStore


class ReminderMessages:
    """Renders what reminds people and channels."""

    def __init__(self, office: Office, store: ReminderStore) -> None:
        self._office = office
        self._store = store

    async def reminder(self, wanted: Wanted) -> Said:
        """A person's reminder; raises Missing if it is no longer kept."""
        reminder = await self._store.reminder(wanted.about)
        tasks = {task.id: task for task in await self._tasks([item.task for item in reminder.items])}
        links = await self._office.links([tasks[id] for id in shown_tasks(reminder) if id in tasks])
        return reminder_card(reminder, tasks, await self._office.rules(), links, self._office.now())

    async def unassigned(self, wanted: Wanted) -> Said:
        """The claims of a channel that nobody took."""
        tasks = await self._tasks(wanted.about.split())
        return unassigned_card(tasks, await self._office.rules(), await self._office.links(tasks[:MOST]))

    async def _tasks(self, ids: Sequence[str]) -> list[Task]:
        found = []
        for id in ids:
            with suppress(Missing):
                found.append(await self._office.store.task(id))
        return found
