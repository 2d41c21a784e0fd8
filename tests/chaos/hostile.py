"""Hostile input: payloads of each kind, changed in every way, sent with good and bad signatures to a real desk.

``python -m chaos.hostile 10000`` from ``tests/`` prints what came of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
from chaos.payload_mutations import VICTIM, Mutator, Payload
from end_to_end.desk_processes import KillableProcesses

from bot.app import App, open_app
from bot.demo.stage import message_id
from bot.processes.requests import LARGEST_BODY
from bot.sandbox import Channel, Message, Person, Workspace
from bot.sandbox.delivery import encode, sign
from bot.store.keys import Keys
from config.settings import Settings

MANIFEST = json.loads((Path(__file__).parents[2] / "config/slack-manifest.json").read_text("utf-8"))
AT_ONCE = 8
"""Requests under way at a time."""
SAID_SECONDS = 240
"""Longest wait for all that thousands of payloads make the desk say."""
UNSIGNED = 0.12
"""Of all requests, those whose signature is bad or whose body was taken before."""
_SPECIAL = re.compile(r"<!(?:channel|here|everyone|subteam)")
_FORM = "application/x-www-form-urlencoded"


@dataclass
class Outcome:
    """What came of a run. ``server_errors`` are the mutations that were answered with 5xx."""

    sent: int = 0
    seconds: float = 0.0
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    server_errors: list[str] = field(default_factory=list)
    slowest: float = 0.0
    pinged: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    tracebacks: list[str] = field(default_factory=list)
    """What went wrong inside, by the lines that log it; that a page cannot be read is no such thing."""
    others_changed: list[str] = field(default_factory=list)
    dead_letters: int = 0
    unsaid: int = 0
    """Messages that still waited for their turn when the run gave up waiting."""
    works_afterwards: bool = False
    audit_valid: bool = False
    memory_mb: tuple[int, int] = (0, 0)
    """Of the web process, after the first tenth and at the end."""

    @property
    def rate(self) -> float:
        """Payloads a second."""
        return self.sent / self.seconds if self.seconds else 0.0

    def note(self, kind: str, status: int, seconds: float, what: str) -> None:
        """One request was answered."""
        self.sent += 1
        self.slowest = max(self.slowest, seconds)
        self.statuses.setdefault(kind, Counter())[status] += 1
        if status >= 500:
            self.server_errors.append(f"{status} {kind}: {what[:600]}")

    def table(self) -> str:
        """For docs/reliability.md: a row for each kind of change."""
        codes = sorted({code for counts in self.statuses.values() for code in counts})
        rows = [f"| kind | sent | {' | '.join(map(str, codes))} |", f"|---|---:|{'---:|' * len(codes)}"]
        for kind, counts in self.statuses.items():
            cells = " | ".join(str(counts[code] or "") for code in codes)
            rows.append(f"| {kind} | {counts.total()} | {cells} |")
        return "\n".join(rows)


async def run(payloads: int = 10_000, *, seed: int = 1) -> Outcome:
    """Record a session, send this many payloads, and see what became of the desk."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder:
        async with Workspace(MANIFEST) as slack:
            processes = KillableProcesses(slack, Path(folder), LOG_LEVEL="INFO")
            await processes.start()
            try:
                await _Attack(slack, processes, random.Random(seed), outcome).run(payloads)
            finally:
                await asyncio.to_thread(processes.stop)
            secrets = (slack.bot_token, slack.signing_secret)
            log = processes.log_text()
            outcome.secrets += [f"log: {secret[:4]}…" for secret in secrets if secret in log]
            outcome.tracebacks = [
                line[:3000]
                for line in log.splitlines()
                if "Traceback (most recent call last)" in line and "docket.dependencies" not in line
            ]
    return outcome


class _Attack:
    def __init__(self, slack: Workspace, processes: KillableProcesses, chance: random.Random, outcome: Outcome) -> None:
        self._slack, self._processes, self._chance, self._outcome = slack, processes, chance, outcome
        self._url = str(slack.request_url)
        self._secret = slack.signing_secret

    async def run(self, payloads: int) -> None:
        slack = self._slack
        slack.add_user(VICTIM[2:])
        ada, ben, cleo, dora, boss = (slack.add_user(name) for name in ("ada", "ben", "cleo", "dora", "boss"))
        boss.user.is_admin = True
        desk = slack.add_channel("desk", [ada, ben, cleo, boss])
        secret = slack.add_channel("secret", [dora], private=True)
        others = await self._private(secret, dora)
        corpus = await self._record(desk, ada, ben, cleo, boss)
        before = await self._records(others)
        foreign = ("T0FOREIGN", "C0FOREIGN", "U0FOREIGN", "f" * 16, f"{'f' * 16}-1", secret.id, *others)
        mutator = Mutator(self._chance, foreign, [payload for _, payload in corpus])
        async with self._client() as client:
            started = time.monotonic()
            tenth = max(1, payloads // 10)
            await self._send_all(client, corpus, mutator, tenth)
            first = self._processes.memory()["web"]
            await self._send_all(client, corpus, mutator, payloads - tenth)
            self._outcome.seconds = time.monotonic() - started
        self._outcome.memory_mb = (first, self._processes.memory()["web"])
        self._outcome.others_changed = [
            id for id, record in (await self._records(others)).items() if record != before[id]
        ]
        await self._still_works(slack.add_channel("afterwards", [ada]), ada)
        await self._all_said()
        self._look_at_what_was_said()
        self._outcome.audit_valid = await asyncio.to_thread(self._audit)

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[aiohttp.ClientSession]:
        timeout = aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=AT_ONCE)) as client:
            yield client

    # Before

    async def _private(self, channel: Channel, dora: Person) -> list[str]:
        """Claims and their article in a private channel; the ids of their records."""
        cards = await self._filed(channel, dora, 1)
        assert (await dora.press(cards[0], "task_take")).ok
        tasks = [message_id(card).removeprefix("card:") for card in cards]
        return [*tasks, tasks[0].partition("-")[0]]

    async def _filed(self, channel: Channel, who: Person, number: int) -> list[Message]:
        me = f"<@{self._slack.bot_user_id}>"
        root = await who.post(channel, f"{me} again:\nSchools\n\n{_claims(number)}")
        return await self._slack.wait_for(
            lambda: (
                found
                if len(found := [m for m in self._slack.thread(root) if message_id(m).startswith("card:")]) >= 4
                else None
            ),
            timeout=60,
        )

    async def _record(
        self, desk: Channel, ada: Person, ben: Person, cleo: Person, boss: Person
    ) -> list[tuple[str, Payload]]:
        """Play a session with each kind of payload; the payloads, one of each kind."""
        slack = self._slack
        since = len(slack.deliveries)
        cards = await self._filed(desk, ada, 2)
        one, two, three, four = cards[:4]
        await ben.press(one, "task_take")
        await ben.press(one, "task_verdict")
        verdict = {
            "rating": "false", "summary": "It was 61.", "explanation": "The accounts.",
            "url_0": "https://a.example/1", "note_0": "Page 12", "url_1": "https://b.example/2", "note_1": "Too",
        }  # fmt: skip
        assert ben.view is not None
        await ben.press(ben.view, "verdict_add_source")
        await ben.press(ben.view, "verdict_typed", "It was", block_id="summary")
        await ben.submit(verdict)
        await slack.wait_for(lambda: "Waiting for sign-off" in one.plain(), timeout=30)
        await cleo.press(one, "task_object")
        await cleo.submit({"reason": "Too old"})
        await slack.wait_for(lambda: "Waiting for sign-off" not in one.plain(), timeout=30)
        await ben.press(one, "task_verdict")
        await ben.close_view()
        await ben.press(one, "task_verdict")
        await ben.submit(verdict)
        await slack.wait_for(lambda: "Waiting for sign-off" in one.plain(), timeout=30)
        await cleo.press(one, "task_sign_off")
        await cleo.submit({"review_literal": "no", "review_reading": "no", "review_proof": "none"})
        for what, values in (
            ("ask", {"question": "Which year?"}),
            ("due", {"due": int(time.time()) + 86400}),
            ("reword", {"wording": "The town spent money."}),
            ("split", {"wording": "The town spent.\nThe school got it."}),
            ("follow", None),
        ):
            menu = next(e for b in three.blocks for e in b.get("elements", ()) if e.get("type") == "overflow")
            value = next(o["value"] for o in menu["options"] if o["value"].startswith(f"{what} "))
            await ada.press(three, "task_more", value)
            if values:
                await ada.submit(values)
        await ben.press(two, "task_hand_over")
        await ben.submit({"to": cleo.id})
        await slack.wait_for(lambda: any("task_put_back" in str(b) for b in two.blocks), timeout=30)
        await cleo.press(two, "task_put_back")
        await ben.press(four, "task_dismiss")
        await ben.suggest("original", "town")
        await ben.submit({"kind": "not_a_claim", "reason": "An opinion"})
        summary = next(m for m in slack.thread(one) if message_id(m).startswith("summary:"))
        menu = next(
            e for b in summary.blocks for e in (*b.get("elements", ()), b.get("accessory") or {})
            if e.get("type") == "overflow"
        )  # fmt: skip
        for what, values in (("add_claim", {"wording": "It rained."}), ("close", {"reason": "Done"}), ("reopen", None)):
            menu = await slack.wait_for(partial(_menu, summary, what), timeout=30)
            await ada.press(
                summary, "article_menu", next(o["value"] for o in menu["options"] if o["value"].startswith(what))
            )
            if what == "add_claim":
                await ada.suggest("sentence", "town")
            if values:
                await ada.submit(values)
        await boss.open_home()
        await slack.wait_for(lambda: boss.home, timeout=30)
        for action, value in (("home_search", "town"), ("home_channel", desk.id), ("home_settings", None)):
            assert boss.home is not None
            await boss.press(boss.home, action, value)
            if action == "home_settings" and boss.view is not None:
                await boss.suggest("groups", "x", block_id="groups_checker")
            if boss.view is not None:
                await boss.submit({})
        for command in ("/factcheck https://127.0.0.1:9/x", "/claims", "/claims search town", "/digest now"):
            await ada.command(desk, *command.split(" ", 1))
        note = await ada.post(desk, "The town of Arden spent nine million euros on schools in 2015.")
        await ada.shortcut("check_message", note)
        await ada.edit(note, "The town of Arden spent ten million euros on schools in 2015.")
        await ada.delete(note)
        await slack.settle()
        found: dict[tuple[str, str], tuple[str, Payload]] = {}
        for delivery in slack.deliveries[since:]:
            payload = delivery.payload
            action = (payload.get("actions") or [{}])[0].get("action_id") or payload.get("action_id")
            about = action or (payload.get("view") or {}).get("callback_id") or payload.get("text", "")
            found[(delivery.name, str(about))] = (delivery.kind, payload)
        return list(found.values())

    async def _records(self, ids: Sequence[str]) -> dict[str, str]:
        async with self._redis() as app:
            store = app.desk(self._slack.team_id).store
            return {id: (await (store.task(id) if "-" in id else store.submission(id))).model_dump_json() for id in ids}

    @asynccontextmanager
    async def _redis(self) -> AsyncIterator[App]:
        """The records of the processes."""
        url = f"unix://{self._processes.environment['DATA_DIR']}/redis.sock?db=0"
        settings = Settings(slack_bot_token=self._slack.bot_token, slack_api_url=self._slack.api_url, _env_file=None)
        async with open_app(settings, url) as app:
            yield app

    # The attack

    async def _send_all(
        self, client: aiohttp.ClientSession, corpus: Sequence[tuple[str, Payload]], mutator: Mutator, count: int
    ) -> None:
        left = iter(range(count))

        async def sender() -> None:
            for _ in left:
                await self._send_one(client, corpus, mutator)

        await asyncio.gather(*(sender() for _ in range(AT_ONCE)))

    async def _send_one(
        self, client: aiohttp.ClientSession, corpus: Sequence[tuple[str, Payload]], mutator: Mutator
    ) -> None:
        way, payload = self._chance.choice(corpus)
        unsigned = self._chance.random() < UNSIGNED
        change = "as recorded" if unsigned else self._chance.choice(list(mutator.kinds))
        payload = mutator.mutated({**payload, **_fresh(payload)}, change)
        content_type, body = _encoded(way, payload)
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": sign(self._secret, stamp, body),
        }
        if unsigned:
            await self._badly_signed(client, body, headers)
        else:
            await self._post(client, change, body, headers)

    async def _badly_signed(self, client: aiohttp.ClientSession, body: bytes, headers: dict[str, str]) -> None:
        kind = self._chance.choice(
            ("forged", "unsigned", "old", "of the future", "another body", "cut off", "replayed")
        )
        match kind:
            case "forged":
                headers["X-Slack-Signature"] = sign("another secret", headers["X-Slack-Request-Timestamp"], body)
            case "unsigned":
                del headers[self._chance.choice(("X-Slack-Signature", "X-Slack-Request-Timestamp"))]
            case "old" | "of the future":
                stamp = str(int(time.time()) + (-301 if kind == "old" else 310))
                headers |= {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign(self._secret, stamp, body)}
            case "another body":
                body += b" "
            case "cut off":
                body = body[: self._chance.randrange(len(body))]
                headers["X-Slack-Signature"] = sign(self._secret, headers["X-Slack-Request-Timestamp"], body)
            case "replayed":
                first = await self._post(client, "replayed, first", body, headers)
                if first >= 400:
                    return
        status = await self._post(client, kind, body, headers)
        if kind not in ("cut off",) and status < 400:
            self._outcome.server_errors.append(f"taken although {kind}: {status}")

    async def _post(self, client: aiohttp.ClientSession, kind: str, body: bytes, headers: dict[str, str]) -> int:
        started = time.monotonic()
        answer = ""
        try:
            async with client.post(self._url, data=body, headers=headers) as response:
                answer, status = await response.text(), response.status
        except aiohttp.ClientError:  # refused while it was still being sent
            status = 413 if len(body) > LARGEST_BODY else 599
        self._outcome.note(kind, status, time.monotonic() - started, body.decode(errors="replace"))
        self._leaks("answer", answer)
        return status

    # Afterwards

    async def _still_works(self, desk: Channel, ada: Person) -> None:
        """A fresh paste gets its thread."""
        me = f"<@{self._slack.bot_user_id}>"
        root = await ada.post(desk, f"{me} again:\nSchools\n\n{_claims(3)}")
        thread = await self._slack.wait_for(
            lambda: [m for m in self._slack.thread(root) if message_id(m).startswith("card:")], timeout=240
        )
        self._outcome.works_afterwards = bool(thread)

    async def _all_said(self) -> None:
        """Wait until what the payloads made the desk say has been said, as far as it is in time."""
        async with self._redis() as app:
            outbox = app.desk(self._slack.team_id).office.outbox
            for _ in range(SAID_SECONDS):
                self._outcome.unsaid = sum([(await outbox.waiting(queue)).total() for queue in await outbox.queues()])
                if not self._outcome.unsaid:
                    break
                await asyncio.sleep(1)
            self._outcome.dead_letters = await app.redis.llen(Keys(self._slack.team_id).dead())

    def _look_at_what_was_said(self) -> None:
        """Everything that the desk has shown anybody."""
        state = self._slack._core.state
        said = [m for messages in state.messages.values() for m in messages if m.bot_id] + state.ephemerals
        for message in said:
            text = json.dumps([message.text, message.blocks])
            self._leaks("message", text)
            if VICTIM in "".join(message.pings) or any(_SPECIAL.match(ping) for ping in message.pings):
                self._outcome.pinged.append(text[:300])
        for view in state.homes.values():
            self._leaks("Home", json.dumps(view.blocks))

    def _leaks(self, where: str, text: str) -> None:
        if self._slack.bot_token in text or self._secret in text or "Traceback" in text:
            self._outcome.secrets.append(f"{where}: {text[:200]}")

    def _audit(self) -> bool:
        command = [sys.executable, "-m", "bot.cli", "audit", "verify"]
        done = subprocess.run(
            command, env={**os.environ, **self._processes.environment}, capture_output=True, check=False
        )
        return done.returncode == 0


def _claims(number: int) -> str:
    return "\n\n".join(
        f"The town of Arden{number}x{n} spent {n + 11} million euros on its schools in 20{n + 10}." for n in range(4)
    )


def _menu(message: Message, what: str) -> Payload | None:
    for block in message.blocks:
        for element in (*block.get("elements", ()), block.get("accessory") or {}):
            if element.get("type") == "overflow" and any(o["value"].startswith(what) for o in element["options"]):
                return dict(element)
    return None


def _encoded(way: str, payload: Payload) -> tuple[str, bytes]:
    """As Slack would send it; of a form half characters become bytes that are no text."""
    if way == "command":
        return _FORM, urlencode(payload, errors="surrogatepass").encode()
    return encode(way, payload)  # type: ignore[arg-type]


def _fresh(payload: Payload) -> Payload:
    """Ids of its own for each payload, or it would be dropped as a second delivery; a nonce where it has none."""
    there = [name for name in ("event_id", "trigger_id") if name in payload] or ["nonce"]
    return {name: f"{uuid.uuid4().hex}.1.a" for name in there}


if __name__ == "__main__":
    result = asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
    print(result.table())
    for name, value in vars(result).items():
        if name != "statuses":
            print(f"{name}: {value if not isinstance(value, list) else value[:12]}")
    print(f"{result.rate:.0f} payloads a second")
