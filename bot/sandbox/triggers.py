"""What an interaction lets the app do afterwards: open a modal once within 3 s, answer five times within 30 min."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass

from bot.sandbox import limits
from bot.sandbox.errors import ApiError
from bot.sandbox.ids import Ids
from bot.sandbox.records import Message


@dataclass
class Trigger:
    """A permission to open a modal for somebody, or to push one onto the modal it came from."""

    user: str
    view: str | None
    issued: float
    used: bool = False


class Triggers:
    """The trigger ids of a workspace."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._issued: dict[str, Trigger] = {}
        self.lifetime = limits.TRIGGER_SECONDS

    def issue(self, user: str, view: str | None = None) -> str:
        """A new trigger id; ``view`` is the modal in which somebody pressed."""
        number = self._ids.number()
        digest = hashlib.sha256(f"{number}{user}{view}".encode()).hexdigest()[:32]
        trigger_id = f"{number}.{int(time.time())}.{digest}"
        self._issued[trigger_id] = Trigger(user, view, time.monotonic())
        return trigger_id

    def check(self, trigger_id: str) -> Trigger:
        """The trigger, if it is still good. The caller marks it as used when the modal is open."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if time.monotonic() - trigger.issued > self.lifetime:
            raise ApiError("expired_trigger_id")
        return trigger


@dataclass
class ResponseUrl:
    """A ``response_url``: where it answers to, and how often it was used."""

    channel: str
    user: str
    source: Message | None
    issued: float
    uses: int = 0


class ResponseUrls:
    """The response URLs of a workspace."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._issued: dict[str, ResponseUrl] = {}
        self.base = ""
        self.lifetime: float = limits.RESPONSE_URL_SECONDS

    def issue(self, channel: str, user: str, source: Message | None = None) -> str:
        """A new URL that answers somebody in a channel; ``source`` is the message that it may replace or delete."""
        key = hashlib.sha256(f"{self._ids.number()}{channel}{user}".encode()).hexdigest()[:24]
        self._issued[key] = ResponseUrl(channel, user, source, time.monotonic())
        return f"{self.base}response/{key}"

    def use(self, key: str) -> ResponseUrl:
        """Take one of the uses; refused when it is unknown, too old or used up."""
        url = self._issued.get(key)
        if url is None:
            raise ApiError("invalid_url")
        if time.monotonic() - url.issued > self.lifetime:
            raise ApiError("expired_url")
        if url.uses >= limits.RESPONSE_URL_USES:
            raise ApiError("used_url")
        url.uses += 1
        return url
