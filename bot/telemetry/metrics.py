"""Every metric there is. Units are seconds, bytes, or things counted; labels never name a person, a channel or a claim.

What each one means and who counts it stands in docs/observability.md, which a test compares with this file.
"""

from __future__ import annotations

import platform
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics
from prometheus_client.process_collector import ProcessCollector

REGISTRY = CollectorRegistry()
"""Ours alone: the default one holds whatever libraries put there."""

OF_THE_CLOCK: list[Gauge] = []
"""What only the clock shows: it is about the whole desk, and every other process would show zeros."""

disable_created_metrics()  # type: ignore[no-untyped-call]

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LONG = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300)
_WORK = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60, 180)


def _counter(name: str, what: str, *labels: str) -> Counter:
    return Counter(f"claimdesk_{name}", what, labels, registry=REGISTRY)


def _gauge(name: str, what: str, *labels: str) -> Gauge:
    return Gauge(f"claimdesk_{name}", what, labels, registry=REGISTRY)


def _clock_gauge(name: str, what: str, *labels: str) -> Gauge:
    gauge = Gauge(f"claimdesk_{name}", what, labels, registry=None)
    OF_THE_CLOCK.append(gauge)
    return gauge


def _histogram(name: str, what: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(f"claimdesk_{name}", what, labels, buckets=buckets, registry=REGISTRY)


# Every process

BUILD = _gauge("build_info", "Always 1; says which version runs as which process.", "version", "python", "process")
READY = _gauge("ready", "1 if this part of the process is ready, else 0; looked at when scraped.", "part")
LOOP_LAG = _gauge("event_loop_lag_seconds", "How long the event loop took to answer the last look at it.")
ProcessCollector(namespace="claimdesk", registry=REGISTRY)

# Web

PAYLOADS = _counter("payloads_total", "Deliveries of Slack's, by kind and what was answered.", "kind", "outcome")
PAYLOAD_SECONDS = _histogram("payload_seconds", "From a delivery's receipt to its answer.", _QUICK, "kind")

# Slack's Web API, from any process

SLACK_CALLS = _counter("slack_calls_total", "Calls of Slack's Web API, by what came of them.", "method", "outcome")
SLACK_CALL_SECONDS = _histogram("slack_call_seconds", "How long Slack took to answer a call.", _QUICK, "method")
SLACK_WAITS = _counter("slack_waits_total", "Times Slack asked to wait (429).", "method")
SLACK_WAIT_SECONDS = _counter("slack_wait_seconds_total", "Seconds Slack asked to wait.", "method")

# Workers

JOBS_RUNNING = _gauge("jobs_running", "Jobs that run now.", "job")
JOB_SECONDS = _histogram("job_seconds", "How long jobs took, by what came of them.", _LONG, "job", "outcome")
JOB_WAIT_SECONDS = _histogram("job_wait_seconds", "From when a job was due to when it began.", _LONG, "job")
READINGS = _counter("readings_total", "Submissions that were read, by what came of it.", "outcome")
READING_SECONDS = _histogram("reading_seconds", "How long each step of a reading took.", _LONG, "step")
CLAIMS = _counter("claims_total", "Claims that were filed.")
EXTRACTED_CHARACTERS = _counter("extracted_characters_total", "Characters of text that claims were looked for in.")
WORK_SECONDS = _histogram("work_seconds", "CPU work in a process of its own, without waiting.", _WORK, "pool")
WORK_WAIT_SECONDS = _histogram("work_wait_seconds", "How long such work waited for a free process.", _WORK, "pool")
WORK_STOPPED = _counter("work_stopped_total", "Such work that took too long, too much memory, or crashed.", "pool")
POOL_MEMORY = _gauge("pool_resident_memory_bytes", "Resident memory of these processes together.", "pool")
MESSAGES = _counter("messages_total", "Messages of the outbox, by what came of an attempt.", "outcome")
THREAD_SECONDS = _histogram(
    "paste_to_thread_seconds",
    "From the receipt of a submission to its first claim, or the word that there is none, in Slack.",
    (0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 45, 60, 120, 300, 900),
    "outcome",
)

# The clock alone, read off Redis each time it is scraped

CLOCK_ROUNDS = _counter("clock_rounds_total", "Rounds of the clock that went through.", "round")
CLOCK_ROUND_AGE = _clock_gauge("clock_round_age_seconds", "Seconds since the last round that went through.")
QUEUE_JOBS = _clock_gauge("queue_jobs", "Jobs on the queues.", "queue", "state")
QUEUE_OLDEST = _clock_gauge("queue_oldest_seconds", "How long the oldest job waits that nobody has begun.", "queue")
OUTBOX_MESSAGES = _clock_gauge("outbox_messages", "Messages that wait to be posted or edited.")
OUTBOX_OLDEST = _clock_gauge("outbox_oldest_seconds", "How long the oldest of them waits.")
DEAD_LETTERS = _clock_gauge("dead_letters", "Messages that Slack would not take.")
PARKED = _clock_gauge("parked_submissions", "Submissions given up for a reason of the desk's own.")
WAITING = _clock_gauge("waiting_submissions", "Submissions that wait to be read.")
WAITING_OLDEST = _clock_gauge("waiting_submission_oldest_seconds", "How long the oldest of them waits.")

# Traces

SPANS_LOST = _counter("spans_lost_total", "Spans that the collector of traces did not take.")


def say_what_runs(process: str) -> None:
    """Fill in ``claimdesk_build_info``, and show what only this process shows."""
    BUILD.labels(version("claimdesk"), platform.python_version(), process).set(1)
    for gauge in OF_THE_CLOCK if process == "clock" else ():
        REGISTRY.register(gauge)
