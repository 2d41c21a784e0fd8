"""The embedded server with real processes: crashes, races, leftovers. Only processes started here are killed."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
import redis
from docket import Docket, Worker

from bot.store import embedded
from bot.store.embedded import EmbeddedRedis, EmbeddedRedisError, attach_or_start

ROOT = Path(__file__).parents[2]

SCRIPT = """
import sys, time
from pathlib import Path
from bot.store.embedded import attach_or_start
server = attach_or_start(Path(sys.argv[1]))
print(server.url, server.pid or 0, flush=True)
while True:
    time.sleep(0.2)
    if server.poll():
        print(server.url, server.pid or 0, flush=True)
"""


class Owner:
    """A process that runs (or uses) the server of a folder, as ``claimdesk web`` does."""

    def __init__(self, data_dir: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(data_dir)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def wait_ready(self) -> tuple[str, int]:
        """Its URL, and the server's pid if it owns it, else 0."""
        assert self.process.stdout is not None
        url, pid = self.process.stdout.readline().split()
        return url, int(pid)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def owners() -> Iterator[list[Owner]]:
    started: list[Owner] = []
    yield started
    for owner in started:
        owner.kill()
        assert owner.process.stdout is not None
        owner.process.stdout.close()


def alive(pid: int) -> bool:
    """A zombie that nobody has reaped yet is not alive."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except ProcessLookupError:
        return False
    except FileNotFoundError:  # no /proc on this system, or gone in between
        return not Path("/proc/self/stat").exists()


def wait_gone(pid: int, seconds: float = 2.0) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, decode_responses=True)


def test_server_is_private_and_forgets_nothing(tmp_path: Path) -> None:
    data = tmp_path / "desk"
    with EmbeddedRedis(data) as server, client(server.url) as db:
        assert db.config_get("port") == {"port": "0"}
        assert db.config_get("appendfsync") == {"appendfsync": "always"}
        assert db.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert data.stat().st_mode & 0o777 == 0o700
        assert (data / "redis.sock").stat().st_mode & 0o077 == 0


def test_data_is_there_at_the_next_start(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server, client(server.url) as db:
        db.set("claim", "kept")
    with EmbeddedRedis(tmp_path) as server, client(server.url) as db:
        assert db.get("claim") == "kept"


def test_stop_leaves_no_process_socket_or_lock_behind(tmp_path: Path) -> None:
    server = EmbeddedRedis(tmp_path)
    server.start()
    pid = server.pid
    server.stop()
    server.stop()
    assert pid is not None
    assert not alive(pid)
    assert not (tmp_path / "redis.sock").exists()
    with open(tmp_path / "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with pytest.raises(EmbeddedRedisError):
        _ = server.url


def test_server_dies_with_its_killed_owner_and_keeps_the_data(tmp_path: Path, owners: list[Owner]) -> None:
    owners.append(Owner(tmp_path))
    url, pid = owners[0].wait_ready()
    with client(url) as db:
        db.set("verdict", "kept")
    owners[0].kill()
    with EmbeddedRedis(tmp_path) as server, client(server.url) as db:  # at once, as a service manager does it
        assert db.get("verdict") == "kept"
    assert not alive(pid)


def test_leftovers_of_a_crash_do_not_matter(tmp_path: Path, owners: list[Owner]) -> None:
    owners.append(Owner(tmp_path))
    url, pid = owners[0].wait_ready()
    with client(url) as db:
        db.set("verdict", "kept")
    owners[0].kill()
    assert wait_gone(pid)
    assert (tmp_path / "redis.sock").exists()
    # Lock, socket and note of the crash still lie there.
    with EmbeddedRedis(tmp_path) as server, client(server.url) as db:
        assert db.get("verdict") == "kept"


def test_of_many_starts_at_once_one_runs_a_server_and_the_others_use_it(tmp_path: Path, owners: list[Owner]) -> None:
    owners.extend(Owner(tmp_path) for _ in range(5))
    ready = [owner.wait_ready() for owner in owners]
    assert len({url for url, _ in ready}) == 1
    [pid] = [pid for _, pid in ready if pid]
    for url, _ in ready:
        with client(url) as db:
            assert db.info("server")["process_id"] == pid


def test_a_second_start_is_told_who_has_the_folder(tmp_path: Path, owners: list[Owner]) -> None:
    owners.append(Owner(tmp_path))
    owners[0].wait_ready()
    with pytest.raises(EmbeddedRedisError, match=rf"in use by another Claimdesk \(process {owners[0].process.pid}\)"):
        EmbeddedRedis(tmp_path).start()


def test_who_only_uses_a_server_does_not_stop_it(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server:
        guest = attach_or_start(tmp_path)
        assert not guest.owner
        assert guest.url == server.url
        guest.stop()
        assert server.poll() is False
        with client(server.url) as db:
            assert db.ping()


def test_who_only_used_a_server_takes_over_when_its_owner_dies(tmp_path: Path, owners: list[Owner]) -> None:
    for _ in range(2):
        owners.append(Owner(tmp_path))
        first = owners[0].wait_ready() if len(owners) == 1 else None
        if first:
            url, pid = first
    assert owners[1].wait_ready() == (url, 0)
    with client(url) as db:
        db.set("task", "kept")
    owners[0].kill()
    new_url, new_pid = owners[1].wait_ready()
    assert new_url == url
    assert new_pid not in (0, pid)
    with client(url) as db:
        assert db.get("task") == "kept"


@pytest.mark.parametrize("taken_over", [False, True], ids=["ours", "taken over"])
def test_a_server_that_does_not_come_up_again_is_tried_until_it_does(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    owners: list[Owner],
    taken_over: bool,
) -> None:
    if taken_over:
        owners.append(Owner(tmp_path))
        owners[0].wait_ready()
    server = attach_or_start(tmp_path)
    try:
        with client(server.url) as db:
            db.set("claim", "kept")
        full = OSError(errno.ENOSPC, "No space left on device")
        monkeypatch.setattr(EmbeddedRedis, "_launch", Mock(side_effect=full))
        if taken_over:
            owners[0].kill()
        else:
            assert server.pid is not None
            os.kill(server.pid, signal.SIGKILL)
        deadline = time.monotonic() + 5
        while caplog.text.count("No space left") < 2:
            assert server.poll() is False
            assert time.monotonic() < deadline
            time.sleep(0.01)
        monkeypatch.undo()
        while not server.poll():
            assert time.monotonic() < deadline + 5
            time.sleep(0.01)
        with client(server.url) as db:
            assert db.get("claim") == "kept"
    finally:
        server.stop()


def test_killed_server_comes_back_with_its_data(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with EmbeddedRedis(tmp_path) as server:
        with client(server.url) as db:
            db.set("claim", "kept")
        url, pid = server.url, server.pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 2
        while not server.poll():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert server.poll() is False
        assert server.pid not in (None, pid)
        assert server.url == url
        with client(url) as db:
            assert db.get("claim") == "kept"
    assert "killed by signal 9" in caplog.text


def test_half_a_command_at_the_end_of_the_file_is_forgiven(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server, client(server.url) as db:
        db.set("one", "1")
        db.set("two", "2" * 100)
    [log] = (tmp_path / "appendonlydir").glob("*.incr.aof")
    os.truncate(log, log.stat().st_size - 17)
    with EmbeddedRedis(tmp_path) as server, client(server.url) as db:
        assert db.get("one") == "1"
        assert db.get("two") is None


def test_a_damaged_file_is_an_error_that_quotes_the_log(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path) as server, client(server.url) as db:
        db.set("one", "1")
    [log] = (tmp_path / "appendonlydir").glob("*.incr.aof")
    log.write_bytes(b"garbage\r\n" + log.read_bytes())
    with pytest.raises(EmbeddedRedisError, match=r"did not start; .*redis\.log ends with: .*AOF") as error:
        EmbeddedRedis(tmp_path).start()
    assert "\n" not in str(error.value)
    with open(tmp_path / "lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_long_folder_name_gets_a_short_private_socket_that_others_find(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    with EmbeddedRedis(data) as server:
        path = Path(server.url.removeprefix("unix://").partition("?")[0])
        assert len(os.fsencode(path)) <= 103
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert attach_or_start(data).url == server.url
    assert not path.parent.exists()


def test_odd_characters_in_the_folder_name_do_not_matter(tmp_path: Path) -> None:
    with EmbeddedRedis(tmp_path / "dé sk?#%20") as server, client(server.url) as db:
        assert db.ping()


def test_a_folder_that_cannot_be_used_is_one_line_that_names_the_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        EmbeddedRedisError, match=r"^DATA_DIR .*/file/desk cannot be used: Not a directory; set"
    ) as error:
        EmbeddedRedis(tmp_path / "file" / "desk").start()
    assert "\n" not in str(error.value)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write anywhere")
def test_a_folder_without_write_permission_is_refused(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(EmbeddedRedisError, match=r"DATA_DIR .* cannot be used: Permission denied"):
        EmbeddedRedis(tmp_path / "locked").start()


def test_a_folder_that_others_can_write_to_is_refused_and_left_alone(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    (tmp_path / "something").touch()
    with pytest.raises(EmbeddedRedisError, match=r"DATA_DIR .* can be written by others"):
        EmbeddedRedis(tmp_path).start()
    assert tmp_path.stat().st_mode & 0o777 == 0o777


def test_without_any_server_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "import_module", lambda name: (_ for _ in ()).throw(ImportError(name)))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EmbeddedRedisError, match="set REDIS_URL, or install"):
        EmbeddedRedis(tmp_path / "desk").start()


async def test_jobs_run_on_it(tmp_path: Path) -> None:
    ran: list[int] = []

    async def job(number: int) -> None:
        ran.append(number)

    with EmbeddedRedis(tmp_path) as server:
        async with Docket(name="desk", url=server.url) as docket:
            docket.register(job)
            await docket.add(job)(7)
            async with Worker(docket) as worker:
                await worker.run_until_finished()
    assert ran == [7]
