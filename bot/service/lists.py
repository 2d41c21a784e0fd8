"""The lists people ask for: the queue of a channel, what they hold, what is overdue, what was corrected, a search."""

from __future__ import annotations

from collections.abc import Sequence

from bot.articles.links import Link, submission
from bot.desk.task import Task, TaskState
from bot.service.office import Office
from bot.slack.blocks import Block, section
from bot.slack.cards.corrections_list import corrections_list
from bot.slack.cards.help_text import HELP, unknown
from bot.slack.cards.queue_list import FILTERS, PER_PAGE, queue_list, queue_page

MOST_FOUND = 60
"""Claims that a search lists at most."""

_STATES: dict[str, tuple[TaskState, ...]] = {
    "": (TaskState.OPEN, TaskState.QUESTION, TaskState.ASSIGNED, TaskState.IN_REVIEW),
    "open": (TaskState.OPEN, TaskState.QUESTION),
    "review": (TaskState.IN_REVIEW,),
}


_ANYWHERE = frozenset({"overdue", "search", "article"})
"""Lists that look beyond the channel in which they are asked for."""


class Lists:
    """Answers ``/claims`` and its like."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._store = office.store

    async def claims(self, words: str, *, user: str, channel: str) -> tuple[str, list[Block]]:
        """What ``/claims WORDS`` shows: the word for a list, what it is searched for, and a page's number."""
        word, rest, number = _read(words)
        if word == "help":
            return HELP, [section(HELP)]
        if word not in ("", *FILTERS):
            return unknown(word)
        rules = await self._office.rules()
        if word == "corrections":
            corrected = await self._office.visible(user, await self._store.corrections())
            links = await self._office.links(corrected.tasks[:20])
            return corrections_list(corrected.tasks, rules, links, untold=corrected.untold)
        tasks, untold = await self._tasks(word, rest, user, channel), 0
        if word in _ANYWHERE:
            visible = await self._office.visible(user, tasks)
            tasks, untold = visible.tasks, visible.untold
        page, now = queue_page(tasks, number), self._office.now()
        return queue_list(word, page, rules, await self._office.links(page.tasks), rest, now=now, untold=untold)

    async def _tasks(self, word: str, rest: str, user: str, channel: str) -> Sequence[Task]:
        match word:
            case "mine":
                return await self._store.assigned_to(user)
            case "overdue":
                return await self._store.due_before(self._office.now())
            case "search":
                return await self._store.search(rest, MOST_FOUND) if rest else []
            case "article":
                link = submission(rest)
                return await self._of_page(link.url) if isinstance(link, Link) else []
            case _:
                found = await self._store.tasks_in(channel, *_STATES[word])
                return found if word != "open" else [t for t in found if t.assignee is None]

    async def _of_page(self, url: str) -> list[Task]:
        return [task for read in await self._store.of_page(url) for task in await self._store.tasks_of(read.id)]


def _read(words: str) -> tuple[str, str, int]:
    """The word, what follows it, and the page at the end; a number alone is a page of the whole queue."""
    word, _, rest = " ".join(words.split()).partition(" ")
    if word.isdecimal():
        return "", "", _page(word)
    before, _, last = rest.rpartition(" ")
    is_page = last.isdecimal()
    if is_page and word.lower() == "search":  # a year at the end is searched for, and so is a number alone
        is_page = bool(before) and _page(last) <= MOST_FOUND // PER_PAGE
    return (word.lower(), before, _page(last)) if is_page else (word.lower(), rest, 1)


def _page(digits: str) -> int:
    """A page's number; Python counts no thousands of digits, and no list has so many pages."""
    return int(digits[:6])
