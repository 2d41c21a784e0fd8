"""The list that ``/claims`` shows: the queue of a channel, or what a person holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.desk.rules import HouseRules
from bot.desk.task import Task
from bot.slack.blocks import Block, context, section
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

PER_PAGE = 15


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list: its tasks, its number from 1, how many pages and how many tasks there are in all."""

    tasks: tuple[Task, ...]
    number: int
    pages: int
    total: int


def queue_page(tasks: Sequence[Task], number: int) -> Page:
    """The page with this number, or the last there is."""
    pages = max(1, -(-len(tasks) // PER_PAGE))
    number = min(max(1, number), pages)
    return Page(tuple(tasks[(number - 1) * PER_PAGE : number * PER_PAGE]), number, pages, len(tasks))


def queue_list(word: str, page: Page, rules: HouseRules, links: Mapping[str, str]) -> tuple[str, list[Block]]:
    """A heading and a line per claim. ``links`` are permalinks of cards by task id."""
    title = f"Claims ({FILTERS[word]})" if word else "Claims without a verdict in this channel"
    if not page.tasks:
        return f"{title}: none.", [section(f"*{title}:* none. Mention me with a link or a text to check.")]
    blocks = [section(f"*{title}:* {page.total}")]
    for task in page.tasks:
        where = f" · {link(links[task.id], 'card')}" if task.id in links else ""
        claim = safe(task.claim.standalone or task.claim.text, 200)
        blocks.append(section(f"*{task.number}.* {claim}{where}\n{state_line(task, rules, reason=80)}"))
    if page.pages > 1:
        following = page.number % page.pages + 1
        command = f"/claims {word} {following}".replace("  ", " ")
        blocks.append(context(f"Page {page.number} of {page.pages}. `{command}` shows page {following}."))
    return f"{title}: {page.total}", blocks
