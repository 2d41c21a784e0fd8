"""What a test of jobs and service works with."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from desk.samples import article, claim
from docket import Worker

from bot.articles.article import Article
from bot.claims.claim import Extraction
from bot.jobs.jobs import Jobs
from bot.sandbox import Channel, Message, Person, Workspace
from bot.service import Desk
from bot.store.desk_store import DeskStore
from bot.store.job_queue import JobQueue
from bot.store.outbox import Outbox

TUESDAY_TEN = datetime.fromisoformat("2026-05-12T10:00+00:00")


@dataclass
class Script:
    """What reading and extraction yield; an exception in ``failures`` is raised first, one for each call."""

    article: Article = field(default_factory=article)
    extraction: Extraction = field(default_factory=lambda: Extraction(claims=(claim(),)))
    failures: list[Exception] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    extracted: int = 0

    async def reads(self, text: str) -> Article:
        self.read.append(text)
        if self.failures:
            raise self.failures.pop(0)
        if not text.startswith("http"):
            return self.article
        # Each page says something else: the same text twice would be the same article.
        own = hashlib.sha256(text.encode()).hexdigest()
        said = f"{self.article.text} {' '.join(own[n : n + 6] for n in range(50))}"
        return self.article.model_copy(update={"url": text, "text": said})

    async def reads_file(self, data: bytes, name: str, content_type: str) -> Article:
        self.read.append(f"{name}: {data.decode()}")
        return self.article

    async def extracts(self, article: Article) -> Extraction:
        self.extracted += 1
        return self.extraction


@dataclass
class House:
    """Everything of one workspace."""

    slack: Workspace
    store: DeskStore
    outbox: Outbox
    queue: JobQueue
    desk: Desk
    jobs: Jobs
    worker: Worker
    script: Script
    new_desk: Callable[[datetime], Desk]
    ana: Person
    ben: Person
    channel: Channel

    async def work(self) -> None:
        """Do what is on the queue, retries included, until nothing is, with the clock's rounds in between.

        What is wanted while a queue's sender is about to end waits for the next round.
        """
        await self.worker.run_until_finished()
        for _ in range(5):
            if not await self.outbox.queues():
                break
            await self.desk.office.wake()
            await self.worker.run_until_finished()

    def thread(self, parent: Message) -> list[str]:
        """What a thread says, as people read it."""
        return [message.plain() for message in self.slack.thread(parent)]
