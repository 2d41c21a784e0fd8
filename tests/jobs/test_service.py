"""What people ask of the desk, through to what stands in Slack afterwards."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from typing import Any

import pytest
from desk.samples import PAGE, TWO_SOURCES, article, claim, propose, submission
from jobs.house import TUESDAY_TEN, House
from redis.exceptions import ConnectionError as RedisConnectionError

from bot.claims.claim import Extraction
from bot.desk.commands import Dismiss, HandOver, Object, SignOff, Take
from bot.desk.refusals import Reason, Refusal
from bot.desk.task import Evidence
from bot.digest.schedule import NotUnderstood
from bot.jobs import clock
from bot.jobs.jobs import tasks_for
from bot.sandbox import Message
from bot.sandbox.plain import plain_blocks


@pytest.fixture
async def asked(house: House) -> Message:
    """Ana asked; two claims stand in the thread of her message."""
    return await file(house, 2)


async def file(house: House, count: int, **fields: Any) -> Message:
    message = await house.ana.post(house.channel, "please", wait=False)
    here = {"channel": house.channel.id, "asker": house.ana.id, "thread_ts": message.ts, "team": house.store.team}
    received = submission(**here | fields)
    claims = Extraction(claims=tuple(claim(f"Claim number {n} of the article.") for n in range(1, count + 1)))
    await house.store.receive(received)
    await house.store.file(received.id, article(), tasks_for(received, claims, TUESDAY_TEN))
    await house.desk.wake()
    await house.work()
    return message


async def test_a_morning_at_the_desk(house: House, asked: Message) -> None:
    ana, ben = house.ana, house.ben
    await house.desk.act("s1-1", Take(), ben.id)
    await house.desk.act("s1-1", propose(), ben.id)
    await house.desk.act("s1-1", SignOff(1), ana.id)
    await house.work()
    summary, card, other, verdict = house.thread(asked)
    assert "1 with a verdict" in summary
    assert "Published" in card
    assert "nobody has it yet" in other
    assert "Verdict on claim 1" in verdict
    assert "The register counts 41 ferries" in verdict
    (told,) = house.slack.dms(ana)
    assert "A verdict on something you asked about" in told.plain()
    assert house.slack.dms(ben) == []


async def test_whoever_is_handed_a_claim_or_an_objection_is_told(house: House, asked: Message) -> None:
    await house.desk.act("s1-1", HandOver(house.ben.id), house.ana.id)
    await house.desk.act("s1-1", propose(), house.ben.id)
    await house.desk.act("s1-1", Object(1, "The register is from 2019"), house.ana.id)
    await house.work()
    handed, objected = house.slack.dms(house.ben)
    assert "A claim was handed to you" in handed.plain()
    assert "The register is from 2019" in objected.plain()


async def test_the_page_under_review_is_no_evidence_for_itself(house: House, asked: Message) -> None:
    itself = (TWO_SOURCES[0], Evidence(url=PAGE + "#more", note="It says so itself"))
    with pytest.raises(Refusal) as refused:
        await house.desk.act("s1-1", propose(evidence=itself, article_url=None), house.ana.id)
    assert refused.value.reason is Reason.TOO_FEW_SOURCES


async def test_a_claim_that_is_gone_is_refused_with_a_sentence(house: House) -> None:
    for refused in (house.desk.task("nowhere"), house.desk.act("nowhere", Take(), house.ana.id)):
        with pytest.raises(Refusal) as told:
            await refused
        assert told.value.reason is Reason.GONE


async def test_two_who_take_at_once_are_one_who_has_it_and_one_who_is_told(house: House, asked: Message) -> None:
    outcomes = await asyncio.gather(
        house.desk.act("s1-1", Take(), house.ana.id),
        house.desk.act("s1-1", Take(), house.ben.id),
        return_exceptions=True,
    )
    (refusal,) = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    task = await house.desk.task("s1-1")
    assert f"<@{task.assignee}> has this claim already" in refusal.sentence


async def test_more_cards_come_when_asked_for(house: House) -> None:
    message = await file(house, 12)
    assert len(house.thread(message)) == 12  # summary, ten cards, the line with the button
    await house.desk.show_more("s1", 10)
    await house.desk.show_more("s1", 10)
    await house.desk.show_more("nowhere", 10)
    await house.work()
    thread = house.thread(message)
    assert len(thread) == 14
    assert "All 12 claims are shown." in thread[11]
    assert "Claim number 12" in thread[13]


# Telling one person


async def test_a_hint_is_seen_by_one_person_in_a_channel_and_plainly_in_their_direct_message(house: House) -> None:
    direct = house.slack.dm_channel(house.ana)
    for channel in (house.channel, direct):
        for _ in range(2):  # a repeated delivery
            await house.desk.say_to(house.ana.id, channel.id, "Nobody has this.", thread=None, origin="1.2")
        await house.work()
    (hint,) = house.slack.ephemerals(house.ana, house.channel)
    assert hint.plain() == "Nobody has this."
    assert [message.plain() for message in house.slack.dms(house.ana)] == ["Nobody has this."]
    assert house.slack.messages(house.channel) == []


# Lists


async def test_lists_show_what_their_word_says(house: House, asked: Message) -> None:
    await house.desk.act("s1-1", Take(), house.ana.id)

    async def listed(word: str, user: str = house.ana.id) -> str:
        text, blocks = await house.desk.list_claims(word, user=user, channel=house.channel.id)
        return f"{text}\n{plain_blocks(blocks)}"

    assert "Claim number 1" in await listed("mine")
    assert "Claim number 2" not in await listed("mine")
    assert "none" in await listed("mine", house.ben.id)
    assert "Claim number 2" in await listed("open")
    assert "Claim number 1" not in await listed("open")
    assert "none" in await listed("review")
    assert "without a verdict in this channel: 2" in await listed("")
    assert "What I can do" in await listed("help")
    assert "What I can do" in await listed("nonsense")
    await house.desk.act("s1-1", propose(), house.ana.id)
    assert "Claim number 1" in await listed("review")
    await house.desk.act("s1-2", Dismiss("an opinion"), house.ana.id)
    assert "without a verdict in this channel: 1" in await listed("")


async def test_a_list_links_to_the_cards_and_does_not_wait_for_a_slow_slack(
    house: House, asked: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def blocks() -> str:
        said = await house.desk.list_claims("open", user=house.ana.id, channel=house.channel.id)
        return str(said)

    monkeypatch.setattr("bot.service.LINKS_WITHIN", 0.2)
    house.slack.faults.add("chat.getPermalink", "never", times=None)
    began = asyncio.get_running_loop().time()
    assert "|card>" not in await blocks()
    assert asyncio.get_running_loop().time() - began < 5
    house.slack.faults.clear()
    assert "|card>" in await blocks()


# Digests


def digests(house: House) -> list[str]:
    return [m.plain() for m in house.slack.messages(house.channel) if m.text.startswith("Digest of")]


NINE = "2026-05-13T06:00+00:00"  # in Istanbul, a Wednesday


async def sweep(house: House, now: str) -> None:
    for _ in range(2):
        await house.new_desk(datetime.fromisoformat(now)).sweep()
        await house.work()


async def test_the_digest_comes_each_morning_once(house: House, asked: Message) -> None:
    await house.desk.start_digests(house.channel.id, "Europe/Istanbul")
    await sweep(house, "2026-05-13T05:59:58+00:00")
    assert digests(house) == []
    await sweep(house, NINE)
    await sweep(house, "2026-05-13T06:01+00:00")
    (digest,) = digests(house)
    assert "Digest of 13 May 2026" in digest
    assert "Claim number 1" in digest
    await sweep(house, "2026-05-14T06:00+00:00")
    assert len(digests(house)) == 2
    await sweep(house, "2026-05-16T06:00+00:00")  # Saturday
    assert len(digests(house)) == 2


async def test_a_channel_that_starts_after_nine_gets_no_digest_that_day(house: House, asked: Message) -> None:
    await house.desk.start_digests(house.channel.id, "UTC")
    await sweep(house, "2026-05-12T10:00:01+00:00")
    assert digests(house) == []
    await sweep(house, "2026-05-13T09:00+00:00")
    assert len(digests(house)) == 1


async def test_a_quiet_channel_is_left_alone_but_answered_when_it_asks(house: House) -> None:
    await house.desk.start_digests(house.channel.id, "Europe/Istanbul")
    await sweep(house, NINE)
    assert digests(house) == []
    for _ in range(2):
        await house.desk.ask_digest(house.channel.id, "trigger-1")
        await house.work()
    (digest,) = digests(house)
    assert "none since the last digest" in digest
    await house.desk.ask_digest(house.channel.id, "trigger-2")
    await house.work()
    assert len(digests(house)) == 2


async def test_a_verdict_stands_in_one_digest_only(house: House, asked: Message) -> None:
    await house.desk.act("s1-1", propose(), house.ben.id)
    await house.desk.act("s1-1", SignOff(1), house.ana.id)
    for trigger in ("1", "2"):
        await house.desk.ask_digest(house.channel.id, trigger)
        await house.work()
    first, second = digests(house)
    assert "Claim number 1" in first
    assert "none since the last digest" in second
    assert "Claim number 1" not in second


async def test_the_time_of_the_digest_is_set_and_turned_off(house: House, asked: Message) -> None:
    channel, ana = house.channel.id, house.ana.id
    settings = await house.desk.set_digest(channel, "at 08:30", by=ana, tz="Europe/Istanbul")
    assert (f"{settings.at:%H:%M}", settings.tz, settings.on) == ("08:30", "Europe/Istanbul", True)
    settings = await house.desk.set_digest(channel, "at 10:00", by=ana, tz="America/Lima")
    assert settings.tz == "Europe/Istanbul"  # the channel's own stays
    await house.desk.set_digest(channel, "off", by=ana, tz="UTC")
    await sweep(house, "2026-05-13T07:30+00:00")
    assert digests(house) == []


async def test_words_that_make_no_sense_change_nothing(house: House) -> None:
    with pytest.raises(NotUnderstood):
        await house.desk.set_digest(house.channel.id, "at half past", by=house.ana.id, tz="UTC")
    assert await house.store.digest(house.channel.id) is None


async def test_a_channel_gets_its_digest_by_itself_and_keeps_what_was_set(house: House) -> None:
    await house.desk.start_digests(house.channel.id, "Europe/Istanbul")
    settings = await house.store.digest(house.channel.id)
    assert settings is not None
    assert (f"{settings.at:%H:%M}", settings.tz, settings.on) == ("09:00", "Europe/Istanbul", True)
    await house.desk.set_digest(house.channel.id, "off", by=house.ana.id, tz="UTC")
    await house.desk.start_digests(house.channel.id, "UTC")
    settings = await house.store.digest(house.channel.id)
    assert settings is not None
    assert not settings.on
    await house.desk.start_digests("C0OTHER", "Mars/Olympus")
    other = await house.store.digest("C0OTHER")
    assert other is not None
    assert other.tz == "UTC"
    await house.desk.start_digests("D0ANA", "UTC")
    assert await house.store.digest("D0ANA") is None


async def test_a_digest_set_for_a_time_that_has_passed_begins_tomorrow(house: House, asked: Message) -> None:
    await house.desk.set_digest(house.channel.id, "at 08:30", by=house.ana.id, tz="UTC")
    await sweep(house, "2026-05-12T10:00:01+00:00")
    assert digests(house) == []


async def test_a_timezone_that_is_not_known_here_does_not_stop_the_clock(house: House) -> None:
    await house.desk.set_digest(house.channel.id, "at 08:30", by=house.ana.id, tz="Mars/Olympus")
    await house.desk.sweep()


# The clock


async def test_the_clock_makes_rounds_for_every_workspace_and_outlives_a_redis_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock, "EVERY", 0.01)
    rounds: list[str] = []
    enough = asyncio.Event()

    class Round:
        def __init__(self, team: str) -> None:
            self.team = team

        async def sweep(self) -> None:
            rounds.append(self.team)
            if len(rounds) == 1:
                raise RedisConnectionError
            if len(rounds) > 5:
                enough.set()

    async def teams() -> list[str]:
        return ["T1", "T2"]

    desk: Any = Round
    running = asyncio.create_task(clock.run_clock(teams, desk))
    await asyncio.wait_for(enough.wait(), 5)
    running.cancel()
    assert rounds[:5] == ["T1", "T1", "T2", "T1", "T2"]


async def test_a_digest_job_says_its_day(house: House, asked: Message) -> None:
    await house.jobs.digest(house.store.team, house.channel.id, date(2026, 5, 13).isoformat(), "")
    await house.work()
    assert "Digest of 13 May 2026" in digests(house)[0]
    settings = await house.store.digest(house.channel.id)
    assert settings is not None
    assert settings.last_day == date(2026, 5, 13)
    assert settings.last == TUESDAY_TEN
