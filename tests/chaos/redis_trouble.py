"""Redis in trouble, of each kind, under the real processes while people work: what they see, and that all recovers."""

from __future__ import annotations

import asyncio
import json
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from chaos.own_redis import OwnRedis, Switch
from end_to_end.conftest import MANIFEST, cards_below, metadata_id
from end_to_end.desk_processes import KillableProcesses

from bot.processes.doctor.finding import Level
from bot.processes.doctor.server import check_server
from bot.sandbox import Answer, Channel, Message, NotPossible, Person, Workspace
from bot.store import audit
from bot.store.keys import Keys
from bot.store.redis_client import connect
from bot.store.trouble import impatient

IN_TIME = 3.0
"""Seconds Slack waits for an answer."""
WELL_WITHIN = 60.0
LOADING_SECONDS = 6.0


@dataclass(frozen=True)
class Row:
    """One kind of trouble. ``slowest``: seconds until the last answer of those that people got while it lasted;
    ``seconds``: from its end until all was well; ``lost`` and ``doubled``: what was.
    """

    done: str
    people_saw: str
    operator_read: str
    doctor: str
    slowest: float
    seconds: float
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()


Act = Callable[[], Awaitable[object]]


@dataclass
class Trouble:
    """What is done to the server, and how it is undone after ``lasts`` seconds (shorter in the short run)."""

    name: str
    begin: Act
    end: Act
    lasts: float = 3.0
    asks_doctor: bool = True


@dataclass
class Stage:
    """A desk on a Redis that leads through a switch, and three people."""

    slack: Workspace
    desk: KillableProcesses
    switch: Switch
    channel: Channel
    ada: Person
    ben: Person
    roots: list[Message] = field(default_factory=list)
    cards: list[Message] = field(default_factory=list)
    number: int = 0

    def _text(self) -> str:
        self.number += 1
        towns = [f"Arden{self.number}x{i}" for i in range(3)]
        claims = [f"The town of {town} spent {self.number + 11} million euros on schools in 2023." for town in towns]
        return f"<@{self.slack.bot_user_id}> again:\n" + "\n\n".join(claims)

    async def paste(self, *, wait: bool = True) -> Message:
        root = await self.ada.post(self.channel, self._text(), wait=wait)
        self.roots.append(root)
        return root

    def read(self, root: Message) -> bool:
        return len(cards_below(self.slack, root)) == 3

    async def card(self) -> Message:
        """A card nobody has touched."""
        if not self.cards:
            root = await self.paste()
            await self.slack.wait_for(lambda: self.read(root), timeout=60)
            self.cards += cards_below(self.slack, root)
        return self.cards.pop()

    def doubled(self) -> tuple[str, ...]:
        posts = [*self.slack.messages(self.channel), *(m for r in self.roots for m in self.slack.thread(r))]
        seen = {(m.ts, metadata_id(m)) for m in posts if m.user == self.slack.bot_user_id and metadata_id(m)}
        return tuple(id for id, times in Counter(id for _, id in seen).items() if times > 1)

    async def go_through(self, trouble: Trouble) -> Row:
        """People work while it lasts, and after it until all they did is done."""
        slack, ada, ben = self.slack, self.ada, self.ben
        form, pressed = await self.card(), await self.card()
        assert (await ada.press(form, "task_dismiss")).ok
        told = len(slack.ephemerals(ben))
        before = len(self.desk.log_text())
        under_way = await self.paste()  # it is read, and its messages are sent, while the trouble begins
        await trouble.begin()
        began = time.monotonic()
        asked = asyncio.create_task(self._doctor(began + trouble.lasts)) if trouble.asks_doctor else None
        root = await self.paste(wait=False)
        answers = await asyncio.gather(
            ada.submit({"kind": "not_a_claim", "reason": "An opinion"}),
            ben.press(pressed, "task_take"),
            ben.command(self.channel, "/claims"),
        )
        await slack.wait_for(lambda: len(slack.ephemerals(ben)) >= told + 2, timeout=10)
        slowest = max(a.delivery.seconds for a in answers if a.delivery)
        saw = self._saw(answers, slack.ephemerals(ben)[told:])
        doctor = await asked if asked else ""
        await asyncio.sleep(max(0.0, trouble.lasts - (time.monotonic() - began)))
        await trouble.end()
        ended = time.monotonic()
        lost = [
            *await self._until("the form", lambda: self._submitted(form)),
            *await self._until("the press", lambda: self._taken(pressed)),
            *await self._until("an article under way", lambda: _yes(self.read(under_way))),
            *await self._until("an article sent meanwhile", lambda: _yes(self.read(root))),
        ]
        seconds = time.monotonic() - ended
        return Row(trouble.name, saw, self._lines(before), doctor, slowest, seconds, tuple(lost), self.doubled())

    def _saw(self, answers: Sequence[Answer], told: Sequence[Message]) -> str:
        form, press, command = answers
        assert form.errors, f"the form said nothing: {form}"
        assert "this form open" in next(iter(form.errors.values()))
        assert "my records" in command.text, command
        assert press.status == 503
        assert any("my records" in m.plain() for m in told), "the press was met with silence"
        return f"form: “{next(iter(form.errors.values()))}”; press and command: “{command.text}”"

    async def _doctor(self, until: float) -> str:
        """What the doctor says of it, asked from its beginning on: a server may notice only after a while itself."""
        while time.monotonic() < until:
            async with impatient(self.switch.url) as redis:
                if found := [f async for f in check_server(redis) if f.level is Level.FAIL]:
                    return str(found[0])
            await asyncio.sleep(0.2)
        raise AssertionError("the doctor finds nothing wrong")

    async def _until(self, what: str, done: Callable[[], Awaitable[bool]]) -> list[str]:
        deadline = time.monotonic() + WELL_WITHIN
        while time.monotonic() < deadline:
            if await done():
                return []
            await asyncio.sleep(0.3)
        return [what]

    async def _submitted(self, card: Message) -> bool:
        """The form is still open with the words in it: it is sent as it stands."""
        if self.ada.view is not None:
            await self.ada.submit()
        return "Set aside" in card.plain()

    async def _taken(self, card: Message) -> bool:
        if "*Taken*" not in card.plain():
            with suppress(NotPossible):
                await self.ben.press(card, "task_take")
        return "*Taken*" in card.plain()

    def _lines(self, since: int) -> str:
        """What the log says of it: a line when it began and one when it was over, from each process that met it."""
        log = self.desk.log_text()[since:]
        assert "Traceback" not in log, log
        lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
        warned = [line for line in lines if line["level"] in ("warning", "error")]
        others = [line["message"] for line in warned if line["logger"] != "bot.store.trouble"]
        strange = [line for line in others if "may have gone to another sender" not in line]  # its lease ran out
        assert not strange, strange
        began = [line for line in warned if "nothing is lost" in line["message"]]
        assert began, log
        most = max(Counter(line["process"] for line in began).values())
        assert most <= 2, f"{most} lines from one process"
        return str(began[0]["message"])


async def _yes(value: bool) -> bool:
    return value


async def run(*, short: bool = False) -> list[Row]:
    """Go through every kind of trouble; ``short`` is for CI, with the kinds that differ most."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        primary, replica = OwnRedis(folder / "primary"), OwnRedis(folder / "replica")
        switch = Switch(primary.port)
        await primary.start()
        await switch.start()
        try:
            async with Workspace(MANIFEST) as slack:
                slack.retry_delays = (1, 3, 6) if short else (1, 4, 27)
                ada, ben = slack.add_user("ada"), slack.add_user("ben")
                channel = slack.add_channel("desk", [ada, ben])
                desk = KillableProcesses(slack, folder, REDIS_URL=switch.url, LOG_FORMAT="json")
                await desk.start()
                try:
                    stage = Stage(slack, desk, switch, channel, ada, ben)
                    troubles = _troubles(primary, replica, switch)
                    rows = [await stage.go_through(t) for t in (_short(troubles) if short else troubles)]
                    await _chain_is_whole(switch.url, slack.team_id, stage)
                finally:
                    status = await asyncio.to_thread(desk.stop)
                assert status == 0, desk.log_text()[-3000:]
                return rows
        finally:
            await switch.stop()
            await primary.stop(signal.SIGKILL)
            await replica.stop(signal.SIGKILL)


def _short(troubles: Sequence[Trouble]) -> list[Trouble]:
    chosen = [t for t in troubles if t.name in ("memory full", "read-only replica", "frozen")]
    return [replace(t, lasts=min(t.lasts, 6)) for t in chosen]  # a frozen one is noticed after some 5 s


def _troubles(primary: OwnRedis, replica: OwnRedis, switch: Switch) -> list[Trouble]:
    async def restart() -> None:
        await primary.start()

    async def freeze() -> None:
        primary.send(signal.SIGSTOP)

    async def pause() -> None:
        await primary.command("CLIENT", "PAUSE", "30000", "ALL")

    async def thaw() -> None:
        primary.send(signal.SIGCONT)

    async def read_only() -> None:
        await primary.configure(replica_serve_stale_data="yes")
        await primary.command("REPLICAOF", "127.0.0.1", "1")

    async def cut_off() -> None:
        await primary.configure(replica_serve_stale_data="no")
        await primary.command("REPLICAOF", "127.0.0.1", "1")

    async def loading() -> None:
        await primary.stop()
        delay = str(int(LOADING_SECONDS * 1e6 / primary.commands_kept()))
        await primary.start(wait=False, key_load_delay=delay, loading_process_events_interval_bytes="1024")
        await asyncio.sleep(0.5)

    async def disk_full() -> None:
        await primary.configure(appendfsync="everysec")
        primary.fill_disk()

    async def disk_free() -> None:
        primary.free_disk()
        await asyncio.sleep(1.5)  # it tries again once a second
        await primary.configure(appendfsync="always")

    async def disk_full_exits() -> None:
        primary.fill_disk()

    async def fail() -> None:
        await replica.start()
        await replica.command("REPLICAOF", "127.0.0.1", str(primary.port))
        for _ in range(200):
            if "master_link_status:up" in await _info(replica, "replication"):
                break
            await asyncio.sleep(0.05)
        await primary.command("WAIT", "1", "1000")
        await primary.stop(signal.SIGKILL)

    async def promote() -> None:
        await replica.command("REPLICAOF", "NO", "ONE")
        switch.lead_to(replica.port)

    return [
        Trouble("memory full", lambda: primary.configure(maxmemory="1"), lambda: primary.configure(maxmemory="0")),
        Trouble("read-only replica", read_only, lambda: primary.command("REPLICAOF", "NO", "ONE")),
        Trouble("replica without its primary", cut_off, lambda: primary.command("REPLICAOF", "NO", "ONE")),
        Trouble(
            "too few replicas",
            lambda: primary.configure(min_replicas_to_write=1),
            lambda: primary.configure(min_replicas_to_write=0),
        ),
        Trouble("restarted", primary.stop, restart),
        Trouble("killed", lambda: primary.stop(signal.SIGKILL), restart),
        Trouble("loading", loading, primary.until_it_answers),
        Trouble("disk full, fsync each second", disk_full, disk_free),
        Trouble("disk full, fsync always", disk_full_exits, restart),
        Trouble("frozen", freeze, thaw, lasts=30),
        Trouble("paused", pause, lambda: asyncio.sleep(0), lasts=30),
        Trouble("failed over", fail, promote),
    ]


async def _info(server: OwnRedis, section: str) -> str:
    async with server.admin() as redis:
        return "\n".join(f"{k}:{v}" for k, v in (await redis.info(section)).items())


async def _chain_is_whole(url: str, team: str, stage: Stage) -> None:
    """Every article stands in the log once, received and filed, and the chain of the log holds."""
    async with connect(url) as redis:
        happened = Counter(row["what"] for row in await audit.entries(redis, Keys(team)))
        assert (await audit.verify(redis, Keys(team))).finding is None
    assert happened["received"] == happened["filed"] == len(stage.roots), happened


def print_rows(rows: Sequence[Row]) -> None:
    """The table of a run."""
    for row in rows:
        lost, doubled = ", ".join(row.lost) or "nothing", ", ".join(row.doubled) or "nothing"
        print(f"{row.done}: answered within {row.slowest:.1f} s, well after {row.seconds:.1f} s; ", end="")
        print(f"lost {lost}, doubled {doubled}")
        print(f"    people: {row.people_saw}\n    log:    {row.operator_read}\n    doctor: {row.doctor}")


if __name__ == "__main__":
    print_rows(asyncio.run(run()))
