"""auth.test, users.*, bots.info, team.info, usergroups.*, files.info, and the way into Socket Mode."""

from __future__ import annotations

from bot.sandbox.core import Core
from bot.sandbox.errors import ApiError
from bot.sandbox.methods.paging import page
from bot.sandbox.records import JSON


def api_test(_: Core, args: JSON) -> JSON:
    """Echo."""
    if args.get("error"):
        raise ApiError(args["error"], args=args)
    return {"args": args}


def auth_test(core: Core, _: JSON) -> JSON:
    """Whose token this is."""
    bot = core.state.users[core.state.bot_user_id]
    return {
        "url": f"https://{core.state.team_domain}.slack.com/",
        "team": core.state.team_domain,
        "user": bot.name,
        "team_id": core.team_id,
        "user_id": bot.id,
        "bot_id": core.state.bot_id,
        "is_enterprise_install": False,
    }


def connections_open(core: Core, _: JSON) -> JSON:
    """A WebSocket URL, good for one connection."""
    return {"url": core.sockets.ticket()}


def users_info(core: Core, args: JSON) -> JSON:
    """One member."""
    user = core.state.users.get(args["user"])
    if user is None:
        raise ApiError("user_not_found")
    return {"user": user.to_json(with_email=core.has("users:read.email"))}


def users_list(core: Core, args: JSON) -> JSON:
    """All members, bots and deactivated ones among them."""
    found, cursor = page(list(core.state.users.values()), args, default=1000, most=1000)
    members = [user.to_json(with_email=core.has("users:read.email")) for user in found]
    return {"members": members, "response_metadata": {"next_cursor": cursor}}


def bots_info(core: Core, args: JSON) -> JSON:
    """The bot itself."""
    if args.get("bot", core.state.bot_id) != core.state.bot_id:
        raise ApiError("bot_not_found")
    return {
        "bot": {
            "id": core.state.bot_id,
            "deleted": False,
            "name": core.manifest.bot_name,
            "app_id": core.state.app_id,
            "user_id": core.state.bot_user_id,
        }
    }


def team_info(core: Core, args: JSON) -> JSON:
    """The workspace."""
    if args.get("team", core.team_id) != core.team_id:
        raise ApiError("team_not_found")
    domain = core.state.team_domain
    return {"team": {"id": core.team_id, "name": domain.title(), "domain": domain, "email_domain": ""}}


def usergroups_list(core: Core, args: JSON) -> JSON:
    """The user groups, with their members on request."""
    groups = []
    for group in core.state.usergroups.values():
        shown = {key: value for key, value in group.items() if key != "users" or args.get("include_users")}
        if args.get("include_count"):
            shown["user_count"] = len(group["users"])
        groups.append(shown)
    return {"usergroups": groups}


def usergroup_members(core: Core, args: JSON) -> JSON:
    """Who is in a user group."""
    group = core.state.usergroups.get(args["usergroup"])
    if group is None:
        raise ApiError("no_such_subteam")
    return {"users": list(group["users"])}


def files_info(core: Core, args: JSON) -> JSON:
    """What is known of an uploaded file; its content is behind ``url_private``."""
    file = core.state.files.get(args["file"])
    if file is None:
        raise ApiError("file_not_found")
    return {"file": {key: value for key, value in file.items() if key != "content"}, "comments": []}
