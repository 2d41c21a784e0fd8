"""Whatever was done to a page or file, there is an article or an answer, within the limits of a parser's process.

The number of cases is small here; ``make bench ONLY=fuzz`` does ten thousand and writes down its figures.
"""

from __future__ import annotations

import asyncio

import pytest
from articles.mutations import spoiled

from bot.articles.unreadable import UnreadableError
from bot.jobs.parsing import ParserPool

CASES = 400
MEMORY_MB = 300


@pytest.mark.slow
async def test_spoiled_pages_and_files_have_an_answer_and_cost_no_process() -> None:
    pool = ParserPool(2, seconds=20, memory_mb=MEMORY_MB)
    try:
        await pool.work.warm_up()
        pids = set(pool.work.pids)

        async def answered(source: object) -> bool:
            try:
                return bool((await pool.parse(source)).article.text.strip())  # type: ignore[arg-type]
            except UnreadableError as error:
                return bool(error.sentence)

        assert all(await asyncio.gather(*(answered(case.source) for case in spoiled(CASES, seed=1))))
        assert set(pool.work.pids) == pids
    finally:
        pool.close()
