"""A local Slack workspace that speaks the real protocol: what tests and the demo run the real processes against."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar, cast

from bot.sandbox.core import Core
from bot.sandbox.delivery import Kind
from bot.sandbox.person import Person
from bot.sandbox.records import JSON, Call, Change, Channel, Delivery, Message
from bot.sandbox.server import Server
from bot.sandbox.transcript import transcript

Found = TypeVar("Found")


class Workspace:
    """One workspace with one app installed, on a loopback port, for as long as the ``async with`` lasts.

    The app is reached at ``request_url``, or over Socket Mode whenever a connection is open.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any] | None = None,
        *,
        team_id: str = "T0DESK",
        request_url: str | None = None,
        sister: Workspace | None = None,
    ) -> None:
        """``sister`` is a workspace in which the same app is installed; each has its own bot token."""
        core = Core(manifest, team_id, request_url, sister._core if sister else None)
        self._core: Core = core
        self._sister = sister
        self._server = Server(core)
        self.team_id = team_id
        self.bot_token = core.bot_token
        self.app_token = core.app_token
        self.signing_secret = core.signing_secret
        self.app_id = core.state.app_id
        self.bot_id = core.state.bot_id
        self.bot_user_id = core.state.bot_user_id
        self.faults = core.faults
        self.manifest = core.manifest
        self.people: dict[str, Person] = {}

    async def __aenter__(self) -> Self:
        self._core.base_url = base = await self._server.start()
        self._core.response_urls.base = base
        if self._sister is None:
            self._core.sockets.base = base.replace("http://", "ws://")
        await self._core.delivery.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._core.events.cancel()
        if self._sister is None:
            await self._core.sockets.close()
        await self._server.stop()
        await self._core.delivery.close()

    # The app

    @property
    def api_url(self) -> str:
        """The base of the Web API, for ``SLACK_API_URL`` and ``base_url=``."""
        return f"{self._core.base_url}api/"

    @property
    def request_url(self) -> str | None:
        """Where the app takes payloads over HTTP."""
        return self._core.delivery.request_url

    @request_url.setter
    def request_url(self, url: str | None) -> None:
        self._core.delivery.request_url = url

    @property
    def retry_delays(self) -> Sequence[float]:
        """Seconds before each retry of an event; Slack's own are about 0, 60 and 300."""
        return self._core.delivery.retry_delays

    @retry_delays.setter
    def retry_delays(self, delays: Sequence[float]) -> None:
        self._core.delivery.retry_delays = delays

    @property
    def ack_seconds(self) -> float:
        """How long the app has to ack: three seconds, less in a hurry."""
        return self._core.delivery.ack_seconds

    @ack_seconds.setter
    def ack_seconds(self, seconds: float) -> None:
        self._core.delivery.ack_seconds = seconds

    @property
    def trigger_seconds(self) -> float:
        """How long a trigger_id is good for: three seconds."""
        return self._core.triggers.lifetime

    @trigger_seconds.setter
    def trigger_seconds(self, seconds: float) -> None:
        self._core.triggers.lifetime = seconds

    @property
    def strict_rates(self) -> bool:
        """Whether chat.postMessage answers 429 above about one message a second in a channel."""
        return self._core.strict_rates

    @strict_rates.setter
    def strict_rates(self, strict: bool) -> None:
        self._core.strict_rates = strict

    @property
    def calls(self) -> list[Call]:
        """Every call of the Web API, and of response URLs (method ``response_url``), oldest first."""
        return self._core.calls

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method."""
        return [call for call in self.calls if call.method == method]

    @property
    def deliveries(self) -> list[Delivery]:
        """Every attempt to deliver something to the app, oldest first."""
        return self._core.delivery.log

    @property
    def sockets(self) -> int:
        """How many Socket Mode connections are open."""
        return self._core.sockets.count

    async def drop_sockets(
        self, reason: str = "refresh_requested", *, grace: float = 0.5, abrupt: bool = False
    ) -> None:
        """End all Socket Mode connections, with Slack's ``disconnect`` message or, if ``abrupt``, without a word."""
        await self._core.sockets.drop(reason, grace=grace, abrupt=abrupt)

    async def verify_url(self) -> bool:
        """Ask the app for the challenge, as Slack does when a request URL is saved."""
        challenge = f"challenge-{self._core.state.ids.number()}"
        payload = {"token": self._core.verification_token, "challenge": challenge, "type": "url_verification"}
        delivery = await self._core.delivery.send("url_verification", payload)
        body = delivery.body
        return delivery.acked and challenge in (body, body.get("challenge") if isinstance(body, dict) else None)

    async def redeliver(self, delivery: Delivery, retry_num: int = 1, reason: str = "http_timeout") -> Delivery:
        """Deliver the very same payload again, signed anew in another second: same event_id, same trigger_id."""
        await asyncio.sleep(1.001 - time.time() % 1)
        kind: Any = delivery.kind
        return await self._core.delivery.send(kind, delivery.payload, retry_num=retry_num, reason=reason)

    async def settle(self) -> None:
        """Wait until no event is on its way to the app."""
        await self._core.events.drain()

    def revoke(self, token: str) -> None:
        """Refuse a token from now on."""
        self._core.revoked.add(token)

    async def uninstall(self) -> None:
        """Take the app out of the workspace: its token is refused, and the app hears of it."""
        self.revoke(self.bot_token)
        events, ids = self._core.events, self._core.state.ids
        revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [self.bot_user_id]}, "event_ts": ids.ts()}
        tasks = events.emit("tokens_revoked", revoked)
        tasks += events.emit("app_uninstalled", {"type": "app_uninstalled", "event_ts": ids.ts()})
        await asyncio.gather(*tasks)

    def install(self) -> None:
        """Install the app again; its token is good again."""
        self._core.revoked.discard(self.bot_token)

    async def deliver(self, kind: Kind, payload: JSON) -> Delivery:
        """Deliver a payload of one's own making, signed as all others are."""
        return await self._core.delivery.send(kind, payload)

    # People, channels, files

    def add_user(self, name: str, *, real_name: str = "", tz: str = "Europe/London", email: str = "") -> Person:
        """Add a person."""
        person = Person(self._core, self._core.state.new_user(name, real_name=real_name, tz=tz, email=email))
        self.people[person.id] = person
        return person

    def add_channel(
        self, name: str, members: Iterable[Person] = (), *, private: bool = False, bot: bool = True
    ) -> Channel:
        """Add a channel; the bot is a member unless told otherwise."""
        state = self._core.state
        people = [person.id for person in members]
        ids = [*people, *([state.bot_user_id] if bot else [])]
        creator = people[0] if people else state.bot_user_id
        return state.new_channel(Channel(state.ids.named("C", name), name, ids, is_private=private, creator=creator))

    def add_usergroup(self, handle: str, members: Iterable[Person]) -> str:
        """Add a user group; its id."""
        group_id = self._core.state.ids.named("S", handle)
        users = [person.id for person in members]
        group = {"id": group_id, "team_id": self.team_id, "is_usergroup": True, "handle": handle, "name": handle}
        self._core.state.usergroups[group_id] = {**group, "date_delete": 0, "users": users}
        return group_id

    def add_file(self, person: Person, name: str, content: bytes, mimetype: str = "text/plain") -> JSON:
        """Upload a file; pass what this returns to :meth:`Person.post` to share it."""
        file_id = self._core.state.ids.next("F")
        file = {
            "id": file_id,
            "name": name,
            "title": name,
            "mimetype": mimetype,
            "filetype": name.rpartition(".")[2],
            "size": len(content),
            "user": person.id,
            "url_private": f"{self._core.base_url}files/{file_id}",
            "url_private_download": f"{self._core.base_url}files/{file_id}",
        }
        self._core.state.files[file_id] = {**file, "content": content}
        return file

    async def archive(self, channel: Channel, by: Person, *, wait: bool = True) -> None:
        """Archive a channel."""
        channel.is_archived = True
        await self._channel_changed(channel, "archive", by, wait)

    async def unarchive(self, channel: Channel, by: Person, *, wait: bool = True) -> None:
        """Bring an archived channel back."""
        channel.is_archived = False
        await self._channel_changed(channel, "unarchive", by, wait)

    async def rename(self, channel: Channel, name: str, by: Person, *, wait: bool = True) -> None:
        """Rename a channel."""
        channel.name = name
        await self._channel_changed(channel, "rename", by, wait)

    async def _channel_changed(self, channel: Channel, what: str, by: Person, wait: bool) -> None:
        self._core.state.changed(Change("channel", channel))
        tasks = self._core.events.channel(channel, what, by.id)
        if wait:
            await asyncio.gather(*tasks)

    async def invite_bot(self, channel: Channel, *, wait: bool = True) -> None:
        """Bring the bot into a channel."""
        channel.members.append(self.bot_user_id)
        await self._membership(channel, joined=True, wait=wait)

    async def remove_bot(self, channel: Channel, *, wait: bool = True) -> None:
        """Take the bot out of a channel."""
        channel.members.remove(self.bot_user_id)
        await self._membership(channel, joined=False, wait=wait)

    async def _membership(self, channel: Channel, *, joined: bool, wait: bool) -> None:
        tasks = self._core.events.membership(channel, self.bot_user_id, joined=joined)
        if wait:
            await asyncio.gather(*tasks)

    # What there is to see

    def dm_channel(self, person: Person) -> Channel:
        """The direct conversation of the bot and a person."""
        return self._core.state.dm(person.id)

    def messages(self, channel: Channel | str, thread_ts: str | None = None) -> list[Message]:
        """What stands in a channel, oldest first; or with ``thread_ts`` a thread, its parent first."""
        channel_id = channel if isinstance(channel, str) else channel.id
        if thread_ts is None:
            return self._core.state.timeline(channel_id)
        parent = self._core.state.find(channel_id, thread_ts)
        return [*([parent] if parent else []), *self._core.state.replies(channel_id, thread_ts)]

    def thread(self, message: Message) -> list[Message]:
        """The replies to a message, or the thread that a reply stands in; without the parent."""
        return self._core.state.replies(message.channel, message.thread_ts or message.ts)

    def ephemerals(self, person: Person, channel: Channel | None = None) -> list[Message]:
        """What only this person was shown."""
        return [
            message
            for message in self._core.state.ephemerals
            if message.ephemeral_for == person.id
            and not message.deleted
            and (channel is None or message.channel == channel.id)
        ]

    def dms(self, person: Person) -> list[Message]:
        """The direct conversation with the bot, oldest first, threads included."""
        messages = self._core.state.messages[self._core.state.dm(person.id).id]
        return [message for message in messages if not message.deleted]

    def said(self) -> list[Message]:
        """Every message of the app that stands in a conversation, those in threads and direct messages included."""
        everything = (message for messages in self._core.state.messages.values() for message in messages)
        return [message for message in everything if message.user == self.bot_user_id and not message.deleted]

    def on_change(self, callback: Callable[[Change], None]) -> None:
        """Have a callback told of each change on a screen."""
        self._core.state.listen(callback)

    async def wait_for(
        self, look: Callable[[], Found | Awaitable[Found | None] | None], timeout: float = 10, *, hint: str = ""
    ) -> Found:
        """Look again at each change until something true is found, and return it.

        On timeout an AssertionError shows what stands in the channels, and what the app was told and answered.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            found = look()
            if inspect.isawaitable(found):
                found = await found
            if found:
                return cast(Found, found)
            left = deadline - loop.time()
            if left <= 0:
                raise AssertionError(f"not seen within {timeout:g} s: {hint or _source(look)}\n{self.transcript()}")
            await self._core.state.next_change(min(left, 0.25))

    def transcript(self) -> str:
        """The whole workspace as text: channels with their threads, ephemerals, open modals, what went wrong."""
        return transcript(self._core)


def _source(look: Callable[..., Any]) -> str:
    try:
        return inspect.getsource(look).strip()
    except (OSError, TypeError):
        return repr(look)
