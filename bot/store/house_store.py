"""What a workspace, its channels and its people have set, and what people have begun and not sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from redis.asyncio.client import Pipeline

from bot.desk.house import ChannelHouse, House
from bot.desk.messages import home
from bot.desk.refusals import Reason, Refusal
from bot.store.records import LOOKING_SECONDS, Records
from bot.store.redis_client import strings

DRAFT_SECONDS = 30 * 24 * 3600
"""How long a draft is kept that nobody sends."""


class Draft(BaseModel):
    """What a person has typed into the verdict form of a task and not sent, by field.

    ``version`` is the verdict's that the form was opened on. ``view`` is the form, ``at`` the Unix time of the last
    thing typed into it; ``closed`` says that nothing more can be, and ``at`` when Slack last showed it.
    """

    model_config = ConfigDict(frozen=True)

    values: dict[str, str]
    version: int = 0
    view: str = ""
    at: float = 0.0
    closed: bool = False

    def follows(self, kept: Draft) -> bool:
        """Whether this was typed after what is kept: what people type may arrive in another order."""
        if self.view == kept.view:
            return not kept.closed and (self.closed or self.at >= kept.at)
        return self.at >= kept.at


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

    async def change_house(self, house: House, *, by: str, since: int | None = None) -> None:
        """Set the workspace's settings.

        Raises:
            Refusal: they are not those of version ``since`` any more, if one is given.
        """

        async def step(pipe: Pipeline) -> Callable[[], object]:
            row = await pipe.get(self.keys.house())
            version = House.model_validate_json(row).version if row else 0
            if since not in (None, version):
                raise Refusal(Reason.SETTINGS_CHANGED)
            return self._put(
                pipe, self.keys.house(), house.model_copy(update={"version": version + 1}), by, "settings", self.team
            )

        await self._atomically(step, self.keys.house())

    async def channel(self, channel: str) -> ChannelHouse:
        """A channel's settings, or the defaults."""
        row = await self._redis.get(self.keys.channel_house(channel))
        return ChannelHouse.model_validate_json(row) if row else ChannelHouse()

    async def change_channel(self, channel: str, house: ChannelHouse, *, by: str) -> None:
        """Set a channel's settings."""
        key = self.keys.channel_house(channel)

        async def step(pipe: Pipeline) -> Callable[[], object]:
            return self._put(pipe, key, house, by, "channel_settings", channel)

        await self._atomically(step, key)

    def _put(self, pipe: Pipeline, key: str, record: BaseModel, by: str, what: str, about: str) -> Callable[[], object]:
        def write() -> None:
            pipe.set(key, record.model_dump_json())
            self._log(pipe, by, what, about, **record.model_dump(mode="json"))

        return write

    # Drafts

    async def draft(self, task: str, user: str) -> Draft | None:
        """What a person has typed into the verdict form of a task; None if nothing."""
        row = await self._redis.get(self.keys.draft(task, user))
        return Draft.model_validate_json(row) if row else None

    async def keep_draft(self, task: str, user: str, draft: Draft) -> None:
        """Keep what a person has typed so far, unless it was typed before what is kept."""
        key = self.keys.draft(task, user)

        async def step(pipe: Pipeline) -> None:
            row = await pipe.get(key)
            pipe.multi()  # type: ignore[no-untyped-call]
            if row is None or draft.follows(Draft.model_validate_json(row)):
                pipe.set(key, draft.model_dump_json(), ex=DRAFT_SECONDS)

        await self._redis.transaction(step, key)

    async def drop_draft(self, task: str, user: str) -> None:
        """Forget a draft: it was sent, or begun on a verdict that was replaced since."""
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

    async def refresh_homes(self, now: datetime, most: int) -> None:
        """Want anew the Homes that are looked at and do not show the last change: the oldest ones, so many."""

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            changes = int(await pipe.get(self.keys.changes()) or 0)
            since = now.timestamp() - LOOKING_SECONDS
            looking = strings(await pipe.zrangebyscore(self.keys.homes(), since, "inf"))
            scores = await pipe.zmscore(self.keys.homes_shown(), looking) if looking else []
            shown = {user: int(score or 0) for user, score in zip(looking, scores, strict=True)}
            stale = sorted((user for user in looking if shown[user] < changes), key=shown.__getitem__)[:most]
            if not stale:
                return None

            def write() -> None:
                pipe.zadd(self.keys.homes_shown(), dict.fromkeys(stale, changes))
                self._want(pipe, map(home, stale))

            return write

        await self._atomically(step, self.keys.homes_shown())

    async def leave_home(self, user: str) -> None:
        """A person has left the workspace: their Home is nobody's."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(self.keys.home(user))
            pipe.zrem(self.keys.homes(), user)
            pipe.zrem(self.keys.homes_shown(), user)
            await pipe.execute()
