"""What a site's robots.txt says about a page (RFC 9309)."""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from protego import Protego

MOST_BYTES = 500 * 1024
"""How much of a robots.txt is looked at; RFC 9309, 2.5."""

_KNOWN_SECONDS = 3600.0
_UNKNOWN_SECONDS = 60.0
_MOST_SITES = 2000
_AGENT = re.compile(r"\s*user[-\s]*agent(?:\s*:|\s)\s*(?P<name>[^#]*)", re.IGNORECASE)


class Rules:
    """The rules of one site for one reader."""

    def __init__(self, text: str, agent: str) -> None:
        """CPU work: up to a second for a hostile file. ``agent`` is the reader's product token."""
        # Other readers are one to us: Protego keeps each rule for each reader named, which a file can make billions.
        lines = (_renamed(line, agent) for line in text.removeprefix("\ufeff").splitlines())
        self._rules, self._agent = Protego.parse("\n".join(lines)), agent

    def allow(self, url: str) -> bool:
        """Whether this page may be read."""
        return self._rules.can_fetch(url, self._agent)


def _renamed(line: str, agent: str) -> str:
    match = _AGENT.match(line)
    if match is None:
        return line
    name = match["name"].strip().partition("/")[0].lower()
    return f"User-agent: {name if name == '*' else agent if name.rstrip('*') == agent.lower() else 'somebody-else'}"


@dataclass
class Known:
    """What is known of sites by ``scheme://host:port``, for an hour; that one did not tell, for a minute.

    ``rules`` of None stand for a site that did not tell: its server had an error, and then nothing may be read.
    """

    clock: Callable[[], float] = time.monotonic
    _sites: OrderedDict[str, tuple[float, Rules | None]] = field(default_factory=OrderedDict)

    def get(self, site: str) -> tuple[Rules | None] | None:
        """What was kept, in a tuple, or None if nothing was or it is too old."""
        until, rules = self._sites.get(site, (0.0, None))
        return (rules,) if self.clock() < until else None

    def keep(self, site: str, rules: Rules | None) -> None:
        """Remember this; the site that was asked longest ago is forgotten for it when there are many."""
        self._sites[site] = (self.clock() + (_UNKNOWN_SECONDS if rules is None else _KNOWN_SECONDS), rules)
        self._sites.move_to_end(site)
        if len(self._sites) > _MOST_SITES:
            self._sites.popitem(last=False)
