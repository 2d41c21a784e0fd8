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

DAILY_FOR = timedelta(days=7)
"""How long after it was received an article is read again every day; after that once a week."""
WATCHED_FOR = timedelta(days=180)
"""How long it is watched."""


class DriftWatch:
    """Tells threads that a checked sentence changed or vanished."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._store = office.store

    async def read_anew(self, id: str, article: Article, later: Article | None) -> None:
        """Compare an article with what its page says now; None if that cannot be read. Plans the next reading."""
        submission = await self._store.submission(id)
        now = self._office.now()
        age = now - submission.received
        if later is not None and article.text:  # it goes when the settings say so
            checked = [t for t in await self._store.tasks_of(id) if t.standing is not None and t.claim.end]
            spans = {(t.claim.start, t.claim.end): t for t in checked}
            for change in drift(article.text, spans, later.text):
                task = spans[change.span]
                # What it says now makes the id: the same change, seen again tomorrow, is told once.
                text = f"⚠️ *Claim {task.number}* has a verdict. {safe(change.sentence, 1500)}"
                body = {"text": text, "blocks": [section(text)]}
                mark = short_id(change.kind, change.after)
                id_of_change, thread = f"drift:{task.id}:{mark}", thread_of(submission)
                await self._store.want_once(Wanted(id_of_change, submission.channel, "notice", "", thread, body=body))
        watched = article.url and article.text and age <= WATCHED_FOR
        again = timedelta(days=1 if age < DAILY_FOR else 7) if watched else None
        await self._store.watch_next(id, now + again if again else None)
        await self._office.wake()
