"""The digest of a channel: when it comes, and posting it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.desk.messages import Wanted
from bot.desk.roles import Role
from bot.desk.task import Task, TaskState
from bot.digest import schedule
from bot.digest.digest import build_digest
from bot.digest.schedule import DigestSettings
from bot.service.office import Office
from bot.slack.cards.digest_card import digest_card
from bot.store.records import THE_DESK


class Digests:
    """Plans and posts digests."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._store = office.store

    async def ask(self, channel: str, words: str, *, by: str, origin: str) -> str:
        """What ``/digest WORDS`` does: post it now, or change when it comes; returns the answer for the person.

        Raises:
            Refusal: changing it is not theirs.
            NotUnderstood: with a sentence for the person.
        """
        office = self._office
        known = await self._store.digest(channel)
        if not words or words.lower() == "now":
            day = office.now().astimezone(ZoneInfo(known.tz if known else "UTC")).date()
            await office.queue.digest(self._store.team, channel, day, asked=f"{by} {origin}")
            return "The digest is on its way."
        settings = await self.plan(channel, words, by=by)
        if not settings.on:
            return "No digest any more. `/digest on` brings it back."
        return f"The digest comes on weekdays at {settings.at:%H:%M} ({settings.tz}) from now on."

    async def plan(self, channel: str, words: str, *, by: str) -> DigestSettings:
        """Change when the digest of a channel comes: ``at 08:30 Europe/Istanbul``, ``on``, ``off``.

        It is for who works at the desk: not for guests and people of other companies, who may be in the channel, too.

        Raises:
            Refusal: they are no checker.
            NotUnderstood: with a sentence for the person.
        """
        (await self._office.context(by)).needs(Role.CHECKER)
        known = await self._store.digest(channel)
        new = known or DigestSettings(channel=channel, tz=await self._timezone(by) or "")
        schedule.change(new, words)  # so that what makes no sense is refused before anything is written

        def changed(current: DigestSettings | None) -> DigestSettings:
            return schedule.from_next_time(schedule.change(current or new, words), self._office.now())

        return await self._store.change_digest(channel, changed, by=by)

    async def _timezone(self, user: str) -> str | None:
        """A person's timezone, if Slack tells it while they wait for an answer."""
        tz = await self._office.in_time(self._office.people.timezone(user), None)
        return tz if tz and schedule.is_timezone(tz) else None

    async def start(self, channel: str, asker: str) -> None:
        """Give a channel its digest, at the default time in the asker's timezone, unless it has settings already."""
        if channel.startswith("D") or await self._store.digest(channel):
            return
        tz = await self._office.people.timezone(asker)
        known_here = tz if tz and schedule.is_timezone(tz) else "UTC"
        now = self._office.now()
        first = schedule.from_next_time(DigestSettings(channel=channel, tz=known_here, last=now), now)
        await self._store.change_digest(channel, lambda known: known or first, by=THE_DESK)

    async def post(self, channel: str, day: date, asked: str) -> None:
        """Post a digest: the planned one of a day once, an empty one only if a person asked for it.

        ``asked`` is who asked and what makes their request recognisable; empty for the planned one.
        """
        id = f"digest:{channel}:{asked or day}"
        states = (TaskState.OPEN, TaskState.ASSIGNED, TaskState.QUESTION, TaskState.IN_REVIEW)
        unfinished = await self._store.tasks_in(channel, *states)
        expected = build_digest(day, await self._store.undigested(channel), unfinished)
        links = await self._office.links(expected.shown)
        rules = await self._office.rules()

        def build(
            known: DigestSettings | None, verdicts: Sequence[Task]
        ) -> tuple[DigestSettings | None, Wanted | None] | None:
            if not asked and (known is None or not known.on or (known.last_day and known.last_day >= day)):
                return None
            now = self._office.now()
            fields: dict[str, object] = {"last": now} if asked else {"last": now, "last_day": day}
            settings = known.model_copy(update=fields) if known else None
            digest = build_digest(day, verdicts, unfinished)
            if digest.empty and not asked:
                return settings, None
            text, blocks = digest_card(digest, rules.scale, links)
            body = {"text": text, "blocks": blocks}
            told = " ".join(task.id for task in verdicts)
            wanted = Wanted(id, channel, "notice", about=told, user=asked.partition(" ")[0], body=body)
            return settings, wanted

        await self._store.post_digest(channel, id, build)
        await self._office.wake()
