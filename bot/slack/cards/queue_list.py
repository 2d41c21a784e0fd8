"""The lists that ``/claims`` shows: the queue of a channel, what a person holds, what is overdue, what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.rules import HouseRules
from bot.desk.task import Task
from bot.slack.blocks import Block, context, section
from bot.slack.cards.state_text import objection_line, state_line
from bot.slack.cards.verdict_text import rating_line
from bot.slack.mrkdwn import link, safe

FILTERS = {
    "open": "nobody has taken these yet",
    "mine": "you have these",
    "review": "these wait for sign-off",
    "overdue": "these should have been checked by now",
    "search": "found for “{words}”",
    "article": "of the article {words}",
    "corrections": "published verdicts that were corrected",
}
"""The words that ``/claims`` and a mention understand, and what each list is."""

_NOTHING = {
    "mine": "You have no claim. `/claims open` shows what nobody has taken yet.",
    "review": "No verdict waits for sign-off.",
    "overdue": "Nothing is overdue.",
    "search": "No claim here has these words. Try fewer or other ones: `/claims search WORDS`.",
    "article": "I have not read this page here. Mention me with its link, or use `/factcheck LINK`.",
}
PER_PAGE = 15
_LINE = 630
"""Characters of a claim in a list: a page of them fits a message."""


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


def untold_line(count: int, what: str = "claim") -> str:
    """That a list may be short of some, because Slack did not say whether its reader sees them."""
    which, them = (f"1 {what}", "it") if count == 1 else (f"{count} {what}s", "them")
    return f"Slack did not say of {which} whether you see {them}; please try once more."


def queue_list(
    word: str,
    page: Page,
    rules: HouseRules,
    links: Mapping[str, str],
    words: str = "",
    *,
    now: datetime | None = None,
    untold: int = 0,
) -> tuple[str, list[Block]]:
    """A heading and a line per claim.

    ``links`` are permalinks of cards by task id, ``words`` what was searched for; ``now`` tells what is overdue;
    ``untold`` counts claims that Slack does not tell whether its reader sees.
    """
    which = FILTERS[word].format(words=safe(words, 200)) if word else ""
    title = f"Claims ({which})" if word else "Claims without a verdict in this channel"
    if not page.tasks and untold:
        return f"{title}: {untold_line(untold)}", [section(f"*{title}:* {untold_line(untold)}")]
    if not page.tasks:
        hint = _NOTHING.get(word, "Mention me with a link or a text to check.")
        return f"{title}: none.", [section(f"*{title}:* none. {hint}")]
    blocks = [section(f"*{title}:* {page.total}")]
    blocks += [section(_line(task, rules, card_link(task, links), now)) for task in page.tasks]
    if page.pages > 1:
        blocks.append(context(_turn(word, page)))
    if untold:
        blocks.append(context(untold_line(untold)))
    return f"{title}: {page.total}", blocks


def _turn(word: str, page: Page) -> str:
    following = page.number % page.pages + 1
    if word in ("search", "article"):  # their words may hold anything, so they are not repeated as a command
        return f"Page {page.number} of {page.pages}. Add `{following}` at the end to see page {following}."
    command = f"/claims {word} {following}".replace("  ", " ")
    return f"Page {page.number} of {page.pages}. `{command}` shows page {following}."


def _line(task: Task, rules: HouseRules, card: str, now: datetime | None) -> str:
    """The claim gets what its state leaves; the verdict that stands and an objection are told where they fit."""
    number, state = f"*{task.number}.* ", state_line(task, rules, now=now, reason=80)
    verdict = rating_line(task.standing_verdict, rules.scale) if task.standing_verdict else ""
    room = _LINE - len(number) - len(card) - len(state) - len(verdict) - 2
    text = f"{number}{safe(task.text, min(200, max(60, room)))}{card}\n{state}"
    for more in filter(None, (verdict, objection_line(task, 80))):
        text = f"{text}\n{more}" if len(text) + len(more) < _LINE else text
    return text


def card_link(task: Task, links: Mapping[str, str]) -> str:
    """A link to the card, if Slack has told it."""
    return f" · {link(links[task.id], 'card')}" if task.id in links else ""
