"""Options of selects that are filled while somebody types."""

from __future__ import annotations

from bot.desk.task import Task
from bot.slack.blocks import OPTION, Block, option
from bot.slack.cards.states import IN_WORDS


def claim_option(task: Task) -> Block:
    """A claim, and where the work on it stands; the value is its task's id."""
    return option(task.text, task.id, f"Claim {task.number} · {IN_WORDS[task.state]}")


def sentence_option(start: int, end: int, text: str) -> Block:
    """A sentence of an article, which goes on in a second line if it is long; the value is its span."""
    words = " ".join(text.split())
    if len(words) <= OPTION:
        return option(words, f"{start} {end}")
    cut = words.rfind(" ", 0, OPTION)
    cut = cut if cut > 0 else OPTION
    return option(words[:cut], f"{start} {end}", words[cut:])
