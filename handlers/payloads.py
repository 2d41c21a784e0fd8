"""The shape of what Slack sends, checked before any handler reads it: what handlers read, and how large it may be.

A payload of another shape is none of Slack's, whoever signed it: it is refused as a whole, and no handler has to
expect a number where a text belongs. Reference: docs.slack.dev/reference/interaction-payloads and /reference/events.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.desk.refusals import Refusal
from bot.slack.forms import About

DEEPEST = 60
"""Levels of lists and objects in a payload; rich text in a message in a thread in an event has some 15."""
LONGEST_TYPED = 6000
"""Characters of a field. Slack takes 3,000 and counts some characters as two."""
FORM_SECONDS = 3600.0
"""How long a form proves that whoever opened it in a channel sees that channel."""

Id = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{1,30}$")]
Ts = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,9})?$")]
Name = Annotated[str, StringConstraints(max_length=255)]
Typed = Annotated[str, StringConstraints(max_length=LONGEST_TYPED)]
Value = Annotated[str, StringConstraints(max_length=2000)]
Parts = dict[str, Any]


class Misshapen(Exception):
    """A payload that Slack would not send; the message tells where, and nothing of what it says."""


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True)


class _Somebody(_Shape):
    id: Id


class _Place(_Shape):
    id: Id


class _Edit(_Shape):
    ts: Ts


class _File(_Shape):
    id: Id | None = None


class _Message(_Shape):
    ts: Ts
    user: Id | None = None
    bot_id: Name | None = None
    text: str | None = None
    subtype: Name | None = None
    thread_ts: Ts | None = None
    edited: _Edit | None = None
    files: list[_File] | None = None
    attachments: list[Parts] | None = None
    blocks: list[Parts] | None = None


class _Before(_Message):
    ts: Ts | None = None  # type: ignore[assignment]


class _MessageEvent(_Message):
    channel: Id
    channel_type: Name | None = None


class _Changed(_Shape):
    channel: Id
    message: _Message
    previous_message: _Before | None = None


class _Deleted(_Shape):
    channel: Id
    deleted_ts: Ts


class _HomeOpened(_Shape):
    user: Id
    tab: Name | None = None


class _InAChannel(_Shape):
    channel: Id


class _UserChanged(_Shape):
    user: _Somebody


class _Tokens(_Shape):
    bot: list[Name] | None = None


class _Revoked(_Shape):
    tokens: _Tokens


EVENTS: dict[str, type[_Shape]] = {
    "app_mention": _MessageEvent,
    "message": _MessageEvent,
    "message.message_changed": _Changed,
    "message.message_deleted": _Deleted,
    "app_home_opened": _HomeOpened,
    "channel_archive": _InAChannel,
    "group_archive": _InAChannel,
    "channel_left": _InAChannel,
    "group_left": _InAChannel,
    "user_change": _UserChanged,
    "app_uninstalled": _Shape,
    "tokens_revoked": _Revoked,
}
"""By ``type``, and ``subtype`` where it has a shape of its own: every event that is listened to."""


class _Envelope(_Shape):
    event_id: Name
    event: Parts


class _Option(_Shape):
    value: Value


class _Element(_Shape):
    """What somebody chose or typed, in a field or with a press."""

    value: Typed | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None
    selected_user: Id | None = None
    selected_users: list[Id] | None = None
    selected_conversation: Id | None = None
    selected_conversations: list[Id] | None = None
    selected_channel: Id | None = None
    selected_channels: list[Id] | None = None
    selected_date: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")] | None = None
    selected_time: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}:[0-9]{2}$")] | None = None
    selected_date_time: Annotated[int, Field(ge=0, le=9_999_999_999)] | None = None


class _Action(_Element):
    action_id: Name
    block_id: Name
    action_ts: Ts


class _State(_Shape):
    values: dict[str, dict[str, _Element]] | Annotated[list[Any], Field(max_length=0)] | None = None
    """An empty one comes as a list, too (slack-go/slack#943)."""


class _Block(_Shape):
    type: Name
    block_id: Name | None = None
    elements: list[Parts] | None = None


class _View(_Shape):
    id: Name
    type: Name
    callback_id: Name | None = None
    hash: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}\.\S{1,64}$")]
    private_metadata: Annotated[str, StringConstraints(max_length=3000)]
    state: _State | None = None
    blocks: list[_Block] | None = None


class _Container(_Shape):
    channel_id: Id | None = None


class _Interaction(_Shape):
    user: _Somebody
    channel: _Place | None = None
    container: _Container | None = None
    view: _View | None = None


class _Pressed(_Interaction):
    trigger_id: Name
    actions: Annotated[list[_Action], Field(min_length=1)]
    message: _Before | None = None


class _Suggestion(_Interaction):
    action_id: Name
    block_id: Name
    value: Typed | None = None


class _Closed(_Interaction):
    view: _View


class _Submitted(_Closed):
    trigger_id: Name


class _Shortcut(_Interaction):
    callback_id: Name
    trigger_id: Name
    channel: _Place
    message: _Message


class _Command(_Shape):
    command: Name
    user_id: Id
    channel_id: Id
    trigger_id: Name
    text: str = ""


class _Challenge(_Shape):
    challenge: Name


_KINDS: dict[str, type[_Shape]] = {
    "url_verification": _Challenge,
    "event_callback": _Envelope,
    "block_actions": _Pressed,
    "block_suggestion": _Suggestion,
    "view_submission": _Submitted,
    "view_closed": _Closed,
    "message_action": _Shortcut,
    "command": _Command,
}
"""By ``type``; a slash command has none. What is not listed is listened to by nobody."""


_OF_FORMS = frozenset({"block_actions", "block_suggestion", "view_submission", "view_closed"})
_SHAPES: tuple[type[_Shape], ...] = (_Message, _Action, _View, *_KINDS.values())
_NAMES = frozenset(name for shape in _SHAPES for name in shape.model_fields)


def read_json(text: str | bytes) -> Any:
    """JSON from outside. Raises Misshapen where it is none, or nested or numbered beyond what can be read."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Misshapen("no JSON") from None


def check_shape(body: object) -> None:
    """See that a payload has what handlers read of it, and mend its half characters in place. Raises Misshapen."""
    if not isinstance(body, dict):
        raise Misshapen("no object")
    _mend(body)
    kind = "command" if "command" in body else body.get("type")
    if ("command" in body and "type" in body) or ("event" in body and kind != "event_callback"):
        raise Misshapen("of two kinds")  # Bolt would hand it to listeners of both
    shape = _KINDS.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise Misshapen("of another kind")
    _fit(shape, body, str(kind))
    if shape is _Envelope:
        event = body["event"]
        name = ".".join(str(part) for part in (event.get("type"), event.get("subtype")) if isinstance(part, str))
        found = EVENTS.get(name) or EVENTS.get(name.partition(".")[0])
        if found is not None:
            _fit(found, event, found.__name__)


def _fit(shape: type[_Shape], body: Parts, kind: str) -> None:
    try:
        shape.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        # Of the way there only names that are ours: others are words of whoever sent it.
        way = ".".join(
            part for part in first["loc"] if isinstance(part, str) and part.isidentifier() and len(part) < 25
        )
        raise Misshapen(f"{kind}, {way}: {first['type']}") from None


def _mend(content: Any, depth: int = 0) -> Any:
    """The content with lone surrogates replaced: texts that were cut amid a character come with halves of one."""
    if isinstance(content, str):
        return content if content.isascii() else content.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if depth > DEEPEST:
        raise Misshapen("nested too deep")
    if isinstance(content, dict):
        for key in list(content):
            mended = _mend(key)
            value = _mend(content.pop(key), depth + 1)
            content[mended] = value
    elif isinstance(content, list):
        content[:] = [_mend(item, depth + 1) for item in content]
    return content


def shown_in(body: Mapping[str, Any]) -> str:
    """The channel that a payload was sent from, as Slack vouches for it; empty where it tells none.

    A press tells its message's channel. A form tells none; one that was opened from a channel says so in its metadata,
    which only the desk writes, and Slack dates the form.
    """
    found = _inside(body, "event", "channel") or (_inside(body, "channel_id") if "command" in body else "")
    found = found or _inside(body, "channel", "id") or _inside(body, "container", "channel_id")
    return found if isinstance(found, str) and found else _of_form(body)


def _inside(content: object, *way: str) -> object:
    """What stands in an object of an object; None where there is nothing."""
    for name in way:
        content = content.get(name) if isinstance(content, Mapping) else None
    return content


def _of_form(body: Mapping[str, Any]) -> str:
    view = body.get("view")
    if body.get("type") not in _OF_FORMS or not view or view["type"] != "modal":
        return ""
    shown = float(view["hash"].partition(".")[0])
    if time.time() - shown > FORM_SECONDS:
        return ""
    with suppress(Refusal):
        return About.load(view["private_metadata"]).opened_in
    return ""
