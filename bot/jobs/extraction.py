"""Extraction in processes of its own: CPU work never holds up the worker's other jobs, and a crash costs one job."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from bot.articles.article import Article
from bot.claims.claim import Extraction
from bot.lifeline import die_with_parent

if TYPE_CHECKING:
    from bot.claims.extract import Extractor

log = logging.getLogger(__name__)

LONGEST = 180.0
"""Seconds an extraction may take: 200,000 characters need about a tenth of that."""

_extractor: Extractor | None = None  # of a pool process, which does nothing else


def _start(pipeline: str) -> None:
    global _extractor
    die_with_parent()
    from bot.claims.extract import Extractor  # noqa: PLC0415 - only pool processes load spaCy

    _extractor = Extractor(pipeline)


def _extract(article: Article) -> Extraction:
    assert _extractor is not None
    return _extractor.extract(article)


class ExtractionPool:
    """Processes that hold the spaCy pipeline."""

    def __init__(self, pipeline: str, processes: int) -> None:
        self._pipeline = pipeline
        self._processes = processes
        self._pool = self._new_pool()
        self._free = asyncio.Semaphore(processes)  # so that waiting for a turn does not count as taking long

    def _new_pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_start,
            initargs=(self._pipeline,),
        )

    async def warm_up(self) -> None:
        """Load the pipeline before the first article waits for it.

        Raises:
            BrokenProcessPool: the pipeline cannot be loaded.
        """
        await asyncio.wrap_future(self._pool.submit(_extract, Article(text="")))

    async def extract(self, article: Article) -> Extraction:
        """Find the claims of an article.

        Raises:
            BrokenProcessPool: the process died; the pool is new again, and another try may work.
            TimeoutError: it took too long and was stopped.
        """
        async with self._free:
            return await self._extract(article)

    async def _extract(self, article: Article) -> Extraction:
        pool = self._pool
        try:
            return await asyncio.wait_for(asyncio.wrap_future(pool.submit(_extract, article)), LONGEST)
        except (BrokenProcessPool, TimeoutError) as error:
            log.warning("extraction stopped (%s); starting its process anew", type(error).__name__)
            if pool is self._pool:  # the first to notice replaces it
                self._pool = self._new_pool()
                _kill(pool)
            raise

    def close(self) -> None:
        """Stop the processes."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def _kill(pool: ProcessPoolExecutor) -> None:
    """End the processes of a pool, one of which hangs or is gone; the executor has no public way to do this."""
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown(wait=False)  # what still waits in it ends as broken, which a job tries again after
