"""Rating scales: what a verdict can say."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace


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
    """The answers to "is it true?" (``ratings``) and to "did they say it?" (``said``), in the order people see.

    ``others`` are the ratings of the other scales: verdicts that were given by them keep their words.
    """

    ratings: tuple[Rating, ...]
    said: tuple[Rating, ...]
    id: str = ""
    label: str = ""
    others: tuple[Rating, ...] = ()

    def rating(self, id: str) -> Rating:
        """The rating with this id.

        Raises:
            KeyError: no scale has such a rating.
        """
        for rating in (*self.ratings, *self.said, *self.others):
            if rating.id == id:
                return rating
        raise KeyError(id)


def parse_scales(text: str) -> dict[str, Scale]:
    """Read ``ratings.toml``: the scales by their id; the first is the one a desk begins with.

    Raises:
        ValueError: not TOML, a field is missing or unknown, or an id stands twice; one line that says which.
    """
    try:
        tables = tomllib.loads(text)
        said = tuple(Rating(**row) for row in tables.get("said", []))
        scales = [
            Scale(tuple(Rating(**row) for row in table["rating"]), said, id=table["id"], label=table["label"])
            for table in tables.get("scale", [])
        ]
    except KeyError as error:
        raise ValueError(f"ratings.toml: a [[scale]] has no {error}") from None
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ValueError(f"ratings.toml: {error}") from None
    if not scales or not said:
        raise ValueError("ratings.toml: needs at least one [[scale]] and one [[said]]")
    _no_twice([s.id for s in scales])
    for scale in scales:
        _check(scale)
    return {s.id: replace(s, others=tuple(r for o in scales if o is not s for r in o.ratings)) for s in scales}


def _check(scale: Scale) -> None:
    shown = (*scale.ratings, *scale.said)
    if not scale.ratings:
        raise ValueError(f"ratings.toml: the scale {scale.id} has no [[scale.rating]]")
    words = [scale.id, scale.label, *(v for r in shown for v in (r.id, r.label, r.emoji))]
    if any(not (isinstance(v, str) and v) for v in words):
        raise ValueError("ratings.toml: id, label and emoji must be texts that are not empty")
    _no_twice([r.id for r in shown])


def _no_twice(ids: list[str]) -> None:
    if twice := {i for i in ids if ids.count(i) > 1}:
        raise ValueError(f"ratings.toml: id used twice: {', '.join(sorted(twice))}")
