"""A Redis server of the test's own, which can be stopped, frozen, filled and failed over while the desk runs on it."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.demo.desk_processes import free_port
from bot.store.embedded import find_server


class OwnRedis:
    """A server on a port of its own. ``options`` are its settings beside those of a desk's server."""

    def __init__(self, folder: Path, **options: str) -> None:
        self.port = free_port()
        self._folder = folder
        self._options = {"appendonly": "yes", "appendfsync": "always", **options}
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def admin(self) -> Redis:
        """A client that waits for nothing."""
        return Redis.from_url(self.url, decode_responses=True, retry=Retry(NoBackoff(), 0), socket_timeout=2)

    async def start(self, *, wait: bool = True, **options: str) -> None:
        """Start it, or start it again on what it has kept; ``options`` are for this time alone."""
        settings = {"port": str(self.port), "dir": str(self._folder), "save": "", "bind": "127.0.0.1", **self._options}
        words = [p for name, value in {**settings, **options}.items() for p in (f"--{name.replace('_', '-')}", value)]
        with (self._folder / "redis.log").open("ab") as log:
            # A write beyond the limit that ``fill_disk`` sets is to fail, not to end the server.
            ignore = partial(signal.signal, signal.SIGXFSZ, signal.SIG_IGN)
            command = [str(find_server()), *words]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, preexec_fn=ignore)  # noqa: ASYNC220
        if wait:
            await self.until_it_answers()

    def commands_kept(self) -> int:
        """About how many commands it has to load when it is started again."""
        return sum(path.read_bytes().count(b"\n*") for path in self._folder.rglob("*.aof")) or 1

    def fill_disk(self) -> None:
        """Let none of its files grow any more: what a full disk does to its append-only file (EFBIG, not ENOSPC)."""
        largest = max(path.stat().st_size for path in self._folder.rglob("*.aof"))
        self._limit(largest)

    def free_disk(self) -> None:
        """Let them grow again."""
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        assert self._process is not None
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    async def until_it_answers(self) -> None:
        async with self.admin() as redis:
            for _ in range(400):
                with suppress(RedisError):
                    if await redis.ping():
                        return
                await asyncio.sleep(0.05)
        raise AssertionError("the server does not answer")

    async def configure(self, **settings: Any) -> None:
        """CONFIG SET, names with underscores for dashes."""
        async with self.admin() as redis:
            for name, value in settings.items():
                await redis.config_set(name.replace("_", "-"), value)

    async def command(self, *words: str) -> Any:
        async with self.admin() as redis:
            return await redis.execute_command(*words)

    def send(self, sign: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, sign)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def stop(self, sign: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it is gone."""
        if self._process is None:
            return
        if self.running:
            self.send(signal.SIGCONT)
            self.send(sign)
        await asyncio.to_thread(self._process.wait, 20)


class Switch:
    """A TCP proxy that leads to one of several servers, as the address of a managed Redis does in a failover."""

    def __init__(self, target: int) -> None:
        self.port = free_port()
        self.target = target
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        self.cut()

    def cut(self) -> None:
        """Break every connection."""
        for writer in list(self._open):
            writer.close()

    def lead_to(self, port: int) -> None:
        """New connections go there; the old ones are cut."""
        self.target = port
        self.cut()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, to_there = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        self._open |= {writer, to_there}
        await asyncio.gather(self._pump(reader, to_there), self._pump(there, writer))

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65536):
                sink.write(data)
                await sink.drain()
        self._open.discard(sink)
        with suppress(OSError):
            sink.close()
