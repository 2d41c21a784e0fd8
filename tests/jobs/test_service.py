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
from bot.desk.commands import Dismiss, HandOver, Object, PutBack, SignOff, Take
from bot.desk.house import House as Settings
from bot.desk.messages import Wanted
from bot.desk.refusals import Reason, Refusal
from bot.desk.roles import Members, Role
from bot.desk.task import Evidence, Intake
from bot.digest.schedule import NotUnderstood
from bot.jobs import clock
from bot.jobs.jobs import tasks_for
from bot.sandbox import Channel, Message, Person
from bot.sandbox.plain import plain_blocks
from bot.slack.people import People
from bot.store.trouble import RedisWatch


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
    await house.desk.office.wake()
    await house.work()
    return message


async def test_a_morning_at_the_desk(house: House, asked: Message) -> None:
    ana, ben, caro = house.ana, house.ben, house.slack.add_user("caro")
    await house.desk.work.act("s1-1", Take(), ben.id)
    await house.desk.work.act("s1-1", propose(), ben.id)
    await house.desk.work.act("s1-1", SignOff(1), caro.id)
    await house.work()
    summary, card, other, verdict = house.thread(asked)
    assert "1 with a verdict" in summary
    assert "Published" in card
    assert "nobody has it yet" in other
    assert "Verdict on claim 1" in verdict
    assert "The register counts 41 ferries" in verdict
    (told,) = house.slack.dms(ana)
    assert "A verdict on something you asked about" in told.plain()
    assert house.slack.dms(ben) == house.slack.dms(caro) == []


async def test_whoever_is_handed_a_claim_or_an_objection_is_told(house: House, asked: Message) -> None:
    await house.desk.work.act("s1-1", HandOver(house.ben.id), house.ana.id)
    await house.desk.work.act("s1-1", propose(), house.ben.id)
    await house.desk.work.act("s1-1", Object(1, "The register is from 2019"), house.ana.id)
    await house.work()
    handed, objected = house.slack.dms(house.ben)
    assert "A claim was handed to you" in handed.plain()
    assert "The register is from 2019" in objected.plain()


async def test_whoever_loses_a_claim_to_somebody_is_told_and_nobody_of_what_they_did_themselves(
    house: House, asked: Message
) -> None:
    for id in ("s1-1", "s1-2"):
        await house.desk.work.act(id, Take(), house.ana.id)
    await house.desk.work.act("s1-1", HandOver(house.ben.id), house.ben.id)
    await house.desk.work.act("s1-2", Dismiss("an opinion"), house.ben.id)
    await house.work()
    handed, aside = house.slack.dms(house.ana)
    assert "A claim you had was handed to" in handed.plain()
    assert "was set aside by" in aside.plain()
    assert "an opinion" in aside.plain()
    assert house.slack.dms(house.ben) == []


async def test_only_who_has_a_claim_can_put_it_back(house: House, asked: Message) -> None:
    await house.desk.work.act("s1-1", Take(), house.ana.id)
    with pytest.raises(Refusal) as refused:
        await house.desk.work.act("s1-1", PutBack(), house.ben.id)
    assert refused.value.reason is Reason.NOT_YOURS_TO_PUT_BACK
    await house.desk.work.act("s1-1", PutBack(), house.ana.id)
    assert (await house.desk.work.task("s1-1")).assignee is None


async def test_the_page_under_review_is_no_evidence_for_itself(house: House, asked: Message) -> None:
    itself = (TWO_SOURCES[0], Evidence(url=PAGE + "#more", note="It says so itself"))
    with pytest.raises(Refusal) as refused:
        await house.desk.work.act("s1-1", propose(evidence=itself, article_urls=()), house.ana.id)
    assert refused.value.reason is Reason.TOO_FEW_SOURCES


async def test_a_claim_that_is_gone_is_refused_with_a_sentence(house: House) -> None:
    for refused in (house.desk.work.task("nowhere"), house.desk.work.act("nowhere", Take(), house.ana.id)):
        with pytest.raises(Refusal) as told:
            await refused
        assert told.value.reason is Reason.GONE


async def test_two_who_take_at_once_are_one_who_has_it_and_one_who_is_told(house: House, asked: Message) -> None:
    outcomes = await asyncio.gather(
        house.desk.work.act("s1-1", Take(), house.ana.id),
        house.desk.work.act("s1-1", Take(), house.ben.id),
        return_exceptions=True,
    )
    (refusal,) = [outcome for outcome in outcomes if isinstance(outcome, Refusal)]
    task = await house.desk.work.task("s1-1")
    assert f"<@{task.assignee}> has this claim already" in refusal.sentence


async def test_more_cards_come_when_asked_for(house: House) -> None:
    message = await file(house, 12)
    assert len(house.thread(message)) == 12  # summary, ten cards, the line with the button
    await house.desk.work.show_more("s1", 10, house.ana.id)
    await house.desk.work.show_more("s1", 10, house.ana.id)
    with pytest.raises(Refusal, match="gone"):
        await house.desk.work.show_more("nowhere", 10, house.ana.id)
    await house.work()
    thread = house.thread(message)
    assert len(thread) == 14
    assert "10 of 12 claims stand above, more follow below." in thread[11]
    assert "Show more" not in thread[11]
    assert "Claim number 12" in thread[13]


# Telling one person


async def test_a_hint_is_seen_by_one_person_in_a_channel_and_plainly_in_their_direct_message(house: House) -> None:
    direct = house.slack.dm_channel(house.ana)
    for channel in (house.channel, direct):
        for _ in range(2):  # a repeated delivery
            await house.desk.office.say_to(house.ana.id, channel.id, "Nobody has this.", thread=None, origin="1.2")
        await house.work()
    (hint,) = house.slack.ephemerals(house.ana, house.channel)
    assert hint.plain() == "Nobody has this."
    assert [message.plain() for message in house.slack.dms(house.ana)] == ["Nobody has this."]
    assert house.slack.messages(house.channel) == []


# Lists


async def test_lists_show_what_their_word_says(house: House, asked: Message) -> None:
    await house.desk.work.act("s1-1", Take(), house.ana.id)

    async def listed(word: str, user: str = house.ana.id) -> str:
        text, blocks = await house.desk.lists.claims(word, user=user, channel=house.channel.id)
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
    await house.desk.work.act("s1-1", propose(), house.ana.id)
    assert "Claim number 1" in await listed("review")
    await house.desk.work.act("s1-2", Dismiss("an opinion"), house.ana.id)
    assert "without a verdict in this channel: 1" in await listed("")


async def test_a_list_links_to_the_cards_and_does_not_wait_for_a_slow_slack(
    house: House, asked: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def blocks() -> str:
        said = await house.desk.lists.claims("open", user=house.ana.id, channel=house.channel.id)
        return str(said)

    monkeypatch.setattr("bot.service.office.seconds_left", lambda: 0.2)
    house.slack.faults.add("chat.getPermalink", "never", times=None)
    began = asyncio.get_running_loop().time()
    assert "|card>" not in await blocks()
    assert asyncio.get_running_loop().time() - began < 5
    house.slack.faults.clear()
    assert "|card>" in await blocks()


async def listed(house: House, word: str) -> str:
    _, blocks = await house.desk.lists.claims(word, user=house.ana.id, channel=house.channel.id)
    return plain_blocks(blocks)


async def test_a_long_list_comes_in_pages(house: House) -> None:
    await file(house, 32)
    first, last = await listed(house, "open"), await listed(house, "open 3")
    assert "Claim number 15 " in first
    assert "Claim number 16 " not in first
    assert "`/claims open 2` shows page 2" in first
    assert "Claim number 31 " in last
    assert "Page 3 of 3" in last
    assert await listed(house, "open 99") == last
    assert await listed(house, "open 0") == await listed(house, "open nonsense") == first


async def test_the_next_page_of_the_whole_queue_is_where_its_foot_says(house: House) -> None:
    await file(house, 20)
    assert "`/claims 2` shows page 2" in await listed(house, "")
    assert "Claim number 16 " in await listed(house, "2")


async def test_an_odd_page_number_is_no_crash(house: House) -> None:
    assert "none" in await listed(house, "open ²")


# Digests


def digests(house: House) -> list[str]:
    return [m.plain() for m in house.slack.messages(house.channel) if m.text.startswith("Digest of")]


NINE = "2026-05-13T06:00+00:00"  # in Istanbul, a Wednesday


async def sweep(house: House, now: str) -> None:
    for _ in range(2):
        await house.new_desk(datetime.fromisoformat(now)).sweep()
        await house.work()


async def test_the_digest_comes_each_morning_once(house: House, asked: Message) -> None:
    await house.desk.digests.start(house.channel.id, house.ana.id)
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
    await house.desk.digests.start(house.channel.id, house.ben.id)
    await sweep(house, "2026-05-12T10:00:01+00:00")
    assert digests(house) == []
    await sweep(house, "2026-05-13T09:00+00:00")
    assert len(digests(house)) == 1


async def ask(house: House, words: str = "", origin: str = "trigger-1", by: str = "") -> str:
    """What ``/digest WORDS`` answers; what it causes is done."""
    said = await house.desk.digests.ask(house.channel.id, words, by=by or house.ana.id, origin=origin)
    await house.work()
    return said


async def test_a_quiet_channel_is_left_alone_but_answered_when_it_asks(house: House) -> None:
    await house.desk.digests.start(house.channel.id, house.ana.id)
    await sweep(house, NINE)
    assert digests(house) == []
    for _ in range(2):  # a repeated delivery
        assert await ask(house, "") == "The digest is on its way."
    (digest,) = digests(house)
    assert "none since the last digest" in digest
    await ask(house, "NOW", "trigger-2")
    assert len(digests(house)) == 2


async def publish(house: House, id: str) -> None:
    await house.desk.work.act(id, propose(), house.ben.id)
    await house.desk.work.act(id, SignOff(1), house.ana.id)


async def test_a_verdict_stands_in_one_digest_only(house: House, asked: Message) -> None:
    await publish(house, "s1-1")
    for trigger in ("1", "2"):
        await ask(house, "", trigger)
    first, second = digests(house)
    assert "Claim number 1" in first
    assert "none since the last digest" in second
    assert "Claim number 1" not in second


async def test_of_two_who_ask_at_once_one_gets_the_verdict_and_both_get_a_digest(house: House, asked: Message) -> None:
    await publish(house, "s1-1")
    day = date(2026, 5, 12)
    await asyncio.gather(
        *(house.desk.digests.post(house.channel.id, day, f"{by} 1.2") for by in (house.ana.id, house.ben.id)),
        house.desk.digests.post(house.channel.id, day, f"{house.ana.id} 1.2"),  # a repeated delivery
    )
    await house.work()
    both = digests(house)
    assert len(both) == 2
    assert len([digest for digest in both if "Claim number 1" in digest]) == 1
    assert len([digest for digest in both if "none since the last digest" in digest]) == 1


async def test_the_same_asked_digest_that_runs_twice_changes_nothing(house: House, asked: Message) -> None:
    asked_for = f"{house.ana.id} trigger-1"
    await house.desk.digests.post(house.channel.id, date(2026, 5, 12), asked_for)
    await house.work()
    before = house.slack.messages(house.channel)
    settings = await house.store.digest(house.channel.id)
    await publish(house, "s1-1")
    await house.new_desk(datetime.fromisoformat(NINE)).digests.post(house.channel.id, date(2026, 5, 13), asked_for)
    await house.work()
    assert house.slack.messages(house.channel) == before
    assert await house.store.digest(house.channel.id) == settings
    assert [t.id for t in await house.store.undigested(house.channel.id)] == ["s1-1"]


async def test_a_digest_that_was_asked_for_does_not_replace_the_one_of_the_morning(
    house: House, asked: Message
) -> None:
    await house.desk.digests.start(house.channel.id, house.ana.id)
    await house.new_desk(datetime.fromisoformat("2026-05-12T20:00+00:00")).digests.ask(
        house.channel.id, "", by=house.ana.id, origin="1.2"
    )
    await house.work()
    await sweep(house, NINE)
    assert len(digests(house)) == 2


async def test_a_digest_links_to_the_cards_it_names(house: House, asked: Message) -> None:
    await publish(house, "s1-1")
    await ask(house)
    (digest,) = [m for m in house.slack.messages(house.channel) if m.text.startswith("Digest of")]
    assert str(digest.blocks).count("|card>") == 2


async def test_the_time_of_the_digest_is_set_and_turned_off(house: House, asked: Message) -> None:
    ben = house.ben.id  # in London
    told = await ask(house, "at 08:30")
    assert told == "The digest comes on weekdays at 08:30 (Europe/Istanbul) from now on."
    assert "at 10:00 (Europe/Istanbul)" in await ask(house, "at 10:00", by=ben)  # the channel's own stays
    assert "at 10:00 (America/Lima)" in await ask(house, "at 10:00 America/Lima", by=ben)
    assert await ask(house, "off", by=ben) == "No digest any more. `/digest on` brings it back."
    await sweep(house, "2026-05-13T15:30+00:00")
    assert digests(house) == []
    assert "at 10:00 (America/Lima)" in await ask(house, "on", by=ben)
    await sweep(house, "2026-05-13T15:30+00:00")
    assert len(digests(house)) == 1


async def test_words_that_make_no_sense_change_nothing(house: House) -> None:
    with pytest.raises(NotUnderstood):
        await ask(house, "at half past")
    assert await house.store.digest(house.channel.id) is None


@pytest.mark.parametrize("kind", ["500", "never", "error"])
async def test_a_new_channel_is_asked_for_its_timezone_when_slack_does_not_tell_it(
    house: House, monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    monkeypatch.setattr("bot.service.office.seconds_left", lambda: 0.3)
    roles = {Role.CHECKER: Members(users=(house.ana.id,))}  # by name: else nobody could say whether she is one
    await house.desk.office.houses.change_house(Settings(roles=roles), by=house.ana.id)
    house.slack.faults.add("users.info", kind, times=None)
    with pytest.raises(NotUnderstood) as told:
        await ask(house, "at 09:30")
    assert "Name it, as in `/digest at 08:30 Europe/Istanbul`" in str(told.value)
    assert await house.store.digest(house.channel.id) is None
    assert "09:30 (Asia/Tokyo)" in await ask(house, "at 09:30 Asia/Tokyo")
    assert "10:30 (Asia/Tokyo)" in await ask(house, "at 10:30")


async def test_a_channel_gets_its_digest_by_itself_and_keeps_what_was_set(house: House) -> None:
    await house.desk.digests.start(house.channel.id, house.ana.id)
    settings = await house.store.digest(house.channel.id)
    assert settings is not None
    assert (f"{settings.at:%H:%M}", settings.tz, settings.on) == ("09:00", "Europe/Istanbul", True)
    await ask(house, "off")
    await house.desk.digests.start(house.channel.id, house.ben.id)
    settings = await house.store.digest(house.channel.id)
    assert settings is not None
    assert not settings.on
    await house.desk.digests.start("C0OTHER", "U0NOBODY")  # Slack does not tell
    other = await house.store.digest("C0OTHER")
    assert other is not None
    assert other.tz == "UTC"
    await house.desk.digests.start("D0ANA", house.ana.id)
    assert await house.store.digest("D0ANA") is None


async def test_a_digest_set_for_a_time_that_has_passed_begins_tomorrow(house: House, asked: Message) -> None:
    await ask(house, "at 08:30 UTC")
    await sweep(house, "2026-05-12T10:00:01+00:00")
    assert digests(house) == []
    await sweep(house, "2026-05-13T08:30+00:00")
    assert len(digests(house)) == 1


@pytest.mark.parametrize("tz", ["Mars/Olympus", ""])
async def test_a_timezone_that_is_not_known_here_does_not_stop_the_clock(
    house: House, monkeypatch: pytest.MonkeyPatch, tz: str
) -> None:
    async def timezone(people: People, user: str) -> str | None:
        return tz or None

    monkeypatch.setattr(People, "timezone", timezone)
    await house.desk.digests.start(house.channel.id, house.ana.id)
    settings = await house.store.digest(house.channel.id)
    assert settings is not None
    assert settings.tz == "UTC"
    await house.desk.sweep()
    with pytest.raises(NotUnderstood):
        await house.desk.digests.ask("C0OTHER", "at 08:30", by=house.ana.id, origin="1")


# Closed doors


@pytest.fixture
def closed(house: House) -> Channel:
    """A channel that the desk is no member of."""
    return house.slack.add_channel("elsewhere", members=[house.ana, house.ben], bot=False)


def refused_for(house: House, person: Person) -> list[str]:
    return [m.text for m in house.slack.dms(person) if m.text.startswith("I cannot write in <#")]


@pytest.mark.parametrize("command", [True, False], ids=["command", "thread"])
async def test_whoever_asks_where_the_desk_is_no_member_is_told_once_and_gets_no_digests_there(
    house: House, closed: Channel, command: bool
) -> None:
    message = await house.ana.post(closed, PAGE, wait=False)
    for _ in range(2):  # a repeated delivery
        await house.desk.reception.submit(
            channel=closed.id,
            asker=house.ana.id,
            via=Intake.COMMAND if command else Intake.SHORTCUT,
            texts=(PAGE,),
            thread_ts=None if command else message.ts,
            origin="trigger-1",
        )
        await house.work()
    (told,) = house.slack.dms(house.ana)
    assert told.text.startswith(f"I cannot write in <#{closed.id}>, because I am not a member there. Invite me")
    assert house.slack.dms(house.ben) == []
    assert house.slack.messages(closed) == [message]
    assert await house.store.digests() == []


async def test_a_digest_asked_for_where_the_desk_is_no_member_is_answered_to_who_asked(
    house: House, closed: Channel
) -> None:
    await house.desk.digests.ask(closed.id, "", by=house.ben.id, origin="trigger-1")
    await house.work()
    assert len(refused_for(house, house.ben)) == 1
    assert house.slack.dms(house.ana) == []
    assert await house.store.digest(closed.id) is None


async def test_a_planned_digest_of_a_channel_that_the_desk_left_ends_the_plan_and_bothers_nobody(
    house: House, asked: Message
) -> None:
    await house.desk.digests.start(house.channel.id, house.ana.id)
    await house.slack.remove_bot(house.channel, wait=False)
    await sweep(house, NINE)
    assert await house.store.digests() == []
    assert house.slack.dms(house.ana) == house.slack.dms(house.ben) == []


async def test_once_invited_the_desk_answers_and_its_digests_come(house: House, closed: Channel) -> None:
    async def submit(origin: str) -> None:
        await house.desk.reception.submit(
            channel=closed.id, asker=house.ana.id, via=Intake.COMMAND, texts=(PAGE,), thread_ts=None, origin=origin
        )
        await house.work()

    await submit("1")
    await house.slack.invite_bot(closed, wait=False)
    await submit("2")
    (summary,) = house.slack.messages(closed)
    assert len(house.slack.thread(summary)) == 1
    assert [settings.channel for settings in await house.store.digests()] == [closed.id]


async def test_a_hint_that_cannot_be_shown_where_the_desk_is_no_member_is_told_directly(
    house: House, closed: Channel
) -> None:
    await house.desk.office.say_to(
        house.ana.id, closed.id, "There is nothing to read.", thread=None, origin="trigger-1"
    )
    await house.work()
    assert len(house.slack.dms(house.ana)) == 1


async def test_a_verdict_whose_digest_could_not_be_posted_stands_in_the_next_one(house: House, asked: Message) -> None:
    await publish(house, "s1-1")
    await house.work()
    await house.slack.remove_bot(house.channel, wait=False)
    await ask(house)
    await house.slack.invite_bot(house.channel, wait=False)
    await ask(house, "", "trigger-2")
    (digest,) = digests(house)
    assert "Claim number 1" in digest


# The clock


async def test_the_clock_makes_rounds_for_every_workspace_and_outlives_a_redis_that_is_away(
    monkeypatch: pytest.MonkeyPatch,
    redis_url: str,
) -> None:
    monkeypatch.setattr(clock, "EVERY", 0.01)
    rounds: list[str] = []
    reminded: list[str] = []
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

        @property
        def reminders(self) -> Any:
            return self

        @property
        def retention(self) -> Any:
            return self

        async def round(self) -> None:
            reminded.append(self.team)

    async def teams() -> list[str]:
        return ["T1", "T2"]

    desk: Any = Round
    running = asyncio.create_task(clock.run_clock(teams, desk, RedisWatch(redis_url)))
    await asyncio.wait_for(enough.wait(), 5)
    running.cancel()
    assert rounds[:5] == ["T1", "T1", "T2", "T1", "T2"]
    assert sorted(reminded) == ["T1", "T1", "T2", "T2"]  # reminders and retention, once in this time


async def test_nobody_is_asked_to_send_what_is_held_for_long(house: House) -> None:
    async def asked() -> list[str]:
        jobs = await house.worker.docket.snapshot()
        return [job.key for job in (*jobs.future, *jobs.running)]

    queue = house.channel.id
    await house.store.want(Wanted("said", queue, "notice", body={"text": "x", "blocks": []}))
    assert await house.outbox.rest(queue, await house.outbox.waiting(queue), 60)
    await house.desk.sweep()
    assert await asked() == []
    await house.store.want(Wanted("more", queue, "notice", body={"text": "y", "blocks": []}))
    await house.desk.office.wake()
    assert await asked() == [f"deliver:{house.store.team}:{queue}:1"]


async def test_a_digest_job_says_its_day(house: House, asked: Message) -> None:
    await house.desk.digests.start(house.channel.id, house.ana.id)
    await house.jobs.digest(house.store.team, house.channel.id, date(2026, 5, 13).isoformat(), "")
    await house.work()
    assert "Digest of 13 May 2026" in digests(house)[0]
    settings = await house.store.digest(house.channel.id)
    assert settings is not None
    assert settings.last_day == date(2026, 5, 13)
    assert settings.last == TUESDAY_TEN
