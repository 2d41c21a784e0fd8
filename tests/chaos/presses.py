"""Fifty people press the buttons of two hundred claims at once: how soon is a press answered, and is any lost?"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Section, table
from chaos.fleet import Fleet
from end_to_end.conftest import MANIFEST

from bot.demo.stage import message_id
from bot.desk.task import Task, TaskState
from bot.sandbox import Change, Channel, Message, NotPossible, Person, Workspace
from bot.store.audit import entries, verify
from bot.store.desk_store import DeskStore
from bot.store.redis_client import connect


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of it; ``pause`` is how long a person rests between two presses, at most, in seconds."""

    people: int
    claims: int
    channels: int
    seconds: float
    pause: float = 4.0
    seed: int = 20261122


FULL = Plan(people=50, claims=200, channels=10, seconds=60)
SHORT = Plan(people=10, claims=20, channels=2, seconds=6, pause=1.5)

WORDS = {TaskState.OPEN: "*Open*", TaskState.ASSIGNED: "*Taken*"}


@dataclass(slots=True)
class Outcome:
    """What came of it. Times are seconds; ``wrong`` holds a line for each thing that must not be."""

    acks: list[float] = field(default_factory=list)
    edits: list[float] = field(default_factory=list)
    """From a press that changed a claim to its edited card."""
    presses: int = 0
    refused: int = 0
    """Presses that came second: who pressed was told who had been faster."""
    wrong: list[str] = field(default_factory=list)


def text(number: int, claims: int) -> str:
    """An article with so many claims of its own."""
    towns = "\n\n".join(
        f"The town of Arden{number}x{n} spent {n + 11} million euros on its schools in 20{n + 10}."
        for n in range(claims)
    )
    return f"Spending on schools\n\n{towns}"


async def run(plan: Plan) -> Outcome:
    """File the claims, press for the time of the plan, then compare cards, records and log with what was answered."""
    outcome = Outcome()
    with TemporaryDirectory() as folder:
        async with Workspace(MANIFEST) as slack:
            people = [slack.add_user(f"person{n}") for n in range(plan.people)]
            channels = [slack.add_channel(f"desk-{n}", people) for n in range(plan.channels)]
            fleet = Fleet(slack, Path(folder))
            await fleet.start()
            try:
                cards = await _file(slack, channels, people[0], plan)
                watch = _Watch(slack, outcome)
                chance = random.Random(plan.seed)
                ends = time.monotonic() + plan.seconds
                pressing = [
                    _press(person, cards, watch, random.Random(chance.random()), ends, plan) for person in people
                ]
                await asyncio.gather(*pressing)
                await slack.settle()
                await _calm(slack)
                await _compare(slack, fleet, cards, watch, outcome)
            finally:
                await asyncio.to_thread(fleet.stop)
    return outcome


async def _file(slack: Workspace, channels: list[Channel], clerk: Person, plan: Plan) -> list[Message]:
    each = 10
    for number in range(plan.claims // each):
        channel = channels[number % len(channels)]
        await clerk.post(channel, f"<@{slack.bot_user_id}> again:\n{text(number, each)}")

    def cards() -> list[Message]:
        return [m for m in slack.said() if message_id(m).startswith("card:")]

    await slack.wait_for(lambda: len(cards()) == plan.claims, timeout=120)
    return cards()


class _Watch:
    """Notes when cards change, and which presses the desk took."""

    def __init__(self, slack: Workspace, outcome: Outcome) -> None:
        self._slack = slack
        self._outcome = outcome
        self._changed: dict[str, asyncio.Event] = {}
        self.taken: Counter[str] = Counter()
        slack.on_change(self._on_change)

    def _on_change(self, change: Change) -> None:
        if change.message is not None and (event := self._changed.get(change.message.ts)):
            event.set()

    async def press(self, person: Person, card: Message, action: str) -> None:
        """Press, and wait for what comes of it: the card says it, or who pressed reads why not."""
        outcome, id = self._outcome, message_id(card).removeprefix("card:")
        event = self._changed.setdefault(card.ts, asyncio.Event())
        event.clear()
        told = len(self._slack.ephemerals(person))
        pressed = time.perf_counter()
        answer = await person.press(card, action)
        outcome.presses += 1
        outcome.acks.append(time.perf_counter() - pressed)
        if not answer.ok:
            outcome.wrong.append(f"{id}: a press of {person.name} was not acknowledged ({answer.error})")
            return
        while time.perf_counter() < pressed + 10:
            if _holds(card, person) == (action == "task_take"):
                outcome.edits.append(time.perf_counter() - pressed)
                return
            if len(self._slack.ephemerals(person)) > told:
                outcome.refused += 1
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), 0.25)
            event.clear()
        outcome.wrong.append(f"{id}: nothing was seen of a press of {person.name}")


def _holds(card: Message, person: Person) -> bool:
    return f"*Taken* by @{person.id}" in card.plain()


async def _press(
    person: Person, cards: list[Message], watch: _Watch, chance: random.Random, ends: float, plan: Plan
) -> None:
    held: list[Message] = []
    while time.monotonic() < ends:
        await asyncio.sleep(chance.uniform(0, plan.pause))
        if len(held) > chance.choice((0, 1, 2)):
            card = held.pop(chance.randrange(len(held)))
            await watch.press(person, card, "task_put_back")
        elif free := [card for card in chance.sample(cards, 5) if "*Open*" in card.plain()]:
            with suppress(NotPossible):  # somebody was faster, and so there is nothing to press any more
                await watch.press(person, free[0], "task_take")
                held += [card for card in free[:1] if _holds(card, person)]


async def _calm(slack: Workspace) -> None:
    """Until Slack was asked for nothing for a second."""
    calls = -1
    while calls != len(slack.calls):
        calls = len(slack.calls)
        await asyncio.sleep(1)


async def _compare(slack: Workspace, fleet: Fleet, cards: list[Message], watch: _Watch, outcome: Outcome) -> None:
    redis = connect(fleet.redis_url)
    try:
        store = DeskStore(redis, slack.team_id)
        log = await entries(redis, store.keys)
        changes = Counter(row["about"] for row in log if row["what"] in ("taken", "put_back"))
        for card in cards:
            task: Task = await store.task(message_id(card).removeprefix("card:"))
            if WORDS[task.state] not in card.plain() or (task.assignee and task.assignee not in card.plain()):
                outcome.wrong.append(f"{task.id}: the card does not show the record")
            if task.version != 1 + changes[task.id]:
                outcome.wrong.append(f"{task.id}: version {task.version} after {changes[task.id]} changes")
        if sum(changes.values()) != len(outcome.edits):
            outcome.wrong.append(f"{sum(changes.values())} changes in the log, {len(outcome.edits)} seen on cards")
        if finding := (await verify(redis, store.keys)).finding:
            outcome.wrong.append(f"the log: {finding}")
    finally:
        await redis.aclose()


def section(plan: Plan, outcome: Outcome) -> Section:
    """The table of a run."""
    rows = [
        [name, *(f"{1000 * value:,.0f}" for value in percentiles(values)), len(values)]
        for name, values in (("press to acknowledgement", outcome.acks), ("press to edited card", outcome.edits))
    ]
    return Section(
        "Many hands",
        f"{plan.people} people press *Take* and *Put back* on {plan.claims} claims in {plan.channels} channels for "
        f"{plan.seconds:.0f} s, each resting up to {plan.pause:g} s between two presses, over signed HTTP, with two "
        "workers. Sandbox, people and desk share this machine.",
        table(["what", "p50 ms", "p95 ms", "p99 ms", "n"], rows),
        f"Presses that came second and were told so: {outcome.refused}. Lost or wrong: {len(outcome.wrong)}.\n"
        + "\n".join(f"- {line}" for line in outcome.wrong[:20]),
    )


def percentiles(values: list[float]) -> tuple[float, float, float]:
    """The 50th, 95th and 99th."""
    ordered = sorted(values) or [float("nan")]
    return tuple(ordered[min(len(ordered) - 1, int(share * len(ordered)))] for share in (0.5, 0.95, 0.99))  # type: ignore[return-value]
