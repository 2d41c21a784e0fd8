"""What Slack's answers mean for trying again."""

from __future__ import annotations

import time
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack import patience
from bot.slack.patience import MAYBE_DONE, backoff, patiently, read_refusal, retry_after


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "backoff", lambda attempts: 0.0)


def refusal(error: str, status: int = 200, **headers: str) -> SlackApiError:
    data: Any = {"ok": False, "error": error} if error else "<html>Bad Gateway</html>"
    client: Any = None
    said = AsyncSlackResponse(
        client=client, http_verb="POST", api_url="x", req_args={}, data=data, headers=headers, status_code=status
    )
    return SlackApiError("no", said)


class Slack:
    """Answers with what it was given, in turn, then well."""

    def __init__(self, *answers: Exception) -> None:
        self.answers = list(answers)
        self.asked = 0

    async def __call__(self) -> str:
        self.asked += 1
        if self.answers:
            raise self.answers.pop(0)
        return "well"


LATER = [
    refusal("ratelimited", 429, **{"Retry-After": "0"}),
    refusal("ratelimited", **{"Retry-After": "0"}),
    refusal("", 502),
    *(refusal(code) for code in sorted(MAYBE_DONE)),
    TimeoutError(),
    aiohttp.ServerDisconnectedError(),
    ConnectionResetError(),
]


@pytest.mark.parametrize("error", LATER, ids=repr)
async def test_what_may_go_well_later_is_tried_again(error: Exception) -> None:
    slack = Slack(error, error)
    assert await patiently(slack) == "well"
    assert slack.asked == 3


@pytest.mark.parametrize("error", LATER, ids=repr)
async def test_after_some_tries_the_last_answer_stands(error: Exception) -> None:
    slack = Slack(*[error] * 9)
    with pytest.raises(type(error)):
        await patiently(slack, tries=4)
    assert slack.asked == 4


@pytest.mark.parametrize("code", ["not_in_channel", "invalid_auth", "missing_scope"])
async def test_a_no_for_good_is_told_at_once(code: str) -> None:
    slack = Slack(refusal(code))
    with pytest.raises(SlackApiError):
        await patiently(slack)
    assert slack.asked == 1


async def test_what_is_no_answer_of_slacks_is_not_tried_again() -> None:
    slack = Slack(KeyError("a slip of ours"))
    with pytest.raises(KeyError):
        await patiently(slack)
    assert slack.asked == 1


async def test_slacks_own_wait_is_kept() -> None:
    began = time.monotonic()
    await patiently(Slack(refusal("ratelimited", 429, **{"Retry-After": "0.2"})))
    assert time.monotonic() - began >= 0.2


def test_a_refusal_is_read_also_where_it_has_no_json() -> None:
    assert read_refusal(refusal("not_in_channel", Etag="x")) == ("not_in_channel", 200, {"Etag": "x"})
    assert read_refusal(refusal("", 503)) == ("", 503, {})
    assert read_refusal(SlackApiError("no", {"ok": False, "error": "fatal_error"})) == ("fatal_error", 200, {})


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "30"}, 30), ({"retry-after": "7"}, 7), ({"RETRY-AFTER": "2"}, 2), ({}, 1), ({"Etag": "9"}, 1)],
)
def test_retry_after_counts_however_it_is_spelled(headers: dict[str, Any], seconds: float) -> None:
    assert retry_after(headers) == seconds


def test_waits_grow_to_half_a_minute() -> None:
    waits = [backoff(attempts) for attempts in range(20)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (0.5, 30.0)
