"""The web process as Slack and a load balancer meet it. Real process, real HTTP, real signatures."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from bot.demo.desk_processes import free_port

SECRET = "canary-signing-secret"
TOKEN = "xoxb-canary-token"


class Web:
    def __init__(self, folder: Path, url: str, process: subprocess.Popen[bytes]) -> None:
        self.folder, self.url, self.process = folder, url, process

    def log(self) -> str:
        return (self.folder / "log.txt").read_text()

    def post(self, body: str, *, secret: str = SECRET, age: float = 0) -> httpx.Response:
        stamp = str(int(time.time() - age))
        signature = "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": signature}
        return httpx.post(
            f"{self.url}/slack/events", content=body, headers={**headers, "content-type": "application/json"}
        )


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder, port = tmp_path_factory.mktemp("web"), free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "REDIS_"))},
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/",
        "PORT": str(port),
        "DATA_DIR": str(folder / "data"),
        "LOG_LEVEL": "DEBUG",
    }
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "web"], env=environment, cwd=folder, stdout=log, stderr=log
        )
    url = f"http://127.0.0.1:{port}"
    for _ in range(600):
        with suppress(httpx.HTTPError):
            httpx.get(f"{url}/healthz")
            break
        time.sleep(0.1)
    yield Web(folder, url, process)
    process.terminate()
    assert process.wait(20) == 0


def test_it_says_that_it_lives_and_that_it_is_ready(web: Web) -> None:
    assert httpx.get(f"{web.url}/healthz").json() == {"ok": True}
    assert httpx.get(f"{web.url}/readyz").status_code == 200


def test_slacks_challenge_is_answered(web: Web) -> None:
    answer = web.post(json.dumps({"type": "url_verification", "challenge": "abc"}))
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})


@pytest.mark.parametrize("forged", [{"secret": "another"}, {"age": 400}, {"age": -400}])
def test_a_forged_or_old_signature_is_refused(web: Web, forged: dict[str, str]) -> None:
    body = json.dumps({"type": "event_callback", "event_id": "Ev9", "team_id": "T1", "event": {"type": "app_mention"}})
    assert web.post(body, **forged).status_code == 401  # type: ignore[arg-type]


def test_a_body_that_is_too_large_is_refused_unread(web: Web) -> None:
    assert web.post("x" * 1_100_000).status_code == 413


def test_a_body_that_is_no_text_is_refused(web: Web) -> None:
    answer = httpx.post(f"{web.url}/slack/events", content=b"\xff\xfe\x00")
    assert answer.status_code in (400, 401)


def test_there_is_nothing_else_to_find(web: Web) -> None:
    assert httpx.get(f"{web.url}/slack/events").status_code == 405
    assert httpx.get(f"{web.url}/").status_code == 404


def test_it_never_loads_spacy_or_a_page_parser(web: Web) -> None:
    code = "import bot.processes.web, sys; print({'spacy', 'trafilatura'} & set(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "set()"
    maps = Path(f"/proc/{web.process.pid}/maps")
    if maps.exists():
        assert "/spacy/" not in maps.read_text()


def test_no_secret_reaches_the_log(web: Web) -> None:
    web.post(json.dumps({"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": {"type": "x"}}))
    assert SECRET not in web.log()
    assert TOKEN not in web.log()
