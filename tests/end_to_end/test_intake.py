"""Every way in: what a person sends, and what they get."""

from __future__ import annotations

import pytest
from end_to_end.conftest import TWO_CLAIMS, Scene, metadata_id

from bot.sandbox import Message

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_mention_with_a_link_becomes_a_thread_of_claims(scene: Scene) -> None:
    root = await scene.ada.post(scene.desk, f"{scene.me} {scene.site}/article?utm_source=x")
    summary = await scene.summary(root)
    text = summary.plain()
    assert "Port workers and Harbour Authority split" in text
    assert "The Lanthorn" in text
    assert "by Nadia Ferrow" in text
    assert "published 17 September 2026" in text
    assert f"Asked by @{scene.ada.id}" in text
    cards = await scene.all_cards(root)
    february = next(c for c in cards if "agreement was reached" in c.plain())
    assert "“February” → *February 2026*" in february.plain()
    denial = next(c for c in cards if "We have not been sent a request" in c.plain())
    assert "Ilse Maron" in denial.plain()
    assert "quoted" in denial.plain()


async def test_a_pasted_text_becomes_a_thread_of_claims(scene: Scene) -> None:
    root, cards = await scene.filed()
    assert any("January 2025" in c.plain() for c in cards)
    assert any("Ines Calder" in c.plain() for c in cards)
    assert scene.slack.messages(scene.desk) == [root]  # the answer is in the thread, not in the channel


async def test_a_mention_in_a_thread_takes_the_message_that_started_it(scene: Scene) -> None:
    root = await scene.ben.post(scene.desk, TWO_CLAIMS)
    await scene.ada.post(scene.desk, scene.me, thread_ts=root.ts)
    await scene.cards(root, 2)
    assert f"Asked by @{scene.ada.id}" in (await scene.summary(root)).plain()


async def test_a_request_in_a_thread_is_about_the_message_that_started_it(scene: Scene) -> None:
    root = await scene.ben.post(scene.desk, TWO_CLAIMS)
    await scene.ada.post(scene.desk, f"{scene.me} can you check this please?", thread_ts=root.ts)
    await scene.cards(root, 2)


async def test_a_claim_in_a_thread_is_read_itself(scene: Scene) -> None:
    root = await scene.ben.post(scene.desk, "What did they say?")
    claim = "The town of Elsby closed two of its schools in March 2024."
    await scene.ada.post(scene.desk, f"{scene.me} {claim}", thread_ts=root.ts)
    (card,) = await scene.cards(root, 1)
    assert "closed two of its schools" in card.plain()


async def test_a_thread_that_cannot_be_seen_while_slack_is_busy_is_read_later(scene: Scene) -> None:
    root = await scene.ben.post(scene.desk, TWO_CLAIMS)
    scene.slack.faults.add("conversations.replies", "429", retry_after=1)
    scene.slack.faults.add("conversations.replies", "error", error="internal_error")
    await scene.ada.post(scene.desk, scene.me, thread_ts=root.ts)
    await scene.cards(root, 2)


async def test_talk_in_the_thread_of_a_direct_message_is_left_alone(scene: Scene) -> None:
    dm = scene.slack.dm_channel(scene.ada)
    root = await scene.ada.post(dm, TWO_CLAIMS)
    await scene.cards(root, 2)
    before = len(scene.slack.thread(root))
    await scene.ada.post(dm, "thanks, that looks right to me", thread_ts=root.ts)
    await scene.filed()
    assert len(scene.slack.thread(root)) == before + 1


async def test_a_direct_message_is_answered_there(scene: Scene) -> None:
    dm = scene.slack.dm_channel(scene.ada)
    root = await scene.ada.post(dm, TWO_CLAIMS)
    assert len(await scene.cards(root, 2)) == 2


async def test_the_command_starts_a_thread_of_its_own(scene: Scene) -> None:
    answer = await scene.ada.command(scene.desk, "/factcheck", f"{scene.site}/article")
    assert "on it" in answer.text

    def summary() -> Message | None:
        return next((m for m in scene.slack.messages(scene.desk) if metadata_id(m).startswith("summary:")), None)

    root = await scene.slack.wait_for(summary, timeout=20)
    assert len(await scene.cards(root, 7)) >= 7


async def test_the_shortcut_checks_a_message_of_somebody_else(scene: Scene) -> None:
    root = await scene.ben.post(scene.desk, TWO_CLAIMS)
    assert (await scene.ada.shortcut("check_message", root)).ok
    await scene.cards(root, 2)


async def test_the_shortcut_on_a_card_of_the_desk_is_refused(scene: Scene) -> None:
    root, cards = await scene.filed()
    before = len(scene.slack.thread(root))
    await scene.ada.shortcut("check_message", cards[0])
    await scene.slack.wait_for(lambda: scene.slack.ephemerals(scene.ada, scene.desk))
    assert "a message of mine" in scene.slack.ephemerals(scene.ada, scene.desk)[0].plain()
    assert len(scene.slack.thread(root)) == before


async def test_where_the_desk_is_no_member_the_asker_is_told_what_to_do(scene: Scene) -> None:
    private = scene.slack.add_channel(f"{scene.desk.name}-private", [scene.ada, scene.ben], private=True, bot=False)
    await scene.ada.command(private, "/factcheck", TWO_CLAIMS)
    (told,) = await scene.slack.wait_for(lambda: scene.slack.dms(scene.ada), timeout=20)
    assert "not a member there" in told.plain()
    assert "/invite" in told.plain()
    await scene.ben.command(private, "/digest")
    await scene.slack.wait_for(lambda: scene.slack.dms(scene.ben), timeout=20)


async def test_somebody_elses_cards_do_not_hold_up_the_first_line(scene: Scene) -> None:
    sentences = "\n\n".join(f"The town of Arden{n} spent {n + 11} million euros in 20{n + 10}." for n in range(10))
    first = await scene.ada.post(scene.desk, f"{scene.me} Spending on schools\n\n{sentences}")
    await scene.cards(first, 1)
    second = await scene.ben.post(scene.desk, f"{scene.me} {TWO_CLAIMS}")
    line = await scene.slack.wait_for(lambda: scene.slack.thread(second))
    last_card = (await scene.cards(first, 10))[-1]
    assert line[0].ts < last_card.ts


async def test_several_links_become_several_articles(scene: Scene) -> None:
    root = await scene.ada.post(scene.desk, f"{scene.me} {scene.site}/article {scene.site}/gone")

    def summaries() -> list[Message] | None:
        found = [m for m in scene.slack.thread(root) if metadata_id(m).startswith("summary:")]
        done = [m for m in found if "Reading this" not in m.plain()]
        return done if len(done) == 2 else None

    texts = sorted(m.plain() for m in await scene.slack.wait_for(summaries, timeout=30))
    assert any("does not exist" in t for t in texts)
    assert any("claims to check" in t for t in texts)


@pytest.mark.parametrize("words", ["", "hi there"])
async def test_a_mention_with_nothing_to_read_gets_a_hint_only_the_asker_sees(scene: Scene, words: str) -> None:
    root = await scene.ada.post(scene.desk, f"{scene.me} {words}")
    await scene.slack.wait_for(lambda: scene.slack.ephemerals(scene.ada, scene.desk))
    assert "https://example.org" in scene.slack.ephemerals(scene.ada, scene.desk)[0].plain()
    assert not scene.slack.ephemerals(scene.ben, scene.desk)
    assert not scene.slack.thread(root)


async def test_an_empty_command_gets_a_hint(scene: Scene) -> None:
    answer = await scene.ada.command(scene.desk, "/factcheck", "  ")
    assert "/factcheck https://" in answer.text


async def test_the_shortcut_on_a_message_without_a_claim_says_so(scene: Scene) -> None:
    root = await scene.ben.post(scene.desk, "ok!")
    await scene.ada.shortcut("check_message", root)
    await scene.slack.wait_for(lambda: scene.slack.ephemerals(scene.ada, scene.desk))
    assert "nothing to read" in scene.slack.ephemerals(scene.ada, scene.desk)[0].plain()


@pytest.mark.parametrize(
    ("page", "sentence"),
    [("gone", "does not exist"), ("members", "wants a login"), ("opinion", "found no checkable claim")],
)
async def test_a_page_without_claims_gets_a_plain_answer(scene: Scene, page: str, sentence: str) -> None:
    root = await scene.ada.post(scene.desk, f"{scene.me} {scene.site}/{page}")
    assert sentence in (await scene.summary(root)).plain()


async def test_a_link_into_a_private_network_is_refused(scene: Scene) -> None:
    root = await scene.ada.post(scene.desk, f"{scene.me} http://10.0.0.7/secret")
    assert "private or reserved address" in (await scene.summary(root)).plain()


async def test_text_from_an_article_pings_nobody_and_opens_no_link(scene: Scene) -> None:
    hostile = (
        "The council spent 3 million euros on <!channel> and <@U0ADA> in May 2024, according to a report that was "
        "published on Monday and that every member of the council had received two weeks before the vote.\n\n"
        "The <https://evil.example|city bank> lost 40 percent of its customers in June 2024, officials said, and the "
        "<#C0DESK> branch in Arden was closed at the end of that month because nobody came any more."
    )
    root = await scene.ada.post(scene.desk, f"{scene.me} {hostile}")
    cards = await scene.cards(root, 1)
    shown = [*cards, await scene.summary(root)]
    assert {ping for m in shown for ping in m.pings} <= {f"<@{scene.ada.id}>"}
    assert not any("evil.example|" in str(m.blocks) for m in cards)


async def test_more_than_ten_claims_wait_behind_show_more(scene: Scene) -> None:
    sentences = "\n\n".join(
        f"The town of Arden{n} spent {n + 11} million euros on schools in 20{n + 10}." for n in range(13)
    )
    root = await scene.ada.post(scene.desk, f"{scene.me} Spending on schools\n\n{sentences}")

    def more() -> Message | None:
        return next((m for m in scene.slack.thread(root) if "Show more (3 left)" in m.plain()), None)

    line = await scene.slack.wait_for(more, timeout=30)
    assert len(scene.cards_now(root)) == 10
    await scene.ben.press(line, "article_show_more")
    await scene.cards(root, 13)
    await scene.until(line, "10 of 13 claims stand above")
    assert "[Show more" not in line.plain()


async def test_a_second_delivery_of_the_same_event_adds_nothing(scene: Scene) -> None:
    root, _ = await scene.filed()
    delivery = next(d for d in reversed(scene.slack.deliveries) if d.kind == "event" and root.ts in str(d.payload))
    before = len(scene.slack.thread(root))
    again = await scene.slack.redeliver(delivery)
    assert again.acked
    await scene.filed()  # something else goes through meanwhile
    assert len(scene.slack.thread(root)) == before


async def test_everything_is_acknowledged_within_three_seconds(scene: Scene) -> None:
    await scene.filed()
    assert all(d.acked and d.seconds < 3 for d in scene.slack.deliveries)
