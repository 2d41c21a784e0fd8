"""Bombs, endless and dripping answers, wrong lengths: each ends early, and the person reads why."""

from __future__ import annotations

import asyncio
import gzip
import time
import tracemalloc
import zlib
from collections.abc import Callable
from functools import partial

import brotli
import pytest
from articles.hostile_site import PAGE, Asked, HostileSite, http

from bot.articles.fetch_decoding import zstd

PASTE = "Please paste the text of the article here instead."
LATER = "Please try again later, or paste the text here."
TOO_BIG = f"The page at 127.0.0.1 is too big for me to read. {PASTE}"
BOMB = f"The page at 127.0.0.1 is packed so that it grows beyond measure, so I did not open it. {PASTE}"
SLOW = f"127.0.0.1 took too long to answer. {LATER}"
CUT_OFF = f"The page at 127.0.0.1 broke off in the middle. {LATER}"
BROKEN = f"127.0.0.1 sent an answer that I cannot make sense of. {PASTE}"
UNREACHABLE = f"I could not connect to 127.0.0.1. {LATER}"

Pack = Callable[[bytes], bytes]


def raw_deflate(data: bytes) -> bytes:
    """Without zlib's header, as some servers have it."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Pack] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": partial(brotli.compress, quality=5),
    "zstd": zstd.compress,
}


def zeros(megabytes: int) -> bytes:
    return bytes(megabytes * 1_000_000)


# Sizes


async def test_a_page_may_not_be_longer_than_the_limit(site: HostileSite) -> None:
    url = site.serve("/a", b"x" * 5000)
    assert len((await site.fetch(url, max_bytes=6000)).body) == 5000
    assert str(await site.refuse(url, max_bytes=5000)) == TOO_BIG  # headers count, too
    assert str(await site.refuse(url, max_bytes=4999)) == TOO_BIG


async def test_a_page_without_a_length_is_cut_off_at_the_limit(site: HostileSite) -> None:
    sent = 0

    async def endless(_: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(http(Content_Length=""))
        while True:
            writer.write(b"x" * 10_000)
            await writer.drain()
            sent += 10_000

    assert str(await site.refuse(site.play("/endless", endless), max_bytes=100_000)) == TOO_BIG
    assert sent < 20_000_000  # what the sockets' buffers hold, not what the site would have sent


async def test_what_comes_with_the_page_counts_as_well(site: HostileSite) -> None:
    async def padded(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(http(Content_Length="", Transfer_Encoding="chunked"))
        while True:  # chunks of one byte, each with a kilobyte that nobody needs
            writer.write(b"1;" + b"x" * 1000 + b"\r\ny\r\n")
            await writer.drain()

    assert str(await site.refuse(site.play("/padded", padded), max_bytes=200_000)) == TOO_BIG


async def test_all_that_comes_on_the_way_counts_together(site: HostileSite) -> None:
    for step in range(4):
        site.redirect(f"/{step}", f"/{step + 1}")
        site.raw(f"/{step}", http(status=302, Location=f"/{step + 1}", X_Padding="x" * 9000))
    site.serve("/4", "here")
    assert (await site.fetch(site.url("/0"))).body == b"here"
    assert str(await site.refuse(site.url("/0"), max_bytes=30_000)) == TOO_BIG


# What is packed


@pytest.mark.parametrize("coding", PACKERS)
async def test_compressed_pages(site: HostileSite, coding: str) -> None:
    fetched = await site.fetch(site.serve("/z", PACKERS[coding](PAGE.encode()), Content_Encoding=coding))
    assert fetched.body == PAGE.encode()
    offered = site.requests[0].headers["accept-encoding"]
    assert coding in offered.split(", ")


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("deflate", raw_deflate(PAGE.encode())),
        ("GZIP", gzip.compress(PAGE.encode())),
        ("x-gzip", gzip.compress(PAGE.encode())),
        ("identity", PAGE.encode()),
        ("gzip", gzip.compress(PAGE[:100].encode()) + gzip.compress(PAGE[100:].encode())),
        ("gzip", gzip.compress(PAGE.encode()) + b"\0\0\0 what no browser minds"),
        ("zstd", zstd.compress(PAGE[:100].encode()) + zstd.compress(PAGE[100:].encode())),
        ("gzip, br", brotli.compress(gzip.compress(PAGE.encode()))),
    ],
)
async def test_packed_as_browsers_take_it(site: HostileSite, coding: str, body: bytes) -> None:
    assert (await site.fetch(site.serve("/z", body, Content_Encoding=coding))).body == PAGE.encode()


@pytest.mark.parametrize("coding", PACKERS)
async def test_a_bomb_is_noticed_before_it_unfolds(site: HostileSite, coding: str) -> None:
    bomb = PACKERS[coding](zeros(50))
    url = site.serve("/bomb", bomb, Content_Encoding=coding)
    fetcher = site.fetcher()
    tracemalloc.start()
    try:
        with pytest.raises(Exception, match="grows beyond measure") as error:
            await fetcher.fetch(url)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert str(error.value) == BOMB
    assert peak < 20_000_000


@pytest.mark.parametrize("coding", PACKERS)
async def test_a_bomb_in_a_bomb(site: HostileSite, coding: str) -> None:
    bomb = PACKERS[coding](PACKERS[coding](zeros(20)))
    assert str(await site.refuse(site.serve("/b", bomb, Content_Encoding=f"{coding}, {coding}"))) == BOMB


async def test_a_bomb_that_unfolds_into_nothing_is_one_as_well(site: HostileSite) -> None:
    empty_blocks = b"\x00\x00\x00\xff\xff" * 2_000_000  # deflate of nothing, over and over
    bomb = gzip.compress(empty_blocks)
    assert str(await site.refuse(site.serve("/b", bomb, Content_Encoding="deflate, gzip"))) == BOMB


async def test_a_page_that_is_long_when_unpacked_is_too_big(site: HostileSite) -> None:
    lines = "".join(f"<p>{number} bridges and {number * 7919 % 10007} more.</p>" for number in range(30_000)).encode()
    assert len(lines) > 1_000_000
    url = site.serve("/long", gzip.compress(lines), Content_Encoding="gzip")
    assert (await site.fetch(url)).body == lines
    assert str(await site.refuse(url, max_unpacked_bytes=len(lines) - 1)) == TOO_BIG


async def test_a_small_page_of_one_line_over_and_over_is_no_bomb(site: HostileSite) -> None:
    url = site.serve("/a", gzip.compress(b"<br>" * 200_000), Content_Encoding="gzip")
    assert len((await site.fetch(url)).body) == 800_000


async def test_zstandard_with_a_window_of_gigabytes_is_refused(site: HostileSite) -> None:
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.enable_long_distance_matching: 1}
    packer = zstd.ZstdCompressor(options=options)
    body = packer.compress(PAGE.encode() * 30_000) + packer.flush()
    assert str(await site.refuse(site.serve("/w", body, Content_Encoding="zstd"))) == BROKEN


@pytest.mark.parametrize(
    ("body", "coding", "sentence"),
    [
        (b"this is not gzip", "gzip", BROKEN),
        (b"this is not zlib", "deflate", BROKEN),
        (b"this is not brotli", "br", BROKEN),
        (b"this is not zstandard", "zstd", BROKEN),
        (b"whatever", "compress", BROKEN),
        (b"whatever", "aws-chunked", BROKEN),
        (gzip.compress(PAGE.encode()), "gzip, gzip, gzip", BROKEN),
        *((pack(PAGE.encode())[:-20], coding, CUT_OFF) for coding, pack in PACKERS.items()),
    ],
)
async def test_what_cannot_be_unpacked_is_not_read(site: HostileSite, body: bytes, coding: str, sentence: str) -> None:
    assert str(await site.refuse(site.serve("/x", body, Content_Encoding=coding), tries=1)) == sentence


# Time


async def test_a_dripping_page_ends_at_the_total_time(site: HostileSite) -> None:
    async def drip(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(http(Content_Length=""))
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    await ends_in_time(site, drip)


async def test_dripping_headers_end_at_the_total_time(site: HostileSite) -> None:
    async def drip(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-More: x\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    await ends_in_time(site, drip)


async def test_endless_announcements_end_at_the_total_time(site: HostileSite) -> None:
    async def announce(_: Asked, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    await ends_in_time(site, announce)


async def test_a_site_that_says_nothing_ends_at_the_total_time(site: HostileSite) -> None:
    async def silent(_: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    await ends_in_time(site, silent)


async def ends_in_time(site: HostileSite, play: Callable[[Asked, asyncio.StreamWriter], object]) -> None:
    url = site.play("/slow", play)  # type: ignore[arg-type]
    started = time.monotonic()
    error = await site.refuse(url, total_seconds=0.3)
    assert time.monotonic() - started < 1.0
    assert (str(error), error.transient) == (SLOW, True)


async def test_redirects_that_each_take_their_time_share_one_limit(site: HostileSite) -> None:
    async def slow(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(http(status=302, Location=f"/slow?{asked.path}"))

    assert str(await site.refuse(site.play("/slow", slow), total_seconds=0.5)) == SLOW


# Headers and lengths


async def test_endless_headers(site: HostileSite) -> None:
    async def endless(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-More: " + b"x" * 1000 + b"\r\n")
            await writer.drain()

    assert str(await site.refuse(site.play("/endless", endless))) == BROKEN


@pytest.mark.parametrize(
    "answer",
    [
        b"this is no web site\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: \x1b[31mred\x00\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5, 7\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello!!\r\n0\r\n\r\n",
    ],
)
async def test_answers_against_all_rules(site: HostileSite, answer: bytes) -> None:
    error = await site.refuse(site.raw("/broken", answer))
    assert (str(error), error.transient) == (BROKEN, False)
    assert error.__suppress_context__  # what the site sent is not repeated
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        http(PAGE[:500], Content_Length="9999"),
        http(Content_Length="", Transfer_Encoding="chunked") + b"5\r\nhello\r\n",
        http(Content_Length="", Transfer_Encoding="chunked") + b"500\r\nhello",
        http(Content_Length="", Transfer_Encoding="chunked"),
    ],
)
async def test_half_a_page_is_not_a_page(site: HostileSite, answer: bytes) -> None:
    error = await site.refuse(site.raw("/half", answer))
    assert (str(error), error.transient) == (CUT_OFF, True)


async def test_a_page_that_says_it_is_shorter_is_read_as_far_as_it_says(site: HostileSite) -> None:
    assert (await site.fetch(site.raw("/short", http("hello world", Content_Length="5")))).body == b"hello"


async def test_a_page_without_a_length_ends_with_its_connection(site: HostileSite) -> None:
    assert (await site.fetch(site.raw("/old", http(PAGE, Content_Length="")))).body == PAGE.encode()


async def test_an_empty_page(site: HostileSite) -> None:
    assert (await site.fetch(site.serve("/empty"))).body == b""
    assert (await site.fetch(site.serve("/empty", Content_Encoding="gzip"))).body == b""
    assert (await site.fetch(site.serve("/empty", status=204, Content_Length=""))).body == b""


async def test_nobody_listens(site: HostileSite) -> None:
    error = await site.refuse("http://127.0.0.1:1/", allow_hosts=frozenset({"127.0.0.1"}))
    assert (str(error), error.transient) == (UNREACHABLE, True)
