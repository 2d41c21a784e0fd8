"""Redis full, read-only and frozen under the real processes: people read what to do next, and all recovers."""

from __future__ import annotations

import pytest
from chaos.redis_trouble import IN_TIME, WELL_WITHIN, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(200)]


async def test_while_records_cannot_be_written_people_read_what_to_do_next_and_nothing_is_lost_or_doubled() -> None:
    rows = await run(short=True)
    assert [row.done for row in rows] == ["memory full", "read-only replica", "frozen"]
    for row in rows:
        assert (row.lost, row.doubled) == ((), ()), row
        assert row.slowest < IN_TIME
        assert row.seconds < WELL_WITHIN
        assert row.doctor.startswith("FAIL ")
    told = [row.operator_read for row in rows]
    assert "raise maxmemory" in told[0]
    assert "point REDIS_URL at the primary" in told[1]
    assert "no answer from Redis" in told[2]
