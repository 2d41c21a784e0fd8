"""The parts of a workspace, wired together; the API's methods and its people work on these."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from bot.sandbox.delivery import Deliveries
from bot.sandbox.errors import ApiError
from bot.sandbox.events import Events
from bot.sandbox.faults import Faults
from bot.sandbox.manifest import Manifest
from bot.sandbox.rates import Pace
from bot.sandbox.records import Call, Channel
from bot.sandbox.screens import Screens
from bot.sandbox.socket_mode import Sockets
from bot.sandbox.state import State
from bot.sandbox.triggers import ResponseUrls, Triggers


class Core:
    """State, deliveries, tokens and permissions of one workspace with one app installed."""

    def __init__(
        self, manifest: Mapping[str, Any] | None, team_id: str, request_url: str | None, sister: Core | None = None
    ) -> None:
        """``sister`` has the same app installed: one signing secret, one app-level token, one set of connections."""
        self.manifest = Manifest.read(manifest)
        self.state = State(team_id, self.manifest)
        secret = hashlib.sha256(f"sandbox {team_id}".encode()).hexdigest()
        self.team_id = team_id
        self.bot_token = f"xoxb-sandbox-{team_id}"
        if sister:
            self.state.app_id = sister.state.app_id
        self.app_token = f"xapp-1-{self.state.app_id}-sandbox"
        self.signing_secret: str = sister.signing_secret if sister else secret[:32]
        self.verification_token: str = sister.verification_token if sister else secret[32:56]
        self.revoked: set[str] = set()
        self.sockets: Sockets = sister.sockets if sister else Sockets(self.state.app_id, self.state.stir)
        self.delivery = Deliveries(self.signing_secret, self.sockets)
        self.delivery.request_url = request_url
        self.events = Events(self.state, self.delivery, self.verification_token)
        self.triggers = Triggers(self.state.ids)
        self.response_urls = ResponseUrls(self.state.ids)
        self.screens = Screens(self.state)
        self.faults = Faults()
        self.pace = Pace()
        self.strict_rates = False
        self.calls: list[Call] = []
        self.base_url = ""

    # Permissions

    def need(self, *scopes: str) -> None:
        """Refuse the call unless the app has one of these scopes."""
        have = self.manifest.scopes
        if scopes and not have.intersection(scopes):
            raise ApiError("missing_scope", needed=",".join(scopes), provided=",".join(sorted(have)))

    def has(self, scope: str) -> bool:
        """Whether the app was granted a scope."""
        return scope in self.manifest.scopes

    def is_member(self, channel: Channel) -> bool:
        """Whether the bot is in the channel."""
        return self.state.bot_user_id in channel.members

    def channel(self, channel_id: str, *, scope: str | None = None) -> Channel:
        """The channel a call names, as far as the bot may know of it: private ones only from inside."""
        channel = self.state.channels.get(channel_id)
        if channel is None or (channel.kind != "channel" and not self.is_member(channel)):
            raise ApiError("channel_not_found")
        if scope:
            self.need(f"{channel.scope_family}:{scope}")
        return channel
