"""The fetcher against a real server on loopback, allowed for that server's port alone."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import ssl
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from articles.hostile_site import PAGE, Asked, HostileSite, http

from bot.articles import fetch_connection
from bot.articles.article import Article
from bot.articles.fetch import Fetcher
from bot.articles.limits import Limits
from bot.articles.links import Links
from bot.articles.read import read
from bot.articles.unreadable import Reason, UnreadableError
from bot.fetch_limits import fetch_limits
from config.settings import Settings


async def test_a_page_and_how_the_reader_introduces_itself(site: HostileSite) -> None:
    url = site.serve("/a", "héllo")
    fetched = await site.fetch(url)
    assert (fetched.url, fetched.final_url, fetched.status) == (url, url, 200)
    assert (fetched.content_type, fetched.charset, fetched.body) == ("text/html", "utf-8", "héllo".encode())
    assert site.requests[0].headers["user-agent"] == site.limits.user_agent
    assert site.requests[0].headers["host"] == f"127.0.0.1:{site.port}"


def test_the_reader_says_who_it_is_and_whom_to_complain_to() -> None:
    assert fetch_limits(Settings()).user_agent == "Claimdesk/0.1.0 (fact-checking desk)"
    named = Settings(fetch_contact="https://news.example/bot")
    assert fetch_limits(named).user_agent == "Claimdesk/0.1.0 (fact-checking desk; +https://news.example/bot)"


@pytest.mark.parametrize("contact", ["a b", "x\r\nCookie: 1", "(x)", "déjà"])
def test_a_contact_that_would_break_the_header_is_refused(contact: str) -> None:
    with pytest.raises(ValueError):
        Settings(fetch_contact=contact)


async def test_redirects_are_followed_and_other_hosts_named(site: HostileSite) -> None:
    site.serve("/end", "there")
    site.redirect("/middle", site.url("/end", "localhost"), 307)
    fetched = await site.fetch(site.redirect("/start", "/middle", 301))
    assert fetched.body == b"there"
    assert fetched.final_url == site.url("/end", "localhost")
    assert fetched.hosts == ("127.0.0.1", "localhost")
    assert site.requests[-1].host == "localhost"


async def test_what_was_read_is_kept_with_the_article(site: HostileSite) -> None:
    site.serve("/story", PAGE)
    url = site.redirect("/short", site.url("/story", "www.news.example"))
    article = await read(url, site.fetcher())
    visit = article.visit
    assert visit is not None
    assert (visit.requested_url, visit.final_url) == (url, site.url("/story", "www.news.example"))
    assert (visit.status, visit.hosts) == (200, ("127.0.0.1", "www.news.example"))
    assert visit.sha256 == hashlib.sha256(PAGE.encode()).hexdigest()
    assert datetime.now(UTC) - visit.fetched_at < timedelta(minutes=1)
    assert Article.model_validate_json(article.model_dump_json()) == article


def test_an_article_stored_before_visits_were_kept_still_loads() -> None:
    assert Article.model_validate_json('{"text": "The mayor said so.", "url": "https://a.example"}').visit is None


async def test_cookies_set_on_the_way_are_sent_on(site: HostileSite) -> None:
    async def gate(asked: Asked, writer: asyncio.StreamWriter) -> None:
        seen = "seen=1" in asked.headers.get("cookie", "")
        writer.write(http("in") if seen else http(status=302, Location="/gate", Set_Cookie="seen=1; Path=/"))

    assert (await site.fetch(site.play("/gate", gate))).body == b"in"


async def test_too_many_redirects(site: HostileSite) -> None:
    numbers = count()

    async def onward(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(http(status=302, Location=f"/loop?{next(numbers)}"))

    error = await site.refuse(site.play("/loop", onward), max_redirects=3)
    assert error.reason is Reason.TOO_MANY_REDIRECTS
    assert str(error) == (
        "The link is passed on again and again and never arrives. "
        "Please open it in a browser and send me the address you end up at."
    )
    assert len(site.requests) == 4


PASTE = "Please paste the text of the article here instead."
LATER = "Please try again later, or paste the text here."


@pytest.mark.parametrize(
    ("status", "reason", "sentence", "transient", "retryable"),
    [
        (304, Reason.REFUSED, f"127.0.0.1 refused to show this page. {PASTE}", False, True),
        (401, Reason.LOGIN, f"127.0.0.1 wants a login before it shows this page. {PASTE}", False, False),
        (402, Reason.PAYWALL, f"127.0.0.1 shows this article to subscribers only. {PASTE}", False, False),
        (403, Reason.FORBIDDEN, f"127.0.0.1 does not let me read this page. {PASTE}", False, True),
        (404, Reason.NOT_FOUND, "127.0.0.1 says that this page does not exist. Please check the link, ", False, True),
        (410, Reason.NOT_FOUND, "127.0.0.1 says that this page does not exist. Please check the link, ", False, True),
        (418, Reason.REFUSED, f"127.0.0.1 refused to show this page. {PASTE}", False, True),
        (429, Reason.TOO_OFTEN, "127.0.0.1 asks me to come back later. Please try again then, or paste ", True, True),
        (451, Reason.FORBIDDEN, f"127.0.0.1 does not let me read this page. {PASTE}", False, True),
        (500, Reason.SERVER_ERROR, "127.0.0.1 has an error of its own with this page. Please paste ", False, True),
        (502, Reason.BUSY, f"127.0.0.1 is busy or down at the moment. {LATER}", True, True),
        (503, Reason.BUSY, f"127.0.0.1 is busy or down at the moment. {LATER}", True, True),
        (504, Reason.BUSY, f"127.0.0.1 is busy or down at the moment. {LATER}", True, True),
        (799, Reason.SERVER_ERROR, "127.0.0.1 has an error of its own with this page. Please paste ", False, True),
    ],
)
async def test_what_a_status_means(
    site: HostileSite, status: int, reason: Reason, sentence: str, transient: bool, retryable: bool
) -> None:
    error = await site.refuse(site.serve("/s", PAGE, status))
    assert (error.reason, error.transient, error.retryable) == (reason, transient, retryable)
    assert str(error).startswith(sentence)


@pytest.mark.parametrize(
    "kind",
    ["image/png", "video/mp4", "application/zip", "application/octet-stream", "text/css", "application/json", "x"],
)
async def test_a_file_of_another_kind_is_not_read(site: HostileSite, kind: str) -> None:
    error = await site.refuse(site.serve("/f", b"%PDF", Content_Type=kind))
    assert (error.reason, error.retryable) == (Reason.NOT_A_PAGE, False)
    assert str(error) == f"The link leads to a file of a kind that I cannot read. {PASTE}"


async def test_a_page_that_does_not_say_what_it_is_is_read(site: HostileSite) -> None:
    assert (await site.fetch(site.serve("/f", PAGE, Content_Type=""))).body == PAGE.encode()


@pytest.mark.parametrize(
    ("path", "kind", "told"),
    [
        ("/f", "Application/PDF ; x=y", "application/pdf"),
        ("/f.pdf", "application/octet-stream", "application/octet-stream"),
        ("/F.DOCX", "binary/octet-stream", "binary/octet-stream"),
        ("/f", "message/rfc822", "message/rfc822"),
    ],
)
async def test_documents_of_kinds_that_can_be_read_are_fetched(
    site: HostileSite, path: str, kind: str, told: str
) -> None:
    fetched = await site.fetch(site.serve(path, b"%PDF", Content_Type=kind))
    assert (fetched.content_type, fetched.body) == (told, b"%PDF")


async def test_what_a_redirect_adds_to_follow_readers_is_not_part_of_the_address(site: HostileSite) -> None:
    site.serve("/story", PAGE)
    article = await read(site.redirect("/short", "/story?id=3&utm_source=short&fbclid=x"), site.fetcher())
    assert article.url == site.url("/story?id=3")
    assert article.visit is not None
    assert article.visit.final_url == site.url("/story?id=3&utm_source=short&fbclid=x")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
async def test_the_certificate_must_be_that_of_the_name(
    site: HostileSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, *subject]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    server = await asyncio.start_server(site.answer, "127.0.0.1", 0, ssl=served)
    port = server.sockets[0].getsockname()[1]
    site.serve("/a", "safe")
    limits = replace(site.limits, allow_hosts=frozenset({"localhost", "127.0.0.1"}))
    untrusted = await refused(Fetcher(limits), f"https://localhost:{port}/a")
    assert (untrusted.reason, untrusted.transient) == (Reason.UNTRUSTED, False)
    assert str(untrusted) == f"The certificate of localhost is not valid, so I cannot be sure whose page it is. {PASTE}"
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert"))
    monkeypatch.setattr(fetch_connection, "_tls", lambda: trusting)
    assert (await Fetcher(limits).fetch(f"https://localhost:{port}/a")).body == b"safe"
    assert (await refused(Fetcher(limits), f"https://127.0.0.1:{port}/a")).reason is Reason.UNTRUSTED
    server.close()


async def refused(fetcher: Fetcher, url: str) -> UnreadableError:
    with pytest.raises(UnreadableError) as error:
        await fetcher.fetch(url)
    return error.value


async def test_a_link_in_a_message_becomes_its_article(site: HostileSite) -> None:
    url = site.serve("/story", PAGE)
    article = await read(f"<@U1> check <{url}?utm_source=slack|this>", site.fetcher())
    assert article.title == "Old bridge closes for a year"
    assert article.url == url
    assert "bridge number 8" in article.text


async def test_a_plain_text_file_is_read_like_a_paste(site: HostileSite) -> None:
    url = site.serve("/t.txt", "Old bridge closes\n\n21 May 2016\n\nThe mayor said so.", Content_Type="text/plain")
    article = await read(url, site.fetcher())
    assert (article.title, article.url, str(article.published)) == ("Old bridge closes", url, "2016-05-21")


async def test_a_login_page_with_status_200(site: HostileSite) -> None:
    url = site.serve("/login", "<html><body><form>Log in<input name=u><input type=password></form></body></html>")
    with pytest.raises(UnreadableError) as error:
        await read(url, site.fetcher())
    assert error.value.reason is Reason.LOGIN


async def test_text_in_a_message_is_taken_as_it_is() -> None:
    article = await read("<@U1> The mayor said &lt;no&gt;.", Fetcher(Limits()))
    assert (article.text, article.visit) == ("The mayor said <no>.", None)


@pytest.mark.parametrize(
    ("submitted", "reason"),
    [
        ("", Reason.NOTHING),
        ("<@U1> ...", Reason.NOTHING),
        (Links(("https://a.example", "https://b.example")), Reason.SEVERAL_LINKS),
    ],
)
async def test_what_is_not_one_thing_to_read(submitted: str | Links, reason: Reason) -> None:
    with pytest.raises(UnreadableError) as error:
        await read(submitted, Fetcher(Limits()))
    assert error.value.reason is reason
