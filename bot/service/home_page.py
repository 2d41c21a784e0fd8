"""A person's Home as it should stand now: the records it shows, for what that person may see and do."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.desk.messages import Wanted, summary_id
from bot.desk.task import Submission, TaskState
from bot.service.office import Office, Visible
from bot.slack.blocks import Block
from bot.slack.cards.home import PER_PAGE, HomeArticle, HomeData, Part, home_blocks, shown_tasks

ARTICLES = 40
"""Newest articles that a Home pages through."""
FOUND = 40
"""Claims that a search in a Home finds at most."""


class HomePage:
    """Renders Homes."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._store = office.store

    async def render(self, wanted: Wanted) -> tuple[str, list[Block]]:
        """The blocks of the Home of ``wanted.user``; a Home has no text."""
        office, user = self._office, wanted.user
        state = await office.houses.home(user)
        articles, untold_articles = await self._articles(user, state.pages.get(Part.ARTICLES, 1))
        review = await office.visible(user, await self._store.in_state(TaskState.IN_REVIEW))
        found = await self._found(user, state.words)
        standing = await office.standing(user, ask_admin=True)
        data = HomeData(
            user=user,
            roles=standing.roles,
            unsure=standing.unsure,
            rules=await office.rules(),
            now=office.now(),
            mine=await self._store.assigned_to(user),
            review=review.tasks,
            articles=articles,
            found=found.tasks,
            words=state.words,
            pages=state.pages,
            untold={Part.REVIEW: review.untold, Part.FOUND: found.untold, Part.ARTICLES: untold_articles},
        )
        links = await office.links(shown_tasks(data))
        return "", home_blocks(replace(data, links=links))

    async def _found(self, user: str, words: str) -> Visible:
        return await self._office.visible(user, await self._store.search(words, FOUND) if words else [])

    async def _articles(self, user: str, page: int) -> tuple[list[HomeArticle], int]:
        """The newest articles; only those of the page that is looked at with their claims and links.

        And of how many Slack does not tell whether this person sees them.
        """
        newest = await self._store.newest(ARTICLES)
        seen = await self._office.seen_channels(user, {s.channel for s in newest})
        theirs = [s for s in newest if seen[s.channel] or s.asker == user]
        untold = sum(seen[s.channel] is None and s.asker != user for s in newest)
        shown = {s.id for s in theirs[(page - 1) * PER_PAGE : page * PER_PAGE]} or {s.id for s in theirs[-PER_PAGE:]}
        return await asyncio.gather(*(self._article(s, whole=s.id in shown) for s in theirs)), untold

    async def _article(self, submission: Submission, *, whole: bool) -> HomeArticle:
        if not whole:
            return HomeArticle(submission, submission.title, ())
        tasks = await self._store.tasks_of(submission.id)
        link = await self._office.permalinks.of(summary_id(submission.id))
        return HomeArticle(submission, submission.title, tasks, link)
