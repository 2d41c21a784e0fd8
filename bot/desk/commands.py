"""What a person can ask of a task."""

from __future__ import annotations

from dataclasses import dataclass

from bot.desk.task import Evidence


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
class Dismiss:
    """Not a claim, or not one for this desk."""

    reason: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """It is a claim after all."""


@dataclass(frozen=True, slots=True)
class Propose:
    """My verdict, for somebody else to sign. ``article_url`` is the page under review: no evidence for itself."""

    rating: str
    explanation: str
    evidence: tuple[Evidence, ...]
    said: str | None = None
    article_url: str | None = None


@dataclass(frozen=True, slots=True)
class SignOff:
    """I stand by this version of the verdict."""

    version: int


@dataclass(frozen=True, slots=True)
class Object:
    """I do not stand by this version of the verdict."""

    version: int
    reason: str


Command = Take | PutBack | HandOver | Dismiss | Reopen | Propose | SignOff | Object
