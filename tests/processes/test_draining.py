"""SIGTERM while there is work: each process ends by itself within 25 seconds, and what it was at is done by another."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web
from chaos.own_redis import OwnRedis
from end_to_end.conftest import MANIFEST, TWO_CLAIMS, cards_below
from end_to_end.desk_processes import KillableProcesses

from bot.processes.supervisor import GRACE
from bot.sandbox import Workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(150)]

ARTICLE = "<html><body><article><h1>Bridge</h1>" + "".join(f"<p>{p}</p>" for p in TWO_CLAIMS.split("\n\n"))


@asynccontextmanager
async def slow_site(first_takes: float) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A page whose first reader waits long; its address, and what is set when that reader came."""
    came = asyncio.Event()

    async def page(request: web.Request) -> web.Response:
        if request.path == "/article" and not came.is_set():
            came.set()
            await asyncio.sleep(first_takes)
        return (
            web.Response(text=ARTICLE, content_type="text/html")
            if request.path == "/article"
            else web.Response(status=404)
        )

    app = web.Application()
    app.router.add_get("/{page}", page)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/article", came
    finally:
        await runner.cleanup()


async def test_a_worker_that_is_told_to_stop_hands_a_slow_page_to_another_at_once(tmp_path: Path) -> None:
    redis = OwnRedis(tmp_path / "redis")
    await redis.start()
    log = (tmp_path / "workers.txt").open("ab")
    workers: list[subprocess.Popen[bytes]] = []
    async with Workspace(MANIFEST) as slack, slow_site(40) as (url, came):
        ada = slack.add_user("ada")
        desk = slack.add_channel("desk", [ada])
        settings = {"REDIS_URL": redis.url, "REDELIVERY_SECONDS": "120", "FETCH_TOTAL_SECONDS": "60"}
        processes = KillableProcesses(slack, tmp_path, **settings)

        def start(role: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-m", "bot.cli", role]
            return subprocess.Popen(command, env=processes.environment, cwd=tmp_path, stderr=log)

        async def ready(lines: int) -> None:
            text = (tmp_path / "workers.txt").read_text
            await slack.wait_for(lambda: text().count("is ready") >= lines, timeout=60)

        try:
            workers += [start("web"), start("clock"), start("worker")]
            await ready(3)
            root = await ada.post(desk, f"<@{slack.bot_user_id}> {url}")
            await asyncio.wait_for(came.wait(), 20)
            workers.append(start("worker"))
            await ready(4)
            asked = time.monotonic()
            workers[2].terminate()
            assert await asyncio.to_thread(workers[2].wait, 40) == 0
            assert time.monotonic() - asked < GRACE
            await slack.wait_for(lambda: cards_below(slack, root), timeout=15)
        finally:
            for process in workers:
                process.terminate()
            ended = [await asyncio.to_thread(process.wait, 30) for process in workers]
            await redis.stop(signal.SIGKILL)
    assert ended == [0, 0, 0, 0]
    assert "Traceback" not in (tmp_path / "workers.txt").read_text()


@pytest.mark.parametrize("trouble", ["slack does not answer", "redis does not answer", "redis is full"])
async def test_told_to_stop_in_trouble_all_processes_end_in_time_without_a_trace(tmp_path: Path, trouble: str) -> None:
    redis = OwnRedis(tmp_path / "redis")
    await redis.start()
    async with Workspace(MANIFEST) as slack:
        ada = slack.add_user("ada")
        desk = slack.add_channel("desk", [ada])
        processes = KillableProcesses(slack, tmp_path, REDIS_URL=redis.url)
        try:
            await processes.start()
            if trouble == "slack does not answer":
                slack.faults.add("chat.postMessage", "never", times=None)
            await ada.post(desk, f"<@{slack.bot_user_id}> again:\n{TWO_CLAIMS}")
            await asyncio.sleep(1)
            if trouble == "redis does not answer":
                redis.send(signal.SIGSTOP)
            elif trouble == "redis is full":
                await redis.configure(maxmemory="1")
            await ada.command(desk, "/claims")
            asked = time.monotonic()
            status = await asyncio.to_thread(processes.stop, 40)
            seconds = time.monotonic() - asked
        finally:
            await redis.stop(signal.SIGKILL)
    assert status == 0
    assert seconds < GRACE
    assert "Traceback" not in processes.log_text()
    assert "Task was destroyed" not in processes.log_text()
