"""Secrets that would be recognised anywhere are given to a real desk, everything goes wrong, and no output has them."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from chaos.own_redis import OwnRedis
from cryptography.fernet import Fernet
from end_to_end.conftest import MANIFEST, TWO_CLAIMS, cards_below
from end_to_end.desk_processes import KillableProcesses
from redis.asyncio import Redis

from bot.app import open_app
from bot.sandbox import Workspace
from bot.sandbox.delivery import sign
from bot.store.keys import INSTALLATIONS
from config.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PASSWORD = "canary-redis-password"


@dataclass
class Output:
    """Everything that anybody could read, by where it stood."""

    secrets: dict[str, str] = field(default_factory=dict)
    texts: list[tuple[str, str]] = field(default_factory=list)

    def add(self, where: str, text: str) -> None:
        """Something was put out."""
        self.texts.append((where, text))


async def play(folder: Path) -> Output:
    """A session in which everything goes wrong."""
    output, key = Output(), Fernet.generate_key().decode()
    server = OwnRedis(folder / "redis")
    await server.start()
    await server.configure(requirepass=PASSWORD)
    url = f"redis://:{PASSWORD}@127.0.0.1:{server.port}/0"
    async with Workspace(MANIFEST) as slack:
        output.secrets = {
            "bot token": slack.bot_token,
            "app token": slack.app_token,
            "signing secret": slack.signing_secret,
            "Redis password": PASSWORD,
            "token key": key,
        }
        processes = KillableProcesses(
            slack,
            folder,
            REDIS_URL=url,
            TOKEN_KEY=key,
            LOG_LEVEL="DEBUG",
            SLACK_APP_TOKEN=slack.app_token,
            SLACK_HTTP="true",
        )
        try:
            await processes.start()
            await _troubled_session(slack, processes, output)
            await asyncio.to_thread(_commands, processes.environment, output)
            await _in_process(slack, url, key, output)
            await _redis_contents(url, output)
        finally:
            await asyncio.to_thread(processes.stop)
            output.add("log", processes.log_text())
        _shown(slack, output)
    await server.stop()
    return output


async def _troubled_session(slack: Workspace, processes: KillableProcesses, output: Output) -> None:
    ada = slack.add_user("ada")
    desk = slack.add_channel("desk", [ada])
    root = await ada.post(desk, f"<@{slack.bot_user_id}> again:\n{TWO_CLAIMS}")
    cards = await slack.wait_for(lambda: found if len(found := cards_below(slack, root)) >= 2 else None, timeout=60)
    # Whom Slack has told of may go on while it has trouble; of anybody else nothing but questions would be taken.
    for button, state in (("task_take", "*Taken*"), ("task_put_back", "*Open*")):
        await ada.press(cards[1], button)
        await slack.wait_for(lambda state=state: state in cards[1].plain(), timeout=60)
    for kind in ("500", "429", "lost", "dropped"):
        slack.faults.add("*", kind, times=2)
    await ada.press(cards[0], "task_take")
    await slack.wait_for(lambda: "*Taken*" in cards[0].plain(), timeout=60)
    await _requests(slack, str(slack.request_url), output)
    async with Redis.from_url(processes.environment["REDIS_URL"]) as redis:  # it takes no writes, and somebody presses
        await redis.config_set("maxmemory", "1")
        await ada.press(cards[1], "task_take")
        await slack.wait_for(lambda: "Redis refuses writes" in processes.log_text(), timeout=30)
        await redis.config_set("maxmemory", "0")
    slack.revoke(slack.bot_token)
    await ada.press(cards[0], "task_put_back")
    await asyncio.sleep(2)


async def _requests(slack: Workspace, url: str, output: Output) -> None:
    """Answers to whoever asks, well signed or not."""
    stamp = str(int(time.time()))
    base = url.removesuffix("/slack/events")
    broken = b'{"type": "event_callback", "event_id": "1", "event": {"type": "message", "channel": 7}}'
    async with httpx.AsyncClient() as client:
        for path in ("/", "/healthz", "/readyz", "/slack/events", "/metrics"):
            answer = await client.get(base + path)
            output.add(f"GET {path}", f"{answer.headers}{answer.text}")
        for body, secret in ((broken, slack.signing_secret), (b"\xff", "x"), (b"{", slack.signing_secret)):
            headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": sign(secret, stamp, body)}
            headers["content-type"] = "application/json"
            answer = await client.post(url, content=body, headers=headers)
            assert 400 <= answer.status_code < 500
            output.add("POST", f"{answer.headers}{answer.text}")


def _commands(environment: dict[str, str], output: Output) -> None:
    """What an operator is told, also of settings that cannot be used."""
    unusable = [
        {"REDIS_URL": f"http://:{PASSWORD}@127.0.0.1:1/0"},
        {"REDIS_URL": f"redis://:{PASSWORD}-wrong@127.0.0.1:{environment['REDIS_URL'].rpartition(':')[2]}"},
        {"REDIS_URL": f"rediss://:{PASSWORD}@127.0.0.1:1/0?ssl_cert_reqs=none"},
        {"TOKEN_KEY": f"{environment['TOKEN_KEY']},{environment['SLACK_BOT_TOKEN']}"},
        {"PORT": environment["SLACK_SIGNING_SECRET"]},
    ]
    commands = (
        ["doctor"],
        ["outbox", "list"],
        ["jobs", "list"],
        ["export"],
        ["audit", "verify"],
        ["workspaces", "list"],
    )
    for command, changed in [*((c, {}) for c in commands), *((["outbox", "list"], change) for change in unusable)]:
        done = subprocess.run(
            [sys.executable, "-m", "bot.cli", *command],
            env={**os.environ, **environment, "LOG_LEVEL": "DEBUG", **changed},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        output.add(f"claimdesk {' '.join(command)} {list(changed)}", done.stdout + done.stderr)


async def _in_process(slack: Workspace, url: str, key: str, output: Output) -> None:
    """What a traceback or a debugger would show of the objects that hold them."""
    settings = Settings(
        slack_bot_token=slack.bot_token,
        slack_signing_secret=slack.signing_secret,
        slack_app_token=slack.app_token,
        slack_api_url=slack.api_url,
        redis_url=url,
        token_key=key,
        _env_file=None,
    )
    async with open_app(settings, url) as app:
        for thing in (settings, app, app.workspaces, app.redis, app.desk(slack.team_id), app.sender(slack.team_id)):
            output.add(f"repr of {type(thing).__name__}", f"{thing!r} {thing}")
        output.add("settings as JSON", settings.model_dump_json())


async def _redis_contents(url: str, output: Output) -> None:
    """Every key with what it holds, but for the place that tokens are kept in."""
    async with Redis.from_url(url) as redis:
        async for key in redis.scan_iter(count=1000):
            if key.decode() != INSTALLATIONS and (value := await redis.dump(key)) is not None:
                # A dump may be compressed: what can be read as a text is read as one.
                kind = await redis.type(key)
                if kind == b"string":
                    value = await redis.get(key)
                elif kind == b"hash":
                    value = repr(await redis.hgetall(key)).encode()
                elif kind == b"list":
                    value = repr(await redis.lrange(key, 0, -1)).encode()
                elif kind == b"stream":
                    value = repr(await redis.xrange(key)).encode()
                output.add(f"Redis {key.decode()}", value.decode("latin-1"))


def _shown(slack: Workspace, output: Output) -> None:
    """All that people see."""
    state = slack._core.state
    said = [message for messages in state.messages.values() for message in messages] + state.ephemerals
    for message in said:
        output.add("Slack", json.dumps([message.text, message.blocks, message.metadata]))


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Output:
    return asyncio.run(play(tmp_path_factory.mktemp("canaries")))


def test_no_secret_stands_in_anything_that_the_desk_puts_out(output: Output) -> None:
    found = [(name, where) for where, text in output.texts for name, secret in output.secrets.items() if secret in text]
    assert found == []


def test_the_session_had_what_secrets_leak_from(output: Output) -> None:
    log = dict(output.texts)["log"]
    assert "DEBUG" in log or '"debug"' in log
    assert "token_revoked" in log
    assert "Redis refuses writes" in log
    places = {where.partition(" ")[0] for where, _ in output.texts}
    assert {"log", "GET", "POST", "claimdesk", "repr", "Redis", "Slack"} <= places
    exported = next(text for where, text in output.texts if where.startswith("claimdesk export"))
    assert "Brannock" in exported
    assert len(output.texts) > 100
