"""The Events API: which events the app hears of, and what is in them."""

from __future__ import annotations

import asyncio
import copy
import time
from collections.abc import Iterable

from bot.sandbox.delivery import Deliveries
from bot.sandbox.manifest import EVENT_SCOPES
from bot.sandbox.records import JSON, Channel, Delivery, Message, User
from bot.sandbox.state import State

Posted = list["asyncio.Task[list[Delivery]]"]
"""The deliveries that one act set off, each still under way."""

_MESSAGE_EVENTS = {"channel": "message.channels", "group": "message.groups", "im": "message.im", "mpim": "message.mpim"}


class Events:
    """Sends events that the manifest subscribes to, from conversations that the bot is in."""

    def __init__(self, state: State, deliveries: Deliveries, verification_token: str) -> None:
        self._state = state
        self._deliveries = deliveries
        self._token = verification_token
        self._under_way: set[asyncio.Task[list[Delivery]]] = set()

    async def drain(self) -> None:
        """Wait until no delivery is under way."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def cancel(self) -> None:
        """Give up on all deliveries, when the workspace ends."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def emit(self, subscription: str, event: JSON) -> Posted:
        """Send one event, if the app subscribed to it and may see it."""
        manifest = self._state.manifest
        needed = EVENT_SCOPES.get(subscription, ())
        if subscription not in manifest.events or (needed and not manifest.scopes.intersection(needed)):
            return []
        if not self._deliveries.reachable:
            return []
        task = asyncio.create_task(self._deliveries.event(self._envelope(event)))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return [task]

    def _envelope(self, event: JSON) -> JSON:
        state = self._state
        return {
            "token": self._token,
            "team_id": state.team_id,
            "api_app_id": state.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": state.ids.next("Ev"),
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": state.team_id,
                    "user_id": state.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{event.get('event_ts', '')}",
        }

    def _sees(self, channel: Channel) -> bool:
        return self._state.bot_user_id in channel.members

    # Messages

    def posted(self, message: Message) -> Posted:
        """A message was posted: ``message``, and ``app_mention`` if a person mentions the bot outside a DM."""
        channel = self._state.channels[message.channel]
        if not self._sees(channel):
            return []
        event = self._state.message_json(message, with_metadata=message.metadata is not None)
        event = copy.deepcopy(event) | {
            "channel": channel.id,
            "event_ts": message.ts,
            "channel_type": channel.kind,
        }
        # Counts belong to history; the event of a first message has none.
        for key in ("reply_count", "reply_users", "reply_users_count", "latest_reply", "subscribed"):
            event.pop(key, None)
        tasks = self.emit(_MESSAGE_EVENTS[channel.kind], event)
        mentioned = f"<@{self._state.bot_user_id}>" in message.text
        if mentioned and message.bot_id is None and channel.kind != "im":
            mention = {key: value for key, value in event.items() if key not in ("channel_type", "subtype")}
            tasks += self.emit("app_mention", mention | {"type": "app_mention"})
        return tasks

    def edited(self, message: Message, previous: JSON) -> Posted:
        """A message was changed: ``message_changed`` with both versions."""
        return self._hidden(
            message, "message_changed", {"message": self._snapshot(message), "previous_message": previous}
        )

    def deleted(self, message: Message, previous: JSON) -> Posted:
        """A message was deleted: ``message_deleted``."""
        return self._hidden(message, "message_deleted", {"deleted_ts": message.ts, "previous_message": previous})

    def _snapshot(self, message: Message) -> JSON:
        return copy.deepcopy(self._state.message_json(message, with_metadata=True))

    def _hidden(self, message: Message, subtype: str, parts: JSON) -> Posted:
        channel = self._state.channels[message.channel]
        if message.is_ephemeral or not self._sees(channel):
            return []
        ts = self._state.ids.ts()
        event: JSON = {
            "type": "message",
            "subtype": subtype,
            "hidden": True,
            "channel": channel.id,
            "channel_type": channel.kind,
            "ts": ts,
            "event_ts": ts,
            **parts,
        }
        return self.emit(_MESSAGE_EVENTS[channel.kind], event)

    def reaction(self, message: Message, user: str, name: str, *, added: bool) -> Posted:
        """A reaction was added or taken back."""
        if not self._sees(self._state.channels[message.channel]):
            return []
        kind = "reaction_added" if added else "reaction_removed"
        item = {"type": "message", "channel": message.channel, "ts": message.ts}
        event = {"type": kind, "user": user, "reaction": name, "item_user": message.user, "item": item}
        return self.emit(kind, event | {"event_ts": self._state.ids.ts()})

    # Channels and people

    def membership(self, channel: Channel, user: str, *, joined: bool) -> Posted:
        """Somebody, or the bot, joined or left a channel."""
        ts = self._state.ids.ts()
        if user == self._state.bot_user_id and not joined:
            kind = "group_left" if channel.is_private else "channel_left"
            return self.emit(kind, {"type": kind, "channel": channel.id, "actor_id": channel.creator, "event_ts": ts})
        if not self._sees(channel):
            return []
        kind = "member_joined_channel" if joined else "member_left_channel"
        letter = "G" if channel.is_private else "C"
        event = {"type": kind, "user": user, "channel": channel.id, "channel_type": letter}
        return self.emit(kind, event | {"team": self._state.team_id, "event_ts": ts})

    def channel(self, channel: Channel, what: str, by: str) -> Posted:
        """A channel was archived, unarchived or renamed (``what``)."""
        if channel.is_private and not self._sees(channel):
            return []
        kind = f"{'group' if channel.is_private else 'channel'}_{what}"
        event: JSON = {"type": kind, "channel": channel.id, "user": by, "event_ts": self._state.ids.ts()}
        if what == "rename":
            event["channel"] = {"id": channel.id, "name": channel.name, "created": channel.created}
        return self.emit(kind, event)

    def user_changed(self, user: User) -> Posted:
        """Somebody's profile, timezone or standing changed."""
        ts = self._state.ids.ts()
        event = {"type": "user_change", "user": user.to_json(), "cache_ts": int(float(ts)), "event_ts": ts}
        return self.emit("user_change", event)

    def home_opened(self, user: User, channel: Channel, tab: str) -> Posted:
        """Somebody opened the app's Home or its messages."""
        event: JSON = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": tab}
        if tab == "home" and (view := self._state.homes.get(user.id)):
            event["view"] = self._state.view_json(view)
        return self.emit("app_home_opened", event | {"event_ts": self._state.ids.ts()})


async def settled(tasks: Iterable[asyncio.Task[list[Delivery]]]) -> list[Delivery]:
    """All attempts of these deliveries, once each was acked or given up."""
    return [delivery for attempts in await asyncio.gather(*tasks) for delivery in attempts]
