"""Traces, sent to an OpenTelemetry collector if one is named, else nothing.

The provider is our own and not the global one: libraries that trace by themselves (docket) would put Slack's ids into
their spans. Attributes here are counts, sizes and names of ours; no text, no address, no person.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

from opentelemetry.trace import NoOpTracer, Span, SpanKind, Status, StatusCode, Tracer

from bot.telemetry.context import about_now

Attribute = str | int | float | bool

_tracer: Tracer = NoOpTracer()


@contextmanager
def span(name: str, kind: SpanKind = SpanKind.INTERNAL, **attributes: Attribute) -> Generator[Span]:
    """Trace a piece of work. Of an exception only its kind is told: its message may hold what somebody wrote."""
    told = {f"claimdesk.{field}": value for field, value in (*about_now().items(), *attributes.items())}
    told.pop("claimdesk.job", None)  # a job's key names channels and people
    with _tracer.start_as_current_span(
        name, kind=kind, attributes=told, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except BaseException as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


@asynccontextmanager
async def tracing(endpoint: str, headers: str, process: str) -> AsyncGenerator[None]:
    """Send the spans of this process to a collector until the end.

    Args:
        endpoint: base URL of the collector, which takes OTLP over HTTP; empty if there is none.
        headers: for the collector, ``name=value`` with commas between, percent-encoded.
        process: which process this is.
    """
    global _tracer
    if not endpoint:
        yield
        return
    from bot.telemetry.collector import Collector  # noqa: PLC0415 - whoever does not trace does not pay for it

    collector = Collector(endpoint, headers, process)
    _tracer = collector.tracer()
    try:
        yield
    finally:
        _tracer = NoOpTracer()
        await asyncio.to_thread(collector.close)
