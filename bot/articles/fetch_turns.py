"""One request at a time to a host, however many of its pages people send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol


class Turns(Protocol):
    """Who may ask a host now. ``Here`` knows of one process; several processes need one that they share."""

    def turn(self, host: str) -> AbstractAsyncContextManager[None]:
        """Wait for the host's turn, first come, first served, and hold it inside the ``with``.

        Entering may be cancelled. The holder lets go after ``Limits.total_seconds`` at the latest.
        """


class Here:
    """The turns of one process."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for the host's turn and hold it."""
        lock = self._locks.setdefault(host, asyncio.Lock())
        self._users[host] = self._users.get(host, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._users[host] -= 1
            if not self._users[host]:
                del self._users[host], self._locks[host]
