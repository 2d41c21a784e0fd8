"""Child processes that end when their parent ends, however it ends: also by ``kill -9``.

Two ties, because there are two kinds of children:

* ``popen`` starts any program and ties it to this process. The file is then also run as a script, in a moment between
  fork and the program: a script of its own instead of ``preexec_fn``, which may deadlock in a process with threads.
* ``die_with_parent`` is called inside a ``multiprocessing`` child, for example as the initializer of a process pool.

Standard library only: the script starts without site-packages.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import multiprocessing.connection
import os
import select
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Sequence
from typing import Any

_PR_SET_PDEATHSIG = 1
_CHECK_SECONDS = 1.0
_MOST_FILES = 65_536


def popen(command: Sequence[str], *, pass_fds: Sequence[int] = (), **options: Any) -> subprocess.Popen[bytes]:
    """Start ``command``; it gets SIGKILL as soon as this process is gone. ``options`` go to ``subprocess.Popen``.

    The ``Popen`` is that of the command itself (its pid, its signals, its return code). Keep it for as long as the
    command is to run: letting go of it may end the command. A command that cannot be executed says so in one line on
    its stderr and returns 127.
    """
    if sys.platform == "linux" and threading.current_thread() is threading.main_thread():
        return subprocess.Popen(_script("-", command), pass_fds=tuple(pass_fds), **options)  # noqa: S603 - caller's own
    # The kernel's tie fires when the *thread* that forked ends, so only the main thread may use it; and only Linux
    # has it. Everything else is watched through a pipe whose other end nobody but this process holds.
    theirs, ours = os.pipe()
    try:
        process = subprocess.Popen(_script(str(theirs), command), pass_fds=(*pass_fds, theirs), **options)  # noqa: S603
    except BaseException:
        os.close(ours)
        raise
    finally:
        os.close(theirs)
    weakref.finalize(process, os.close, ours)
    return process


def die_with_parent() -> None:
    """End this ``multiprocessing`` child, at once and without clean-up, when its parent is gone.

    Anywhere else it does nothing: a program started with ``popen`` is tied already, and one that a person started has
    nobody to die with.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def wait() -> None:
        multiprocessing.connection.wait([sentinel])
        os._exit(1)

    threading.Thread(target=wait, name="die-with-parent", daemon=True).start()


def _script(tie: str, command: Sequence[str]) -> list[str]:
    return [sys.executable, "-I", "-S", os.path.abspath(__file__), str(os.getpid()), tie, *command]


def _run(parent: int, tie: str, command: list[str]) -> None:
    """Tie this process to ``parent`` (by the kernel, or by a pipe's file descriptor) and become ``command``."""
    if tie == "-":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    else:
        _leave_guard(int(tie))
    if os.getppid() != parent:  # it died before the tie held
        os._exit(1)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and what is ignored is inherited
    try:
        os.execvp(command[0], command)  # noqa: S606 - no shell is wanted
    except OSError as error:
        print(f"{command[0]}: {error.strerror}", file=sys.stderr, flush=True)
        os._exit(127)


def _leave_guard(pipe: int) -> None:
    """Fork a guard, a *child* of the command to be, that kills it when the pipe's other end closes.

    Being a child, the guard sees in ``getppid`` whether the command still runs, and never kills a reused pid.
    """
    target = os.getpid()
    if os.fork() != 0:
        os.close(pipe)
        return
    os.setsid()  # a Ctrl-C meant for the command must not take its guard away
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    os.closerange(0, pipe)  # locks and logs of the command are not the guard's to keep open
    os.closerange(pipe + 1, max(pipe + 1, min(os.sysconf("SC_OPEN_MAX"), _MOST_FILES)))
    poll = select.poll()
    poll.register(pipe, select.POLLIN | select.POLLHUP)
    while os.getppid() == target:
        if poll.poll(_CHECK_SECONDS * 1000):
            if os.getppid() == target:
                os.kill(target, signal.SIGKILL)
            break
    os._exit(0)


if __name__ == "__main__":
    _run(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
