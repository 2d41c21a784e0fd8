"""What a workspace, its channels and its people have set, and what people have begun and not sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from redis.asyncio.client import Pipeline

from bot.desk.house import ChannelHouse, House
from bot.store.records import Records

DRAFT_SECONDS = 30 * 24 * 3600
"""How long a draft is kept that nobody sends."""


class HomeState(BaseModel):
    """What a person looks at in their Home: the words they searched for, and the page of each section from 1."""

    model_config = ConfigDict(frozen=True)

    words: str = ""
    pages: dict[str, int] = {}


class HouseStore(Records):
    """Settings, drafts and Homes of one workspace."""

    async def house(self) -> House:
        """The workspace's settings, or the defaults."""
        row = await self._redis.get(self.keys.house())
        return House.model_validate_json(row) if row else House()

    async def change_house(self, house: House, *, by: str) -> None:
        """Set the workspace's settings."""
        await self._set(self.keys.house(), house, by, "settings", self.team)

    async def channel(self, channel: str) -> ChannelHouse:
        """A channel's settings, or the defaults."""
        row = await self._redis.get(self.keys.channel_house(channel))
        return ChannelHouse.model_validate_json(row) if row else ChannelHouse()

    async def change_channel(self, channel: str, house: ChannelHouse, *, by: str) -> None:
        """Set a channel's settings."""
        await self._set(self.keys.channel_house(channel), house, by, "channel_settings", channel)

    async def _set(self, key: str, record: BaseModel, by: str, what: str, about: str) -> None:
        async def step(pipe: Pipeline) -> Callable[[], object]:
            def write() -> None:
                pipe.set(key, record.model_dump_json())
                self._log(pipe, by, what, about, **record.model_dump(mode="json"))

            return write

        await self._atomically(step, key)

    # Drafts

    async def draft(self, task: str, user: str) -> dict[str, str] | None:
        """What a person has typed into the verdict form of a task, by field; None if nothing."""
        row = await self._redis.get(self.keys.draft(task, user))
        return dict(json.loads(row)) if row else None

    async def keep_draft(self, task: str, user: str, values: Mapping[str, str]) -> None:
        """Keep what a person has typed so far."""
        row = json.dumps(dict(values), ensure_ascii=False)
        await self._redis.set(self.keys.draft(task, user), row, ex=DRAFT_SECONDS)

    async def drop_draft(self, task: str, user: str) -> None:
        """Forget a draft: it was sent."""
        await self._redis.delete(self.keys.draft(task, user))

    # Homes

    async def home(self, user: str) -> HomeState:
        """What a person looks at."""
        row = await self._redis.get(self.keys.home(user))
        return HomeState.model_validate_json(row) if row else HomeState()

    async def look_at(self, user: str, state: HomeState, at: datetime) -> None:
        """Note what a person looks at, and that they do."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.set(self.keys.home(user), state.model_dump_json())
            pipe.zadd(self.keys.homes(), {user: at.timestamp()})
            await pipe.execute()

    async def leave_home(self, user: str) -> None:
        """A person has left the workspace: their Home is nobody's."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(self.keys.home(user))
            pipe.zrem(self.keys.homes(), user)
            await pipe.execute()
