"""The rating scale of a workspace: what a verdict can say."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rating:
    """One step of a scale. ``value`` is ClaimReview's ``ratingValue``, 1 to 5, or None where no number fits."""

    id: str
    label: str
    emoji: str
    value: int | None = None
    sources: bool = True


@dataclass(frozen=True, slots=True)
class Scale:
    """The answers to "is it true?" (``ratings``) and to "did they say it?" (``said``), in the order people see."""

    ratings: tuple[Rating, ...]
    said: tuple[Rating, ...]

    def rating(self, id: str) -> Rating:
        """The rating with this id.

        Raises:
            KeyError: the scale has no such rating.
        """
        for rating in (*self.ratings, *self.said):
            if rating.id == id:
                return rating
        raise KeyError(id)


def parse_scale(text: str) -> Scale:
    """Read ``ratings.toml``.

    Raises:
        ValueError: not TOML, a field is missing or unknown, or an id stands twice; one line that says which.
    """
    try:
        tables = tomllib.loads(text)
        ratings = tuple(Rating(**row) for row in tables.get("rating", []))
        said = tuple(Rating(**row) for row in tables.get("said", []))
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ValueError(f"ratings.toml: {error}") from None
    ids = [r.id for r in (*ratings, *said)]
    if not ratings or not said:
        raise ValueError("ratings.toml: needs at least one [[rating]] and one [[said]]")
    if any(not (isinstance(v, str) and v) for r in (*ratings, *said) for v in (r.id, r.label, r.emoji)):
        raise ValueError("ratings.toml: id, label and emoji must be texts that are not empty")
    if twice := {i for i in ids if ids.count(i) > 1}:
        raise ValueError(f"ratings.toml: id used twice: {', '.join(sorted(twice))}")
    return Scale(ratings, said)
