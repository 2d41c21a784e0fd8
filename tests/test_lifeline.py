"""Children end with their parent, whichever way it went; every process here is started by the test itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import lifeline

ROOT = Path(__file__).parents[1]

PARENT = """
import subprocess, sys, threading, time
from bot import lifeline
def go():
    child = lifeline.popen([sys.executable, "-c", "import time; time.sleep(60)"])
    print(child.pid, flush=True)
    time.sleep(60)
THREADED
"""

POOL_PARENT = """
import multiprocessing, os, time
from concurrent.futures import ProcessPoolExecutor
from bot import lifeline
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=lifeline.die_with_parent)
    print(pool.submit(os.getpid).result(), flush=True)
    pool.submit(time.sleep, 60)
    time.sleep(60)
"""


def running(pid: int) -> bool:
    """A zombie that nobody has reaped yet is not running."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:  # no /proc on this system, or gone in between
        return not Path("/proc/self/stat").exists()


def wait_gone(pid: int, seconds: float = 2.0) -> bool:
    deadline = time.monotonic() + seconds
    while running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not running(pid)


def start(script: Path, source: str) -> subprocess.Popen[str]:
    script.write_text(source)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(PARENT.replace("THREADED", "go()"), id="started from the main thread"),
        pytest.param(PARENT.replace("THREADED", "threading.Thread(target=go).start()"), id="started from a thread"),
        pytest.param(POOL_PARENT, id="pool worker in the middle of a job"),
    ],
)
def test_child_ends_when_its_parent_is_killed(tmp_path: Path, source: str) -> None:
    parent = start(tmp_path / "parent.py", source)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert not wait_gone(child, 0.3)
    parent.kill()
    assert wait_gone(child)
    parent.wait()
    parent.stdout.close()


def test_child_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    source = PARENT.replace("    time.sleep(60)\nTHREADED", "    kept.append(child)\nkept = []\nTHREADED").replace(
        "THREADED", "t = threading.Thread(target=go); t.start(); t.join(); time.sleep(60)"
    )
    parent = start(tmp_path / "parent.py", source)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert not wait_gone(child, 1.0)
    parent.kill()
    assert wait_gone(child)
    parent.wait()
    parent.stdout.close()


@pytest.mark.parametrize("thread", [False, True])
def test_signals_and_return_code_are_those_of_the_command(thread: bool) -> None:
    def run() -> subprocess.Popen[bytes]:
        return lifeline.popen([sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"], stdout=-1)

    with ThreadPoolExecutor(1) as pool:
        child = pool.submit(run).result() if thread else run()
    assert child.stdout is not None
    assert child.stdout.readline() == b"up\n"
    child.terminate()
    assert child.wait(5) == -signal.SIGTERM
    child.stdout.close()


def test_a_command_that_does_not_exist_says_so() -> None:
    child = lifeline.popen(["/nowhere/claimdesk-server"], stderr=subprocess.PIPE)
    _, message = child.communicate(timeout=5)
    assert child.returncode == 127
    assert message.decode() == "/nowhere/claimdesk-server: No such file or directory\n"
