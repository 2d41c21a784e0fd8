"""What a thread says when the message that started it changes."""

from __future__ import annotations

from bot.desk.task import Submission
from bot.slack.blocks import Block, actions, button, section
from bot.slack.ids import Action

EDITED = "The message above was edited after I read it. The claims below are of what it said before."
DELETED = "The message that started this thread was deleted. The claims and their record stay."


def edited_card(submission: Submission) -> tuple[str, list[Block]]:
    """That a message was edited, and the offer to read it again."""
    return EDITED, [section(EDITED), actions([button("Read it again", Action.READ_EDITED, submission.id)])]
