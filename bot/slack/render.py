"""A wanted message → its text and blocks, from the records as they stand when it is sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.desk.messages import Shows, Wanted, card_id, summary_id
from bot.desk.rules import HouseRules
from bot.desk.task import Submission, SubmissionState, Task, Verdict
from bot.slack.blocks import FALLBACK, Block
from bot.slack.cards import notices, verdict_notices
from bot.slack.cards.claim_card import Beside, claim_card, fallback
from bot.slack.cards.joined_card import joined_card
from bot.slack.cards.question_card import question_card
from bot.slack.cards.summary_card import more_card, reading_card, summary_card, summary_fallback
from bot.slack.cards.verdict_notices import Telling
from bot.slack.mrkdwn import cut
from bot.slack.permalinks import Permalinks
from bot.store.desk_store import DeskStore
from bot.store.records import Missing

Said = tuple[str, list[Block]]
"""A message: its fallback text and its blocks."""
Show = Callable[[Wanted], Awaitable[Said]]
"""How messages of one kind are rendered."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What Slack is to show."""

    text: str
    blocks: list[Block]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Renderer:
    """Renders the messages of one workspace; ``extra`` does what is not about one article or one claim."""

    def __init__(
        self,
        store: DeskStore,
        rules_of: Callable[[], Awaitable[HouseRules]],
        permalinks: Permalinks,
        extra: Mapping[Shows, Show] | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._store = store
        self._rules = rules_of
        self._permalinks = permalinks
        self._now = now
        self._shows: dict[Shows, Show] = {
            "summary": self._summary,
            "more": self._more,
            "card": self._card,
            "question": self._question,
            "published": self._published,
            "told": self._told,
            "recheck": self._recheck,
            "objected": self._objected,
            "edited": self._edited,
            "answered": self._answered,
            "handed": self._handed,
            "lost": self._lost,
            "due": self._due,
            "notice": self._fixed,
            "ephemeral": self._fixed,
            **(extra or {}),
        }

    async def render(self, wanted: Wanted) -> Rendered:
        """The message as it should stand now.

        Raises:
            Missing: the record it shows is gone.
        """
        text, blocks = await self._shows[wanted.shows](wanted)
        return Rendered(cut(text, FALLBACK), blocks)

    async def _fixed(self, wanted: Wanted) -> Said:
        return str(wanted.body.get("text", "")), list(wanted.body.get("blocks", []))

    # An article

    async def _summary(self, wanted: Wanted) -> Said:
        submission = await self._store.submission(wanted.about)
        if submission.joined:
            return await self._joined(submission, submission.joined)
        if submission.state is not SubmissionState.FILED:
            return summary_fallback(submission, None, []), reading_card(submission)
        article = await self._store.article(submission.id)
        tasks = await self._store.tasks_of(submission.id)
        scale = (await self._rules()).scale
        return summary_fallback(submission, article, tasks), summary_card(submission, article, tasks, scale)

    async def _joined(self, submission: Submission, earlier: str) -> Said:
        """That the article was read before; the thread where it was may be in another channel."""
        known = await self._store.submission(earlier)
        tasks = await self._store.tasks_of(earlier)
        title = (await self._store.article(earlier)).title
        thread = await self._permalinks.of(summary_id(earlier))
        return joined_card(submission, known, title, tasks, thread)

    async def _more(self, wanted: Wanted) -> Said:
        id, above = _about(wanted, 2)
        submission = await self._store.submission(id)
        total = len(await self._store.tasks_of(id))
        return f"{above} of {total} claims shown", more_card(submission, int(above), total)

    # A claim

    async def _card(self, wanted: Wanted) -> Said:
        task = await self._store.task(wanted.about)
        original = await self._original(task)
        beside = Beside(
            now=self._now(),
            original=original,
            original_link=await self._link(original) if original else "",
            article_urls=await self._article_urls(task),
        )
        return fallback(task), claim_card(task, await self._rules(), beside)

    async def _original(self, task: Task) -> Task | None:
        """The claim whose verdict a duplicate shows: of a duplicate of a duplicate, the one that is none."""
        found, seen = None, {task.id}
        with suppress(Missing):
            while task.dismissal and task.dismissal.of and task.dismissal.of not in seen:
                found = task = await self._store.task(task.dismissal.of)
                seen.add(task.id)
        return found

    async def _article_urls(self, task: Task) -> tuple[str, ...]:
        """The page under review, for the count of independent sources."""
        if not any(v.evidence for v in task.versions):
            return ()
        with suppress(Missing):
            return (await self._store.article(task.submission)).addresses
        return ()

    async def _question(self, wanted: Wanted) -> Said:
        id, index = _about(wanted, 2)
        return question_card(await self._store.task(id), int(index))

    # A verdict

    async def _published(self, wanted: Wanted) -> Said:
        telling = await self._telling(wanted)
        original_link = "" if telling.place.id == telling.task.id else await self._link(telling.task)
        return verdict_notices.published(telling, (await self._rules()).scale, original_link)

    async def _told(self, wanted: Wanted) -> Said:
        telling = await self._telling(wanted)
        return verdict_notices.told(telling, (await self._rules()).scale, await self._link(telling.place))

    async def _telling(self, wanted: Wanted) -> Telling:
        id, version, place = _about(wanted, 3)
        task = await self._store.task(id)
        shown_at = task if place == id else await self._store.task(place)
        return Telling(task, _verdict(task, version), shown_at, await self._article_urls(task))

    async def _recheck(self, wanted: Wanted) -> Said:
        task, verdict = await self._task_and_verdict(wanted)
        return verdict_notices.recheck(task, verdict, (await self._rules()).scale)

    # What becomes of a person's work

    async def _objected(self, wanted: Wanted) -> Said:
        task, verdict = await self._task_and_verdict(wanted)
        return notices.objected(task, verdict, await self._link(task))

    async def _edited(self, wanted: Wanted) -> Said:
        task, verdict = await self._task_and_verdict(wanted)
        return notices.edited(task, verdict, await self._link(task))

    async def _answered(self, wanted: Wanted) -> Said:
        id, index = _about(wanted, 2)
        task = await self._store.task(id)
        return notices.answered(task, int(index), await self._link(task))

    async def _handed(self, wanted: Wanted) -> Said:
        task = await self._store.task(wanted.about)
        return notices.handed(task, await self._link(task))

    async def _lost(self, wanted: Wanted) -> Said:
        id, _, to = wanted.about.partition(" ")
        task = await self._store.task(id)
        return notices.lost(task, reader=wanted.queue, to=to, permalink=await self._link(task))

    async def _due(self, wanted: Wanted) -> Said:
        task = await self._store.task(wanted.about)
        return notices.due(task, await self._link(task))

    async def _task_and_verdict(self, wanted: Wanted) -> tuple[Task, Verdict]:
        id, version = _about(wanted, 2)
        task = await self._store.task(id)
        return task, _verdict(task, version)

    async def _link(self, task: Task) -> str:
        return await self._permalinks.of(card_id(task.id))


def _about(wanted: Wanted, count: int) -> list[str]:
    """What a message is about; one that does not say it in so many words has no record to be rendered from."""
    words = wanted.about.split()
    if len(words) != count:
        raise Missing(f"{wanted.shows} {wanted.about!r}")
    return words


def _verdict(task: Task, version: str) -> Verdict:
    """The version of the verdict that a message is about, even if there is a newer one by now."""
    for verdict in task.versions:
        if str(verdict.version) == version:
            return verdict
    raise Missing(f"verdict {version} of {task.id}")
