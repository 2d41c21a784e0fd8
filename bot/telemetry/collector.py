"""The way to an OpenTelemetry collector (OTLP over HTTP). Loaded only where one is named."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Tracer
from opentelemetry.util.re import parse_env_headers

from bot.telemetry.metrics import SPANS_LOST

log = logging.getLogger(__name__)

EXPORT_SECONDS = 2.0
"""Longest try to hand spans over; what was not taken by then is lost."""
EVERY_SECONDS = 1.0
"""How often what was traced is handed over."""
LAST_SECONDS = 1.0
"""How long spans are still handed over at the end: a collector that hangs must not hold up a process that stops."""


class Collector:
    """Takes the spans of this process to a collector, from a thread of its own."""

    def __init__(self, endpoint: str, headers: str, process: str) -> None:
        """``headers`` are ``name=value`` with commas between, percent-encoded."""
        # It logs every try that failed; we tell when it begins and when it is over.
        logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
        self._exporter = _Quiet(
            OTLPSpanExporter(
                endpoint=endpoint.rstrip("/") + "/v1/traces",
                headers=parse_env_headers(headers, liberal=True),
                timeout=EXPORT_SECONDS,
            )
        )
        resource = Resource.create({"service.name": "claimdesk", "claimdesk.process": process})
        self._provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(
            BatchSpanProcessor(self._exporter, schedule_delay_millis=EVERY_SECONDS * 1000)
        )

    def tracer(self) -> Tracer:
        """What spans are begun with."""
        return self._provider.get_tracer("claimdesk")

    def close(self) -> None:
        """Hand over what is left, for some moments; blocks."""
        self._exporter.until = time.monotonic() + LAST_SECONDS
        self._provider.shutdown()


class _Quiet(SpanExporter):
    """Tells once that the collector is gone, and once that it is back."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._failing = False
        self.until = float("inf")

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = SpanExportResult.FAILURE
        if time.monotonic() < self.until:
            try:
                result = self._exporter.export(spans)
            except Exception as error:  # whatever the library lets through: traces are never worth a failure
                log.debug("spans were not exported (%s)", type(error).__name__)
        failed = result is not SpanExportResult.SUCCESS
        if failed:
            SPANS_LOST.inc(len(spans))
        if failed and not self._failing:
            log.warning("OTEL_EXPORTER_OTLP_ENDPOINT: the collector does not take traces; they are lost meanwhile")
        elif self._failing and not failed:
            log.info("the collector takes traces again")
        self._failing = failed
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()
