"""What the desk asks Slack of people: the message a thread started with, and their timezone."""

from __future__ import annotations

import asyncio
from typing import Any
from unittest.mock import AsyncMock

import pytest
from desk.samples import TEXTS
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Channel, Person, Workspace
from bot.slack.identity import Identity, ask_identity
from bot.slack.lookup import EVENT_TYPE
from bot.slack.people import Group, Member, NotVisible, People, Started, member_of

CLAIM = "The harbour lost a third of its ferries."


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits of our own making are short; Slack's are kept."""
    monkeypatch.setattr("bot.slack.patience.backoff", lambda attempts: 0.02)


@pytest.fixture
def ana(slack: Workspace) -> Person:
    return slack.add_user("ana", tz="Europe/Istanbul")


@pytest.fixture
def desk(slack: Workspace, ana: Person) -> Channel:
    return slack.add_channel("desk", members=[ana])


@pytest.fixture
def people(slack: Workspace, client: AsyncWebClient) -> People:
    return People(client, slack.team_id)


async def told(people: People, channel: Channel, ts: str) -> str:
    with pytest.raises(NotVisible) as answer:
        await people.message(channel.id, ts)
    return answer.value.sentence


async def test_the_message_a_thread_started_with_is_read(people: People, desk: Channel, ana: Person) -> None:
    parent = await ana.post(desk, "The harbour lost <a third> of its ferries.")
    await ana.post(desk, "Really?", thread_ts=parent.ts)
    assert (await people.message(desk.id, parent.ts)).text == "The harbour lost &lt;a third&gt; of its ferries."


@pytest.mark.parametrize("name", TEXTS)
async def test_any_message_is_read_whole(people: People, desk: Channel, ana: Person, name: str) -> None:
    parent = await ana.post(desk, TEXTS[name])
    assert (await people.message(desk.id, parent.ts)).text == parent.text.strip()


async def test_a_message_of_a_feed_is_read_from_its_attachment(
    people: People, client: AsyncWebClient, desk: Channel
) -> None:
    feed = [{"fallback": "Ferries", "title_link": "https://news.example.org/ferry", "text": CLAIM}]
    answer = await client.chat_postMessage(channel=desk.id, text=" ", attachments=feed)
    assert (await people.message(desk.id, answer["ts"])).text == f"<https://news.example.org/ferry>\n\n{CLAIM}"


async def test_a_message_the_desk_cannot_see_is_answered_with_what_to_do(
    slack: Workspace, people: People, desk: Channel, ana: Person
) -> None:
    parent = await ana.post(desk, CLAIM)
    await slack.remove_bot(desk)
    assert "Invite me" in await told(people, desk, parent.ts)


async def test_a_thread_of_the_desks_own_is_not_read_as_an_article(
    people: People, client: AsyncWebClient, desk: Channel
) -> None:
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"id": "digest:1"}}
    answer = await client.chat_postMessage(channel=desk.id, text="Digest", metadata=metadata)
    assert "message of mine" in await told(people, desk, answer["ts"])


async def test_a_message_that_was_deleted_is_said_to_be(people: People, desk: Channel, ana: Person) -> None:
    parent = await ana.post(desk, CLAIM)
    await ana.post(desk, "Really?", thread_ts=parent.ts)
    await ana.delete(parent)
    assert "was deleted" in await told(people, desk, parent.ts)


async def test_files_that_were_shared_are_told_with_the_words_beside_them(
    slack: Workspace, people: People, desk: Channel, ana: Person
) -> None:
    file = slack.add_file(ana, "article.pdf", b"%PDF", "application/pdf")
    bare = await ana.post(desk, "", files=[file])
    assert await people.message(desk.id, bare.ts) == Started("", (file["id"],))
    with_words = await ana.post(desk, CLAIM, files=[file])
    assert await people.message(desk.id, with_words.ts) == Started(CLAIM, (file["id"],))


@pytest.mark.filterwarnings("ignore:The top-level `text`")
async def test_a_picture_alone_has_no_text_to_read(people: People, client: AsyncWebClient, desk: Channel) -> None:
    answer = await client.chat_postMessage(channel=desk.id, text=" ", blocks=[{"type": "divider"}])
    assert "has no text I can read" in await told(people, desk, answer["ts"])


@pytest.mark.parametrize("kind", ["429", "500", "dropped", "lost"])
async def test_a_busy_slack_is_waited_out(
    slack: Workspace, people: People, desk: Channel, ana: Person, kind: Any
) -> None:
    parent = await ana.post(desk, CLAIM)
    slack.faults.add("conversations.replies", kind, times=3, retry_after=0.1)
    assert (await people.message(desk.id, parent.ts)).text == CLAIM
    asked = [call.at for call in slack.calls_of("conversations.replies")]
    assert len(asked) == 4
    if kind == "429":
        assert asked[-1] - asked[0] >= 0.29


async def test_an_error_of_slacks_own_is_tried_again_and_never_told_as_a_closed_door(
    slack: Workspace, people: People, desk: Channel, ana: Person
) -> None:
    parent = await ana.post(desk, CLAIM)
    slack.faults.add("conversations.replies", "error", error="internal_error")
    assert (await people.message(desk.id, parent.ts)).text == CLAIM
    slack.faults.add("conversations.replies", "error", error="invalid_auth")
    with pytest.raises(SlackApiError):
        await people.message(desk.id, parent.ts)


async def test_a_persons_timezone_is_slacks(people: People, ana: Person) -> None:
    assert await people.timezone(ana.id) == "Europe/Istanbul"


@pytest.mark.parametrize("kind", ["500", "429", "error", "dropped"])
async def test_a_timezone_that_slack_does_not_tell_is_none(
    slack: Workspace, people: People, ana: Person, kind: Any
) -> None:
    slack.faults.add("users.info", kind, times=None)
    assert await people.timezone(ana.id) is None


async def test_somebody_unknown_and_somebody_without_a_timezone_have_none(people: People) -> None:
    assert await people.timezone("U0NOBODY") is None
    for profile in ({}, {"tz": None}, {"tz": ""}):
        client: Any = AsyncMock()
        client.users_info.return_value = {"user": profile}
        assert await People(client, "T0DESK").timezone("U0ANA") is None


# Who somebody is


@pytest.mark.parametrize(
    ("user", "member"),
    [
        ({"id": "U1", "tz": "Europe/Paris"}, Member(tz="Europe/Paris")),
        ({"id": "U1", "is_admin": True}, Member(admin=True)),
        ({"id": "U1", "is_owner": True}, Member(admin=True)),
        ({"id": "U1", "is_bot": True}, Member(bot=True)),
        ({"id": "USLACKBOT"}, Member(bot=True)),
        ({"id": "U1", "deleted": True}, Member(gone=True)),
        ({"id": "U1", "is_restricted": True}, Member(outside=True)),
        ({"id": "U1", "is_ultra_restricted": True}, Member(outside=True)),
        ({"id": "U1", "is_stranger": True, "tz": None}, Member(outside=True)),
        ({"id": "U1", "team_id": "T0DESK", "is_admin": True}, Member(admin=True)),
        ({"id": "U1", "team_id": "T0OTHER", "is_stranger": False}, Member(outside=True)),
        ({"id": "U1", "team_id": "T0OTHER", "is_admin": True, "is_owner": True}, Member(outside=True)),
        ({"id": "U1", "team_id": "T0OTHER", "enterprise_user": {"teams": ["T0OTHER", "T0DESK"]}}, Member()),
        ({"id": "U1", "team_id": "T0OTHER", "enterprise_user": {"teams": ["T0OTHER"]}}, Member(outside=True)),
        ({"id": "U1", "team_id": "E0OTHER", "enterprise_user": {}}, Member(outside=True)),
    ],
)
def test_slacks_word_for_somebody_becomes_what_the_desk_needs(user: dict[str, Any], member: Member) -> None:
    assert member_of(user, "T0DESK") == member


async def test_who_somebody_is_is_asked_once_and_told_anew_when_it_changes(
    slack: Workspace, people: People, ana: Person
) -> None:
    for _ in range(2):
        assert await people.member(ana.id) == Member(tz="Europe/Istanbul")
    assert len(slack.calls_of("users.info")) == 1
    people.changed(ana.id, Member(gone=True))
    assert await people.member(ana.id) == Member(gone=True)
    assert len(slack.calls_of("users.info")) == 1


async def test_user_groups_are_known_with_who_is_in_them(slack: Workspace, people: People, ana: Person) -> None:
    ben = slack.add_user("ben")
    checkers, editors = slack.add_usergroup("checkers", [ana, ben]), slack.add_usergroup("editors", [ben])
    assert await people.groups() == [
        Group(checkers, "checkers", "checkers", (ana.id, ben.id)),
        Group(editors, "editors", "editors", (ben.id,)),
    ]
    assert await people.groups_of(ben.id, [checkers, editors, "S0GONE"]) == {checkers, editors}
    assert await people.groups_of(ben.id, [editors]) == {editors}
    assert await people.groups_of(ana.id, [editors]) == frozenset()
    assert await people.in_groups([checkers, "S0GONE"]) == {ana.id, ben.id}
    assert len(slack.calls_of("usergroups.list")) == 1


async def test_groups_that_slack_does_not_tell_are_none_and_asked_for_again(
    slack: Workspace, people: People, ana: Person
) -> None:
    group = slack.add_usergroup("checkers", [ana])
    slack.faults.add("usergroups.list", "error", error="missing_scope")
    assert await people.groups_of(ana.id, [group]) == frozenset()
    slack.faults.add("usergroups.list", "500")
    assert await people.groups_of(ana.id, [group]) is None
    assert await people.groups_of(ana.id, [group]) == {group}


async def test_of_fifty_who_press_right_after_a_restart_slack_is_asked_once_each_and_once_for_the_groups(
    slack: Workspace, people: People, desk: Channel
) -> None:
    crowd = [slack.add_user(f"person{n}").id for n in range(50)]
    group = slack.add_usergroup("checkers", list(slack.people.values()))
    answers = await asyncio.gather(*(people.groups_of(who, [group]) for who in crowd))
    seen = await asyncio.gather(*(people.sees(who, desk.id) for who in (*crowd, *crowd)))
    assert (set(answers), set(seen)) == ({frozenset({group})}, {True})
    asked = [len(slack.calls_of(m)) for m in ("users.info", "usergroups.list", "conversations.info")]
    assert asked == [50, 1, 1]


async def test_an_answer_that_comes_too_late_for_a_press_is_there_for_the_next(
    slack: Workspace, people: People, ana: Person
) -> None:
    slack.faults.add("users.info", "late", delay=0.2)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(people.member(ana.id), 0.05)
    await asyncio.sleep(0.4)
    slack.faults.add("users.info", "500", times=None)
    assert await people.member(ana.id) == Member(tz="Europe/Istanbul")


async def test_what_an_event_says_of_somebody_is_not_undone_by_an_answer_that_was_on_its_way(
    slack: Workspace, people: People, ana: Person
) -> None:
    slack.faults.add("users.info", "late", delay=0.2)
    asking = asyncio.create_task(people.member(ana.id))
    await asyncio.sleep(0.05)
    people.changed(ana.id, Member(outside=True))
    assert await asking == Member(outside=True)


async def test_whom_slack_does_not_know_is_none_of_the_workspaces(people: People) -> None:
    assert await people.member("U0NOBODY") == Member(outside=True)


# What somebody may see


@pytest.fixture
def secret(slack: Workspace, ana: Person) -> Channel:
    return slack.add_channel("secret", members=[ana], private=True)


async def test_a_public_channel_is_for_everybody_and_a_private_one_for_who_is_in_it(
    slack: Workspace, people: People, desk: Channel, secret: Channel, ana: Person
) -> None:
    ben = slack.add_user("ben")
    assert [await people.may_see(who.id, desk.id) for who in (ana, ben)] == [True, True]
    assert [await people.may_see(who.id, secret.id) for who in (ana, ben)] == [True, False]
    assert (await people.is_public(desk.id), await people.is_public(secret.id)) == (True, False)


async def test_a_direct_message_is_its_persons_alone(slack: Workspace, people: People, ana: Person) -> None:
    ben, direct = slack.add_user("ben"), slack.dm_channel(ana)
    assert [await people.may_see(who.id, direct.id) for who in (ana, ben)] == [True, False]
    assert not await people.is_public(direct.id)


async def test_guests_see_of_public_channels_those_they_are_in(
    slack: Workspace, people: People, desk: Channel, ana: Person
) -> None:
    guest = slack.add_user("guest")
    people.changed(ana.id, Member(outside=True))
    people.changed(guest.id, Member(outside=True))
    assert [await people.may_see(who.id, desk.id) for who in (ana, guest)] == [True, False]


async def test_people_of_another_company_see_of_public_channels_those_that_are_shared_with_them(
    slack: Workspace, people: People, desk: Channel, ana: Person
) -> None:
    theirs = slack.add_user("theirs")
    theirs.user.team_id = "T0OTHER"
    shared = slack.add_channel("shared", members=[ana, theirs])
    assert [await people.may_see(theirs.id, channel.id) for channel in (desk, shared)] == [False, True]


@pytest.mark.parametrize("method", ["conversations.info", "users.conversations"])
async def test_where_slack_is_silent_a_private_channel_is_shown_to_nobody(
    slack: Workspace, people: People, secret: Channel, ana: Person, method: str
) -> None:
    slack.faults.add(method, "500")
    assert not await people.may_see(ana.id, secret.id)
    assert await people.may_see(ana.id, secret.id)  # nothing wrong was kept


async def test_somebody_in_very_many_channels_sees_the_last_of_them(
    slack: Workspace, people: People, ana: Person
) -> None:
    channels = [slack.add_channel(f"secret-{n}", members=[ana], private=True) for n in range(205)]
    assert await people.may_see(ana.id, channels[-1].id)
    assert await people.may_see(ana.id, channels[0].id)
    assert len(slack.calls_of("users.conversations")) == 2


async def test_the_desk_knows_who_it_is(slack: Workspace, client: AsyncWebClient) -> None:
    assert await ask_identity(client) == Identity(slack.team_id, slack.bot_user_id, slack.bot_id)
    slack.revoke(slack.bot_token)
    with pytest.raises(SlackApiError):
        await ask_identity(client)


async def test_a_private_channel_is_seen_by_who_is_in_it_and_is_never_public(
    people: People, slack: Workspace, desk: Channel, ana: Person
) -> None:
    ben = slack.add_user("ben")
    private = slack.add_channel("inner", members=[ana], private=True)  # the desk itself is a member
    direct = slack.dm_channel(ana)
    for channel in (private, direct):
        assert await people.may_see(ana.id, channel.id)
        assert not await people.may_see(ben.id, channel.id)
        assert not await people.is_public(channel.id)
    assert await people.may_see(ben.id, desk.id)
    assert await people.is_public(desk.id)
    assert not await people.is_public("C0UNKNOWN")


@pytest.mark.parametrize("method", ["conversations.info", "users.conversations"])
async def test_that_slack_is_silent_is_told_from_a_no(
    slack: Workspace, people: People, secret: Channel, ana: Person, method: str
) -> None:
    ben = slack.add_user("ben")
    slack.faults.add(method, "500")
    assert await people.sees(ben.id, secret.id) is None
    assert await people.sees(ben.id, secret.id) is False
    assert await people.sees(ana.id, secret.id) is True


async def test_that_slack_is_silent_of_a_channel_is_told_from_a_private_one(
    slack: Workspace, people: People, secret: Channel
) -> None:
    slack.faults.add("conversations.info", "500")
    assert await people.is_public(secret.id) is None
    assert await people.is_public(secret.id) is False


async def test_of_a_public_channel_nobody_is_kept_out_because_slack_did_not_say_who_they_are(
    slack: Workspace, people: People, desk: Channel
) -> None:
    ben = slack.add_user("ben")
    slack.faults.add("users.info", "500")
    assert await people.sees(ben.id, desk.id) is None
    assert await people.sees(ben.id, desk.id) is True


async def test_a_channel_that_the_desk_is_not_in_is_nobodys(slack: Workspace, people: People, ana: Person) -> None:
    assert await people.sees(ana.id, "C0FOREIGN") is False


async def test_slack_is_not_asked_each_minute_about_a_channel_that_the_desk_is_not_in(
    slack: Workspace, people: People, ana: Person
) -> None:
    for _ in range(3):
        assert await people.sees(ana.id, "C0FOREIGN") is False
    assert len(slack.calls_of("conversations.info")) == 1
