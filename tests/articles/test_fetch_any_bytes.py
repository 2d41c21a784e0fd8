"""Whatever a site sends: an article, or an error with a sentence. Nothing else, and nothing of it in a log."""

from __future__ import annotations

import asyncio
import logging
import pickle
import traceback

import pytest
from articles.hostile_site import PAGE, HostileSite, http, open_site
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.articles.read import read_link
from bot.articles.unreadable import Reason, UnreadableError

KINDS = [
    "",
    "text/html",
    "text/plain",
    "application/xhtml+xml",
    "application/pdf",
    "message/rfc822",
    "image/png",
    "\xff",
]
CODINGS = ["", "gzip", "deflate", "br", "zstd", "gzip, br", "identity", "nonsense"]
CHARSETS = ["", "; charset=utf-16", "; charset=shift_jis", "; charset=zlib", '; charset="', "; charset=\x1b[31m"]
MARKUP = st.lists(
    st.sampled_from([PAGE, "<", ">", "<p>", "<!--", "]]>", "<script>", "\0", "\ud83d", "&#0;", "<svg", "é"])
)
BODIES = st.binary(max_size=2000) | MARKUP.map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


async def told(answer: bytes) -> str:
    """The article's text, or what the person is told in its place."""
    async with open_site() as site:
        try:
            return (await read_link(site.raw("/a", answer), site.fetcher(tries=1))).text
        except UnreadableError as error:
            return error.sentence


@settings(max_examples=150)
@given(BODIES, st.sampled_from(KINDS), st.sampled_from(CHARSETS), st.sampled_from(CODINGS))
def test_any_body_of_any_kind(body: bytes, kind: str, charset: str, coding: str) -> None:
    answer = http(body, Content_Type=kind + charset, Content_Encoding=coding)
    assert asyncio.run(told(answer))


@settings(max_examples=100)
@given(st.binary(max_size=500), st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 302 X\r\nLocation: "]))
def test_any_answer_at_all(answer: bytes, start: bytes) -> None:
    assert asyncio.run(told(start + answer))


@settings(max_examples=300)
@given(st.text(max_size=60) | st.tuples(st.sampled_from(["http://", "https://"]), st.text(max_size=40)).map("".join))
def test_any_link(link: str) -> None:
    async def fetch() -> None:
        site = HostileSite()
        with pytest.raises(UnreadableError) as error:
            await site.fetch(link, connect_seconds=0.01, tries=1)
        assert error.value.sentence.endswith(".")

    async def nowhere(host: str, port: int) -> list[str]:
        return ["10.0.0.1"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("articles.hostile_site.to_this_machine", nowhere)
        asyncio.run(fetch())


SECRETS = ("hunter2", "\x1b[31m", "secret-page-text", "evil-header")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nevil-header \x1b[31m\r\n\r\nsecret-page-text",
        b"secret-page-text \x1b[31m\r\n\r\n",
        http("secret-page-text \x1b[31m", Content_Length="99"),
        http("secret-page-text", Content_Encoding="gzip"),
        http("secret-page-text", Content_Encoding="evil-header"),
        http(status=302, Location="http://me:hunter2@a.example/secret-page-text"),
        http(status=500, X="evil-header"),
        http("secret-page-text", Content_Type="image/evil-header"),
    ],
)
async def test_nothing_that_a_site_sent_is_logged_or_told(
    site: HostileSite, answer: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    error = await site.refuse(site.raw("/a", answer), tries=1)
    told = "".join(traceback.format_exception(error)) + repr(error) + caplog.text
    assert not [secret for secret in SECRETS if secret in told]


async def test_credentials_are_not_repeated(site: HostileSite, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    error = await site.refuse("https://me:hunter2@news.example/x")
    told = "".join(traceback.format_exception(error)) + repr(error) + caplog.text
    assert error.reason is Reason.CREDENTIALS
    assert "hunter2" not in told


def test_a_reason_survives_the_way_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(UnreadableError(Reason.BUSY, "a.example", retry_after=7)))
    assert (error.reason, str(error), error.transient, error.retryable, error.retry_after) == (
        Reason.BUSY,
        "a.example is busy or down at the moment. Please try again later, or paste the text here.",
        True,
        True,
        7,
    )
