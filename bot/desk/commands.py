"""What a person can ask of a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.desk.task import DismissalKind, Evidence


@dataclass(frozen=True, slots=True)
class Take:
    """I will check this claim."""


@dataclass(frozen=True, slots=True)
class PutBack:
    """Somebody else should check it after all."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """This person will check it."""

    to: str


@dataclass(frozen=True, slots=True)
class SetDue:
    """It should be checked by then; None takes the time away."""

    due: datetime | None


@dataclass(frozen=True, slots=True)
class Follow:
    """Tell me what becomes of it, or no more if I follow it already."""


@dataclass(frozen=True, slots=True)
class Ask:
    """I need to know this first. ``to`` is whom I ask, None is everybody in the channel."""

    text: str
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """This is the answer to the question that waits; ``question`` is its index, None whichever waits."""

    text: str
    question: int | None = None


@dataclass(frozen=True, slots=True)
class NeverMind:
    """The question needs no answer any more; ``question`` is as in Reply."""

    question: int | None = None


@dataclass(frozen=True, slots=True)
class Dismiss:
    """Not a claim, not one for this desk, or the same as another; ``of`` is that other task."""

    reason: str
    kind: DismissalKind = DismissalKind.NOT_A_CLAIM
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Reopen:
    """It is a claim after all."""


@dataclass(frozen=True, slots=True)
class Reword:
    """The card should put the claim so; the quotation stays what it is.

    ``was`` is the wording that it is to replace, as ``Task.worded`` counts; None is whichever there is.
    """

    wording: str
    was: int | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """These are several claims: the first stays with this task, each other gets one of its own.

    ``next_number`` is the first number in the article that is free; ``was`` is the wording to split, as in Reword.
    """

    wordings: tuple[str, ...]
    next_number: int = 0
    was: int | None = None


@dataclass(frozen=True, slots=True)
class Propose:
    """My verdict, for somebody else to sign. After a published one it is a correction and says what was wrong.

    ``article_urls`` are the page under review and its known copies: no evidence for themselves. ``version`` is the
    verdict's that it was written on, 0 where there was none; None is whichever there is.
    """

    rating: str
    explanation: str
    evidence: tuple[Evidence, ...]
    said: str | None = None
    summary: str = ""
    as_of: date | None = None
    recheck: date | None = None
    correction: str = ""
    article_urls: tuple[str, ...] = ()
    version: int | None = None


@dataclass(frozen=True, slots=True)
class SignOff:
    """I stand by this version of the verdict; ``answers`` are mine to the reviewer's questions, by question id."""

    version: int
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Object:
    """I do not stand by this version of the verdict."""

    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Recheck:
    """What was true then may not be true now: look at it once more. The published verdict stands meanwhile."""


@dataclass(frozen=True, slots=True)
class Keep:
    """The published verdict stands as it is: no correction, no recheck."""


Command = (
    Take
    | PutBack
    | HandOver
    | SetDue
    | Follow
    | Ask
    | Reply
    | NeverMind
    | Dismiss
    | Reopen
    | Reword
    | Split
    | Propose
    | SignOff
    | Object
    | Recheck
    | Keep
)
