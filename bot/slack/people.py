"""What the desk asks Slack: the message a thread started with, who a person is, and who is in a user group."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from cachetools import TTLCache
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.lookup import EVENT_TYPE
from bot.slack.message_text import file_ids, message_text
from bot.slack.patience import NO_ANSWER, REFUSED_APP, patiently, read_refusal

log = logging.getLogger(__name__)

Found = TypeVar("Found")

KEPT_SECONDS = 600
"""How long a process remembers who somebody is."""
SEEN_SECONDS = 300
"""How long it remembers which channels somebody is in: who was put out of one should soon see no more of it, but
reminders ask about many people every minute."""
PUBLIC, PRIVATE, NOBODYS = "public", "private", ""


class NotVisible(Exception):
    """The desk cannot see a message; ``sentence`` says what the person can do about it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


_INVITE = "I cannot see the message that started this thread. Invite me to the channel, or paste the text here."
_NO_TEXT = "The message that started this thread has no text I can read. Please paste the text here."
_DELETED = "The message that started this thread was deleted. Please paste the text or the link here."
_INVISIBLE = frozenset(
    {"channel_not_found", "not_in_channel", "thread_not_found", "missing_scope", "message_not_found"}
)
_NOT_OURS = frozenset({"user_not_found", "user_not_visible"})
"""Slack's words for people who are none of the workspace's."""
_OURS = "This thread starts with a message of mine. Mention me together with the link or the text you want checked."


@dataclass(frozen=True, slots=True)
class Member:
    """Who a person is: their IANA timezone or "", whether they run the workspace, are an app, or have left.

    ``outside`` is somebody who sees only what they were let into: a guest, or a person of another company in a channel
    that is shared with it.
    """

    tz: str = ""
    admin: bool = False
    bot: bool = False
    gone: bool = False
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """What a thread starts with: a message's mrkdwn, and the ids of the files shared with it."""

    text: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """A user group and who is in it."""

    id: str
    name: str
    handle: str
    users: tuple[str, ...]


class People:
    """Reads from one workspace."""

    def __init__(self, client: AsyncWebClient, team: str) -> None:
        self._client = client
        self._team = team
        self._members: TTLCache[str, Member] = TTLCache(10_000, KEPT_SECONDS)
        self._asking: dict[str, asyncio.Task[Any]] = {}
        self._channels: TTLCache[str, str] = TTLCache(10_000, KEPT_SECONDS)
        """What a channel is: PUBLIC, PRIVATE, or the person whose direct message it is."""
        self._not_here: TTLCache[str, bool] = TTLCache(10_000, SEEN_SECONDS)
        """Channels that the desk is not in."""
        self._conversations: TTLCache[str, frozenset[str]] = TTLCache(10_000, SEEN_SECONDS)
        self._groups: TTLCache[str, list[Group]] = TTLCache(1, KEPT_SECONDS)

    async def message(self, channel: str, ts: str) -> Started:
        """The message that started a thread.

        Raises:
            NotVisible: it is not there, not visible to the desk, or has neither text nor file.
        """

        async def ask() -> AsyncSlackResponse:
            return await self._client.conversations_replies(
                channel=channel, ts=ts, limit=1, inclusive=True, include_all_metadata=True
            )

        try:
            page = await patiently(ask)
        except SlackApiError as error:
            if read_refusal(error)[0] in _INVISIBLE:
                raise NotVisible(_INVITE) from None
            raise
        first: dict[str, Any] = next(iter(page["messages"]), {})
        if (first.get("metadata") or {}).get("event_type") == EVENT_TYPE:
            raise NotVisible(_OURS)
        if first.get("subtype") == "tombstone":
            raise NotVisible(_DELETED)
        text, files = message_text(first), file_ids(first)
        if not text and not files:
            raise NotVisible(_NO_TEXT)
        return Started(text, files)

    async def member(self, user: str) -> Member | None:
        """Who a person is; None where Slack does not tell. Kept for ten minutes."""
        return self._members.get(user) or await self._once(f"member {user}", lambda: self._ask_member(user))

    async def _once(self, what: str, ask: Callable[[], Coroutine[Any, Any, Found]]) -> Found:
        """Ask Slack once, however many wait for it.

        An answer that comes too late for all of them is kept: who presses once more finds it.
        """
        if what not in self._asking:
            self._asking[what] = asyncio.create_task(ask())
            self._asking[what].add_done_callback(lambda _: self._asking.pop(what, None))
        answer: Found = await asyncio.shield(self._asking[what])
        return answer

    async def _ask_member(self, user: str) -> Member | None:
        try:
            member = member_of((await self._client.users_info(user=user))["user"], self._team)
        except (SlackApiError, *NO_ANSWER) as error:
            if not isinstance(error, SlackApiError) or read_refusal(error)[0] not in _NOT_OURS:
                log.warning("Slack does not tell who %s is: %s", user, _why(error))
                return None
            member = Member(outside=True)
        # What an event said meanwhile is newer than what was asked before it.
        return self._members.setdefault(user, member)

    def changed(self, user: str, member: Member) -> None:
        """Slack said that somebody is not who they were."""
        self._members[user] = member

    async def timezone(self, user: str) -> str | None:
        """A person's IANA timezone, None where Slack does not tell."""
        member = await self.member(user)
        return member.tz or None if member else None

    async def groups(self, *, anew: bool = False) -> list[Group]:
        """The workspace's user groups, none where Slack does not tell. Kept for ten minutes, unless ``anew``."""
        return await self._told_groups(anew=anew) or []

    async def groups_of(self, user: str, among: Iterable[str]) -> frozenset[str] | None:
        """Those of these user groups that a person is in; None where Slack does not tell."""
        wanted = set(among)
        groups = await self._told_groups() if wanted else []
        if groups is None:
            return None
        return frozenset(group.id for group in groups if group.id in wanted and user in group.users)

    async def _told_groups(self, *, anew: bool = False) -> list[Group] | None:
        known = None if anew else self._groups.get("all")
        return known if known is not None else await self._once("groups", self._ask_groups)

    async def _ask_groups(self) -> list[Group] | None:
        """The user groups; none where the app may not see them, None where Slack does not tell."""
        try:
            answer = await self._client.usergroups_list(include_users=True)
        except (SlackApiError, *NO_ANSWER) as error:
            log.warning("Slack does not tell the user groups: %s", _why(error))
            return [] if isinstance(error, SlackApiError) and read_refusal(error)[0] in REFUSED_APP else None
        self._groups["all"] = [
            Group(str(g["id"]), str(g.get("name") or ""), str(g.get("handle") or ""), tuple(g.get("users") or ()))
            for g in answer["usergroups"]
        ]
        return self._groups["all"]

    async def in_groups(self, groups: Iterable[str]) -> frozenset[str]:
        """Everybody who is in one of these user groups."""
        wanted = set(groups)
        return frozenset(user for group in await self.groups() if group.id in wanted for user in group.users)

    async def may_see(self, user: str, channel: str) -> bool:
        """Whether somebody could read a channel in Slack. No, where Slack is silent."""
        return bool(await self.sees(user, channel))

    async def sees(self, user: str, channel: str) -> bool | None:
        """Whether somebody could read a channel in Slack: theirs, or a public one. None where Slack does not tell.

        Guests and people of other companies see of the public ones only those that they are in.
        """
        kind = await self._what_is(channel)
        if kind is None:
            return None
        if kind not in (PUBLIC, PRIVATE):
            return kind == user
        unknown = False
        if kind == PUBLIC:
            member = await self.member(user)
            if member is not None and not member.outside:
                return True
            unknown = member is None
        conversations = await self._conversations_of(user)
        if conversations is None or (unknown and channel not in conversations):
            return None
        return channel in conversations

    async def is_public(self, channel: str) -> bool | None:
        """Whether everybody in the workspace could read a channel. None where Slack does not tell."""
        kind = await self._what_is(channel)
        return None if kind is None else kind == PUBLIC

    async def _what_is(self, channel: str) -> str | None:
        """PUBLIC, PRIVATE, the person whose direct message it is, or None where Slack does not tell.

        Of a channel that the desk is not in Slack says that there is none: nobody's, as far as the desk can know.
        """
        if channel in self._not_here:
            return NOBODYS
        return self._channels.get(channel) or await self._once(f"channel {channel}", lambda: self._ask_what_is(channel))

    async def _ask_what_is(self, channel: str) -> str | None:
        try:
            info = (await self._client.conversations_info(channel=channel))["channel"]
        except (SlackApiError, *NO_ANSWER) as error:
            if isinstance(error, SlackApiError) and read_refusal(error)[0] == "channel_not_found":
                self._not_here[channel] = True
                return NOBODYS
            log.warning("Slack does not tell who may see %s: %s", channel, _why(error))
            return None
        self._channels[channel] = kind = str(info.get("user") or "") if info.get("is_im") else _kind(info)
        return kind

    async def _conversations_of(self, user: str) -> frozenset[str] | None:
        """The conversations that a person shares with the desk; None where Slack does not tell."""
        known = self._conversations.get(user)
        return known if known is not None else await self._once(f"where {user}", lambda: self._ask_where(user))

    async def _ask_where(self, user: str) -> frozenset[str] | None:
        found: set[str] = set()
        cursor = ""
        try:
            while True:
                page = await self._client.users_conversations(
                    user=user, types="public_channel,private_channel,mpim", limit=200, cursor=cursor or None
                )
                found |= {str(c["id"]) for c in page["channels"]}
                cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
                if not cursor:
                    break
        except (SlackApiError, *NO_ANSWER) as error:
            log.warning("Slack does not tell where %s is: %s", user, _why(error))
            return None
        self._conversations[user] = there = frozenset(found)
        return there


def _kind(channel: dict[str, Any]) -> str:
    return PRIVATE if channel.get("is_private") or channel.get("is_mpim") else PUBLIC


def member_of(user: dict[str, Any], team: str) -> Member:
    """What Slack's user object says, to the desk of this workspace.

    Whom another company made an admin is none here.
    """
    guest = any(user.get(mark) for mark in ("is_restricted", "is_ultra_restricted"))
    elsewhere = bool(user.get("is_stranger")) or _is_of_another(user, team)
    return Member(
        tz=str(user.get("tz") or ""),
        admin=bool(user.get("is_admin") or user.get("is_owner")) and not elsewhere,
        bot=bool(user.get("is_bot")) or user.get("id") == "USLACKBOT",
        gone=bool(user.get("deleted")),
        outside=guest or elsewhere,
    )


def _is_of_another(user: dict[str, Any], team: str) -> bool:
    """Whether a person belongs to another workspace alone.

    ``is_stranger`` does not tell: Slack means by it somebody with whom no channel is shared. Who is in several
    workspaces of one company has those in ``enterprise_user.teams``; ``team_id`` names but one of them.
    """
    home, teams = user.get("team_id"), (user.get("enterprise_user") or {}).get("teams") or ()
    return bool(home) and home != team and team not in teams


def _why(error: BaseException) -> str:
    return read_refusal(error)[0] if isinstance(error, SlackApiError) else type(error).__name__
