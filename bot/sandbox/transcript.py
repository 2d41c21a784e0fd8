"""The workspace as text, for people who read a failed test or watch the demo."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from bot.sandbox.core import Core
from bot.sandbox.records import Message


def line(core: Core, message: Message) -> str:
    """One message: when, who, what."""
    user = core.state.users.get(message.user)
    who = user.name if user else message.user
    flags = "".join(
        f" ({word})"
        for word, shown in (
            ("only you" if not message.ephemeral_for else f"only {_name(core, message)}", message.is_ephemeral),
            ("also sent to the channel", message.reply_broadcast),
            ("edited", message.edited is not None),
        )
        if shown
    )
    reactions = "".join(f" :{name}: {len(users)}" for name, users in message.reactions.items())
    body = textwrap.indent(message.plain() + reactions, "  ").strip()
    return f"{who}{flags}: {body}"


def _name(core: Core, message: Message) -> str:
    user = core.state.users.get(message.ephemeral_for or "")
    return user.name if user else ""


def transcript(core: Core) -> str:
    """Everything there is to see, then the calls that failed and the payloads that nobody acked."""
    return "\n".join(_lines(core))


def _lines(core: Core) -> Iterator[str]:
    state = core.state
    for channel in state.channels.values():
        name = (
            f"#{channel.name}"
            if channel.name
            else "DM " + ", ".join(state.users[user].name for user in channel.members)
        )
        yield f"── {name}"
        for message in state.timeline(channel.id):
            if message.reply_broadcast:
                continue
            yield textwrap.indent(line(core, message), "  ")
            for reply in state.replies(channel.id, message.ts):
                yield textwrap.indent(line(core, reply), "    ↳ ", predicate=lambda _: True)
        for message in state.ephemerals:
            if message.channel == channel.id and not message.deleted:
                yield textwrap.indent(line(core, message), "  ")
    for user_id, stack in state.modals.items():
        for view in stack:
            yield f"── modal of {state.users[user_id].name}"
            yield textwrap.indent(view.plain(), "  ")
            yield from (f"  ! {block_id}: {text}" for block_id, text in view.errors.items())
    for call in core.calls:
        if not call.ok:
            answer = call.answer or {}
            details = "; ".join(answer.get("response_metadata", {}).get("messages", []))
            yield f"── call {call.method}: {call.status} {answer.get('error', 'no answer')} {details}".rstrip()
    for delivery in core.delivery.log:
        if not delivery.acked:
            yield f"── not acked: {delivery.kind} {delivery.name}, try {delivery.attempt}: {delivery.error}"
