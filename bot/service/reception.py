"""How articles come to the desk: what people send, and what they want read once more."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk.refusals import Reason, Refusal
from bot.desk.task import Intake, Submission
from bot.service.office import Office
from bot.store.job_queue import short_id
from bot.store.records import Missing


class Reception:
    """Takes submissions in."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def submit(
        self, *, channel: str, asker: str, via: Intake, texts: Sequence[str | None], thread_ts: str | None, origin: str
    ) -> None:
        """Keep what is to be read and see that it is read; ``origin`` makes a repeated delivery recognisable.

        A text of None stands for the message that started the thread.
        """
        office = self._office
        team = office.store.team
        for index, text in enumerate(texts):
            id = short_id(team, channel, origin, str(index))
            submission = Submission(
                id=id,
                team=team,
                channel=channel,
                asker=asker,
                via=via,
                text=text,
                thread_ts=thread_ts,
                received=office.now(),
            )
            await office.store.receive(submission)
            await office.queue.read(team, id)
        await office.wake()

    async def try_again(self, id: str, by: str) -> None:
        """Read something once more that could not be read."""
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
            Refusal: the desk does not know it.
        """
        try:
            known = await self._office.store.submission(id)
        except Missing:
            raise Refusal(Reason.GONE) from None
        thread = known.thread_ts or await self._thread_of_summary(known)
        link = known.text if known.text and known.text.startswith(("http://", "https://")) else None
        text = link or (None if known.thread_ts and known.via is not Intake.COMMAND else known.text)
        await self.submit(
            channel=known.channel, asker=by, via=known.via, texts=[text], thread_ts=thread, origin=f"again {origin}"
        )

    async def _thread_of_summary(self, submission: Submission) -> str | None:
        message = await self._office.outbox.message(f"summary:{submission.id}")
        return message.ts if message and message.ts else None
