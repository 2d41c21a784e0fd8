"""What is measured of every job, and what its log lines are about. Docket runs it around each of them."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from docket import CurrentExecution, Execution
from docket.dependencies import AdmissionBlocked, ForcedRetry
from opentelemetry.trace import SpanKind

from bot.telemetry.context import begin_job
from bot.telemetry.metrics import JOB_SECONDS, JOB_WAIT_SECONDS, JOBS_RUNNING
from bot.telemetry.tracing import span


@asynccontextmanager
async def observed_job(execution: Execution = CurrentExecution()) -> AsyncGenerator[None]:  # noqa: B008
    """Measure the job that runs now; what is done in it belongs to the request that put it on the queue."""
    job = execution.function_name
    arguments = {"team": execution.args[0]} if execution.args else {}
    if job in ("read_submission", "read_anew"):
        arguments["submission"] = execution.args[1]
    begin_job(execution.trace_context, job=execution.key, **arguments)
    JOB_WAIT_SECONDS.labels(job).observe(max(0.0, time.time() - execution.when.timestamp()))
    begun, outcome = time.perf_counter(), "failed"
    try:
        with JOBS_RUNNING.labels(job).track_inprogress(), span(job, SpanKind.CONSUMER, attempt=execution.attempt):
            yield
        outcome = "done"
    except (ForcedRetry, AdmissionBlocked):
        outcome = "again"
        raise
    finally:
        JOB_SECONDS.labels(job, outcome).observe(time.perf_counter() - begun)
