"""What can be sent to be read: files, long texts that Slack cut, the same article twice, pages in trouble."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from articles.files.pdfs import pdf
from end_to_end.conftest import TWO_CLAIMS, Scene
from end_to_end.pages import PAGES

from bot.sandbox import Message

pytestmark = pytest.mark.asyncio(loop_scope="session")

SENTENCES = "".join(
    f"The city of Brannock spent {n} million euros on school number {n} in {1900 + n}. " for n in range(12, 99)
)


def _mail() -> bytes:
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["Date"] = (
        "The bridge",
        "ines@brannock.example",
        "Fri, 14 Mar 2025 09:00:00 +0000",
    )
    mail.set_content("The Brannock bridge was opened to traffic in January after a delay of two years.\n")
    return mail.as_bytes()


async def _share(scene: Scene, name: str, content: bytes, words: str = "") -> Message:
    file = scene.slack.add_file(scene.ada, name, content, "application/octet-stream")
    return await scene.ada.post(scene.desk, f"{scene.me} {words}", files=[file])


async def test_a_shared_pdf_becomes_claims(scene: Scene) -> None:
    paragraphs = [line for line in TWO_CLAIMS.splitlines() if line]
    root = await _share(scene, "bridge.pdf", pdf(paragraphs))
    cards = await scene.cards(root, 2)
    assert any("delay of two years" in card.plain() for card in cards)


async def test_a_shared_mail_becomes_claims_with_the_day_it_was_sent(scene: Scene) -> None:
    root = await _share(scene, "bridge.eml", _mail(), "what about this one?")
    (card,) = await scene.cards(root, 1)
    assert "January 2025" in card.plain()


@pytest.mark.parametrize(("name", "content"), [("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(64)), ("empty.txt", b"")])
async def test_a_file_without_text_gets_an_answer(scene: Scene, name: str, content: bytes) -> None:
    summary = await scene.summary(await _share(scene, name, content))
    assert summary.plain().startswith("⚠️")
    assert "paste" in summary.plain().lower()


async def test_in_a_thread_the_file_that_started_it_is_read(scene: Scene) -> None:
    file = scene.slack.add_file(scene.ben, "bridge.txt", TWO_CLAIMS.encode(), "text/plain")
    root = await scene.ben.post(scene.desk, "", files=[file])
    await scene.ada.post(scene.desk, scene.me, thread_ts=root.ts)
    await scene.cards(root, 2)


async def test_the_same_text_twice_leads_to_the_first_thread_and_its_verdicts_reach_both_askers(scene: Scene) -> None:
    root, _ = await scene.filed()
    twice = await scene.cleo.post(scene.desk, f"{scene.me} {TWO_CLAIMS}")
    joined = await scene.summary(twice)
    assert "was read on" in joined.plain()
    assert "2 claims" in joined.plain()
    assert root.ts in str(joined.blocks)  # the link to the first thread
    assert not scene.cards_now(twice)
    await scene.cleo.press(joined, "article_read_again")
    await scene.cards(twice, 2)


async def test_again_reads_an_article_anew(scene: Scene) -> None:
    await scene.filed()
    again = await scene.ada.post(scene.desk, f"{scene.me} again:\n{TWO_CLAIMS}")
    await scene.cards(again, 2)


async def test_the_same_link_is_not_even_fetched_twice(scene: Scene) -> None:
    first = await scene.ada.post(scene.desk, f"{scene.me} {scene.site}/article?utm_source=a")
    await scene.all_cards(first)
    second = await scene.ben.post(scene.desk, f"{scene.me} {scene.site}/article?utm_source=b")
    assert "was read on" in (await scene.summary(second)).plain()


async def test_a_long_text_that_slack_cut_is_read_as_one(scene: Scene) -> None:
    whole = f"Schools of Brannock\n\nPublished 14 March 2025\n\n{SENTENCES}"
    mention = f"{scene.me} again:\n"
    cut = whole.rindex(" ", 0, 4000 - len(mention))
    root = await scene.ada.post(scene.desk, mention + whole[:cut])
    await scene.ada.post(scene.desk, whole[cut:])
    summary = await scene.summary(root)
    counted = int(summary.plain().split(" claims to check")[0].split()[-1].strip("*"))
    assert counted > 60  # the first part alone has not that many
    assert len(scene.slack.messages(scene.desk)) == 2


async def test_a_page_that_was_not_there_can_be_tried_again(scene: Scene) -> None:
    late = f"/late-{scene.desk.name}"
    root = await scene.ada.post(scene.desk, f"{scene.me} {scene.site}{late}")
    summary = await scene.summary(root)
    assert "[Try again]" in summary.plain()
    PAGES[late] = PAGES["/article"]
    await scene.ben.press(summary, "article_try_again")
    await scene.slack.wait_for(lambda: "claims to check*" in summary.plain(), timeout=30)
    await scene.cards(root, 2)
