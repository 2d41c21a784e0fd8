"""Pages written for the tests, as news sites write them."""

from __future__ import annotations

import json

URL = "https://news.example/bridge"
SENTENCES = [
    "The council voted on Tuesday to close the old bridge for a year, the mayor’s office said in a statement.",
    "“We have no choice,” Mayor Ann Lee told reporters at the town hall, adding that the steel was 112 years old.",
    "Traffic will use the northern tunnel, which carried 14,000 vehicles a day in 2023, according to the ministry.",
    "Opponents of the plan said that they would appeal against the decision before the regional court in March.",
    "The repair is to cost 12 million euros, of which the state pays two thirds, the ministry of transport said.",
    "A first report had warned of cracks in eleven of the twenty-four girders, but nothing was done for two years.",
    "Ferries are to run every twenty minutes until midnight, and the fare will be waived for those who live nearby.",
]
PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
MENU = "<nav><ul><li><a href=/>Home</a></li><li><a href=/s>Sport</a></li></ul></nav>"
FOOT = "<footer>Copyright Example News. All rights reserved.</footer>"
HEADLINE = "Old bridge closes for a year"


def page(head: str = "", body: str = PARAGRAPHS, *, title: str = f"{HEADLINE} - Example News") -> str:
    """A page with a headline, a menu and a footer around ``body``."""
    return (
        f"<!doctype html><html lang=en-GB><head><title>{title}</title>{head}</head><body>{MENU}"
        f"<article><h1>{HEADLINE}</h1>{body}</article>{FOOT}</body></html>"
    )


def json_ld(**fields: object) -> str:
    """A script element with an article's data for search engines."""
    return f"<script type='application/ld+json'>{json.dumps({'@type': 'NewsArticle', **fields})}</script>"
