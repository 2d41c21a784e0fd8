"""The one door for what Slack sends: each payload goes to the Bolt app of the workspace it is for.

What comes here was signed by Slack, or came over its Socket Mode connection: what it names can be believed.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

from cachetools import TTLCache
from redis.exceptions import RedisError
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.app import App, slack_app
from bot.slack.addressed import addressed_to, may_be_for_another
from bot.slack.identity import REFUSED_TOKEN, Identity, ask_identity
from bot.slack.patience import NO_ANSWER, backoff, read_refusal
from bot.slack.workspaces import ASK_AGAIN, EVERY
from bot.store.redis_client import end_if_cancelled
from bot.store.schema import NewerSchema, bring_up_to_date
from bot.telemetry.metrics import PAYLOADS
from bot.telemetry.one_line import visible
from bot.telemetry.receipt import receipt
from handlers.patient import refusal
from handlers.payloads import Misshapen, check_shape

log = logging.getLogger(__name__)

SAY_AGAIN = 600.0
"""Seconds until a workspace is named again in the log whose payloads are refused: there may be many a minute."""
NOT_HERE = (
    "This workspace is not connected to the fact-checking desk. Whoever runs the desk can add it "
    "(`claimdesk workspaces add`)."
)
NOT_YET = (
    "I am not ready for this workspace at the moment, so nothing was done. Please try once more in a minute; if this "
    "stays so, tell whoever runs the desk."
)
TELL_WITHIN = 2
"""Seconds to say so to who pressed: Slack waits three for the answer."""
RESPONSE_HOSTS = frozenset({"hooks.slack.com", "hooks.slack-gov.com"})


@dataclass(frozen=True, slots=True)
class _Opened:
    """The Bolt app of a workspace, made with this token."""

    token: str
    bolt: AsyncApp


class Door:
    """Takes payloads as a Bolt app does (``async_dispatch``), for all workspaces there are tokens for."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._workspaces = app.workspaces
        self._opened: dict[str, _Opened] = {}
        self._refused: TTLCache[str, str] = TTLCache(1000, ASK_AGAIN)
        """Tokens that Slack does not take, by workspace; it is asked again after a while."""
        self._said: TTLCache[str, bool] = TTLCache(1000, SAY_AGAIN)

    async def open(self) -> None:
        """Return once at least one workspace is served."""
        for attempt in count():
            await self._update()
            if self._opened:
                return
            await asyncio.sleep(backoff(attempt))

    async def shut(self) -> str:
        """Says so if no workspace is served."""
        return "" if self._opened else "no workspace is served"

    async def keep_open(self) -> None:
        """Serve what is added and no more what is removed, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self._update()
            except (RedisError, OSError) as error:
                log.warning("the door cannot reach Redis (%s); it tries again", type(error).__name__)
            except NewerSchema as error:
                log.error("%s", error)
            end_if_cancelled()

    async def _update(self) -> None:
        identities = self._workspaces.identities()
        for team in self._opened.keys() - identities.keys():
            del self._opened[team]
            log.info("workspace %s is not served any more", team)
        await asyncio.gather(*(self._open(team) for team in identities))

    async def _open(self, team: str) -> None:
        token = self._workspaces.client(team).token or ""
        opened = self._opened.get(team)
        if (opened and opened.token == token) or self._refused.get(team) == token:
            return
        identity = await self._identity(team)
        if identity is None:
            return
        await bring_up_to_date(self._app.redis, team)
        self._opened[team] = _Opened(token, slack_app(self._app, identity))
        self._refused.pop(team, None)
        log.info("workspace %s is served", team)

    async def _identity(self, team: str) -> Identity | None:
        """Who we are there; None if Slack does not say so now. Only what Slack answers for is listened to."""
        if self._workspaces.own and self._workspaces.own.team == team:
            return self._workspaces.own
        client = self._workspaces.client(team)
        try:
            identity = await ask_identity(client)
        except SlackApiError as error:
            code = read_refusal(error)[0]
            if code in REFUSED_TOKEN:
                self._refuse_token(team, f"Slack does not accept its token ({code})")
            else:
                log.warning("workspace %s: Slack does not say who we are (%s)", team, code or "server error")
            return None
        except NO_ANSWER as error:
            log.warning("workspace %s: Slack cannot be reached (%s); trying again", team, type(error).__name__)
            return None
        if identity.team != team:
            self._refuse_token(team, "its token is another workspace's")
            return None
        return identity

    def _refuse_token(self, team: str, why: str) -> None:
        self._refused[team] = self._workspaces.client(team).token or ""
        self._opened.pop(team, None)
        if not self._said.get(f"token {team}"):
            self._said[f"token {team}"] = True
            log.error("workspace %s: %s; add it again with claimdesk workspaces add; the others go on", team, why)

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """The answer of the workspace that the payload is for; what has not the shape of Slack's is refused."""
        try:
            check_shape(req.body)
        except Misshapen as error:
            log.warning("refused a payload that is none of Slack's: %s", error)
            PAYLOADS.labels("other", "refused").inc()
            return BoltResponse(status=400, body="")
        with receipt(req.body) as answer:
            response = await self._dispatch(req)
            answer.status = response.status
        return response

    async def _dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        known = self._workspaces.identities()
        ours = {team: Identity(team, "", "") for team in self._workspaces.closed} | known
        team = self._workspaces.only or addressed_to(req.body, ours)
        awaited = self._workspaces.own_is_awaited and _names_a_workspace(req) and may_be_for_another(req.body, ours)
        if awaited and not self._workspaces.only:
            return await self._later(req)
        opened = self._opened.get(team) if team else None
        if opened is None and not _names_a_workspace(req):
            # Slack looks whether somebody listens: any of the apps can answer.
            opened = next(iter(self._opened.values()), None)
            if opened is None:
                return BoltResponse(status=503, body="")
        if opened is not None:
            return await opened.bolt.async_dispatch(req)
        if team in self._workspaces.closed or (team in known and team not in self._refused):
            return await self._later(req)
        return self._not_here(req)

    async def _later(self, req: AsyncBoltRequest) -> BoltResponse:
        """Have Slack try again with a payload of a workspace of ours that cannot be served just now: Slack has not said
        who we are there, or no key opens its token. Whoever waits for an answer reads that they have to do it again."""
        named = f"later {_named(req)}"
        if not self._said.get(named):
            self._said[named] = True
            log.warning("payloads of workspace %s have to wait: it cannot be served yet", visible(_named(req)))
        response, telling = refusal(req.body, sentence=NOT_YET)
        url = req.body.get("response_url")
        if telling is not None and isinstance(url, str) and self._is_slacks(url):
            with suppress(*NO_ANSWER):
                await AsyncWebhookClient(url, timeout=TELL_WITHIN).send(
                    text=NOT_YET, response_type="ephemeral", replace_original=False
                )
        return response

    def _is_slacks(self, url: str) -> bool:
        host = urlsplit(url).hostname
        return host in RESPONSE_HOSTS or host == urlsplit(self._app.settings.slack_api_url).hostname

    def _not_here(self, req: AsyncBoltRequest) -> BoltResponse:
        """Refuse a payload of a workspace that the desk does not work for.

        Events are acknowledged: Slack would try again for nothing, and switch off events for all workspaces where too
        many fail. A command is answered with a sentence. A press or a form is answered with 404: Slack then shows that
        it did not work, and keeps open what somebody has typed.
        """
        named = _named(req)
        if not self._said.get(named):
            self._said[named] = True
            log.warning("refused a payload for workspace %s, which is not installed here", visible(named))
        if "command" in req.body:
            answer = json.dumps({"response_type": "ephemeral", "text": NOT_HERE})
            return BoltResponse(status=200, body=answer, headers={"content-type": "application/json"})
        return BoltResponse(status=200 if "event" in req.body else 404, body="")


def _names_a_workspace(req: AsyncBoltRequest) -> bool:
    return bool(req.context.team_id) or any(name in req.body for name in ("event", "view", "command", "actions"))


def _named(req: AsyncBoltRequest) -> str:
    return str(req.context.team_id or "?")[:32]
