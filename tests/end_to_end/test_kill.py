"""kill -9 of any process at any moment loses nothing and doubles nothing."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from end_to_end.acts import REVIEW
from end_to_end.conftest import MANIFEST, metadata_id
from end_to_end.desk_processes import KillableProcesses

from bot.sandbox import Channel, Message, NotPossible, Person, Workspace
from bot.store.audit import entries
from bot.store.keys import Keys
from bot.store.redis_client import connect

pytestmark = [pytest.mark.slow, pytest.mark.timeout(280), pytest.mark.asyncio(loop_scope="session")]

ARTICLES = 8
VERDICT = {"rating": "unverifiable", "summary": "Nobody can know.", "explanation": "The ledgers burned."}
TOWNS = ("Arden", "Brill", "Corvo", "Dunmore", "Elsby", "Farrow", "Glenn", "Hythe")


def article(number: int) -> str:
    """A pasted text with three claims of its own."""
    town = TOWNS[number % len(TOWNS)]
    return (
        f"The town of {town} spent {number + 12} million euros on its schools in 2023.\n\n"
        f"The mayor of {town} opened the new bridge on 4 May 2024 after a delay of two years.\n\n"
        f"Unemployment in {town} fell by {number + 3} percent between 2021 and 2024.\n"
    )


@pytest.mark.parametrize("socket_mode", [False, True], ids=["http", "socket"])
async def test_killing_web_worker_clock_and_redis_loses_and_doubles_nothing(tmp_path: Path, socket_mode: bool) -> None:
    chance = random.Random(20261122 + socket_mode)
    async with Workspace(MANIFEST) as slack:
        # Slack's own retries come after 0, 60 and 300 s; here they come sooner, but also after the restart of web.
        slack.retry_delays = (0.5, 6, 12)
        ada, ben, cleo = (slack.add_user(name) for name in ("ada", "ben", "cleo"))
        desk = slack.add_channel("desk", [ada, ben, cleo])
        processes = KillableProcesses(slack, tmp_path, socket_mode=socket_mode)
        await processes.start()
        try:
            posting = asyncio.create_task(_post_all(slack, desk, ada, chance))
            victims = ["web", "worker", "clock", "redis"] * 2
            chance.shuffle(victims)
            for victim in victims:
                await asyncio.sleep(chance.uniform(0.3, 2.5))
                processes.kill(victim)
            roots = await posting
            await slack.wait_for(lambda: all(len(_cards(slack, root)) == 3 for root in roots), timeout=120)
            await _verdict(slack, desk, _cards(slack, roots[0])[0], ben, cleo, processes)
            await slack.wait_for(lambda: slack.dms(ada), timeout=60)
            await asyncio.sleep(3)  # anything doubled would come now
            _nothing_doubled(slack, desk, roots)
            await _log_is_whole(processes, slack.team_id)
        finally:
            log = processes.log_text()
            await asyncio.to_thread(processes.stop)
        assert "Traceback" not in log or "ConnectionError" in log


async def _post_all(slack: Workspace, desk: Channel, ada: Person, chance: random.Random) -> list[Message]:
    roots = []
    for number in range(ARTICLES):
        text = f"<@{slack.bot_user_id}> again:\n{article(number)}"  # they are much alike
        roots.append(await ada.post(desk, text, wait=False))
        await asyncio.sleep(chance.uniform(0.2, 1.5))
    return roots


def _cards(slack: Workspace, root: Message) -> list[Message]:
    return [m for m in slack.thread(root) if metadata_id(m).startswith("card:")]


async def _verdict(
    slack: Workspace, desk: Channel, card: Message, author: Person, signer: Person, processes: KillableProcesses
) -> None:
    """A verdict and its sign-off, with kills in between; a press that nobody took is pressed again, as people do."""
    await _press(author, card, "task_take", slack, "*Taken*")
    processes.kill("worker")
    await _send(author, card, "task_verdict", VERDICT, slack, "*Waiting for sign-off*")
    processes.kill("redis")
    await _send(signer, card, "task_sign_off", REVIEW, slack, "*Published*")


async def _send(who: Person, card: Message, action: str, values: dict[str, str], slack: Workspace, seen: str) -> None:
    """Open a form and send it until the card says so."""
    for _ in range(40):
        with suppress(NotPossible):  # the button is gone, or the form did not open
            await who.press(card, action)
            if (await who.submit(values)).ok:
                with suppress(AssertionError):
                    await slack.wait_for(lambda: seen in card.plain(), timeout=20)
        if seen in card.plain():
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"{seen} was never seen on\n{card.plain()}")


async def _press(who: Person, card: Message, action: str, slack: Workspace, seen: str) -> None:
    for _ in range(40):
        if seen in card.plain():
            return
        with suppress(NotPossible):  # the button is gone: an earlier press was taken
            await who.press(card, action)
        try:
            await slack.wait_for(lambda: seen in card.plain(), timeout=3)
        except AssertionError:
            continue
    raise AssertionError(f"{seen} was never seen on\n{card.plain()}")


def _nothing_doubled(slack: Workspace, desk: Channel, roots: list[Message]) -> None:
    posted = [m for m in slack.messages(desk) if m.user == slack.bot_user_id]
    threads = [m for root in roots for m in slack.thread(root)]
    doubled = {id: n for id, n in Counter(metadata_id(m) for m in [*posted, *threads]).items() if n > 1}
    assert not doubled
    for root in roots:
        kinds = Counter(metadata_id(m).partition(":")[0] for m in slack.thread(root))
        assert kinds["summary"] == 1
        assert kinds["card"] == 3
    assert sum(metadata_id(m).startswith("published:") for m in threads) == 1


async def _log_is_whole(processes: KillableProcesses, team: str) -> None:
    """Every step stands in the audit log, once."""
    redis = connect(f"unix://{processes.environment['DATA_DIR']}/redis.sock?db=0")
    try:
        happened = Counter(row["what"] for row in await entries(redis, Keys(team)))
    finally:
        await redis.aclose()
    assert happened["received"] == happened["filed"] == ARTICLES
    assert happened["taken"] == happened["proposed"] == happened["published"] == 1
