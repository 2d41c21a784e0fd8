"""What the fixtures of this room hand to its tests."""

from __future__ import annotations

from collections.abc import Callable

from bot.claims.claim import Claim, Extraction

Read = Callable[..., Extraction]
One = Callable[..., Claim]
