"""Times from paste to thread and from press to card, and the memory of each process, against the sandbox workspace.

Run with ``make bench``. Prints what it measured as a table of Markdown; absolute times are those of this machine.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.demo.stage import message_id
from bot.sandbox import Message, Person, Workspace

sys.path.insert(0, str(Path(__file__).parents[1]))
from end_to_end.conftest import MANIFEST
from end_to_end.desk_processes import KillableProcesses

ROUNDS = 10
TEN_CLAIMS = "Spending on schools\n\n" + "\n\n".join(
    f"The town of Arden{n} spent {n + 11} million euros on its schools in 20{n + 10}." for n in range(10)
)


async def _measure(pace: str, rounds: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    times: dict[str, list[float]] = {"ack": [], "first line": [], "full thread": [], "press to card": []}
    with TemporaryDirectory() as folder:
        async with Workspace(MANIFEST) as slack:
            ada = slack.add_user("ada")
            processes = KillableProcesses(slack, Path(folder), SLACK_POST_SECONDS=pace)
            await processes.start()
            try:
                for number in range(rounds):
                    await _one_article(slack, ada, number, times)
                memory = processes.memory()
            finally:
                await asyncio.to_thread(processes.stop)
            times["ack"] = [d.seconds for d in slack.deliveries]
    return times, memory


async def _one_article(slack: Workspace, ada: Person, number: int, times: dict[str, list[float]]) -> None:
    desk = slack.add_channel(f"desk-{number}", [ada])
    started = time.perf_counter()

    async def timed(name: str, look: Callable[[], object], since: float) -> None:
        await slack.wait_for(look, timeout=60)
        times[name].append(time.perf_counter() - since)

    root = await ada.post(desk, f"<@{slack.bot_user_id}> again:\n{TEN_CLAIMS}", wait=False)
    await timed("first line", lambda: slack.thread(root), started)

    def cards() -> list[Message]:
        return [m for m in slack.thread(root) if message_id(m).startswith("card:")]

    await timed("full thread", lambda: len(cards()) == 10, started)
    for card in cards()[:5]:
        pressed = time.perf_counter()
        await ada.press(card, "task_take")
        await timed("press to card", lambda card=card: "*Taken*" in card.plain(), pressed)


def _table(pace: str, times: dict[str, list[float]]) -> str:
    rows = []
    for name, values in times.items():
        p95 = statistics.quantiles(values, n=20)[-1]
        rows.append(f"| {name} | {pace} | {statistics.median(values):.2f} | {p95:.2f} | {len(values)} |")
    return "\n".join(rows)


def main() -> None:
    """Measure at Slack's own pace and without it."""
    print("| from a paste with ten claims to … | seconds between posts | median s | p95 s | n |\n|---|---|---|---|---|")
    for pace, rounds in (("1", 4), ("0", ROUNDS)):
        times, memory = asyncio.run(_measure(pace, rounds))
        print(_table(pace, times))
    print("\n| process | resident memory, MB |\n|---|---|")
    for role, size in memory.items():
        print(f"| {role} | {size} |")


if __name__ == "__main__":
    main()
