"""The desk of one workspace: its parts, and the round that the clock makes."""

from __future__ import annotations

import logging
from contextlib import suppress

from redis.exceptions import RedisError

from bot.desk.commands import Recheck
from bot.desk.messages import Wanted
from bot.desk.refusals import Refusal
from bot.desk.rules import HouseRules
from bot.digest import schedule
from bot.reminders.rules import ReminderRules
from bot.service.digests import Digests
from bot.service.drift_watch import DriftWatch
from bot.service.homes import Homes
from bot.service.housekeeping import Housekeeping
from bot.service.lists import Lists
from bot.service.office import Office
from bot.service.reception import Reception
from bot.service.reminders import Reminders
from bot.service.retention import Retention
from bot.service.slack_sync import SlackSync
from bot.service.work import Work
from bot.slack.blocks import section
from bot.store.records import THE_DESK
from bot.store.reminder_store import ReminderStore

log = logging.getLogger(__name__)

HOMES_A_ROUND = 2
"""Homes that the clock has shown anew each second: Slack takes somewhat over a hundred a minute of one app."""

NOT_A_MEMBER = (
    "I cannot write in <#{channel}>, because I am not a member there. Invite me with `/invite @claimdesk` and ask once "
    "more, or send me the link or the text right here."
)


class Desk:
    """What can be asked of the desk, by part."""

    def __init__(self, office: Office, reminder_store: ReminderStore, reminder_rules: ReminderRules) -> None:
        self.office = office
        self.reminder_store = reminder_store
        self.reminders = Reminders(office, reminder_store, reminder_rules)
        self.store = office.store
        self.reception = Reception(office)
        self.work = Work(office)
        self.lists = Lists(office)
        self.digests = Digests(office)
        self.homes = Homes(office)
        self.house = Housekeeping(office, self.digests)
        self.sync = SlackSync(office, self.work)
        self.drift = DriftWatch(office)
        self.retention = Retention(office)

    async def rules(self) -> HouseRules:
        """The house rules of the workspace."""
        return await self.office.rules()

    async def cannot_post(self, wanted: Wanted) -> None:
        """A message cannot be posted because the desk is not in the channel: tell who waits for it, once."""
        await self.store.drop_digest(wanted.queue)
        if wanted.id.startswith("digest:"):
            await self.store.untell(wanted.queue, wanted.about.split())
        if wanted.user and wanted.shows in ("summary", "notice", "ephemeral"):
            text = NOT_A_MEMBER.format(channel=wanted.queue)
            body = {"text": text, "blocks": [section(text)]}
            await self.store.want(Wanted(f"undelivered:{wanted.id}", wanted.user, "notice", body=body))
        await self.office.wake()

    # The clock's round

    async def sweep(self) -> None:
        """Put back on the queue whatever should be on it: nothing is left lying if a process died in between.

        A step that breaks off (a record that cannot be read) does not keep the others from theirs.
        """
        for step in (self._read, self._digest, self._recheck, self._watch, self._age, self._homes, self._deliver):
            try:
                await step()
            except (RedisError, OSError):
                raise
            except Exception:
                log.exception("a step of the round of %s broke off", self.store.team)

    async def _read(self) -> None:
        for id in await self.store.waiting(self.office.now()):
            await self.office.queue.read(self.store.team, id)

    async def _digest(self) -> None:
        for settings in await self.store.digests():
            if day := schedule.due(settings, self.office.now()):
                await self.office.queue.digest(self.store.team, settings.channel, day)

    async def _recheck(self) -> None:
        for task in await self.store.rechecks_before(self.office.now()):
            with suppress(Refusal):  # somebody was faster
                await self.work.act(task.id, Recheck(), THE_DESK)

    async def _watch(self) -> None:
        for id in await self.store.to_watch(self.office.now()):
            await self.office.queue.read_anew(self.store.team, id)

    async def _homes(self) -> None:
        await self.office.houses.refresh_homes(self.office.now(), HOMES_A_ROUND)

    async def _deliver(self) -> None:
        await self.office.wake(anew=True)

    async def _age(self) -> None:
        await self.store.mark_overdue(self.office.now())
