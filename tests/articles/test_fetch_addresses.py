"""Links that lead into the desk's own network, in every disguise, at first and after a redirect."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable
from typing import Any

import httpcore
import pytest
from articles.hostile_site import Asked, HostileSite, http

from bot.articles import addresses
from bot.articles.addresses import is_public
from bot.articles.fetch import Fetcher
from bot.articles.limits import Limits
from bot.articles.unreadable import Reason, UnreadableError

NOT_AN_ADDRESS = (
    "This is not an address I can open: only http and https links, on the usual ports. Please check the link."
)
CREDENTIALS = "This link contains a user name or a password, so I did not open it. Please send it without."
PRIVATE = (
    "{host} leads to a private or reserved address, so I did not open it. "
    "Please paste the text of the article here instead."
)
BAD, SECRET, INSIDE = Reason.BAD_ADDRESS, Reason.CREDENTIALS, Reason.PRIVATE_ADDRESS

IN_DISGUISE = [
    # What is no web link
    ("ftp://a.example/x", BAD),
    ("file:///etc/passwd", BAD),
    ("gopher://127.0.0.1:6379/_FLUSHALL", BAD),
    ("javascript:alert(1)", BAD),
    ("data:text/html,x", BAD),
    ("https://", BAD),
    ("http:127.0.0.1", BAD),
    ("//127.0.0.1/", BAD),
    ("not a link", BAD),
    ("", BAD),
    # Hosts that are none
    ("http://[bad", BAD),
    ("http://a..example/", BAD),
    ("http://.example/", BAD),
    ("http://127.0.0.1%00.a.example/", BAD),
    ("http://127.0.0.1\t/", BAD),
    ("http://127.0.0.1\r\nHost: a.example/", BAD),
    ("http://[::1%25lo]/", BAD),
    (f"http://{'a' * 64}.example/", BAD),
    (f"http://93.184.215.14/{'a' * 8000}", BAD),
    # Ports
    ("http://a.example:99999/", BAD),
    ("http://93.184.215.14:22/", BAD),
    ("http://93.184.215.14:6379/", BAD),
    ("https://93.184.215.14:8443/", BAD),
    # Credentials, also as a disguise of the host
    ("http://user:secret@a.example/", SECRET),
    ("http://93.184.215.14@127.0.0.1/", SECRET),
    ("http://93.184.215.14\\@127.0.0.1/", SECRET),
    ("http://a.example%2f@127.0.0.1/", SECRET),
    ("http://:@a.example/", SECRET),
    # Loopback
    ("http://127.0.0.1/", INSIDE),
    ("http://127.255.255.254/", INSIDE),
    ("http://@127.0.0.1/", INSIDE),
    ("http://127.0.0.1./", INSIDE),
    ("http://127。0。0。1/", INSIDE),  # ideographic full stops
    ("http://[::1]/", INSIDE),
    ("http://[0:0:0:0:0:0:0:1]/", INSIDE),
    # Numbers that C libraries take for addresses
    ("http://127.1/", BAD),
    ("http://2130706433/", BAD),
    ("http://0x7f000001/", BAD),
    ("http://0x7f.0.0.1/", BAD),
    ("http://0177.0.0.1/", BAD),
    ("http://017700000001/", BAD),
    ("http://127.0.0.0x1/", BAD),
    ("http://4294967297/", BAD),
    ("http://0/", BAD),
    # Letters that look like digits and like letters
    ("http://１２７.0.0.1/", BAD),
    ("http://①②⑦.⓪.⓪.①/", BAD),
    ("http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", BAD),
    ("http://a\u200bb.example/", BAD),
    # Clouds' metadata
    ("http://169.254.169.254/latest/meta-data/", INSIDE),
    ("http://[fd00:ec2::254]/", INSIDE),
    ("http://100.100.100.200/", INSIDE),
    ("http://168.63.129.16/", INSIDE),
    ("http://192.0.0.192/", INSIDE),
    # Private, shared, reserved, for many at once
    ("http://10.0.0.1/", INSIDE),
    ("http://172.16.0.1/", INSIDE),
    ("http://192.168.1.1/", INSIDE),
    ("http://100.64.0.1/", INSIDE),
    ("http://198.18.0.1/", INSIDE),
    ("http://192.0.2.1/", INSIDE),
    ("http://240.0.0.1/", INSIDE),
    ("http://255.255.255.255/", INSIDE),
    ("http://224.0.0.1/", INSIDE),
    ("http://0.0.0.0/", INSIDE),
    ("http://[fe80::1]/", INSIDE),
    ("http://[fc00::1]/", INSIDE),
    ("http://[ff02::1]/", INSIDE),
    ("http://[::]/", INSIDE),
    # IPv4 inside IPv6
    ("http://[::ffff:127.0.0.1]/", INSIDE),
    ("http://[::ffff:7f00:1]/", INSIDE),
    ("http://[::127.0.0.1]/", INSIDE),
    ("http://[64:ff9b::7f00:1]/", INSIDE),
    ("http://[64:ff9b:1::7f00:1]/", INSIDE),
    ("http://[2002:7f00:1::]/", INSIDE),
    ("http://[2001:0:4136:e378:8000:63bf:80ff:fffe]/", INSIDE),
]


async def refused(fetcher: Fetcher, url: str) -> UnreadableError:
    with pytest.raises(UnreadableError) as error:
        await fetcher.fetch(url)
    return error.value


@pytest.mark.parametrize(("url", "reason"), IN_DISGUISE)
async def test_what_is_never_opened_and_what_the_person_is_told(url: str, reason: Reason) -> None:
    asked: list[str] = []

    async def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    error = await refused(Fetcher(Limits(total_seconds=2), look_up=look_up), url)
    assert (error.reason, error.transient, error.retryable) == (reason, False, False)
    host = str(error).partition(" ")[0]
    assert str(error) == {BAD: NOT_AN_ADDRESS, SECRET: CREDENTIALS, INSIDE: PRIVATE.format(host=host)}[reason]
    assert "secret" not in repr(error)
    assert asked == []  # not even its name is looked up


WHOLE = [(url, reason) for url, reason in IN_DISGUISE if re.match(r"\w+:(?!\d)", url) and url.isprintable()]


@pytest.mark.parametrize(("url", "reason"), WHOLE)
async def test_a_redirect_is_checked_like_the_link(site: HostileSite, url: str, reason: Reason) -> None:
    error = await refused(site.fetcher(), site.redirect("/start", url))
    assert error.reason is reason
    assert [asked.path for asked in site.requests] == ["/start"]


async def test_a_redirect_with_part_of_a_link_stays_on_the_site(site: HostileSite) -> None:
    site.serve("/end", "there")
    for part in ("/end", "end", "../end", f"//127.0.0.1:{site.port}/end"):
        assert (await site.fetch(site.redirect("/start", part))).body == b"there"
    error = await refused(site.fetcher(), site.redirect("/start", "//127.0.0.2/end"))
    assert str(error) == PRIVATE.format(host="127.0.0.2")


LookUp = Callable[[str, int], Awaitable[list[str]]]


def answering(*rounds: list[str]) -> tuple[LookUp, list[str]]:
    """A name server that gives another answer each time, the last one again and again; and what it was asked."""
    asked: list[str] = []

    async def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return rounds[min(len(asked), len(rounds)) - 1]

    return look_up, asked


PUBLIC = "93.184.215.14"


@pytest.fixture
def connected(site: HostileSite, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses connected to, by way of a network in which one public address is the hostile site's."""
    addresses: list[str] = []
    connect = httpcore.AnyIOBackend.connect_tcp

    async def reroute(backend: httpcore.AnyIOBackend, host: str, port: int, *args: Any) -> httpcore.AsyncNetworkStream:
        addresses.append(host)
        return await connect(backend, "127.0.0.1", site.port if host == PUBLIC else port, *args)

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", reroute)
    # A second look-up by anybody would go to the system; here that is an error. Addresses are no look-ups.
    system = socket.getaddrinfo

    def only_addresses(host: str, *args: Any, **named: Any) -> Any:
        assert host.replace(".", "").isdigit(), f"{host} was looked up a second time"
        return system(host, *args, **named)

    monkeypatch.setattr(socket, "getaddrinfo", only_addresses)
    return addresses


async def test_the_address_checked_is_the_address_connected_to(site: HostileSite, connected: list[str]) -> None:
    look_up, asked = answering([PUBLIC], ["10.0.0.1"])
    site.serve("/a", "here")
    fetched = await Fetcher(Limits(respect_robots=False), look_up=look_up).fetch("http://rebind.example/a")
    assert fetched.body == b"here"
    assert (asked, connected) == (["rebind.example"], [PUBLIC])
    assert site.requests[0].headers["host"] == "rebind.example"


@pytest.mark.parametrize("turned", ["127.0.0.1", "169.254.169.254", "::1"])
async def test_a_name_that_turns_private_between_two_requests_is_refused(
    site: HostileSite, connected: list[str], turned: str
) -> None:
    site.redirect("/a", "/secrets")
    site.serve("/secrets", "of the newsroom")
    look_up, _ = answering([PUBLIC], [turned])
    fetcher = Fetcher(Limits(respect_robots=False), look_up=look_up)
    assert str(await refused(fetcher, "http://rebind.example/a")) == PRIVATE.format(host="rebind.example")
    assert connected == [PUBLIC]
    assert [asked.path for asked in site.requests] == ["/a"]


async def test_robots_txt_is_no_way_in_either(site: HostileSite, connected: list[str]) -> None:
    site.redirect("/robots.txt", "http://inside.example/")
    site.serve("/a", "here")

    async def look_up(host: str, port: int) -> list[str]:
        return [PUBLIC] if host == "news.example" else ["10.0.0.1"]

    fetched = await Fetcher(Limits(), look_up=look_up).fetch("http://news.example/a")
    assert fetched.body == b"here"
    assert set(connected) == {PUBLIC}


@pytest.mark.parametrize(
    "found",
    [
        ["93.184.215.14", "10.0.0.1"],
        ["::1"],
        ["::ffff:10.0.0.1"],
        ["169.254.169.254"],
        ["fe80::1%eth0"],
        ["64:ff9b::a00:1"],
    ],
)
async def test_a_name_with_one_private_address_is_refused(found: list[str]) -> None:
    look_up, _ = answering(found)
    error = await refused(Fetcher(Limits(), look_up=look_up), "http://mixed.example/")
    assert error.reason is INSIDE
    assert str(error) == PRIVATE.format(host="mixed.example")


async def test_the_usual_names_of_this_machine_are_refused() -> None:
    for name in ("localhost", "LOCALHOST", "localhost."):
        assert (await refused(Fetcher(Limits()), f"http://{name}/")).reason is INSIDE


async def test_a_name_is_looked_up_as_it_is_asked_for() -> None:
    look_up, asked = answering(["10.0.0.1"])
    for url in ("http://FAß.example./", "http://münchen.example/", "http://lоcalhost/"):  # that о is Cyrillic
        await refused(Fetcher(Limits(), look_up=look_up), url)
    assert asked == ["xn--fa-hia.example", "xn--mnchen-3ya.example", "xn--lcalhost-nbh"]


async def test_the_person_sees_a_look_alike_for_what_it_is() -> None:
    look_up, _ = answering(["10.0.0.1"])
    error = await refused(Fetcher(Limits(), look_up=look_up), "http://gооgle.example/")
    assert str(error).startswith("xn--ggle-55da.example leads to")


@pytest.mark.parametrize(
    ("failure", "transient"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, True), (socket.EAI_FAIL, False)]
)
async def test_a_name_that_is_not_there(failure: int, transient: bool) -> None:
    async def look_up(host: str, port: int) -> list[str]:
        raise socket.gaierror(failure, "no")

    error = await refused(Fetcher(Limits(backoff_seconds=0.01), look_up=look_up), "http://tpyo.example/")
    assert (error.reason, error.transient) == (Reason.NO_SUCH_HOST, transient)
    assert str(error) == "There is no site called tpyo.example. Please check the link for a typing error."


async def test_a_name_server_that_keeps_silent_costs_the_time_of_a_connection() -> None:
    async def look_up(host: str, port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    error = await refused(Fetcher(Limits(connect_seconds=0.1), look_up=look_up), "http://silent.example/")
    assert (error.reason, error.transient) == (Reason.TOO_SLOW, True)


async def test_an_address_that_does_not_answer_leaves_time_for_the_next(site: HostileSite) -> None:
    site.serve("/a", "here")
    look_up, _ = answering(["127.0.0.9", "127.0.0.1"])
    url = site.url("/a", "two.example")
    assert (await Fetcher(site.limits, look_up=look_up).fetch(url)).body == b"here"


async def test_the_proxies_of_the_environment_are_passed_by(site: HostileSite, monkeypatch: pytest.MonkeyPatch) -> None:
    async def proxy(_: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(http("by way of the proxy"))

    site.play("/", proxy)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, site.url("/"))
        monkeypatch.setenv(name.lower(), site.url("/"))
    assert (await refused(Fetcher(Limits()), "http://10.0.0.1/")).reason is INSIDE
    assert (await site.fetch(site.serve("/a", "direct"))).body == b"direct"
    assert site.requests[-1].path == "/a"


@pytest.mark.parametrize("allowed", ["127.0.0.1", "127.0.0.1:{port}"])
async def test_the_newsrooms_own_archive_can_be_allowed(site: HostileSite, allowed: str) -> None:
    hosts = frozenset({allowed.format(port=site.port)})
    assert (await site.fetch(site.serve("/a", "old"), allow_hosts=hosts)).body == b"old"


@pytest.mark.parametrize("allowed", ["127.0.0.1:1", "127.0.0", "0.0.1", "7.0.0.1", ""])
async def test_nothing_else_is_allowed_with_it(site: HostileSite, allowed: str) -> None:
    error = await site.refuse(site.serve("/a", "x"), allow_hosts=frozenset({allowed}))
    assert error.reason is BAD
    assert site.connections == 0


def test_allowed_hosts_are_compared_as_people_write_them() -> None:
    def allowed(url: str, *hosts: str) -> bool:
        return addresses.is_allowed(addresses.parse(url), frozenset(hosts))

    assert allowed("https://Archive.Example./x", "archive.example")
    assert allowed("http://münchen.example/", "münchen.example")
    assert allowed("http://[fd00::1]:8080/", "[fd00::1]:8080")
    assert allowed("http://[fd00::1]:8080/", "fd00::1")
    assert allowed("http://archive.example/", "archive.example:80")
    assert not allowed("https://archive.example/", "archive.example:80")
    assert not allowed("http://archive.example.evil.example/", "archive.example")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:4700::1111", True),
        ("64:ff9b::5db8:d70e", True),  # a network without IPv4 reaches 93.184.215.14 by this
        ("64:ff9b::a00:1", False),
        ("192.88.99.1", False),
        ("fec0::1", False),
        ("2001:db8::1", False),
        ("3fff::1", False),
        ("2002:5db8:d70e::", False),
        ("::ffff:93.184.215.14", False),
        ("fe80::1%eth0", False),
        ("5f00::1", False),
        ("100::1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public
