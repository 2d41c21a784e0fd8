"""views.* and blocks.validate."""

from __future__ import annotations

from bot.sandbox.core import Core
from bot.sandbox.errors import ApiError
from bot.sandbox.records import JSON
from bot.sandbox.validation import message_problems, over_budget, view_problems


def open_modal(core: Core, args: JSON) -> JSON:
    """Open a modal for whoever set off the trigger."""
    trigger = core.triggers.check(args["trigger_id"])
    view = core.screens.open(trigger.user, args["view"])
    trigger.used = True
    return {"view": core.state.view_json(view)}


def push(core: Core, args: JSON) -> JSON:
    """Lay a modal on top of the one in which the trigger was set off."""
    trigger = core.triggers.check(args["trigger_id"])
    if trigger.view is None:
        raise ApiError("not_found")
    view = core.screens.push(trigger.user, args["view"])
    trigger.used = True
    return {"view": core.state.view_json(view)}


def update(core: Core, args: JSON) -> JSON:
    """Replace what an open view shows."""
    if not args.get("view_id") and not args.get("external_id"):
        raise ApiError("invalid_arguments", "missing required field: view_id or external_id")
    view = core.state.view(view_id=args.get("view_id"), external_id=args.get("external_id"))
    if view is None:
        raise ApiError("not_found")
    core.screens.update(view, args["view"], args.get("hash"))
    return {"view": core.state.view_json(view)}


def publish(core: Core, args: JSON) -> JSON:
    """Show somebody's App Home."""
    if not core.manifest.home_enabled:
        raise ApiError("not_enabled")
    if args["user_id"] not in core.state.users:
        raise ApiError("user_not_found")
    view = core.screens.publish(args["user_id"], args["view"], args.get("hash"))
    return {"view": core.state.view_json(view)}


def validate_blocks(_: Core, args: JSON) -> JSON:
    """Say what is wrong with blocks, a message or a view, without sending it anywhere."""
    given = [key for key in ("blocks", "message", "view") if key in args]
    if len(given) != 1:
        raise ApiError("invalid_arguments", "give one of blocks, message, view")
    kind = given[0]
    if kind == "view":
        view_type = args["view"].get("type")
        problems = view_problems(args["view"], "home" if view_type == "home" else "modal")
    else:
        blocks = args["blocks"] if kind == "blocks" else args["message"].get("blocks") or []
        problems = message_problems(blocks)
        if not problems and over_budget(blocks):
            raise ApiError(f"invalid_{kind}", errors=[{"pointer": "/blocks", "message": "msg_blocks_too_long"}])
    if problems:
        errors = [{"pointer": problem.pointer, "message": problem.text} for problem in problems]
        raise ApiError(f"invalid_{kind}", errors=errors)
    return {}
