"""Ten thousand spoiled pages and files through the parsers, under their limits. Prints Markdown.

    python -m tests.benchmarks.fuzz [CASES]

Real pages are spoiled, too, where the folder beside the project has them.
"""

from __future__ import annotations

import asyncio
import gzip
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from bot.articles.unreadable import UnreadableError
from bot.jobs.parsing import ParserPool

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest does: the samples are imported as articles.…

from articles.mutations import Spoiled, spoiled

PAGES = Path(__file__).parents[2].parent / "shared" / "data" / "pages"
CASES, SEED, SECONDS, MEMORY_MB, AHEAD = 10_000, 7, 20.0, 300, 16


async def main(cases: int) -> None:
    """Run and print."""
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
            outcome = f"not answered: {type(error).__name__}"
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
    print("| made of | cases | read | answered | not answered | the answers |\n|---|---|---|---|---|---|")
    for kind, counts in sorted(outcomes.items()):
        lost = sum(n for outcome, n in counts.items() if outcome.startswith("not answered"))
        answers = ", ".join(f"{name} {n}" for name, n in counts.most_common() if name != "read")
        total = counts.total()
        print(f"| {kind} | {total} | {counts['read']} | {total - counts['read'] - lost} | {lost} | {answers} |")
    longest, of = max(slowest)
    print(
        f"\n{cases} cases in {seconds:.0f} s; {replaced} processes replaced at the end; {peak} MB at most in a child;"
    )
    print(f"the slowest, a {of}, took {longest:.1f} s with its wait (limits: {SECONDS:.0f} s, {MEMORY_MB} MB).")


def _peak(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split(maxsplit=1)[0]) // 1024


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else CASES))
