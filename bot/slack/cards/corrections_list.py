"""The list of ``/claims corrections``: what was said before, what is said now, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.desk.ratings import Scale
from bot.desk.rules import HouseRules
from bot.desk.task import Task, Verdict
from bot.desk.transitions import Happened, published_as
from bot.slack.blocks import MESSAGE_CHARACTERS, Block, characters, context, section
from bot.slack.cards.dates import day_of
from bot.slack.cards.queue_list import card_link, untold_line
from bot.slack.cards.state_text import people, wrote
from bot.slack.cards.verdict_text import in_short
from bot.slack.mrkdwn import safe

_MOST = 20
_ROOM = MESSAGE_CHARACTERS - 300
"""Characters of the list, its last two lines apart."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A version of a verdict that was published in the place of another one, and says something else."""

    task: Task
    before: Verdict
    after: Verdict


def corrections(task: Task) -> Iterator[Correction]:
    """The corrections of a claim's verdict, oldest first."""
    for verdict in task.versions:
        before = task.replaced_by(verdict)
        if before is not None and published_as(before, verdict) is Happened.CORRECTED:
            yield Correction(task, before, verdict)


def corrections_list(
    tasks: Sequence[Task], rules: HouseRules, links: Mapping[str, str], *, untold: int = 0
) -> tuple[str, list[Block]]:
    """Every correction of these claims, the newest first: before and after, why, by whom and when.

    ``untold`` counts claims that Slack does not tell whether its reader sees.
    """
    found = sorted((c for t in tasks for c in corrections(t)), key=lambda c: c.after.approvals[-1].at, reverse=True)
    title = "Corrected verdicts"
    if not found and untold:
        return f"{title}: {untold_line(untold)}", [section(f"*{title}:* {untold_line(untold)}")]
    if not found:
        return f"{title}: none.", [section(f"*{title}:* none. A correction is told wherever the verdict was shown.")]
    blocks = [section(f"*{title}:* {len(found)}, the newest first")]
    for correction in found[:_MOST]:
        block = section(_line(correction, rules.scale, card_link(correction.task, links)))
        if characters([*blocks, block]) > _ROOM:
            break
        blocks.append(block)
    if left := len(found) - len(blocks) + 1:
        blocks.append(context(f"and {left} earlier ones, which the cards of their claims tell"))
    if untold:
        blocks.append(context(untold_line(untold)))
    return f"{title}: {len(found)}", blocks


def _line(correction: Correction, scale: Scale, card: str) -> str:
    task, after = correction.task, correction.after
    who = f"by {people(wrote(after))}, approved by {people([a.by for a in after.approvals])}"
    return (
        f"*{task.number}.* {safe(task.text, 150)}{card}\n"
        f"{in_short(correction.before, scale, 100)} → {in_short(after, scale, 100)}\n"
        f"✏️ {day_of(after.approvals[-1].at)} {who}: {safe(after.correction, 150)}"
    )
