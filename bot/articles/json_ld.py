"""The JSON-LD of a page (schema.org), which publishers keep for search engines: the node that describes its article."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Tree = Any  # lxml.html.HtmlElement, which comes without types
Node = dict[str, Any]

_ARTICLE_TYPES = re.compile(
    r"(?:Article|BlogPosting|Report|Review|LiveBlogPosting|NewsMediaPage|OpinionPiece|MedicalWebPage)$"
)
_LISTS = ("CollectionPage", "SearchResultsPage", "ItemList")
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed", "hasPart", "author", "publisher")
_DEEPEST = 6
_MOST_NODES = 500
_LONGEST_SCRIPT = 2_000_000  # characters
_LONGEST = 500  # characters of a name


@dataclass(frozen=True)
class JsonLd:
    """What was found. ``article`` is empty where no node describes an article."""

    article: Node = field(default_factory=dict)
    named: dict[str, Node] = field(default_factory=dict)
    is_list: bool = False

    def names(self, value: object) -> Iterator[str]:
        """The names in an ``author`` or ``publisher``: a text, a node, a reference to a node, or several of them."""
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                node = item if "name" in item else self.named.get(str(item.get("@id")), {})
                yield from (plain(name) for name in strings(node.get("name")))
            elif isinstance(item, str):
                yield plain(item)

    @property
    def body(self) -> str:
        """The whole text, where the page carries it for search engines; paragraphs as lines where it has any."""
        bodies = strings(self.article.get("articleBody"))
        return max((_unmarked(body) for body in bodies), key=len, default="")

    @property
    def free(self) -> bool | None:
        """Whether everybody may read it; None where the page does not say."""
        said = self.article.get("isAccessibleForFree")
        return None if said is None else str(said).lower() not in ("false", "http://schema.org/false", "no")


def read_json_ld(tree: Tree, title: str) -> JsonLd:
    """All of a page's JSON-LD; ``title`` tells its article from others that it only links to."""
    nodes = list(_nodes_of(tree))
    articles = [node for node in nodes if any(_ARTICLE_TYPES.search(kind) for kind in strings(node.get("@type")))]
    of_lists = any(kind in _LISTS for node in nodes for kind in strings(node.get("@type")))
    wanted = plain(title).lower()
    for node in articles:
        headline = plain(node.get("headline"))
        if headline and headline[:60].lower() in wanted:
            articles.insert(0, node)
            break
    pages = [node for node in nodes if "WebPage" in strings(node.get("@type")) and "datePublished" in node]
    article = next(iter([*articles, *pages]), {})
    return JsonLd(
        article=article,
        named={str(node["@id"]): node for node in nodes if "@id" in node and "name" in node},
        is_list=of_lists and not articles,
    )


def strings(value: object) -> list[str]:
    """The texts in a value that may be one text, several, or something else."""
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]


def plain(value: object) -> str:
    """A short text without entities and needless white space; empty for what is no text."""
    return " ".join(html.unescape(value[: 4 * _LONGEST]).split())[:_LONGEST] if isinstance(value, str) else ""


def _nodes_of(tree: Tree) -> Iterator[Node]:
    budget = _MOST_NODES
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        source = (script.text or "").strip()[:_LONGEST_SCRIPT].removeprefix("<!--").removesuffix("-->").strip()
        try:
            value = json.loads(source, strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _nodes(value, _DEEPEST):
            budget -= 1
            if budget < 0:
                return
            yield node


def _nodes(value: object, depth: int) -> Iterator[Node]:
    if depth == 0:
        return
    if isinstance(value, dict):
        yield value
        for key in _INSIDE:
            yield from _nodes(value.get(key), depth - 1)
    elif isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth - 1)


def _unmarked(body: str) -> str:
    body = re.sub(r"(?i)<(?:/p|br\s*/?|/h[1-6]|/li)>", "\n", body)
    text = html.unescape(re.sub(r"<[a-zA-Z/!][^<>]{0,2000}>", "", body))
    return "\n\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())
