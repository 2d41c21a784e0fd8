"""What may pass is tried again within the time of the reading; what will not is not. One request at a time a host."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from socket import SO_LINGER, SOL_SOCKET

import pytest
from articles.hostile_site import Asked, HostileSite, http, to_this_machine

from bot.articles.fetch import Fetcher
from bot.articles.fetch_retries import pause, retry_after
from bot.articles.fetch_turns import Here
from bot.articles.unreadable import Reason, UnreadableError

HERE = http("here")
LATER = "Please try again later, or paste the text here."
NOW = datetime(2026, 5, 21, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "failure",
    [
        http(status=429),
        http(status=502),
        http(status=503, Retry_After="0"),
        http(status=504),
        http(status=408),
        b"",  # closed without a word
        b"HTTP/1.1 200 OK\r\nContent-",
        http("half", Content_Length="99"),
    ],
)
async def test_what_passes_is_read_after_all(site: HostileSite, failure: bytes) -> None:
    assert (await site.fetch(site.raw("/a", failure, failure, HERE))).body == b"here"
    assert len(site.requests) == 3


async def test_a_reset_connection_is_tried_again(site: HostileSite) -> None:
    async def reset(_: Asked, writer: asyncio.StreamWriter) -> None:
        if len(site.requests) > 1:
            writer.write(HERE)
            return
        socket = writer.get_extra_info("socket")
        socket.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    assert (await site.fetch(site.play("/a", reset))).body == b"here"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 500, 501])
async def test_what_will_not_pass_is_asked_for_once(site: HostileSite, status: int) -> None:
    await site.refuse(site.raw("/a", http(status=status, Retry_After="0"), HERE))
    assert len(site.requests) == 1


async def test_after_some_tries_the_person_is_told(site: HostileSite) -> None:
    error = await site.refuse(site.serve("/a", status=503), tries=4)
    assert (error.reason, error.transient, error.retryable, error.retry_after) == (Reason.BUSY, True, True, None)
    assert str(error) == f"127.0.0.1 is busy or down at the moment. {LATER}"
    assert len(site.requests) == 4


async def test_the_site_says_how_long_to_wait(site: HostileSite) -> None:
    started = time.monotonic()
    assert (await site.fetch(site.raw("/a", http(status=429, Retry_After="1"), HERE))).body == b"here"
    assert 0.9 < time.monotonic() - started < 2.5


@pytest.mark.parametrize("status", [429, 503])
async def test_a_wait_beyond_the_time_there_is_is_left_to_a_later_reading(site: HostileSite, status: int) -> None:
    started = time.monotonic()
    error = await site.refuse(site.serve("/a", status=status, Retry_After="120"))
    assert time.monotonic() - started < 1
    assert (error.transient, error.retry_after) == (True, 120.0)
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("Thu, 21 May 2026 12:01:30 GMT", 90.0),
        ("Thursday, 21-May-26 12:01:30 GMT", 90.0),
        ("Thu, 21 May 2026 11:00:00 GMT", 0.0),
        ("99999999999999999999999", 86_400.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("Thu, 99 May 2026 12:00:00 GMT", None),
    ],
)
def test_how_sites_say_when_to_come_back(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_pauses_double_and_are_longer_for_who_asks_for_less() -> None:
    busy, too_often = UnreadableError(Reason.BUSY), UnreadableError(Reason.TOO_OFTEN)
    assert [pause(busy, tried, 0.5) for tried in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert [pause(too_often, tried, 0.5) for tried in (1, 2)] == [2.0, 4.0]
    assert pause(UnreadableError(Reason.BUSY, retry_after=9), 1, 0.5) == 9
    assert pause(UnreadableError(Reason.TOO_SLOW), 1, 0.5) is None
    assert pause(UnreadableError(Reason.NOT_FOUND), 1, 0.5) is None


# One request at a time a host


async def slowly(_: Asked, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.05)
    writer.write(HERE)


async def test_a_host_is_asked_for_one_page_at_a_time(site: HostileSite) -> None:
    site.play("/a", slowly)
    one, other = site.url("/a", "one.example"), site.url("/a", "other.example")
    fetcher = site.fetcher()
    started = time.monotonic()
    await asyncio.gather(*(fetcher.fetch(url) for url in [one, other] * 4))
    assert site.most_at_once == {"one.example": 1, "other.example": 1}
    assert 0.2 <= time.monotonic() - started < 0.39  # the two hosts at the same time


async def test_waiting_for_a_turn_is_not_held_against_the_site(site: HostileSite) -> None:
    site.play("/a", slowly)
    fetcher = site.fetcher(total_seconds=0.3)
    pages = await asyncio.gather(*(fetcher.fetch(site.url("/a")) for _ in range(10)))
    assert [page.body for page in pages] == [b"here"] * 10


async def test_a_wait_that_gets_too_long_is_told(site: HostileSite) -> None:
    url = site.play("/a", slowly)
    fetcher = site.fetcher(turn_seconds=0.02, respect_robots=False)
    told = await asyncio.gather(*(fetcher.fetch(url) for _ in range(3)), return_exceptions=True)
    errors = [error for error in told if isinstance(error, UnreadableError)]
    assert len(errors) == 2
    assert {(error.reason, error.transient) for error in errors} == {(Reason.QUEUE, True)}
    assert str(errors[0]) == (
        "I read the pages of 127.0.0.1 one after another, and others are still before this one. "
        "Please try again in a minute, or paste the text here."
    )


async def test_who_gives_up_waiting_leaves_the_turn_to_the_next() -> None:
    turns, order = Here(), list[str]()

    async def take(name: str, seconds: float) -> None:
        async with turns.turn("a.example"):
            order.append(name)
            await asyncio.sleep(seconds)

    first = asyncio.create_task(take("first", 0.02))
    await asyncio.sleep(0)
    second, third = asyncio.create_task(take("second", 9)), asyncio.create_task(take("third", 0))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(first, third)
    assert order == ["first", "third"]
    assert turns._locks == {}


async def test_turns_may_be_shared_with_other_processes(site: HostileSite) -> None:
    taken: list[str] = []

    class Shared:
        @asynccontextmanager
        async def turn(self, host: str) -> AsyncIterator[None]:
            taken.append(host)
            yield
            taken.append("done")

    fetcher = Fetcher(site.limits, turns=Shared(), look_up=to_this_machine)
    site.serve("/end", "here")
    await fetcher.fetch(site.redirect("/a", "/end"))
    assert taken == ["127.0.0.1", "done"] * 3  # robots.txt, the redirect, the page
