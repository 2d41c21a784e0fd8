"""Each call of Slack's Web API is counted by what came of it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from slack_sdk.errors import SlackApiError

from bot.sandbox import Workspace
from bot.slack.client import slack_client
from bot.slack.patience import NO_ANSWER
from bot.telemetry.metrics import SLACK_CALL_SECONDS, SLACK_CALLS, SLACK_WAIT_SECONDS, SLACK_WAITS


def calls(method: str, outcome: str) -> float:
    return SLACK_CALLS.labels(method, outcome)._value.get()


async def test_an_answer_is_counted_and_timed(slack: Workspace) -> None:
    client = slack_client(slack.bot_token, slack.api_url)
    counted, timed = calls("auth.test", "ok"), SLACK_CALL_SECONDS.labels("auth.test")._sum.get()
    assert (await client.auth_test())["ok"]
    assert calls("auth.test", "ok") == counted + 1
    assert SLACK_CALL_SECONDS.labels("auth.test")._sum.get() > timed


async def test_a_refused_token_counts_as_the_apps_and_any_other_refusal_does_not(slack: Workspace) -> None:
    app, other = calls("auth.test", "app_refused"), calls("chat.postMessage", "refused")
    with pytest.raises(SlackApiError):
        await slack_client("xoxb-other", slack.api_url).auth_test()
    with pytest.raises(SlackApiError):
        await slack_client(slack.bot_token, slack.api_url).chat_postMessage(channel="C0NONE", text="x")
    assert calls("auth.test", "app_refused") == app + 1
    assert calls("chat.postMessage", "refused") == other + 1


async def test_a_wait_that_slack_asks_for_is_counted_with_its_length(slack: Workspace) -> None:
    times, seconds = SLACK_WAITS.labels("auth.test")._value.get(), SLACK_WAIT_SECONDS.labels("auth.test")._value.get()
    slack.faults.add("auth.test", "429", retry_after=7)
    with pytest.raises(SlackApiError):
        await slack_client(slack.bot_token, slack.api_url).auth_test()
    assert SLACK_WAITS.labels("auth.test")._value.get() == times + 1
    assert SLACK_WAIT_SECONDS.labels("auth.test")._value.get() == seconds + 7


async def test_no_answer_is_counted_too() -> None:
    before = calls("auth.test", "no_answer")
    with suppress(*NO_ANSWER):
        await slack_client("xoxb-1", "http://127.0.0.1:9/api/").auth_test()
    assert calls("auth.test", "no_answer") == before + 1


async def test_nothing_is_tried_twice_below_the_sender(slack: Workspace) -> None:
    slack.faults.add("chat.postMessage", "500")
    before = calls("chat.postMessage", "server_error")
    with pytest.raises(SlackApiError):
        await slack_client(slack.bot_token, slack.api_url).chat_postMessage(channel="C0NONE", text="x")
    assert calls("chat.postMessage", "server_error") == before + 1
