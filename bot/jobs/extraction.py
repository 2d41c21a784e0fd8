"""Extraction in processes of its own: CPU work never holds up the worker's other jobs, and a crash costs one job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.articles.article import Article
from bot.claims.claim import Extraction
from bot.jobs.work_pool import WorkPool
from bot.telemetry.metrics import EXTRACTED_CHARACTERS
from bot.telemetry.steps import step

if TYPE_CHECKING:
    from bot.claims.extract import Extractor

LONGEST = 180.0
"""Seconds an extraction may take: 200,000 characters need about a tenth of that."""

_extractor: Extractor | None = None  # of a pool process, which does nothing else


def _start(pipeline: str) -> None:
    global _extractor
    from bot.claims.extract import Extractor  # noqa: PLC0415 - only pool processes load spaCy

    _extractor = Extractor(pipeline)


def _extract(article: Article) -> Extraction:
    assert _extractor is not None
    return _extractor.extract(article)


class ExtractionPool:
    """Processes that hold the spaCy pipeline."""

    def __init__(self, pipeline: str, processes: int, *, longest: float = LONGEST) -> None:
        """``longest`` is how many seconds an extraction may take."""
        self.work = WorkPool("extraction", processes, start=_start, start_with=(pipeline,), seconds=longest)

    async def warm_up(self) -> None:
        """Load the pipeline before the first article waits for it.

        Raises:
            BrokenProcessPool: the pipeline cannot be loaded.
        """
        await self.work.warm_up()

    async def extract(self, article: Article) -> Extraction:
        """Find the claims of an article.

        Raises:
            BrokenProcessPool: the process died; the pool is new again, and another try may work.
            TimeoutError: it took too long and was stopped.
        """
        with step("extract"):
            found = await self.work.run(_extract, article)
        EXTRACTED_CHARACTERS.inc(len(article.text))
        return found

    def close(self) -> None:
        """Stop the processes."""
        self.work.close()
