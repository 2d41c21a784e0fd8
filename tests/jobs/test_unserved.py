"""What is asked for while a workspace has no token waits for it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from jobs.house import House

from bot.jobs import jobs


async def test_a_digest_that_somebody_asked_for_comes_once_the_workspace_has_its_token_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "LATER", timedelta(seconds=0.2))
    served: list[bool] = []
    monkeypatch.setattr(house.jobs, "_serves", lambda team: bool(served))
    await house.desk.digests.ask(house.channel.id, "now", by=house.ana.id, origin="1.2")
    working = asyncio.create_task(house.work())
    await asyncio.sleep(0.5)
    assert house.slack.messages(house.channel) == []
    served.append(True)
    await asyncio.wait_for(working, 10)
    assert len(house.slack.messages(house.channel)) == 1


async def test_a_planned_digest_is_left_to_the_clock(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house.jobs, "_serves", lambda team: False)
    await house.queue.digest(house.store.team, house.channel.id, house.desk.office.now().date())
    await asyncio.wait_for(house.work(), 10)
    assert house.slack.messages(house.channel) == []
