"""What can be asked of the desk: the calls that handlers and jobs make. Each is one atomic step and a wake-up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime

from bot.desk.commands import Command, Propose
from bot.desk.messages import Shows, Wanted, card_id
from bot.desk.refusals import Reason, Refusal
from bot.desk.rules import HouseRules
from bot.desk.task import Intake, Submission, Task, TaskState
from bot.desk.transitions import Context, Step, apply
from bot.digest import schedule
from bot.digest.digest import build_digest
from bot.digest.schedule import DigestSettings
from bot.jobs.queue import JobQueue, short_id
from bot.slack.blocks import Block, section
from bot.slack.cards.digest_card import digest_card
from bot.slack.cards.queue_list import FILTERS, HELP, queue_list
from bot.slack.permalinks import Permalinks
from bot.store.desk_store import DeskStore, Missing
from bot.store.outbox import Outbox

LINKS_WITHIN = 1.5
"""Seconds a list may wait for Slack's permalinks: the answer to a command is due after three."""


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


class AlreadySent(Exception):
    """The digest of this day was posted."""


class Desk:
    """The desk of one workspace."""

    def __init__(
        self,
        store: DeskStore,
        outbox: Outbox,
        queue: JobQueue,
        rules: HouseRules,
        permalinks: Permalinks,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.store = store
        self.rules = rules
        self._outbox = outbox
        self._queue = queue
        self._permalinks = permalinks
        self._now = now

    # Intake

    async def submit(
        self, *, channel: str, asker: str, via: Intake, texts: Sequence[str | None], thread_ts: str | None, origin: str
    ) -> None:
        """Keep what is to be read and see that it is read; ``origin`` makes a repeated delivery recognisable.

        A text of None stands for the message that started the thread.
        """
        for index, text in enumerate(texts):
            id = short_id(self.store.team, channel, origin, str(index))
            submission = Submission(
                id=id,
                team=self.store.team,
                channel=channel,
                asker=asker,
                via=via,
                text=text,
                thread_ts=thread_ts,
                received=self._now(),
            )
            await self.store.receive(submission)
            await self._queue.read(self.store.team, id)
        await self.wake()

    async def say_to(self, user: str, channel: str, text: str, *, thread: str | None, origin: str) -> None:
        """Tell one person something in a channel."""
        await self.show(user, channel, (text, [section(text)]), thread=thread, origin=origin)

    async def show(
        self, user: str, channel: str, said: tuple[str, list[Block]], *, thread: str | None, origin: str
    ) -> None:
        """Show one person a message in a channel; in their direct message with the desk everyone there is them."""
        text, blocks = said
        shows: Shows = "notice" if channel.startswith("D") else "ephemeral"
        id = f"said:{short_id(self.store.team, channel, user, origin)}"
        body = {"text": text, "blocks": blocks}
        await self.store.want(Wanted(id, channel, shows, thread=thread or "", user=user, body=body))
        await self.wake()

    # Work

    async def task(self, id: str) -> Task:
        """The task with this id.

        Raises:
            Refusal: there is none.
        """
        try:
            return await self.store.task(id)
        except Missing:
            raise Refusal(Reason.GONE) from None

    async def act(self, id: str, command: Command, actor: str) -> Step:
        """Do what a person asks of a task.

        Raises:
            Refusal: it cannot be done; nothing was changed.
        """
        task = await self.task(id)
        if isinstance(command, Propose):
            command = await self._with_article(command, task)
        context = Context(actor, self.rules, self._now())
        step = await self.store.change_task(id, lambda current: apply(current, command, context), by=actor)
        await self.wake()
        return step

    async def _with_article(self, command: Propose, task: Task) -> Propose:
        article = await self.store.article(task.submission)
        return Propose(command.rating, command.explanation, command.evidence, command.said, article.url)

    async def show_more(self, submission: str, shown: int) -> None:
        """Bring the next claim cards of an article."""
        with suppress(Missing):
            await self.store.show_more(submission, shown=shown)
        await self.wake()

    # Lists and digests

    async def list_claims(self, word: str, *, user: str, channel: str) -> tuple[str, list[Block]]:
        """What ``/claims WORD`` shows; an unknown word gets the help."""
        if word == "mine":
            tasks = await self.store.assigned_to(user)
        elif word == "review":
            tasks = await self.store.tasks_in(channel, TaskState.IN_REVIEW)
        elif word == "open":
            tasks = await self.store.tasks_in(channel, TaskState.OPEN)
        elif word == "":
            unfinished = (TaskState.OPEN, TaskState.ASSIGNED, TaskState.IN_REVIEW)
            tasks = await self.store.tasks_in(channel, *unfinished)
        else:
            return HELP, [section(HELP)]
        title = f"Claims ({FILTERS[word]})" if word else "Claims without a verdict in this channel"
        return queue_list(title, tasks, self.rules, await self._links(tasks[:15]))

    async def _links(self, tasks: Sequence[Task]) -> dict[str, str]:
        """Permalinks of the cards by task id, as far as Slack gives them in time."""
        links: dict[str, str] = {}

        async def fetch(task: Task) -> None:
            if link := await self._permalinks.of(card_id(task.id)):
                links[task.id] = link

        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(fetch(task) for task in tasks)), LINKS_WITHIN)
        return links

    async def ask_digest(self, channel: str, origin: str) -> None:
        """Have the digest of a channel posted now."""
        await self._queue.digest(self.store.team, channel, self._now().date(), asked=origin)

    async def set_digest(self, channel: str, words: str, *, by: str, tz: str) -> DigestSettings:
        """Change when the digest comes; ``tz`` is used where none is named and none was set before.

        Raises:
            NotUnderstood: with a sentence for the person.
        """

        new = DigestSettings(channel=channel, tz=tz if schedule.is_timezone(tz) else "UTC")

        def changed(settings: DigestSettings | None) -> DigestSettings:
            return schedule.from_next_time(schedule.change(settings or new, words), self._now())

        changed(None)  # so that a wrong word is refused before anything is written
        return await self.store.change_digest(channel, changed, by=by)

    async def start_digests(self, channel: str, tz: str) -> None:
        """Give a channel its digest, at the default time in this timezone, unless it has settings already."""
        if channel.startswith("D") or await self.store.digest(channel):
            return
        new = DigestSettings(channel=channel, tz=tz if schedule.is_timezone(tz) else "UTC", last=self._now())
        first = schedule.from_next_time(new, self._now())
        await self.store.change_digest(channel, lambda known: known or first, by="claimdesk")

    async def post_digest(self, channel: str, day: date, asked: str) -> None:
        """Post a digest: the planned one of a day once, an empty one only if a person asked for it."""
        settings = await self.store.digest(channel) or DigestSettings(channel=channel)
        now = self._now()
        since = settings.last or datetime.fromtimestamp(0, UTC)
        unfinished = await self.store.tasks_in(channel, TaskState.OPEN, TaskState.ASSIGNED, TaskState.IN_REVIEW)
        digest = build_digest(day, await self.store.published_between(channel, since, now), unfinished)
        links = await self._links([*digest.verdicts[:8], *digest.oldest])
        text, blocks = digest_card(digest, self.rules.scale, links)
        wanted = Wanted(f"digest:{channel}:{asked or day}", channel, "notice", body={"text": text, "blocks": blocks})

        def sent(known: DigestSettings | None) -> DigestSettings:
            known = known or settings
            if not asked and known.last_day == day:
                raise AlreadySent
            fields: dict[str, object] = {"last": now} if asked else {"last": now, "last_day": day}
            return known.model_copy(update=fields)

        with suppress(AlreadySent):
            quiet = digest.empty and not asked
            await self.store.change_digest(channel, sent, *([] if quiet else [wanted]), by="claimdesk")
        await self.wake()

    # The clock's round

    async def sweep(self) -> None:
        """Put back on the queue whatever should be on it: nothing is left lying if a process died in between."""
        now = self._now()
        for id in await self.store.waiting():
            await self._queue.read(self.store.team, id)
        for settings in await self.store.digests():
            if day := schedule.due(settings, now):
                await self._queue.digest(self.store.team, settings.channel, day)
        await self.wake()

    async def wake(self) -> None:
        """Have every queue with messages delivered."""
        for queue in await self._outbox.queues():
            await self._queue.deliver(self.store.team, queue)
