"""What every process shows of itself while it runs: metrics, health, traces."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from bot.store.redis_probe import RedisProbe
from bot.telemetry.health import Health
from bot.telemetry.metrics import say_what_runs
from bot.telemetry.server import Look, telemetry_server
from bot.telemetry.tracing import tracing
from config.settings import Settings

PARTS = {"web": ("slack",), "worker": ("models", "queue"), "clock": ("round",)}
"""What has to be up, beside Redis, for a process to be ready."""


@dataclass(frozen=True)
class Observed:
    """Where a process says how its parts are, and what is to be measured when somebody asks."""

    health: Health
    looks: list[Look] = field(default_factory=list)


@asynccontextmanager
async def observed(settings: Settings, process: str, redis_url: str) -> AsyncGenerator[Observed]:
    """Show it from before the first connection on, so that a process that cannot start can be asked why."""
    say_what_runs(process)
    headers = settings.otel_exporter_otlp_headers
    seen = Observed(Health("redis", *PARTS[process]))
    async with AsyncExitStack() as stack:
        probe = await stack.enter_async_context(RedisProbe(redis_url))
        seen.health.watch("redis", probe.trouble)
        told = headers.get_secret_value() if headers else ""
        await stack.enter_async_context(tracing(settings.otel_exporter_otlp_endpoint, told, process))
        place = (settings.metrics_host, settings.metrics_port)
        await stack.enter_async_context(telemetry_server(*place, seen.health, seen.looks))
        yield seen
