"""Live blogs: a page of entries, each with a time of its own. "Today" in an entry is the entry's day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from bot.articles.article import Entry
from bot.articles.furniture import without_furniture
from bot.articles.json_ld import JsonLd, Tree, plain, strings

_FEWEST = 3  # entries; a page with fewer is read as an article
_SHORTEST = 200  # characters of all entries together
_ENTRY = re.compile(
    r"live[-_]?blog|\bliveblog|live-?(?:update|post|entry)|\bblock-time|timeline-?(?:item|entry|post)", re.I
)
_BLOCKS = ("p", "li", "h2", "h3", "h4", "blockquote", "pre")
_SPACE = "\n\n"


class LiveBlog(NamedTuple):
    """The text of all entries in the page's order, and where each with a time of its own starts."""

    text: str
    entries: tuple[Entry, ...]


class _Post(NamedTuple):
    posted: datetime
    headline: str
    lines: list[str]


def live_blog(tree: Tree, ld: JsonLd) -> LiveBlog | None:
    """The entries of a live blog; None if the page is none.

    Its JSON-LD is believed first (``LiveBlogPosting`` with ``liveBlogUpdate``), then elements that are named as
    entries and hold one ``<time datetime>`` each.
    """
    posts = list(_declared(ld))
    if len(posts) < _FEWEST:
        posts = list(_marked(tree))
    if len(posts) < _FEWEST:
        return None
    intro = _intro(tree, posts) if "LiveBlogPosting" in strings(ld.article.get("@type")) else []
    blog = _joined(intro, posts)
    return blog if len(blog.text) >= _SHORTEST else None


def _declared(ld: JsonLd) -> Iterator[_Post]:
    updates = ld.article.get("liveBlogUpdate")
    for update in (updates if isinstance(updates, list) else [updates])[:2000]:
        if not isinstance(update, dict):
            continue
        posted = next(filter(None, map(_moment, strings(update.get("datePublished")))), None)
        body = JsonLd(article=update).body
        if posted and body:
            yield _Post(posted, plain(update.get("headline")), body.split(_SPACE))


def _marked(tree: Tree) -> Iterator[_Post]:
    for element in tree.iter("article", "div", "section", "li"):
        marks = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
        if not _ENTRY.search(marks) or element.get("datetime"):
            continue
        times = [time.get("datetime") for time in element.iter("time")]
        moments = {moment for time in times if time and (moment := _moment(time))}
        if len(moments) != 1 or _inside_entry(element):
            continue
        if lines := list(_lines(element)):
            yield _Post(moments.pop(), "", lines)


def _inside_entry(element: Tree) -> bool:
    """Whether an element around this one is the entry: one with the same single time."""
    parent = element.getparent()
    while parent is not None and parent.tag not in ("body", "main"):
        marks = f"{parent.get('class') or ''} {parent.get('id') or ''}"
        if _ENTRY.search(marks) and len({time.get("datetime") for time in parent.iter("time")}) == 1:
            return True
        parent = parent.getparent()
    return False


def _lines(element: Tree) -> Iterator[str]:
    for block in element.iter(*_BLOCKS):
        if not any(ancestor.tag in _BLOCKS for ancestor in _up_to(block, element)):
            line = " ".join("".join(block.itertext()).split())
            if line:
                yield line


def _up_to(block: Tree, top: Tree) -> Iterator[Tree]:
    parent = block.getparent()
    while parent is not None and parent is not top:
        yield parent
        parent = parent.getparent()


def _intro(tree: Tree, posts: Iterable[_Post]) -> list[str]:
    """What the blog says before its entries, if it says it in paragraphs of a summary."""
    known = {line for post in posts for line in post.lines}
    found = [
        line
        for element in tree.iter("div", "section", "ul")
        if re.search(r"key-?(?:events|points|takeaways)|summary|standfirst", element.get("class") or "", re.I)
        for line in _lines(element)
    ]
    return [line for line in dict.fromkeys(found) if line not in known and len(line) > 20]


def _joined(intro: list[str], posts: list[_Post]) -> LiveBlog:
    parts: list[str] = without_furniture(intro, "")
    size = len(_SPACE.join(parts))
    entries = []
    for post in posts:
        headline = [post.headline] if post.headline and post.headline not in post.lines[0] else []
        lines = headline + without_furniture(post.lines, "")
        if not lines:
            continue
        start = size + len(_SPACE) if parts else 0
        entries.append(Entry(start=start, posted=post.posted))
        parts += lines
        size = start + len(_SPACE.join(lines))
    return LiveBlog(_SPACE.join(parts), tuple(entries))


def _moment(value: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return moment if 1990 <= moment.year <= 2200 else None
