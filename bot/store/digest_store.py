"""When the digests of channels come, and which verdicts they have not told of yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from redis.asyncio.client import Pipeline

from bot.desk.messages import Wanted
from bot.desk.task import Task
from bot.digest.schedule import DigestSettings
from bot.store.records import THE_DESK
from bot.store.redis_client import strings
from bot.store.task_store import TaskStore


class DigestStore(TaskStore):
    """Digests of one workspace."""

    async def undigested(self, channel: str) -> list[Task]:
        """Tasks of a channel whose verdict no digest has told of yet, oldest first."""
        return await self._tasks(strings(await self._redis.zrange(self.keys.undigested(channel), 0, -1)))

    async def digests(self) -> list[DigestSettings]:
        """The digest settings of every channel that has some."""
        channels = await self._redis.smembers(self.keys.digests())
        return [settings for c in sorted(strings(channels)) if (settings := await self.digest(c))]

    async def digest(self, channel: str) -> DigestSettings | None:
        """A channel's digest settings, or None."""
        row = await self._redis.get(self.keys.digest(channel))
        return DigestSettings.model_validate_json(row) if row else None

    async def change_digest(
        self, channel: str, change: Callable[[DigestSettings | None], DigestSettings], *, by: str
    ) -> DigestSettings:
        """Change a channel's digest settings."""
        done: list[DigestSettings] = []

        async def step(pipe: Pipeline) -> Callable[[], object]:
            row = await pipe.get(self.keys.digest(channel))
            settings = change(DigestSettings.model_validate_json(row) if row else None)
            done[:] = [settings]

            def write() -> None:
                pipe.set(self.keys.digest(channel), settings.model_dump_json())
                pipe.sadd(self.keys.digests(), channel)
                self._log(pipe, by, "digest", channel, at=str(settings.at), tz=settings.tz, on=settings.on)

            return write

        await self._atomically(step, self.keys.digest(channel))
        return done[0]

    async def post_digest(
        self,
        channel: str,
        id: str,
        build: Callable[[DigestSettings | None, Sequence[Task]], tuple[DigestSettings | None, Wanted | None] | None],
    ) -> bool:
        """Want a digest and take what it tells off the list of untold verdicts, once for each ``id``.

        ``build`` makes of the settings and the untold verdicts the new settings and the message, or None for nothing.
        A channel without settings, where somebody asked, has none afterwards either.
        """

        async def step(pipe: Pipeline) -> Callable[[], object] | None:
            if await pipe.exists(self.keys.message(id)):
                return None
            row = await pipe.get(self.keys.digest(channel))
            untold = strings(await pipe.zrange(self.keys.undigested(channel), 0, -1))
            verdicts = await self._tasks(untold)
            built = build(DigestSettings.model_validate_json(row) if row else None, verdicts)
            if built is None:
                return None
            settings, wanted = built

            def write() -> None:
                if settings is not None:
                    pipe.set(self.keys.digest(channel), settings.model_dump_json())
                if wanted is not None:
                    if untold:
                        pipe.zrem(self.keys.undigested(channel), *untold)
                    self._want(pipe, [wanted])
                    self._log(pipe, THE_DESK, "digested", channel, verdicts=untold)

            return write

        watched = (self.keys.digest(channel), self.keys.undigested(channel), self.keys.message(id))
        return await self._atomically(step, *watched)

    async def untell(self, channel: str, tasks: Sequence[str]) -> None:
        """Put verdicts back on the list of untold ones: the digest that told of them could not be posted."""
        published = {t.id: t.published.timestamp() for t in await self._tasks(tasks) if t.published}
        if published:
            await self._redis.zadd(self.keys.undigested(channel), published)

    async def drop_digest(self, channel: str) -> None:
        """Forget a channel's digest settings: the desk cannot write there."""
        async with self._redis.pipeline(transaction=True) as pipe:
            pipe.delete(self.keys.digest(channel))
            pipe.srem(self.keys.digests(), channel)
            await pipe.execute()
