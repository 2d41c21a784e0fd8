"""The sender against a local Slack and a real Redis: in order, at Slack's pace, each message once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from typing import Any
from unittest.mock import AsyncMock

import pytest
from aiohttp import web
from desk.samples import ANA, NOW, RULES, article, house_rules, submission, task
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.commands import Take
from bot.desk.messages import Wanted, home
from bot.desk.task import Submission
from bot.desk.transitions import Context, apply
from bot.sandbox import Channel, Person, Workspace
from bot.slack import sender as sending
from bot.slack.lookup import EVENT_TYPE
from bot.slack.permalinks import Permalinks
from bot.slack.render import Renderer
from bot.slack.sender import Sender
from bot.store.desk_store import DeskStore
from bot.store.outbox import Outbox
from bot.store.pace import Pace


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits of the sender's own making are short; Slack's are kept."""
    monkeypatch.setattr(sending, "LOOK_AGAIN", 0.01)
    monkeypatch.setattr(sending, "backoff", lambda attempts: 0.05)


@pytest.fixture
def ana(slack: Workspace) -> Person:
    return slack.add_user("ana")


@pytest.fixture
def desk(slack: Workspace, ana: Person) -> Channel:
    return slack.add_channel("desk", members=[ana])


@pytest.fixture
def outbox(redis: Redis, store: DeskStore) -> Outbox:
    return Outbox(redis, store.keys)


@pytest.fixture
def pace(redis: Redis, store: DeskStore) -> Pace:
    return Pace(redis, store.keys)


@pytest.fixture
def new_sender(store: DeskStore, redis: Redis, client: AsyncWebClient, cannot_post: AsyncMock) -> Callable[..., Sender]:
    """Senders as the workers have them."""

    def new(client: AsyncWebClient = client, post_every: float = 0) -> Sender:
        renderer = Renderer(store, house_rules, Permalinks(client, redis, store.keys))
        return Sender(client, redis, store.keys, renderer, post_every=post_every, cannot_post=cannot_post)

    return new


@pytest.fixture
def cannot_post() -> AsyncMock:
    """Hears of what met a closed door."""
    return AsyncMock()


@pytest.fixture
def sender(new_sender: Callable[..., Sender]) -> Sender:
    return new_sender()


def notice(id: str, queue: Channel | Person, thread: str = "", **fields: Any) -> Wanted:
    return Wanted(id, queue.id, fields.pop("shows", "notice"), thread=thread, body={"text": id, "blocks": []}, **fields)


@asynccontextmanager
async def delivering(sender: Sender, channel: Channel) -> AsyncIterator[asyncio.Task[None]]:
    """A delivery under way; it is broken off at the end if it still runs, as by a stop of the worker."""
    running = asyncio.create_task(sender.deliver(channel.id))
    try:
        yield running
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


def texts(slack: Workspace, channel: Channel, thread: str | None = None) -> list[str]:
    return [message.text for message in slack.messages(channel, thread)]


async def by_hand(client: AsyncWebClient, channel: Channel, id: str, thread: str | None = None) -> str:
    """Post what the sender would post, without its noting it."""
    answer = await client.chat_postMessage(
        channel=channel.id,
        text=id,
        thread_ts=thread,
        metadata={"event_type": EVENT_TYPE, "event_payload": {"id": id}},
    )
    return str(answer["ts"])


# Order


async def test_messages_arrive_in_the_order_in_which_they_were_wanted(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel, ana: Person
) -> None:
    parent = await ana.post(desk, "What do you make of this?")
    await store.want(*(notice(f"n{n}", desk, parent.ts if n % 2 else "") for n in range(8)))
    await sender.deliver(desk.id)
    assert texts(slack, desk)[1:] == ["n0", "n2", "n4", "n6"]
    assert texts(slack, desk, parent.ts)[1:] == ["n1", "n3", "n5", "n7"]
    sent = [call.args["text"] for call in slack.calls_of("chat.postMessage")]
    assert sent == [f"n{n}" for n in range(8)]


async def file(store: DeskStore, channel: Channel, count: int, **fields: Any) -> Submission:
    """An article with so many claims, asked for by a slash command: its summary starts the thread."""
    asked = submission(channel=channel.id, **{"thread_ts": None} | fields)
    await store.receive(asked)
    await store.file(
        asked.id, article(), [task(n, channel=channel.id, submission=asked.id) for n in range(1, count + 1)]
    )
    return asked


async def test_cards_wait_for_the_message_that_starts_their_thread(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel
) -> None:
    await file(store, desk, 3)
    slack.faults.add("chat.postMessage", "dropped", times=2)
    await sender.deliver(desk.id)
    (summary,) = slack.messages(desk)
    assert [card.text.partition(":")[0] for card in slack.thread(summary)] == ["Claim 1", "Claim 2", "Claim 3"]
    sent = [(call.ok, call.args["text"].partition(":")[0]) for call in slack.calls_of("chat.postMessage")]
    assert sent[:3] == [(False, sent[0][1]), (False, sent[0][1]), (True, sent[0][1])]  # the summary, until it stood


async def test_one_thread_that_has_to_wait_does_not_hold_up_another(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel, ana: Person, pace: Pace
) -> None:
    first, second = await ana.post(desk, "one"), await ana.post(desk, "two")
    await store.want(notice("a1", desk, first.ts), notice("a2", desk, first.ts), notice("b1", desk, second.ts))
    await pace.hold("message:a1", 0.3)
    await sender.deliver(desk.id)
    assert [call.args["text"] for call in slack.calls_of("chat.postMessage")] == ["b1", "a1", "a2"]


async def test_news_of_another_thread_go_before_the_next_claim_card(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel, ana: Person
) -> None:
    long, other = await ana.post(desk, "one"), await ana.post(desk, "two")
    await file(store, desk, 12, thread_ts=long.ts)
    await store.want(notice("a verdict", desk, other.ts), notice("a digest", desk), notice("another", desk, other.ts))
    await file(store, desk, 2, id="s2")
    await sender.deliver(desk.id)
    sent = [call.args["text"].partition(":")[0] for call in slack.calls_of("chat.postMessage")]
    assert [text.split()[0] for text in sent[:6]] == ["12", "a", "a", "another", "2", "Claim"]
    assert [text for text in sent if text.startswith("Claim")][:10] == [f"Claim {n}" for n in range(1, 11)]
    assert texts(slack, desk, other.ts)[1:] == ["a verdict", "another"]


async def test_within_a_thread_a_verdict_does_not_overtake_the_cards(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel, ana: Person
) -> None:
    parent = await ana.post(desk, "one")
    await file(store, desk, 2, thread_ts=parent.ts)
    await store.want(notice("a verdict", desk, parent.ts))
    await sender.deliver(desk.id)
    assert [text.partition(":")[0] for text in texts(slack, desk, parent.ts)[2:]] == ["Claim 1", "Claim 2", "a verdict"]


# Pace


async def test_what_only_one_person_sees_does_not_wait_for_the_pace_of_posts(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel, ana: Person, pace: Pace, outbox: Outbox
) -> None:
    await pace.hold(desk.id, 30)
    await pace.hold("chat.postMessage", 30)
    await store.want(notice("card", desk), notice("hint", desk, shows="ephemeral", user=ana.id))

    async def only_the_post_is_left() -> bool:
        return list(await outbox.waiting(desk.id)) == ["card"]

    async with delivering(sender, desk):
        await slack.wait_for(lambda: slack.ephemerals(ana, desk))
        await slack.wait_for(only_the_post_is_left)
    assert texts(slack, desk) == []


async def test_too_many_hints_hold_up_hints_alone(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel, ana: Person, pace: Pace
) -> None:
    await store.want(notice("old", desk))
    await sender.deliver(desk.id)
    slack.faults.add("chat.postEphemeral", "429", retry_after=0.5)
    changed = Wanted("old", desk.id, "notice", body={"text": "changed", "blocks": []})
    await store.want(notice("hint", desk, shows="ephemeral", user=ana.id), changed, notice("new", desk))
    await sender.deliver(desk.id)
    refused, shown = slack.calls_of("chat.postEphemeral")
    assert shown.at - refused.at >= 0.49
    assert slack.calls_of("chat.update")[-1].at < shown.at
    assert slack.calls_of("chat.postMessage")[-1].at < shown.at
    assert [hint.text for hint in slack.ephemerals(ana, desk)] == ["hint"]
    assert texts(slack, desk) == ["changed", "new"]


async def test_posts_of_a_channel_keep_their_distance(
    slack: Workspace, new_sender: Callable[..., Sender], store: DeskStore, desk: Channel
) -> None:
    await store.want(*(notice(f"n{n}", desk) for n in range(4)))
    await new_sender(post_every=0.15).deliver(desk.id)
    times = [call.at for call in slack.calls_of("chat.postMessage")]
    assert all(later - earlier >= 0.14 for earlier, later in pairwise(times))


async def test_too_many_requests_are_waited_out_as_told_and_other_channels_go_on(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel, ana: Person
) -> None:
    other = slack.add_channel("other", members=[ana])
    await store.want(*(notice(f"n{n}", desk) for n in range(3)), notice("elsewhere", other))
    slack.faults.add("chat.postMessage", "429", retry_after=0.7, channel=desk.id)
    await asyncio.gather(sender.deliver(desk.id), sender.deliver(other.id))
    refused, *posted = [call for call in slack.calls_of("chat.postMessage") if call.args["channel"] == desk.id]
    assert refused.status == 429
    assert [call.args["text"] for call in posted] == ["n0", "n1", "n2"]
    assert posted[0].at - refused.at >= 0.69
    (elsewhere,) = [call for call in slack.calls_of("chat.postMessage") if call.args["channel"] == other.id]
    assert elsewhere.at < posted[0].at
    assert not slack.calls_of("conversations.history")  # Slack said no, so there is nothing to look up


async def test_a_hold_outlives_the_sender_that_was_told(
    slack: Workspace, new_sender: Callable[..., Sender], store: DeskStore, desk: Channel
) -> None:
    await store.want(notice("n0", desk))
    slack.faults.add("chat.postMessage", "429", retry_after=0.5)
    async with delivering(new_sender(), desk):
        await slack.wait_for(lambda: slack.calls_of("chat.postMessage"))
        await asyncio.sleep(0.05)
    await new_sender().deliver(desk.id)
    refused, posted = slack.calls_of("chat.postMessage")
    assert posted.at - refused.at >= 0.49


async def test_edits_do_not_wait_behind_posts(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel, pace: Pace, outbox: Outbox
) -> None:
    await store.want(notice("old", desk))
    await sender.deliver(desk.id)
    await pace.hold(desk.id, 30)
    changed = Wanted("old", desk.id, "notice", body={"text": "changed", "blocks": []})
    await store.want(notice("new", desk), changed)

    async def only_the_post_is_left() -> bool:
        return list(await outbox.waiting(desk.id)) == ["new"]

    async with delivering(sender, desk):
        await slack.wait_for(lambda: texts(slack, desk) == ["changed"])
        await slack.wait_for(only_the_post_is_left)


async def test_posts_do_not_wait_behind_edits_that_slack_holds_up(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel
) -> None:
    await store.want(notice("old", desk))
    await sender.deliver(desk.id)
    slack.faults.add("chat.update", "429", retry_after=0.5)
    await store.want(Wanted("old", desk.id, "notice", body={"text": "changed", "blocks": []}), notice("new", desk))
    await sender.deliver(desk.id)
    refused, updated = slack.calls_of("chat.update")
    assert updated.at - refused.at >= 0.49
    assert slack.calls_of("chat.postMessage")[-1].at < updated.at
    assert texts(slack, desk) == ["changed", "new"]


# Once and only once


@pytest.mark.parametrize("kind", ["500", "dropped", "lost"])
@pytest.mark.parametrize("threaded", [True, False], ids=["thread", "channel"])
async def test_a_post_whose_answer_did_not_come_stands_there_once(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel, ana: Person, kind: Any, threaded: bool
) -> None:
    parent = await ana.post(desk, "What do you make of this?")
    thread = parent.ts if threaded else ""
    await store.want(notice("n0", desk, thread), notice("n1", desk, thread), notice("n2", desk, thread))
    slack.faults.add("chat.postMessage", kind, times=2)
    await sender.deliver(desk.id)
    found = texts(slack, desk, thread or None)[1:]
    assert (found if threaded else sorted(found)) == ["n0", "n1", "n2"]  # only a thread has an order to keep
    looked = slack.calls_of("conversations.replies" if threaded else "conversations.history")
    assert looked
    assert all(call.args.get("include_all_metadata") for call in looked)


@pytest.mark.parametrize("threaded", [True, False], ids=["thread", "channel"])
async def test_a_post_in_doubt_stays_in_doubt_while_slack_is_too_busy_to_look_it_up(
    slack: Workspace, sender: Sender, store: DeskStore, outbox: Outbox, desk: Channel, ana: Person, threaded: bool
) -> None:
    thread = (await ana.post(desk, "What do you make of this?")).ts if threaded else ""
    slack.faults.add("chat.postMessage", "lost")  # it stands there, but nobody told us
    looking = "conversations.replies" if threaded else "conversations.history"
    slack.faults.add(looking, "429", times=2, retry_after=0.1)
    slack.faults.add(looking, "error", error="internal_error")
    await store.want(notice("n0", desk, thread))
    await sender.deliver(desk.id)
    assert texts(slack, desk, thread or None)[-1:] == ["n0"]
    assert len(slack.calls_of("chat.postMessage")) == 1
    assert len(slack.calls_of(looking)) == 4
    message = await outbox.message("n0")
    assert message is not None
    assert message.tried == 0.0


async def test_a_post_that_is_answered_too_late_is_found(
    slack: Workspace, new_sender: Callable[..., Sender], store: DeskStore, desk: Channel
) -> None:
    impatient = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url, timeout=1, retry_handlers=[])
    slack.faults.add("chat.postMessage", "late", delay=1.3)
    await store.want(notice("n0", desk))
    await new_sender(impatient).deliver(desk.id)
    assert texts(slack, desk) == ["n0"]


@pytest.mark.parametrize("threaded", [True, False], ids=["thread", "channel"])
async def test_a_sender_killed_between_the_post_and_its_note_doubles_nothing(
    slack: Workspace,
    sender: Sender,
    store: DeskStore,
    outbox: Outbox,
    client: AsyncWebClient,
    desk: Channel,
    ana: Person,
    threaded: bool,
) -> None:
    thread = (await ana.post(desk, "What do you make of this?")).ts if threaded else ""
    await store.want(notice("n0", desk, thread))
    await outbox.trying("n0", time.time())
    ts = await by_hand(client, desk, "n0", thread or None)
    await sender.deliver(desk.id)
    assert len(slack.calls_of("chat.postMessage")) == 1  # by hand
    message = await outbox.message("n0")
    assert message is not None
    assert (message.ts, message.tried) == (ts, 0)
    await store.want(Wanted("n0", desk.id, "notice", thread=thread, body={"text": "changed", "blocks": []}))
    await sender.deliver(desk.id)
    assert texts(slack, desk, thread or None)[-1] == "changed"


async def test_a_sender_broken_off_in_the_middle_of_a_post_doubles_nothing(
    slack: Workspace, new_sender: Callable[..., Sender], store: DeskStore, desk: Channel
) -> None:
    await store.want(notice("n0", desk), notice("n1", desk))
    slack.faults.add("chat.postMessage", "late", delay=30)
    async with delivering(new_sender(), desk):
        await slack.wait_for(lambda: texts(slack, desk) == ["n0"])
    await new_sender().deliver(desk.id)
    assert texts(slack, desk) == ["n0", "n1"]


async def test_a_post_that_was_noted_but_never_made_is_made(
    slack: Workspace, sender: Sender, store: DeskStore, outbox: Outbox, desk: Channel
) -> None:
    await store.want(notice("n0", desk))
    await outbox.trying("n0", time.time())
    await sender.deliver(desk.id)
    assert texts(slack, desk) == ["n0"]


async def test_two_senders_at_one_queue_send_each_message_once(
    slack: Workspace, new_sender: Callable[..., Sender], store: DeskStore, desk: Channel
) -> None:
    await store.want(*(notice(f"n{n}", desk) for n in range(10)))
    senders = [new_sender(AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)) for _ in range(2)]
    await asyncio.gather(*(sender.deliver(desk.id) for sender in senders * 2))
    assert texts(slack, desk) == [f"n{n}" for n in range(10)]


async def test_a_queue_that_another_process_sends_is_left_alone(
    slack: Workspace, sender: Sender, store: DeskStore, redis: Redis, desk: Channel
) -> None:
    await store.want(notice("n0", desk))
    await redis.set(store.keys.sending(desk.id), "somebody else", px=60_000)
    await asyncio.wait_for(sender.deliver(desk.id), 1)
    assert texts(slack, desk) == []


async def test_a_killed_senders_queue_rests_only_for_its_lease(
    slack: Workspace,
    new_sender: Callable[..., Sender],
    store: DeskStore,
    redis: Redis,
    desk: Channel,
    pace: Pace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "LEASE", 1.2)
    monkeypatch.setattr(sending, "STAYS", 60.0)
    await store.want(notice("n0", desk))
    await pace.hold(desk.id, 30)
    async with delivering(new_sender(), desk) as running:
        await asyncio.sleep(1.5)  # longer than the lease: it is renewed
        assert 0 < await redis.pttl(store.keys.sending(desk.id)) <= 1200
        await redis.set(store.keys.sending(desk.id), "somebody else")
        await asyncio.wait_for(running, 5)  # whoever lost the lease stops
    assert await redis.get(store.keys.sending(desk.id)) == "somebody else"


async def test_what_is_wanted_while_it_is_posted_becomes_an_edit(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel
) -> None:
    await store.want(notice("n0", desk))
    slack.faults.add("chat.postMessage", "late", delay=0.3)
    async with delivering(sender, desk) as running:
        await slack.wait_for(lambda: texts(slack, desk) == ["n0"])
        await store.want(Wanted("n0", desk.id, "notice", body={"text": "changed", "blocks": []}))
        await running
    assert texts(slack, desk) == ["changed"]
    assert len(slack.calls_of("chat.postMessage")) == 1


# Edits


async def take(store: DeskStore, id: str = "s1-1", by: str = ANA) -> None:
    await store.change_task(id, lambda t, _: apply(t, Take(), Context(by, RULES, NOW)), by=by)


async def test_a_change_edits_the_card_and_the_summary_in_place_and_posts_nothing(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel
) -> None:
    await file(store, desk, 1)
    await sender.deliver(desk.id)
    (summary,) = slack.messages(desk)
    (card,) = slack.thread(summary)
    posts = len(slack.calls_of("chat.postMessage"))
    assert "nobody has it yet" in card.plain()
    await take(store)
    await sender.deliver(desk.id)
    assert slack.thread(summary) == [card]
    assert "Taken" in card.plain()
    assert len(slack.calls_of("chat.postMessage")) == posts
    assert [call.args["ts"] for call in slack.calls_of("chat.update")] == [card.ts, summary.ts]


async def test_many_changes_of_a_card_are_one_edit_to_the_latest_state(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel
) -> None:
    await store.want(notice("n0", desk))
    await sender.deliver(desk.id)
    for n in range(5):
        await store.want(Wanted("n0", desk.id, "notice", body={"text": f"state {n}", "blocks": []}))
    await sender.deliver(desk.id)
    assert texts(slack, desk) == ["state 4"]
    assert len(slack.calls_of("chat.update")) == 1


@pytest.mark.parametrize("kind", ["500", "dropped", "lost", "429"])
async def test_an_edit_that_failed_is_repeated_and_never_becomes_a_post(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel, kind: Any
) -> None:
    await store.want(notice("n0", desk))
    await sender.deliver(desk.id)
    slack.faults.add("chat.update", kind, times=2, retry_after=0.1)
    await store.want(Wanted("n0", desk.id, "notice", body={"text": "changed", "blocks": []}))
    await sender.deliver(desk.id)
    assert texts(slack, desk) == ["changed"]
    assert len(slack.calls_of("chat.postMessage")) == 1


async def test_a_card_that_somebody_deleted_is_posted_anew_at_the_next_change(
    slack: Workspace, sender: Sender, store: DeskStore, client: AsyncWebClient, desk: Channel
) -> None:
    await file(store, desk, 2)
    await sender.deliver(desk.id)
    (summary,) = slack.messages(desk)
    first, second = slack.thread(summary)
    await client.chat_delete(channel=desk.id, ts=first.ts)
    await take(store)
    await sender.deliver(desk.id)
    kept, anew = slack.thread(summary)
    assert kept == second
    assert "Taken" in anew.plain()
    await take(store, "s1-2")
    await sender.deliver(desk.id)
    assert len(slack.thread(summary)) == 2


# What Slack will never take


async def test_messages_to_an_archived_channel_are_kept_aside_with_the_reason_and_the_others_go_on(
    slack: Workspace, sender: Sender, store: DeskStore, outbox: Outbox, desk: Channel, ana: Person
) -> None:
    other = slack.add_channel("other", members=[ana])
    await store.want(notice("n0", desk), notice("n1", desk), notice("elsewhere", other))
    await slack.archive(desk, ana)
    await asyncio.gather(sender.deliver(desk.id), sender.deliver(other.id))
    assert texts(slack, other) == ["elsewhere"]
    assert [(dead["id"], dead["error"]) for dead in await outbox.buried()] == [
        ("n0", "is_archived"),
        ("n1", "is_archived"),
    ]
    assert await outbox.queues() == {}


async def test_every_message_of_a_thread_that_cannot_start_is_kept_with_the_same_reason(
    slack: Workspace, sender: Sender, store: DeskStore, outbox: Outbox, desk: Channel, ana: Person
) -> None:
    await file(store, desk, 1)
    await slack.archive(desk, ana)
    await sender.deliver(desk.id)
    assert {dead["error"] for dead in await outbox.buried()} == {"is_archived"}


@pytest.mark.parametrize(("private", "error"), [(True, "channel_not_found"), (False, "not_in_channel")])
async def test_a_door_that_is_closed_to_the_desk_is_told_of(
    slack: Workspace,
    sender: Sender,
    store: DeskStore,
    outbox: Outbox,
    ana: Person,
    cannot_post: AsyncMock,
    private: bool,
    error: str,
) -> None:
    channel = slack.add_channel("elsewhere", members=[ana], private=private)
    await slack.remove_bot(channel)
    wanted = notice("n0", channel, user=ana.id)
    await store.want(wanted)
    await sender.deliver(channel.id)
    assert [dead["error"] for dead in await outbox.buried()] == [error]
    cannot_post.assert_awaited_once_with(wanted)


async def test_other_reasons_to_refuse_a_message_are_no_closed_door(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel, ana: Person, cannot_post: AsyncMock
) -> None:
    await store.want(notice("n0", desk, user=ana.id))
    await slack.archive(desk, ana)
    await sender.deliver(desk.id)
    cannot_post.assert_not_awaited()


async def test_blocks_that_slack_refuses_are_kept_aside_and_the_next_message_is_sent(
    slack: Workspace, sender: Sender, store: DeskStore, outbox: Outbox, desk: Channel
) -> None:
    broken = Wanted("broken", desk.id, "notice", body={"text": "x", "blocks": [{"type": "no such block"}]})
    await store.want(broken, notice("n1", desk))
    await sender.deliver(desk.id)
    assert texts(slack, desk) == ["n1"]
    assert [(dead["id"], dead["error"]) for dead in await outbox.buried()] == [("broken", "invalid_blocks")]


async def test_a_card_whose_claim_is_gone_is_kept_aside_and_the_next_message_is_sent(
    slack: Workspace, sender: Sender, store: DeskStore, outbox: Outbox, desk: Channel
) -> None:
    await store.want(Wanted("card:nowhere", desk.id, "card", about="nowhere"), notice("n1", desk))
    await sender.deliver(desk.id)
    assert texts(slack, desk) == ["n1"]
    assert [(dead["id"], dead["error"]) for dead in await outbox.buried()] == [("card:nowhere", "record_gone")]


@pytest.mark.parametrize("about", ["s1-1 7 s1-1", "s1-1"])
async def test_a_verdict_that_is_gone_is_kept_aside_and_the_next_message_is_sent(
    slack: Workspace, sender: Sender, store: DeskStore, outbox: Outbox, desk: Channel, about: str
) -> None:
    await file(store, desk, 1)
    await store.want(Wanted("published:s1-1:7", desk.id, "published", about=about), notice("n1", desk))
    with suppress(RuntimeError, ValueError):
        await sender.deliver(desk.id)
    assert texts(slack, desk)[-1] == "n1"
    assert [dead["error"] for dead in await outbox.buried()] == ["record_gone"]


async def test_a_message_that_fails_again_and_again_is_kept_aside_in_the_end(
    slack: Workspace, sender: Sender, store: DeskStore, outbox: Outbox, desk: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "backoff", lambda attempts: 0.0)
    slack.faults.add("chat.postMessage", "500", times=sending.MOST_ATTEMPTS)
    await store.want(notice("n0", desk), notice("n1", desk))
    await sender.deliver(desk.id)
    assert [(dead["id"], dead["error"]) for dead in await outbox.buried()] == [("n0", "http_500")]
    assert texts(slack, desk) == ["n1"]


@pytest.mark.parametrize("error", ["invalid_auth", "token_revoked", "account_inactive"])
async def test_while_slack_refuses_the_token_nobody_stays_with_its_messages_and_none_is_dropped(
    slack: Workspace,
    sender: Sender,
    store: DeskStore,
    outbox: Outbox,
    desk: Channel,
    error: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(sending, "backoff", lambda attempts: 0.3)
    slack.faults.add("*", "error", times=None, error=error)
    other = slack.add_channel("other")
    await store.want(notice("n0", desk), notice("n1", other))
    began = time.monotonic()
    await sender.deliver(desk.id)
    for _ in range(20):  # as the clock asks for it, in any queue
        await sender.deliver(other.id)
    assert time.monotonic() - began < 0.3, "a job waited for a workspace that takes nothing"
    assert len(slack.calls) == len(caplog.records) == 1
    assert "T0DESK" in caplog.text
    slack.faults.clear()
    await asyncio.sleep(0.4)
    await sender.deliver(desk.id)
    await sender.deliver(other.id)
    assert (texts(slack, desk), texts(slack, other)) == (["n0"], ["n1"])
    assert await outbox.buried() == []


async def test_without_a_token_nothing_is_sent_and_everything_waits(
    slack: Workspace, new_sender: Callable[..., Sender], store: DeskStore, outbox: Outbox, desk: Channel
) -> None:
    client = AsyncWebClient(token="", base_url=slack.api_url, retry_handlers=[])
    await store.want(notice("n0", desk))
    await new_sender(client).deliver(desk.id)
    assert (slack.calls, list(await outbox.waiting(desk.id))) == ([], ["n0"])
    client.token = slack.bot_token
    await new_sender(client).deliver(desk.id)
    assert texts(slack, desk) == ["n0"]


async def test_while_the_app_lacks_a_scope_everything_waits_and_nothing_is_dropped(
    slack: Workspace, sender: Sender, store: DeskStore, outbox: Outbox, desk: Channel
) -> None:
    refusal = slack.faults.add("*", "error", times=None, error="missing_scope")
    await file(store, desk, 2)
    async with delivering(sender, desk) as running:
        await slack.wait_for(lambda: refusal.hits >= 3)
        assert list(await outbox.waiting(desk.id)) == ["summary:s1", "card:s1-1", "card:s1-2"]
        slack.faults.clear()
        await running
    (summary,) = slack.messages(desk)
    assert [card.text[:7] for card in slack.thread(summary)] == ["Claim 1", "Claim 2"]
    assert await outbox.buried() == []


async def test_a_sender_leaves_a_queue_that_has_to_wait_for_long_and_what_is_new_there_goes_at_once(
    slack: Workspace,
    sender: Sender,
    store: DeskStore,
    outbox: Outbox,
    desk: Channel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "STAYS", 0.2)
    monkeypatch.setattr(sending, "backoff", lambda attempts: 2.0)
    await store.want(notice("old", desk))
    await sender.deliver(desk.id)
    slack.faults.add("chat.postMessage", "error", error="missing_scope")
    await store.want(notice("n0", desk))
    (turn,) = (await outbox.due()).values()
    began = time.monotonic()
    await sender.deliver(desk.id)
    assert time.monotonic() - began < 1, "a job waited for what Slack does not take"
    assert await outbox.due() == {}, "and none is asked for meanwhile"
    assert list(await outbox.queues()) == [desk.id]

    changed = Wanted("old", desk.id, "notice", body={"text": "changed", "blocks": []})
    for number, new in enumerate((notice("n1", desk), changed), 1):
        await store.want(new)
        assert await outbox.due() == {desk.id: turn + number}, "a job of its own"
        await sender.deliver(desk.id)
    assert texts(slack, desk) == ["changed", "n1"]
    assert time.monotonic() - began < 1.5
    assert await outbox.due() == {}
    await asyncio.sleep(began + 2.2 - time.monotonic())
    assert list(await outbox.due()) == [desk.id]
    await sender.deliver(desk.id)
    assert texts(slack, desk) == ["changed", "n1", "n0"]
    assert await outbox.queues() == {}


async def test_what_one_person_is_told_waits_for_long_and_what_another_is_told_does_not(
    slack: Workspace, sender: Sender, store: DeskStore, outbox: Outbox, ana: Person
) -> None:
    """However many people there are to whom nothing can be said: their queues take up no sender."""
    people = [slack.add_user(f"person{number}") for number in range(5)]
    slack.faults.add("conversations.open", "error", times=5, error="missing_scope")
    await store.want(*(notice(f"to:{person.id}", person) for person in people))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sending, "backoff", lambda attempts: 30.0)
        await asyncio.wait_for(asyncio.gather(*(sender.deliver(person.id) for person in people)), 5)
    await store.want(notice("hello", ana))
    assert list(await outbox.due()) == [ana.id]
    await sender.deliver(ana.id)
    assert [message.text for message in slack.dms(ana)] == ["hello"]
    assert len(await outbox.queues()) == 5


async def test_after_a_long_outage_one_server_error_is_not_the_end_of_a_message(
    slack: Workspace, sender: Sender, store: DeskStore, outbox: Outbox, desk: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "backoff", lambda attempts: 0.0)
    slack.faults.add("chat.postMessage", "error", times=sending.MOST_ATTEMPTS, error="token_revoked")
    slack.faults.add("chat.postMessage", "500")
    await store.want(notice("n0", desk))
    await sender.deliver(desk.id)
    assert await outbox.buried() == []
    assert texts(slack, desk) == ["n0"]


@pytest.mark.parametrize("error", ["internal_error", "fatal_error"])
async def test_a_post_that_slack_may_have_made_in_spite_of_an_error_is_looked_for(
    slack: Workspace,
    sender: Sender,
    store: DeskStore,
    client: AsyncWebClient,
    desk: Channel,
    error: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "backoff", lambda attempts: 0.4)
    slack.faults.add("chat.postMessage", "error", error=error)
    await store.want(notice("n0", desk))
    async with delivering(sender, desk) as running:
        await slack.wait_for(lambda: slack.calls_of("chat.postMessage"))
        await by_hand(client, desk, "n0")
        await running
    assert texts(slack, desk) == ["n0"]


async def test_retry_after_counts_however_it_is_spelled(
    new_sender: Callable[..., Sender], store: DeskStore, pace: Pace, desk: Channel
) -> None:
    told = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        told.set()
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"retry-after": "30"})

    site = web.Application()
    site.router.add_post("/api/chat.postMessage", answer)
    runner = web.AppRunner(site, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        await store.want(notice("n0", desk))
        client = AsyncWebClient(token="xoxb-x", base_url=f"http://{host}:{port}/api/", retry_handlers=[])
        async with delivering(new_sender(client), desk):
            await asyncio.wait_for(told.wait(), 3)
            for _ in range(300):
                if await pace.wait(desk.id) > 1:
                    break
                await asyncio.sleep(0.01)
            assert await pace.wait(desk.id) > 20
    finally:
        await runner.cleanup()


# Who sees it


async def test_an_ephemeral_message_is_seen_by_one_person_once(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel, ana: Person
) -> None:
    ben = slack.add_user("ben")
    await ben.join(desk)
    parent = await ana.post(desk, "What do you make of this?")
    await store.want(notice("n0", desk, parent.ts, shows="ephemeral", user=ana.id))
    await sender.deliver(desk.id)
    await sender.deliver(desk.id)
    (shown,) = slack.ephemerals(ana, desk)
    assert (shown.text, shown.thread_ts) == ("n0", parent.ts)
    assert slack.ephemerals(ben) == []
    assert texts(slack, desk) == [parent.text]


async def test_an_ephemeral_message_to_somebody_who_left_is_kept_aside(
    slack: Workspace, sender: Sender, store: DeskStore, outbox: Outbox, desk: Channel
) -> None:
    ben = slack.add_user("ben")
    await store.want(notice("n0", desk, shows="ephemeral", user=ben.id), notice("n1", desk))
    await sender.deliver(desk.id)
    assert [dead["error"] for dead in await outbox.buried()] == ["user_not_in_channel"]
    assert texts(slack, desk) == ["n1"]


async def test_a_direct_message_opens_the_conversation_once(
    slack: Workspace, new_sender: Callable[..., Sender], store: DeskStore, ana: Person
) -> None:
    await store.want(notice("n0", ana), notice("n1", ana))
    await new_sender().deliver(ana.id)
    await store.want(notice("n2", ana), Wanted("n0", ana.id, "notice", body={"text": "changed", "blocks": []}))
    await new_sender().deliver(ana.id)
    assert [message.text for message in slack.dms(ana)] == ["changed", "n1", "n2"]
    assert len(slack.calls_of("conversations.open")) == 1


async def test_a_lost_direct_message_is_found_and_not_doubled(
    slack: Workspace, sender: Sender, store: DeskStore, ana: Person
) -> None:
    slack.faults.add("chat.postMessage", "lost")
    slack.faults.add("conversations.open", "dropped")
    await store.want(notice("n0", ana))
    await sender.deliver(ana.id)
    assert [message.text for message in slack.dms(ana)] == ["n0"]


async def test_links_in_our_messages_unfurl_nothing(
    slack: Workspace, sender: Sender, store: DeskStore, desk: Channel
) -> None:
    await store.want(notice("n0", desk))
    await sender.deliver(desk.id)
    (call,) = slack.calls_of("chat.postMessage")
    assert str(call.args["unfurl_links"]).lower() in ("false", "0")
    assert str(call.args["unfurl_media"]).lower() in ("false", "0")


async def test_a_record_that_cannot_be_read_does_not_stop_its_channel(
    slack: Workspace,
    sender: Sender,
    store: DeskStore,
    outbox: Outbox,
    redis: Redis,
    desk: Channel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sending, "backoff", lambda attempts: 0.0)
    await redis.set(store.keys.task("s9-1"), "{}")
    await store.want(Wanted("card:s9-1", desk.id, "card", about="s9-1"), notice("n1", desk))
    await sender.deliver(desk.id)
    assert texts(slack, desk) == ["n1"]
    assert [(dead["id"], dead["error"]) for dead in await outbox.buried()] == [("card:s9-1", "ValidationError")]


# Homes


@pytest.fixture
def homes(store: DeskStore, redis: Redis, client: AsyncWebClient, cannot_post: AsyncMock) -> Sender:
    """A sender whose Homes say how often they were rendered."""
    rendered: list[str] = []

    async def home(wanted: Wanted) -> tuple[str, list[dict[str, Any]]]:
        rendered.append(wanted.user)
        return "", [{"type": "section", "text": {"type": "mrkdwn", "text": f"Home, seen {len(rendered)} times"}}]

    renderer = Renderer(store, house_rules, Permalinks(client, redis, store.keys), {"home": home})
    return Sender(client, redis, store.keys, renderer, post_every=0, cannot_post=cannot_post)


async def test_a_home_is_published_and_not_posted_and_published_again_when_it_changes(
    slack: Workspace, store: DeskStore, homes: Sender, ana: Person
) -> None:
    for times in (1, 2):
        await store.want(home(ana.id), home(ana.id))
        await homes.deliver(ana.id)
        assert ana.home is not None
        assert ana.home.plain() == f"Home, seen {times} times"  # two wants became one publication
    assert slack.dms(ana) == []
    assert slack.calls_of("chat.postMessage") == slack.calls_of("chat.update") == []
    assert len(slack.calls_of("views.publish")) == 2


async def test_a_home_waits_for_no_post_and_no_post_for_a_home(
    slack: Workspace, store: DeskStore, homes: Sender, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.sender.LOOK_AGAIN", 0.01)
    slack.faults.add("views.publish", "429", times=1, retry_after=0.3)
    await store.want(home(ana.id), notice("first", ana))
    await homes.deliver(ana.id)
    posted, (refused, published) = slack.calls_of("chat.postMessage"), slack.calls_of("views.publish")
    assert refused.at < posted[0].at < published.at
    assert ana.home is not None
