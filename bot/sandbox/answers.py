"""What the app may answer: the bodies of its acks, and posts to a response URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.block_rules import Problem, Rules
from bot.sandbox.core import Core
from bot.sandbox.errors import ApiError
from bot.sandbox.methods.chat import edit, remove
from bot.sandbox.methods.posting import bot_message, check_content, thread_parent
from bot.sandbox.records import JSON, Delivery, Message, View
from bot.sandbox.triggers import ResponseUrl
from bot.sandbox.words import words

_RESPONSE_KEYS = words("""
    text blocks attachments response_type replace_original delete_original thread_ts unfurl_links unfurl_media
    metadata mrkdwn link_names parse""")


@dataclass(frozen=True)
class Answer:
    """How the app answered a person: ``error`` is what went wrong, as Slack words it, or None.

    ``text`` is what the person gets to read at once, if anything; ``errors`` are a form's errors by block_id.
    """

    delivery: Delivery | None
    error: str | None = None
    text: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    message: Message | None = None
    options: list[JSON] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the app acked in time with something legal."""
        return self.error is None

    @property
    def status(self) -> int | None:
        """The HTTP status (200 for an acked envelope); None if no answer came."""
        return self.delivery.status if self.delivery else None

    @property
    def body(self) -> JSON | None:
        """The ack's body, if it is JSON."""
        body = self.delivery.body if self.delivery else None
        return body if isinstance(body, dict) else None

    @property
    def seconds(self) -> float:
        """How long the app took to ack."""
        return self.delivery.seconds if self.delivery else 0.0


def failure(delivery: Delivery) -> str | None:
    """Slack's word for a command or interaction that was not acked."""
    if delivery.acked:
        return None
    return "operation_timeout" if delivery.error == "http_timeout" else "dispatch_failed"


def respond(core: Core, url: ResponseUrl, args: JSON) -> Message | None:
    """Do what a post to a response URL says: answer, replace or delete."""
    _check_response(args)
    if args.get("delete_original"):
        if url.source is None or url.source.deleted:
            raise ApiError("message_not_found")
        remove(core, url.source)
        return None
    check_content(args)
    if args.get("replace_original") and url.source is not None and url.source.bot_id == core.state.bot_id:
        if url.source.deleted:
            raise ApiError("message_not_found")
        edit(core, url.source, {"text": args.get("text", ""), **args})
        return url.source
    return show(core, url.channel, url.user, args, thread_ts=args.get("thread_ts"))


def show(core: Core, channel_id: str, user: str, content: JSON, *, thread_ts: str | None = None) -> Message:
    """Post content into a channel, where the bot need not be a member, or show it to one person (the default)."""
    channel = core.state.channels[channel_id]
    if channel.is_archived:
        raise ApiError("is_archived")
    parent = thread_parent(core, channel, thread_ts) if thread_ts else None
    message = bot_message(core, channel, content, parent)
    if content.get("response_type", "ephemeral") == "in_channel":
        core.state.add_message(message)
        core.events.posted(message)
    else:
        message.ephemeral_for = user
        core.state.add_ephemeral(message)
    return message


def _check_response(args: JSON) -> None:
    unknown = args.keys() - _RESPONSE_KEYS
    if unknown:
        raise ApiError("invalid_payload", f"unknown field: {', '.join(sorted(unknown))}")
    if args.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        raise ApiError("invalid_payload", "response_type must be ephemeral or in_channel")
    for key in ("replace_original", "delete_original"):
        if not isinstance(args.get(key, False), bool):
            raise ApiError("invalid_payload", f"{key} must be a boolean")
    if not isinstance(args.get("blocks") or [], list):
        raise ApiError("invalid_blocks_format")


def command_answer(core: Core, delivery: Delivery, command: str, channel_id: str, user: str) -> Answer:
    """Show the person what the ack of a slash command says, or that it failed."""
    error, body, why = failure(delivery), delivery.body, ""
    if error is None and body is not None:
        content: JSON = body if isinstance(body, dict) else {"text": body}
        try:
            _check_response(content)
            check_content(content)
            message = show(core, channel_id, user, content)
            return Answer(delivery, text=message.plain(), message=message)
        except ApiError as refused:
            error, why = "invalid_command_response", f" ({refused.error}: {'; '.join(refused.messages)})"
    if error is None:
        return Answer(delivery)
    return Answer(delivery, error, text=f"{command} failed with the error “{error}”{why}")


def suggestion_answer(delivery: Delivery) -> Answer:
    """The options that the app offers in an external select."""
    error, body = failure(delivery), delivery.body
    if error is not None:
        return Answer(delivery, error)
    problems: list[Problem] = []
    rules = Rules(problems)
    options: list[Any] = []
    if isinstance(body, dict):
        options = [*body.get("options", [])]
        options += [option for group in body.get("option_groups", []) for option in group.get("options", [])]
    if not isinstance(body, dict) or not ({"options", "option_groups"} & body.keys()) or len(options) > 100:
        return Answer(delivery, "invalid_options")
    for index, option in enumerate(options):
        rules.option(option, f"/options/{index}")
    if problems:
        return Answer(delivery, "invalid_options", text="; ".join(problem.under() for problem in problems))
    return Answer(delivery, options=options)


def submission_answer(core: Core, delivery: Delivery, view: View) -> Answer:
    """Do to the person's screen what the answer to a submission says: close, show errors, update, push or clear."""
    error, body = failure(delivery), delivery.body
    if error is not None:
        return Answer(delivery, error, text="We had some trouble connecting. Try again?")
    if body is None or body == {}:
        core.screens.finish(view)
        return Answer(delivery)
    if not isinstance(body, dict):
        return Answer(delivery, "invalid_response")
    try:
        match body.get("response_action"):
            case "errors":
                inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
                errors = body.get("errors")
                if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
                    return Answer(delivery, "invalid_response", text="errors must name input blocks of the view")
                view.errors = {block_id: str(text) for block_id, text in errors.items()}
                return Answer(delivery, errors=view.errors)
            case "update":
                core.screens.update(view, body["view"])
            case "push":
                core.screens.push(view.user, body["view"])
            case "clear":
                core.screens.close(view.user, everything=True)
            case _:
                return Answer(delivery, "invalid_response")
    except ApiError as refused:
        return Answer(delivery, refused.error, text="; ".join(refused.messages))
    except KeyError:
        return Answer(delivery, "invalid_response")
    return Answer(delivery)
