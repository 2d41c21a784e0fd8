"""The claim above a form: what it is about."""

from __future__ import annotations

from bot.desk.task import Task
from bot.slack.blocks import Block, context, section
from bot.slack.cards.claim_card import said_by
from bot.slack.mrkdwn import safe


def claim_head(task: Task) -> list[Block]:
    """The claim as the card words it, and the quotation below; two blocks."""
    return [
        section(f"*{task.number}.* {safe(task.text, 1200)}"),
        context(f"“{safe(task.claim.text, 1200)}” · {said_by(task.claim)}"),
    ]
