"""What is measured of every delivery of Slack's, and the request that its log lines and jobs belong to."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from opentelemetry.trace import SpanKind

from bot.telemetry import context
from bot.telemetry.metrics import PAYLOAD_SECONDS, PAYLOADS
from bot.telemetry.tracing import span

log = logging.getLogger(__name__)

_KINDS = frozenset(
    {
        "block_actions",
        "block_suggestion",
        "event_callback",
        "message_action",
        "shortcut",
        "url_verification",
        "view_closed",
        "view_submission",
    }
)
"""Types of payloads that have one (docs.slack.dev); any other word in a payload is nobody's label."""


@dataclass
class Answer:
    """The HTTP status a delivery is answered with; 500 until somebody says otherwise."""

    status: int = 500


@contextmanager
def receipt(payload: object) -> Generator[Answer]:
    """Measure the handling of a payload, whose status the caller notes. It may be forged: nothing of it is believed."""
    body: Mapping[str, Any] = payload if isinstance(payload, Mapping) else {}
    kind = _kind(body)
    names = (body.get("event_id"), body.get("trigger_id"))
    delivery = next((name for name in names if isinstance(name, str) and name), None)
    id = context.request_id(delivery) if delivery else secrets.token_hex(6)
    answer, begun = Answer(), time.perf_counter()
    with context.request(id), span(f"slack {kind}", SpanKind.SERVER) as current:
        try:
            yield answer
        finally:
            seconds = time.perf_counter() - begun
            PAYLOADS.labels(kind, _outcome(answer.status)).inc()
            PAYLOAD_SECONDS.labels(kind).observe(seconds)
            current.set_attribute("http.response.status_code", answer.status)
            log.debug("%s was answered with %d after %.3f s", kind, answer.status, seconds)


def _kind(body: Mapping[str, Any]) -> str:
    kind = body.get("type")
    if isinstance(kind, str) and kind in _KINDS:
        return kind
    return "command" if isinstance(body.get("command"), str) else "other"


def _outcome(status: int) -> str:
    if status < 400:
        return "taken"
    if status == 503:  # the same delivery is being handled already, or we are not ready: Slack tries again
        return "later"
    return "refused" if status < 500 else "failed"
