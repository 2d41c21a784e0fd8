"""The records of the desk: a submission, a task for each claim, and the versions of its verdict."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.claims.claim import Claim


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Intake(StrEnum):
    """How something came to the desk."""

    MENTION = "mention"
    DM = "dm"
    WATCHED = "watched"
    COMMAND = "command"
    SHORTCUT = "shortcut"


class SubmissionState(StrEnum):
    """Where the reading of a submission stands."""

    WAITING = "waiting"
    FILED = "filed"
    FAILED = "failed"
    JOINED = "joined"


class Closing(_Record):
    """That an article was closed as a whole: its claims without a verdict were set aside."""

    by: str
    at: datetime
    reason: str


class Submission(_Record):
    """Something a person asked the desk to check, before and after it was read.

    ``thread_ts`` is the message whose thread answers; None (a slash command) means that the summary starts the thread.
    ``text`` is Slack's mrkdwn as it came; None means that the message that started the thread is what is to be read.
    ``file`` is the id of a file in Slack that is to be read instead of a text; ``more`` are further messages of the
    same person in which a text that Slack cut goes on. ``failure`` is a sentence for people, once reading has failed.
    ``again`` asks for a new reading of what was read before; without it such a submission is ``joined`` to that one.
    """

    id: str
    team: str
    channel: str
    asker: str
    via: Intake
    text: str | None
    thread_ts: str | None
    received: datetime
    state: SubmissionState = SubmissionState.WAITING
    failure: str | None = None
    attempts: int = 0
    cards: int = 0
    """How many claim cards the thread shows; the rest waits behind *Show more*."""
    askers: tuple[str, ...] = ()
    """Who asked for the same article later, and is told its verdicts like the first ``asker``."""
    closing: Closing | None = None
    retryable: bool = False
    """Whether trying once more may help where reading has failed."""
    file: str | None = None
    more: tuple[tuple[str, str], ...] = ()
    """Further messages, by their ts."""
    source: str | None = None
    """The ts of the message that is read, where that is not the one that started the thread."""
    title: str = ""
    """Of the article, once it was read."""
    again: bool = False
    joined: str | None = None
    """The submission that this one was joined to, because it is the same article."""

    @property
    def asked(self) -> bool:
        """Whether the ``asker`` asked for it; else they only posted a link where every link is read."""
        return self.via is not Intake.WATCHED or self.again


class TaskState(StrEnum):
    """Where a task stands; ``transitions.py`` says how it gets from one to the next."""

    OPEN = "open"
    ASSIGNED = "assigned"
    QUESTION = "question"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    DISMISSED = "dismissed"


class Stance(StrEnum):
    """What a source does to the claim."""

    SUPPORTS = "supports"
    REFUTES = "refutes"
    CONTEXT = "context"


class Evidence(_Record):
    """A source, and what it shows. ``archive`` is the address of a kept copy, or why there is none."""

    url: str
    note: str
    stance: Stance = Stance.CONTEXT
    archive: str = ""


class Approval(_Record):
    """A signature under one version of a verdict, with the reviewer's answers to ``review.QUESTIONS`` by their id."""

    by: str
    at: datetime
    answers: dict[str, str] = {}


class Objection(_Record):
    """A refusal to sign, with its reason; it stays on record."""

    by: str
    at: datetime
    reason: str


class Verdict(_Record):
    """One version of what the desk says about a claim.

    ``rating`` answers "is it true?"; ``said`` answers "did they say it?" and is None for a claim in the article's
    own voice. Both are ids of a scale in ``ratings.toml``. ``writers`` are all who wrote on it since the verdict that
    was published before it, the ``author`` of this version among them: none of them may sign it. ``correction`` says
    what was wrong with the verdict that stood before, where one did.
    """

    version: int
    rating: str
    explanation: str
    evidence: tuple[Evidence, ...]
    author: str
    at: datetime
    said: str | None = None
    summary: str = ""
    as_of: date | None = None
    recheck: date | None = None
    correction: str = ""
    writers: tuple[str, ...] = ()
    approvals: tuple[Approval, ...] = ()
    objections: tuple[Objection, ...] = ()
    replaces: int | None = None
    """The version that stood until this one was published; None if this is the first one, or was not published."""


class DismissalKind(StrEnum):
    """Why a task was set aside."""

    NOT_A_CLAIM = "not_a_claim"
    OUT_OF_SCOPE = "out_of_scope"
    DUPLICATE = "duplicate"
    ARTICLE_CLOSED = "article_closed"


class Dismissal(_Record):
    """That a task was set aside; ``of`` is the task that a duplicate repeats."""

    by: str
    at: datetime
    reason: str
    kind: DismissalKind = DismissalKind.NOT_A_CLAIM
    of: str | None = None


class Answer(_Record):
    """What a person replied to a question."""

    by: str
    at: datetime
    text: str


class Question(_Record):
    """What a checker needs to know; ``to`` is whom they ask, None is everybody in the channel."""

    by: str
    at: datetime
    text: str
    to: str | None = None
    answer: Answer | None = None
    dropped: bool = False

    @property
    def waits(self) -> bool:
        """Whether it waits for its answer."""
        return self.answer is None and not self.dropped


class Task(_Record):
    """The work on one claim. ``version`` counts its changes; a change applies only to the version it was made from.

    ``verdict`` is the version being worked on, ``earlier`` are all others. ``standing`` is the version that is
    published: it stands while a correction or a recheck is under way. ``published`` is when it was.
    """

    id: str
    team: str
    channel: str
    submission: str
    number: int
    """Place of the claim in its article, 1 is the one most worth checking."""
    claim: Claim
    created: datetime
    changed: datetime
    version: int = 1
    state: TaskState = TaskState.OPEN
    assignee: str | None = None
    verdict: Verdict | None = None
    earlier: tuple[Verdict, ...] = ()
    dismissal: Dismissal | None = None
    published: datetime | None = None
    standing: int | None = None
    wording: str = ""
    """The claim as a person worded it for the card; the quotation never changes."""
    worded: int = 0
    """How often people have worded it: an edit or a split is meant for one wording."""
    added_by: str | None = None
    """Who added the claim or split it off, where no extraction found it."""
    due: datetime | None = None
    followers: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    """Oldest first; in the state ``question`` the last one waits for its answer."""

    @property
    def text(self) -> str:
        """The claim readable by itself: as a person worded it, else as it was found."""
        return self.wording or self.claim.standalone or self.claim.text

    @property
    def versions(self) -> tuple[Verdict, ...]:
        """Every version of the verdict, oldest first."""
        return tuple(sorted((*self.earlier, *((self.verdict,) if self.verdict else ())), key=lambda v: v.version))

    @property
    def standing_verdict(self) -> Verdict | None:
        """The verdict that is published."""
        return next((v for v in self.versions if v.version == self.standing), None)

    def replaced_by(self, verdict: Verdict) -> Verdict | None:
        """The verdict that stood until this version of it was published."""
        return next((v for v in self.versions if v.version == verdict.replaces), None)
