"""A Bolt app to which payloads are handed as Slack would send them, and a desk that notes what people are told."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, TypeVar
from urllib.parse import urlencode

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

App = TypeVar("App", bound=AsyncApp)


class Told:
    """An office that only says things; ``broken`` cannot even do that."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken
        self.said: list[dict[str, str | None]] = []

    async def say_to(self, user: str, channel: str, text: str, *, thread: str | None, origin: str) -> None:
        if self.broken:
            raise ConnectionError("no Redis")
        self.said.append({"user": user, "channel": channel, "text": text, "thread": thread, "origin": origin})


def desk(**parts: Any) -> Any:
    """A desk of these parts."""
    return SimpleNamespace(**{"office": Told()} | parts)


def bolt(kind: type[App] = AsyncApp) -> App:  # type: ignore[assignment]
    """An app that answers after its listeners are through, as the desk's own does."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T1", bot_user_id="U0BOT", bot_id="B1", bot_token="xoxb-1")

    return kind(
        signing_secret="x", authorize=authorize, process_before_response=True, request_verification_enabled=False
    )


async def send(app: AsyncApp, payload: dict[str, Any]) -> BoltResponse:
    """An interaction."""
    body = {"team": {"id": "T1"}, "user": {"id": "U0ANA"}, "trigger_id": "1.2", **payload}
    return await _dispatch(app, urlencode({"payload": json.dumps(body)}), "application/x-www-form-urlencoded")


async def command(app: AsyncApp, **fields: str) -> BoltResponse:
    """A slash command."""
    body = {"team_id": "T1", "user_id": "U0ANA", "channel_id": "C1", "trigger_id": "1.2", **fields}
    return await _dispatch(app, urlencode(body), "application/x-www-form-urlencoded")


async def event(app: AsyncApp, **fields: Any) -> BoltResponse:
    """An event."""
    body = {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": {"user": "U0ANA", **fields}}
    return await _dispatch(app, json.dumps(body), "application/json")


def pressed(action_id: str, **action: Any) -> dict[str, Any]:
    """A press on a message in a thread."""
    return {
        "type": "block_actions",
        "actions": [{"action_id": action_id, "block_id": "b", "type": "button", "action_ts": "5.0", **action}],
        "channel": {"id": "C1"},
        "message": {"ts": "4.0", "thread_ts": "3.0"},
    }


async def _dispatch(app: AsyncApp, body: str, kind: str) -> BoltResponse:
    return await app.async_dispatch(AsyncBoltRequest(body=body, headers={"content-type": kind}))
