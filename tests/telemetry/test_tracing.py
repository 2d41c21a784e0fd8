"""Traces never hurt: without a collector, with a dead one, with a slow one."""

from __future__ import annotations

import asyncio
import logging
import socket
import subprocess
import sys
import time

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot.telemetry.metrics import SPANS_LOST
from bot.telemetry.tracing import span, tracing


def _lost() -> float:
    return SPANS_LOST.collect()[0].samples[0].value


async def test_a_dead_collector_costs_only_the_traces_and_is_told_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.telemetry.collector.EXPORT_SECONDS", 0.3)
    monkeypatch.setattr("bot.telemetry.collector.EVERY_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    before = _lost()
    caplog.set_level(logging.DEBUG)
    async with tracing(f"http://127.0.0.1:{port}", "", "web"):
        for _ in range(3):
            began = time.perf_counter()
            with span("work", n=1):
                pass
            assert time.perf_counter() - began < 0.1
            await asyncio.sleep(0.4)
    assert _lost() - before == 3
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == 1
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" in told[0]


async def test_a_collector_that_takes_and_never_answers_does_not_hold_up_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telemetry.collector.EXPORT_SECONDS", 0.3)
    monkeypatch.setattr("bot.telemetry.collector.LAST_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        async with tracing(f"http://127.0.0.1:{silent.getsockname()[1]}", "", "web"):
            for _ in range(3000):
                with span("work"):
                    pass
            ending = time.monotonic()
    assert time.monotonic() - ending < 2


async def test_of_an_exception_only_its_kind_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr("bot.telemetry.tracing._tracer", provider.get_tracer("test"))
    with pytest.raises(ValueError, match="mayor"), span("parse"):
        raise ValueError("what the mayor said")
    (found,) = kept.get_finished_spans()
    assert found.status.description == "ValueError"
    assert not found.events
    assert "mayor" not in found.to_json()


def test_whoever_names_no_collector_does_not_load_what_it_takes() -> None:
    code = (
        "import sys, asyncio; from bot.telemetry.tracing import span, tracing\n"
        "async def main():\n"
        "    async with tracing('', '', 'web'):\n"
        "        with span('x'): pass\n"
        "asyncio.run(main())\n"
        "print([m for m in sys.modules if m.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "[]"
