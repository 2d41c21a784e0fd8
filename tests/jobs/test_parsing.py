"""Bombs cost the page that they are: the parser is stopped, the next page is read, the worker never notices."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from articles.pages import SENTENCES, URL, page

from bot.articles.source import Source
from bot.articles.unreadable import Reason, UnreadableError
from bot.jobs.parsing import ParserPool
from bot.jobs.work_pool import WorkPool

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
ORPHANS = """
import asyncio, time
from pathlib import Path
from bot.jobs.parsing import ParserPool

def children(pid):
    return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

if __name__ == "__main__":
    import os
    pool = ParserPool(2, seconds=10, memory_mb=300)
    asyncio.run(pool.warm_up())
    print(*pool.work.pids, *children(os.getpid()), flush=True)
    time.sleep(60)
"""

STORY = Source(page().encode(), url=URL)
HUGE = Source(b"<p>a b c</p>" * 1_500_000, url=URL)


@pytest.fixture(scope="module")
def pool() -> Iterator[ParserPool]:
    """One process; each test leaves it fit for the next."""
    pool = ParserPool(1, seconds=10, memory_mb=300)
    yield pool
    pool.close()


async def reads(pool: ParserPool) -> bool:
    return SENTENCES[2] in (await pool.parse(STORY)).article.text


async def reason(pool: ParserPool, source: Source) -> Reason:
    with pytest.raises(UnreadableError) as error:
        await pool.parse(source)
    return error.value.reason


async def test_a_page_that_takes_too_much_memory_is_given_up_and_the_next_is_read(pool: ParserPool) -> None:
    await pool.warm_up()
    assert await reason(pool, HUGE) is Reason.TOO_HEAVY
    assert await reads(pool)


async def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_read(pool: ParserPool) -> None:
    await pool.warm_up()
    (pid,) = pool.work.pids
    os.kill(pid, signal.SIGSTOP)
    pool.work.seconds, usual = 0.3, pool.work.seconds
    began = time.monotonic()
    assert await reason(pool, STORY) is Reason.TOO_HEAVY
    assert time.monotonic() - began < 3
    pool.work.seconds = usual
    assert await reads(pool)
    assert pool.work.pids != [pid]


async def test_a_page_is_tried_again_if_its_parser_was_killed(pool: ParserPool) -> None:
    await pool.warm_up()
    (pid,) = pool.work.pids
    os.kill(pid, signal.SIGKILL)
    assert await reads(pool)


async def test_why_a_page_cannot_be_read_comes_through(pool: ParserPool) -> None:
    assert await reason(pool, Source(b"<html><body><h1>Page not found</h1></body></html>", url=URL)) is Reason.NOT_FOUND
    assert await reason(pool, Source(b"%PDF-1.7", name="a.pdf")) is Reason.DAMAGED


async def test_the_worker_goes_on_while_a_page_is_taken_apart(pool: ParserPool) -> None:
    await pool.warm_up()
    running = asyncio.create_task(pool.parse(Source(page("", "<p>A sentence.</p>" * 50_000).encode(), url=URL)))
    longest, last = 0.0, time.monotonic()
    while not running.done():
        await asyncio.sleep(0.005)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    await running
    assert longest < 1


def _nothing() -> None:
    return


def _sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


async def test_one_that_hangs_costs_no_other() -> None:
    work = WorkPool("work", 2, start=_nothing, seconds=1.5)
    try:
        await work.warm_up()
        hanging = asyncio.create_task(work.run(_sleep, 60.0))
        other = asyncio.create_task(work.run(_sleep, 1.0))
        with pytest.raises(TimeoutError):
            await hanging
        assert await other == 1.0
        assert await work.run(_sleep, 0.0) == 0.0
    finally:
        work.close()


async def test_work_that_nobody_waits_for_any_more_is_stopped() -> None:
    work = WorkPool("work", 1, start=_nothing, seconds=60)
    try:
        await work.warm_up()
        (pid,) = work.pids
        running = asyncio.create_task(work.run(_sleep, 60.0))
        await asyncio.sleep(0.3)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert await asyncio.wait_for(work.run(_sleep, 0.0), 10) == 0.0
        assert work.pids != [pid]
    finally:
        work.close()


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at the processes of Linux")
def test_parsers_and_what_starts_them_end_when_their_worker_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "worker.py"
    script.write_text(ORPHANS, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    worker = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment)
    assert worker.stdout is not None
    pids = [int(pid) for pid in worker.stdout.readline().split()]
    worker.kill()
    worker.wait()
    worker.stdout.close()
    assert len(pids) >= 3
    deadline = time.monotonic() + 10
    while any(map(_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_alive, pids))
