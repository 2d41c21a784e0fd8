"""The arguments of each Web API method: their names, types and scopes, and how a request body becomes values.

Slack ignores arguments that it does not know. The sandbox refuses them, since here they can only be a slip of the pen;
only ``team_id`` may always be there, because Bolt's clients send it with every call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.errors import ApiError
from bot.sandbox.records import JSON

_TS = re.compile(r"\d{1,12}\.\d{6}")
_PAGE = "cursor limit:int"
_COPY = (
    "text blocks:blocks attachments:attachments markdown_text link_names:bool parse username icon_emoji icon_url"
    " as_user:bool"
)

_TABLE: dict[str, tuple[str, str]] = {
    "api.test": ("", "error foo"),
    "apps.connections.open": ("", ""),
    "auth.test": ("", ""),
    "blocks.validate": ("", "blocks:blocks message:dict view:view"),
    "bots.info": ("users:read", "bot"),
    "chat.delete": ("chat:write", "channel! ts:ts! as_user:bool"),
    "chat.getPermalink": ("", "channel! message_ts:ts!"),
    "chat.postEphemeral": ("chat:write", f"channel! user! thread_ts:ts {_COPY}"),
    "chat.postMessage": (
        "chat:write",
        f"channel! thread_ts:ts reply_broadcast:bool metadata:metadata mrkdwn:bool unfurl_links:bool"
        f" unfurl_media:bool {_COPY}",
    ),
    "chat.update": ("chat:write", f"channel! ts:ts! metadata:metadata reply_broadcast:bool file_ids:list {_COPY}"),
    "conversations.history": (
        "*:history",
        f"channel! {_PAGE} include_all_metadata:bool inclusive:bool latest:ts oldest:ts",
    ),
    "conversations.info": ("*:read", "channel! include_locale:bool include_num_members:bool"),
    "conversations.list": ("*:read", f"{_PAGE} exclude_archived:bool types"),
    "conversations.members": ("*:read", f"channel! {_PAGE}"),
    "conversations.open": ("*:write", "channel users:names prevent_creation:bool return_im:bool"),
    "conversations.replies": (
        "*:history",
        f"channel! ts:ts! {_PAGE} include_all_metadata:bool inclusive:bool latest:ts oldest:ts",
    ),
    "files.info": ("files:read", f"file! {_PAGE} count:int page:int"),
    "reactions.add": ("reactions:write", "channel! name! timestamp:ts!"),
    "reactions.get": ("reactions:read", "channel timestamp:ts file file_comment full:bool"),
    "reactions.remove": ("reactions:write", "channel name! timestamp:ts file file_comment"),
    "team.info": ("team:read", "team domain"),
    "usergroups.list": (
        "usergroups:read",
        "include_count:bool include_disabled:bool include_users:bool",
    ),
    "usergroups.users.list": ("usergroups:read", "usergroup! include_disabled:bool"),
    "users.conversations": ("*:read", f"{_PAGE} exclude_archived:bool types user"),
    "users.info": ("users:read", "user! include_locale:bool"),
    "users.list": ("users:read", f"{_PAGE} include_locale:bool"),
    "views.open": ("", "trigger_id! view:view!"),
    "views.publish": ("", "user_id! view:view! hash"),
    "views.push": ("", "trigger_id! view:view!"),
    "views.update": ("", "view:view! view_id external_id hash"),
}
"""Method → (scope, arguments). ``*:read`` depends on the kind of conversation and is checked when that is known."""


@dataclass(frozen=True)
class Argument:
    """One argument: its type, and whether the call needs it."""

    type: str
    required: bool


@dataclass(frozen=True)
class Spec:
    """What a method takes and needs."""

    scope: str
    arguments: Mapping[str, Argument]


def _read(scope: str, arguments: str) -> Spec:
    parsed = {}
    for item in arguments.split():
        name, _, kind = item.rstrip("!").partition(":")
        parsed[name] = Argument(kind or "str", item.endswith("!"))
    return Spec(scope, parsed)


SPECS: Mapping[str, Spec] = {method: _read(*entry) for method, entry in _TABLE.items()}
"""Every method that the sandbox answers."""

_BAD_SHAPE = {
    "blocks": "invalid_blocks_format",
    "metadata": "invalid_metadata_format",
    "attachments": "invalid_attachments",
}
_JSON_TYPES: dict[str, type] = {
    "blocks": list,
    "attachments": list,
    "list": list,
    "metadata": dict,
    "view": dict,
    "dict": dict,
}


def check(spec: Spec, given: JSON) -> JSON:
    """The arguments as Python values; missing, unknown or mistyped ones are refused."""
    unknown = given.keys() - spec.arguments.keys() - {"team_id"}
    problems = [f"unknown field: {name} [json-pointer:/{name}]" for name in sorted(unknown)]
    values: JSON = {}
    for name, argument in spec.arguments.items():
        value = given.get(name)
        if value is None or (value == "" and argument.type != "str"):
            if argument.required:
                problems.append(f"missing required field: {name} [json-pointer:/{name}]")
            continue
        try:
            values[name] = _value(argument.type, value)
        except ValueError as error:
            if argument.type in _BAD_SHAPE:
                raise ApiError(_BAD_SHAPE[argument.type]) from error
            problems.append(f"{error} [json-pointer:/{name}]")
        else:
            if argument.required and values[name] == "":
                problems.append(f"missing required field: {name} [json-pointer:/{name}]")
    if problems:
        raise ApiError("invalid_arguments", *problems)
    return values


def _value(kind: str, value: Any) -> Any:
    if kind in _JSON_TYPES:
        return _json(value, _JSON_TYPES[kind])
    if kind == "names":
        return _names(value)
    if kind == "bool":
        return _bool(value)
    if isinstance(value, dict | list | bool):
        raise ValueError("must be a string")
    if kind == "int":
        if not re.fullmatch(r"-?\d+", str(value)):
            raise ValueError("must be an integer")
        return int(value)
    if not isinstance(value, str):
        if kind == "ts":
            # A number has lost the trailing zeros that belong to a timestamp.
            raise ValueError("must be a string")
        return str(value)
    if kind == "ts" and not _TS.fullmatch(value) and not value.isdigit():
        raise ValueError("must be a timestamp")
    return value


def _json(value: Any, wanted: type) -> Any:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except json.JSONDecodeError:
            raise ValueError("must be valid JSON") from None
    if not isinstance(value, wanted):
        raise ValueError("must be an array" if wanted is list else "must be an object")
    return value


def _names(value: Any) -> list[str]:
    if isinstance(value, str) and value.startswith("["):
        value = _json(value, list)
    return (
        [str(item) for item in value] if isinstance(value, list) else [name for name in str(value).split(",") if name]
    )


def _bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).lower()
    if text in ("1", "true"):
        return True
    if text in ("0", "false"):
        return False
    raise ValueError("must be a boolean")
