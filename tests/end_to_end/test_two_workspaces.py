"""One desk for two newsrooms: each has its own, and nothing of one is visible or reachable in the other."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cryptography.fernet import Fernet
from end_to_end.acts import GOOD, REVIEW
from end_to_end.conftest import cards_below
from end_to_end.desk_processes import KillableProcesses
from processes.desk_command import claimdesk
from redis.asyncio import Redis
from two_newsrooms import TwoNewsrooms, two_newsrooms

from bot.demo.stage import message_id
from bot.sandbox import Channel, Message, Person, Workspace
from bot.store.backup import export
from bot.store.redis_client import connect

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


def text(town: str) -> str:
    return (
        f"The harbour of {town} was opened to ferries in March 2024 after a delay of two years.\n\n"
        f"The city of {town} spent 48 million euros on the harbour, mayor Ines Calder said on 4 May 2024.\n"
    )


@dataclass
class Room:
    """A newsroom: its channel, its people, and a town that nobody else writes about."""

    slack: Workspace
    desk: Channel
    writer: Person
    signer: Person
    town: str

    async def paste(self) -> Message:
        return await self.writer.post(self.desk, f"<@{self.slack.bot_user_id}> again:\n{text(self.town)}")

    async def cards(self, root: Message) -> list[Message]:
        return await self.slack.wait_for(
            lambda: found if len(found := cards_below(self.slack, root)) == 2 else None, timeout=30
        )

    async def until(self, message: Message, words: str) -> None:
        await self.slack.wait_for(lambda: words in message.plain(), timeout=20)

    def says(self, kind: str) -> list[Message]:
        return [m for m in self.slack.messages(self.desk) if message_id(m).startswith(f"{kind}:")]


@dataclass
class House:
    """Both newsrooms on one desk."""

    newsrooms: TwoNewsrooms
    processes: KillableProcesses
    one: Room
    two: Room
    redis: Redis
    folder: Path

    async def workspaces(self, *words: str, stdin: str = "") -> str:
        """What ``claimdesk workspaces`` says."""
        settings = {k: self.processes.environment[k] for k in ("TOKEN_KEY", "SLACK_API_URL")}
        done = await asyncio.to_thread(
            claimdesk, "workspaces", *words, data=self.folder / "data", stdin=stdin.encode(), **settings
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    async def logged(self, words: str, times: int = 1) -> None:
        """Wait until the processes have logged this so often."""
        for _ in range(150):
            if self.processes.log_text().count(words) >= times:
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"never logged: {words}\n{self.processes.log_text()[-3000:]}")

    async def records(self, room: Room) -> bytes:
        """All that the desk keeps for a newsroom."""
        out = io.BytesIO()
        await export(self.redis, room.slack.team_id, out)
        return out.getvalue()


async def quiet(house: House, room: Room) -> bytes:
    """A newsroom's records once nothing is under way there any more."""
    records = await house.records(room)
    for _ in range(40):
        await asyncio.sleep(0.5)
        before, records = records, await house.records(room)
        if records == before:
            return records
    raise AssertionError("it never comes to rest")


def room(slack: Workspace, number: str, town: str) -> Room:
    writer, signer = slack.add_user(f"writer-{number}"), slack.add_user(f"signer-{number}")
    return Room(slack, slack.add_channel(f"desk-{number}", [writer, signer]), writer, signer, town)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The desk runs with the token of one newsroom; the other one is added while it does."""
    folder = tmp_path_factory.mktemp("house")
    async with two_newsrooms() as newsrooms:
        one, two = newsrooms.one, newsrooms.two
        settings = {"SLACK_API_URL": newsrooms.api_url, "TOKEN_KEY": Fernet.generate_key().decode()}
        processes = KillableProcesses(one, folder, **settings)
        two.request_url = one.request_url
        two.retry_delays = one.retry_delays = (0.3, 0.5, 1, 2)
        await processes.start()
        redis = connect(f"unix://{folder}/data/redis.sock?db=0")
        house = House(newsrooms, processes, room(one, "one", "Brannock"), room(two, "two", "Corvo"), redis, folder)
        try:
            said = await house.workspaces("add", stdin=two.bot_token)
            assert said.startswith("T0TWO (0two) is added")
            await house.logged("workspace T0TWO is served")
            yield house
        finally:
            await redis.aclose()
            status = await asyncio.to_thread(processes.stop)
        assert status == 0, processes.log_text()[-4000:]
        log = processes.log_text()
        assert "Traceback" not in log
        assert one.bot_token not in log
        assert two.bot_token not in log


async def test_both_have_their_own_threads_cards_verdicts_and_digests(house: House) -> None:
    rooms = (house.one, house.two)
    roots = await asyncio.gather(*(r.paste() for r in rooms))
    for here, root in zip(rooms, roots, strict=True):
        card = (await here.cards(root))[0]
        assert (await here.writer.press(card, "task_verdict")).ok
        said = {"said": "said"} if "Said by" in card.plain() else {}
        assert (await here.writer.submit({**GOOD, **said})).ok
        await here.until(card, "*Waiting for sign-off*")
        assert (await here.signer.press(card, "task_sign_off")).ok
        assert (await here.signer.submit(REVIEW)).ok
        await here.until(card, "*Published*")
        await here.writer.command(here.desk, "/digest", "now")
        (digest,) = await here.slack.wait_for(lambda here=here: here.says("digest"), timeout=15)
        assert here.town in digest.plain()
    for here, other in (rooms, rooms[::-1]):
        assert other.town not in here.slack.transcript()
        assert other.desk.id not in str(await house.records(here))


async def test_lists_searches_and_homes_show_nothing_of_the_other(house: House) -> None:
    for room in (house.one, house.two):
        await room.cards(await room.paste())
    for here, other in ((house.one, house.two), (house.two, house.one)):
        for words in ("", other.town, "harbour", "ferries"):
            await here.writer.command(here.desk, "/claims", words)
        await here.writer.open_home()
        await here.slack.wait_for(lambda here=here: here.writer.home is not None, timeout=15)
        for words in (other.town, "harbour"):
            answer = await here.writer.press(here.writer.home, "home_search", words)
            assert answer.ok, answer
            said = f"Found for “{words}”"  # a Home is shown anew for other reasons, too
            await here.slack.wait_for(lambda s=said, h=here: s in h.writer.home.plain(), timeout=15)
            shown = here.writer.home.plain().replace(f"“{other.town}”", "")  # what was searched for
            assert other.town not in shown
        assert here.town in here.writer.home.plain()
        root = await here.paste()
        card = (await here.cards(root))[0]
        await here.writer.press(card, "task_dismiss")
        offered = await here.writer.suggest("original", "harbour ferries")
        assert other.town not in str(offered.options)
        await here.writer.close_view()
        assert all(other.town not in m.plain() for m in here.slack.ephemerals(here.writer) if "“" not in m.plain())


def as_from(here: Room, other: Room, payload: dict[str, Any], numbers: itertools.count[int]) -> dict[str, Any]:
    """What Slack sent for one newsroom, as if it had been sent for the other: all ids but the workspace's stay."""
    told = json.loads(json.dumps(payload).replace(other.slack.team_id, here.slack.team_id))
    for name in ("event_id", "trigger_id"):
        if name in told:
            told[name] = f"{told[name]}.forged{next(numbers)}"
    return told


async def test_ids_of_the_other_in_signed_payloads_reach_nothing(house: House) -> None:
    here, other = house.one, house.two
    root = await other.paste()
    cards = await other.cards(root)
    summary = next(m for m in other.slack.thread(root) if message_id(m).startswith("summary:"))
    # Everything that can be done with a card, a summary and their forms is done once where it belongs …
    for action, then in (("task_take", "*Taken*"), ("task_put_back", "*Open*"), ("task_hand_over", "*Open*")):
        await other.writer.press(cards[0], action)
        await other.until(cards[0], then)
    await other.writer.press(cards[0], "task_verdict")
    await other.writer.submit(GOOD | ({"said": "said"} if "Said by" in cards[0].plain() else {}))
    await other.until(cards[0], "*Waiting for sign-off*")
    for what in ("ask", "due", "reword", "split", "follow"):
        option = next(v for v in _menu(cards[1]) if v.startswith(f"{what} "))
        await other.writer.press(cards[1], "task_more", option)
        if what == "ask":
            await other.writer.submit({"question": "Which budget?"})
    await other.signer.press(cards[0], "task_object")
    await other.signer.close_view()
    await other.signer.press(cards[0], "task_sign_off")
    await other.signer.submit(REVIEW)
    await other.until(cards[0], "*Published*")
    await other.signer.press(cards[0], "task_recheck")
    await other.until(cards[0], "*Open*")
    await other.writer.command(other.desk, "/claims", "harbour")
    await other.writer.open_home()
    await other.slack.wait_for(lambda: other.writer.home is not None, timeout=15)
    await other.writer.press(other.writer.home, "home_search", "harbour")
    for what in ("add_claim", "close"):
        option = next(v for v in _menu(summary) if v.startswith(f"{what} "))
        await other.writer.press(summary, "article_menu", option)
    await other.writer.press(cards[1], "task_dismiss")
    await other.writer.suggest("original", "harbour")
    await other.writer.submit({"kind": "not_a_claim", "reason": "An opinion"})
    await other.until(cards[1], "*Set aside")
    sent = [d.payload for d in other.slack.deliveries if d.acked and d.kind in ("interactive", "command")]
    kinds = {(p.get("type", "command"), _what(p)) for p in sent}
    assert len(kinds) > 20, sorted(kinds)
    # … and then, signed as all others, told as the other newsroom's.
    before, cards_before = await quiet(house, other), [m.plain() for m in (summary, *cards)]
    mine = _tasks(await quiet(house, here))
    numbers = itertools.count()
    for payload in sent:
        kind = "command" if "command" in payload else "interactive"
        answer = await here.slack.deliver(kind, as_from(here, other, payload, numbers))
        assert answer.error is None
        assert other.town not in str(answer.body)
    assert _tasks(await quiet(house, here)) == mine, "what was told as ours changed one of our claims"
    assert await house.records(other) == before
    assert [m.plain() for m in (summary, *cards)] == cards_before
    assert other.town not in here.slack.transcript()


def _menu(message: Message) -> list[str]:
    """The values of a message's overflow menu."""
    pressable = [e for b in message.blocks for e in (*b.get("elements", ()), b.get("accessory") or {})]
    return [o["value"] for e in pressable if e.get("type") == "overflow" for o in e["options"]]


def _what(payload: dict[str, Any]) -> str:
    if payload.get("actions"):
        action = payload["actions"][0]
        chosen = (action.get("selected_option") or {}).get("value", "").partition(" ")[0]
        return f"{action['action_id']} {chosen}"
    return str(payload.get("command") or payload.get("action_id") or (payload.get("view") or payload)["callback_id"])


def _tasks(records: bytes) -> list[str]:
    return [line for line in records.decode().splitlines() if '"key":"task:' in line or '"key":"article:' in line]


async def test_what_is_for_a_workspace_that_nobody_added_is_refused_politely(house: House) -> None:
    here = house.one
    card, *_ = await here.cards(await here.paste())
    assert (await here.writer.press(card, "task_take")).ok
    await here.writer.command(here.desk, "/claims", "")
    sent = [d.payload for d in here.slack.deliveries if d.acked]
    press = next(p for p in sent if p.get("type") == "block_actions" and "message" in p)
    event = next(p for p in sent if p.get("type") == "event_callback")
    command = next(p for p in reversed(sent) if "command" in p)
    before = await quiet(house, here)

    def strange(payload: dict[str, Any], number: int) -> dict[str, Any]:
        words = json.dumps(payload).replace(here.slack.team_id, "T0STRANGER").replace(here.slack.bot_id, "B0STRANGER")
        told = json.loads(words)
        return told | {k: f"strange{number}" for k in ("event_id", "trigger_id") if k in told}

    for number in range(3):
        assert (await here.slack.deliver("event", strange(event, number))).status == 200
        assert (await here.slack.deliver("interactive", strange(press, number))).status == 404
        answer = await here.slack.deliver("command", strange(command, number))
        assert answer.status == 200
        assert "not connected to the fact-checking desk" in answer.body["text"]
    assert await house.records(here) == before
    assert house.processes.log_text().count("refused a payload for workspace T0STRANGER") == 1


async def test_where_slack_takes_a_token_no_more_the_other_goes_on_and_nothing_is_lost(house: House) -> None:
    one, two = house.one, house.two
    one.slack.revoke(one.slack.bot_token)  # that of SLACK_BOT_TOKEN, and no event tells of it
    waiting = await one.paste()
    await two.cards(await two.paste())
    assert not cards_below(one.slack, waiting)
    one.slack.install()
    await one.cards(waiting)
    refusals = house.processes.log_text().count("workspace T0ONE: Slack refuses the app")
    assert 0 < refusals < 8


async def test_a_newsroom_that_takes_the_app_out_is_left_and_comes_back_to_all_it_had(house: House) -> None:
    one, two = house.one, house.two
    root = await two.paste()
    (card, _) = await two.cards(root)
    await two.slack.uninstall()
    assert "T0TWO" not in await house.workspaces("list")
    calls = len(two.slack.calls)
    root = await two.writer.post(two.desk, f"<@{two.slack.bot_user_id}> again:\n{text(two.town)}")
    await one.cards(await one.paste())
    assert len(two.slack.calls) == calls, "the desk still asks for a workspace that it has left"
    assert (await two.signer.command(two.desk, "/claims", "")).text.startswith("This workspace is not connected")
    two.slack.install()
    await house.workspaces("add", stdin=two.slack.bot_token)
    await house.logged("workspace T0TWO is served", times=2)
    await two.writer.press(card, "task_take")
    await two.until(card, "*Taken*")


async def test_a_newsroom_that_the_operator_removes_is_served_no_more(house: House) -> None:
    two = house.two
    assert "is removed" in await house.workspaces("remove", "T0TWO")
    for _ in range(100):
        if (await two.signer.command(two.desk, "/claims", "")).text.startswith("This workspace is not connected"):
            break
        await asyncio.sleep(0.1)
    else:
        raise AssertionError("it is served still")
    assert b"Corvo" in await house.records(two)
    assert two.slack.bot_token.encode() not in await house.records(two)
