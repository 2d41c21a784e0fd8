"""Whoever is forgotten stands nowhere any more, and the newsroom's work stays what it was."""

from __future__ import annotations

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast
from unittest.mock import AsyncMock

import pytest
from desk.samples import ANA, BEN, CARO, CHANNEL, NOW, RULES, TEAM, propose
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient
from store.desk_of_people import COMMANDS, KEYS, PEOPLE, acted, begun, kept, left_elsewhere, traces

from bot.desk.commands import Ask, Follow, Object, SignOff, Take
from bot.desk.pseudonyms import Kind, is_pseudonym
from bot.desk.refusals import Reason, Refusal
from bot.desk.roles import EVERYBODY, Role
from bot.desk.task import TaskState
from bot.desk.transitions import Context, apply
from bot.processes.forget import forget_person
from bot.slack.cards.claim_card import Beside, claim_card
from bot.slack.render import Renderer
from bot.slack.sender import LEASE, Sender
from bot.store import audit, forgetting
from bot.store.desk_store import DeskStore
from bot.store.forgetting import Forgetting, Forgotten
from bot.store.house_store import HouseStore
from bot.store.outbox import Outbox
from bot.store.pace import Pace
from bot.store.redaction import Redaction
from bot.store.redis_client import connect
from config.settings import Settings, SettingsError

ROOT = Path(__file__).parents[2]
LIFE = [
    ("s1-1", propose(), ANA),
    ("s1-1", SignOff(1), BEN),
    ("s1-2", Take(), ANA),
    ("s1-3", Ask("When did it sink?", to=ANA), BEN),
    ("s0-1", propose(), ANA),
    ("s0-2", propose(), BEN),
    ("s0-2", Object(1, "Which ferry?"), ANA),
    ("s0-3", Follow(), ANA),
]


async def forget(redis: Redis, user: str = ANA, *, dry: bool = False) -> Forgotten:
    return await Forgetting(redis, TEAM, user, RULES, dry=dry).run()


acts = st.lists(
    st.tuples(
        st.sampled_from([f"s{n}-{k}" for n in range(3) for k in (1, 2)]),
        st.sampled_from(COMMANDS),
        st.sampled_from(PEOPLE),
    ),
    max_size=40,
)


@settings(max_examples=8)
@given(acts)
def test_after_whatever_they_did_they_stand_nowhere(redis_url: str, done: list[tuple[str, object, str]]) -> None:
    async def play() -> None:
        async with connect(redis_url) as redis:
            await redis.flushall()
            store = await begun(redis)
            await acted(store, done)  # type: ignore[arg-type]
            await left_elsewhere(redis, store)
            said = await forget(redis)
            assert said.changed["log entries"] > 0
            assert await traces(redis, ANA) == []
            assert (await audit.verify(redis, KEYS)).finding is None
            for id in [f"s{n}-{k}" for n in range(3) for k in (1, 2, 3)]:
                shown = str(claim_card(await store.task(id), RULES, Beside(NOW)))
                assert ANA not in shown
                assert not re.search(rf"({Kind.LEFT}|{Kind.PAST})-", shown), "a pseudonym is no name to show"
            again = await forget(redis)
            assert not +again.changed

    asyncio.run(play())


async def lived(redis: Redis) -> DeskStore:
    store = await begun(redis)
    await acted(store, LIFE)
    await left_elsewhere(redis, store)
    return store


async def test_the_newsrooms_work_stays_and_counts_as_before(redis: Redis) -> None:
    store = await lived(redis)
    before = await store.task("s1-1")
    await forget(redis)
    after = await store.task("s1-1")
    assert after.verdict is not None
    assert before.verdict is not None
    assert is_pseudonym(after.verdict.author)
    assert after.verdict.model_dump() == before.verdict.model_dump() | {
        "author": after.verdict.author,
        "writers": (after.verdict.author,),
    }
    assert (after.state, after.standing, after.published) == (before.state, before.standing, before.published)
    # One pseudonym for one person; whoever it stands for still cannot be the one who signs.
    waiting = await store.task("s0-1")
    assert waiting.verdict is not None
    assert waiting.verdict.author == waiting.assignee == after.verdict.author
    context = Context(waiting.verdict.author, RULES, NOW, EVERYBODY)
    with pytest.raises(Refusal) as refused:
        apply(waiting, SignOff(1), context)
    assert refused.value.reason is Reason.OWN_VERDICT
    assert apply(waiting, SignOff(1), Context(CARO, RULES, NOW)).task.state is TaskState.PUBLISHED
    assert (await store.task("s0-2")).verdict.objections[0].by == after.verdict.author  # type: ignore[union-attr]


async def test_what_was_theirs_to_do_is_others_to_do(redis: Redis) -> None:
    store = await lived(redis)
    said = await forget(redis)
    held, asked = await store.task("s1-2"), await store.task("s1-3")
    assert (held.state, held.assignee) == (TaskState.OPEN, None)
    assert asked.questions[-1].to is None
    assert asked.state is TaskState.QUESTION
    assert said.waiting == ["s0-1"]
    assert said.changed["claims back on the queue"] == 1
    put_back = [e for e in await audit.entries(redis, KEYS, "s1-2") if e["what"] == "put_back"]
    assert [e["by"] for e in put_back] == ["claimdesk"]


async def test_their_drafts_home_and_messages_go_and_those_of_others_stay(redis: Redis) -> None:
    await lived(redis)
    await forget(redis)
    houses = HouseStore(redis, TEAM)
    assert await houses.draft("s1-1", ANA) is None
    assert await houses.draft("s1-1", BEN) is not None
    assert await redis.hget(KEYS.message(f"dm:{BEN}"), "channel") == f"D{BEN}"  # type: ignore[misc]
    assert await redis.exists(KEYS.home(BEN))
    outbox = Outbox(redis, KEYS)
    assert await outbox.message("said:abc") is None
    assert [letter["error"] for letter in await outbox.buried()] == ["is_archived"]


async def test_slack_is_to_show_it_too(redis: Redis) -> None:
    await lived(redis)
    outbox = Outbox(redis, KEYS)
    for id in await outbox.waiting(CHANNEL):
        await outbox.done(CHANNEL, id, 99, channel=CHANNEL, ts="1778578399.000100")
    await forget(redis)
    again = set(await outbox.waiting(CHANNEL))
    assert {"card:s1-1", "card:s1-3", "published:s1-1:1", "summary:s0", "card:s0-2"} <= again


async def test_a_role_that_was_theirs_alone_is_not_everybodys_then(redis: Redis) -> None:
    await lived(redis)
    said = await forget(redis)
    roles = (await HouseStore(redis, TEAM).house()).roles
    assert roles[Role.CHECKER].users == (BEN, CARO)
    assert [is_pseudonym(user) for user in roles[Role.EDITOR].users] == [True]
    assert said.roles == [Role.EDITOR]


async def test_a_dry_run_counts_the_same_and_changes_nothing(redis: Redis) -> None:
    await lived(redis)
    before = await kept(redis)
    dry = await forget(redis, dry=True)
    assert await kept(redis) == before
    wet = await forget(redis)
    assert dry.changed["claims"] == wet.changed["claims"] > 0
    assert dry.changed["articles"] == wet.changed["articles"] > 0
    assert (dry.waiting, dry.roles) == (wet.waiting, wet.roles)


async def test_a_word_that_is_nobodys_id_is_barred_out_nowhere(redis: Redis) -> None:
    store = await begun(redis)
    await acted(store, [("s1-1", propose(explanation="The U96 sank, say UNDERSTOOD and @U96; w96 too"), ANA)])
    before = await kept(redis)
    for word in ("U96", "UNDERSTOOD", "W96"):
        for dry in (True, False):
            assert not +(await forget(redis, word, dry=dry)).changed
    assert await kept(redis) == before


async def test_an_id_that_a_text_has_as_a_word_in_small_letters_stays_there(redis: Redis) -> None:
    store = await begun(redis)
    await acted(store, [("s1-1", propose(explanation="Ask U0ANA, <@u0ana> or @u0ana, of the u0ana."), ANA)])
    await forget(redis)
    verdict = (await store.task("s1-1")).verdict
    assert verdict is not None
    assert verdict.explanation == "Ask █████, ████████ or ██████, of the u0ana."


async def test_whoever_is_only_mentioned_can_be_forgotten(redis: Redis) -> None:
    store = await begun(redis)
    await acted(store, [("s1-1", propose(explanation="<@U0EVA|Eva> counted them."), ANA)])
    assert (await forget(redis, "U0EVA")).changed["claims"] == 1
    assert await traces(redis, "U0EVA") == []


async def held_sender(redis: Redis, post_every: float) -> Sender:
    """A sender whom Slack lets send nothing for five minutes."""
    for method in ("chat.postMessage", "chat.postEphemeral", "chat.update", "views.publish"):
        await Pace(redis, KEYS).hold(method, 300)
    client = AsyncWebClient(token="xoxb-of-nobody")
    return Sender(client, redis, KEYS, cast(Renderer, None), post_every=post_every, cannot_post=AsyncMock())


async def test_that_a_queue_of_theirs_rests_goes_too(redis: Redis) -> None:
    await lived(redis)
    await (await held_sender(redis, 1)).deliver(ANA)
    assert await redis.exists(KEYS.resting(ANA))
    await forget(redis)
    assert await traces(redis, ANA) == []


async def test_a_sender_for_whom_a_message_to_them_waits_holds_nothing_up(redis: Redis) -> None:
    await lived(redis)
    stays = 1000  # seconds in which a sender of so slow a desk does not let the queue rest
    sending = asyncio.create_task((await held_sender(redis, stays)).deliver(ANA))
    async with asyncio.timeout(LEASE):
        while not await redis.exists(KEYS.sending(ANA)):  # noqa: ASYNC110 - the sender tells nobody
            await asyncio.sleep(0.01)
    assert +(await forget(redis, dry=True)).changed, "a dry run asks for no right to send"
    assert not sending.done()
    async with asyncio.timeout(LEASE / 2):
        await forget(redis)
        await sending
    assert await traces(redis, ANA) == []


async def test_whoever_goes_on_sending_to_them_is_named_as_the_reason_in_one_line(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived(redis)
    monkeypatch.setattr(forgetting, "WAITS", 0.2)
    async with redis.lock(KEYS.sending(ANA), timeout=60):
        with pytest.raises(SettingsError, match=r"^T0DESK: a message to them is being sent.* give the command again"):
            await forget_person(redis, Settings(), ANA, TEAM, dry=False)
    await forget(redis)
    assert await traces(redis, ANA) == []


async def test_whoever_else_changes_the_log_is_named_as_the_reason_in_one_line(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived(redis)
    copy = Redaction._copy

    async def overtaken(self: Redaction, entries: Sequence[audit.Entry]) -> None:
        await copy(self, entries)
        await redis.set(KEYS.redacting(), "another")

    with monkeypatch.context() as patched:
        patched.setattr(Redaction, "_copy", overtaken)
        with pytest.raises(SettingsError, match=r"^T0DESK: another process has begun .* give the command again"):
            await forget_person(redis, Settings(), ANA, TEAM, dry=False)
    await redis.delete(KEYS.redacting())
    await forget(redis)
    assert await traces(redis, ANA) == []


async def test_nobody_sends_to_them_while_many_messages_are_gone_through(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lived(redis)
    seconds, message = 0.4, Forgetting._message
    monkeypatch.setattr(forgetting, "SENDER_SECONDS", seconds)
    monkeypatch.setattr(forgetting, "PAGE", 2)
    held: list[bool] = []

    async def slowly(self: Forgetting, id: str) -> None:
        await message(self, id)
        await asyncio.sleep(seconds / 10)
        held.append(bool(await redis.exists(KEYS.sending(ANA))))

    monkeypatch.setattr(Forgetting, "_message", slowly)
    await forget(redis)
    assert len(held) > 20, "longer than the lease"
    assert all(held)
    assert not await redis.exists(KEYS.sending(ANA))


async def test_nobody_is_named_by_who_forgot_them(redis: Redis) -> None:
    await lived(redis)
    await forget(redis)
    *_, voucher, last = await audit.entries(redis, KEYS)
    assert (voucher["by"], voucher["what"], last["what"]) == ("operator", "redacted", "forgotten")
    assert "left-" not in voucher["details"] + last["details"]


async def test_people_at_work_meanwhile_notice_nothing_and_a_later_press_begins_anew(redis: Redis) -> None:
    store = await lived(redis)
    done = asyncio.Event()

    async def work() -> int:
        presses = 0
        while not done.is_set():
            await acted(store, [("s2-1", Take(), CARO), ("s1-1", Follow(), BEN)])
            presses += 1
            await asyncio.sleep(0.005)
        return presses

    working = asyncio.create_task(work())
    await forget(redis)
    done.set()
    assert await working > 0
    assert await traces(redis, ANA) == []
    await acted(store, [("s1-2", Take(), ANA)])
    assert (await store.task("s1-2")).assignee == ANA
    assert (await audit.verify(redis, KEYS)).finding is None


async def test_two_people_have_two_pseudonyms(redis: Redis) -> None:
    store = await lived(redis)
    await forget(redis, ANA)
    await forget(redis, BEN)
    verdict = (await store.task("s1-1")).verdict
    assert verdict is not None
    assert len({verdict.author, verdict.approvals[0].by}) == 2
    assert await traces(redis, ANA) + await traces(redis, BEN) == []
    assert (await audit.verify(redis, KEYS)).finding is None
    assert "checked by somebody who left" in str(claim_card(await store.task("s1-1"), RULES, Beside(NOW)))


FORGET = """
import asyncio, sys
import pytest
from desk.samples import ANA, RULES, TEAM
from bot.store.forgetting import Forgetting
from bot.store.redis_client import connect
async def main():
    async with connect(sys.argv[1]) as redis:
        print("begun", flush=True)
        await Forgetting(redis, TEAM, ANA, RULES).run()
asyncio.run(main())
"""


async def test_killed_at_any_moment_and_run_again_it_is_whole(redis: Redis, redis_url: str) -> None:
    chance = random.Random(7)
    killed = 0
    for _ in range(3):
        await redis.flushall()
        store = await lived(redis)
        environment = os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"}
        process = subprocess.Popen(  # noqa: ASYNC220 - its pipe is read in a thread
            [sys.executable, "-c", FORGET, redis_url], stdout=subprocess.PIPE, env=environment, cwd=ROOT
        )
        assert process.stdout is not None
        await asyncio.to_thread(process.stdout.readline)
        await asyncio.sleep(chance.uniform(0.0, 0.12))
        process.send_signal(signal.SIGKILL)
        process.stdout.close()
        process.wait()
        killed += bool(await redis.hlen(KEYS.forgetting()))  # type: ignore[misc]
        assert (await audit.verify(redis, KEYS)).finding is None
        for lease in (KEYS.sending(ANA), KEYS.redacting()):  # which run out by themselves
            await redis.delete(lease)
        async for aside in redis.scan_iter(match=KEYS.log_aside("*")):
            assert await redis.ttl(aside) > 0
            await redis.delete(aside)
        await forget(redis)
        assert await traces(redis, ANA) == []
        assert (await audit.verify(redis, KEYS)).finding is None
        pseudonyms = set(re.findall(r"left-[0-9a-f]{16}", str(await kept(redis))))
        assert len(pseudonyms) == 1
        assert (await store.task("s1-2")).state is TaskState.OPEN
    assert killed, "no kill came in between"
