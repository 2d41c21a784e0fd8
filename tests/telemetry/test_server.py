"""The port for metrics and health, asked while the process is well, stuck, or not up yet."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from bot.demo.desk_processes import free_port
from bot.telemetry.health import Health
from bot.telemetry.metrics import OUTBOX_MESSAGES
from bot.telemetry.server import telemetry_server


async def _well() -> str:
    return ""


async def ask(port: int, path: str) -> httpx.Response:
    async with httpx.AsyncClient() as client:
        for _ in range(100):
            try:
                return await client.get(f"http://127.0.0.1:{port}{path}", timeout=8)
            except httpx.ConnectError:
                await asyncio.sleep(0.05)
    raise AssertionError("nobody listens")


async def test_a_part_is_starting_then_well_then_not() -> None:
    health, port, troubles = Health("redis"), free_port(), ["", "no answer"]

    async def redis() -> str:
        return troubles.pop(0)

    async with telemetry_server("127.0.0.1", port, health, []):
        starting = await ask(port, "/readyz")
        assert (starting.status_code, starting.json()) == (503, {"ok": False, "redis": "starting"})
        health.watch("redis", redis)
        assert (await ask(port, "/readyz")).json() == {"ok": True, "redis": "ok"}
        assert (await ask(port, "/readyz")).json() == {"ok": False, "redis": "no answer"}
        assert (await ask(port, "/healthz")).status_code == 200


async def test_a_check_that_hangs_or_breaks_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telemetry.health.LONGEST_CHECK", 0.1)
    health = Health()

    async def hangs() -> str:
        await asyncio.sleep(60)
        return ""

    async def breaks() -> str:
        raise KeyError("x")

    health.watch("a", hangs)
    health.watch("b", breaks)
    health.watch("c", _well)
    assert await health.ready() == {"a": "TimeoutError", "b": "KeyError", "c": "ok"}


async def test_a_process_that_is_stuck_is_not_live_and_still_shows_its_metrics(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telemetry.server.LIVE_SECONDS", 0.3)
    health, port = Health(), free_port()
    health.watch("redis", _well)
    async with telemetry_server("127.0.0.1", port, health, []):
        assert (await ask(port, "/healthz")).status_code == 200

        def outside() -> tuple[int, int, str]:
            alive = httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=8).status_code
            ready = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=8)
            metrics = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=8).text
            lag = next(line for line in metrics.splitlines() if line.startswith("claimdesk_event_loop_lag_seconds "))
            assert ready.json()["loop"] == "stuck"
            return alive, ready.status_code, lag

        with ThreadPoolExecutor() as threads:
            asked = threads.submit(outside)
            _hold_up(lambda: not asked.done(), 9)
            alive, ready, lag = asked.result()
    assert (alive, ready) == (503, 503)
    assert float(lag.split()[1]) >= 0.3


def _hold_up(still: Callable[[], bool], seconds: float) -> None:
    """Keep the event loop from its work, as a slip of ours would."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and still():
        time.sleep(0.05)


async def test_a_port_that_is_taken_is_said_once_and_used_when_it_is_free(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telemetry.server.AGAIN_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with telemetry_server("127.0.0.1", port, Health(), []):
            await asyncio.sleep(0.3)
            taken.close()
            assert (await ask(port, "/healthz")).status_code == 200
    assert [record.getMessage() for record in caplog.records].count(
        f"METRICS_PORT: 127.0.0.1:{port} cannot be used (Address already in use); trying again"
    ) == 1


async def test_a_slip_in_what_is_measured_when_asked_is_told_once_and_costs_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    health, port = Health(), free_port()

    async def look() -> None:
        OUTBOX_MESSAGES.set(1)
        raise ValueError("a slip")

    async with telemetry_server("127.0.0.1", port, health, [look]):
        answer = await ask(port, "/metrics")
        await ask(port, "/metrics")
    assert [record.getMessage() for record in caplog.records].count("not everything can be measured (ValueError)") == 1
    assert answer.status_code == 200
    assert "claimdesk_spans_lost_total" in answer.text
    assert "claimdesk_outbox_messages" not in answer.text, "only the clock shows what is about the whole desk"


async def test_without_a_port_nothing_listens() -> None:
    async with telemetry_server("127.0.0.1", 0, Health(), []):
        pass
