"""Wanted messages become what the records say at the moment of sending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import get_args

import pytest
from desk.samples import ANA, BEN, CARO, CHANNEL, DAN, NOW, PAGE, RULES, article, claim, propose, submission, task
from desk.states import TWO_SIGN
from redis.asyncio import Redis
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk import messages
from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    HandOver,
    NeverMind,
    Object,
    PutBack,
    Recheck,
    Reopen,
    Reply,
    SetDue,
    SignOff,
    Take,
)
from bot.desk.messages import Place, Shows, Wanted
from bot.desk.rules import HouseRules
from bot.desk.task import DismissalKind, Evidence, Submission, TaskState
from bot.desk.transitions import Context, Step, apply
from bot.sandbox import Workspace
from bot.sandbox.plain import plain_blocks
from bot.sandbox.validation import message_problems
from bot.slack.blocks import FALLBACK, Block, section
from bot.slack.permalinks import Permalinks
from bot.slack.render import Renderer
from bot.store.desk_store import DeskStore
from bot.store.outbox import Outbox
from bot.store.records import Missing


class House:
    """House rules that can be changed while the desk runs."""

    rules = RULES

    async def __call__(self) -> HouseRules:
        return self.rules


@pytest.fixture
def house() -> House:
    return House()


async def reminder(wanted: Wanted) -> tuple[str, list[Block]]:
    return wanted.about, [section(f"Reminder {wanted.about}")]


@pytest.fixture
def renderer(store: DeskStore, redis: Redis, client: AsyncWebClient, house: House) -> Renderer:
    links = Permalinks(client, redis, store.keys)
    return Renderer(store, house, links, {"reminder": reminder}, now=lambda: NOW + timedelta(hours=3))


async def file(store: DeskStore, count: int = 1, id: str = "s1") -> Submission:
    await store.receive(submission(id))
    await store.file(id, article(), [task(n, submission=id) for n in range(1, count + 1)])
    return await store.submission(id)


async def act(
    store: DeskStore, *steps: tuple[Command, str], id: str = "s1-1", duplicates: Sequence[Place] = ()
) -> list[Wanted]:
    """Do these steps; the messages that the last one makes the desk want."""
    wanted: list[Wanted] = []
    for command, by in steps:
        context = Context(by, RULES, NOW)
        of = command.of if isinstance(command, Dismiss) else None

        def change(task: object, around: object, c: Command = command, x: Context = context) -> Step:
            return apply(task, c, x)  # type: ignore[arg-type]

        step = await store.change_task(id, change, by=by, original=of)
        place = Place(await store.submission(step.task.submission), step.task)
        original = await store.task(of) if of else None
        wanted = list(messages.after(place, step, duplicates, original))
    return wanted


async def shown(renderer: Renderer, wanted: Wanted) -> str:
    rendered = await renderer.render(wanted)
    assert message_problems(rendered.blocks) == []
    assert rendered.text
    return plain_blocks(rendered.blocks)


# Articles


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


@pytest.mark.parametrize(
    ("command", "counted"),
    [
        (Take(), "🔵 1 taken"),
        (Ask("Which harbour?"), "❓ 1 waiting for an answer"),
        (propose(), "🟣 1 waiting for sign-off"),
        (Dismiss("an opinion"), "🚫 1 set aside"),
    ],
)
async def test_the_summary_counts_claims_where_they_stand_after_every_step(
    store: DeskStore, renderer: Renderer, command: Command, counted: str
) -> None:
    await file(store, 2)
    (summary,) = [w for w in await act(store, (command, ANA)) if w.shows == "summary"]
    assert counted in await shown(renderer, summary)


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


# Cards


async def test_a_card_shows_the_claim_as_it_stands_when_it_is_sent(store: DeskStore, renderer: Renderer) -> None:
    filed = await file(store)
    card = messages.page(filed, [task()], 0)[0]
    assert "nobody has it yet" in await shown(renderer, card)
    await act(store, (HandOver(BEN), ANA))
    assert "Taken" in await shown(renderer, card)


async def test_a_card_follows_house_rules_that_were_changed_and_the_time(
    store: DeskStore, renderer: Renderer, house: House
) -> None:
    await file(store)
    card = next(iter(await act(store, (propose(), ANA), (SetDue(NOW + timedelta(hours=1)), ANA))))
    assert "0 of 1" in await shown(renderer, card)
    assert "⏰ *overdue* since" in await shown(renderer, card)
    house.rules = TWO_SIGN
    assert "0 of 2" in await shown(renderer, card)


async def test_the_page_under_review_does_not_count_as_a_source_of_its_own(
    store: DeskStore, renderer: Renderer
) -> None:
    await file(store)
    sources = (
        Evidence(url=PAGE, note="the page itself"),
        *(Evidence(url=f"https://{n}.example/", note="x") for n in ("a", "b")),
    )
    card = next(iter(await act(store, (propose(evidence=sources), ANA))))
    assert "2 independent sources of 3" in await shown(renderer, card)


async def test_the_card_of_a_duplicate_shows_the_verdict_of_its_original(
    store: DeskStore, renderer: Renderer, redis: Redis, slack: Workspace, client: AsyncWebClient
) -> None:
    await file(store)
    await file(store, id="s2")
    card, *_ = await act(store, (Dismiss("", DismissalKind.DUPLICATE, "s1-1"), CARO), id="s2-1")
    assert card.id == "card:s2-1"
    assert "It has no verdict yet." in await shown(renderer, card)
    await act(store, (propose("false"), ANA), (SignOff(1), BEN))
    assert "✅ 🔴 *False* — There are 41 ferries" in await shown(renderer, card)
    await posted(redis, store, slack, client)
    assert "The same claim as* (its card)" in await shown(renderer, card)


async def test_a_duplicate_of_a_duplicate_shows_the_verdict_of_the_claim_that_is_none(
    store: DeskStore, renderer: Renderer
) -> None:
    for id in ("s1", "s2", "s3"):
        await file(store, id=id)
    card, *_ = await act(store, (Dismiss("", DismissalKind.DUPLICATE, "s2-1"), CARO), id="s3-1")
    await act(store, (Dismiss("", DismissalKind.DUPLICATE, "s1-1"), CARO), id="s2-1")
    assert "It has no verdict yet." in await shown(renderer, card)
    await act(store, (propose("false"), ANA), (SignOff(1), BEN))
    assert "✅ 🔴 *False* — There are 41 ferries" in await shown(renderer, card)


async def posted(redis: Redis, store: DeskStore, slack: Workspace, client: AsyncWebClient) -> None:
    """Have the card of the first claim stand in Slack, so that there is a link to it."""
    channel = slack.add_channel("desk")
    ts = (await client.chat_postMessage(channel=channel.id, text="card"))["ts"]
    await Outbox(redis, store.keys).done(CHANNEL, "card:s1-1", 3, channel=channel.id, ts=ts)


# Questions


async def test_a_question_shows_its_answer_or_that_it_was_dropped(store: DeskStore, renderer: Renderer) -> None:
    await file(store)
    (asked,) = [w for w in await act(store, (Ask("Which harbour?", DAN), ANA)) if w.shows == "question"]
    assert "asks you: Which harbour?" in await shown(renderer, asked)
    assert "[Answer…]" in await shown(renderer, asked)
    again = await act(store, (Reply("Linden."), DAN))
    assert asked in again
    assert "answered: Linden." in await shown(renderer, asked)
    (told,) = [w for w in again if w.shows == "answered"]
    assert told.queue == ANA
    assert "Your question on a claim was answered" in await shown(renderer, told)
    dropped = await act(store, (Ask("When?"), ANA), (NeverMind(), ANA))
    (second,) = [w for w in dropped if w.shows == "question"]
    assert "The question was dropped" in await shown(renderer, second)


async def test_a_question_on_a_claim_that_is_set_aside_has_no_button_until_it_is_reopened(
    store: DeskStore, renderer: Renderer
) -> None:
    await file(store)
    aside = await act(store, (Ask("Which harbour?"), ANA), (Dismiss("an opinion"), BEN))
    (question,) = [w for w in aside if w.shows == "question"]
    assert "[Answer…]" not in await shown(renderer, question)
    assert question in await act(store, (Reopen(), BEN))
    assert "[Answer…]" in await shown(renderer, question)


# Verdicts


async def test_what_was_told_of_a_verdict_stays_told_of_that_version(store: DeskStore, renderer: Renderer) -> None:
    await file(store)
    objected = await act(store, (propose("true"), ANA), (Object(1, "Too old"), BEN))
    published = await act(store, (propose("false"), ANA), (SignOff(2), BEN))
    by_kind = {w.shows: await shown(renderer, w) for w in (*objected, *published)}
    assert "Too old" in by_kind["objected"]  # although there is a second version by now
    assert "False" in by_kind["published"]
    assert "Verdict on claim 1" in by_kind["published"]
    assert "A verdict on something you asked about" in by_kind["told"]


async def test_a_correction_is_told_with_what_was_said_before(store: DeskStore, renderer: Renderer) -> None:
    await file(store)
    first = await act(store, (propose("false"), ANA), (SignOff(1), BEN))
    second = await act(store, (propose("true", correction="Newer figures"), CARO), (SignOff(2), BEN))
    for wanted in second:
        if wanted.shows in ("published", "told"):
            told = await shown(renderer, wanted)
            assert "*Before:* 🔴 *False*" in told
            assert "*Now:*\n🟢 *True*" in told
            assert "*Why:* Newer figures" in told
    (old,) = [w for w in first if w.shows == "published"]
    assert "*Verdict on claim 1:*" in await shown(renderer, old)  # what stood there is not rewritten
    assert "🔴 *False*" in await shown(renderer, old)


async def test_a_recheck_tells_what_stands_and_then_that_it_still_does(store: DeskStore, renderer: Renderer) -> None:
    await file(store)
    recheck = await act(store, (propose("false"), ANA), (SignOff(1), BEN), (Recheck(), CARO))
    (due,) = [w for w in recheck if w.shows == "recheck"]
    assert "Claim 1 is due for another look" in await shown(renderer, due)
    assert "What stands until then: 🔴 *False*" in await shown(renderer, due)
    confirmed = await act(store, (propose("false", correction="Nothing new"), CARO), (SignOff(2), BEN))
    (told,) = [w for w in confirmed if w.shows == "published"]
    assert "*Still:*\n🔴 *False*" in await shown(renderer, told)


async def test_in_the_thread_of_a_duplicate_the_verdict_is_told_on_its_claim(
    store: DeskStore, renderer: Renderer
) -> None:
    await file(store)
    repeats = task(2, submission="s2", claim=claim("Ferries became fewer."))
    await store.receive(submission("s2"))
    await store.file("s2", article(), [task(submission="s2"), repeats])
    again = await store.submission("s2")
    wanted = await act(store, (propose("false"), ANA), (SignOff(1), BEN), duplicates=[Place(again, repeats)])
    here, there = [w for w in wanted if w.shows == "published"]
    assert "Verdict on claim 1:* The harbour" in await shown(renderer, here)
    told = await shown(renderer, there)
    assert told.startswith(
        "*Verdict on claim 2:* Ferries became fewer.\nIt says the same as another claim: The harbour"
    )


# People's work


async def test_whoever_lost_a_claim_is_told_what_became_of_it(store: DeskStore, renderer: Renderer) -> None:
    await file(store)
    (lost,) = [w for w in await act(store, (Take(), ANA), (HandOver(BEN), CARO)) if w.shows == "lost"]
    assert lost.queue == ANA
    assert "A claim you had was handed to" in await shown(renderer, lost)
    (lost,) = [w for w in await act(store, (Dismiss("an opinion"), CARO)) if w.shows == "lost"]
    assert lost.queue == BEN
    assert "was set aside by" in await shown(renderer, lost)
    assert "an opinion" in await shown(renderer, lost)


async def test_nobody_is_told_that_a_claim_they_have_again_is_lost(store: DeskStore, renderer: Renderer) -> None:
    await file(store)
    (lost,) = [w for w in await act(store, (Take(), ANA), (Dismiss("an opinion"), BEN)) if w.shows == "lost"]
    await act(store, (Reopen(), CARO))  # before the message went out
    assert "was set aside, and is yours again since" in await shown(renderer, lost)
    await act(store, (PutBack(), ANA))
    assert "was put back on the queue" in await shown(renderer, lost)


async def test_an_author_hears_of_an_edit_and_a_holder_of_a_due_time(store: DeskStore, renderer: Renderer) -> None:
    await file(store)
    (due,) = [w for w in await act(store, (Take(), ANA), (SetDue(NOW + timedelta(hours=9)), BEN)) if w.shows == "due"]
    assert due.queue == ANA
    assert "is due 12 May 2026, 18:30 UTC" in await shown(renderer, due)
    (edited,) = [w for w in await act(store, (propose(), ANA), (propose("true"), BEN)) if w.shows == "edited"]
    assert edited.queue == ANA
    assert "edited your verdict" in await shown(renderer, edited)


async def test_a_direct_message_leads_to_the_card(
    store: DeskStore, renderer: Renderer, redis: Redis, slack: Workspace, client: AsyncWebClient
) -> None:
    await file(store)
    (handed,) = [w for w in await act(store, (HandOver(BEN), ANA)) if w.shows == "handed"]
    assert "see the thread" not in await shown(renderer, handed)  # not posted yet
    await posted(redis, store, slack, client)
    assert handed.queue == BEN
    assert "see the thread" in await shown(renderer, handed)


# All kinds


async def test_a_fixed_message_is_sent_as_it_was_written(renderer: Renderer) -> None:
    block = {"type": "divider"}
    kinds: tuple[Shows, ...] = ("notice", "ephemeral")
    for shows in kinds:
        rendered = await renderer.render(Wanted("n", CHANNEL, shows, body={"text": "x", "blocks": [block]}))
        assert (rendered.text, rendered.blocks) == ("x", [block])


async def test_what_is_about_no_claim_is_rendered_by_whoever_knows_it(renderer: Renderer) -> None:
    assert await shown(renderer, Wanted("r", ANA, "reminder", about="U0ANA:1")) == "Reminder U0ANA:1"


async def test_the_text_for_notifications_can_always_be_edited(renderer: Renderer) -> None:
    rendered = await renderer.render(Wanted("n", CHANNEL, "notice", body={"text": "x" * 9000}))
    assert len(rendered.text) == FALLBACK < 4000


ABOUT: dict[Shows, str] = {
    "summary": "nowhere",
    "more": "nowhere 10",
    "card": "nowhere",
    "question": "nowhere 0",
    "published": "nowhere 1 nowhere",
    "told": "nowhere 1 nowhere",
    "recheck": "nowhere 1",
    "objected": "nowhere 1",
    "edited": "nowhere 1",
    "answered": "nowhere 0",
    "handed": "nowhere",
    "lost": f"nowhere {BEN}",
    "due": "nowhere",
}


@pytest.mark.parametrize("shows", ABOUT)
async def test_a_record_that_is_gone_is_missing(renderer: Renderer, shows: Shows) -> None:
    with pytest.raises(Missing):
        await renderer.render(Wanted("x", DAN, shows, about=ABOUT[shows]))


def test_every_kind_of_message_is_either_rendered_here_or_by_others() -> None:
    others = {"reminder", "unassigned", "home", "notice", "ephemeral"}
    assert {*ABOUT, *others} == set(get_args(Shows))


async def test_every_state_has_its_message(store: DeskStore, renderer: Renderer) -> None:
    filed = await file(store)
    card = messages.page(filed, [task()], 0)[0]
    steps: tuple[tuple[Command, TaskState], ...] = (
        (Take(), TaskState.ASSIGNED),
        (Ask("Which?"), TaskState.QUESTION),
        (Dismiss("an opinion"), TaskState.DISMISSED),
        (Reopen(), TaskState.QUESTION),
        (propose(), TaskState.IN_REVIEW),
    )
    for command, state in steps:
        for wanted in await act(store, (command, ANA)):
            await shown(renderer, wanted)
        assert (await store.task("s1-1")).state is state
        await shown(renderer, card)
