"""What a thread shows when names and texts are kept no longer."""

from __future__ import annotations

from datetime import datetime

import pytest
from desk.samples import article, claim, propose, submission
from jobs.house import TUESDAY_TEN, House

from bot.claims.claim import Extraction
from bot.desk.commands import Ask, Dismiss, Reply, SignOff
from bot.desk.house import House as Settings
from bot.jobs.jobs import tasks_for
from bot.sandbox import Message
from bot.service import retention
from bot.store import audit

NEXT_YEAR = datetime.fromisoformat("2027-06-01T10:00+00:00")


async def checked(house: House, id: str) -> Message:
    """Ana asked; Ben wrote a verdict on the one claim and Caro signed it."""
    message = await house.ana.post(house.channel, "please", wait=False)
    sent = submission(
        id, channel=house.channel.id, asker=house.ana.id, thread_ts=message.ts, team=house.store.team, text=id
    )
    tasks = tasks_for(sent, Extraction(claims=(claim(f"Claim of {id}."), claim("Another."))), TUESDAY_TEN)
    await house.store.receive(sent)
    await house.store.file(id, article(text=f"Text {id}", url=f"https://news.example/{id}"), tasks)
    ben, caro = house.ben, house.slack.add_user(f"caro{id}")
    work = house.desk.work
    await work.act(f"{id}-1", Ask("Who counted them?"), ben.id)
    await work.act(f"{id}-1", Reply("The harbour master."), house.ana.id)
    await work.act(f"{id}-1", propose(), ben.id)
    await work.act(f"{id}-1", SignOff(1), caro.id)
    await work.act(f"{id}-2", Dismiss("An opinion"), ben.id)
    await house.work()
    return message


@pytest.mark.parametrize("at_once", [1, 100])
async def test_names_and_talk_go_from_the_thread_and_the_verdict_stays(
    house: House, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", at_once)
    roots = [await checked(house, "s1"), await checked(house, "s2")]
    people = [person.id for person in house.slack.people.values()]
    await house.desk.office.houses.change_house(Settings(keep_days=30, keep_names_days=90), by="U0BOSS")
    shown = "\n".join(house.thread(roots[0]))
    assert any(person in shown for person in people)
    assert "The harbour master." in shown

    desk = house.new_desk(NEXT_YEAR)
    rounds = 0
    while rounds == 0 or desk.retention.due:
        await desk.retention.round()
        rounds += 1
    assert rounds == (4 if at_once == 1 else 1)
    await house.work()
    for root in roots:
        after = "\n".join(house.thread(root))
        assert not [person for person in people if person in after]
        assert "The harbour master" not in after
        assert "The register counts 41 ferries" in after
        assert "checked by a colleague · signed off by a colleague" in after
    assert (await audit.verify(house.store._redis, house.store.keys)).finding is None
    log = str(await audit.entries(house.store._redis, house.store.keys, "s1-1"))
    assert not [person for person in people if person in log]
    assert "harbour master" not in log


async def test_nothing_goes_where_nobody_asked_for_it(house: House) -> None:
    await checked(house, "s1")
    before = await house.store.task("s1-1")
    await house.new_desk(NEXT_YEAR).retention.round()
    assert await house.store.task("s1-1") == before
