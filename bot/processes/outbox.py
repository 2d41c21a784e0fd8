"""``claimdesk outbox``: what waits to be sent and why, and what Slack would not take."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from redis.asyncio import Redis

from bot.processes.on_redis import workspaces
from bot.processes.visible import age, number, shortened, visible
from bot.store.dead_letters import DeadLetter, DeadLetters
from bot.store.desk_store import DeskStore
from bot.store.outbox_state import WaitingQueue, held_methods, waiting_queues
from bot.store.records import Missing
from config.settings import SettingsError


async def show_outbox(redis: Redis, team: str | None) -> None:
    """Print what waits in each queue, what holds it, and the dead letters.

    Raises:
        SettingsError: there is no such workspace.
    """
    for each in await workspaces(redis, team):
        store = DeskStore(redis, each)
        queues = await waiting_queues(redis, store.keys)
        letters = await DeadLetters(redis, each).all()
        print(f"{visible(each)}: {number(sum(q.messages for q in queues), 'message')} waiting, ", end="")
        print(number(len(letters), "dead letter"))
        for line in await held_methods(redis, store.keys):
            print(f"  {line}")
        for queue in queues:
            print(f"  {_queue(queue)}")
        for letter in letters:
            print(f"  {await _letter(store, letter)}")


async def retry_letters(redis: Redis, id: str, team: str | None) -> None:
    """Want a dead letter again, or all of them.

    Raises:
        SettingsError: there is none with this id, or no such workspace.
    """
    taken = [
        (each, done)
        for each in await workspaces(redis, team)
        for done in await DeadLetters(redis, each).retry(None if id == "all" else [id])
    ]
    if not taken and id != "all":
        raise SettingsError(f"{visible(id)}: no dead letter has this id; see claimdesk outbox list")
    for each, done in taken:
        print(f"{visible(each)}: {visible(done)} will be sent again")
    if not taken:
        print("There are no dead letters.")


async def drop_letter(redis: Redis, id: str, team: str | None) -> None:
    """Let a dead letter go.

    Raises:
        SettingsError: there is none with this id, or no such workspace.
    """
    dropped = [each for each in await workspaces(redis, team) if await DeadLetters(redis, each).drop(id)]
    if not dropped:
        raise SettingsError(f"{visible(id)}: no dead letter has this id; see claimdesk outbox list")
    for each in dropped:
        print(f"{visible(each)}: {visible(id)} is dropped")


def _queue(queue: WaitingQueue) -> str:
    said = f"{visible(queue.queue)}: {number(queue.messages, 'message')}, the oldest for {age(queue.oldest)}"
    held = [visible(h) for h in queue.held] or ["it is being sent" if queue.sending else "no worker is at it"]
    return "; ".join((said, *held))


async def _letter(store: DeskStore, letter: DeadLetter) -> str:
    when = f"{datetime.fromtimestamp(letter.at, UTC):%Y-%m-%d %H:%M} UTC" if letter.at else "time unknown"
    ago = f" ({age(time.time() - letter.at)} ago)" if letter.at else ""
    words = shortened(await _words(store, letter))
    said = f"{letter.id}  to {letter.queue}, {letter.shows}: {letter.error}, {when}"
    return visible(said) + ago + (f"  “{words}”" if words else "")


async def _words(store: DeskStore, letter: DeadLetter) -> str:
    """The text of a message, or of the claim or submission it is about."""
    if text := str(letter.body.get("text") or ""):
        return text
    about = letter.about.partition(" ")[0]
    try:
        return (await store.task(about)).text
    except Missing:
        pass
    try:
        return (await store.submission(about)).text or ""
    except Missing:
        return ""
