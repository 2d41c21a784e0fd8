"""Ten thousand spoiled pages and files through the parsers, under their limits; see ``__main__.py``.

Real pages are spoiled, too, where the folder beside the project has them.
"""

from __future__ import annotations

import asyncio
import gzip
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from bot.articles.unreadable import UnreadableError
from bot.jobs.parsing import ParserPool
from tests.benchmarks.corpora import DATA
from tests.benchmarks.report import Section, table

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does: the samples are imported as articles.…

from articles.mutations import Spoiled, spoiled

PAGES = DATA / "pages"
CASES, SEED, SECONDS, MEMORY_MB, AHEAD = 10_000, 7, 20.0, 300, 16
LOST = "not answered"


def sections() -> Iterator[Section]:
    """One, which tells what became of every case."""
    yield asyncio.run(_spoiled(CASES))


async def _spoiled(cases: int) -> Section:
    pages = tuple(gzip.decompress(file.read_bytes()) for file in sorted(PAGES.glob("*.html.gz"))[:30])
    outcomes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    slowest: list[tuple[float, str]] = []
    pool = ParserPool(2, seconds=SECONDS, memory_mb=MEMORY_MB)
    free = asyncio.Semaphore(AHEAD)

    async def one(case: Spoiled) -> None:
        began = time.perf_counter()
        try:
            await pool.parse(case.source)
            outcome = "read"
        except UnreadableError as error:
            outcome = error.reason.value
        except Exception as error:  # the figure that matters: it has to stay at none
            outcome = f"{LOST}: {type(error).__name__}"
        finally:
            free.release()
        outcomes[case.kind][outcome] += 1
        slowest.append((time.perf_counter() - began, case.kind))

    await pool.warm_up()
    before, began = set(pool.work.pids), time.perf_counter()
    running = []
    for case in spoiled(cases, SEED, pages):
        await free.acquire()
        running.append(asyncio.create_task(one(case)))
    await asyncio.gather(*running)
    seconds, replaced = time.perf_counter() - began, len(set(pool.work.pids) - before)
    peak = max(_peak(pid) for pid in pool.work.pids)
    pool.close()
    longest, of = max(slowest)
    return Section(
        "Spoiled pages and files",
        f"{cases:,} pages and files (bytes changed, cut, repeated, mixed; {len(pages)} real pages among them) in two "
        f"processes with {MEMORY_MB} MB and {SECONDS:.0f} s each.",
        table(
            ["made of", "cases", "read", "answered with a reason", "lost", "the answers"],
            [_line(kind, counts) for kind, counts in sorted(outcomes.items())],
        ),
        f"{seconds:.0f} s in all. {replaced} processes had been replaced by the end, the others held {peak} MB "
        f"at most, and the slowest case, {of}, took {longest:.1f} s with its wait.",
    )


def _line(kind: str, counts: Counter[str]) -> list[object]:
    lost = sum(n for outcome, n in counts.items() if outcome.startswith(LOST))
    answers = ", ".join(f"{name} {n}" for name, n in counts.most_common() if name != "read")
    return [kind, counts.total(), counts["read"], counts.total() - counts["read"] - lost, lost, answers]


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0]) // 1024
