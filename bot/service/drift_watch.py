"""The drift watch: pages with published verdicts are read again, and their threads told what changed in them."""

from __future__ import annotations

from datetime import timedelta

from bot.articles.article import Article
from bot.articles.drift import drift
from bot.desk.messages import Wanted, thread_of
from bot.service.office import Office
from bot.slack.blocks import section
from bot.slack.mrkdwn import safe
from bot.store.job_queue import short_id
from bot.store.records import Missing

DAILY_FOR = timedelta(days=7)
"""How long after it was received an article is read again every day; after that once a week."""
WATCHED_FOR = timedelta(days=180)
"""How long it is watched."""


class DriftWatch:
    """Tells threads that a checked sentence changed or vanished."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._store = office.store

    async def begin(self, id: str) -> Article | None:
        """The article whose page is to be read again, None if it is not any more.

        The next time is set first: whatever happens to this reading, the site is not asked again before that.
        """
        now = self._office.now()
        try:
            article, submission = await self._store.article(id), await self._store.submission(id)
        except Missing:
            await self._store.watch_next(id, None)
            return None
        age = now - submission.received
        if age > WATCHED_FOR or article.url is None or not article.text:
            await self._store.watch_next(id, None)
            return None
        await self._store.watch_next(id, now + timedelta(days=1 if age < DAILY_FOR else 7))
        return article

    async def compare(self, id: str, article: Article, later: Article) -> None:
        """Tell the thread which checked sentences of an article are not what they were."""
        submission = await self._store.submission(id)
        checked = [t for t in await self._store.tasks_of(id) if t.standing is not None and t.claim.end]
        spans = {(t.claim.start, t.claim.end): t for t in checked}
        for change in drift(article.text, spans, later.text):
            task = spans[change.span]
            text = f"⚠️ *Claim {task.number}* has a verdict. {safe(change.sentence, 1500)}"
            body = {"text": text, "blocks": [section(text)]}
            # What it says now makes the id: the same change, seen again tomorrow, is told once.
            told = f"drift:{task.id}:{short_id(change.kind, change.after)}"
            await self._store.want_once(
                Wanted(told, submission.channel, "notice", "", thread_of(submission), body=body)
            )
        await self._office.wake()
