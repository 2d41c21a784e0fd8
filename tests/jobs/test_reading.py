"""From a submission to its thread, whatever gets in the way."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from desk.samples import CHANNEL, NOW, PAGE, TEAM, claim, submission
from docket import ExponentialRetry
from jobs.house import House
from slack_sdk.web.async_client import AsyncWebClient

from bot.articles.unreadable import Reason, UnreadableError
from bot.claims.claim import Extraction
from bot.desk.task import Intake, SubmissionState, TaskState
from bot.jobs.jobs import FATAL_TRIES, LATEST, NOT_ENGLISH, OURS, READ_TRIES, tasks_for
from bot.sandbox import Message
from bot.slack.intake import MOST_LINKS
from bot.store.job_queue import READING, TELLING, JobQueue, open_dockets, short_id


async def submit(house: House, *texts: str | None, origin: str = "") -> Message:
    """Somebody mentions the desk; their message."""
    message = await house.ana.post(house.channel, f"<@{house.slack.bot_user_id}> please", wait=False)
    await house.desk.reception.submit(
        channel=house.channel.id,
        asker=house.ana.id,
        via=Intake.MENTION,
        texts=texts or (PAGE,),
        thread_ts=message.ts,
        origin=origin or message.ts,
    )
    return message


async def states(house: House) -> list[SubmissionState]:
    keys = [key async for key in house.store._redis.scan_iter(house.store.keys.submission("*"))]
    ids = {key.split(":")[3] for key in keys if not key.endswith(":tasks")}
    return [(await house.store.submission(id)).state for id in sorted(ids)]


async def test_a_link_becomes_a_thread_of_claims(house: House) -> None:
    house.script.extraction = Extraction(claims=(claim("Prices fell."), claim("Wages rose.")))
    message = await submit(house)
    await house.work()
    assert house.script.read == [PAGE]
    summary, first, second = house.thread(message)
    assert "2 claims to check" in summary.replace("*", "")
    assert "Prices fell." in first
    assert "Wages rose." in second
    (task, _) = await house.store.tasks_in(house.channel.id, TaskState.OPEN)
    assert (task.number, task.claim.text) == (1, "Prices fell.")


async def test_the_thread_says_at_once_that_it_is_being_read(house: House) -> None:
    message = await submit(house)
    house.script.failures = [UnreadableError(Reason.TOO_SLOW, "x.org")]
    running = asyncio.create_task(house.work())
    await house.slack.wait_for(lambda: any("Reading this for" in said for said in house.thread(message)))
    await running
    assert len(house.thread(message)) == 2


async def test_each_of_several_links_gets_its_own_answer(house: House) -> None:
    message = await submit(house, "https://a.org", "https://b.org")
    await house.work()
    assert sorted(house.script.read) == ["https://a.org", "https://b.org"]
    assert len([said for said in house.thread(message) if "1 claim to check" in said.replace("*", "")]) == 2


async def test_an_article_without_claims_gets_a_plain_answer(house: House) -> None:
    house.script.extraction = Extraction()
    message = await submit(house)
    await house.work()
    (said,) = house.thread(message)
    assert "found no checkable claim" in said


TRY_AGAIN = "\n[Try again]"


@pytest.mark.parametrize("reason", [Reason.LOGIN, Reason.NOT_FOUND, Reason.PRIVATE_ADDRESS, Reason.NO_TEXT])
async def test_a_page_that_cannot_be_read_is_told_in_the_thread_with_a_button_if_trying_may_help(
    house: House, reason: Reason
) -> None:
    error = UnreadableError(reason, "news.example")
    house.script.failures = [error]
    message = await submit(house)
    await house.work()
    assert error.retryable == (reason in (Reason.NOT_FOUND, Reason.NO_TEXT))
    assert house.thread(message) == [f"⚠️ {error.sentence}{TRY_AGAIN if error.retryable else ''}"]
    assert len(house.script.read) == 1
    assert await states(house) == [SubmissionState.FAILED]


async def test_a_host_name_in_the_answer_pings_nobody(house: House) -> None:
    house.script.failures = [UnreadableError(Reason.NOT_FOUND, "<!channel>")]
    message = await submit(house)
    await house.work()
    (said,) = house.slack.thread(message)
    assert said.pings == ()
    assert "<!channel>" in said.plain()


async def test_a_page_that_answers_at_the_second_try_is_read(house: House) -> None:
    house.script.failures = [UnreadableError(Reason.BUSY, "x.org")]
    message = await submit(house)
    await house.work()
    assert len(house.script.read) == 2
    assert "1 claim to check" in house.thread(message)[0].replace("*", "")


async def test_a_page_that_never_answers_is_given_up_after_some_tries(house: House) -> None:
    error = UnreadableError(Reason.TOO_SLOW, "x.org")
    house.script.failures = [error] * 9
    message = await submit(house)
    await house.work()
    assert len(house.script.read) == READ_TRIES
    assert house.thread(message) == [f"⚠️ {error.sentence}{TRY_AGAIN}"]


async def test_a_site_that_wants_to_be_left_alone_for_long_is_told_of_at_once(house: House) -> None:
    house.script.failures = [UnreadableError(Reason.BUSY, "x.org", retry_after=LATEST.total_seconds() + 1)]
    message = await submit(house)
    await house.work()
    assert len(house.script.read) == 1
    assert house.thread(message)[0].endswith(TRY_AGAIN)


async def test_a_fault_of_ours_is_told_without_its_insides(house: House) -> None:
    house.script.failures = [KeyError("xoxb-secret")] * 9
    message = await submit(house)
    await house.work()
    assert len(house.script.read) == FATAL_TRIES
    assert house.thread(message) == [f"⚠️ {OURS}{TRY_AGAIN}"]


async def test_a_submission_that_takes_workers_down_is_given_up_with_a_sentence(house: House) -> None:
    message = await submit(house)
    (id,) = await house.store.waiting()
    for _ in range(FATAL_TRIES):  # as many workers began and died
        await house.store.begin_reading(id)
    await house.work()
    assert house.script.read == []
    assert house.script.extracted == 0
    assert house.thread(message) == [f"⚠️ {OURS}{TRY_AGAIN}"]
    assert await house.store.waiting() == []


async def test_another_language_is_said_to_be_one(house: House) -> None:
    house.script.extraction = Extraction(unsupported_language="Turkish")
    message = await submit(house)
    await house.work()
    assert house.thread(message) == [f"⚠️ {NOT_ENGLISH.format(language='Turkish')}"]


async def test_a_mention_in_a_thread_takes_the_message_that_started_it(house: House) -> None:
    parent = await house.ben.post(house.channel, "Exports rose by <12 percent> in May.", wait=False)
    await house.desk.reception.submit(
        channel=house.channel.id,
        asker=house.ana.id,
        via=Intake.MENTION,
        texts=(None,),
        thread_ts=parent.ts,
        origin="1",
    )
    await house.work()
    assert house.script.read == ["Exports rose by &lt;12 percent&gt; in May."]
    assert len(house.thread(parent)) == 2


async def ask_in_thread(house: House, parent: Message) -> None:
    await house.desk.reception.submit(
        channel=house.channel.id,
        asker=house.ana.id,
        via=Intake.MENTION,
        texts=(None,),
        thread_ts=parent.ts,
        origin="1",
    )
    await house.work()


async def test_each_link_of_the_message_that_started_a_thread_gets_its_own_answer_once(house: House) -> None:
    links = [f"https://news.example.org/{n}" for n in range(3)]
    parent = await house.ben.post(house.channel, "Morning: " + " and ".join(links), wait=False)
    house.script.failures = [UnreadableError(Reason.BUSY, "news.example.org")]  # the first is read again
    await ask_in_thread(house, parent)
    assert sorted(set(house.script.read)) == links
    assert len(house.script.read) == 4
    answers = [said for said in house.thread(parent) if "1 claim to check" in said.replace("*", "")]
    assert len(answers) == 3
    assert await states(house) == [SubmissionState.FILED] * 3
    await ask_in_thread(house, parent)  # a repeated delivery
    assert len(house.script.read) == 4


async def test_of_very_many_links_in_a_thread_the_first_are_read(house: House) -> None:
    links = [f"https://news.example.org/{n}" for n in range(MOST_LINKS + 2)]
    parent = await house.ben.post(house.channel, " ".join(links), wait=False)
    await ask_in_thread(house, parent)
    assert sorted(house.script.read) == links[:MOST_LINKS]


async def test_a_link_of_a_feed_is_read_from_its_attachment(house: House, client: AsyncWebClient) -> None:
    feed = [{"fallback": "Ferries", "title_link": PAGE, "text": "The harbour lost a third of its ferries."}]
    await client.chat_postMessage(channel=house.channel.id, text=" ", attachments=feed)
    (parent,) = house.slack.messages(house.channel)
    await ask_in_thread(house, parent)
    assert house.script.read == [PAGE]


async def test_a_parent_message_is_read_although_slack_is_busy(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.patience.backoff", lambda attempts: 0.02)
    parent = await house.ben.post(house.channel, "Exports rose by 12 percent in May.", wait=False)
    house.slack.faults.add("conversations.replies", "429", times=2, retry_after=0.1)
    house.slack.faults.add("conversations.replies", "500", times=2)
    await ask_in_thread(house, parent)
    assert house.script.read == ["Exports rose by 12 percent in May."]
    assert "1 claim to check" in house.thread(parent)[0].replace("*", "")


async def test_a_channel_gets_its_digests_with_the_first_article_in_the_askers_timezone(house: House) -> None:
    await submit(house)
    await house.work()
    (settings,) = await house.store.digests()
    assert (settings.channel, settings.tz) == (house.channel.id, "Europe/Istanbul")


async def test_a_parent_message_that_cannot_be_seen_is_answered_with_what_to_do(house: House) -> None:
    house.slack.faults.add("conversations.replies", "error", error="not_in_channel")
    message = await submit(house, None)
    await house.work()
    assert "Invite me to the channel" in house.thread(message)[0]
    assert house.script.read == []


async def test_a_repeated_delivery_adds_nothing(house: House) -> None:
    message = await submit(house)
    for _ in range(3):
        await house.desk.reception.submit(
            channel=house.channel.id,
            asker=house.ana.id,
            via=Intake.MENTION,
            texts=(PAGE,),
            thread_ts=message.ts,
            origin=message.ts,
        )
    await house.work()
    assert house.script.read == [PAGE]
    assert len(house.thread(message)) == 2


async def test_a_repeated_delivery_after_it_was_filed_adds_nothing(house: House) -> None:
    message = await submit(house, origin="Ev1")
    await house.work()
    await submit(house, origin="Ev1")
    await house.work()
    assert house.script.read == [PAGE]
    assert len(house.thread(message)) == 2


async def test_a_job_that_runs_twice_at_once_files_once(house: House) -> None:
    message = await submit(house)
    (id,) = await house.store.waiting()
    last = ExponentialRetry(attempts=1)
    await asyncio.gather(*(house.jobs.read_submission(house.store.team, id, retry=last) for _ in range(3)))
    await house.work()
    assert len(house.thread(message)) == 2
    await house.jobs.read_submission(house.store.team, id, retry=last)
    await house.jobs.read_submission(house.store.team, "nowhere", retry=last)
    await house.work()
    assert len(house.thread(message)) == 2


async def test_a_submission_whose_job_was_lost_is_found_by_the_clock(house: House) -> None:
    message = await house.ana.post(house.channel, "please", wait=False)
    await house.store.receive(
        submission(channel=house.channel.id, team=house.store.team, asker=house.ana.id, thread_ts=message.ts)
    )  # the process died before the job was on the queue
    await house.desk.sweep()
    await house.desk.sweep()
    await house.work()
    assert house.script.read == [PAGE]
    assert len(house.thread(message)) == 2


def test_claims_become_tasks_in_their_order_with_ids_that_a_second_run_repeats() -> None:
    found = Extraction(claims=(claim("One."), claim("Two.")))
    tasks = tasks_for(submission(), found, NOW)
    assert [(t.id, t.number, t.claim.text, t.channel, t.team) for t in tasks] == [
        ("s1-1", 1, "One.", CHANNEL, TEAM),
        ("s1-2", 2, "Two.", CHANNEL, TEAM),
    ]
    assert tasks_for(submission(), found, NOW) == tasks
    assert {t.state for t in tasks} == {TaskState.OPEN}


def test_the_same_parts_give_the_same_short_id_and_others_another() -> None:
    assert short_id("T1", "C1", "1.2") == short_id("T1", "C1", "1.2")
    ids = {short_id("T1", channel, str(n)) for channel in ("C1", "C2") for n in range(2000)}
    assert len(ids) == 4000
    assert all(len(id) == 10 and id.isalnum() and id == id.lower() for id in ids)
    assert short_id("a", "bc") != short_id("ab", "c")


async def test_a_process_that_only_enqueues_cannot_run_a_job(house: House, redis_url: str) -> None:
    async with open_dockets(redis_url) as dockets:
        JobQueue(dockets)
        for docket, names in ((dockets.reading, READING), (dockets.telling, TELLING)):
            for name in names:
                job: Any = docket.tasks[name]
                with pytest.raises(RuntimeError, match="only puts jobs on the queue"):
                    await job("T1", "x")
