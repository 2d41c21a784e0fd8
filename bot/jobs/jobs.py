"""The jobs that workers run. Each may run more than once (a worker died, a retry); doing it again changes nothing."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from docket import Retry
from redis.exceptions import RedisError

from bot.articles import links, same_text
from bot.articles.article import Article
from bot.articles.continuation import glued
from bot.articles.links import Link
from bot.articles.unreadable import UnreadableError
from bot.claims.claim import Extraction
from bot.desk.task import Submission, SubmissionState, Task
from bot.jobs.steady import Job
from bot.service import Desk
from bot.slack.intake import Texts, is_note, understand
from bot.slack.mrkdwn import escape
from bot.slack.people import NotVisible, People
from bot.slack.sender import Sender
from bot.slack.shared_files import SharedFiles
from bot.store.job_queue import READING, TELLING, Dockets
from bot.store.parked import internal
from bot.store.records import Missing
from bot.store.trouble import is_trouble
from bot.telemetry.metrics import CLAIMS, READINGS
from bot.telemetry.steps import step

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Readings that a worker does at once: each may hold a page of some ten megabytes."""

READ_TRIES = 2
"""Times a page is tried whose site is in trouble: the fetcher tries it three times itself, and then again later."""
LATER = timedelta(seconds=30)
"""How much later, unless the site says so itself."""
LATEST = timedelta(minutes=5)
"""A site that wants to be left alone for longer than this is told of at once, with a button to try again."""
FATAL_TRIES = 6
"""Times a submission may take its worker down with it, or fail for a reason of ours, before it is given up."""
OURS_AFTER = timedelta(seconds=2)
ASKED_TRIES = 20
"""Times, ``LATER`` apart, that a digest somebody asked for waits for its workspace's token."""

OURS = (
    "Something went wrong on my side while I read this, and it is noted for whoever runs me. "
    "Please mention me with it once more, or paste the text."
)
NOT_ENGLISH = (
    "This seems to be in {language}, which I cannot read yet, so I found no claims in it. Please paste a translation."
)


@dataclass(frozen=True)
class Readers:
    """What a worker reads with: Slack's markup of a message, a file's bytes, and where a workspace's files are."""

    text: Callable[[str], Awaitable[Article]]
    file: Callable[[bytes, str, str], Awaitable[Article]]
    files: Callable[[str], SharedFiles]


class TookWorkersDown(Exception):
    """Each worker that read this submission died of it."""


class Jobs:
    """What a worker can do; the methods are registered under their names."""

    def __init__(
        self,
        desk: Callable[[str], Desk],
        sender: Callable[[str], Sender],
        people: Callable[[str], People],
        readers: Readers,
        extract: Callable[[Article], Awaitable[Extraction]],
        serves: Callable[[str], bool] = lambda team: True,
    ) -> None:
        """``serves`` tells whether there is a token for a workspace: without one, what is to be done waits."""
        self._serves = serves
        self._desk = desk
        self._sender = sender
        self._people = people
        self._readers = readers
        self._extract = extract
        self._broken_off: set[tuple[str, str]] = set()
        """Submissions whose reading Redis broke off: it is done again, and does not count as another try."""

    def register(self, dockets: Dockets, steady: Callable[[Job, Job | None], Job]) -> None:
        """Make the jobs known to the queues, each made ``steady`` (see ``Steadiness.steady``)."""
        undo = {"read_submission": self.undo_reading}
        for docket, names in ((dockets.reading, READING), (dockets.telling, TELLING)):
            for name in names:
                docket.register(steady(getattr(self, name), undo.get(name)))

    async def read_submission(self, team: str, id: str, retry: Retry = Retry(attempts=FATAL_TRIES)) -> None:  # noqa: B008
        """Read what was submitted, find its claims and file them with their tasks."""
        if not self._serves(team):
            return  # the clock puts it on the queue again when there is a token
        desk = self._desk(team)
        try:
            submission = await desk.store.begin_reading(id, again=(team, id) in self._broken_off)
        except Missing:
            return
        if submission.state is not SubmissionState.WAITING:
            return
        self._broken_off.discard((team, id))
        try:
            await self._read_and_file(desk, submission)
        except UnreadableError as error:
            later = timedelta(seconds=error.retry_after) if error.retry_after else LATER
            if error.transient and retry.attempt < READ_TRIES and later <= LATEST:
                retry.after(later)
            await desk.store.fail(id, escape(error.sentence), reason=error.reason, retryable=error.retryable)
            log.info("submission %s cannot be read (%s)", id, error.reason)
            READINGS.labels("unreadable").inc()
        except NotVisible as error:
            await desk.store.fail(id, error.sentence, reason="not_visible")
            READINGS.labels("not_visible").inc()
        except Exception as error:
            if isinstance(error, RedisError) and is_trouble(error):
                self._broken_off.add((team, id))
                raise
            if submission.attempts < FATAL_TRIES and retry.attempt < FATAL_TRIES:
                log.warning("submission %s: %s; it is tried again", id, type(error).__name__)
                retry.after(OURS_AFTER)
            log.exception("submission %s cannot be read", id)
            await desk.store.fail(id, OURS, reason=internal(error), retryable=True)
            READINGS.labels("parked").inc()
        await desk.office.wake()

    async def undo_reading(self, team: str, id: str) -> None:
        """A reading is handed back because its worker stops: that is no try, and took no worker down."""
        self._broken_off.discard((team, id))
        await self._desk(team).store.undo_reading(id)

    async def _read_and_file(self, desk: Desk, submission: Submission) -> None:
        if submission.attempts > FATAL_TRIES:
            raise TookWorkersDown
        text, file = await self._sent(desk, submission)
        link = links.submission(text)
        if isinstance(link, Link) and await self._joined(desk, submission, (link.url,)) is None:
            return
        article = await self._article(submission.team, text, file)
        fingerprint = await asyncio.to_thread(same_text.fingerprint, article.text)
        if await self._joined(desk, submission, article.addresses, fingerprint) is None:
            return
        extraction = await self._extract(article)
        if extraction.unsupported_language and not extraction.claims:
            sentence = NOT_ENGLISH.format(language=escape(extraction.unsupported_language))
            await desk.store.fail(submission.id, sentence, reason="language")
            READINGS.labels("language").inc()
            return
        # First the digest: where the desk turns out not to be a member, it is dropped again.
        await desk.digests.start(submission.channel, submission.asker)
        tasks = tasks_for(submission, extraction, datetime.now(UTC))
        while (besides := await self._joined(desk, submission, article.addresses, fingerprint)) is not None:
            with step("file"):
                filed = await desk.store.file(submission.id, article, tasks, fingerprint, besides)
            if filed:
                log.info("submission %s was read: %d claims", submission.id, len(tasks))
                READINGS.labels("filed").inc()
                CLAIMS.inc(len(tasks))
                return
            if (await desk.store.submission(submission.id)).state is not SubmissionState.WAITING:
                return

    async def _joined(
        self, desk: Desk, submission: Submission, urls: Sequence[str], fingerprint: tuple[int, ...] = ()
    ) -> frozenset[str] | None:
        """Answer with an earlier reading of the same article, if one does: None then, else those that do not."""
        twins = await desk.store.twins(submission.id, urls, fingerprint)
        known = await desk.reception.known(submission, twins)
        if known is None or not await desk.store.join(submission.id, known.id):
            return frozenset(twin.id for twin in twins)
        READINGS.labels("joined").inc()
        return None

    async def _article(self, team: str, text: str, file: str | None) -> Article:
        if file is None:
            return await self._readers.text(text)
        shared = await self._readers.files(team).get(file)
        return await self._readers.file(shared.data, shared.name, shared.content_type)

    async def _sent(self, desk: Desk, submission: Submission) -> tuple[str, str | None]:
        """What is to be read: a message's mrkdwn, or the id of a file."""
        if submission.file is not None:
            return "", submission.file
        if submission.text is None:
            return await self._parent(desk, submission)
        text = submission.text
        for _, part in submission.more:  # the limit counts the mention that was taken off the first part
            text = glued(text, part, cut_anywhere=False)
        return text, None

    async def _parent(self, desk: Desk, submission: Submission) -> tuple[str, str | None]:
        """What there is to read in the message that started the thread; what is more becomes submissions of its own."""
        source = submission.source or submission.thread_ts or ""
        message = await self._people(submission.team).message(submission.channel, source)
        wish = understand(message.text)
        items: list[tuple[str, str | None]] = [("", file) for file in message.files]
        if isinstance(wish, Texts) and not (items and is_note(wish)):
            items = [*((text, None) for text in wish.texts), *items]
        first, *others = items or [(message.text, None)]
        if others:
            await desk.reception.submit(
                channel=submission.channel,
                asker=submission.asker,
                via=submission.via,
                texts=[text for text, file in others if file is None],
                files=[file for _, file in others if file is not None],
                thread_ts=submission.thread_ts,
                origin=submission.id,
                again=submission.again,
            )
        return first

    async def read_anew(self, team: str, id: str) -> None:
        """Read the page of published verdicts again, and tell their thread which checked sentences changed."""
        if not self._serves(team):
            return
        desk = self._desk(team)
        article = await desk.drift.begin(id)
        if article is None:
            return
        try:
            later = await self._readers.text(f"<{article.url}>")
        except UnreadableError as error:
            log.info("the page of %s cannot be read again (%s)", id, error.reason)
        else:
            await desk.drift.compare(id, article, later)

    async def deliver(self, team: str, queue: str) -> None:
        """Send the messages that wait in a queue."""
        await self._sender(team).deliver(queue)

    async def digest(
        self,
        team: str,
        channel: str,
        day: str,
        asked: str,
        retry: Retry = Retry(attempts=ASKED_TRIES, delay=LATER),  # noqa: B008
    ) -> None:
        """Post the digest of a channel. The clock asks for a planned one again; nobody does for one somebody wanted."""
        if not self._serves(team):
            if asked and retry.attempt < ASKED_TRIES:
                retry.after(LATER)
            return
        await self._desk(team).digests.post(channel, date.fromisoformat(day), asked)


def tasks_for(submission: Submission, extraction: Extraction, now: datetime) -> list[Task]:
    """One task per claim, numbered from the one most worth checking. The ids follow from the submission's."""
    return [
        Task(
            id=f"{submission.id}-{number}",
            team=submission.team,
            channel=submission.channel,
            submission=submission.id,
            number=number,
            claim=claim,
            created=now,
            changed=now,
        )
        for number, claim in enumerate(extraction.claims, 1)
    ]
