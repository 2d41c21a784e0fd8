"""Redis over TLS: only the server that was meant, by its certificate and its name."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest
import trustme
from docket import Docket
from redis.exceptions import ConnectionError

from bot.store.redis_client import connect
from bot.store.trouble import impatient, refused
from config.settings import Settings


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
async def port(redis_url: str, authority: trustme.CA) -> AsyncIterator[int]:
    """The tests' server behind TLS, under the name localhost."""
    socket = redis_url.removeprefix("unix://").partition("?")[0]
    there = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(there)
    under_way: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind_reader, behind_writer = await asyncio.open_unix_connection(socket)
        for source, sink in ((reader, behind_writer), (behind_reader, writer)):
            under_way.add(asyncio.create_task(_pass_on(source, sink)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=there)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for task in under_way:
        task.cancel()


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(ConnectionResetError, BrokenPipeError, ssl.SSLError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    sink.close()


def _file(authority: trustme.CA, folder: Path) -> Path:
    path = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


async def test_the_right_server_is_worked_with_by_the_desk_and_by_its_queue(
    port: int, authority: trustme.CA, tmp_path: Path
) -> None:
    url = f"rediss://localhost:{port}/0?ssl_ca_certs={_file(authority, tmp_path)}"
    async with connect(url) as redis:
        await redis.set("claimdesk:test", "1")
        assert await redis.get("claimdesk:test") == "1"
    async with Docket(name="claimdesk-tls", url=url) as docket:
        assert (await docket.snapshot()).workers == []


async def test_a_server_of_an_unknown_authority_is_refused_in_one_line(port: int, tmp_path: Path) -> None:
    for url in (
        f"rediss://localhost:{port}/0",
        f"rediss://localhost:{port}/0?ssl_ca_certs={_file(trustme.CA(), tmp_path)}",
    ):
        line = await _refusal(url)
        assert "its certificate is refused (unable to get local issuer certificate)" in line
        assert "ssl_ca_certs" in line


async def test_a_server_of_another_name_is_refused_in_one_line(
    port: int, authority: trustme.CA, tmp_path: Path
) -> None:
    line = await _refusal(f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={_file(authority, tmp_path)}")
    assert "its certificate is refused (IP address mismatch, certificate is not valid for '127.0.0.1')" in line


async def _refusal(url: str) -> str:
    redis = impatient(url)
    with pytest.raises(ConnectionError) as error:
        await redis.ping()
    await redis.aclose()
    line = refused(error.value)
    assert "\n" not in line
    return line


@pytest.mark.parametrize(
    "query", ["ssl_cert_reqs=none", "ssl_cert_reqs=optional", "db=1&ssl_check_hostname=False", "SSL_CERT_REQS=none"]
)
def test_verification_cannot_be_switched_off(query: str) -> None:
    with pytest.raises(ValueError, match="always verified"):
        Settings(redis_url=f"rediss://:secret@h:1/0?{query}", _env_file=None)


@pytest.mark.parametrize("query", ["ssl_ca_certs=/ca.pem", "ssl_cert_reqs=required", "ssl_check_hostname=true&db=2"])
def test_an_authority_of_ones_own_can_be_named(query: str) -> None:
    assert Settings(redis_url=f"rediss://h:1/0?{query}", _env_file=None).redis_url is not None
