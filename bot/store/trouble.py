"""When Redis cannot be written: telling an operator once, and waiting until it can.

A server that is gone, loading, full, read-only or cut off refuses in many words and kinds of errors. Here they are told
apart from mistakes of ours, and each gets the sentence that says what mends it.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from contextlib import suppress
from ssl import SSLCertVerificationError

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, ConnectionError, NoPermissionError, RedisError, TimeoutError

from bot.store.keys import PROBE

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5
"""Seconds between looks at a server in trouble: how late the desk notices that it is well."""
ANSWER_WITHIN = 2.0
"""Seconds in which it has to answer such a look."""
REMIND_EVERY = 60.0
"""Seconds between lines to the operator while it lasts."""
PROBE_SECONDS = 10
"""How long the key lives that such a look writes."""

_REFUSALS = (
    # What the server says, a code or words of it, and what mends it.
    ("used memory > 'maxmemory'", "its memory is full; raise maxmemory, or set a shorter retention"),
    ("OOM", "its memory is full; raise maxmemory, or set a shorter retention"),
    ("MISCONF", "it cannot write to its disk; free some space and look at its log"),
    ("read only replica", "this is a replica that only reads; point REDIS_URL at the primary, or promote this one"),
    ("NOREPLICAS", "it has too few replicas; bring them back, or lower min-replicas-to-write"),
    ("enough good replicas", "it has too few replicas; bring them back, or lower min-replicas-to-write"),
    ("MASTER is down", "it is a replica that lost its primary; point REDIS_URL at the primary, or promote this one"),
    ("loading the dataset", "it is loading its records; wait"),
    ("UNBLOCKED", "it became a replica; point REDIS_URL at the primary"),
    ("BUSY", "a script holds it up; end that script"),
    ("CLUSTERDOWN", "its cluster is down; look at CLUSTER INFO"),
)


def is_trouble(error: BaseException) -> bool:
    """Whether the server cannot be reached or written just now; False for what would fail on a healthy one, too."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_trouble(each) for each in error.exceptions)
    if isinstance(error, ConnectionError | TimeoutError | OSError | NoPermissionError):
        return True
    return isinstance(error, RedisError) and _mend(error) is not None


def what_to_do(error: BaseException, otherwise: str = "allow this user to write") -> str:
    """What mends it, for an operator; ``otherwise`` for what no state of the server explains."""
    if isinstance(error, AuthenticationError) or isinstance(error.__cause__, AuthenticationError):
        return "it refuses user or password; mend REDIS_URL"
    if isinstance(found := error.__context__, SSLCertVerificationError):
        why = found.verify_message.rstrip(".") or "it cannot be verified"
        return f"its certificate is refused ({why}); mend REDIS_URL, or name its authority with ssl_ca_certs"
    if mend := _mend(error):
        return mend
    if isinstance(error, ConnectionError | TimeoutError | OSError):
        return "start it, or mend REDIS_URL"
    return otherwise


def code(error: BaseException) -> str:
    """The server's code for what it refuses (``READONLY``, ``OOM``, ``MISCONF``), or an empty string.

    redis-py takes the codes that it knows off the message.
    """
    first = _told(error).partition(" ")[0]
    return getattr(error, "status_code", None) or (first if first.isupper() else "")


def _mend(error: BaseException) -> str | None:
    told = _told(error)
    return next((mend for sign, mend in _REFUSALS if _says(told, code(error), sign)), None)


def _told(error: BaseException) -> str:
    """What the server said: in a pipeline's error redis-py puts the command before it, with people's words in it."""
    return str(error).rpartition("caused error: ")[2].lstrip("('\"")


def _says(told: str, code: str, sign: str) -> bool:
    # Redis 6 tells of what a script met behind words of its own: "ERR Error running script …: -OOM command not …".
    return sign == code or f": -{sign} " in told if sign.isupper() else sign in told


def refused(error: BaseException) -> str:
    """What an operator reads of an error: what the server says, and what to do.

    Meant for errors of a command without content: redis-py repeats the command of a pipeline in its message.
    """
    if isinstance(error, ConnectionError | TimeoutError | OSError) and "loading" not in str(error):
        return f"no answer from Redis ({type(error).__name__}): {what_to_do(error)}"
    told = str(error) if code(error) in str(error) else f"{code(error)} {error}"
    return f"Redis refuses writes (“{told}”): {what_to_do(error)}"


def impatient(url: str, seconds: float = ANSWER_WITHIN) -> Redis:
    """A client that says at once when nobody answers."""
    return Redis.from_url(
        url,
        decode_responses=True,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=seconds,
        socket_timeout=seconds,
    )


async def write_something(redis: Redis) -> None:
    """Find out whether the server takes a write; raises what it answers."""
    key = f"{PROBE}:{secrets.token_hex(8)}"
    await redis.set(key, "1", ex=PROBE_SECONDS)
    await redis.delete(key)


class RedisWatch:
    """What a process knows of its server. Whoever meets trouble notes it; then the server is asked until it is well.

    The operator reads one line when it begins, one a minute while it lasts, and one when it is over.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._looking: asyncio.Task[bool] | None = None
        self._told: dict[str, float] = {}

    def note(self) -> None:
        """Something met trouble: look at the server from now on until it is well."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(), name="looking at Redis")

    async def well(self) -> bool:
        """Wait until the server takes writes; False if it did not have to be waited for."""
        self.note()
        assert self._looking is not None
        return await asyncio.shield(self._looking)

    async def wait_out(self, work: str, error: BaseException, *, again: bool) -> None:
        """Wait as ``well`` does, for ``work`` that met trouble. Of what it meets ``again`` though the server takes a
        small write (its user may not do all, a large write finds no room) the operator reads a line a minute."""
        if await self.well() or not again:
            return
        now = time.monotonic()
        if now - self._told.get(work, float("-inf")) >= REMIND_EVERY:
            self._told[work] = now
            kind, mend = type(error).__name__, what_to_do(error)
            log.warning("%s breaks off again (%s) though Redis takes writes: %s; it is tried again", work, kind, mend)

    async def aclose(self) -> None:
        """Stop looking."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking], timeout=ANSWER_WITHIN)

    async def _look(self) -> bool:
        began, told = time.monotonic(), 0.0
        redis = impatient(self._url)
        try:
            while (error := await self._trouble(redis)) is not None:
                now = time.monotonic()
                if not told or now - told >= REMIND_EVERY:
                    since = f", for {now - began:.0f} s now" if told else ""
                    log.warning("%s; nothing is lost, the desk waits%s", refused(error), since)
                    told = now
                await asyncio.sleep(LOOK_EVERY)
        finally:
            with suppress(RedisError, OSError):
                await redis.aclose()
        if told:
            log.warning("Redis takes writes again, after %.0f s", time.monotonic() - began)
        return bool(told)

    async def _trouble(self, redis: Redis) -> Exception | None:
        try:
            await asyncio.wait_for(write_something(redis), ANSWER_WITHIN)
        except (RedisError, OSError) as error:
            return error
        return None
