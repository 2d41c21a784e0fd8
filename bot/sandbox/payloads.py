"""The payloads of commands, shortcuts and interactions, in the shapes in which Slack sends them."""

from __future__ import annotations

import copy

from bot.sandbox.composer import command_text
from bot.sandbox.core import Core
from bot.sandbox.manifest import Command
from bot.sandbox.records import JSON, Channel, Message, View

_HIDDEN_NAMES = {"im": "directmessage", "group": "privategroup"}


def _common(core: Core, user_id: str, kind: str) -> JSON:
    user = core.state.users[user_id]
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": core.team_id},
        "api_app_id": core.state.app_id,
        "token": core.verification_token,
        "team": {"id": core.team_id, "domain": core.state.team_domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _channel(core: Core, channel_id: str) -> JSON:
    channel = core.state.channels[channel_id]
    return {"id": channel.id, "name": _HIDDEN_NAMES.get(channel.kind, channel.name)}


def _message(core: Core, message: Message) -> JSON:
    return copy.deepcopy(core.state.message_json(message, with_metadata=True))


def _view(core: Core, view: View) -> JSON:
    return copy.deepcopy(core.state.view_json(view))


def command(core: Core, user_id: str, channel: Channel, known: Command, text: str) -> JSON:
    """A slash command: flat, all strings, since it travels as a form."""
    state = core.state
    names = {user.id: user.name for user in state.users.values()}
    names |= {item.id: item.name for item in state.channels.values()}
    return {
        "token": core.verification_token,
        "team_id": core.team_id,
        "team_domain": state.team_domain,
        "channel_id": channel.id,
        "channel_name": _HIDDEN_NAMES.get(channel.kind, channel.name),
        "user_id": user_id,
        "user_name": state.users[user_id].name,
        "command": known.name,
        "text": command_text(text, names, escapes=known.escapes),
        "api_app_id": state.app_id,
        "is_enterprise_install": "false",
        "response_url": core.response_urls.issue(channel.id, user_id),
        "trigger_id": core.triggers.issue(user_id),
    }


def shortcut(core: Core, user_id: str, callback_id: str, message: Message | None) -> JSON:
    """A shortcut on a message, or a global one."""
    payload = _common(core, user_id, "message_action" if message else "shortcut") | {
        "callback_id": callback_id,
        "trigger_id": core.triggers.issue(user_id),
        "action_ts": core.state.ids.ts(),
    }
    if message:
        payload |= {
            "channel": _channel(core, message.channel),
            "message_ts": message.ts,
            "message": _message(core, message),
            "response_url": core.response_urls.issue(message.channel, user_id, message),
        }
    return payload


def block_actions(core: Core, user_id: str, target: Message | View, action: JSON) -> JSON:
    """Something was pressed or chosen in a message or a view."""
    view_id = target.id if isinstance(target, View) else None
    payload = _common(core, user_id, "block_actions") | {
        "trigger_id": core.triggers.issue(user_id, view_id),
        "actions": [action | {"action_ts": core.state.ids.ts()}],
    }
    payload |= _origin(core, target)
    if isinstance(target, Message):
        payload["response_url"] = core.response_urls.issue(target.channel, user_id, target)
        payload["state"] = {"values": copy.deepcopy(target.state)}
    return payload


def suggestion(core: Core, user_id: str, target: Message | View, action: JSON) -> JSON:
    """Somebody types into an external select."""
    return _common(core, user_id, "block_suggestion") | action | _origin(core, target)


def view_submission(core: Core, user_id: str, view: View) -> JSON:
    """A modal was submitted."""
    return _common(core, user_id, "view_submission") | {
        "trigger_id": core.triggers.issue(user_id, view.id),
        "view": _view(core, view),
        "response_urls": [],
    }


def view_closed(core: Core, user_id: str, view: View, *, is_cleared: bool) -> JSON:
    """A modal was closed without being submitted."""
    return _common(core, user_id, "view_closed") | {"view": _view(core, view), "is_cleared": is_cleared}


def _origin(core: Core, target: Message | View) -> JSON:
    """Where an interaction comes from. An ephemeral message is named, but its content is not repeated."""
    if isinstance(target, View):
        return {"container": {"type": "view", "view_id": target.id}, "view": _view(core, target)}
    container: JSON = {
        "type": "message",
        "message_ts": target.ts,
        "channel_id": target.channel,
        "is_ephemeral": target.is_ephemeral,
    }
    if target.thread_ts:
        container["thread_ts"] = target.thread_ts
    origin: JSON = {"container": container, "channel": _channel(core, target.channel)}
    if not target.is_ephemeral:
        origin["message"] = _message(core, target)
    return origin
