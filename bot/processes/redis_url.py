"""Which Redis a process works on: the one that is set, or the embedded one, started or shared."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager

from bot.store.embedded import EmbeddedRedis, EmbeddedRedisError
from config.settings import Settings

log = logging.getLogger(__name__)


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
    stopped = threading.Event()
    keeper = threading.Thread(target=_keep, args=(embedded, stopped), daemon=True)
    keeper.start()
    try:
        yield embedded.url
    finally:
        stopped.set()
        keeper.join()
        embedded.stop()


def _keep(embedded: EmbeddedRedis, stopped: threading.Event) -> None:
    """Start the server again if it dies, or take it over if the process that ran it is gone."""
    while not stopped.wait(1.0):
        try:
            embedded.poll()
        except EmbeddedRedisError as error:
            log.error("%s", error)
