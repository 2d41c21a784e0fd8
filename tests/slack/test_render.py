"""Wanted messages become what the records say at the moment of sending."""

from __future__ import annotations

import pytest
from desk.samples import ANA, BEN, CARO, CHANNEL, DAN, NOW, RULES, article, propose, submission, task
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk import messages
from bot.desk.commands import Command, Dismiss, HandOver, Object, Reopen, SignOff, Take
from bot.desk.messages import Wanted
from bot.desk.task import Submission
from bot.desk.transitions import Context, apply
from bot.sandbox import Workspace
from bot.sandbox.plain import plain_blocks
from bot.sandbox.validation import message_problems
from bot.slack.blocks import FALLBACK
from bot.slack.permalinks import Permalinks
from bot.slack.render import Renderer
from bot.store.desk_store import DeskStore, Missing
from bot.store.outbox import Outbox


@pytest.fixture
def renderer(store: DeskStore, redis: Redis, client: AsyncWebClient) -> Renderer:
    return Renderer(store, RULES, Permalinks(client, redis, store.keys))


async def file(store: DeskStore, count: int = 1) -> Submission:
    await store.receive(submission())
    await store.file("s1", article(), [task(n) for n in range(1, count + 1)])
    return await store.submission("s1")


async def act(store: DeskStore, *steps: tuple[Command, str]) -> list[Wanted]:
    """Do these steps; the messages that the last one makes the desk want."""
    wanted: list[Wanted] = []
    for command, by in steps:
        context = Context(by, RULES, NOW)
        step = await store.change_task("s1-1", lambda t, c=command, x=context: apply(t, c, x), by=by)
        wanted = list(messages.after(await store.submission("s1"), step))
    return wanted


async def shown(renderer: Renderer, wanted: Wanted) -> str:
    rendered = await renderer.render(wanted)
    assert message_problems(rendered.blocks) == []
    assert rendered.text
    return plain_blocks(rendered.blocks)


async def test_the_summary_follows_the_reading(store: DeskStore, renderer: Renderer) -> None:
    await store.receive(submission())
    wanted = messages.summary(submission())
    assert "Reading this for" in await shown(renderer, wanted)
    await store.file("s1", article(), [task()])
    assert "1 claim to check" in (await shown(renderer, wanted)).replace("*", "")


async def test_the_summary_says_why_nothing_could_be_read(store: DeskStore, renderer: Renderer) -> None:
    await store.receive(submission())
    await store.fail("s1", "x.org wants a login.", reason="login")
    assert "x.org wants a login." in await shown(renderer, messages.summary(submission()))


async def test_a_card_shows_the_claim_as_it_stands_when_it_is_sent(store: DeskStore, renderer: Renderer) -> None:
    filed = await file(store)
    card = messages.page(filed, [task()], 0)[0]
    assert "nobody has it yet" in await shown(renderer, card)
    await act(store, (HandOver(BEN), ANA))
    assert "Taken" in await shown(renderer, card)


async def test_show_more_has_its_button_until_it_is_pressed(store: DeskStore, renderer: Renderer) -> None:
    filed = await file(store, 23)
    tasks = await store.tasks_of("s1")
    first = messages.page(filed, tasks, 0)[-1]
    rendered = await renderer.render(first)
    assert rendered.text == "10 of 23 claims shown"
    assert "Show more (13 left)" in await shown(renderer, first)
    await store.show_more("s1", shown=10)
    assert "10 of 23 claims stand above, more follow below." in await shown(renderer, first)
    assert "Show more" not in await shown(renderer, first)
    second = messages.page(await store.submission("s1"), tasks, 10)[-1]
    assert "Show more (3 left)" in await shown(renderer, second)
    await store.show_more("s1", shown=20)
    assert "20 of 23 claims stand above, more follow below." in await shown(renderer, second)


async def test_whoever_lost_a_claim_is_told_what_became_of_it(store: DeskStore, renderer: Renderer) -> None:
    await file(store)
    (lost,) = [w for w in await act(store, (Take(), ANA), (HandOver(BEN), CARO)) if w.shows == "lost"]
    assert lost.queue == ANA
    assert "A claim you had was handed to" in await shown(renderer, lost)
    (lost,) = [w for w in await act(store, (Dismiss("an opinion"), CARO)) if w.shows == "lost"]
    assert lost.queue == BEN
    assert "was set aside by" in await shown(renderer, lost)
    assert "an opinion" in await shown(renderer, lost)


async def test_nobody_is_told_that_a_claim_they_have_again_was_handed_to_themselves(
    store: DeskStore, renderer: Renderer
) -> None:
    await file(store)
    (lost,) = [w for w in await act(store, (Take(), ANA), (Dismiss("an opinion"), BEN)) if w.shows == "lost"]
    await act(store, (Reopen(), CARO))  # before the message went out
    rendered = await renderer.render(lost)
    assert f"<@{ANA}>" not in rendered.text


async def test_what_was_told_of_a_verdict_stays_told_of_that_version(store: DeskStore, renderer: Renderer) -> None:
    await file(store)
    objected = await act(store, (propose("true"), ANA), (Object(1, "Too old"), BEN))
    published = await act(store, (propose("false"), ANA), (SignOff(2), BEN))
    by_kind = {w.shows: await shown(renderer, w) for w in (*objected, *published)}
    assert "Too old" in by_kind["objected"]  # although there is a second version by now
    assert "False" in by_kind["published"]
    assert "Verdict on claim 1" in by_kind["published"]
    assert "A verdict on something you asked about" in by_kind["told"]


async def test_a_direct_message_leads_to_the_card(
    store: DeskStore, renderer: Renderer, redis: Redis, slack: Workspace, client: AsyncWebClient
) -> None:
    channel = slack.add_channel("desk")
    await file(store)
    (handed,) = [w for w in await act(store, (HandOver(BEN), ANA)) if w.shows == "handed"]
    assert "see the thread" not in await shown(renderer, handed)  # not posted yet
    ts = (await client.chat_postMessage(channel=channel.id, text="card"))["ts"]
    await Outbox(redis, store.keys).done(CHANNEL, "card:s1-1", 3, channel=channel.id, ts=ts)
    assert handed.queue == BEN
    assert "see the thread" in await shown(renderer, handed)


async def test_a_fixed_message_is_sent_as_it_was_written(renderer: Renderer) -> None:
    block = {"type": "divider"}
    for shows in ("notice", "ephemeral"):
        rendered = await renderer.render(Wanted("n", CHANNEL, shows, body={"text": "x", "blocks": [block]}))  # type: ignore[arg-type]
        assert (rendered.text, rendered.blocks) == ("x", [block])


async def test_the_text_for_notifications_can_always_be_edited(renderer: Renderer) -> None:
    rendered = await renderer.render(Wanted("n", CHANNEL, "notice", body={"text": "x" * 9000}))
    assert len(rendered.text) == FALLBACK < 4000


@pytest.mark.parametrize("shows", ["summary", "card", "more", "published", "told", "handed", "lost", "objected"])
async def test_a_record_that_is_gone_is_missing(renderer: Renderer, shows: str) -> None:
    with pytest.raises(Missing):
        await renderer.render(Wanted("x", DAN, shows, about="nowhere 1"))  # type: ignore[arg-type]
