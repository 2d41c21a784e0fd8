"""Faults on order, and waiting for what happens on the screens."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Change, Channel, Person, Workspace
from bot.sandbox.faults import Faults


async def test_429_then_through(slack: Workspace, desk: Channel) -> None:
    slack.faults.add("chat.postMessage", "429", retry_after=0)
    patient = AsyncWebClient(slack.bot_token, slack.api_url, retry_handlers=[AsyncRateLimitErrorRetryHandler()])
    assert (await patient.chat_postMessage(channel=desk.id, text="x"))["ok"]
    assert [call.status for call in slack.calls_of("chat.postMessage")] == [429, 200]
    assert len(slack.messages(desk)) == 1


@pytest.mark.parametrize(("kind", "status"), [("500", 500), ("error", 200)])
async def test_refusals_do_nothing(
    slack: Workspace, client: AsyncWebClient, desk: Channel, kind: Any, status: int
) -> None:
    slack.faults.add("chat.postMessage", kind, error="internal_error")
    with pytest.raises(SlackApiError) as error:
        await client.chat_postMessage(channel=desk.id, text="x")
    assert error.value.response.status_code == status
    assert slack.messages(desk) == []
    assert (await client.chat_postMessage(channel=desk.id, text="x"))["ok"]


async def test_lost_answers_have_done_their_work(slack: Workspace, client: AsyncWebClient, desk: Channel) -> None:
    slack.faults.add("chat.postMessage", "lost")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=desk.id, text="x")
    assert [message.text for message in slack.messages(desk)] == ["x"]
    slack.faults.add("chat.postMessage", "dropped")
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=desk.id, text="y")
    assert len(slack.messages(desk)) == 1
    assert [call.answer for call in slack.calls_of("chat.postMessage")] == [None, None]


async def test_late_and_never(slack: Workspace, desk: Channel) -> None:
    hasty = AsyncWebClient(slack.bot_token, slack.api_url, timeout=1)
    slack.faults.add("chat.postMessage", "late", delay=0.2)
    started = time.monotonic()
    assert (await hasty.chat_postMessage(channel=desk.id, text="x"))["ok"]
    assert time.monotonic() - started >= 0.2
    slack.faults.add("chat.postMessage", "never")
    with pytest.raises(TimeoutError):
        await hasty.chat_postMessage(channel=desk.id, text="y")
    assert len(slack.messages(desk)) == 1


async def test_faults_can_be_narrowed(slack: Workspace, client: AsyncWebClient, desk: Channel) -> None:
    other = slack.add_channel("other")
    fault = slack.faults.add("*", "500", times=None, channel=desk.id)
    assert (await client.chat_postMessage(channel=other.id, text="x"))["ok"]
    for _ in range(2):
        with pytest.raises(SlackApiError):
            await client.chat_postMessage(channel=desk.id, text="x")
    assert fault.hits == 2
    slack.faults.clear()
    assert (await client.chat_postMessage(channel=desk.id, text="x"))["ok"]


def test_chance_repeats_from_its_seed() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults()
        faults.add("chat.update", "500", times=None, probability=0.5, seed=seed)
        return [faults.pick("chat.update", None) is not None for _ in range(20)]

    assert struck(1) == struck(1) != struck(2)
    assert 0 < sum(struck(1)) < 20


async def test_waiting_sees_changes_and_tells_what_stands_there(
    slack: Workspace, client: AsyncWebClient, ada: Person, desk: Channel
) -> None:
    changes: list[Change] = []
    slack.on_change(changes.append)
    waiting = asyncio.create_task(slack.wait_for(lambda: slack.messages(desk)))
    await asyncio.sleep(0)
    posted = await client.chat_postMessage(channel=desk.id, text="There it is")
    (message,) = await waiting
    assert message.ts == posted["ts"]
    await client.chat_postMessage(channel=desk.id, text="And a reply", thread_ts=posted["ts"])
    await client.chat_update(channel=desk.id, ts=posted["ts"], text="There it was")
    await client.chat_postEphemeral(channel=desk.id, user=ada.id, text="Psst")
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C404", text="x")
    assert [change.kind for change in changes] == ["message", "message", "edited", "ephemeral"]
    with pytest.raises(AssertionError) as failed:
        await slack.wait_for(lambda: ada.view, timeout=0.05, hint="a modal")
    told = str(failed.value)
    for part in ("a modal", "#desk", "There it was", "↳ sandbox-app: And a reply", "only ada", "channel_not_found"):
        assert part in told


async def test_two_workspaces_do_not_know_each_other(slack: Workspace, client: AsyncWebClient, desk: Channel) -> None:
    async with Workspace(team_id="T0OTHER") as other:
        stranger = AsyncWebClient(slack.bot_token, other.api_url)
        with pytest.raises(SlackApiError, match="invalid_auth"):
            await stranger.auth_test()
        assert (other.signing_secret, other.app_token) != (slack.signing_secret, slack.app_token)
