"""Play everything that must never go wrong, print what came of it, and write it into ``docs/reliability.md``.

python -m chaos [PART...], in tests/; the status is 1 if anything was lost, doubled or otherwise wrong. Without a part
it plays all but ``load``, which measures and takes some minutes of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.report import ROOT, Section, placed, stamp, table, without_others
from chaos import articles, hostile, load, presses, redis_trouble

DOCUMENT = ROOT / "docs/reliability.md"


@dataclass(frozen=True, slots=True)
class Result:
    """What a part found; ``wrong`` holds a line for each thing that must not be."""

    section: Section
    wrong: list[str]


async def _articles() -> Result:
    outcome = await articles.run(articles.FULL)
    return Result(articles.section(articles.FULL, outcome), outcome.wrong)


async def _redis() -> Result:
    rows = await redis_trouble.run()
    wrong = [f"{row.done}: {what}" for row in rows for what in (*row.lost, *row.doubled)]
    lines = [
        [
            row.done,
            row.operator_read,
            row.doctor,
            f"{row.slowest:.1f} s",
            f"{row.seconds:.1f} s",
            len(row.lost) + len(row.doubled),
        ]
        for row in rows
    ]
    head = ["what was done", "the log said", "doctor said", "slowest answer", "well after", "wrong"]
    what = (
        "The desk on a Redis of its own while people paste, press, submit and type commands before, during and after: "
        "how soon they were answered, and how long after the end of the trouble everything that had been acknowledged "
        "was done."
    )
    saw = "\n".join(f"- {words}" for words in dict.fromkeys(row.people_saw for row in rows))
    return Result(Section("Redis in trouble", what, table(head, lines), f"What people read meanwhile:\n\n{saw}"), wrong)


async def _presses() -> Result:
    outcome = await presses.run(presses.FULL)
    return Result(presses.section(presses.FULL, outcome), outcome.wrong)


async def _hostile() -> Result:
    outcome = await hostile.run()
    what = (
        f"{outcome.sent:,} payloads to the web process over HTTP, recorded from a session and changed, "
        f"{outcome.rate:.0f} a second; by kind of change and by status."
    )
    said = (
        f"Answers with 5xx: {len(outcome.server_errors)}; exceptions in the log: {len(outcome.tracebacks)}; secrets "
        f"anywhere: {len(outcome.secrets)}; pings: {len(outcome.pinged)}; records of other claims changed: "
        f"{len(outcome.others_changed)}; a fresh paste gets its thread: {_yes(outcome.works_afterwards)}; the log is "
        f"whole: {_yes(outcome.audit_valid)}; slowest answer {outcome.slowest:.2f} s; memory of web "
        f"{outcome.memory_mb[0]} → {outcome.memory_mb[1]} MB."
    )
    wrong = [*outcome.server_errors, *outcome.tracebacks, *outcome.secrets, *outcome.pinged, *outcome.others_changed]
    wrong += [] if outcome.works_afterwards else ["a fresh paste got no thread"]
    wrong += [f"{outcome.dead_letters} dead letters"] if outcome.dead_letters else []
    wrong += [f"{outcome.unsaid} messages were never sent"] if outcome.unsaid else []
    wrong += [] if outcome.audit_valid else ["the log is not whole"]
    return Result(Section("Hostile payloads", what, outcome.table(), said), wrong)


async def _load() -> Result:
    return Result(load.section(load.FULL, await load.run(load.FULL)), [])


PARTS: dict[str, Callable[[], Awaitable[Result]]] = {
    "articles": _articles,
    "redis": _redis,
    "presses": _presses,
    "hostile": _hostile,
    "load": _load,
}
TOGETHER = (("articles", "redis"), ("presses",), ("hostile",), ("load",))
"""What is played at the same time: the first two are about what is lost, and mostly wait; the others measure."""


def main() -> None:
    """The document is written after every part, so that one that breaks costs itself only."""
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}")
    parts = parser.parse_args().parts or [name for name in PARTS if name != "load"]
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    when, began, bad = stamp(), time.perf_counter(), 0
    for group in TOGETHER:
        bad += asyncio.run(_play([name for name in group if name in parts], when))
    print(f"{time.perf_counter() - began:.0f} s in all, {bad} wrong")
    sys.exit(1 if bad else 0)


async def _play(names: list[str], when: str) -> int:
    """Play these at the same time, and note what came of each; how much was wrong."""
    return sum(await asyncio.gather(*(_note(name, when) for name in names)))


async def _note(name: str, when: str) -> int:
    started = time.perf_counter()
    try:
        result = await PARTS[name]()
    except Exception:  # what the others found is not lost with it
        traceback.print_exc()
        return 1
    section = result.section
    document = placed(DOCUMENT.read_text("utf-8"), name, section, when)
    DOCUMENT.write_text(without_others(document, name, [section.title]), "utf-8")
    print(f"## {section.title}\n\n{section.table}\n\n{section.remarks}\n")
    print(*(f"WRONG {line}" for line in result.wrong), sep="\n")
    print(f"({name}: {time.perf_counter() - started:.0f} s)\n", flush=True)
    return len(result.wrong)


def _yes(well: bool) -> str:
    return "yes" if well else "NO"


if __name__ == "__main__":
    main()
