"""What a process says of its Redis when it is asked whether it is ready; on real servers that are unwell."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.store import redis_probe
from bot.store.embedded import EmbeddedRedis
from bot.store.redis_probe import RedisProbe
from bot.store.trouble import impatient


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[str, Redis]]:
    """The address of a server that a test may spoil, and a connection to it; its answers are not kept."""
    monkeypatch.setattr(redis_probe, "KEPT", 0)
    with EmbeddedRedis(tmp_path / "redis") as started:
        async with impatient(started.url) as client:
            yield started.url, client


async def test_a_server_that_takes_no_writes_is_named_by_its_code(server: tuple[str, Redis]) -> None:
    url, client = server
    async with RedisProbe(url) as probe:
        assert await probe.trouble() == ""
        await client.config_set("maxmemory", 1)
        assert await probe.trouble() == "takes no writes (OOM)"
        await client.config_set("maxmemory", 0)
        await client.replicaof("127.0.0.1", "1")
        assert await probe.trouble() == "takes no writes (READONLY)"
        await client.replicaof("NO", "ONE")
        await client.config_set("min-replicas-to-write", 1)
        assert await probe.trouble() == "takes no writes (NOREPLICAS)"
        await client.config_set("min-replicas-to-write", 0)
        assert await probe.trouble() == ""


async def test_a_server_that_is_gone_gives_no_answer(tmp_path: Path) -> None:
    async with RedisProbe(f"unix://{tmp_path}/nobody.sock") as probe:
        assert await probe.trouble() == "no answer"
