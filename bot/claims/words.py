"""Word lists that an operator can edit: read once from the ``config`` package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def _lines(name: str) -> list[str]:
    text = files("config").joinpath(name).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


@cache
def words(name: str) -> frozenset[str]:
    """The entries of ``config/NAME.txt``, one a line; lines that start with ``#`` are comments."""
    return frozenset(_lines(f"{name}.txt"))


@cache
def ordered(name: str) -> tuple[str, ...]:
    """The entries of ``config/NAME.txt`` in their order, for lists where the first match wins."""
    return tuple(_lines(f"{name}.txt"))
