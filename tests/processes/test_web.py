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
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pytest

from bot.demo.desk_processes import free_port

SECRET = "canary-signing-secret"
TOKEN = "xoxb-canary-token"


class Slack(BaseHTTPRequestHandler):
    """Says who the desk is, and nothing else."""

    def do_POST(self) -> None:
        body = b'{"ok": true, "team_id": "T1", "user_id": "U1", "bot_id": "B1"}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


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
    slack = ThreadingHTTPServer(("127.0.0.1", 0), Slack)
    Thread(target=slack.serve_forever, daemon=True).start()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "REDIS_"))},
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{slack.server_port}/api/",
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
            if httpx.get(f"{url}/readyz").status_code == 200:
                break
        time.sleep(0.1)
    yield Web(folder, url, process)
    process.terminate()
    assert process.wait(20) == 0
    slack.shutdown()


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


def test_a_request_that_was_taken_is_not_taken_again(web: Web) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "another test's may come in the same second"})
    stamp = str(int(time.time()))
    signature = "v0=" + hmac.new(SECRET.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": signature, "content-type": "application/json"}
    answers = [httpx.post(f"{web.url}/slack/events", content=body, headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 403, 403]


def test_a_body_that_is_no_text_is_refused(web: Web) -> None:
    answer = httpx.post(f"{web.url}/slack/events", content=b"\xff\xfe\x00")
    assert answer.status_code == 401


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


def test_while_slack_is_away_it_lives_but_is_not_ready_and_slack_is_asked_to_try_again(tmp_path: Path) -> None:
    port = free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "REDIS_"))},
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_API_URL": f"http://127.0.0.1:{free_port()}/api/",
        "PORT": str(port),
        "DATA_DIR": str(tmp_path / "data"),
    }
    with (tmp_path / "log.txt").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "bot.cli", "web"], env=environment, stdout=log, stderr=log)
    away = Web(tmp_path, f"http://127.0.0.1:{port}", process)
    try:
        for _ in range(300):
            with suppress(httpx.HTTPError):
                assert httpx.get(f"{away.url}/healthz").status_code == 200
                break
            time.sleep(0.1)
        assert httpx.get(f"{away.url}/readyz").status_code == 503
        event = {"type": "event_callback", "event_id": "Ev1", "team_id": "T1", "event": {"type": "app_mention"}}
        event["event"] |= {"channel": "C1", "ts": "1.0"}  # type: ignore[operator]
        assert away.post(json.dumps(event)).status_code == 503
        assert "SLACK_API_URL" in away.log()
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_a_token_that_slack_refuses_ends_it_with_one_line(tmp_path: Path) -> None:
    class Refusing(Slack):
        def do_POST(self) -> None:
            body = b'{"ok": false, "error": "invalid_auth"}'
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    slack = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    Thread(target=slack.serve_forever, daemon=True).start()
    ended = subprocess.run(
        [sys.executable, "-m", "bot.cli", "web"],
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "REDIS_"))},
            "SLACK_BOT_TOKEN": TOKEN,
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": f"http://127.0.0.1:{slack.server_port}/api/",
            "PORT": str(free_port()),
            "DATA_DIR": str(tmp_path / "data"),
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    slack.shutdown()
    assert ended.returncode == 2
    assert "SLACK_BOT_TOKEN: Slack does not accept it (invalid_auth)" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert TOKEN not in ended.stderr
