"""Options of selects that are filled while somebody types."""

from __future__ import annotations

from bot.desk.task import Task
from bot.slack.blocks import Block, option


def claim_option(task: Task) -> Block:
    """A claim; the value is its task's id."""
    return option(f"{task.text}", task.id)


def sentence_option(start: int, end: int, text: str) -> Block:
    """A sentence of an article; the value is its span."""
    return option(text, f"{start} {end}")
