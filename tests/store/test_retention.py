"""Texts and names go when the settings say so, from the records and from the log, and never while there is work."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from desk.samples import ANA, BEN, CARO, CHANNEL, DAN, NOW, RULES, TEAM, propose
from redis.asyncio import Redis
from store.desk_of_people import KEYS, SAYS, acted, begun, kept

from bot.desk import articles
from bot.desk.commands import Ask, Dismiss, PutBack, Recheck, Reopen, Reply, Reword, SignOff, Take
from bot.desk.forgetting import REMOVED
from bot.desk.messages import Wanted
from bot.desk.pseudonyms import is_pseudonym
from bot.desk.roles import EVERYBODY, Role
from bot.desk.task import DismissalKind
from bot.desk.transitions import Context
from bot.slack.cards.claim_card import Beside, claim_card
from bot.store import audit, retention_store
from bot.store.audit import Entry
from bot.store.desk_store import DeskStore
from bot.store.house_store import Draft, HouseStore
from bot.store.outbox import Outbox
from bot.store.redaction import Redaction
from bot.store.reminder_store import ReminderStore

LATER = NOW + timedelta(days=400)
TALK, TOLD, WORDED = "Who counted the ferries?", "The harbour master did", "Thirty ferries are left in Linden"


async def finished(redis: Redis) -> DeskStore:
    """Two articles that are done with and one on which somebody works."""
    store = await begun(redis)
    for n in (0, 1):
        await acted(
            store,
            [
                (f"s{n}-1", Ask(TALK, to=BEN), ANA),
                (f"s{n}-1", Reply(TOLD), BEN),
                (f"s{n}-1", Reword(WORDED), CARO),
                (f"s{n}-1", propose(explanation=SAYS), ANA),
                (f"s{n}-1", SignOff(1), BEN),
                (f"s{n}-2", Dismiss("No claim"), ANA),
                (f"s{n}-3", Dismiss("", DismissalKind.DUPLICATE, "s1-1"), DAN),
            ],
        )
    await acted(store, [("s2-1", Ask(TALK), ANA), ("s2-2", Take(), BEN)])
    return store


async def about(redis: Redis, article: str) -> str:
    rows = await audit.entries(redis, KEYS)
    return str([row for row in rows if row["about"].startswith(article)])


async def test_talk_and_drafts_go_with_the_text_and_the_log_quotes_neither(redis: Redis) -> None:
    store = await finished(redis)
    context = Context(DAN, RULES, NOW, EVERYBODY | {Role.ADMIN})
    await store.change_article(
        "s1", lambda s, t: articles.add_claim(s, t, None, "A ferry sank in May.", context), by=DAN, what="claim_added"
    )
    await acted(store, [("s1-4", Dismiss("No claim"), DAN)])
    houses = HouseStore(redis, TEAM)
    for task in ("s1-1", "s2-1"):
        await houses.keep_draft(task, CARO, Draft(values={"summary": "half a sen"}))
    assert await store.remove_text("s1")
    assert not await store.remove_text("s2")
    assert await store.drop_drafts({"s1"}) == 1
    assert await store.redact_log() > 0

    task = await store.task("s1-1")
    assert task.questions[0].text == REMOVED
    assert task.questions[0].answer is not None
    assert (task.questions[0].answer.text, task.questions[0].answer.by) == (REMOVED, BEN)
    assert task.wording == WORDED, "the card says what the verdict is on"
    logged = await about(redis, "s1")
    assert not any(said in logged for said in (TALK, TOLD, WORDED, "A ferry sank in May"))
    assert SAYS in logged, "a verdict's words are the newsroom's"
    assert TALK in await about(redis, "s2")
    assert await houses.draft("s1-1", CARO) is None
    assert await houses.draft("s2-1", CARO) is not None
    assert (await audit.verify(redis, KEYS)).finding is None
    assert await store.redact_log() == 0


async def test_names_go_from_records_and_log_of_what_is_done_with(redis: Redis) -> None:
    store = await finished(redis)
    assert await store.naming(LATER) == ["s0", "s1", "s2", "s9"]
    removed = [id for id in await store.naming(LATER) if await store.remove_names(id, LATER)]
    assert removed == ["s0", "s1", "s9"]
    await store.redact_log()
    everything = await kept(redis)
    of_done = {key: value for key, value in everything.items() if re.search(r":(submission|task|article):s[019]", key)}
    people = re.compile("|".join((ANA, BEN, CARO, DAN)))
    assert not [key for key, value in of_done.items() if people.search(value)]
    assert not people.search(await about(redis, "s0") + await about(redis, "s1"))
    assert (await store.task("s2-2")).assignee == BEN
    assert people.search(await about(redis, "s2"))
    assert (await audit.verify(redis, KEYS)).finding is None
    assert await store.naming(LATER) == ["s2"]


async def test_nobody_can_be_followed_from_one_article_to_another_and_counts_hold(redis: Redis) -> None:
    store = await finished(redis)
    for id in ("s0", "s1"):
        await store.remove_names(id, LATER)
    await store.redact_log()
    verdicts = [(await store.task(id)).verdict for id in ("s0-1", "s1-1")]
    names = [(v.author, v.approvals[0].by) for v in verdicts if v]
    assert all(map(is_pseudonym, {*names[0], *names[1]}))
    assert len({*names[0], *names[1]}) == 4
    shown = str(claim_card(await store.task("s1-1"), RULES, Beside(NOW)))
    assert "checked by a colleague · signed off by a colleague" in shown


async def test_a_claim_that_is_checked_again_names_people_until_they_are_too_old_too(redis: Redis) -> None:
    store = await finished(redis)
    await store.remove_names("s1", LATER)
    await store.redact_log()
    await acted(store, [("s1-1", Recheck(), CARO), ("s1-1", Take(), CARO)])
    assert not await store.remove_names("s1", LATER), "somebody works on it"
    await acted(store, [("s1-1", PutBack(), CARO)])
    assert (await store.task("s1-1")).assignee is None
    assert CARO in await about(redis, "s1")


async def test_what_slack_refused_names_nobody_any_more_when_names_go(redis: Redis) -> None:
    store = await finished(redis)
    outbox = Outbox(redis, KEYS)
    told = [id for id in await outbox.waiting(DAN) if id.startswith("told:s1-1:")]
    assert told
    body = {"text": SAYS}
    asked, planned = f"digest:{CHANNEL}:{DAN} 12.3", f"digest:{CHANNEL}:2026-05-12"
    await store.want(
        Wanted(asked, CHANNEL, "notice", about="s1-1", user=DAN, body=body),
        Wanted(planned, CHANNEL, "notice", about="s0-1 s1-1", body=body),
        Wanted("card:s2-9", CHANNEL, "card", about="s2-9", user=DAN),
    )
    await outbox.bury(DAN, told[0], "user_disabled")
    for id in ("card:s1-1", "summary:s1", asked, planned, "card:s2-9"):
        await outbox.bury(CHANNEL, id, "is_archived")
    assert DAN in str([letter for letter in await outbox.buried() if letter["id"] == "summary:s1"])

    await store.remove_names("s0", LATER)
    await store.redact_log()
    assert len(await outbox.buried()) == 6
    await store.remove_names("s1", LATER)
    await DeskStore(redis, TEAM).redact_log()  # whoever removed the names may have died before this
    letters = {letter["id"]: letter for letter in await outbox.buried()}
    assert [*letters] == ["card:s1-1", "summary:s1", planned, "card:s2-9"]
    assert letters.pop("card:s2-9")["user"] == DAN, "nobody is done with that one"
    assert not re.search("|".join((ANA, BEN, CARO, DAN)), str(letters))
    for id in letters:
        message = await outbox.message(id)
        assert message is not None
        assert (message.wanted.user, ANA in str(message.wanted.body)) == ("", False)
    assert [await outbox.message(id) for id in (told[0], asked)] == [None, None]


async def test_whoever_worked_in_a_channel_too_long_ago_is_not_kept_as_working_there(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention_store, "_PAGE", 2)
    store = await finished(redis)
    await acted(store, [("s1-2", Reopen(), DAN), ("s1-2", Take(), DAN), ("s1-2", Dismiss("Old"), DAN)])
    reminders = ReminderStore(redis, TEAM)
    await store.redact_log()
    assert await reminders.people(CHANNEL) == {ANA, BEN, DAN}
    for id in ("s0", "s1"):
        assert await store.remove_names(id, LATER)
    await store.redact_log()
    assert await reminders.people(CHANNEL) == {ANA, BEN}, "somebody still works on the third article, where they are"


async def test_what_changed_lately_is_kept(redis: Redis) -> None:
    store = await finished(redis)
    assert await store.naming(NOW - timedelta(days=1)) == []
    assert not await store.remove_names("s1", NOW - timedelta(days=1))


async def test_a_round_that_was_cut_off_before_the_log_is_made_up_for_by_the_next(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await finished(redis)

    async def dies(*_: object, **__: object) -> int:
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(Redaction, "run", dies)
        await store.remove_names("s1", LATER)
        await store.remove_text("s1")
        with pytest.raises(ConnectionError):
            await store.redact_log()
    assert ANA in await about(redis, "s1")
    assert await DeskStore(redis, TEAM).redact_log() > 0
    logged = await about(redis, "s1")
    assert ANA not in logged
    assert TALK not in logged
    assert not await redis.exists(KEYS.redactions())
    assert (await audit.verify(redis, KEYS)).finding is None


async def test_names_that_another_clock_removes_while_the_log_is_written_anew_leave_the_log_too(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await finished(redis)
    await store.remove_text("s1")
    await store.remove_names("s0", LATER)
    copy = Redaction._copy

    async def copied_while_another_clock_goes_on(self: Redaction, entries: Sequence[Entry]) -> None:
        await copy(self, entries)
        monkeypatch.setattr(Redaction, "_copy", copy)
        assert await DeskStore(redis, TEAM).remove_names("s1", LATER)

    monkeypatch.setattr(Redaction, "_copy", copied_while_another_clock_goes_on)
    assert await store.redact_log() > 0
    assert await redis.hkeys(KEYS.redactions()) == ["s1"]  # type: ignore[misc]
    assert await store.redact_log() > 0
    assert not re.search("|".join((ANA, BEN, CARO, DAN)), await about(redis, "s0") + await about(redis, "s1"))
    assert not await redis.exists(KEYS.redactions())
    assert (await audit.verify(redis, KEYS)).finding is None


async def test_retention_is_by_the_clock_and_says_so_in_the_log(redis: Redis) -> None:
    store = await finished(redis)
    await store.remove_names("s1", datetime.now(UTC))
    await store.redact_log()
    *_, removed, voucher = await audit.entries(redis, KEYS)
    assert (removed["what"], removed["by"], removed["about"]) == ("names_removed", "claimdesk", "s1")
    assert (voucher["what"], voucher["by"]) == ("redacted", "claimdesk")
    assert '"why": "retention"' in voucher["details"]
