"""Text from outside on an operator's terminal."""

from __future__ import annotations

from bot.telemetry.one_line import visible

__all__ = ["age", "number", "shortened", "visible"]


def shortened(text: str, most: int = 60) -> str:
    """The beginning of a text in one line, fit for a terminal."""
    line = " ".join(text.split())
    return visible(line if len(line) <= most else line[: most - 1].rstrip() + "…")


def age(seconds: float | None) -> str:
    """How long, to a glance: ``12 s``, ``5 min``, ``3 h``, ``2 d``; ``?`` for None."""
    if seconds is None:
        return "?"
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def number(count: int, thing: str) -> str:
    """How many of a thing: ``1 message``, ``2 messages``."""
    return f"{count} {thing}{'' if count == 1 else 's'}"
