"""Times from paste to thread and from press to card, and the memory of each process, against the sandbox workspace.

See ``__main__.py``.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.demo.stage import message_id
from bot.sandbox import Message, Person, Workspace
from tests.benchmarks.report import Section, table

sys.path.insert(0, str(Path(__file__).parents[1]))
from end_to_end.conftest import MANIFEST
from end_to_end.desk_processes import KillableProcesses

ROUNDS = {"1": 4, "0": 20}
"""Articles of ten claims each at so many seconds between posts; every card is pressed once."""
FORTY = "press to card, 40 claims open"
TEN_CLAIMS = "Spending on schools\n\n" + "\n\n".join(
    f"The town of Arden{n} spent {n + 11} million euros on its schools in 20{n + 10}." for n in range(10)
)


async def _measure(pace: str, rounds: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    times: dict[str, list[float]] = {name: [] for name in ("ack", "first line", "full thread", "press to card", FORTY)}
    with TemporaryDirectory() as folder:
        async with Workspace(MANIFEST) as slack:
            ada = slack.add_user("ada")
            processes = KillableProcesses(slack, Path(folder), SLACK_POST_SECONDS=pace)
            await processes.start()
            try:
                for number in range(rounds):
                    await _one_article(slack, ada, number, times)
                await _forty_open(slack, ada, times)
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
    for card in cards():
        pressed = time.perf_counter()
        await ada.press(card, "task_take")
        await timed("press to card", lambda card=card: "*Taken*" in card.plain(), pressed)


async def _forty_open(slack: Workspace, ada: Person, times: dict[str, list[float]]) -> None:
    """200 presses in a channel with 40 claims: each card is taken and put back in turn, five times over."""
    desk = slack.add_channel("forty", [ada])
    for _ in range(4):
        await ada.post(desk, f"<@{slack.bot_user_id}> again:\n{TEN_CLAIMS}")

    def cards() -> list[Message]:
        return [m for root in slack.messages(desk) for m in slack.thread(root) if message_id(m).startswith("card:")]

    await slack.wait_for(lambda: len(cards()) == 40, timeout=120)
    for turn in range(5):
        action, seen = ("task_put_back", "*Open*") if turn % 2 else ("task_take", "*Taken*")
        for card in cards():
            pressed = time.perf_counter()
            await ada.press(card, action)
            await slack.wait_for(lambda card=card, seen=seen: seen in card.plain(), timeout=60)
            times[FORTY].append(time.perf_counter() - pressed)


def sections() -> Iterator[Section]:
    """At Slack's own pace and without it."""
    lines = []
    for pace, rounds in ROUNDS.items():
        times, memory = asyncio.run(_measure(pace, rounds))
        for name, values in times.items():
            p50, p95 = 1000 * statistics.median(values), 1000 * statistics.quantiles(values, n=20)[-1]
            lines.append([name, pace, f"{p50:,.0f}", f"{p95:,.0f}", len(values)])
    yield Section(
        "From a paste to its thread, from a press to its card",
        "The real processes against the sandbox workspace, over signed HTTP, with an embedded Redis; pastes of ten "
        "claims, whose cards are pressed one after the other.",
        table(["what", "seconds between posts", "p50 ms", "p95 ms", "n"], lines),
        "The pace of one post a second and channel is Slack's. An edit after a press does not wait for posts.",
    )
    yield Section(
        "Memory of the processes",
        "After that, resident.",
        table(["process", "MB"], memory.items()),
    )
