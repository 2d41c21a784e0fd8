"""Who may do and see what at the desk, what settings change, and what happens in Slack beside it."""

from __future__ import annotations

import time
from collections.abc import Awaitable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest.mock import AsyncMock

import pytest
from desk.samples import article, claim, propose, submission
from filling import filled
from jobs.house import TUESDAY_TEN, House
from pressing import bolt, command, pressed, send

from bot.articles.unreadable import Reason as Unreadable
from bot.articles.unreadable import UnreadableError
from bot.claims.claim import Extraction
from bot.desk.commands import (
    Ask,
    Dismiss,
    Follow,
    HandOver,
    Object,
    PutBack,
    Reopen,
    Reply,
    SetDue,
    SignOff,
    Take,
)
from bot.desk.house import ChannelHouse
from bot.desk.house import House as Settings
from bot.desk.refusals import Reason, Refusal
from bot.desk.roles import EVERYBODY, Members, Role, Standing
from bot.desk.task import DismissalKind, Intake, TaskState
from bot.jobs.jobs import tasks_for
from bot.sandbox import Channel, Message, Person
from bot.sandbox.plain import plain_blocks
from bot.service import access
from bot.slack.cards import modals
from bot.slack.cards.queue_list import untold_line
from bot.slack.people import Member
from bot.store.house_store import Draft
from bot.store.records import THE_DESK
from handlers import commands, verdict_form


async def file(house: House, count: int = 2, id: str = "s1", channel: Channel | None = None, **fields: Any) -> Message:
    """Ana asked; the claims stand in the thread of her message."""
    place = channel or house.channel
    message = await house.ana.post(place, f"please {id}", wait=False)
    here = {"channel": place.id, "asker": house.ana.id, "thread_ts": message.ts, "team": house.store.team}
    received = submission(id, **here | fields)
    claims = Extraction(claims=tuple(claim(f"Claim number {n} of {id}.") for n in range(1, count + 1)))
    await house.store.receive(received)
    await house.store.file(received.id, article(), tasks_for(received, claims, TUESDAY_TEN))
    await house.desk.office.wake()
    await house.work()
    return message


@pytest.fixture
async def asked(house: House) -> Message:
    return await file(house)


@pytest.fixture
def caro(house: House) -> Person:
    return house.slack.add_user("caro")


async def boss(house: House) -> str:
    """An admin of the workspace."""
    person = house.slack.add_user("boss")
    house.desk.office.people.changed(person.id, Member(admin=True))
    return person.id


async def refused(doing: Awaitable[object]) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        await doing
    return refusal.value


def given(**roles: Members) -> Settings:
    return Settings(roles={Role(role): members for role, members in roles.items()})


# Roles and settings


async def test_without_any_set_up_everybody_checks_and_signs_and_nobody_changes_settings(house: House) -> None:
    assert await house.desk.office.standing(house.ben.id, ask_admin=True) == Standing(EVERYBODY)
    refusal = await refused(house.desk.house.change_house(Settings(approvals=2), house.ben.id))
    assert refusal.sentence.startswith("Only somebody who is an admin here can do that.")
    refusal = await refused(house.desk.house.change_channel(house.channel.id, ChannelHouse(), "off", house.ben.id))
    assert refusal.reason is Reason.NOT_YOUR_ROLE
    assert (await house.desk.house.house()).approvals == 1
    assert await house.store.digest(house.channel.id) is None


async def test_roles_that_are_given_to_people_and_groups_hold_at_once(
    house: House, asked: Message, caro: Person
) -> None:
    group = house.slack.add_usergroup("checkers", [house.ben])
    admin = await boss(house)
    await house.desk.house.change_house(
        given(checker=Members(groups=(group,)), editor=Members(users=(caro.id,))), admin
    )
    act = house.desk.work.act
    assert (await refused(act("s1-1", Take(), house.ana.id))).reason is Reason.NOT_YOUR_ROLE
    await act("s1-1", Take(), house.ben.id)
    await act("s1-1", propose(), house.ben.id)
    assert (await refused(act("s1-1", SignOff(1), house.ana.id))).reason is Reason.NOT_YOUR_ROLE
    assert (await refused(house.desk.work.close_article("s1", "x", house.ben.id))).reason is Reason.NOT_YOUR_ROLE
    await act("s1-1", SignOff(1), caro.id)
    await act("s1-2", Follow(), house.ana.id)
    assert await house.desk.house.group_names() == {group: "@checkers"}


async def test_an_admin_may_do_everything_whoever_has_the_roles(house: House, asked: Message, caro: Person) -> None:
    admin = await boss(house)
    only_caro = Members(users=(caro.id,))
    await house.desk.house.change_house(given(checker=only_caro, editor=only_caro), admin)
    await house.desk.work.act("s1-1", Take(), admin)
    await house.desk.work.act("s1-1", HandOver(caro.id), admin)
    await house.desk.work.act("s1-1", PutBack(), admin)
    await house.desk.work.close_article("s1", "Withdrawn", admin)
    assert (await house.desk.work.submission("s1")).closing is not None


async def test_the_desk_itself_may_do_what_the_clock_asks_of_it(house: House) -> None:
    await house.desk.office.houses.change_house(given(checker=Members(users=("U0X",))), by="U0X")
    assert await house.desk.office.standing(THE_DESK) == Standing(EVERYBODY | {Role.ADMIN})


async def test_people_of_another_company_in_a_shared_channel_ask_and_follow_and_no_more(
    house: House, asked: Message
) -> None:
    theirs = house.slack.add_user("theirs")
    theirs.user.team_id, theirs.user.is_admin = "T0OTHER", True  # an admin there is none here
    house.channel.members.append(theirs.id)
    access.shown_in(house.channel.id)
    await house.desk.work.act("s1-1", Follow(), theirs.id)
    for asked_for in (Take(), Dismiss("x"), propose()):
        assert (await refused(house.desk.work.act("s1-1", asked_for, theirs.id))).reason is Reason.NOT_YOUR_ROLE
    assert (await refused(house.desk.house.change_house(Settings(), theirs.id))).reason is Reason.NOT_YOUR_ROLE


async def test_people_of_another_company_are_offered_no_claims_of_public_channels_they_are_not_in(
    house: House, asked: Message
) -> None:
    theirs = house.slack.add_user("theirs")
    theirs.user.team_id = "T0OTHER"
    await file(house, 1, "s2", house.slack.add_channel("shared", members=[house.ana, theirs]))
    assert [t.id for t in await house.desk.work.originals("s2-1", "claim", house.ana.id, 9)] == ["s1-1", "s1-2"]
    assert await house.desk.work.originals("s2-1", "claim", theirs.id, 9) == []


async def test_settings_change_the_rules_for_the_next_press(house: House, asked: Message, caro: Person) -> None:
    await house.desk.work.act("s1-1", propose(), house.ben.id)
    await house.desk.house.change_house(Settings(approvals=2, sources=3), await boss(house))
    step = await house.desk.work.act("s1-1", SignOff(1), house.ana.id)
    assert step.task.state is TaskState.IN_REVIEW
    assert (await house.desk.work.act("s1-1", SignOff(1), caro.id)).task.state is TaskState.PUBLISHED
    refusal = await refused(house.desk.work.act("s1-2", propose(), house.ben.id))
    assert refusal.sentence.startswith("2 of 3 independent sources.")
    assert [p.reason for p in await house.desk.work.missing(await house.store.task("s1-2"), propose())] == [
        Reason.TOO_FEW_SOURCES
    ]


async def test_a_channels_settings_say_how_verdicts_are_shown_and_when_the_digest_comes(
    house: House, asked: Message
) -> None:
    admin = await boss(house)
    watching = ChannelHouse(broadcast=True, watched=True)
    await house.desk.house.change_channel(house.channel.id, watching, "at 07:30 Europe/Paris", admin)
    settings, digest = await house.desk.house.channel_for(house.channel.id, house.ana.id)
    assert settings == watching
    assert digest is not None
    assert (f"{digest.at:%H:%M}", digest.tz) == ("07:30", "Europe/Paris")
    assert await house.desk.house.is_watched(house.channel.id)
    assert not await house.desk.house.is_watched("C0OTHER")
    await house.desk.work.act("s1-1", propose(), house.ben.id)
    await house.desk.work.act("s1-1", SignOff(1), house.ana.id)
    await house.work()
    assert [m for m in house.slack.messages(house.channel) if "Verdict on claim 1" in m.plain()]


async def test_when_a_digest_comes_is_for_checkers_to_say_and_not_for_guests_and_other_companies(house: House) -> None:
    guest, theirs, ana = house.slack.add_user("guest"), house.slack.add_user("theirs"), house.ana
    theirs.user.team_id = "T0OTHER"
    house.desk.office.people.changed(guest.id, Member(outside=True))
    house.channel.members.extend((guest.id, theirs.id))

    async def digest(words: str, who: str) -> str:
        return await house.desk.digests.ask(house.channel.id, words, by=who, origin="1")

    assert "on weekdays at 08:30" in await digest("at 08:30 Europe/Paris", ana.id)
    for who in (guest.id, theirs.id):
        for words in ("off", "at 09:30 Asia/Tokyo", "on"):
            assert (await refused(digest(words, who))).reason is Reason.NOT_YOUR_ROLE
        assert await digest("", who) == "The digest is on its way."
    settings = await house.store.digest(house.channel.id)
    assert settings is not None
    assert (f"{settings.at:%H:%M}", settings.on) == ("08:30", True)
    await house.desk.house.change_house(given(checker=Members(users=(house.ben.id,))), await boss(house))
    assert (await refused(digest("off", ana.id))).reason is Reason.NOT_YOUR_ROLE
    assert "No digest any more" in await digest("off", house.ben.id)


async def test_whom_the_desk_refuses_a_digest_reads_why_as_an_answer_to_the_command(house: House) -> None:
    app = bolt()
    commands.register(app, house.desk)
    house.desk.office.people.changed("U0ANA", Member(outside=True))
    answer = await command(app, command="/digest", text="off", channel_id=house.channel.id)
    assert (answer.status, "Only somebody who is a checker here" in answer.body) == (200, True)


# Handing over, questions, choices


async def test_a_claim_goes_to_no_app_and_to_nobody_who_left_or_is_no_checker(
    house: House, asked: Message, caro: Person
) -> None:
    act, bot = house.desk.work.act, house.slack.bot_user_id
    refusal = await refused(act("s1-1", HandOver(bot), house.ana.id))
    assert refusal.sentence == (f"<@{bot}> cannot check claims: that is an app, or somebody who left. Choose a person.")
    await caro.deactivate(wait=False)
    refusal = await refused(act("s1-1", HandOver(caro.id), house.ana.id))
    assert (refusal.reason, refusal.field) == (Reason.NOT_A_PERSON, "to")
    await house.desk.house.change_house(given(checker=Members(users=(house.ana.id,))), await boss(house))
    refusal = await refused(act("s1-1", HandOver(house.ben.id), house.ana.id))
    assert (refusal.reason, refusal.field) == (Reason.NOT_A_CHECKER, "to")


async def test_while_slack_does_not_tell_who_somebody_is_no_claim_is_handed_to_them(
    house: House, asked: Message
) -> None:
    await house.desk.work.act("s1-2", Take(), house.ana.id)
    house.slack.faults.add("users.info", "error", times=None)
    refusal = await refused(house.desk.work.act("s1-1", HandOver(house.ben.id), house.ana.id))
    assert (refusal.reason, refusal.field) == (Reason.SLACK_IS_SILENT, "to")
    house.slack.faults.clear()
    await house.desk.work.act("s1-1", HandOver(house.ben.id), house.ana.id)
    assert (await house.store.task("s1-1")).assignee == house.ben.id


async def test_while_slack_does_not_say_who_somebody_is_they_may_what_was_given_to_them_and_no_more(
    house: House, asked: Message, caro: Person
) -> None:
    access.shown_in(house.channel.id)
    await house.desk.house.change_house(given(checker=Members(users=(house.ben.id,))), await boss(house))
    house.slack.faults.add("users.info", "500", times=None)
    act = house.desk.work.act
    await act("s1-1", Follow(), caro.id)
    await act("s1-1", propose(), house.ben.id)
    doing = (
        act("s1-2", Take(), caro.id),  # they might be an admin
        act("s1-1", SignOff(1), caro.id),  # a guest may not
        house.desk.work.close_article("s1", "x", caro.id),
        house.desk.house.change_house(Settings(), caro.id),
    )
    for each in doing:
        assert (await refused(each)).reason is Reason.SLACK_IS_SILENT
    house.slack.faults.clear()
    await act("s1-1", SignOff(1), caro.id)


async def test_who_may_be_in_a_group_that_has_a_role_is_told_that_slack_does_not_say(
    house: House, asked: Message, caro: Person
) -> None:
    group = house.slack.add_usergroup("checkers", [caro])
    await house.desk.house.change_house(given(checker=Members(groups=(group,))), await boss(house))
    house.slack.faults.add("usergroups.list", "500", times=1)
    assert (await refused(house.desk.work.act("s1-1", Take(), caro.id))).reason is Reason.SLACK_IS_SILENT
    await house.desk.work.act("s1-1", Take(), caro.id)


async def test_a_claim_that_would_go_back_to_somebody_who_left_goes_on_the_queue(house: House, asked: Message) -> None:
    work, store, ana, ben = house.desk.work, house.store, house.ana.id, house.ben.id
    await work.act("s1-1", Take(), ben)
    await work.act("s1-1", Dismiss("an opinion"), ana)
    await work.act("s1-2", propose(), ben)
    await file(house, 2, "s2")
    await work.act("s2-1", Take(), ben)
    await work.act("s2-2", Take(), ana)
    await work.close_article("s2", "Withdrawn", ana)
    house.desk.office.people.changed(ben, Member(gone=True))
    await work.act("s1-1", Reopen(), ana)
    await work.act("s1-2", Object(1, "Too old"), ana)
    await work.reopen_article("s2", ana)
    free = [await store.task(id) for id in ("s1-1", "s1-2", "s2-1")]
    assert {(t.state, t.assignee) for t in free} == {(TaskState.OPEN, None)}
    assert (await store.task("s2-2")).assignee == ana
    assert await store.assigned_to(ben) == []


async def test_only_who_may_add_a_claim_to_an_article_that_is_open_is_shown_the_form(
    house: House, asked: Message
) -> None:
    work = house.desk.work
    assert (await work.extensible("s1", house.ana.id)).id == "s1"
    await work.close_article("s1", "Withdrawn", house.ana.id)
    assert (await refused(work.extensible("s1", house.ana.id))).reason is Reason.CLOSED
    await house.desk.house.change_house(given(checker=Members(users=(house.ben.id,))), await boss(house))
    assert (await refused(work.extensible("s1", house.ana.id))).reason is Reason.NOT_YOUR_ROLE
    assert (await refused(work.extensible("nowhere", house.ana.id))).reason is Reason.GONE


async def test_a_draft_is_kept_for_its_writer_until_it_is_sent(house: House, asked: Message) -> None:
    work, before = house.desk.work, await house.store.task("s1-1")
    begun = Draft(values={"rating": "false"}, version=0)
    await work.keep_draft(before, house.ana.id, begun)
    assert await work.draft(before, house.ana.id) == {"rating": "false"}
    await refused(work.act("s1-1", propose(summary=""), house.ana.id))
    assert await work.draft(before, house.ana.id) is not None
    await work.act("s1-1", propose(), house.ana.id)
    sent = await house.store.task("s1-1")
    await work.keep_draft(sent, house.ana.id, begun)  # a keystroke that was on its way still
    assert await work.draft(sent, house.ana.id) is None


@pytest.mark.parametrize("closed", [False, True])
async def test_what_is_typed_while_slack_does_not_say_who_sees_the_claim_is_kept_and_nothing_of_it_shown(
    house: House, private: Channel, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    await file(house, 1, "s2", private)
    task, caro, dan = await house.store.task("s2-1"), house.slack.add_user("caro"), house.slack.add_user("dan")
    private.members.append(caro.id)
    show, app = AsyncMock(), bolt()
    monkeypatch.setattr(verdict_form, "_update", show)
    verdict_form.register(app, house.desk)
    form = modals.verdict_modal(task, await house.desk.rules(), None, today=TUESDAY_TEN.date())
    view = {**filled(form, {"summary": "Half a thought"}), "id": "V1", "hash": "1778578200.abc"}
    typed = {"type": "view_closed"} if closed else pressed("verdict_typed", value="Half a thought")

    async def type_it(who: Person) -> dict[str, str] | None:
        assert (await send(app, {**typed, "user": {"id": who.id}, "view": view})).status == 200
        return await house.desk.work.draft(task, who.id)

    house.slack.faults.add("users.conversations", "500", times=None)
    kept = await type_it(caro)
    assert kept is not None
    assert kept["summary"] == "Half a thought"
    show.assert_not_awaited()
    house.slack.faults.clear()
    assert await type_it(dan) is None  # whom Slack says to be no member


async def test_a_draft_that_was_begun_on_another_version_is_dropped(house: House, asked: Message) -> None:
    work, before = house.desk.work, await house.store.task("s1-1")
    await work.keep_draft(before, house.ben.id, Draft(values={"rating": "true"}, version=0))
    assert await work.draft(before, house.ben.id) == {"rating": "true"}
    await work.act("s1-1", propose(), house.ana.id)
    assert await work.draft(await house.store.task("s1-1"), house.ben.id) is None
    assert await house.desk.office.houses.draft("s1-1", house.ben.id) is None


@pytest.fixture
def private(house: House) -> Channel:
    """A private channel with Ana and the desk in it."""
    return house.slack.add_channel("secret", members=[house.ana], private=True)


async def test_originals_are_offered_by_likeness_or_words_and_never_out_of_a_private_channel(
    house: House, asked: Message, private: Channel
) -> None:
    await file(house, 2, "s2", private)
    await house.desk.work.act("s1-2", Dismiss("an opinion"), house.ben.id)
    await file(house, 1, "s3")

    async def offered(id: str, words: str, person: Person = house.ana) -> list[str]:
        return sorted(t.id for t in await house.desk.work.originals(id, words, person.id, 50))

    assert await offered("s1-1", "") == ["s3-1"]
    assert await offered("s1-1", "claim number") == ["s3-1"]
    assert await offered("s1-1", "zebra") == []
    assert await offered("s2-1", "claim") == ["s1-1", "s2-2", "s3-1"]
    assert (await refused(house.desk.work.originals("s2-1", "claim", house.ben.id, 50))).reason is Reason.NOT_SEEN
    of_private = Dismiss("", DismissalKind.DUPLICATE, "s2-1")
    refusal = await refused(house.desk.work.act("s1-1", of_private, house.ana.id))
    assert refusal.sentence == "That claim is in a private channel, which not everybody here may see. Choose another."
    gone = Dismiss("", DismissalKind.DUPLICATE, "s9-9")
    assert (await refused(house.desk.work.act("s1-1", gone, house.ana.id))).reason is Reason.GONE


async def test_while_slack_does_not_say_whether_a_channel_is_public_no_duplicate_is_pointed_to_it(
    house: House, asked: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = house.slack.add_channel("other", members=[house.ana])
    await file(house, 1, "s2", other)
    access.shown_in(house.channel.id)
    monkeypatch.setattr("bot.service.office.seconds_left", lambda: 0.5)
    house.slack.faults.add("conversations.info", "never")
    duplicate = Dismiss("", DismissalKind.DUPLICATE, "s2-1")
    begun = time.monotonic()
    refusal = await refused(house.desk.work.act("s1-1", duplicate, house.ana.id))
    assert (refusal.reason, refusal.field) == (Reason.SLACK_IS_SILENT, "of")
    assert time.monotonic() - begun < 3


async def test_originals_of_many_channels_are_offered_as_fast_as_those_of_one(
    house: House, asked: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(2, 7):
        other = house.slack.add_channel(f"other{n}", members=[house.ana])
        await file(house, 1, f"s{n}", other)
        access.shown_in(other.id)
        await house.desk.work.act(f"s{n}-1", Take(), house.ana.id)  # hers, so nobody has asked yet what channel it is
    monkeypatch.setattr("bot.service.office.seconds_left", lambda: 2)
    house.slack.faults.add("conversations.info", "late", delay=0.4, times=None)
    begun = time.monotonic()
    assert len(await house.desk.work.originals("s1-1", "claim", house.ana.id, 50)) == 6
    assert time.monotonic() - begun < 1.5


async def test_sentences_are_found_by_all_their_words(house: House, asked: Message) -> None:
    found = await house.desk.work.sentences("s1", "MAYOR did", house.ana.id, 9)
    assert [text for _, _, text in found] == ["The mayor did not comment."]
    start, end, _ = found[0]
    added = (await house.desk.work.add_claim("s1", (start, end), "", house.ben.id)).added
    assert added is not None
    assert (added.id, added.text) == ("s1-3", "The mayor did not comment.")
    assert len(await house.desk.work.sentences("s1", "", house.ana.id, 1)) == 1
    assert await house.desk.work.sentences("s1", "zebra", house.ana.id, 9) == []
    assert (await refused(house.desk.work.sentences("nowhere", "", house.ana.id, 9))).reason is Reason.GONE


async def test_what_is_gone_is_refused_with_a_sentence_whatever_is_asked_of_it(house: House) -> None:
    work, ana = house.desk.work, house.ana.id
    for doing in (
        work.submission("nowhere"),
        work.closable("nowhere", ana),
        work.close_article("nowhere", "x", ana),
        work.reopen_article("nowhere", ana),
        work.add_claim("nowhere", None, "x", ana),
        work.originals("nowhere", "", ana, 5),
        house.desk.reception.try_again("nowhere", ana),
        house.desk.reception.read_again("nowhere", ana, "1"),
    ):
        assert (await refused(doing)).reason is Reason.GONE


# Who may do anything at all: the payload's channel proves that somebody sees it, else Slack is asked


def _everything(house: House, task: str, submission: str, who: str) -> list[Awaitable[object]]:
    """All that somebody can ask of a claim and of an article."""
    work, reception = house.desk.work, house.desk.reception
    return [
        *(work.act(task, command, who) for command in (Take(), Follow(), Dismiss("x"), propose(), Reply("y"))),
        work.task_for(task, who),
        work.originals(task, "", who, 5),
        work.sentences(submission, "", who, 5),
        work.extensible(submission, who),
        work.closable(submission, who),
        work.close_article(submission, "x", who),
        work.reopen_article(submission, who),
        work.add_claim(submission, None, "Something else was said.", who),
        work.show_more(submission, 10, who),
        reception.try_again(submission, who),
        reception.read_again(submission, who, "1"),
        reception.read_edited(submission, who, "1"),
    ]


async def test_who_does_not_see_a_channel_can_do_nothing_with_what_is_in_it(house: House, private: Channel) -> None:
    await file(house, 2, "s2", private)
    before = await house.store.task("s2-1")
    for doing in _everything(house, "s2-1", "s2", house.ben.id):
        assert (await refused(doing)).reason is Reason.NOT_SEEN
    assert await house.store.task("s2-1") == before


async def test_while_slack_does_not_say_who_sees_a_channel_nothing_is_done_and_nothing_lost(
    house: House, private: Channel
) -> None:
    await file(house, 2, "s2", private)
    caro = house.slack.add_user("caro")
    private.members.append(caro.id)
    house.slack.faults.add("conversations.info", "500", times=100)
    for doing in _everything(house, "s2-1", "s2", caro.id):
        assert (await refused(doing)).reason is Reason.SLACK_IS_SILENT


async def test_a_press_in_the_channel_itself_proves_that_it_is_seen_and_slack_is_not_asked(
    house: House, private: Channel
) -> None:
    await file(house, 1, "s2", private)
    house.slack.faults.add("conversations.info", "500", times=100)
    access.shown_in(private.id)  # as of somebody of another company, in a channel that is shared with it
    await house.desk.work.act("s2-1", Follow(), "U0STRANGER")
    assert "U0STRANGER" in (await house.store.task("s2-1")).followers
    assert house.slack.calls_of("conversations.info") == []


async def test_who_is_asked_may_answer_wherever_the_question_stands(house: House, private: Channel) -> None:
    await file(house, 1, "s2", private)
    await house.desk.work.act("s2-1", Ask("Which year?", house.ben.id), house.ana.id)
    await house.desk.work.act("s2-1", Reply("In 2019"), house.ben.id)
    assert (await refused(house.desk.work.act("s2-1", Take(), house.ben.id))).reason is Reason.NOT_SEEN


async def test_only_a_sentence_of_the_article_can_be_added_as_one(house: House, asked: Message) -> None:
    for place in ((0, 10**9), (-5, 3), (1, 2)):
        refusal = await refused(house.desk.work.add_claim("s1", place, "", house.ben.id))
        assert refusal.reason is Reason.NOT_UNDERSTOOD


# Lists


async def listed(house: House, words: str, person: Person | None = None, channel: Channel | None = None) -> str:
    who = person or house.ana
    text, blocks = await house.desk.lists.claims(words, user=who.id, channel=(channel or house.channel).id)
    return f"{text}\n{plain_blocks(blocks)}"


async def test_lists_beyond_a_channel_leave_out_what_somebody_may_not_see(
    house: House, asked: Message, private: Channel
) -> None:
    await file(house, 2, "s2", private)
    caro = house.slack.add_user("caro")
    private.members.append(caro.id)
    late = TUESDAY_TEN + timedelta(minutes=1)
    for id in ("s1-1", "s2-1"):
        await house.desk.work.act(id, SetDue(late), house.ana.id)
    for id in ("s1-2", "s2-2"):
        for fields in ({}, {"rating": "true", "correction": "Counted again"}):
            await house.desk.work.act(id, propose(**fields), house.ana.id)
            standing = (await house.store.task(id)).verdict
            assert standing is not None
            await house.desk.work.act(id, SignOff(standing.version), caro.id)
    later = house.new_desk(late + timedelta(hours=1))

    async def words(word: str, person: Person) -> str:
        _, blocks = await later.lists.claims(word, user=person.id, channel=house.channel.id)
        return plain_blocks(blocks)

    for word in ("overdue", "search claim number", "corrections", f"article {article().url}"):
        assert "of s1" in await words(word, house.ben), word
        assert "of s2" not in await words(word, house.ben), word
        assert "of s2" in await words(word, house.ana), word


async def test_a_list_that_is_short_because_slack_is_silent_says_so_and_never_that_there_is_none(
    house: House, asked: Message, private: Channel
) -> None:
    await file(house, 2, "s2", private)
    caro, late = house.slack.add_user("caro"), TUESDAY_TEN + timedelta(minutes=1)
    private.members.append(caro.id)
    for id in ("s1-1", "s2-1"):
        await house.desk.work.act(id, SetDue(late), house.ana.id)
    for id in ("s1-2", "s2-2"):
        for fields in ({}, {"rating": "true", "correction": "Counted again"}):
            await house.desk.work.act(id, propose(**fields), house.ana.id)
            standing = (await house.store.task(id)).verdict
            assert standing is not None
            await house.desk.work.act(id, SignOff(standing.version), caro.id)
    later = house.new_desk(late + timedelta(hours=1))

    async def words(word: str, dan: Person) -> str:
        text, blocks = await later.lists.claims(word, user=dan.id, channel=house.channel.id)
        return f"{text}\n{plain_blocks(blocks)}"

    faults = house.slack.faults
    for word, count in {"overdue": 1, "search claim": 2, "corrections": 1, f"article {article().url}": 2}.items():
        dan = house.slack.add_user(f"dan-{word[:3]}")
        faults.add("users.info", "500", times=None)
        faults.add("users.conversations", "500", times=None)
        nothing_told = await words(word, dan)
        assert untold_line(2 * count) in nothing_told, word
        assert "none" not in nothing_told, word
        faults.clear()
        faults.add("users.conversations", "500", times=None)
        partly = await words(word, dan)
        assert "of s1" in partly, word
        assert untold_line(count) in partly, word
        faults.clear()
        assert "Slack did not say" not in await words(word, dan), word


async def test_a_home_that_is_short_because_slack_is_silent_says_so(
    house: House, asked: Message, private: Channel, caro: Person
) -> None:
    await file(house, 1, "s2", private)
    await house.desk.work.act("s2-1", propose(), house.ana.id)
    homes = house.new_desk(datetime.now(UTC)).homes
    house.slack.faults.add("users.info", "500", times=None)
    await homes.opened(caro.id)
    await house.work()
    assert caro.home is not None
    assert "Slack does not say just now who you are" in caro.home.plain()
    house.slack.faults.clear()
    house.slack.faults.add("users.conversations", "500", times=None)
    await homes.search(house.ben.id, "claim of s2")
    await house.work()
    shown = house.ben.home
    assert shown is not None
    assert "who you are" not in shown.plain()
    assert shown.plain().count(untold_line(1)) == 2  # waiting for a signature, and found
    assert untold_line(1, "article") in shown.plain()
    assert "No claim has these words" not in shown.plain()
    assert "No verdict waits for you" not in shown.plain()


async def test_what_somebody_holds_is_theirs_to_see_wherever_it_is(house: House, private: Channel) -> None:
    await file(house, 1, "s2", private)
    await house.desk.work.act("s2-1", HandOver(house.ben.id), house.ana.id)
    assert "of s2" in await listed(house, "mine", house.ben)
    assert "of s2" in await listed(house, "search claim", house.ben)


async def test_a_year_at_the_end_of_a_search_is_searched_for_and_a_small_number_is_a_page(house: House) -> None:
    await file(house, 20)
    assert "found for “claim 2025”" in await listed(house, "search claim 2025")
    assert "found for “2025”" in await listed(house, "search 2025")
    assert "found for “claim”" in await listed(house, "search claim 2")
    assert "Claim number 16 " in await listed(house, "search claim 2")


async def test_the_links_of_articles_are_taken_as_they_are_written(house: House) -> None:
    await file(house, 1)
    here = article().url
    assert "Claim number 1" in await listed(house, f"ARTICLE <{here}|harbour-times.com>")
    assert "I have not read this page here" in await listed(house, "article https://x.org/Other")
    assert "none" in await listed(house, "article not a link")


async def test_an_unknown_word_gets_the_nearest_and_the_list(house: House) -> None:
    answer = await listed(house, "overdeu")
    assert "Did you mean `/claims overdue`?" in answer
    assert "What I can do" in answer


# Homes


async def test_a_home_shows_what_is_ones_own_and_follows_what_others_do(
    house: House, asked: Message, caro: Person, private: Channel
) -> None:
    await file(house, 1, "s2", private)
    homes = house.new_desk(datetime.now(UTC)).homes  # who looks is told by the real time
    await homes.opened(house.ben.id)
    await house.work()

    def home(person: Person) -> str:
        return person.home.plain() if person.home else ""

    assert "of s1" not in home(house.ben)
    await house.desk.work.act("s1-1", HandOver(house.ben.id), house.ana.id)
    await house.desk.work.act("s1-2", propose(), house.ana.id)
    await house.desk.work.act("s2-1", propose(), house.ana.id)
    await house.desk.office.houses.refresh_homes(datetime.now(UTC), most=2)
    await house.work()
    assert "Claim number 1 of s1" in home(house.ben)  # theirs
    assert "Claim number 2 of s1" in home(house.ben)  # waits for their signature
    assert "of s2" not in home(house.ben)
    assert home(caro) == ""  # who never opened theirs gets none
    await homes.opened(house.ana.id)
    await homes.search(house.ana.id, "  claim   number ")
    await house.work()
    assert "of s2" in home(house.ana)
    state = await house.desk.office.houses.home(house.ana.id)
    assert state.words == "claim number"
    await homes.turn(house.ana.id, "found", 3)
    assert (await house.desk.office.houses.home(house.ana.id)).pages == {"found": 3}
    await homes.search(house.ana.id, "")
    assert (await house.desk.office.houses.home(house.ana.id)).pages == {}


# In step with Slack


async def test_an_edited_message_is_offered_to_be_read_again_in_its_thread(house: House, asked: Message) -> None:
    for edit in ("1.1", "1.1", "1.2"):  # a repeated delivery tells nothing new
        await house.desk.sync.edited(house.channel.id, asked.ts, edit)
    await house.desk.sync.edited(house.channel.id, "9.9", "1.1")
    await house.work()
    offers = [said for said in house.thread(asked) if "was edited after I read it" in said]
    assert len(offers) == 2
    assert "[Read it again]" in offers[0]


async def test_a_deleted_message_is_told_once_in_the_thread_and_the_record_stays(house: House, asked: Message) -> None:
    for _ in range(2):
        await house.desk.sync.deleted(house.channel.id, asked.ts)
    await house.work()
    assert len([said for said in house.thread(asked) if "was deleted" in said]) == 1
    assert len(await house.store.tasks_of("s1")) == 2


async def test_a_message_that_is_still_being_read_is_not_told_of_its_edits(house: House) -> None:
    message = await house.ana.post(house.channel, "please", wait=False)
    await house.store.receive(
        submission(channel=house.channel.id, asker=house.ana.id, thread_ts=message.ts, team=house.store.team)
    )
    await house.desk.sync.edited(house.channel.id, message.ts, "1.1")
    await house.desk.sync.deleted(house.channel.id, message.ts)
    await house.work()
    assert not [said for said in house.thread(message) if "edited" in said or "deleted" in said]


async def answers(house: House, thread: Message, person: Person, text: str) -> bool:
    return await house.desk.sync.replied(house.channel.id, thread.ts, person.id, text)


async def test_an_answer_in_the_thread_lands_on_the_card_if_the_right_person_gives_it(
    house: House, asked: Message, caro: Person
) -> None:
    assert not await answers(house, asked, caro, "Hello")
    await house.desk.work.act("s1-1", Ask("Which harbour?", caro.id), house.ben.id)
    assert not await answers(house, asked, house.ana, "I think Linden")
    assert not await house.desk.sync.replied(house.channel.id, "9.9", caro.id, "Linden")
    assert await answers(house, asked, caro, "Linden")
    (question,) = (await house.store.task("s1-1")).questions
    assert question.answer is not None
    assert (question.answer.by, question.answer.text) == (caro.id, "Linden")
    await house.work()
    assert "Your question on a claim was answered" in house.slack.dms(house.ben)[0].plain()


async def test_a_question_to_all_is_answered_by_anyone_but_who_asked(house: House, asked: Message) -> None:
    await house.desk.work.act("s1-1", Ask("Which harbour?"), house.ben.id)
    assert not await answers(house, asked, house.ben, "I mean the old one")
    assert await answers(house, asked, house.ana, "The old one, I think")


async def test_of_two_questions_a_number_says_which_is_meant_and_else_neither_is(
    house: House, asked: Message, caro: Person
) -> None:
    for id in ("s1-1", "s1-2"):
        await house.desk.work.act(id, Ask("Since when?"), house.ben.id)
    assert not await answers(house, asked, house.ana, "2024")
    assert not await answers(house, asked, house.ana, "7: 2024")
    assert await answers(house, asked, house.ana, "#2: 2024")
    question = (await house.store.task("s1-2")).questions[-1]
    assert question.answer is not None
    assert question.answer.text == "2024"
    assert (await house.store.task("s1-1")).state is TaskState.QUESTION
    assert await answers(house, asked, house.ana, "2023")  # only one is left


async def test_whom_a_question_names_answers_it_though_another_is_open_to_all(
    house: House, asked: Message, caro: Person
) -> None:
    await house.desk.work.act("s1-1", Ask("Since when?"), house.ben.id)
    await house.desk.work.act("s1-2", Ask("Which harbour?", caro.id), house.ben.id)
    assert await answers(house, asked, caro, "Linden")
    assert (await house.store.task("s1-2")).state is TaskState.OPEN
    assert (await house.store.task("s1-1")).state is TaskState.QUESTION


async def test_an_archived_channel_gets_no_digests_any_more(house: House, asked: Message) -> None:
    await house.desk.digests.start(house.channel.id, house.ana.id)
    await house.desk.sync.channel_closed(house.channel.id)
    assert await house.store.digests() == []


async def test_what_somebody_held_who_leaves_goes_back_but_a_verdict_under_review_stays(
    house: House, asked: Message
) -> None:
    await house.desk.work.act("s1-1", Take(), house.ben.id)
    await house.desk.work.act("s1-2", propose(), house.ben.id)
    await house.desk.homes.opened(house.ben.id)
    await house.desk.sync.person_changed(house.ben.id, Member(tz="Europe/Paris"))
    assert (await house.store.task("s1-1")).assignee == house.ben.id
    await house.desk.sync.person_changed(house.ben.id, Member(gone=True))
    first, second = await house.store.tasks_of("s1")
    assert (first.state, first.assignee) == (TaskState.OPEN, None)
    assert (second.state, second.assignee) == (TaskState.IN_REVIEW, house.ben.id)
    refusal = await refused(house.desk.work.act("s1-1", HandOver(house.ben.id), house.ana.id))
    assert refusal.reason is Reason.NOT_A_PERSON


# Reading again


async def test_what_could_not_be_read_is_read_when_somebody_presses_try_again(house: House) -> None:
    house.script.failures = [UnreadableError(Unreadable.NOT_FOUND, "x.org")]
    message = await house.ana.post(house.channel, "please", wait=False)
    await house.desk.reception.submit(
        channel=house.channel.id,
        asker=house.ana.id,
        via=Intake.MENTION,
        texts=("https://x.org/a",),
        thread_ts=message.ts,
        origin="1",
    )
    await house.work()
    (known,) = await house.store.in_thread(house.channel.id, message.ts)
    for _ in range(2):  # pressed twice
        await house.desk.reception.try_again(known.id, house.ben.id)
    await house.work()
    assert house.script.read == ["https://x.org/a"] * 2
    assert "1 claim to check" in house.thread(message)[0].replace("*", "")


@pytest.mark.parametrize(
    ("text", "via", "read"),
    [
        ("https://harbour-times.com/ferry", Intake.MENTION, "https://harbour-times.com/ferry"),
        ("Exports rose by 12 percent.", Intake.COMMAND, "Exports rose by 12 percent."),
        ("Exports rose by 12 percent.", Intake.MENTION, "Exports rose by 12 percent."),
    ],
)
async def test_an_article_is_read_again_beside_its_first_reading(
    house: House, text: str, via: Intake, read: str
) -> None:
    message = await file(house, 1, text=text, via=via)
    for _ in range(2):  # a repeated delivery
        await house.desk.reception.read_again("s1", house.ben.id, "trigger-1")
        await house.work()
    assert house.script.read == [read]
    first, second = sorted(await house.store.in_thread(house.channel.id, message.ts), key=lambda s: s.received)
    assert {first.again, second.again} == {True, False}
    assert len(house.thread(message)) == 4


async def test_an_edited_message_is_read_for_what_it_says_now(house: House) -> None:
    message = await file(house, 1, text="https://harbour-times.com/ferry")
    await house.ana.edit(message, "I meant https://harbour-times.com/other", wait=False)
    await house.desk.reception.read_edited("s1", house.ben.id, "trigger-1")
    await house.work()
    assert house.script.read == ["https://harbour-times.com/other"]


# The clock


async def test_a_verdict_comes_back_to_the_queue_on_its_day_and_stands_meanwhile(house: House, asked: Message) -> None:
    await house.desk.work.act("s1-1", propose(recheck=date(2026, 6, 1)), house.ben.id)
    await house.desk.work.act("s1-1", SignOff(1), house.ana.id)
    await house.new_desk(datetime.fromisoformat("2026-05-31T23:59:59+00:00")).sweep()
    assert (await house.store.task("s1-1")).state is TaskState.PUBLISHED
    for _ in range(2):
        await house.new_desk(datetime.fromisoformat("2026-06-01T00:00:00+00:00")).sweep()
        await house.work()
    task = await house.store.task("s1-1")
    assert (task.state, task.standing, task.version) == (TaskState.OPEN, 1, 4)
    assert len([said for said in house.thread(asked) if "checked again" in said or "recheck" in said.lower()]) >= 1
