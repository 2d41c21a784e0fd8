"""In a live blog, "today" and "last week" are counted from the entry they stand in."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.articles.article import Article, Entry
from bot.claims.extract import Extractor

INTRO = "The bridge of Arden was closed yesterday, and 900 cars an hour used the tunnel."
ENTRIES = (
    (datetime(2024, 3, 7, 9, tzinfo=UTC), "Police counted 1,200 cars an hour in the tunnel yesterday."),
    (datetime(2024, 2, 1, 9, tzinfo=UTC), "The ministry spent 3 million euros on ferries yesterday."),
)


def test_each_entry_has_its_own_yesterday(extractor: Extractor) -> None:
    text, entries = INTRO, []
    for posted, words in ENTRIES:
        entries.append(Entry(start=len(text) + 2, posted=posted))
        text += f"\n\n{words}"
    article = Article(text=text, published=date(2024, 3, 1), entries=tuple(entries))
    found = extractor.extract(article)
    assert [time.value for time in found.times] == ["2024-02-29", "2024-03-06", "2024-01-31"]
    assert len(found.claims) >= 3
    for claim in found.claims:
        assert text[claim.start : claim.end] == claim.text
