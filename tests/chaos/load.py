"""How many articles a minute a worker does, what a second one adds, and whether memory stays flat."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Section, table
from chaos.fleet import Fleet
from end_to_end.conftest import MANIFEST

from bot.demo.stage import message_id
from bot.sandbox import Message, Workspace

CHANNELS = 100
AHEAD = 60
"""Articles that wait at any time, so that no worker ever does."""
LONGEST = 600.0
"""Seconds after which threads that are not complete are given up."""
TOWNS = ("Arden", "Brill", "Corvo", "Dunmore", "Elsby", "Farrow", "Glenn", "Hythe")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of it: seconds with one worker and then with two, and articles at which memory is read."""

    seconds: float
    marks: tuple[int, ...]


FULL = Plan(seconds=45, marks=(1000, 5000))


@dataclass(slots=True)
class Outcome:
    """Articles a minute by workers, and MB of each process by how many articles were done."""

    per_minute: dict[int, float] = field(default_factory=dict)
    memory: dict[int, dict[str, int]] = field(default_factory=dict)
    seconds: float = 0.0


def article(number: int) -> str:
    """About 420 words with some twelve claims, as an agency's longer report has."""
    town, other = TOWNS[number % 8], TOWNS[number // 8 % 8]
    days = "\n\n".join(
        f"The council of {town} spent {number + part} million euros on {what} in 20{part + 10}, {part * 3 + 4} percent "
        f"more than the year before. People in the streets of {other} had waited for it for a long time, and many of "
        f"them say that they would like to hear more about it, as it was in the days when nobody asked anything."
        for part, what in enumerate(("schools", "bridges", "trams", "parks", "clinics", "harbours"))
    )
    return f"What {town} spends, report {number}\n\n{days}"


def paste(number: int) -> str:
    """Two claims."""
    return (
        f"The town of Arden{number} spent {number + 12} million euros on its schools in 2023.\n\n"
        f"The mayor of Arden{number} opened the new bridge on 4 May 2024."
    )


async def run(plan: Plan) -> Outcome:
    """Longer articles by the clock, with one worker and with two; then pastes by their number."""
    outcome = Outcome()
    started = time.monotonic()
    with TemporaryDirectory() as folder:
        async with Workspace(MANIFEST) as slack:
            flow = _Flow(slack)
            fleet = Fleet(slack, Path(folder), SLACK_POST_SECONDS="0")
            await fleet.start(second=False)
            try:
                await flow.keep_going(article, seconds=5)
                for workers in (1, 2):
                    if workers == 2:
                        fleet.start_second()
                        await flow.keep_going(article, seconds=8)
                    done, since = flow.done, time.monotonic()
                    await flow.keep_going(article, seconds=plan.seconds)
                    outcome.per_minute[workers] = 60 * (flow.done - done) / (time.monotonic() - since)
                for mark in plan.marks:
                    await flow.keep_going(paste, until=mark)
                    outcome.memory[mark] = fleet.memory()
            finally:
                await asyncio.to_thread(fleet.stop)
    outcome.seconds = time.monotonic() - started
    return outcome


class _Flow:
    """Posts articles so that some always wait, and counts those whose thread is complete."""

    def __init__(self, slack: Workspace) -> None:
        self._slack = slack
        self._clerk = slack.add_user("clerk")
        self._channels = [slack.add_channel(f"desk-{n}", [self._clerk]) for n in range(CHANNELS)]
        self._waiting: list[Message] = []
        self._posted = 0
        self.done = 0

    async def keep_going(
        self, text: Callable[[int], str], *, seconds: float = float("inf"), until: float = float("inf")
    ) -> None:
        """For so many seconds, or until so many are done."""
        ends = time.monotonic() + min(seconds, LONGEST)
        while time.monotonic() < ends and self.done < until:
            while len(self._waiting) < AHEAD and self.done + len(self._waiting) < until:
                self._posted += 1
                words = f"<@{self._slack.bot_user_id}> again:\n{text(self._posted)}"
                channel = self._channels[self._posted % CHANNELS]
                self._waiting.append(await self._clerk.post(channel, words, wait=False))
            await asyncio.sleep(0.1)
            self._waiting = [root for root in self._waiting if not self._complete(root)]
            self.done = self._posted - len(self._waiting)
        if until < float("inf") and self.done < until:
            raise TimeoutError(f"{self.done} of {until:.0f} articles are done after {LONGEST:.0f} s")

    def _complete(self, root: Message) -> bool:
        thread = self._slack.thread(root)
        summary = next((m for m in thread if message_id(m).startswith("summary:")), None)
        if summary is None or "Reading this" in summary.plain():
            return False
        cards = sum(message_id(m).startswith("card:") for m in thread)
        return f"{cards} claim" in summary.plain() or cards == 10


def section(plan: Plan, outcome: Outcome) -> Section:
    """The tables of a run."""
    one, two = outcome.per_minute[1], outcome.per_minute[2]
    names = list(next(iter(outcome.memory.values())))
    memory = [[name, *(f"{outcome.memory[mark][name]}" for mark in plan.marks)] for name in names]
    return Section(
        "Load",
        f"Articles of some 420 words, pasted so that {AHEAD} always wait, for {plan.seconds:.0f} s with one worker and "
        "then with two on the same desk; a thread counts when all its cards are posted. Then pastes of two claims "
        f"up to {plan.marks[-1]:,} articles. Slack's pace is off; sandbox, Redis and desk share this machine.",
        table(["workers", "articles a minute"], [[1, f"{one:.0f}"], [2, f"{two:.0f}"], ["ratio", f"{two / one:.2f}"]])
        + "\n\n"
        + table(["resident MB after so many articles", *(f"{mark:,}" for mark in plan.marks)], memory),
        f"Took {outcome.seconds:.0f} s. What a second worker adds on a host of its own was not measured.",
    )
