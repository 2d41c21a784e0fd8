"""A published verdict told: in the thread and by direct message, as a first one, a correction, or the same again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.desk.ratings import Scale
from bot.desk.task import Task, Verdict
from bot.desk.transitions import Happened, published_as
from bot.slack.blocks import Block, context, section
from bot.slack.cards.dates import day_of
from bot.slack.cards.notices import Said, where
from bot.slack.cards.state_text import people, wrote
from bot.slack.cards.verdict_text import as_of, in_short, rating_line, verdict_blocks
from bot.slack.mrkdwn import link, safe


@dataclass(frozen=True, slots=True)
class Telling:
    """A version of the verdict on a task, told where ``place`` is shown: the task itself, or a duplicate of it."""

    task: Task
    verdict: Verdict
    place: Task
    article_urls: Sequence[str] = ()

    @property
    def before(self) -> Verdict | None:
        """The verdict that stood until then."""
        return self.task.replaced_by(self.verdict)

    @property
    def happened(self) -> Happened:
        """Whether it is the first verdict, a correction or a confirmation."""
        return published_as(self.before, self.verdict)


_IN_THREAD = {
    Happened.PUBLISHED: "Verdict on claim {number}",
    Happened.CORRECTED: "✏️ Correction on claim {number}",
    Happened.CONFIRMED: "🔁 Claim {number} checked again",
}
_TO_YOU = {
    Happened.PUBLISHED: "A verdict on something you asked about or follow",
    Happened.CORRECTED: "✏️ A correction: the verdict you were told before has changed",
    Happened.CONFIRMED: "🔁 Checked again: the verdict you were told before still stands",
}
_IN_SHORT = {
    Happened.PUBLISHED: "A verdict for you",
    Happened.CORRECTED: "A correction for you",
    Happened.CONFIRMED: "Checked again for you",
}


def published(telling: Telling, scale: Scale, original_link: str = "") -> Said:
    """For the thread. ``original_link`` leads to the card of the task, where the thread is that of a duplicate."""
    title = _IN_THREAD[telling.happened].format(number=telling.place.number)
    lead = f"*{title}:* {safe(telling.place.text, 700)}"
    if telling.place.id != telling.task.id:
        same = link(original_link, "another claim") if original_link else "another claim"
        lead += f"\nIt says the same as {same}: {safe(telling.task.text, 400)}"
    verdict = telling.verdict
    below = f"Checked by {people(wrote(verdict))} · signed off by {people([a.by for a in verdict.approvals])}"
    text = f"{title}: {_what(telling, scale)} – {safe(telling.place.text, 1000)}"
    return text, [*_blocks(telling, scale, lead), context(below)]


def told(telling: Telling, scale: Scale, permalink: str) -> Said:
    """For somebody who asked for it or follows it."""
    lead = f"{_TO_YOU[telling.happened]}{where(permalink)}:\n>{safe(telling.place.text, 800)}"
    text = f"{_IN_SHORT[telling.happened]}: {_what(telling, scale)} – {safe(telling.place.text, 1000)}"
    return text, _blocks(telling, scale, lead)


def recheck(task: Task, stood: Verdict, scale: Scale) -> Said:
    """For the thread: that what stands is to be looked at again."""
    when = f"published on {day_of(stood.approvals[-1].at)}" if stood.approvals else ""
    facts = " · ".join(filter(None, (as_of(stood), when)))
    text = f"🔁 Claim {task.number} is due for another look: {safe(task.text, 1000)}"
    lead = f"🔁 *Claim {task.number} is due for another look:* {safe(task.text, 800)}"
    stands = f"What stands until then: {in_short(stood, scale)}"
    return text, [section(f"{lead}\n{stands}"), context(facts or "It has no date.")]


def _blocks(telling: Telling, scale: Scale, lead: str) -> list[Block]:
    """The verdict; in the place of another one, what was said before and why it is looked at anew lead it."""
    verdict, urls = telling.verdict, telling.article_urls
    if telling.before is None:
        return verdict_blocks(verdict, scale, lead, article_urls=urls)
    why = f"*Why:* {safe(verdict.correction, 600)}"
    if telling.happened is Happened.CONFIRMED:
        return [section(f"{lead}\n{why}"), *verdict_blocks(verdict, scale, "*Still:*", article_urls=urls)]
    before = f"*Before:* {in_short(telling.before, scale)}"
    return [section(f"{lead}\n{before}\n{why}"), *verdict_blocks(verdict, scale, "*Now:*", article_urls=urls)]


def _what(telling: Telling, scale: Scale) -> str:
    now = rating_line(telling.verdict, scale)
    if telling.before is None:
        return now
    if telling.happened is Happened.CONFIRMED:
        return f"still {now}"
    return f"before {rating_line(telling.before, scale)}, now {now}"
