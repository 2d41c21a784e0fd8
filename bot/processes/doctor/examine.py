"""Every check in turn, each line printed as soon as it is known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial

from redis.exceptions import RedisError
from slack_sdk.web.async_client import AsyncWebClient

from bot.processes.doctor.desk import check_desk, check_workers
from bot.processes.doctor.finding import Finding, Level, fail
from bot.processes.doctor.house import check_files, check_settings, check_time_zones, manifest_scopes
from bot.processes.doctor.models import check_models
from bot.processes.doctor.server import check_disk, check_server
from bot.processes.doctor.slack import check_slack, check_socket_mode
from bot.processes.doctor.workspaces import check_workspaces
from bot.processes.redis_url import redis_url
from bot.store.desk_store import teams
from bot.store.embedded import EmbeddedRedisError
from bot.store.trouble import impatient
from config.settings import Settings, SettingsError, load_settings

SLACK_SECONDS = 10
"""Longest wait for an answer of Slack's."""


def run_doctor() -> bool:
    """Print what was found; False if something has to be mended before the desk works."""
    try:
        settings = load_settings()
    except SettingsError as error:
        print(fail("settings", str(error)))
        return False
    return asyncio.run(_print_all(settings))


async def _print_all(settings: Settings) -> bool:
    healthy = True
    async for finding in _all(settings):
        print(finding, flush=True)
        healthy = healthy and finding.level is not Level.FAIL
    return healthy


async def _all(settings: Settings) -> AsyncIterator[Finding]:
    for finding in (*check_settings(settings), *check_files(), check_time_zones()):
        yield finding
    if settings.slack_bot_token:
        async for finding in check_slack(_client(settings, settings.slack_bot_token.get_secret_value()), _scopes()):
            yield finding
    if settings.slack_app_token and not settings.slack_http:
        yield await check_socket_mode(_client(settings, ""), settings.slack_app_token.get_secret_value())
    async with AsyncExitStack() as stack:
        try:
            url = stack.enter_context(redis_url(settings))
        except EmbeddedRedisError as error:
            yield fail("redis", str(error))
        else:
            async for finding in _redis(settings, url):
                yield finding
    for finding in check_models(settings.spacy_pipeline):
        yield finding


def _client(settings: Settings, token: str) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=settings.slack_api_url, timeout=SLACK_SECONDS, retry_handlers=[])


def _scopes() -> frozenset[str]:
    try:
        return manifest_scopes()
    except (OSError, ValueError, KeyError):
        return frozenset()  # what is wrong with the file has been said


async def _redis(settings: Settings, url: str) -> AsyncIterator[Finding]:
    if settings.redis_url is None:
        yield check_disk(settings.data_dir)
    async with impatient(url) as redis:
        answers = True
        async for finding in check_server(redis):
            answers = answers and not (finding.name == "redis" and finding.level is Level.FAIL)
            yield finding
        if not answers:
            return
        try:
            async for finding in check_workspaces(redis, settings, partial(_client, settings), _scopes()):
                yield finding
            yield await check_workers(url)
            for team in await teams(redis):
                async for finding in check_desk(redis, team):
                    yield finding
        except RedisError as error:
            yield fail("desk", f"Redis answers “{error}”; mend what is said of it above")
