"""How much one link may cost, and how the reader behaves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much one link may cost, and how the reader behaves.

    ``max_bytes`` counts what comes over the wire for one reading, ``max_unpacked_bytes`` what becomes of a page, which
    may be ``max_ratio`` times what came once it is over a megabyte. ``total_seconds`` leaves out the wait for a host's
    turn, ``turn_seconds`` at most. ``allow_hosts`` (``host`` or ``host:port``, lower case) may have private addresses
    and any port. ``tries`` are those within one reading, ``backoff_seconds`` the first pause between them.
    """

    connect_seconds: float = 5.0
    total_seconds: float = 15.0
    turn_seconds: float = 60.0
    max_bytes: int = 10_000_000
    max_unpacked_bytes: int = 50_000_000
    max_ratio: float = 200.0
    max_redirects: int = 5
    tries: int = 3
    backoff_seconds: float = 0.5
    allow_hosts: frozenset[str] = frozenset()
    respect_robots: bool = True
    user_agent: str = "Claimdesk/0.1 (fact-checking desk)"
