"""The running desk as an operator's machines see it: metrics, health, log lines and traces of one pasted article."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiohttp import web
from end_to_end.conftest import MANIFEST, TWO_CLAIMS, cards_below
from end_to_end.desk_processes import KillableProcesses
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from prometheus_client.parser import text_string_to_metric_families

from bot.demo.desk_processes import free_port
from bot.sandbox import Channel, Person, Workspace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.asyncio(loop_scope="module")]

WEB, WORKER, CLOCK = 0, 1, 2
Sample = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@dataclass
class Collector:
    """Takes OTLP over HTTP and keeps the spans with the process each is of."""

    spans: list[tuple[str, Span]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if request.headers.get("content-encoding") == "gzip" and body.startswith(b"\x1f\x8b"):
            body = gzip.decompress(body)
        assert request.headers["x-key"] == "canary-otlp-key"
        self.bodies.append(body)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            process = {a.key: a.value.string_value for a in resource.resource.attributes}["claimdesk.process"]
            self.spans += [(process, span) for scope in resource.scope_spans for span in scope.spans]
        answer = ExportTraceServiceResponse().SerializeToString()
        return web.Response(body=answer, content_type="application/x-protobuf")


@dataclass
class Watched:
    slack: Workspace
    processes: KillableProcesses
    collector: Collector
    ports: list[int]
    ada: Person
    desk: Channel

    @property
    def ids(self) -> set[str]:
        return {self.ada.id, self.desk.id, self.slack.bot_user_id}

    async def get(self, process: int, path: str) -> httpx.Response:
        async with httpx.AsyncClient() as client:
            return await client.get(f"http://127.0.0.1:{self.ports[process]}{path}", timeout=8)

    async def metrics(self, process: int) -> Sample:
        answer = await self.get(process, "/metrics")
        assert answer.headers["content-type"].startswith("text/plain")
        families = text_string_to_metric_families(answer.text)
        return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}

    def lines(self) -> list[dict[str, Any]]:
        """The log; every line of it has to be an object."""
        return [json.loads(line) for line in self.processes.log_text().splitlines()]


def sample(metrics: Sample, name: str, **labels: str) -> float:
    return metrics.get((f"claimdesk_{name}", tuple(sorted(labels.items()))), 0.0)


def attribute(span: Span, name: str) -> str:
    return next((a.value.string_value for a in span.attributes if a.key == f"claimdesk.{name}"), "")


def three_ports() -> int:
    """The first of three ports in a row that nobody listens on."""
    while True:
        first = free_port()
        with suppress(OSError, OverflowError):
            for port in (first, first + 1, first + 2):
                with socket.create_server(("127.0.0.1", port)):
                    pass
            return first


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Watched]:
    collector = Collector()
    server = web.Application()
    server.router.add_post("/v1/traces", collector.take)
    runner = web.AppRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with Workspace(MANIFEST) as slack:
        port = three_ports()
        processes = KillableProcesses(
            slack,
            tmp_path_factory.mktemp("watched"),
            METRICS_PORT=str(port),
            OTEL_EXPORTER_OTLP_ENDPOINT=f"http://127.0.0.1:{runner.addresses[0][1]}",
            OTEL_EXPORTER_OTLP_HEADERS="x-key=canary-otlp-key",
        )
        await processes.start()
        try:
            ada = slack.add_user("ada")
            yield Watched(
                slack, processes, collector, [port, port + 1, port + 2], ada, slack.add_channel("desk", [ada])
            )
        finally:
            status = await asyncio.to_thread(processes.stop)
            await runner.cleanup()
        assert status == 0, processes.log_text()[-4000:]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def before(watched: Watched) -> Sample:
    return await watched.metrics(WORKER)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pasted(watched: Watched, before: Sample) -> Watched:
    """An article was pasted and stands in Slack with its two claims."""
    slack = watched.slack
    root = await watched.ada.post(watched.desk, f"<@{slack.bot_user_id}> {TWO_CLAIMS}")
    await slack.wait_for(lambda: len(cards_below(slack, root)) == 2, timeout=30)
    await slack.wait_for(lambda: "was answered in Slack" in watched.processes.log_text(), timeout=5)
    await asyncio.sleep(1.5)  # spans are handed over once a second, and messages that follow are sent
    return watched


async def test_each_process_says_on_its_own_port_that_it_lives_and_is_ready(watched: Watched) -> None:
    for process, parts in (
        (WEB, {"redis", "slack"}),
        (WORKER, {"redis", "models", "queue"}),
        (CLOCK, {"redis", "round"}),
    ):
        assert (await watched.get(process, "/healthz")).json() == {"ok": True}
        for _ in range(40):  # the worker's heart beats for the first time some moments after its start
            ready = await watched.get(process, "/readyz")
            if ready.status_code == 200:
                break
            await asyncio.sleep(0.1)
        assert ready.json() == {"ok": True, **dict.fromkeys(parts, "ok")}
        assert (await watched.get(process, "/slack/events")).status_code == 404


async def test_one_paste_is_counted_once_by_whoever_did_it(pasted: Watched, before: Sample) -> None:
    web_, worker, clock = [await pasted.metrics(process) for process in (WEB, WORKER, CLOCK)]

    def grown(name: str, **labels: str) -> float:
        return sample(worker, name, **labels) - sample(before, name, **labels)

    assert grown("paste_to_thread_seconds_count", outcome="claims") == 1
    assert 0 < grown("paste_to_thread_seconds_sum", outcome="claims") < 30
    assert grown("readings_total", outcome="filed") == 1
    assert grown("claims_total") == 2
    assert grown("extracted_characters_total") >= len(TWO_CLAIMS) - 20
    assert grown("reading_seconds_count", step="extract") == 1
    assert grown("work_seconds_count", pool="extraction") == 1
    assert sample(worker, "job_seconds_count", job="read_submission", outcome="done") == 1
    assert sample(worker, "pool_resident_memory_bytes", pool="extraction") > 50e6
    assert sample(worker, "slack_calls_total", method="chat.postMessage", outcome="ok") == 3
    assert sample(worker, "slack_call_seconds_count", method="chat.postMessage") == 3
    assert sample(worker, "messages_total", outcome="posted") == 3
    assert sample(web_, "payloads_total", kind="event_callback", outcome="taken") >= 1
    assert sample(web_, "slack_calls_total", method="auth.test", outcome="ok") >= 1
    assert sample(clock, "clock_rounds_total", round="sweep") > 1
    for nothing in (
        "outbox_messages",
        "outbox_oldest_seconds",
        "dead_letters",
        "parked_submissions",
        "waiting_submissions",
    ):
        assert sample(clock, nothing) == 0
    assert sample(clock, "queue_jobs", queue="reading", state="waiting") == 0
    for process, name in ((web_, "web"), (worker, "worker"), (clock, "clock")):
        assert [key for key in process if key[0] == "claimdesk_build_info" and ("process", name) in key[1]]
        assert sample(process, "process_resident_memory_bytes") > 10e6
        assert sample(process, "ready", part="redis") == 1


async def test_no_label_names_a_person_a_channel_or_an_article(pasted: Watched) -> None:
    for process in (WEB, WORKER, CLOCK):
        text = (await pasted.get(process, "/metrics")).text
        assert not [id for id in (*pasted.ids, pasted.slack.team_id) if id in text]


async def test_the_log_tells_one_story_from_web_to_worker(pasted: Watched) -> None:
    lines = pasted.lines()
    received = next(line for line in lines if "was received" in line["message"])
    assert received["process"] == "web"
    of_it = [line for line in lines if line.get("submission") == received["submission"]]
    assert {"web", "worker"} <= {line["process"] for line in of_it}
    assert {line["request"] for line in of_it} == {received["request"]}
    assert any("was read: 2 claims" in line["message"] for line in of_it)
    assert {"time", "level", "logger", "team"} <= received.keys()


async def test_the_traces_of_a_paste_go_from_the_receipt_to_slack_and_say_nothing_of_it(pasted: Watched) -> None:
    collector = pasted.collector
    request = next(line["request"] for line in pasted.lines() if "was received" in line["message"])
    received = next(s for process, s in collector.spans if process == "web" and request == attribute(s, "request"))
    assert received.name == "slack event_callback"
    trace = [(process, s) for process, s in collector.spans if s.trace_id == received.trace_id]
    by_id = {s.span_id: s for _, s in trace}
    assert {"read_submission", "extract", "file", "send"} <= {s.name for process, s in trace if process == "worker"}
    for process, s in trace:
        assert s is received or s.parent_span_id in by_id, (process, s.name)
    extract = next(s for _, s in trace if s.name == "extract")
    assert by_id[extract.parent_span_id].name == "read_submission"
    assert by_id[by_id[extract.parent_span_id].parent_span_id] == received
    whole = b"".join(collector.bodies)
    people = [id.encode() for id in pasted.ids]
    for secret in (b"Brannock", b"xoxb-", b"Ines", pasted.slack.bot_token.encode(), *people):
        assert secret not in whole


async def test_without_redis_no_process_is_ready_and_all_live_until_it_is_back(pasted: Watched) -> None:
    redis = pasted.processes.redis_pid()
    os.kill(redis, signal.SIGSTOP)
    try:
        await asyncio.sleep(0.6)  # what Redis said last holds for half a second
        answers = await asyncio.gather(*(pasted.get(process, "/readyz") for process in (WEB, WORKER, CLOCK)))
        assert [answer.status_code for answer in answers] == [503, 503, 503]
        assert {answer.json()["redis"] for answer in answers} == {"no answer"}
        alive = await asyncio.gather(*(pasted.get(process, "/healthz") for process in (WEB, WORKER, CLOCK)))
        assert [answer.status_code for answer in alive] == [200, 200, 200]
        assert sample(await pasted.metrics(WEB), "ready", part="redis") == 0
    finally:
        os.kill(redis, signal.SIGCONT)
    for _ in range(100):
        answers = [await pasted.get(process, "/readyz") for process in (WEB, WORKER, CLOCK)]
        if all(answer.status_code == 200 for answer in answers):
            break
        await asyncio.sleep(0.1)
    assert [answer.json()["ok"] for answer in answers] == [True, True, True]


async def test_no_secret_is_in_any_line(pasted: Watched) -> None:
    log = pasted.processes.log_text()
    for secret in (pasted.slack.bot_token, pasted.slack.signing_secret, "canary-otlp-key"):
        assert secret not in log
