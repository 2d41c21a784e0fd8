"""Many articles while processes are killed and Slack fails: is every thread complete, and nothing lost or doubled?"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Section, table
from chaos.fleet import Fleet, kill_at_random
from end_to_end.acts import REVIEW
from end_to_end.conftest import MANIFEST

from bot.demo.stage import message_id
from bot.desk.task import SubmissionState, TaskState
from bot.sandbox import Channel, Message, NotPossible, Person, Workspace
from bot.store.audit import entries, verify
from bot.store.desk_store import DeskStore
from bot.store.outbox import Outbox
from bot.store.redis_client import connect

VERDICT = {"rating": "unverifiable", "summary": "Nobody can know.", "explanation": "The ledgers burned."}
CLAIMS = 2
"""Claims of each article."""
LATEST_DOUBLE = 5.0
"""Seconds after all is complete in which anything doubled would still come."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of it. Times are seconds; ``seed`` makes the moments of kills and faults the same again."""

    articles: int
    verdicts: int
    kills: int
    seconds: float
    """In which articles are posted and processes killed."""
    most: float
    """After which it is given up."""
    channels: int
    seed: int = 20261122


FULL = Plan(articles=1000, verdicts=40, kills=104, seconds=170, most=420, channels=50)
SHORT = Plan(articles=60, verdicts=4, kills=14, seconds=25, most=110, channels=12)


@dataclass(slots=True)
class Outcome:
    """What came of it. ``wrong`` holds a line for each thing that must not be."""

    killed: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    redelivered: int = 0
    posts: int = 0
    calls: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    """Seconds from each paste to its complete thread."""
    log_entries: int = 0
    published: int = 0
    log: str = field(default="", repr=False)
    wrong: list[str] = field(default_factory=list)


def text(number: int) -> str:
    """An article with two claims of its own."""
    return (
        f"The town of Arden{number} spent {number + 12} million euros on its schools in 2023.\n\n"
        f"The mayor of Arden{number} opened the new bridge on 4 May 2024 after a delay of two years.\n"
    )


async def run(plan: Plan) -> Outcome:
    """Post, kill, fail, wait for calm, then compare what stands in Slack with the records and the log."""
    chance = random.Random(plan.seed)
    outcome = Outcome()
    with TemporaryDirectory() as folder:
        async with Workspace(MANIFEST) as slack:
            # Slack's own retries come after about 0, 60 and 300 s: the last one when whatever was wrong is over.
            slack.retry_delays = (1, 15, 0.9 * plan.seconds)
            slack.strict_rates = True
            people = [slack.add_user(f"person{n}") for n in range(10)]
            channels = [slack.add_channel(f"desk-{n}", people) for n in range(plan.channels)]
            fleet = Fleet(slack, Path(folder), SLACK_POST_SECONDS="1")
            await fleet.start()
            started = time.monotonic()
            try:
                faults = {
                    "429": slack.faults.add("*", "429", None, probability=0.05, seed=plan.seed),
                    "500": slack.faults.add("*", "500", None, probability=0.03, seed=plan.seed + 1),
                    "answer lost": slack.faults.add("*", "lost", None, probability=0.02, seed=plan.seed + 2),
                }
                killing = asyncio.create_task(kill_at_random(fleet, chance, plan.kills, plan.seconds))
                roots = await _post_all(slack, channels, people, plan, chance)
                working = [
                    asyncio.create_task(_publish(slack, root, people, chance)) for root in roots[: plan.verdicts]
                ]
                waits = _waits(slack, roots, plan, started)
                outcome.killed = await killing
                outcome.waits = await waits
                with suppress(TimeoutError):
                    await asyncio.wait_for(asyncio.gather(*working), max(1.0, plan.most + started - time.monotonic()))
                outcome.seconds = time.monotonic() - started
                await asyncio.sleep(LATEST_DOUBLE)
                outcome.faults = Counter({name: fault.hits for name, fault in faults.items()})
                slack.faults.clear()
                await _compare(slack, fleet, roots, plan, outcome)
            finally:
                status = await asyncio.to_thread(fleet.stop)
                outcome.log = fleet.log_text()
            if status:
                outcome.wrong.append(f"the processes ended with status {status}")
            outcome.calls = len(slack.calls)
            outcome.redelivered = sum(1 for d in slack.deliveries if d.attempt)
    return outcome


async def _post_all(
    slack: Workspace, channels: list[Channel], people: list[Person], plan: Plan, chance: random.Random
) -> list[Message]:
    roots = []
    for number in range(plan.articles):
        words = f"<@{slack.bot_user_id}> again:\n{text(number)}"  # they are much alike
        roots.append(await chance.choice(people).post(channels[number % len(channels)], words, wait=False))
        await asyncio.sleep(chance.uniform(0, 1.8 * plan.seconds / plan.articles))
    return roots


def _waits(slack: Workspace, roots: list[Message], plan: Plan, started: float) -> asyncio.Task[list[float]]:
    """Seconds until each thread was complete; those that never were are left out."""

    async def watch() -> list[float]:
        waits: list[float] = []
        waiting = list(roots)
        while waiting and time.monotonic() < started + plan.most:
            await asyncio.sleep(0.5)
            complete = [root for root in waiting if len(_cards(slack, root)) >= CLAIMS]
            waits += [time.time() - float(root.ts) for root in complete]
            waiting = [root for root in waiting if root not in complete]
        return waits

    return asyncio.create_task(watch())


def _cards(slack: Workspace, root: Message) -> list[Message]:
    return [m for m in slack.thread(root) if message_id(m).startswith("card:")]


async def _publish(slack: Workspace, root: Message, people: list[Person], chance: random.Random) -> None:
    """Two people bring a claim to its verdict; what nobody took they do again, as people do."""
    while not (cards := _cards(slack, root)):  # noqa: ASYNC110 - changes come by the thousand
        await asyncio.sleep(1)
    card = cards[0]
    author, signer = chance.sample(people, 2)
    while "*Published*" not in card.plain():
        await asyncio.sleep(chance.uniform(1, 3))
        with suppress(NotPossible):  # the button is gone, or the form did not open
            if "*Waiting for sign-off*" in card.plain():
                await signer.press(card, "task_sign_off")
                await signer.submit(REVIEW)
            elif "*Taken*" in card.plain():
                await author.press(card, "task_verdict")
                await author.submit(VERDICT)
            else:
                await author.press(card, "task_take")


async def _compare(slack: Workspace, fleet: Fleet, roots: list[Message], plan: Plan, outcome: Outcome) -> None:
    """What stands in Slack, what the records say, and what the log says."""
    posted = Counter(message_id(message) for message in slack.said())
    outcome.posts = posted.total()
    wrong = outcome.wrong
    wrong += [f"posted {times} times: {id}" for id, times in posted.items() if times > 1]
    for root in roots:
        kinds = Counter(message_id(m).partition(":")[0] for m in slack.thread(root))
        if (kinds["summary"], kinds["card"]) != (1, CLAIMS):
            wrong.append(f"thread {root.ts} has {kinds['summary']} summaries and {kinds['card']} cards")
    redis = connect(fleet.redis_url)
    try:
        store = DeskStore(redis, slack.team_id)
        log = await entries(redis, store.keys)
        happened = Counter(row["what"] for row in log)
        outcome.log_entries = len(log)
        outcome.published = happened["published"]
        for what, times in (
            ("received", plan.articles),
            ("filed", plan.articles),
            ("taken", plan.verdicts),
            ("published", plan.verdicts),
        ):
            if happened[what] != times:
                wrong.append(f"the log has {happened[what]} entries {what}, expected {times}")
        if finding := (await verify(redis, store.keys)).finding:
            wrong.append(f"the log: {finding}")
        for id in {row["about"] for row in log if row["what"] == "received"}:
            submission, tasks = await store.submission(id), await store.tasks_of(id)
            if submission.state is not SubmissionState.FILED or len(tasks) != CLAIMS:
                wrong.append(f"submission {id} is {submission.state} with {len(tasks)} claims")
            outcome.wrong += [
                f"{t.id} is published and its notice is missing"
                for t in tasks
                if t.state is TaskState.PUBLISHED and not any(i.startswith(f"published:{t.id}") for i in posted)
            ]
        outbox = Outbox(redis, store.keys)
        wrong += [f"dead letter: {letter['id']} ({letter['error']})" for letter in await outbox.buried()]
        wrong += [f"still waiting in {queue}" for queue in await outbox.queues()]
    finally:
        await redis.aclose()


def section(plan: Plan, outcome: Outcome) -> Section:
    """The table of a run."""
    waits = outcome.waits or [float("nan")]
    kills = ", ".join(f"{role} {times}" for role, times in sorted(outcome.killed.items()))
    faults = ", ".join(f"{kind} {times}" for kind, times in outcome.faults.items())
    doubled = sum(line.startswith("posted") for line in outcome.wrong)
    rows = [
        ["articles posted", f"{plan.articles} in {plan.channels} channels, over {plan.seconds:.0f} s"],
        ["threads complete", f"{len(outcome.waits)}, after {outcome.seconds:.0f} s"],
        ["SIGKILL", f"{outcome.killed.total()}: {kills}"],
        ["faults of Slack", f"{outcome.faults.total()} of {outcome.calls} calls: {faults}"],
        ["deliveries that Slack had to repeat", outcome.redelivered],
        ["messages posted", f"{outcome.posts}, twice: {doubled}"],
        ["verdicts published meanwhile", f"{outcome.published} of {plan.verdicts}"],
        ["entries of the log", outcome.log_entries],
        ["from paste to complete thread", f"p50 {statistics.median(waits):.1f} s, longest {max(waits):.0f} s"],
        ["lost, doubled or otherwise wrong", len(outcome.wrong)],
    ]
    return Section(
        "Articles under fire",
        "`claimdesk run` and a second worker on an embedded Redis, over signed HTTP, at Slack's pace of a post a "
        "second and channel; processes are killed at random moments, and Slack answers with 5 % 429, 3 % 500 and "
        "loses 2 % of its answers after it did what was asked. Meanwhile pairs of people bring claims "
        "to a published verdict.",
        table(["what", "figure"], rows),
        "\n".join(f"- {line}" for line in outcome.wrong[:20]),
    )
