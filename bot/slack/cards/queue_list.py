"""The list that ``/claims`` shows: the queue of a channel, or what a person holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.desk.rules import HouseRules
from bot.desk.task import Task
from bot.slack.blocks import MESSAGE_CHARACTERS, Block, context, section
from bot.slack.cards.claim_card import state_line
from bot.slack.mrkdwn import link, safe

FILTERS = {
    "open": "nobody has taken these yet",
    "mine": "you have these",
    "review": "these wait for sign-off",
}
"""The words that ``/claims`` and a mention understand, and what each list is."""

HELP = (
    "*What I can do*\n"
    "• Mention me with a link or a pasted text, send me a direct message, or use `/factcheck LINK or TEXT`: I thread "
    "the claims that can be checked.\n"
    "• In a thread, mention me without anything else and I read the message that started it. The shortcut *Check this "
    "message* does the same.\n"
    "• `/claims`, `/claims open`, `/claims mine`, `/claims review`: the queue. In threads: mention me with the word.\n"
    "• `/digest` posts the digest now; `/digest at 08:30 Europe/Istanbul`, `/digest on`, `/digest off` say when it "
    "comes by itself."
)

_SHOWN = 15


def queue_list(
    title: str, tasks: Sequence[Task], rules: HouseRules, links: Mapping[str, str]
) -> tuple[str, list[Block]]:
    """A heading and a line per claim, as many as fit a message. ``links`` are permalinks of cards by task id."""
    if not tasks:
        return f"{title}: none.", [section(f"*{title}:* none. Mention me with a link or a text to check.")]
    blocks = [section(f"*{title}:* {len(tasks)}")]
    used = len(title) + 20
    shown = 0
    for task in tasks[:_SHOWN]:
        where = f" · {link(links[task.id], 'card')}" if task.id in links else ""
        line = (
            f"*{task.number}.* {safe(task.claim.standalone or task.claim.text, 300)}{where}\n{state_line(task, rules)}"
        )
        if used + len(line) > MESSAGE_CHARACTERS:
            break
        blocks.append(section(line))
        used += len(line)
        shown += 1
    if shown < len(tasks):
        blocks.append(context(f"and {len(tasks) - shown} more"))
    return f"{title}: {len(tasks)}", blocks
