"""What can be asked of the desk: the calls that handlers and jobs make. Each is one atomic step and a wake-up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from bot.desk.commands import Command, Propose
from bot.desk.messages import Shows, Wanted, card_id
from bot.desk.refusals import Reason, Refusal
from bot.desk.rules import HouseRules
from bot.desk.task import Intake, Submission, Task, TaskState
from bot.desk.transitions import Context, Step, apply
from bot.digest import schedule
from bot.digest.digest import build_digest
from bot.digest.schedule import DigestSettings
from bot.slack.blocks import Block, section
from bot.slack.cards.digest_card import digest_card
from bot.slack.cards.queue_list import FILTERS, HELP, queue_list, queue_page
from bot.slack.people import People
from bot.slack.permalinks import Permalinks
from bot.store.desk_store import DeskStore, Missing
from bot.store.job_queue import JobQueue, short_id
from bot.store.outbox import Outbox

SLACK_WITHIN = 1.5
"""Seconds that an answer to a command may wait for Slack: it is due after three."""


def utc_now() -> datetime:
    """The time, aware."""
    return datetime.now(UTC)


_STATES = {
    "": (TaskState.OPEN, TaskState.ASSIGNED, TaskState.IN_REVIEW),
    "open": (TaskState.OPEN,),
    "review": (TaskState.IN_REVIEW,),
}
NOT_A_MEMBER = (
    "I cannot write in <#{channel}>, because I am not a member there. Invite me with `/invite @claimdesk` and ask once "
    "more, or send me the link or the text right here."
)


class Desk:
    """The desk of one workspace."""

    def __init__(
        self,
        store: DeskStore,
        outbox: Outbox,
        queue: JobQueue,
        rules: HouseRules,
        permalinks: Permalinks,
        people: People,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.store = store
        self.rules = rules
        self._outbox = outbox
        self._queue = queue
        self._permalinks = permalinks
        self._people = people
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
        """What ``/claims WORD [PAGE]`` shows; an unknown word gets the help."""
        word, _, number = word.partition(" ") if not word.isdecimal() else ("", "", word)
        if word not in ("", *FILTERS):
            return HELP, [section(HELP)]
        if word == "mine":
            tasks = await self.store.assigned_to(user)
        else:
            tasks = await self.store.tasks_in(channel, *_STATES[word])
        page = queue_page(tasks, int(number) if number.isdecimal() else 1)
        return queue_list(word, page, self.rules, await self._links(page.tasks))

    async def _links(self, tasks: Sequence[Task]) -> dict[str, str]:
        """Permalinks of the cards by task id, as far as Slack gives them in time."""
        links: dict[str, str] = {}

        async def fetch(task: Task) -> None:
            if link := await self._permalinks.of(card_id(task.id)):
                links[task.id] = link

        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*(fetch(task) for task in tasks)), SLACK_WITHIN)
        return links

    async def digest(self, channel: str, words: str, *, by: str, origin: str) -> str:
        """What ``/digest WORDS`` does: post it now, or change when it comes; returns the answer for the person.

        Raises:
            NotUnderstood: with a sentence for the person.
        """
        known = await self.store.digest(channel)
        if not words or words.lower() == "now":
            day = self._now().astimezone(ZoneInfo(known.tz if known else "UTC")).date()
            await self._queue.digest(self.store.team, channel, day, asked=f"{by} {origin}")
            return "The digest is on its way."
        new = known or DigestSettings(channel=channel, tz=await self._timezone(by) or "")
        schedule.change(new, words)  # so that what makes no sense is refused before anything is written

        def changed(current: DigestSettings | None) -> DigestSettings:
            return schedule.from_next_time(schedule.change(current or new, words), self._now())

        settings = await self.store.change_digest(channel, changed, by=by)
        if not settings.on:
            return "No digest any more. `/digest on` brings it back."
        return f"The digest comes on weekdays at {settings.at:%H:%M} ({settings.tz}) from now on."

    async def _timezone(self, user: str) -> str | None:
        """A person's timezone, if Slack tells it while they wait for an answer."""
        with suppress(TimeoutError):
            tz = await asyncio.wait_for(self._people.timezone(user), SLACK_WITHIN)
            return tz if tz and schedule.is_timezone(tz) else None
        return None

    async def start_digests(self, channel: str, asker: str) -> None:
        """Give a channel its digest, at the default time in the asker's timezone, unless it has settings already."""
        if channel.startswith("D") or await self.store.digest(channel):
            return
        tz = await self._people.timezone(asker)
        known_here = tz if tz and schedule.is_timezone(tz) else "UTC"
        new = DigestSettings(channel=channel, tz=known_here, last=self._now())
        first = schedule.from_next_time(new, self._now())
        await self.store.change_digest(channel, lambda known: known or first, by="claimdesk")

    async def post_digest(self, channel: str, day: date, asked: str) -> None:
        """Post a digest: the planned one of a day once, an empty one only if a person asked for it.

        ``asked`` is who asked and what makes their request recognisable; empty for the planned one.
        """
        id = f"digest:{channel}:{asked or day}"
        unfinished = await self.store.tasks_in(channel, TaskState.OPEN, TaskState.ASSIGNED, TaskState.IN_REVIEW)
        expected = build_digest(day, await self.store.undigested(channel), unfinished)
        links = await self._links(expected.shown)

        def build(
            known: DigestSettings | None, verdicts: Sequence[Task]
        ) -> tuple[DigestSettings | None, Wanted | None] | None:
            if not asked and (known is None or not known.on or (known.last_day and known.last_day >= day)):
                return None
            fields: dict[str, object] = {"last": self._now()} if asked else {"last": self._now(), "last_day": day}
            settings = known.model_copy(update=fields) if known else None
            digest = build_digest(day, verdicts, unfinished)
            if digest.empty and not asked:
                return settings, None
            text, blocks = digest_card(digest, self.rules.scale, links)
            body = {"text": text, "blocks": blocks}
            told = " ".join(task.id for task in verdicts)
            wanted = Wanted(id, channel, "notice", about=told, user=asked.partition(" ")[0], body=body)
            return settings, wanted

        await self.store.post_digest(channel, id, build)
        await self.wake()

    async def cannot_post(self, wanted: Wanted) -> None:
        """A message cannot be posted because the desk is not in the channel: tell who waits for it, once."""
        await self.store.drop_digest(wanted.queue)
        if wanted.id.startswith("digest:"):
            await self.store.untell(wanted.queue, wanted.about.split())
        if wanted.user and wanted.shows in ("summary", "notice", "ephemeral"):
            text = NOT_A_MEMBER.format(channel=wanted.queue)
            body = {"text": text, "blocks": [section(text)]}
            await self.store.want(Wanted(f"undelivered:{wanted.id}", wanted.user, "notice", body=body))
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
