"""The job queue's library logs a stack trace each time Redis refuses something; an operator reads one line of ours."""

from __future__ import annotations

import logging
from functools import partial

from bot.store.trouble import RedisWatch, is_trouble

_LIBRARY = "docket"
_WITHOUT_TRACE = ("Redis error in cancellation listener", "Redis is unavailable")
"""How messages of the library begin that tell of the same, without the exception."""


def watch_the_queue(watch: RedisWatch) -> None:
    """Have what the library meets noted by ``watch``, and nothing logged of it; call it when that is imported."""
    for name in list(logging.root.manager.loggerDict):
        if name == _LIBRARY or name.startswith(f"{_LIBRARY}."):
            logging.getLogger(name).addFilter(partial(_is_news, watch))


def _is_news(watch: RedisWatch, record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    if (error is not None and is_trouble(error)) or record.getMessage().startswith(_WITHOUT_TRACE):
        watch.note()
        return False
    return True
