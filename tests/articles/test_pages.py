"""An article in several pages is read as one; pages of other sites and other articles are not."""

from __future__ import annotations

import pytest
from articles.pages import HEADLINE, SENTENCES, json_ld, page

from bot.articles.page import read_page
from bot.articles.pages import whole_article
from bot.articles.source import Page
from bot.articles.unreadable import Reason, UnreadableError

START = "https://www.news.example/2024/bridge"


class Site:
    """Pages by address; counts what is asked for."""

    def __init__(self, *pages: tuple[str, str, str | None]) -> None:
        """Address, text, and the address of the next page as the page writes it."""
        self.pages = {address: (text, following) for address, text, following in pages}
        self.asked: list[str] = []

    async def get(self, address: str) -> Page:
        self.asked.append(address)
        if address not in self.pages:
            raise UnreadableError(Reason.NOT_FOUND)
        text, following = self.pages[address]
        link = f"<link rel=next href='{following}'>" if following else ""
        head = json_ld(headline=HEADLINE, datePublished=f"2024-03-0{len(self.asked)}") + link
        return read_page(page(head, f"<p>{text}</p>").encode(), url=address, charset="utf-8")


@pytest.mark.parametrize(
    "addresses",
    [
        [START, f"{START}/2", f"{START}/3"],
        [START, f"{START}?page=2", f"{START}?page=3"],
        [START, f"{START}/page/2/", f"{START}/page/3/"],
        [
            "https://www.news.example/b.html",
            "https://www.news.example/b-page2.html",
            "https://www.news.example/b-p3.html",
        ],
    ],
)
async def test_all_pages_are_read_in_order(addresses: list[str]) -> None:
    texts = [" ".join(SENTENCES[n : n + 3]) for n in range(3)]
    site = Site(*zip(addresses, texts, [*addresses[1:], None], strict=True))
    article = await whole_article(await site.get(addresses[0]), site.get)
    assert article.text == "\n\n".join(texts)
    assert article.url == addresses[0]
    assert str(article.published) == "2024-03-01"
    assert article.notes == ()


@pytest.mark.parametrize(
    "following",
    [
        "https://other.example/2024/bridge/2",
        "/2024/tunnel",
        "/2024/bridge",
        "javascript:next()",
        "https://[broken",
    ],
)
async def test_what_is_no_further_page_is_not_asked_for(following: str) -> None:
    site = Site((START, SENTENCES[0] + SENTENCES[1], following))
    article = await whole_article(await site.get(START), site.get)
    assert site.asked == [START]
    assert article.notes == ()


async def test_an_endless_article_ends_at_the_limit_and_says_so() -> None:
    texts = [f"Part {n}. {' '.join(SENTENCES[n % 4 : n % 4 + 3])}" for n in range(20)]
    site = Site(*((f"{START}/{n}", texts[n], f"{START}/{n + 1}") for n in range(20)))
    article = await whole_article(await site.get(f"{START}/1"), site.get, 4)
    assert article.text.count("Part ") == 4
    assert article.notes == ("The article goes on; I read its first 4 pages.",)


async def test_a_page_that_cannot_be_read_is_told() -> None:
    site = Site((START, " ".join(SENTENCES[:3]), f"{START}/2"))
    article = await whole_article(await site.get(START), site.get)
    assert article.notes == ("The article goes on, but I could not read its page 2.",)


async def test_a_site_that_gives_its_first_page_again_and_again() -> None:
    text = " ".join(SENTENCES[:3])
    site = Site((START, text, f"{START}/2"), (f"{START}/2", text, f"{START}/3"), (f"{START}/3", text, f"{START}/4"))
    article = await whole_article(await site.get(START), site.get)
    assert article.text == text
