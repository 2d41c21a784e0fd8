"""``claimdesk run``: Redis (if none is set), web, worker and clock on this machine, each started again if it dies."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from bot import lifeline
from bot.store.embedded import EmbeddedRedis
from config.settings import Settings

log = logging.getLogger(__name__)

ROLES = ("web", "worker", "clock")
LOOK_EVERY = 0.25
"""Seconds between looks at the children."""
SLOWEST_RESTART = 10.0
"""Seconds: longest pause before a child that keeps dying is started again."""
WELL_AFTER = 5.0
"""Seconds after which a child that ended is not one that keeps dying: it is started again at once."""
GRACE = 25.0
"""Seconds a child has to finish what it is doing after SIGTERM."""
BAD_SETTINGS = 2
"""Exit status of a child whose settings are unusable: starting it again would not help."""

_QUIET = ("-W", "ignore:resource_tracker:UserWarning")
"""When a worker is killed, Python's own helper of its process pools would write two lines that are no events."""


@dataclass
class _Child:
    role: str
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    again_at: float = field(default=0.0)


def run_all(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; returns the exit status.

    The children are tied to this process: if it is killed they end, and so does an embedded Redis.
    """
    stop = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    embedded = None if settings.redis_url else EmbeddedRedis(settings.data_dir)
    if embedded is not None:
        embedded.start()
    url = settings.redis_url.get_secret_value() if settings.redis_url else embedded.url if embedded else ""
    children = [_Child(role) for role in ROLES]
    status = 0
    try:
        while not stop.is_set():
            if embedded is not None:
                embedded.poll()
            for child in children:
                if _look_after(child, url, settings.metrics_port) == BAD_SETTINGS:
                    status = BAD_SETTINGS
                    stop.set()
            stop.wait(LOOK_EVERY)
    finally:
        _stop(children)
        if embedded is not None:
            embedded.stop()
    return status


def _look_after(child: _Child, redis_url: str, metrics_port: int) -> int | None:
    """Start a child that is not running, after a pause that grows with its failures; returns its exit status."""
    code = child.process.poll() if child.process else None
    if child.process is not None and code is None:
        return None
    now = time.monotonic()
    if child.process is not None:
        if code == BAD_SETTINGS:
            return code
        child.failures = 0 if now - child.started > WELL_AFTER else child.failures + 1
        child.again_at = now + min(SLOWEST_RESTART, 0.1 * 2 ** min(child.failures, 10))
        child.process = None
        log.warning("%s ended with status %s; starting it again", child.role, code)
    if now >= child.again_at:
        environment = {**os.environ, "REDIS_URL": redis_url}
        if metrics_port:
            environment["METRICS_PORT"] = str(metrics_port + ROLES.index(child.role))
        child.process = lifeline.popen([sys.executable, *_QUIET, "-m", "bot.cli", child.role], env=environment)
        child.started = now
        log.info("%s started (process %d)", child.role, child.process.pid)
    return code


def _stop(children: list[_Child]) -> None:
    """Ask all to finish what they are at; kill what does not in time."""
    running = [child.process for child in children if child.process and child.process.poll() is None]
    for process in running:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
