"""Asking sites on behalf of one reading: one request at a time to a host, with patience, within the time there is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

import httpx

from bot.articles import addresses
from bot.articles.fetch_connection import Answer, Guard, Meter, ask
from bot.articles.fetch_decoding import ACCEPTED
from bot.articles.fetch_retries import pause
from bot.articles.fetch_turns import Turns
from bot.articles.limits import Limits
from bot.articles.unreadable import Reason, UnreadableError

T = TypeVar("T")


class Asking:
    """What the requests of one reading share: time, bytes, cookies. ``clock`` ends it; whoever makes it, sets it."""

    clock: asyncio.Timeout

    def __init__(self, limits: Limits, guard: Guard, turns: Turns) -> None:
        self.limits = limits
        self._guard, self._turns = guard, turns
        self._meter = Meter(limits.max_bytes)
        self._cookies = httpx.Cookies()

    @asynccontextmanager
    async def ask(self, url: httpx.URL) -> AsyncIterator[Answer]:
        """One request, when it is the host's turn."""
        headers = {
            "User-Agent": self.limits.user_agent,
            "Accept": "text/html,application/xhtml+xml,text/plain;q=0.8,*/*;q=0.1",
            "Accept-Language": "en,*;q=0.5",
            "Accept-Encoding": ACCEPTED,
        }
        request = httpx.Request("GET", url, headers=headers)
        self._cookies.set_cookie_header(request)
        async with self._turn(addresses.name(url)), ask(request, self._guard, self._meter) as answer:
            self._cookies.extract_cookies(httpx.Response(answer.status, headers=answer.headers, request=request))
            yield answer

    @asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[None]:
        """The host's turn. The clock stands still until it comes: we are what keeps the host busy."""
        now = asyncio.get_running_loop().time
        since, until = now(), self.clock.when() or 0.0
        async with AsyncExitStack() as stack:
            self.clock.reschedule(None)
            try:
                async with asyncio.timeout(self.limits.turn_seconds):
                    await stack.enter_async_context(self._turns.turn(host))
            except TimeoutError:
                raise UnreadableError(Reason.QUEUE, host) from None
            finally:
                self.clock.reschedule(until + now() - since)
            yield

    async def patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try again after a pause what may pass, as long as there is time."""
        tried = 0
        while True:
            try:
                return await attempt()
            except UnreadableError as error:
                tried += 1
                wait = pause(error, tried, self.limits.backoff_seconds) if tried < self.limits.tries else None
                left = (self.clock.when() or 0.0) - asyncio.get_running_loop().time()
                if wait is None or wait >= left:
                    raise
            await asyncio.sleep(wait)
