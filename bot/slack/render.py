"""A wanted message → its text and blocks, from the records as they stand when it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.desk.messages import Wanted, card_id
from bot.desk.rules import HouseRules
from bot.desk.task import SubmissionState, Task, Verdict
from bot.slack.blocks import FALLBACK, Block
from bot.slack.cards import notices
from bot.slack.cards.claim_card import claim_card, fallback
from bot.slack.cards.summary_card import more_card, reading_card, summary_card, summary_fallback
from bot.slack.mrkdwn import cut
from bot.slack.permalinks import Permalinks
from bot.store.desk_store import DeskStore, Missing


@dataclass(frozen=True, slots=True)
class Rendered:
    """What Slack is to show."""

    text: str
    blocks: list[Block]


class Renderer:
    """Renders the messages of one workspace."""

    def __init__(self, store: DeskStore, rules: HouseRules, permalinks: Permalinks) -> None:
        self._store = store
        self._rules = rules
        self._permalinks = permalinks

    async def render(self, wanted: Wanted) -> Rendered:
        """The message as it should stand now.

        Raises:
            Missing: the record it shows is gone.
        """
        text, blocks = await self._parts(wanted)
        return Rendered(cut(text, FALLBACK), blocks)

    async def _parts(self, wanted: Wanted) -> tuple[str, list[Block]]:
        if wanted.shows in ("notice", "ephemeral"):
            body: dict[str, Any] = wanted.body
            return str(body.get("text", "")), list(body.get("blocks", []))
        if wanted.shows == "summary":
            return await self._summary(wanted.about)
        id, _, version = wanted.about.partition(" ")
        if wanted.shows == "more":
            submission = await self._store.submission(id)
            total = len(await self._store.tasks_of(id))
            return f"{version} of {total} claims shown", more_card(submission, int(version), total)
        task = await self._store.task(id)
        if wanted.shows == "card":
            return fallback(task), claim_card(task, self._rules)
        if wanted.shows in ("handed", "lost"):
            permalink = await self._permalinks.of(card_id(task.id))
            return notices.lost(task, version, permalink) if wanted.shows == "lost" else notices.handed(task, permalink)
        return await self._of_verdict(wanted, task, _verdict(task, version))

    async def _of_verdict(self, wanted: Wanted, task: Task, verdict: Verdict) -> tuple[str, list[Block]]:
        if wanted.shows == "published":
            return notices.published(task, verdict, self._rules.scale)
        permalink = await self._permalinks.of(card_id(task.id))
        if wanted.shows == "told":
            return notices.told(task, verdict, self._rules.scale, permalink)
        return notices.objected(task, verdict, permalink)

    async def _summary(self, id: str) -> tuple[str, list[Block]]:
        submission = await self._store.submission(id)
        if submission.state is not SubmissionState.FILED:
            return summary_fallback(submission, None, []), reading_card(submission)
        article = await self._store.article(id)
        tasks = await self._store.tasks_of(id)
        return summary_fallback(submission, article, tasks), summary_card(submission, article, tasks)


def _verdict(task: Task, version: str) -> Verdict:
    """The version of the verdict that a message is about, even if there is a newer one by now."""
    for verdict in (*task.earlier, task.verdict):
        if verdict is not None and str(verdict.version) == version:
            return verdict
    raise Missing(f"verdict {version} of {task.id}")
