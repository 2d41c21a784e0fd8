"""One line an event on standard error, for people or as JSON. Nothing from outside can break or forge a line."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

from opentelemetry import trace

from bot.telemetry.context import FIELDS, about_now
from bot.telemetry.one_line import visible
from bot.telemetry.secrets import Redactor

LONGEST = 20_000
"""Characters of a message or a traceback; what comes from outside may be a megabyte."""

Format = Literal["auto", "text", "json"]


@dataclass(frozen=True)
class LogSetup:
    """How a process logs. ``secrets`` are values that must not be seen in any line."""

    level: str
    role: str
    format: Format = "text"
    secrets: frozenset[str] = field(default=frozenset(), repr=False)

    def for_child(self) -> LogSetup:
        """The same for a process that takes strangers' files apart: it is not told the secrets."""
        return LogSetup(self.level, self.role, self.format)


_setup = LogSetup("WARNING", "claimdesk")


def current_setup() -> LogSetup:
    """How this process logs."""
    return _setup


def set_up_logging(level: str, role: str, *, format: Format = "text", secrets: Iterable[str] = ()) -> None:
    """Log to standard error; libraries only from WARNING on, for they log what they are sent at lower levels.

    Args:
        level: from which level on the desk's own lines are written.
        role: which process this is.
        format: ``auto`` is text on a terminal and JSON elsewhere.
        secrets: values that are never to be seen.
    """
    set_up(LogSetup(level, role, format, frozenset(secrets)))


def set_up(setup: LogSetup) -> None:
    """Log like this."""
    global _setup
    _setup = setup
    handler = logging.StreamHandler(sys.stderr)
    redact = Redactor(setup.secrets)
    as_json = setup.format == "json" or (setup.format == "auto" and not sys.stderr.isatty())
    handler.setFormatter(JsonLines(setup.role, redact) if as_json else TextLines(setup.role, redact))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    # They log an error for every page that is not well-formed; what cannot be read is told in the thread.
    for parser in ("trafilatura", "htmldate"):
        logging.getLogger(parser).setLevel(logging.CRITICAL)
    for ours in ("bot", "handlers"):
        logging.getLogger(ours).setLevel(setup.level.upper())
    logging.captureWarnings(capture=True)
    sys.excepthook = _crashed
    threading.excepthook = lambda args: _crashed(args.exc_type, args.exc_value, args.exc_traceback)


def _crashed(kind: type[BaseException], error: BaseException | None, traceback: TracebackType | None) -> None:
    """An exception that nobody caught is an event like any other, and as free of secrets."""
    if issubclass(kind, KeyboardInterrupt | SystemExit) or error is None:
        return
    logging.getLogger("bot").critical("ended by %s", kind.__name__, exc_info=(kind, error, traceback))


class _Lines(logging.Formatter):
    """What both formats have in common."""

    def __init__(self, role: str, redact: Callable[[str], str]) -> None:
        super().__init__()
        self._role = role
        self._redact = redact

    def _message(self, record: logging.LogRecord) -> str:
        try:
            text = record.getMessage()
        except Exception:  # a slip in a call must not cost the event, nor be printed as a traceback by logging
            text = f"{record.msg!r} {record.args!r}"
        return self._fit(text)

    def _traceback(self, record: logging.LogRecord) -> str:
        told = [self.formatException(record.exc_info)] if record.exc_info and record.exc_info[0] else []
        if record.stack_info:
            told.append(record.stack_info)
        return self._fit("\n".join(told))

    def _fit(self, text: str) -> str:
        """Without secrets, and not longer than anybody reads: the beginning and the end."""
        text = self._redact(text)
        if len(text) <= LONGEST:
            return text
        return f"{text[: LONGEST // 2]} … {len(text) - LONGEST} characters left out … {text[-LONGEST // 2 :]}"


class TextLines(_Lines):
    """For people. A traceback follows its line, each of its lines behind a bar that no event begins with."""

    def format(self, record: logging.LogRecord) -> str:
        """The event in a line, its traceback below it."""
        at = datetime.fromtimestamp(record.created).astimezone().strftime("%Y-%m-%d %H:%M:%S,")
        head = f"{at}{record.msecs:03.0f} {self._role:<6} {record.levelname:<7} {record.name}: "
        fields = " ".join(f"{name}={about_now()[name]}" for name in FIELDS if name in about_now())
        line = visible(head + self._message(record) + (f" [{fields}]" if fields else ""))
        traceback = "".join(f"\n    | {visible(part)}" for part in self._traceback(record).split("\n") if part)
        return line + traceback


class JsonLines(_Lines):
    """For machines: an object a line, in ASCII. See docs/observability.md for the fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The event as one object."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event: dict[str, Any] = {
            "time": at,
            "level": record.levelname.lower(),
            "process": self._role,
            "logger": record.name,
            "message": self._message(record),
            **about_now(),
        }
        span = trace.get_current_span().get_span_context()
        if span.is_valid:
            event["trace"] = trace.format_trace_id(span.trace_id)
        if traceback := self._traceback(record):
            event["traceback"] = traceback
        return json.dumps(event).replace("\x7f", "\\u007f")
