"""What chat methods, command answers and response URLs have in common: is this content legal, and make it a message."""

from __future__ import annotations

import copy
from typing import Any

from bot.sandbox import limits
from bot.sandbox.block_tree import fill_ids
from bot.sandbox.core import Core
from bot.sandbox.errors import ApiError
from bot.sandbox.records import JSON, Channel, Message
from bot.sandbox.validation import message_problems, over_budget


def check_content(args: JSON) -> None:
    """Refuse empty messages and blocks that Slack would refuse."""
    blocks, attachments = args.get("blocks") or [], args.get("attachments") or []
    if args.get("markdown_text"):
        if args.get("text") or blocks:
            raise ApiError("markdown_text_conflict")
        if len(args["markdown_text"]) > limits.MARKDOWN_TEXT:
            raise ApiError("msg_too_long")
    elif not str(args.get("text") or "").strip() and not blocks and not attachments:
        raise ApiError("no_text")
    if len(attachments) > limits.MESSAGE_ATTACHMENTS:
        raise ApiError("too_many_attachments")
    problems = message_problems(blocks)
    for index, attachment in enumerate(attachments):
        if not isinstance(attachment, dict):
            raise ApiError("invalid_attachments")
        nested = message_problems(attachment.get("blocks") or [])
        problems += [type(problem)(f"/attachments/{index}{problem.pointer}", problem.text) for problem in nested]
    if problems:
        raise ApiError("invalid_blocks", *(problem.under() for problem in problems))
    if over_budget(blocks):
        raise ApiError("msg_blocks_too_long")
    check_metadata(args.get("metadata"))


def check_metadata(metadata: Any) -> None:
    """Metadata is an event: a type and a payload."""
    if metadata is None or metadata == {}:
        return
    unknown = metadata.keys() - {"event_type", "event_payload", "entities"}
    typed = isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    if unknown or not (typed or "entities" in metadata):
        raise ApiError("invalid_metadata_format")


def bot_message(core: Core, channel: Channel, args: JSON, thread_ts: str | None) -> Message:
    """The message that the bot's content makes; not yet in the channel."""
    text = args.get("text") or ""
    blocks = copy.deepcopy(args.get("blocks") or [])
    if args.get("markdown_text"):
        blocks = [{"type": "markdown", "text": args["markdown_text"]}]
        text = args["markdown_text"]
    return Message(
        channel=channel.id,
        ts=core.state.ids.ts(),
        user=core.state.bot_user_id,
        text=text[: limits.MESSAGE_TEXT_KEPT],
        blocks=fill_ids(blocks, core.state.ids),
        attachments=copy.deepcopy(args.get("attachments") or []),
        bot_id=core.state.bot_id,
        app_id=core.state.app_id,
        thread_ts=thread_ts,
        reply_broadcast=bool(args.get("reply_broadcast")) and thread_ts is not None,
        metadata=copy.deepcopy(args.get("metadata")) or None,
        team=core.team_id,
        link_names=bool(args.get("link_names")) or args.get("parse") == "full",
    )


def thread_parent(core: Core, channel: Channel, thread_ts: str | None) -> str | None:
    """The thread to reply in, or None.

    If the first message is gone, Slack posts the reply into the channel itself and does not say so, except that the
    answer has no ``thread_ts`` (slack-go #1571). A reply's own timestamp often works there, but Slack advises against
    it; the sandbox refuses it.
    """
    parent = core.state.find(channel.id, thread_ts)
    if parent is None:
        return None
    if parent.thread_ts not in (None, parent.ts):
        raise ApiError("cannot_reply_to_message")
    return parent.ts
