"""The claim above a form: what it is about."""

from __future__ import annotations

from bot.desk.task import Task
from bot.slack.blocks import Block, context, section
from bot.slack.cards.claim_card import said_by
from bot.slack.mrkdwn import person, safe


def claim_head(task: Task) -> list[Block]:
    """The claim as the card words it, and below it the quotation, or who typed it; two blocks."""
    return [section(f"*{task.number}.* {safe(task.text, 1200)}"), context(_source(task))]


def _source(task: Task) -> str:
    if task.added_by and task.claim.start == task.claim.end:
        return f"Added by {person(task.added_by)} · not a quotation of the article"
    return f"“{safe(task.claim.text, 1200)}” · {said_by(task.claim)}"
