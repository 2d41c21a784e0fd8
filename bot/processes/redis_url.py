"""Which Redis a process works on: the one that is set, or the embedded one, started or shared."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from bot.store.embedded import EmbeddedRedis
from config.settings import Settings


@contextmanager
def redis_url(settings: Settings) -> Generator[str]:
    """The URL, for as long as the process runs.

    Raises:
        EmbeddedRedisError: none is set and the embedded one cannot be had.
    """
    if settings.redis_url is not None:
        yield settings.redis_url.get_secret_value()
        return
    embedded = EmbeddedRedis(settings.data_dir)
    embedded.attach_or_start()
    try:
        yield embedded.url
    finally:
        embedded.stop()
