"""The jobs that workers run. Each may run more than once (a worker died, a retry); doing it again changes nothing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta

from docket import Docket, ExponentialRetry

from bot.articles.article import Article
from bot.articles.unreadable import UnreadableError
from bot.claims.claim import Extraction
from bot.desk.task import Submission, SubmissionState, Task
from bot.service import Desk
from bot.slack.intake import Texts, understand
from bot.slack.mrkdwn import escape
from bot.slack.people import NotVisible, People
from bot.slack.sender import Sender
from bot.store.records import Missing

log = logging.getLogger(__name__)

READ_TRIES = 3
"""Times a page is tried that did not answer, with some seconds in between, before the person is told."""
FATAL_TRIES = 6
"""Times a submission may take its worker down with it, or fail for a reason of ours, before it is given up."""

_READ_RETRY = ExponentialRetry(
    attempts=READ_TRIES, minimum_delay=timedelta(seconds=1), maximum_delay=timedelta(seconds=8)
)

OURS = (
    "Something went wrong on my side while I read this, and it is noted for whoever runs me. "
    "Please mention me with it once more, or paste the text."
)
NOT_ENGLISH = (
    "This seems to be in {language}, which I cannot read yet, so I found no claims in it. Please paste a translation."
)


class Jobs:
    """What a worker can do; the methods are registered under their names."""

    def __init__(
        self,
        desk: Callable[[str], Desk],
        sender: Callable[[str], Sender],
        people: Callable[[str], People],
        read: Callable[[str], Awaitable[Article]],
        extract: Callable[[Article], Awaitable[Extraction]],
    ) -> None:
        self._desk = desk
        self._sender = sender
        self._people = people
        self._read = read
        self._extract = extract

    def register(self, docket: Docket) -> None:
        """Make the jobs known to the queue."""
        for job in (self.read_submission, self.deliver, self.digest):
            docket.register(job)

    async def read_submission(
        self,
        team: str,
        id: str,
        retry: ExponentialRetry = _READ_RETRY,
    ) -> None:
        """Read what was submitted, find its claims and file them with their tasks."""
        desk = self._desk(team)
        try:
            submission = await desk.store.begin_reading(id)
        except Missing:
            return
        if submission.state is not SubmissionState.WAITING:
            return
        try:
            await self._read_and_file(desk, submission)
        except UnreadableError as error:
            if error.transient and retry.attempt < READ_TRIES:
                raise
            await desk.store.fail(id, escape(error.sentence), reason=error.reason)
        except NotVisible as error:
            await desk.store.fail(id, error.sentence, reason="not_visible")
        except Exception as error:
            if submission.attempts < FATAL_TRIES and retry.attempt < READ_TRIES:
                raise
            log.exception("submission %s cannot be read", id)
            await desk.store.fail(id, OURS, reason=type(error).__name__)
        await desk.office.wake()

    async def _read_and_file(self, desk: Desk, submission: Submission) -> None:
        if submission.attempts > FATAL_TRIES:
            raise RuntimeError("this submission has taken its worker down several times")
        text = submission.text
        if text is None:
            text = await self._parent(desk, submission)
        article = await self._read(text)
        extraction = await self._extract(article)
        if extraction.unsupported_language and not extraction.claims:
            sentence = NOT_ENGLISH.format(language=escape(extraction.unsupported_language))
            await desk.store.fail(submission.id, sentence, reason="language")
            return
        # First the digest: where the desk turns out not to be a member, it is dropped again.
        await desk.digests.start(submission.channel, submission.asker)
        await desk.store.file(submission.id, article, tasks_for(submission, extraction, datetime.now(UTC)))

    async def _parent(self, desk: Desk, submission: Submission) -> str:
        """What there is to read in the message that started the thread; its further links become submissions too."""
        text = await self._people(submission.team).message(submission.channel, submission.thread_ts or "")
        wish = understand(text)
        if not isinstance(wish, Texts):
            return text
        first, *others = wish.texts
        if others:
            await desk.reception.submit(
                channel=submission.channel,
                asker=submission.asker,
                via=submission.via,
                texts=others,
                thread_ts=submission.thread_ts,
                origin=submission.id,
            )
        return first

    async def deliver(self, team: str, queue: str) -> None:
        """Send the messages that wait in a queue."""
        await self._sender(team).deliver(queue)

    async def digest(self, team: str, channel: str, day: str, asked: str) -> None:
        """Post the digest of a channel."""
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
