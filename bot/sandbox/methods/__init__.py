"""The Web API's methods, by family. Each takes the workspace's core and its checked arguments."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.sandbox.core import Core
from bot.sandbox.methods import chat, conversations, people, reactions, views
from bot.sandbox.records import JSON

Method = Callable[[Core, JSON], JSON]

METHODS: Mapping[str, Method] = {
    "api.test": people.api_test,
    "apps.connections.open": people.connections_open,
    "auth.test": people.auth_test,
    "blocks.validate": views.validate_blocks,
    "bots.info": people.bots_info,
    "chat.delete": chat.delete,
    "chat.getPermalink": chat.permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.list": conversations.list_all,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_direct,
    "conversations.replies": conversations.replies,
    "files.info": people.files_info,
    "reactions.add": reactions.add,
    "reactions.get": reactions.get,
    "reactions.remove": reactions.remove,
    "team.info": people.team_info,
    "usergroups.list": people.usergroups_list,
    "usergroups.users.list": people.usergroup_members,
    "users.conversations": conversations.of_user,
    "users.info": people.users_info,
    "users.list": people.users_list,
    "views.open": views.open_modal,
    "views.publish": views.publish,
    "views.push": views.push,
    "views.update": views.update,
}
"""Method name → what answers it."""
