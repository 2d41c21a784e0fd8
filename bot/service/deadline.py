"""How long the answer to a delivery of Slack's may still take: it is due three seconds after Slack sent it."""

from __future__ import annotations

import time
from contextvars import ContextVar

DUE_SECONDS = 2.3
"""From receipt; what is left of Slack's three seconds is for the way there and back, and for Redis."""
LEAST_SECONDS = 0.2
"""A call that is made at all gets this much."""

_due: ContextVar[float | None] = ContextVar("due", default=None)


def begin() -> None:
    """A delivery was received: what is done for it in this task has until then."""
    _due.set(time.monotonic() + DUE_SECONDS)


def seconds_left() -> float | None:
    """Seconds until the answer is due; None where nobody waits for one."""
    due = _due.get()
    return None if due is None else max(LEAST_SECONDS, due - time.monotonic())
