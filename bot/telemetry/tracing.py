"""Traces, sent to an OpenTelemetry collector if one is named, else nothing.

The provider is our own and not the global one: libraries that trace by themselves (docket) would put Slack's ids into
their spans. Attributes here are counts, sizes and names of ours; no text, no address, no person.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from opentelemetry.trace import NoOpTracer, Span, SpanKind, Status, StatusCode, Tracer

from bot.telemetry.context import about_now
from bot.telemetry.metrics import SPANS_LOST

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan

log = logging.getLogger(__name__)

Attribute = str | int | float | bool
EXPORT_SECONDS = 2.0
"""Longest try to hand spans over; what was not taken by then is lost."""

EVERY_SECONDS = 1.0
"""How often what was traced is handed over."""

LAST_SECONDS = 1.0
"""How long spans are still handed over at the end: a collector that hangs must not hold up a process that is to stop."""

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
    """Send the spans of this process to a collector (OTLP over HTTP) until the end.

    Args:
        endpoint: base URL of the collector; empty if there is none.
        headers: for the collector, ``name=value`` with commas between, percent-encoded.
        process: which process this is.
    """
    global _tracer
    if not endpoint:
        yield
        return
    # Only now: whoever does not trace does not pay for it.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult  # noqa: PLC0415
    from opentelemetry.util.re import parse_env_headers  # noqa: PLC0415

    class Quiet(SpanExporter):
        """Tells once that the collector is gone, and once that it is back; the library would tell each time."""

        def __init__(self, exporter: SpanExporter) -> None:
            self._exporter = exporter
            self._lost = False
            self.until = float("inf")

        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            late = time.monotonic() > self.until
            try:
                result = SpanExportResult.FAILURE if late else self._exporter.export(spans)
            except Exception as error:  # whatever the library lets through: traces are never worth a failure
                log.debug("spans were not exported (%s)", type(error).__name__)
                result = SpanExportResult.FAILURE
            failed = result is not SpanExportResult.SUCCESS
            if failed:
                SPANS_LOST.inc(len(spans))
            if failed and not self._lost:
                log.warning("OTEL_EXPORTER_OTLP_ENDPOINT: the collector does not take traces; they are lost meanwhile")
            elif self._lost and not failed:
                log.info("the collector takes traces again")
            self._lost = failed
            return result

        def shutdown(self) -> None:
            self._exporter.shutdown()

    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    exporter = OTLPSpanExporter(
        endpoint=endpoint.rstrip("/") + "/v1/traces",
        headers=parse_env_headers(headers, liberal=True),
        timeout=EXPORT_SECONDS,
    )
    provider = TracerProvider(
        resource=Resource.create({"service.name": "claimdesk", "claimdesk.process": process}), shutdown_on_exit=False
    )
    quiet = Quiet(exporter)
    provider.add_span_processor(BatchSpanProcessor(quiet, schedule_delay_millis=EVERY_SECONDS * 1000))
    _tracer = provider.get_tracer("claimdesk")
    try:
        yield
    finally:
        _tracer = NoOpTracer()
        quiet.until = time.monotonic() + LAST_SECONDS
        await asyncio.to_thread(provider.shutdown)
