"""How records of an older version become records of the next one. Pure, and applied to new records it changes nothing.

``schema.py`` applies them to a workspace; there is one for every version a desk was ever released with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


def _same(record: Any) -> Any:
    return record


@dataclass(frozen=True, slots=True)
class Migration:
    """From one version to the next: a task's and a submission's JSON, a message's hash.

    ``index`` says that records have to be put into indexes that were not there before, ``parked`` that it has to be
    looked up which submissions were given up for a reason of the desk's own.
    """

    task: Callable[[Json], Json] = _same
    submission: Callable[[Json], Json] = _same
    message: Callable[[dict[str, str]], dict[str, str]] = _same
    index: bool = False
    parked: bool = False


# 0 → 1. Before this, a published verdict was the end of a task, nobody but its author wrote on a verdict, and neither
# search nor duplicates nor reminders were there to need an index.


def _task_1(task: Json) -> Json:
    verdict = task.get("verdict")
    standing = task.get("standing")
    if standing is None and verdict and task["state"] == "published":
        standing = verdict["version"]
    versions = [*task.get("earlier", ()), *([verdict] if verdict else ())]
    authors = list(dict.fromkeys(v["author"] for v in sorted(versions, key=lambda v: int(v["version"]))))
    with_writers = [v if v.get("writers") else v | {"writers": _until(authors, v["author"])} for v in versions]
    return task | {
        "standing": standing,
        "verdict": with_writers.pop() if verdict else None,
        "earlier": with_writers,
    }


def _until(authors: list[str], author: str) -> list[str]:
    """Whoever wrote an earlier version wrote on the draft that this author went on with."""
    return authors[: authors.index(author) + 1]


def _message_1(message: dict[str, str]) -> dict[str, str]:
    words = message.get("about", "").split()
    if message.get("shows") in ("published", "told") and len(words) == 2:  # where the verdict is shown was the task's
        return message | {"about": f"{words[0]} {words[1]} {words[0]}"}
    return message


# 1 → 2. Before this, nothing knew which articles name people and since when.
# 2 → 3. Before this, only the log knew which submissions were parked.

MIGRATIONS = (
    Migration(task=_task_1, message=_message_1, index=True),
    Migration(index=True),
    Migration(parked=True),
)
"""At place n the way from version n to n + 1."""

SCHEMA = len(MIGRATIONS)
"""The version that this code writes."""
