"""The workspace's state, and the questions that methods and people ask of it. Nothing here talks to the app."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.sandbox.ids import Ids
from bot.sandbox.manifest import Manifest
from bot.sandbox.records import JSON, Change, Channel, Message, User, View


class State:
    """People, channels, messages, views and files of one workspace."""

    def __init__(self, team_id: str, manifest: Manifest) -> None:
        self.team_id = team_id
        self.team_domain = team_id.removeprefix("T").lower()
        self.manifest = manifest
        self.ids = Ids(team_id)
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.messages: dict[str, list[Message]] = {}
        self.ephemerals: list[Message] = []
        self.modals: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, JSON] = {}
        self.usergroups: dict[str, JSON] = {}
        self.app_id = self.ids.named("A", team_id.removeprefix("T"))
        self.bot_id = self.ids.named("B", manifest.bot_name)
        self.bot_user_id = self.new_user(manifest.bot_name, real_name=manifest.name, is_bot=True).id
        self._listeners: list[Callable[[Change], None]] = []
        self._changed = asyncio.Event()

    # People and channels

    def new_user(
        self, name: str, *, real_name: str = "", tz: str = "Europe/London", email: str = "", is_bot: bool = False
    ) -> User:
        """Add a member; names must be free."""
        if any(user.name == name for user in self.users.values()):
            raise ValueError(f"there is a user called {name!r} already")
        user = User(
            id=self.ids.named("U", name),
            name=name,
            real_name=real_name or name.title(),
            email=email or f"{name}@{self.team_domain}.example",
            is_bot=is_bot,
            team_id=self.team_id,
        )
        set_timezone(user, tz)
        self.users[user.id] = user
        return user

    def new_channel(self, channel: Channel) -> Channel:
        """Add a conversation."""
        channel.created = int(float(self.ids.ts()))
        self.channels[channel.id] = channel
        self.messages[channel.id] = []
        return channel

    def channel_named(self, name: str) -> Channel | None:
        """The channel of that name, with or without ``#``."""
        wanted = name.removeprefix("#")
        return next((channel for channel in self.channels.values() if wanted and channel.name == wanted), None)

    def dm(self, *user_ids: str) -> Channel:
        """The direct conversation of the bot with one person, or several; opened if need be."""
        members = [*user_ids, self.bot_user_id]
        for channel in self.channels.values():
            if (channel.is_im or channel.is_mpim) and set(channel.members) == set(members):
                return channel
        names = [self.users[user_id].name for user_id in user_ids]
        if len(user_ids) == 1:
            return self.new_channel(Channel(self.ids.named("D", names[0]), "", members, is_im=True))
        name = "mpdm-" + "--".join(names)
        return self.new_channel(Channel(self.ids.named("G", name), name, members, is_mpim=True))

    # Messages

    def find(self, channel_id: str, ts: str | None) -> Message | None:
        """The message with that timestamp that is still there."""
        return next(
            (message for message in self.messages.get(channel_id, ()) if message.ts == ts and not message.deleted), None
        )

    def replies(self, channel_id: str, thread_ts: str) -> list[Message]:
        """The replies in a thread, without its parent."""
        return [
            message
            for message in self.messages.get(channel_id, ())
            if message.thread_ts == thread_ts and message.ts != thread_ts and not message.deleted
        ]

    def timeline(self, channel_id: str) -> list[Message]:
        """What stands in the channel itself: no replies, except those that were also sent to the channel."""
        return [
            message
            for message in self.messages.get(channel_id, ())
            if not message.deleted
            and (message.thread_ts is None or message.thread_ts == message.ts or message.reply_broadcast)
        ]

    def add_message(self, message: Message) -> Message:
        """Put a message into its channel; a first reply makes its parent the head of a thread."""
        self.messages[message.channel].append(message)
        if message.thread_ts and (parent := self.find(message.channel, message.thread_ts)):
            parent.thread_ts = parent.ts
        self.changed(Change("message", self.channels[message.channel], message))
        return message

    def add_ephemeral(self, message: Message) -> Message:
        """Show a message to one person only."""
        self.ephemerals.append(message)
        self.changed(Change("ephemeral", self.channels[message.channel], message, user=self.users[message.user]))
        return message

    def remove(self, message: Message) -> None:
        """Delete a message. The head of a thread leaves a tombstone, so that its replies have something to hang on."""
        if message.is_ephemeral:
            message.deleted = True
        elif self.replies(message.channel, message.ts):
            message.subtype, message.user, message.text = "tombstone", "USLACKBOT", "This message was deleted."
            message.blocks, message.attachments, message.metadata, message.bot_id = [], [], None, None
        else:
            message.deleted = True
        self.changed(Change("deleted", self.channels[message.channel], message))

    def message_json(self, message: Message, *, with_metadata: bool = False) -> JSON:
        """The message as history shows it: the head of a thread with its counts, a broadcast with its subtype."""
        data = message.to_json(with_metadata=with_metadata)
        if message.thread_ts == message.ts:
            replies = self.replies(message.channel, message.ts)
            users = list(dict.fromkeys(reply.user for reply in replies))
            data |= {"reply_count": len(replies), "reply_users": users, "reply_users_count": len(users)}
            data |= {"latest_reply": replies[-1].ts if replies else message.ts, "subscribed": False}
        elif message.thread_ts and (parent := self.find(message.channel, message.thread_ts)):
            data["parent_user_id"] = parent.user
        if message.reply_broadcast:
            data["subtype"] = "thread_broadcast"
        return data

    # Views

    def view(self, *, view_id: str | None = None, external_id: str | None = None) -> View | None:
        """The view on somebody's screen with that id."""
        for view in self.all_views():
            if (view_id and view.id == view_id) or (external_id and view.external_id == external_id):
                return view
        return None

    def all_views(self) -> Iterator[View]:
        """Every modal and every Home that is on a screen."""
        for stack in self.modals.values():
            yield from stack
        yield from self.homes.values()

    def view_json(self, view: View) -> JSON:
        """The view as payloads and answers hold it."""
        return view.to_json(team_id=self.team_id, app_id=self.app_id, bot_id=self.bot_id)

    # Changes

    def listen(self, callback: Callable[[Change], None]) -> None:
        """Have a callback told of each change."""
        self._listeners.append(callback)

    def changed(self, change: Change) -> None:
        """Tell everybody who waits or listens."""
        self._changed.set()
        for listener in list(self._listeners):
            listener(change)

    def stir(self) -> None:
        """Wake those who wait, although no screen changed."""
        self._changed.set()

    async def next_change(self, within: float) -> None:
        """Return at the next change, or after that many seconds."""
        self._changed.clear()
        try:
            async with asyncio.timeout(within):
                await self._changed.wait()
        except TimeoutError:
            return


def set_timezone(user: User, tz: str) -> None:
    """Put somebody into an IANA timezone, with the offset that it has now."""
    now = datetime.now(ZoneInfo(tz))
    offset = now.utcoffset()
    user.tz, user.tz_label = tz, now.tzname() or tz
    user.tz_offset = int(offset.total_seconds()) if offset else 0
