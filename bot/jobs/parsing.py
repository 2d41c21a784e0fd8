"""Parsers in processes of their own: what a stranger's page or file does to its parser costs that page or file."""

from __future__ import annotations

import logging
from concurrent.futures.process import BrokenProcessPool

from bot.articles.source import Page, Source
from bot.articles.unreadable import Reason, UnreadableError
from bot.jobs.work_pool import WorkPool
from bot.telemetry.steps import step

log = logging.getLogger(__name__)

_PARSERS = ("bot.articles.parse", "bot.articles.files.mail", "bot.articles.files.office", "bot.articles.files.pdf")
_WARM_UP = b"<html><body><article><p>A page to load the parsers with.</p></article></body></html>"


class ParserPool:
    """Processes that take pages and files apart, within limits of time and memory."""

    def __init__(self, processes: int, *, seconds: float, memory_mb: int) -> None:
        """``seconds`` and ``memory_mb`` are what one page or file may cost."""
        self.work = WorkPool("parser", processes, start=_load, preload=_PARSERS, seconds=seconds, memory_mb=memory_mb)

    async def warm_up(self) -> None:
        """Load the parsers before the first page waits for them. Raises ``BrokenProcessPool`` if that fails."""
        await self.work.warm_up()

    async def parse(self, source: Source) -> Page:
        """The article in it.

        Raises:
            UnreadableError: says why there is none; also if it costs more time or memory than it may.
        """
        for tries_left in (1, 0):
            try:
                with step("parse"):
                    return await self.work.run(_parse, source)
            except BrokenProcessPool:  # the parser crashed, or somebody ended its process: the next try tells
                if not tries_left:
                    raise UnreadableError(Reason.TOO_HEAVY) from None
            except (TimeoutError, MemoryError):
                raise UnreadableError(Reason.TOO_HEAVY) from None
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Stop the processes."""
        self.work.close()


def _parse(source: Source) -> Page:
    from bot.articles.parse import parse  # noqa: PLC0415 - only parser processes load the parsers

    return parse(source)


def _load() -> None:
    """Take a page apart, for what the parsers load only then; their memory is not to count as that of a page."""
    try:
        _parse(Source(_WARM_UP, url="https://example.org/"))
    except UnreadableError:
        log.debug("the page to warm up with has no article")
