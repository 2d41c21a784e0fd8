"""conversations.* and users.conversations: what there is, who is in it, what was said."""

from __future__ import annotations

from bot.sandbox.core import Core
from bot.sandbox.errors import ApiError
from bot.sandbox.methods.paging import page
from bot.sandbox.records import JSON, Channel, Message

_KINDS = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
_SCOPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def info(core: Core, args: JSON) -> JSON:
    """One conversation."""
    channel = core.channel(args["channel"], scope="read")
    return {"channel": channel.to_json(core.state.bot_user_id, with_members=bool(args.get("include_num_members")))}


def members(core: Core, args: JSON) -> JSON:
    """Who is in a conversation."""
    channel = core.channel(args["channel"], scope="read")
    found, cursor = page(channel.members, args, default=100, most=1000)
    return {"members": found, "response_metadata": {"next_cursor": cursor}}


def _of_types(core: Core, args: JSON) -> list[Channel]:
    types = [name.strip() for name in (args.get("types") or "public_channel").split(",")]
    if any(name not in _KINDS for name in types):
        raise ApiError("invalid_types")
    for name in types:
        core.need(f"{_SCOPES[name]}:read")
    kinds = {_KINDS[name] for name in types}
    return [
        channel
        for channel in core.state.channels.values()
        if channel.kind in kinds
        and not (args.get("exclude_archived") and channel.is_archived)
        and (channel.kind == "channel" or core.is_member(channel))
    ]


def list_all(core: Core, args: JSON) -> JSON:
    """The conversations of the workspace that the bot may know of."""
    found, cursor = page(_of_types(core, args), args, default=100, most=1000)
    channels = [channel.to_json(core.state.bot_user_id, with_members=True) for channel in found]
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


def of_user(core: Core, args: JSON) -> JSON:
    """The conversations that somebody is in; the bot, if nobody is named."""
    user = args.get("user") or core.state.bot_user_id
    if user not in core.state.users:
        raise ApiError("user_not_found")
    theirs = [channel for channel in _of_types(core, args) if user in channel.members]
    found, cursor = page(theirs, args, default=100, most=999)
    channels = [channel.to_json(core.state.bot_user_id) for channel in found]
    return {"channels": channels, "response_metadata": {"next_cursor": cursor}}


def open_direct(core: Core, args: JSON) -> JSON:
    """Open the direct conversation with one person, or with several."""
    if args.get("channel"):
        channel = core.channel(args["channel"])
        if channel.kind not in ("im", "mpim"):
            raise ApiError("method_not_supported_for_channel_type")
        core.need(f"{channel.scope_family}:write")
    else:
        channel = _with(core, args.get("users") or [], create=not args.get("prevent_creation"))
    if args.get("return_im"):
        return {"channel": channel.to_json(core.state.bot_user_id)}
    return {"channel": {"id": channel.id}}


def _with(core: Core, users: list[str], *, create: bool) -> Channel:
    state = core.state
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > 8:
        raise ApiError("too_many_users")
    for user in users:
        if user not in state.users:
            raise ApiError("user_not_found")
        if state.users[user].deleted:
            raise ApiError("user_disabled")
    if state.bot_user_id in users:
        raise ApiError("invalid_user_combination")
    core.need("im:write" if len(users) == 1 else "mpim:write")
    wanted = {*users, state.bot_user_id}
    if not create and not any(
        set(channel.members) == wanted for channel in state.channels.values() if channel.kind in ("im", "mpim")
    ):
        raise ApiError("channel_not_found")
    return state.dm(*users)


def _readable(core: Core, args: JSON) -> Channel:
    channel = core.channel(args["channel"], scope="history")
    if not core.is_member(channel):
        raise ApiError("not_in_channel")
    return channel


def _between(messages: list[Message], args: JSON) -> list[Message]:
    oldest, latest = float(args.get("oldest") or 0), float(args.get("latest") or "inf")
    if args.get("inclusive"):
        return [message for message in messages if oldest <= float(message.ts) <= latest]
    return [message for message in messages if oldest < float(message.ts) < latest]


def _answer(core: Core, messages: list[Message], args: JSON, cursor: str) -> JSON:
    metadata = bool(args.get("include_all_metadata"))
    answer: JSON = {
        "messages": [core.state.message_json(message, with_metadata=metadata) for message in messages],
        "has_more": bool(cursor),
    }
    if cursor:
        answer["response_metadata"] = {"next_cursor": cursor}
    return answer


def history(core: Core, args: JSON) -> JSON:
    """What was said in the channel itself, newest first. Replies stay in their threads."""
    channel = _readable(core, args)
    newest_first = list(reversed(_between(core.state.timeline(channel.id), args)))
    found, cursor = page(newest_first, args, default=100, most=999)
    return _answer(core, found, args, cursor) | {"pin_count": 0}


def replies(core: Core, args: JSON) -> JSON:
    """A thread, oldest first; its parent is part of every answer."""
    channel = _readable(core, args)
    parent = core.state.find(channel.id, args["ts"])
    if parent is None:
        raise ApiError("thread_not_found")
    if parent.thread_ts not in (None, parent.ts):
        # Asked for a reply instead of the parent, Slack answers with that one message.
        return _answer(core, [parent], args, "")
    answers = _between(core.state.replies(channel.id, parent.ts), args)
    found, cursor = page(answers, args, default=1000, most=1000)
    return _answer(core, [parent, *found], args, cursor)
