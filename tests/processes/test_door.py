"""One Socket Mode connection for two workspaces, and what the desk does where Slack takes a token no more."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import cast

import pytest
from cryptography.fernet import Fernet
from processes.desk_command import claimdesk
from pydantic import SecretStr
from redis.asyncio import Redis
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.async_app import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from two_newsrooms import MANIFEST, TwoNewsrooms, two_newsrooms

from bot.app import App, open_app
from bot.processes import door as door_module
from bot.processes.doctor.house import manifest_scopes
from bot.processes.doctor.workspaces import check_workspaces
from bot.processes.door import NOT_YET, Door
from bot.processes.workspaces import add_workspace, read_token
from bot.sandbox import Workspace, payloads
from bot.slack import workspaces as workspaces_module
from bot.slack.client import slack_client
from bot.slack.identity import Identity, ask_identity
from bot.store.desk_store import DeskStore
from bot.store.installations import Installation, Installations
from bot.store.keys import INSTALLATIONS
from config.settings import Settings, SettingsError

LOG = logging.getLogger("tests.socket_mode")
KEY = Fernet.generate_key().decode()


@pytest.fixture
async def newsrooms() -> AsyncIterator[TwoNewsrooms]:
    async with two_newsrooms() as both:
        both.one.retry_delays = both.two.retry_delays = (0.1, 0.3, 0.5, 1)
        yield both


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspaces_module, "EVERY", 0.05)
    monkeypatch.setattr(door_module, "EVERY", 0.05)


def settings(newsrooms: TwoNewsrooms, own: str | None) -> Settings:
    return Settings(
        slack_bot_token=own,
        slack_app_token=newsrooms.one.app_token,
        slack_api_url=newsrooms.api_url,
        token_key=KEY,
        _env_file=None,
    )


def kept(slack: Workspace) -> Installation:
    return Installation(
        slack.team_id, "", SecretStr(slack.bot_token), slack.bot_user_id, slack.bot_id, datetime.now(UTC)
    )


@asynccontextmanager
async def listening(app: App) -> AsyncIterator[Door]:
    """The door, open, with a Socket Mode connection as the web process has it."""
    if app.workspaces.alone:
        app.workspaces.own = await ask_identity(app.workspaces.own_client)
    door = Door(app)
    await door.open()
    token = app.settings.required("SLACK_APP_TOKEN")
    handler = AsyncSocketModeHandler(cast(AsyncApp, door), token, web_client=app.workspaces.own_client, logger=LOG)
    keeping = asyncio.create_task(door.keep_open())
    try:
        await handler.connect_async()
        yield door
    finally:
        keeping.cancel()
        await handler.close_async()


async def test_over_one_connection_each_payload_finds_its_workspace_and_they_come_and_go(
    redis: Redis, redis_url: str, newsrooms: TwoNewsrooms, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot.processes.door")
    one, two = newsrooms.one, newsrooms.two
    ann, tom = one.add_user("ann"), two.add_user("tom")
    desks = {one: one.add_channel("desk", [ann]), two: two.add_channel("desk", [tom])}  # one id in both
    stores = {slack: DeskStore(redis, slack.team_id) for slack in (one, two)}
    installations = Installations(redis, [KEY])
    async with open_app(settings(newsrooms, one.bot_token), redis_url) as app, listening(app):
        await one.wait_for(lambda: one.sockets == 1)
        await ann.command(desks[one], "/factcheck", "The bridge cost 48 million euros in 2024.")
        assert len(await stores[one].waiting(datetime.now(UTC))) == 1
        assert app.workspaces.alone
        await installations.add(kept(two))

        await one.wait_for(lambda: "workspace T0TWO is served" in caplog.text)
        await tom.post(desks[two], f"<@{two.bot_user_id}> The bridge cost 61 million euros in 2024.")
        assert len(await stores[two].waiting(datetime.now(UTC))) == 1
        assert len(await stores[one].waiting(datetime.now(UTC))) == 1
        assert await app.served() == ["T0ONE", "T0TWO"]
        await two.uninstall()
        assert await redis.hgetall(INSTALLATIONS) == {"T0TWO": ""}
        assert await app.served() == ["T0ONE"]
        assert app.workspaces.client("T0TWO").token == ""
        await one.wait_for(lambda: "workspace T0TWO is not served any more" in caplog.text)
        assert "not connected" in (await tom.command(desks[two], "/claims", "")).text
        assert len(await stores[two].waiting(datetime.now(UTC))) == 1


async def test_an_old_word_that_the_app_is_gone_takes_no_new_token_away(
    redis: Redis, redis_url: str, newsrooms: TwoNewsrooms
) -> None:
    await Installations(redis, [KEY]).add(kept(newsrooms.two))
    async with open_app(settings(newsrooms, None), redis_url) as app:
        await app.workspaces.leave("T0TWO")
        assert app.workspaces.serves("T0TWO")
        newsrooms.two.faults.add("auth.test", "500")
        with pytest.raises(Exception, match="500"):  # Slack sends the event again
            await app.workspaces.leave("T0TWO")
        newsrooms.two.revoke(newsrooms.two.bot_token)
        await app.workspaces.leave("T0TWO")
        assert not app.workspaces.serves("T0TWO")


async def test_a_token_that_is_added_while_slack_is_asked_about_the_old_one_stays(
    redis: Redis, redis_url: str, newsrooms: TwoNewsrooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = kept(newsrooms.two), kept(newsrooms.two)
    old = replace(old, token=SecretStr("xoxb-old"))
    store = Installations(redis, [KEY])
    await store.add(old)
    async with open_app(settings(newsrooms, None), redis_url) as app:

        async def asked(client: AsyncWebClient) -> Identity:
            assert client.token == "xoxb-old"
            await store.add(new)
            return await ask_identity(slack_client("xoxb-old", newsrooms.api_url))

        monkeypatch.setattr(workspaces_module, "ask_identity", asked)
        await app.workspaces.leave("T0TWO")
        assert app.workspaces.client("T0TWO").token == newsrooms.two.bot_token
        assert (await store.read()).installed["T0TWO"].token == new.token


@pytest.mark.parametrize("own_is_good", [True, False])
async def test_a_token_that_slack_refuses_at_the_start_stops_no_other_workspace(
    redis: Redis, redis_url: str, newsrooms: TwoNewsrooms, own_is_good: bool, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = (newsrooms.two, newsrooms.one) if own_is_good else (newsrooms.one, newsrooms.two)
    bad.revoke(bad.bot_token)
    await Installations(redis, [KEY]).add(kept(newsrooms.two))
    async with open_app(settings(newsrooms, newsrooms.one.bot_token), redis_url) as app, listening(app):
        somebody = good.add_user("somebody")
        desk = good.add_channel("desk", [somebody])
        await good.wait_for(lambda: newsrooms.one.sockets == 1)
        assert "not connected" not in (await somebody.command(desk, "/claims", "")).text
    said = [r.getMessage() for r in caplog.records if "does not accept" in r.getMessage()]
    assert len(said) == 1
    assert "xoxb" not in caplog.text
    assert ("T0TWO" if own_is_good else "SLACK_BOT_TOKEN") in said[0]


async def test_a_token_kept_for_a_workspace_that_is_not_its_own_is_not_used(
    redis: Redis, redis_url: str, newsrooms: TwoNewsrooms, caplog: pytest.LogCaptureFixture
) -> None:
    one, two = newsrooms.one, newsrooms.two
    wrong = Installation("T0TWO", "", SecretStr(one.bot_token), two.bot_user_id, two.bot_id, datetime.now(UTC))
    store = Installations(redis, [KEY])
    await store.add(wrong)
    await store.add(kept(one))
    async with open_app(settings(newsrooms, None), redis_url) as app, listening(app):
        ann, tom = one.add_user("ann"), two.add_user("tom")
        desk, other = one.add_channel("desk", [ann]), two.add_channel("desk", [tom])
        await one.wait_for(lambda: one.sockets == 1)
        assert "not connected" not in (await ann.command(desk, "/claims", "")).text
        assert "not connected" in (await tom.command(other, "/claims", "")).text
    assert "its token is another workspace's" in caplog.text


async def test_a_token_that_another_process_closed_with_a_newer_key_is_used_on(
    redis: Redis, redis_url: str, newsrooms: TwoNewsrooms, caplog: pytest.LogCaptureFixture
) -> None:
    newer = Fernet.generate_key().decode()
    await Installations(redis, [KEY]).add(kept(newsrooms.two))
    async with open_app(settings(newsrooms, None), redis_url) as app:
        await Installations(redis, [newer, KEY]).encrypt()
        await asyncio.sleep(0.3)
        assert app.workspaces.serves("T0TWO")
    assert len([r for r in caplog.records if "TOKEN_KEY" in r.getMessage() and "T0TWO" in r.getMessage()]) == 1
    with pytest.raises(SettingsError, match="no workspace was added that can be used"):
        async with open_app(settings(newsrooms, None), redis_url):
            raise AssertionError("it has no token that it can use")


async def test_a_token_in_plain_is_warned_of_and_a_key_that_comes_later_encrypts_it_at_the_start(
    redis: Redis, redis_url: str, newsrooms: TwoNewsrooms, caplog: pytest.LogCaptureFixture
) -> None:
    await Installations(redis).add(kept(newsrooms.two))
    async with open_app(settings(newsrooms, None).model_copy(update={"token_key": None}), redis_url):
        assert caplog.text.count("TOKEN_KEY: the tokens of 1 workspace(s) are in Redis in plain") == 1
    async with open_app(settings(newsrooms, None), redis_url) as app:
        assert app.workspaces.serves("T0TWO")
        assert newsrooms.two.bot_token not in str(await redis.hgetall(INSTALLATIONS))
    assert caplog.text.count("in plain") == 1


async def test_an_operator_adds_lists_and_removes_workspaces_and_sees_no_token(
    redis: Redis, redis_url: str, newsrooms: TwoNewsrooms, tmp_path: Path
) -> None:
    two = newsrooms.two
    env = {"REDIS_URL": redis_url, "SLACK_API_URL": newsrooms.api_url}

    async def run(*words: str, stdin: str = "", **more: str) -> tuple[int, str]:
        done = await asyncio.to_thread(
            claimdesk, "workspaces", *words, data=tmp_path, stdin=stdin.encode(), **{**env, **more}
        )
        assert two.bot_token not in done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    code, said = await run("add", stdin=f"{two.bot_token}\n")
    assert (code, "kept in Redis in plain" in said) == (0, True)
    await Installations(redis, [KEY]).add(kept(newsrooms.one))
    code, said = await run("list")
    assert code == 0
    assert "T0TWO  0two  added " in said
    assert "in plain\n" in said
    assert "T0ONE  its token cannot be used: no key of TOKEN_KEY opens it" in said
    code, said = await run("remove", "T0TWO", TOKEN_KEY=KEY)
    assert (code, "T0TWO is removed" in said) == (0, True)
    assert list((await Installations(redis, [KEY]).read()).installed) == ["T0ONE"]
    code, said = await run("list", TOKEN_KEY="canary")
    assert (code, "TOKEN_KEY" in said, "canary" in said) == (2, True, False)


@pytest.mark.parametrize(
    ("token", "why"),
    [("xoxb-wrong", "Slack does not take this token (invalid_auth)"), ("xoxp-1", "no bot token"), ("", "no bot token")],
)
async def test_a_token_that_is_none_is_refused_with_what_is_wrong(
    redis: Redis, newsrooms: TwoNewsrooms, monkeypatch: pytest.MonkeyPatch, token: str, why: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(token))
    with pytest.raises(SettingsError) as refused:
        await add_workspace(redis, settings(newsrooms, None), read_token())
    assert why in str(refused.value)
    assert not await redis.exists(INSTALLATIONS)


async def test_a_token_that_may_not_do_all_is_refused_with_the_scopes_that_are_missing(redis: Redis) -> None:
    fewer = json.loads(json.dumps(MANIFEST))
    fewer["oauth_config"]["scopes"]["bot"].remove("files:read")
    async with Workspace(fewer) as slack:
        asked = Settings(slack_api_url=slack.api_url, _env_file=None)
        with pytest.raises(SettingsError, match="files:read missing"):
            await add_workspace(redis, asked, SecretStr(slack.bot_token))


async def test_a_doctor_looks_at_each_workspace(redis: Redis, newsrooms: TwoNewsrooms) -> None:
    one, two = newsrooms.one, newsrooms.two
    asked = settings(newsrooms, None)

    async def found() -> dict[str, str]:
        client = partial(slack_client, api_url=newsrooms.api_url)
        return {f.name: f.level async for f in check_workspaces(redis, asked, client, manifest_scopes())}

    assert await found() == {"workspaces": "FAIL"}
    await Installations(redis, [KEY]).add(kept(one))
    assert set((await found()).values()) == {"ok"}
    await Installations(redis).add(kept(two))
    two.revoke(two.bot_token)
    await redis.hset(INSTALLATIONS, "T0MOVED", str(await redis.hget(INSTALLATIONS, "T0ONE")))
    levels = await found()
    assert levels["TOKEN_KEY"] == "warn"
    assert levels["T0ONE slack"] == levels["T0ONE slack scopes"] == "ok"
    assert levels["T0TWO token"] == levels["T0MOVED token"] == "FAIL"


async def test_while_slack_does_not_say_which_workspace_is_ours_nothing_of_it_is_lost(
    redis: Redis, redis_url: str, newsrooms: TwoNewsrooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = newsrooms.one, newsrooms.two
    ann, tom = one.add_user("ann"), two.add_user("tom")
    desk, other = one.add_channel("desk", [ann]), two.add_channel("desk", [tom])
    monkeypatch.setattr(workspaces_module, "ASK_AGAIN", 1.0)
    one.retry_delays = (0.3, 0.3, 1.5)
    await Installations(redis, [KEY]).add(kept(two))
    one.faults.add("auth.test", "500", times=None)
    async with open_app(settings(newsrooms, one.bot_token), redis_url) as app, listening(app):
        await one.wait_for(lambda: one.sockets == 1)
        assert app.workspaces.own is None
        assert NOT_YET in (await ann.command(desk, "/claims", "")).text
        assert "not connected" not in (await tom.command(other, "/claims", "")).text
        assert NOT_YET not in (await tom.command(other, "/claims", "")).text
        posted = asyncio.create_task(ann.post(desk, f"<@{one.bot_user_id}> The bridge cost 48 million euros in 2024."))
        await asyncio.sleep(0.2)
        one.faults.clear()
        await posted
        assert len(await DeskStore(redis, "T0ONE").waiting(datetime.now(UTC))) == 1


def body(team: str, **fields: object) -> AsyncBoltRequest:
    return AsyncBoltRequest(body={"team_id": team, "trigger_id": "1", **fields}, mode="socket_mode")


def paste(team: str) -> AsyncBoltRequest:
    event = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "1.0", "text": "It cost 3 million."}
    return body(team, type="event_callback", event_id="Ev1", event=event, authorizations=[{"team_id": team}])


def command(team: str) -> AsyncBoltRequest:
    return body(team, command="/claims", user_id="U1", channel_id="C1")


async def test_what_is_for_a_workspace_whose_token_no_key_opens_is_not_dropped_and_people_read_so(
    redis: Redis, redis_url: str, newsrooms: TwoNewsrooms
) -> None:
    one, two = newsrooms.one, newsrooms.two
    tom = two.add_user("tom")
    message = await tom.post(two.add_channel("desk", [tom]), "The bridge cost 61 million euros in 2024.")
    await Installations(redis, [KEY]).add(kept(one))
    await Installations(redis, [Fernet.generate_key().decode()]).add(kept(two))
    async with open_app(settings(newsrooms, None), redis_url) as app:
        door = Door(app)
        await door.open()
        assert (await door.async_dispatch(paste("T0TWO"))).status == 503
        answered = await door.async_dispatch(command("T0TWO"))
        assert (answered.status, NOT_YET in answered.body) == (200, True)
        pressed = payloads.shortcut(two._core, tom.id, "check_message", message)
        assert (await door.async_dispatch(AsyncBoltRequest(body=pressed, mode="socket_mode"))).status == 503
        assert two.calls[-1].method == "response_url"
        assert two.calls[-1].args["text"] == NOT_YET


async def test_the_only_workspace_once_removed_is_refused_as_any_other(
    redis: Redis, redis_url: str, newsrooms: TwoNewsrooms
) -> None:
    await Installations(redis, [KEY]).add(kept(newsrooms.two))
    async with open_app(settings(newsrooms, None), redis_url) as app:
        door = Door(app)
        await door.open()
        await Installations(redis, [KEY]).remove("T0TWO")
        await app.workspaces.refresh()
        await door._update()
        assert (await door.async_dispatch(paste("T0TWO"))).status == 200
        answered = await door.async_dispatch(command("T0TWO"))
        assert (answered.status, "not connected" in answered.body) == (200, True)


@pytest.mark.parametrize("fields", [{"event": {"type": "message", "channel": "here"}}, {"event": []}, {"event_id": 5}])
async def test_over_socket_mode_too_a_payload_of_another_shape_is_refused_before_it_is_read(
    redis: Redis, redis_url: str, newsrooms: TwoNewsrooms, fields: dict[str, object]
) -> None:
    await Installations(redis, [KEY]).add(kept(newsrooms.two))
    async with open_app(settings(newsrooms, None), redis_url) as app:
        door = Door(app)
        await door.open()
        assert (await door.async_dispatch(paste("T0TWO"))).status == 200
        wrong = AsyncBoltRequest(body={**paste("T0TWO").body, **fields}, mode="socket_mode")
        assert (await door.async_dispatch(wrong)).status == 400
