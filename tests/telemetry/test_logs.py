"""What a line of the log can hold, and what it cannot."""

from __future__ import annotations

import json
import logging
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telemetry import logs
from bot.telemetry.context import about, request
from bot.telemetry.logs import LONGEST, JsonLines, TextLines
from bot.telemetry.secrets import Redactor

Write = Callable[..., str]

BREAKS = ("\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029")
FORGED = "2026-11-22 10:00:00,000 web    INFO    bot.app: all is well"


def writing(formatter: logging.Formatter) -> Write:
    def write(message: str, *arguments: object, error: BaseException | None = None) -> str:
        raised = (type(error), error, error.__traceback__) if error else None
        return formatter.format(logging.LogRecord("bot.x", logging.WARNING, __file__, 1, message, arguments, raised))

    return write


@pytest.fixture
def text() -> Write:
    return writing(TextLines("web", Redactor()))


@pytest.fixture
def as_json() -> Write:
    return writing(JsonLines("web", Redactor()))


@pytest.mark.parametrize("mark", BREAKS, ids=ascii)
def test_nothing_breaks_or_forges_a_line(text: Write, as_json: Write, mark: str) -> None:
    said = f"title: {mark}{FORGED}{mark}"
    for write in (text, as_json):
        assert len(write("%s", said).splitlines()) == 1
    assert json.loads(as_json("%s", said))["message"] == said


@given(st.text())
def test_any_text_is_one_line_without_anything_that_acts_on_a_terminal(said: str) -> None:
    for formatter in (TextLines("web", Redactor()), JsonLines("web", Redactor())):
        line = writing(formatter)("%s", said)
        assert len(line.splitlines()) == 1
        assert not re.search("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", line)


def test_a_traceback_is_a_field_in_json_and_can_pose_as_no_event_in_text(text: Write, as_json: Write) -> None:
    try:
        raise ValueError(f"a title\n{FORGED}\u2028{FORGED}\x1b[2J")
    except ValueError as error:
        lines = text("it broke", error=error).splitlines()
        event = json.loads(as_json("it broke", error=error))
    assert lines[0].endswith("it broke")
    assert all(line.startswith("    | ") for line in lines[1:])
    assert "\x1b" not in "".join(lines)
    assert event["message"] == "it broke"
    assert event["traceback"].startswith("Traceback")


def test_a_line_says_what_it_is_about(text: Write, as_json: Write) -> None:
    with request("abc"), about(submission="s1", team=""):
        assert text("read").rstrip().endswith("read [request=abc submission=s1]")
        event: dict[str, Any] = json.loads(as_json("read"))
    assert (event["request"], event["submission"], event["process"]) == ("abc", "s1", "web")
    assert "team" not in event
    assert "request" not in json.loads(as_json("read"))


def test_a_call_with_the_wrong_arguments_costs_no_event(text: Write) -> None:
    line = text("%d of %d", "some")
    assert "some" in line
    assert len(line.splitlines()) == 1


def test_a_megabyte_from_outside_is_cut(as_json: Write) -> None:
    said = json.loads(as_json("x" * 1_000_000 + " the end"))["message"]
    assert len(said) < LONGEST + 100
    assert said.endswith("the end")


SCRIPT = """
import logging, sys, threading, warnings
from bot.telemetry.logs import set_up_logging
set_up_logging("INFO", "web", format=sys.argv[1], secrets=["open-sesame"])
logging.getLogger("bot.x").info("hello open-sesame")
warnings.warn("careful\\nopen-sesame")
threading.Thread(target=lambda: 1 / 0).start()
raise RuntimeError("open-sesame xoxb-1-2-canary")
"""


@pytest.mark.parametrize("format", ["auto", "json"])
def test_a_process_whose_output_is_no_terminal_writes_json_to_its_last_breath(format: str) -> None:
    ended = subprocess.run([sys.executable, "-c", SCRIPT, format], capture_output=True, text=True, check=False)
    events = [json.loads(line) for line in ended.stderr.splitlines()]
    assert [event["message"] for event in events if event["logger"] == "bot.x"] == ["hello ***"]
    assert {"ended by RuntimeError", "ended by ZeroDivisionError"} <= {event["message"] for event in events}
    assert ended.returncode == 1
    assert "sesame" not in ended.stderr
    assert "canary" not in ended.stderr


def test_text_is_for_people_and_without_secrets_too() -> None:
    ended = subprocess.run([sys.executable, "-c", SCRIPT, "text"], capture_output=True, text=True, check=False)
    event = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} web    (INFO|WARNING|CRITICAL) +[\w.]+: ")
    assert all(event.match(line) or line.startswith("    | ") for line in ended.stderr.splitlines())
    assert "sesame" not in ended.stderr
    assert "canary" not in ended.stderr


def test_on_a_terminal_auto_is_text() -> None:
    theirs, ours = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, "auto"], stderr=ours)
    os.close(ours)
    said = b""
    with suppress(OSError):  # Linux' way of saying that nobody writes any more
        while more := os.read(theirs, 4096):
            said += more
    os.close(theirs)
    assert process.wait() == 1
    assert b"web    INFO    bot.x: hello ***\r\n" in said


def test_who_takes_strangers_files_apart_is_not_told_the_secrets() -> None:
    setup = logs.LogSetup("INFO", "worker", "json", frozenset({"open-sesame"}))
    assert setup.for_child() == logs.LogSetup("INFO", "worker", "json")
    assert "sesame" not in repr(setup)
