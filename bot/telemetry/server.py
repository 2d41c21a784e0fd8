"""``/metrics``, ``/healthz`` and ``/readyz``, served from a thread of their own: a process that is stuck can still be
asked, and says that it is stuck."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import threading
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.telemetry.health import LONGEST_CHECK, Health
from bot.telemetry.metrics import LOOP_LAG, REGISTRY

log = logging.getLogger(__name__)

T = TypeVar("T")
Ask = Callable[[], Awaitable[dict[str, str]]]
Look = Callable[[], Awaitable[None]]
"""Something that is measured only when somebody asks."""

LIVE_SECONDS = 1.0
"""An event loop that takes longer than this to answer is stuck."""
AGAIN_SECONDS = 2.0
"""Between tries to take a port that another process has."""


def health_routes(ready: Ask, alive: Callable[[], Awaitable[bool]] | None = None) -> list[Route]:
    """The routes that tell live from ready. Whoever serves them in the loop they are about leaves ``alive`` out: a loop
    that is stuck gives no answer."""

    async def healthz(request: Request) -> Response:
        ok = await alive() if alive else True
        return JSONResponse({"ok": ok}, status_code=200 if ok else 503)

    async def readyz(request: Request) -> Response:
        parts = await ready()
        ok = all(word == "ok" for word in parts.values())
        return JSONResponse({"ok": ok, **parts}, status_code=200 if ok else 503)

    return [Route("/healthz", healthz), Route("/readyz", readyz)]


@asynccontextmanager
async def telemetry_server(host: str, port: int, health: Health, looks: list[Look]) -> AsyncGenerator[None]:
    """Serve until the end.

    Args:
        host: address to listen on.
        port: port to listen on; 0 to serve nothing.
        health: of the process, asked in the loop that runs now.
        looks: what is measured at each scrape, in that loop, too; may grow later.
    """
    if not port:
        yield
        return
    server = _Server(host, port, asyncio.get_running_loop(), health, looks)
    server.start()
    try:
        yield
    finally:
        await asyncio.to_thread(server.stop)


class _Server:
    def __init__(
        self, host: str, port: int, loop: asyncio.AbstractEventLoop, health: Health, looks: list[Look]
    ) -> None:
        self._place = (host, port)
        self._loop = loop
        self._health = health
        self._looks = looks
        self._failed: list[str] = []
        self._stopped = threading.Event()
        self._uvicorn = uvicorn.Server(
            uvicorn.Config(
                self._asgi(),
                log_config=None,
                access_log=False,
                server_header=False,
                lifespan="off",
                loop="asyncio",
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._run, name="telemetry", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._uvicorn.should_exit = True
        self._thread.join(3)

    def _run(self) -> None:
        bound = self._bind()
        if bound is not None:
            with bound:
                asyncio.run(self._uvicorn.serve(sockets=[bound]))

    def _bind(self) -> socket.socket | None:
        """The port, as soon as it is free: a desk is not kept from its work by somebody who sits on it."""
        said = False
        while not self._stopped.is_set():
            try:
                return socket.create_server(self._place, family=_family(self._place))
            except OSError as error:
                if not said:
                    why = os.strerror(error.errno) if error.errno else type(error).__name__
                    log.error("METRICS_PORT: %s:%d cannot be used (%s); trying again", *self._place, why)
                said = True
            self._stopped.wait(AGAIN_SECONDS)
        return None

    def _asgi(self) -> Starlette:
        async def metrics(request: Request) -> Response:
            if await self._alive():
                await self._in_loop(self._look(), LONGEST_CHECK + 1, None)
            return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

        async def ready() -> dict[str, str]:
            if not await self._alive():
                return {"loop": "stuck"}
            return await self._in_loop(self._health.ready(), LONGEST_CHECK + 1, {"loop": "slow"})

        return Starlette(routes=[Route("/metrics", metrics), *health_routes(ready, self._alive)])

    async def _look(self) -> None:
        done = await asyncio.gather(self._health.ready(), *(look() for look in self._looks), return_exceptions=True)
        failed = sorted({type(error).__name__ for error in done if isinstance(error, Exception)})
        if failed and failed != self._failed:  # not at each scrape: Redis may be away for long
            log.warning("not everything can be measured (%s)", ", ".join(failed))
        self._failed = failed

    async def _alive(self) -> bool:
        async def nothing() -> bool:
            return True

        asked = time.perf_counter()
        alive = await self._in_loop(nothing(), LIVE_SECONDS, False)
        LOOP_LAG.set(time.perf_counter() - asked)
        return alive

    async def _in_loop(self, work: Coroutine[Any, Any, T], seconds: float, otherwise: T) -> T:
        """Do something in the loop of the process; ``otherwise`` if it does not come to it in time."""
        if self._loop.is_closed():
            work.close()
            return otherwise
        asked = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return await asyncio.wait_for(asyncio.wrap_future(asked), seconds)
        except TimeoutError:
            return otherwise


def _family(place: tuple[str, int]) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in place[0] else socket.AF_INET
