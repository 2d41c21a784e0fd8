"""reactions.*: emoji under messages."""

from __future__ import annotations

import re

from bot.sandbox.core import Core
from bot.sandbox.errors import ApiError
from bot.sandbox.records import JSON, Change, Message


def _message(core: Core, args: JSON) -> Message:
    if not args.get("channel") or not args.get("timestamp"):
        raise ApiError("no_item_specified")
    channel = core.channel(args["channel"])
    message = core.state.find(channel.id, args["timestamp"])
    if message is None:
        raise ApiError("message_not_found")
    return message


def add(core: Core, args: JSON) -> JSON:
    """Add the bot's reaction."""
    message = _message(core, args)
    channel = core.state.channels[message.channel]
    if channel.is_archived:
        raise ApiError("is_archived")
    if not core.is_member(channel):
        raise ApiError("not_in_channel")
    react(core, message, core.state.bot_user_id, args["name"])
    return {}


def react(core: Core, message: Message, user: str, name: str) -> None:
    """Put somebody's emoji under a message; the caller sends the event for people, who may wait for it."""
    if not re.fullmatch(r"[\w+'-]+(::skin-tone-[2-6])?", name):
        raise ApiError("invalid_name")
    users = message.reactions.setdefault(name, [])
    if user in users:
        raise ApiError("already_reacted")
    users.append(user)
    core.state.changed(Change("reaction", core.state.channels[message.channel], message))
    if user == core.state.bot_user_id:
        core.events.reaction(message, user, name, added=True)


def remove(core: Core, args: JSON) -> JSON:
    """Take the bot's reaction back."""
    message = _message(core, args)
    users = message.reactions.get(args["name"], [])
    if core.state.bot_user_id not in users:
        raise ApiError("no_reaction")
    unreact(core, message, core.state.bot_user_id, args["name"])
    core.events.reaction(message, core.state.bot_user_id, args["name"], added=False)
    return {}


def unreact(core: Core, message: Message, user: str, name: str) -> None:
    """Take somebody's emoji away."""
    users = message.reactions[name]
    users.remove(user)
    if not users:
        del message.reactions[name]
    core.state.changed(Change("reaction", core.state.channels[message.channel], message))


def get(core: Core, args: JSON) -> JSON:
    """A message with its reactions."""
    message = _message(core, args)
    return {"type": "message", "channel": message.channel, "message": core.state.message_json(message)}
