"""Links to messages of ours, asked of Slack once and then kept."""

from __future__ import annotations

import logging

import aiohttp
from redis.asyncio import Redis
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.store.keys import Keys

log = logging.getLogger(__name__)


class Permalinks:
    """Permalinks of posted messages of one workspace, by the outbox's message id."""

    def __init__(self, client: AsyncWebClient, redis: Redis, keys: Keys) -> None:
        self._client = client
        self._redis = redis
        self._keys = keys

    async def of(self, message: str) -> str:
        """The link, or ``""`` where there is none yet or Slack does not give one: a link is never worth a failure."""
        key = self._keys.message(message)
        channel, ts, known = await self._redis.hmget(key, ["channel", "ts", "permalink"])
        if known or not ts:
            return str(known or "")
        try:
            answer = await self._client.chat_getPermalink(channel=str(channel), message_ts=str(ts))
        except (TimeoutError, SlackApiError, aiohttp.ClientError) as error:
            log.warning("no permalink for %s: %s", message, type(error).__name__)
            return ""
        link = str(answer["permalink"])
        await self._redis.hset(key, "permalink", link)
        return link
