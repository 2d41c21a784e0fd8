"""The fetcher against a real server on loopback, allowed for that server's port alone."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import ssl
import subprocess
import time
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from aiohttp import web

from bot.articles import fetch as fetch_module
from bot.articles.addresses import is_public
from bot.articles.fetch import Fetched, Fetcher, Limits, fetch
from bot.articles.links import Links
from bot.articles.read import read
from bot.articles.unreadable import Reason, UnreadableError

STORY = "<p>" + "</p><p>".join(
    f"The council voted on Tuesday to close bridge number {n} for a year, the mayor said in a long statement."
    for n in range(9)
)
PAGE = f"<html><head><title>Old bridge closes for a year</title></head><body><article>{STORY}</article></body></html>"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """A web site on a port of its own; ``limits`` allow it and nothing else."""

    def __init__(self) -> None:
        self.pages: dict[str, Handler] = {}
        self.requests: list[web.Request] = []
        self.port = 0

    @property
    def limits(self) -> Limits:
        return Limits(allow_hosts=frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"}), total_seconds=3)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def serve(self, path: str, body: bytes | str = "", *, status: int = 200, **headers: str) -> str:
        """Have ``path`` answered with this; a header name's underscores stand for dashes."""
        real = {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body.encode() if isinstance(body, str) else body

        async def answer(_: web.Request) -> web.StreamResponse:
            return web.Response(body=raw, status=status, headers={"Content-Type": "text/html; charset=utf-8"} | real)

        self.pages[path] = answer
        return self.url(path)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        return self.serve(path, status=status, Location=to)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        return await self.pages[request.path](request) if request.path in self.pages else web.Response(status=404)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    runner = web.ServerRunner(web.Server(site.handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.port = runner.addresses[0][1]
    yield site
    await runner.cleanup()


async def refused(url: str, limits: Limits) -> UnreadableError:
    with pytest.raises(UnreadableError) as error:
        await fetch(url, limits)
    assert error.value.sentence.endswith(".")
    return error.value


async def test_a_page_and_how_the_reader_introduces_itself(site: Site) -> None:
    url = site.serve("/a", "héllo")
    assert await fetch(url, site.limits) == Fetched(url, url, 200, "text/html", "utf-8", "héllo".encode())
    assert site.requests[0].headers["User-Agent"] == site.limits.user_agent
    assert site.requests[0].headers["Host"] == f"127.0.0.1:{site.port}"


async def test_redirects_are_followed_and_other_hosts_named(site: Site) -> None:
    target = site.serve("/end", "there")
    site.redirect("/middle", site.url("/end", "localhost"), 307)
    fetched = await fetch(site.redirect("/start", "/middle", 301), site.limits)
    assert fetched.body == b"there"
    assert fetched.final_url == target.replace("127.0.0.1", "localhost")
    assert fetched.redirected_hosts == ("localhost",)
    assert site.requests[-1].headers["Host"] == f"localhost:{site.port}"


async def test_cookies_set_on_the_way_are_sent_on(site: Site) -> None:
    async def gate(request: web.Request) -> web.StreamResponse:
        if "seen" in request.cookies:
            return web.Response(text="in", content_type="text/html")
        return web.Response(status=302, headers={"Location": "/gate", "Set-Cookie": "seen=1; Path=/"})

    site.pages["/gate"] = gate
    assert (await fetch(site.url("/gate"), site.limits)).body == b"in"


async def test_too_many_redirects(site: Site) -> None:
    numbers = count()

    async def onward(_: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": f"/loop?{next(numbers)}"})

    site.pages["/loop"] = onward
    error = await refused(site.url("/loop"), replace(site.limits, max_redirects=3))
    assert error.reason is Reason.TOO_MANY_REDIRECTS
    assert len(site.requests) == 4


@pytest.mark.parametrize(
    ("status", "reason", "transient"),
    [
        (401, Reason.LOGIN, False),
        (402, Reason.PAYWALL, False),
        (403, Reason.FORBIDDEN, False),
        (404, Reason.NOT_FOUND, False),
        (410, Reason.NOT_FOUND, False),
        (418, Reason.REFUSED, False),
        (429, Reason.BUSY, True),
        (500, Reason.SERVER_ERROR, False),
        (503, Reason.BUSY, True),
    ],
)
async def test_what_a_status_means(site: Site, status: int, reason: Reason, transient: bool) -> None:
    error = await refused(site.serve("/s", PAGE, status=status), site.limits)
    assert (error.reason, error.transient) == (reason, transient)
    assert "127.0.0.1" in error.sentence


@pytest.mark.parametrize("kind", ["application/pdf", "image/png", "video/mp4", "application/octet-stream"])
async def test_a_file_is_not_read_as_a_page(site: Site, kind: str) -> None:
    assert (await refused(site.serve("/f", b"%PDF", Content_Type=kind), site.limits)).reason is Reason.NOT_A_PAGE


async def test_a_page_may_not_be_longer_than_the_limit(site: Site) -> None:
    limits = replace(site.limits, max_bytes=1000)
    assert len((await fetch(site.serve("/fits", b"x" * 1000), limits)).body) == 1000
    assert (await refused(site.serve("/long", b"x" * 1001), limits)).reason is Reason.TOO_BIG


async def test_a_page_without_a_length_is_cut_off_at_the_limit(site: Site) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x" * 10_000)

    site.pages["/endless"] = endless
    assert (await refused(site.url("/endless"), replace(site.limits, max_bytes=100_000))).reason is Reason.TOO_BIG


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_compressed_pages(site: Site, encoding: str) -> None:
    body = (gzip.compress if encoding == "gzip" else zlib.compress)(PAGE.encode())
    assert (await fetch(site.serve("/z", body, Content_Encoding=encoding), site.limits)).body == PAGE.encode()


async def test_a_small_bomb_is_counted_unpacked(site: Site) -> None:
    bomb = gzip.compress(b"0" * 20_000_000)
    assert len(bomb) < 30_000
    error = await refused(site.serve("/bomb", bomb, Content_Encoding="gzip"), replace(site.limits, max_bytes=1_000_000))
    assert error.reason is Reason.TOO_BIG


@pytest.mark.parametrize(
    ("body", "encoding", "reason"),
    [
        (b"this is not gzip", "gzip", Reason.BROKEN),
        (b"whatever", "br", Reason.BROKEN),
        (gzip.compress(PAGE.encode())[:-20], "gzip", Reason.UNREACHABLE),
    ],
)
async def test_what_cannot_be_unpacked_is_not_read(site: Site, body: bytes, encoding: str, reason: Reason) -> None:
    assert (await refused(site.serve("/x", body, Content_Encoding=encoding), site.limits)).reason is reason


async def test_a_dripping_page_ends_at_the_total_time(site: Site) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.05)

    site.pages["/drip"] = drip
    started = time.monotonic()
    error = await refused(site.url("/drip"), replace(site.limits, total_seconds=0.5))
    assert (error.reason, error.transient) == (Reason.TOO_SLOW, True)
    assert time.monotonic() - started < 1.5


async def test_a_connection_that_breaks_off_may_be_tried_again(site: Site) -> None:
    async def broken(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    site.pages["/broken"] = broken
    error = await refused(site.url("/broken"), site.limits)
    assert (error.reason, error.transient) == (Reason.UNREACHABLE, True)


async def test_half_a_page_is_not_a_page(site: Site) -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 9999\r\n\r\n<p>half")
        request.transport.close()
        return web.Response()

    site.pages["/half"] = half
    assert (await refused(site.url("/half"), site.limits)).reason is Reason.UNREACHABLE


async def test_nobody_listens(site: Site) -> None:
    limits = replace(site.limits, allow_hosts=frozenset({"127.0.0.1"}))
    assert (await refused("http://127.0.0.1:1/", limits)).reason is Reason.UNREACHABLE


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://a.example/x", Reason.BAD_ADDRESS),
        ("file:///etc/passwd", Reason.BAD_ADDRESS),
        ("javascript:alert(1)", Reason.BAD_ADDRESS),
        ("https://", Reason.BAD_ADDRESS),
        ("http://[bad", Reason.BAD_ADDRESS),
        ("http://a.example:99999/", Reason.BAD_ADDRESS),
        ("http://93.184.215.14:22/", Reason.BAD_ADDRESS),
        ("not a link", Reason.BAD_ADDRESS),
        ("http://user:secret@a.example/", Reason.CREDENTIALS),
        ("http://127.0.0.1/", Reason.PRIVATE_ADDRESS),
        ("http://localhost/", Reason.PRIVATE_ADDRESS),
        ("http://127.1/", Reason.PRIVATE_ADDRESS),
        ("http://2130706433/", Reason.PRIVATE_ADDRESS),
        ("http://0x7f000001/", Reason.PRIVATE_ADDRESS),
        ("http://0177.0.0.1/", Reason.BAD_ADDRESS),
        ("http://0/", Reason.PRIVATE_ADDRESS),
        ("http://169.254.169.254/latest/meta-data/", Reason.PRIVATE_ADDRESS),
        ("http://10.0.0.1/", Reason.PRIVATE_ADDRESS),
        ("http://[::1]/", Reason.PRIVATE_ADDRESS),
        ("http://[::ffff:127.0.0.1]/", Reason.PRIVATE_ADDRESS),
        ("http://[64:ff9b::7f00:1]/", Reason.PRIVATE_ADDRESS),
        ("http://[fe80::1]/", Reason.PRIVATE_ADDRESS),
    ],
)
async def test_what_is_never_opened(url: str, reason: Reason) -> None:
    assert (await refused(url, Limits(total_seconds=2))).reason is reason


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://169.254.169.254/", Reason.PRIVATE_ADDRESS),
        ("http://localhost:1/", Reason.BAD_ADDRESS),
        ("http://[::1]/", Reason.PRIVATE_ADDRESS),
        ("//127.0.0.2/x", Reason.PRIVATE_ADDRESS),
        ("http://u:p@127.0.0.1/", Reason.CREDENTIALS),
        ("file:///etc/passwd", Reason.BAD_ADDRESS),
        ("http://[bad", Reason.BAD_ADDRESS),
    ],
)
async def test_a_redirect_is_checked_like_the_link(site: Site, to: str, reason: Reason) -> None:
    assert (await refused(site.redirect("/r", to), site.limits)).reason is reason
    assert len(site.requests) == 1


async def test_a_name_is_looked_up_once_and_the_checked_address_is_connected_to(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[str] = []

    async def once(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        looked_up.append(host)
        return [(2, 1, 6, "", ("127.0.0.1" if len(looked_up) == 1 else "127.0.0.9", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", once)
    site.serve("/a", "here")
    limits = replace(site.limits, allow_hosts=frozenset({f"rebind.example:{site.port}"}))
    assert (await fetch(site.url("/a", "rebind.example"), limits)).body == b"here"
    assert looked_up == ["rebind.example"]
    assert site.requests[0].headers["Host"] == f"rebind.example:{site.port}"


async def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    async def mixed(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(2, 1, 6, "", (address, port)) for address in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", mixed)
    assert (await refused("http://mixed.example/", Limits())).reason is Reason.PRIVATE_ADDRESS


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes its certificate with openssl")
async def test_the_certificate_must_be_that_of_the_name(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "cert")]
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "2"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *files, *subject]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(tmp_path / "cert", tmp_path / "key")
    runner = web.ServerRunner(web.Server(site.handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=served).start()
    port = runner.addresses[0][1]
    site.serve("/a", "safe")
    limits = Limits(allow_hosts=frozenset({"localhost", "127.0.0.1"}), total_seconds=3)
    assert (await refused(f"https://localhost:{port}/a", limits)).reason is Reason.UNTRUSTED
    trusting = ssl.create_default_context(cafile=str(tmp_path / "cert"))
    monkeypatch.setattr(fetch_module, "_tls", lambda: trusting)
    assert (await fetch(f"https://localhost:{port}/a", limits)).body == b"safe"
    assert (await refused(f"https://127.0.0.1:{port}/a", limits)).reason is Reason.UNTRUSTED
    await runner.cleanup()


async def test_another_port_of_an_allowed_host_stays_closed(site: Site) -> None:
    limits = replace(site.limits, allow_hosts=frozenset({"127.0.0.1:1"}))
    assert (await refused(site.serve("/a", "x"), limits)).reason is Reason.BAD_ADDRESS
    assert site.requests == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:4700::1111", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("0.0.0.0", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::", False),
        ("::ffff:10.0.0.1", False),
        ("::127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::a00:1", False),
        ("fe80::1%eth0", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


async def test_a_link_in_a_message_becomes_its_article(site: Site) -> None:
    url = site.serve("/story", PAGE)
    article = await read(f"<@U1> check <{url}?utm_source=slack|this>", Fetcher(site.limits))
    assert article.title == "Old bridge closes for a year"
    assert article.url == url
    assert "bridge number 8" in article.text


async def test_a_plain_text_file_is_read_like_a_paste(site: Site) -> None:
    url = site.serve("/t.txt", "Old bridge closes\n\n21 May 2016\n\nThe mayor said so.", Content_Type="text/plain")
    article = await read(url, Fetcher(site.limits))
    assert (article.title, article.url, str(article.published)) == ("Old bridge closes", url, "2016-05-21")


async def test_a_page_in_another_charset_than_it_says(site: Site) -> None:
    body = PAGE.replace("mayor", "mayor Şahin").encode()
    url = site.serve("/c", body, Content_Type="text/html; charset=iso-8859-1")
    assert "mayor Şahin said" in (await read(url, Fetcher(site.limits))).text


async def test_a_login_page_with_status_200(site: Site) -> None:
    url = site.serve("/login", "<html><body><form>Log in<input name=u><input type=password></form></body></html>")
    with pytest.raises(UnreadableError) as error:
        await read(url, Fetcher(site.limits))
    assert error.value.reason is Reason.LOGIN


async def test_text_in_a_message_is_taken_as_it_is() -> None:
    assert (await read("<@U1> The mayor said &lt;no&gt;.", Fetcher(Limits()))).text == "The mayor said <no>."


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
