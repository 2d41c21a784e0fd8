"""Which workspaces the desk speaks for: a client for each, whose token comes and goes as the store has it.

The workspace of ``SLACK_BOT_TOKEN`` is one of them, if that is set. As long as no other was ever added it is the only
one, and nobody needs to ask Slack which one it is. A client without a token stands for a workspace that is not
installed: nothing is sent there, and what waits for it stays.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress

from redis.exceptions import RedisError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import slack_client
from bot.slack.identity import REFUSED_TOKEN, Identity, ask_identity
from bot.slack.patience import NO_ANSWER, read_refusal
from bot.store.installations import Installation, Installations
from bot.store.redis_client import end_if_cancelled

log = logging.getLogger(__name__)

NONE_TO_SERVE = (
    "SLACK_BOT_TOKEN is not set, and no workspace was added that can be used (claimdesk workspaces add); "
    "see docs/configuration.md"
)
EVERY = 2.0
"""Seconds between looks at what the store has."""
ASK_AGAIN = 30.0
"""Seconds until Slack is asked again whose ``SLACK_BOT_TOKEN`` is, after it did not say."""


class Workspaces:
    """The workspaces of this process. ``refresh`` has to be called once before anything else."""

    def __init__(self, installations: Installations, own_token: str, api_url: str) -> None:
        """``own_token`` is that of ``SLACK_BOT_TOKEN``, or empty."""
        self._installations = installations
        self._own_token = own_token
        self._api_url = api_url
        self._clients: dict[str, AsyncWebClient] = {}
        self._stored: Mapping[str, Installation] = {}
        self._ever: frozenset[str] = frozenset()
        self._said: dict[str, str] = {}
        self._ask_own_at = 0.0
        self._own_is_refused = False
        self.closed: frozenset[str] = frozenset()
        """Workspaces that were added and whose token no key opens: an operator has to mend that."""
        self.own_client = slack_client(own_token, api_url)
        self.own: Identity | None = None
        """Whose ``SLACK_BOT_TOKEN`` is, once Slack has said so."""

    @property
    def alone(self) -> bool:
        """Whether the workspace of ``SLACK_BOT_TOKEN`` is the only one that there ever was."""
        return bool(self._own_token) and not self._ever

    @property
    def only(self) -> str | None:
        """The one workspace that this desk has ever known; None where there are more, or it is not known yet."""
        known = self._ever | ({self.own.team} if self.own else set())
        return next(iter(known)) if len(known) == 1 and bool(self._own_token) == bool(self.own) else None

    @property
    def own_is_awaited(self) -> bool:
        """Whether there is a workspace of ``SLACK_BOT_TOKEN``, and Slack has not said yet which."""
        return bool(self._own_token) and self.own is None and not self._own_is_refused

    def client(self, team: str) -> AsyncWebClient:
        """The client that speaks for a workspace; always the same one, whatever becomes of its token."""
        if team not in self._clients:
            self._clients[team] = slack_client(self._token(team), self._api_url)
        return self._clients[team]

    def serves(self, team: str) -> bool:
        """Whether there is a token for a workspace."""
        return bool(self._token(team))

    def identities(self) -> dict[str, Identity]:
        """Who the desk is in each workspace it has a token for, as far as that is known."""
        found = {team: Identity(team, kept.bot_user, kept.bot_id) for team, kept in self._stored.items()}
        return found | ({self.own.team: self.own} if self.own else {})

    def _token(self, team: str) -> str:
        if self._own_token and (self.alone or (self.own and self.own.team == team)):
            return self._own_token
        kept = self._stored.get(team)
        return kept.token.get_secret_value() if kept else ""

    # The store

    async def start(self) -> None:
        """Have every token encrypted with the first key, and read them."""
        if changed := await self._installations.encrypt():
            log.info("TOKEN_KEY: %d kept token(s) were encrypted anew", changed)
        plain = await self.refresh()
        if plain:
            log.warning(
                "TOKEN_KEY: the tokens of %d workspace(s) are in Redis in plain; see docs/configuration.md", plain
            )

    async def keep_fresh(self) -> None:
        """Follow what the store has, until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            with suppress(RedisError, OSError):  # said elsewhere; the tokens stay as they were
                await self.refresh()
            end_if_cancelled()

    async def refresh(self) -> int:
        """Take over what the store has now; returns how many tokens are kept in plain."""
        kept = await self._installations.read()
        if self._own_token and kept.ever and self.own is None and time.monotonic() >= self._ask_own_at:
            await self._ask_own()
        # What another process has closed with a newer key is used as it was known here, until a restart.
        known = {team: self._stored[team] for team in kept.unreadable if team in self._stored}
        self._stored, self._ever = {**kept.installed, **known}, kept.ever
        self.closed = frozenset(kept.unreadable.keys() - known.keys())
        for team in self._said.keys() - kept.unreadable.keys():
            del self._said[team]
        for team, why in kept.unreadable.items():
            if self._said.get(team) != why:
                self._said[team] = why
                log.error("TOKEN_KEY: the token of workspace %s cannot be used: %s; the others go on", team, why)
        for team, client in self._clients.items():
            client.token = self._token(team)
        return len(kept.plain)

    async def _ask_own(self) -> None:
        """Ask whose ``SLACK_BOT_TOKEN`` is: beside others, it must speak for no other workspace than its own."""
        try:
            self.own = await ask_identity(self.own_client)
            self._own_is_refused = False
            return
        except SlackApiError as error:
            code = read_refusal(error)[0] or "server error"
            self._own_is_refused = code in REFUSED_TOKEN
            log.error("SLACK_BOT_TOKEN: Slack does not accept it (%s); the other workspaces go on", code)
        except NO_ANSWER as error:
            log.warning("SLACK_BOT_TOKEN: Slack does not say whose it is (%s)", type(error).__name__)
        self._ask_own_at = time.monotonic() + ASK_AGAIN

    async def leave(self, team: str) -> None:
        """Slack says that the app is gone from a workspace: its token goes, unless Slack takes it still.

        An event may come late, when the app was installed again and its new token added.

        Raises:
            SlackApiError, one of NO_ANSWER: Slack does not say whether it takes the token.
        """
        await self.refresh()
        client = self.client(team)
        tried = client.token or ""
        try:
            await ask_identity(client)
        except SlackApiError as error:
            if read_refusal(error)[0] not in REFUSED_TOKEN:
                raise
        else:
            log.info("Slack takes the token of workspace %s still; it is kept", team)
            return
        gone = await self._installations.remove(team, tried)
        await self.refresh()
        if not gone and self.serves(team):
            log.info("workspace %s has another token than the one that is gone; it is kept", team)
            return
        log.warning("Slack says that the app was removed from workspace %s; what waits for it stays", team)
