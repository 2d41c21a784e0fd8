"""What the workspace remembers: people, channels, messages, views, and a log of calls and deliveries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from bot.sandbox.plain import pings_in, plain_blocks

JSON = dict[str, Any]


@dataclass
class User:
    """A member of the workspace, person or bot, as ``users.info`` tells of them."""

    id: str
    name: str
    real_name: str
    tz: str = "Europe/London"
    tz_label: str = ""
    tz_offset: int = 0
    email: str = ""
    is_bot: bool = False
    is_admin: bool = False
    deleted: bool = False
    team_id: str = ""

    def to_json(self, *, with_email: bool = False) -> JSON:
        """Slack's user object. The address is left out without the scope ``users:read.email``."""
        profile = {"real_name": self.real_name, "display_name": self.name, "team": self.team_id}
        if with_email:
            profile["email"] = self.email
        return {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "tz": self.tz,
            "tz_label": self.tz_label,
            "tz_offset": self.tz_offset,
            "profile": profile,
            "is_admin": self.is_admin,
            "is_bot": self.is_bot,
            "is_app_user": False,
        }


@dataclass
class Channel:
    """A conversation: public or private channel, or a direct message (``is_im``, ``is_mpim``)."""

    id: str
    name: str
    members: list[str] = field(default_factory=list)
    is_private: bool = False
    is_im: bool = False
    is_mpim: bool = False
    is_archived: bool = False
    creator: str = ""
    topic: str = ""
    created: int = 0

    @property
    def kind(self) -> Literal["channel", "group", "im", "mpim"]:
        """What events call it (``channel_type``)."""
        if self.is_im:
            return "im"
        if self.is_mpim:
            return "mpim"
        return "group" if self.is_private else "channel"

    @property
    def scope_family(self) -> str:
        """The first half of the scopes that guard it: ``channels``, ``groups``, ``im`` or ``mpim``."""
        return {"channel": "channels", "group": "groups", "im": "im", "mpim": "mpim"}[self.kind]

    def to_json(self, bot_user_id: str, *, with_members: bool = False) -> JSON:
        """Slack's conversation object as the bot sees it."""
        data: JSON = {
            "id": self.id,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_channel": self.kind == "channel",
            "is_group": self.kind == "group",
            "is_im": self.is_im,
            "is_mpim": self.is_mpim,
            "is_private": self.is_private or self.is_im or self.is_mpim,
            "is_member": bot_user_id in self.members,
            "is_general": False,
        }
        if self.is_im:
            data["user"] = next(member for member in self.members if member != bot_user_id)
        else:
            data |= {"name": self.name, "name_normalized": self.name, "creator": self.creator}
            data["topic"] = {"value": self.topic, "creator": "", "last_set": 0}
            data["purpose"] = {"value": "", "creator": "", "last_set": 0}
        if with_members:
            data["num_members"] = len(self.members)
        return data


@dataclass(eq=False)
class Message:
    """One message. Identity is what counts: an edit changes this object in place, as it does on the screen."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[JSON] = field(default_factory=list)
    attachments: list[JSON] = field(default_factory=list)
    bot_id: str | None = None
    thread_ts: str | None = None
    reply_broadcast: bool = False
    subtype: str | None = None
    metadata: JSON | None = None
    edited: JSON | None = None
    files: list[JSON] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    ephemeral_for: str | None = None
    deleted: bool = False
    app_id: str | None = None
    team: str = ""
    link_names: bool = False
    state: dict[str, dict[str, JSON]] = field(default_factory=dict)
    revisions: int = 0

    @property
    def pings(self) -> tuple[str, ...]:
        """The mentions that notify somebody, as markup: ``<!channel>``, ``<@U0ADA>``. Escaped text pings nobody."""
        return pings_in(self.text, self.blocks, self.attachments, link_names=self.link_names)

    @property
    def is_ephemeral(self) -> bool:
        """Whether only one person sees it."""
        return self.ephemeral_for is not None

    def plain(self) -> str:
        """What a person reads: the blocks if there are any, else the text."""
        return plain_blocks(self.blocks) if self.blocks else self.text

    def to_json(self, *, with_metadata: bool = True) -> JSON:
        """Slack's message object, without what only the server adds (reply counts)."""
        data: JSON = {"type": "message", "user": self.user, "ts": self.ts, "text": self.text, "team": self.team}
        optional = {
            "subtype": self.subtype,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "thread_ts": self.thread_ts,
            "edited": self.edited,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "files": self.files,
            "metadata": self.metadata if with_metadata else None,
        }
        data |= {key: value for key, value in optional.items() if value}
        if self.reactions:
            data["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)} for name, users in self.reactions.items()
            ]
        return data


@dataclass(eq=False)
class View:
    """A modal on somebody's screen or their App Home, with what they have filled in so far (``state``)."""

    id: str
    type: Literal["modal", "home"]
    user: str
    content: JSON
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    state: dict[str, dict[str, JSON]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[JSON]:
        """The blocks shown."""
        blocks: list[JSON] = self.content["blocks"]
        return blocks

    @property
    def callback_id(self) -> str:
        """The app's name for this kind of view."""
        return str(self.content.get("callback_id", ""))

    @property
    def external_id(self) -> str:
        """The app's own id of this one view."""
        return str(self.content.get("external_id", ""))

    @property
    def private_metadata(self) -> str:
        """What the app put there for itself."""
        return str(self.content.get("private_metadata", ""))

    @property
    def title(self) -> str:
        """The title shown on a modal."""
        return str((self.content.get("title") or {}).get("text", ""))

    def plain(self) -> str:
        """What a person reads."""
        return "\n".join(part for part in (self.title, plain_blocks(self.blocks)) if part)

    def to_json(self, *, team_id: str, app_id: str, bot_id: str) -> JSON:
        """Slack's view object."""
        content = self.content
        return {
            "id": self.id,
            "team_id": team_id,
            "app_id": app_id,
            "app_installed_team_id": team_id,
            "bot_id": bot_id,
            "type": self.type,
            "title": content.get("title"),
            "submit": content.get("submit"),
            "close": content.get("close"),
            "blocks": self.blocks,
            "private_metadata": self.private_metadata,
            "callback_id": self.callback_id,
            "external_id": self.external_id,
            "state": {"values": self.state},
            "hash": self.hash,
            "clear_on_close": bool(content.get("clear_on_close", False)),
            "notify_on_close": bool(content.get("notify_on_close", False)),
            "root_view_id": self.root_view_id,
            "previous_view_id": self.previous_view_id,
        }


@dataclass(frozen=True)
class Call:
    """One call of the Web API. ``answer`` is None if the caller never got one."""

    method: str
    args: JSON
    at: float
    answer: JSON | None
    status: int | None

    @property
    def ok(self) -> bool:
        """Whether the caller was told that it worked."""
        return bool(self.answer and self.answer.get("ok"))


@dataclass(frozen=True)
class Delivery:
    """One attempt to hand the app a payload. ``error`` is the reason as Slack's retry header words it."""

    kind: str
    name: str
    payload: JSON
    attempt: int
    transport: Literal["http", "socket"]
    headers: dict[str, str]
    raw: bytes
    status: int | None
    seconds: float
    body: JSON | str | None
    error: str | None
    at: float

    @property
    def acked(self) -> bool:
        """Whether the app answered 200 (or acked the envelope) in time."""
        return self.error is None


@dataclass(frozen=True)
class Change:
    """Something that changed on a screen: what ``Workspace.on_change`` reports."""

    kind: Literal["message", "edited", "deleted", "ephemeral", "reaction", "view", "home", "channel", "user"]
    channel: Channel | None = None
    message: Message | None = None
    view: View | None = None
    user: User | None = None
