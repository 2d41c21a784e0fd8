"""What every room's tests share: a real Redis of their own, a local Slack workspace, the house rules."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator

import hypothesis
import pytest
from desk.samples import ROOT, RULES
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.rules import HouseRules
from bot.sandbox import Workspace
from bot.store.desk_store import DeskStore
from bot.store.embedded import EmbeddedRedis
from bot.store.redis_client import connect

# A slow machine is no bug, and Redis and Slack's double take their time.
hypothesis.settings.register_profile("claimdesk", deadline=None)
hypothesis.settings.load_profile("claimdesk")


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With ``-n``, the tests of a file run in one process, and the scenarios by how Slack reaches their desk."""
    for item in items:
        params = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        group = f"scenarios over {params['running']}" if "running" in params else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real server, one for all tests; take ``redis`` to have it empty."""
    with EmbeddedRedis(tmp_path_factory.mktemp("redis")) as server:
        yield server.url


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """A connection as the processes make it, to an empty server."""
    client = connect(redis_url)
    await client.flushall()
    yield client
    await client.aclose()


MANIFEST = json.loads((ROOT / "config" / "slack-manifest.json").read_text("utf-8"))


@pytest.fixture
async def slack() -> AsyncIterator[Workspace]:
    """A local Slack workspace with the desk's app installed, which may do there what its manifest asks for."""
    async with Workspace(MANIFEST) as workspace:
        yield workspace


@pytest.fixture
async def client(slack: Workspace) -> AsyncWebClient:
    """The app's client, made as the processes make it."""
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, timeout=15, retry_handlers=[])


@pytest.fixture
def rules() -> HouseRules:
    """The default house rules with the scale that is shipped."""
    return RULES


@pytest.fixture
async def store(redis: Redis, slack: Workspace) -> DeskStore:
    """The records of the workspace."""
    return DeskStore(redis, slack.team_id)
