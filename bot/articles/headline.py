"""Where the headline stands on a page: what is said about the article stands near it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.articles.json_ld import Tree, plain

_FARTHEST = 250  # elements behind the headline; further down are comments and other articles


def behind_headline(tree: Tree) -> Iterator[Tree]:
    """The elements that follow the first heading with words in it, in document order; all of them without one."""
    heading = next((h for h in tree.iter("h1") if plain(" ".join(h.itertext()))), None)
    passed, left = heading is None, _FARTHEST
    for element in tree.iter():
        if element is heading:
            passed = True
        elif passed and isinstance(element.tag, str):
            left -= 1
            if left < 0:
                return
            yield element
