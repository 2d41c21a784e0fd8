"""The records of the desk: a submission, a task for each claim, and the versions of its verdict."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.claims.claim import Claim


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class Intake(StrEnum):
    """How something came to the desk."""

    MENTION = "mention"
    DM = "dm"
    COMMAND = "command"
    SHORTCUT = "shortcut"


class SubmissionState(StrEnum):
    """Where the reading of a submission stands."""

    WAITING = "waiting"
    FILED = "filed"
    FAILED = "failed"


class Submission(_Record):
    """Something a person asked the desk to check, before and after it was read.

    ``thread_ts`` is the message whose thread answers; None (a slash command) means that the summary starts the thread.
    ``text`` is Slack's mrkdwn as it came; None means that the message that started the thread is what is to be read.
    ``failure`` is a sentence for people, once reading has failed.
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


class TaskState(StrEnum):
    """Where a task stands; ``transitions.py`` says how it gets from one to the next."""

    OPEN = "open"
    ASSIGNED = "assigned"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    DISMISSED = "dismissed"


class Evidence(_Record):
    """A source, and what it shows."""

    url: str
    note: str


class Approval(_Record):
    """A signature under one version of a verdict."""

    by: str
    at: datetime


class Objection(_Record):
    """A refusal to sign, with its reason; it stays on record."""

    by: str
    at: datetime
    reason: str


class Verdict(_Record):
    """One version of what the desk says about a claim.

    ``rating`` answers "is it true?"; ``said`` answers "did they say it?" and is None for a claim in the article's
    own voice, or where the author left that question open. Both are ids of the scale in ``ratings.toml``.
    """

    version: int
    rating: str
    explanation: str
    evidence: tuple[Evidence, ...]
    author: str
    at: datetime
    said: str | None = None
    approvals: tuple[Approval, ...] = ()
    objections: tuple[Objection, ...] = ()


class Dismissal(_Record):
    """Why a task was set aside."""

    by: str
    at: datetime
    reason: str


class Task(_Record):
    """The work on one claim. ``version`` counts its changes; a change applies only to the version it was made from."""

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
