"""chat.*: posting, ephemeral posting, editing, deleting."""

from __future__ import annotations

import copy

from bot.sandbox import limits
from bot.sandbox.block_tree import fill_ids
from bot.sandbox.core import Core
from bot.sandbox.errors import ApiError
from bot.sandbox.methods.posting import bot_message, check_content, thread_parent
from bot.sandbox.records import JSON, Change, Channel, Message


def _target(core: Core, name: str) -> Channel:
    """Where to post: a channel by id or name, or a person, which means the DM with them."""
    state = core.state
    if name in state.users and name != state.bot_user_id:
        if state.users[name].deleted:
            # Slack does not document what it answers here; that the post fails is what an app must cope with.
            raise ApiError("channel_not_found")
        return state.dm(name)
    named = state.channel_named(name) if name not in state.channels else None
    channel = core.channel(named.id if named else name)
    if channel.is_archived:
        raise ApiError("is_archived")
    return channel


def _customized(core: Core, args: JSON) -> None:
    if any(args.get(key) for key in ("username", "icon_emoji", "icon_url")):
        core.need("chat:write.customize")
    if args.get("as_user"):
        raise ApiError("as_user_not_supported")


def post_message(core: Core, args: JSON) -> JSON:
    """Post a message to a channel, a DM or a thread."""
    _customized(core, args)
    channel = _target(core, args["channel"])
    if not core.is_member(channel) and not (channel.kind == "channel" and core.has("chat:write.public")):
        raise ApiError("not_in_channel")
    check_content(args)
    thread_ts = thread_parent(core, channel, args.get("thread_ts"))
    message = core.state.add_message(bot_message(core, channel, args, thread_ts))
    core.events.posted(message)
    answer: JSON = {"channel": channel.id, "ts": message.ts, "message": core.state.message_json(message)}
    if message.metadata:
        answer["message"]["metadata"] = copy.deepcopy(message.metadata)
    if len(args.get("text") or "") > limits.MESSAGE_TEXT_KEPT:
        answer |= {"warning": "message_truncated", "response_metadata": {"warnings": ["message_truncated"]}}
    return answer


def post_ephemeral(core: Core, args: JSON) -> JSON:
    """Show a message to one member of a channel; it is never part of the channel's history."""
    _customized(core, args)
    channel = _target(core, args["channel"])
    if not core.is_member(channel):
        raise ApiError("not_in_channel")
    if args["user"] not in channel.members:
        raise ApiError("user_not_in_channel")
    check_content(args)
    thread_ts = thread_parent(core, channel, args.get("thread_ts"))
    message = bot_message(core, channel, args, thread_ts)
    message.ephemeral_for = args["user"]
    core.state.add_ephemeral(message)
    return {"message_ts": message.ts}


def _own_message(core: Core, args: JSON, refusal: str) -> Message:
    channel = core.channel(args["channel"])
    message = core.state.find(channel.id, args["ts"])
    if message is None:
        raise ApiError("message_not_found")
    if message.bot_id != core.state.bot_id:
        raise ApiError(refusal)
    return message


def update(core: Core, args: JSON) -> JSON:
    """Edit one of the bot's messages. Text without blocks takes the blocks away; metadata stays unless given."""
    message = _own_message(core, args, "cant_update_message")
    if core.state.channels[message.channel].is_archived:
        raise ApiError("is_archived")
    check_content(args)
    if len(args.get("text") or "") > limits.UPDATE_TEXT:
        raise ApiError("msg_too_long")
    edit(core, message, args)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": core.state.message_json(message),
    }


def edit(core: Core, message: Message, args: JSON) -> None:
    """Change a message to new content and tell the app (a response URL does the same as chat.update)."""
    state = core.state
    previous = copy.deepcopy(state.message_json(message, with_metadata=True))
    fresh = bot_message(core, state.channels[message.channel], args, message.thread_ts)
    if "text" in args or "markdown_text" in args:
        message.text = fresh.text
    # A message with blocks shows no "(edited)"; one of text does.
    if not fresh.blocks:
        message.edited = {"user": state.bot_user_id, "ts": state.ids.ts()}
    message.blocks = fill_ids(fresh.blocks, state.ids)
    message.link_names = fresh.link_names
    if args.get("attachments") is not None or not fresh.blocks:
        message.attachments = fresh.attachments
    if args.get("metadata") is not None:
        message.metadata = fresh.metadata
    if args.get("reply_broadcast") and message.thread_ts not in (None, message.ts):
        message.reply_broadcast = True
    message.state, message.revisions = {}, message.revisions + 1
    state.changed(Change("edited", state.channels[message.channel], message))
    core.events.edited(message, previous)


def delete(core: Core, args: JSON) -> JSON:
    """Delete one of the bot's messages."""
    message = _own_message(core, args, "cant_delete_message")
    remove(core, message)
    return {"channel": message.channel, "ts": message.ts}


def remove(core: Core, message: Message) -> None:
    """Take a message away and tell the app."""
    previous = copy.deepcopy(core.state.message_json(message, with_metadata=True))
    core.state.remove(message)
    core.events.deleted(message, previous)


def permalink(core: Core, args: JSON) -> JSON:
    """The link to a message, with its thread if it is a reply."""
    channel = core.channel(args["channel"])
    message = core.state.find(channel.id, args["message_ts"])
    if message is None:
        raise ApiError("message_not_found")
    link = f"https://{core.state.team_domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts not in (None, message.ts):
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}
