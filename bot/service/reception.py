"""How articles come to the desk: what people send, and what they want read once more."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from bot.desk.messages import summary_id
from bot.desk.refusals import Reason, Refusal
from bot.desk.task import Intake, Submission
from bot.service.access import check_submission
from bot.service.office import Office
from bot.store.job_queue import short_id
from bot.store.records import Missing
from bot.telemetry.context import about

log = logging.getLogger(__name__)

GOES_ON_WITHIN = timedelta(seconds=4)
"""How soon the next part of a text comes that Slack cut into several messages."""


class Reception:
    """Takes submissions in."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def submit(
        self,
        *,
        channel: str,
        asker: str,
        via: Intake,
        texts: Sequence[str | None] = (),
        files: Sequence[str] = (),
        thread_ts: str | None,
        origin: str,
        source: str | None = None,
        again: bool = False,
        cut: bool = False,
    ) -> None:
        """Keep what is to be read and see that it is read; ``origin`` makes a repeated delivery recognisable.

        A text of None stands for the message with the ts ``source``, or that started the thread; ``files`` are ids of
        files in Slack. ``again`` reads anew what was read before. ``cut`` says that the last text may go on in another
        message, which is waited for.
        """
        office = self._office
        team = office.store.team
        items = [*((text, None) for text in texts), *((None, file) for file in files)]
        for index, (text, file) in enumerate(items):
            id = short_id(team, channel, origin, str(index))
            submission = Submission(
                id=id,
                team=team,
                channel=channel,
                asker=asker,
                via=via,
                text=text,
                file=file,
                thread_ts=thread_ts,
                source=source if source != thread_ts else None,
                received=office.now(),
                again=again,
            )
            with about(team=team, submission=id):
                await self._receive(submission, cut=cut and index == len(items) - 1)
        await office.wake()

    async def _receive(self, submission: Submission, *, cut: bool) -> None:
        office, team, id = self._office, submission.team, submission.id
        if cut:
            start = office.now() + GOES_ON_WITHIN
            await office.store.receive(submission, cut=True, not_before=start)
            await office.queue.read_at(team, id, start)
        else:
            await office.store.receive(submission)
            await office.queue.read(team, id)
        log.info("submission %s was received", id)

    async def goes_on(self, channel: str, user: str, text: str, *, ts: str, cut: bool) -> bool:
        """Whether a message continues a text of the same person that Slack cut; then it is read with it."""
        office = self._office
        start = office.now() + GOES_ON_WITHIN
        id = await office.store.go_on(channel, user, text, ts=ts, cut=cut, not_before=start)
        if id is not None:
            await office.queue.read_at(office.store.team, id, start)
        return id is not None

    # The same article twice

    async def known(self, submission: Submission, twins: Sequence[Submission]) -> Submission | None:
        """The earlier reading of the same article that answers this submission, if one does that people here may see.

        The one in this channel goes before one elsewhere. One that was asked for ``again`` is never answered so.
        """
        if submission.again:
            return None
        found = [twin for twin in twins if await self._stands(twin)]
        here = [twin for twin in found if twin.channel == submission.channel]
        if here:
            return here[0]
        for elsewhere in found:
            if await self._is_open_to(elsewhere.channel, submission):
                return elsewhere
        return None

    async def _stands(self, submission: Submission) -> bool:
        """Whether there is a thread to point to: where the desk was kept out of the channel, there is none."""
        summary = await self._office.outbox.message(summary_id(submission.id))
        return not (summary and summary.buried)

    async def _is_open_to(self, channel: str, submission: Submission) -> bool:
        """Whether all who read the answer may see this channel: whoever asked, if it is in a direct message.

        No, where Slack is silent: then the article is read once more.
        """
        people = self._office.people
        if submission.channel.startswith("D"):
            return await people.may_see(submission.asker, channel)
        return bool(await people.is_public(channel))

    async def try_again(self, id: str, by: str) -> None:
        """Read something once more that could not be read. Raises Refusal."""
        await self._known_to(by, id)
        try:
            tried = await self._office.store.try_again(id, by=by)
        except Missing:
            raise Refusal(Reason.GONE) from None
        if tried:
            await self._office.queue.read(self._office.store.team, id)
            await self._office.wake()

    async def read_again(self, id: str, by: str, origin: str) -> None:
        """Read an article anew, beside its earlier reading: it, or the message it came in, may have changed.

        Raises:
            Refusal: the desk does not know it, or it is not theirs to see.
        """
        known = await self._known_to(by, id)
        thread = known.thread_ts or await self._thread_of_summary(known)
        await self.submit(
            channel=known.channel,
            asker=by,
            via=known.via,
            texts=() if known.file else [known.text],
            files=[known.file] if known.file else (),
            thread_ts=thread,
            source=known.source,
            origin=f"again {origin}",
            again=True,
        )

    async def read_edited(self, id: str, by: str, origin: str) -> None:
        """Read what the message of a submission says now that it was edited, beside its earlier reading.

        Raises:
            Refusal: the desk does not know it, or it is not theirs to see.
        """
        known = await self._known_to(by, id)
        await self.submit(
            channel=known.channel,
            asker=by,
            via=known.via,
            texts=[None],
            thread_ts=known.thread_ts,
            source=known.source,
            origin=f"edited {origin}",
            again=True,
        )

    async def _known_to(self, user: str, id: str) -> Submission:
        try:
            known = await self._office.store.submission(id)
        except Missing:
            raise Refusal(Reason.GONE) from None
        await check_submission(self._office, user, known)
        return known

    async def _thread_of_summary(self, submission: Submission) -> str | None:
        message = await self._office.outbox.message(f"summary:{submission.id}")
        return message.ts if message and message.ts else None
