"""What the tests of the reader share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from articles.hostile_site import HostileSite, open_site


@pytest.fixture
async def site() -> AsyncIterator[HostileSite]:
    """A web site that does what it is told."""
    async with open_site() as site:
        yield site
