"""Where the app is installed: the bot token of each workspace that was added, encrypted where there is a key.

The records stand beside the workspaces, in one hash by workspace id, and in no export. With keys each is a Fernet token
(AES-128-CBC with HMAC-SHA256: github.com/fernet/spec) of the JSON that stands there in plain without: the first key
encrypts, all of them open, and at each start what the first key did not encrypt is encrypted anew. The workspace id
stands inside, too, so that a record that was moved below another workspace opens nothing.

A workspace that was removed leaves an empty record: from then on a payload must name a workspace that is installed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.store.keys import INSTALLATIONS

NO_KEY = "no key of TOKEN_KEY opens it; set the key it was kept with, or add the workspace again"
MOVED = "it was kept for another workspace; add the workspace again"
DAMAGED = "it cannot be read; add the workspace again"


class Unreadable(Exception):
    """A record that gives no token; the message says why and what to do, and nothing of the record."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The app in one workspace. ``bot_user`` and ``bot_id`` are whom Slack named when it was added."""

    team: str
    name: str
    token: SecretStr
    bot_user: str
    bot_id: str
    added: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store has: tokens that can be used, why others cannot, and who was ever added.

    ``plain`` are the workspaces whose token is not encrypted.
    """

    installed: dict[str, Installation]
    unreadable: dict[str, str]
    plain: frozenset[str]
    ever: frozenset[str]


class Installations:
    """The records, opened and closed with these keys (url-safe base64 of 32 bytes each; none: kept in plain)."""

    def __init__(self, redis: Redis, keys: Iterable[str] = ()) -> None:
        """Raises ValueError if a key is none."""
        self._redis = redis
        self._keys = [Fernet(key) for key in keys]

    async def read(self) -> Kept:
        """All of them. What cannot be opened keeps no other from being used."""
        rows = _rows(await self._redis.hgetall(INSTALLATIONS))
        installed, unreadable = {}, {}
        for team, row in sorted(rows.items()):
            try:
                if row:
                    installed[team] = self._open(team, row)
            except Unreadable as error:
                unreadable[team] = str(error)
        plain = frozenset(team for team, row in rows.items() if row.startswith("{"))
        return Kept(installed, unreadable, plain, frozenset(rows))

    async def add(self, installation: Installation) -> None:
        """Keep a workspace's token, in place of an earlier one."""
        await self._redis.hset(INSTALLATIONS, installation.team, self._close(installation))

    async def remove(self, team: str, tried: str | None = None) -> bool:
        """Let a workspace's token go, whether or not a key opens it; False if there was none.

        ``tried``: only if it is this token that is kept, and not one that was added meanwhile.
        """
        gone = False

        async def step(pipe: Pipeline) -> None:
            nonlocal gone
            row = str(await pipe.hget(INSTALLATIONS, team) or "")
            gone = bool(row) and (tried is None or self._has(team, row, tried))
            pipe.multi()  # type: ignore[no-untyped-call]
            if gone:
                pipe.hset(INSTALLATIONS, team, "")

        await self._redis.transaction(step, INSTALLATIONS)
        return gone

    def _has(self, team: str, row: str, token: str) -> bool:
        try:
            return self._open(team, row).token.get_secret_value() == token
        except Unreadable:
            return False

    async def encrypt(self) -> int:
        """Encrypt with the first key what is not, plain or under another key; how many were. Without keys: nothing."""
        changed: dict[str, str] = {}

        async def step(pipe: Pipeline) -> None:
            changed.clear()
            rows = _rows(await pipe.hgetall(INSTALLATIONS))
            for team, row in rows.items():
                if not row or _opens(self._keys[0], row):
                    continue
                try:
                    changed[team] = self._close(self._open(team, row))
                except Unreadable:  # said where it is to be used
                    continue
            pipe.multi()  # type: ignore[no-untyped-call]
            for team, row in changed.items():
                pipe.hset(INSTALLATIONS, team, row)

        if self._keys:
            await self._redis.transaction(step, INSTALLATIONS)
        return len(changed)

    def _close(self, installation: Installation) -> str:
        text = json.dumps(
            {
                "team": installation.team,
                "name": installation.name,
                "token": installation.token.get_secret_value(),
                "bot_user": installation.bot_user,
                "bot_id": installation.bot_id,
                "added": installation.added.timestamp(),
            }
        )
        return self._keys[0].encrypt(text.encode()).decode() if self._keys else text

    def _open(self, team: str, row: str) -> Installation:
        try:
            text = row if row.startswith("{") else MultiFernet(self._keys).decrypt(row).decode() if self._keys else ""
        except InvalidToken:
            text = ""
        if not text:
            raise Unreadable(NO_KEY)
        try:
            record = json.loads(text)
            installation = Installation(
                str(record["team"]),
                str(record["name"]),
                SecretStr(str(record["token"])),
                str(record["bot_user"]),
                str(record["bot_id"]),
                datetime.fromtimestamp(float(record["added"]), UTC),
            )
        except (ValueError, KeyError, TypeError):
            raise Unreadable(DAMAGED) from None  # the cause would show the record
        if installation.team != team:
            raise Unreadable(MOVED)
        return installation


def _rows(answer: Mapping[Any, Any]) -> dict[str, str]:
    """What Redis answered, typed as the text it is (the client decodes, its types do not say so)."""
    return {str(team): str(row) for team, row in answer.items()}


def _opens(key: Fernet, row: str) -> bool:
    try:
        key.decrypt(row)
    except InvalidToken:
        return False
    return True
