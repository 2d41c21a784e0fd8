"""The steps of reading an article: each is timed, and a span of its own."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Literal

from bot.telemetry.metrics import READING_SECONDS
from bot.telemetry.tracing import span

Step = Literal["fetch", "parse", "extract", "file"]


@contextmanager
def step(name: Step) -> Generator[None]:
    """Do one step; ``extract`` and ``parse`` with the wait for a free process."""
    with READING_SECONDS.labels(name).time(), span(name):
        yield
