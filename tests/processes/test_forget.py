"""``claimdesk forget`` as an operator runs it."""

from __future__ import annotations

from pathlib import Path

from desk.samples import ANA, TEAM
from processes.desk_command import claimdesk
from redis.asyncio import Redis
from store.desk_of_people import acted, begun, left_elsewhere, traces
from store.test_forgetting import LIFE


async def test_a_person_is_forgotten_and_the_operator_reads_what_is_left_to_do(
    redis: Redis, redis_url: str, tmp_path: Path
) -> None:
    store = await begun(redis)
    await acted(store, LIFE)
    await left_elsewhere(redis, store)

    def run(*words: str, **settings: str) -> tuple[int, list[str]]:
        done = claimdesk(*words, data=tmp_path, REDIS_URL=redis_url, **settings)
        assert done.stderr == "" or done.returncode == 2
        return done.returncode, (done.stdout or done.stderr).splitlines()

    status, (said, waiting, role, admins) = run("forget", ANA, "--team", TEAM, ADMINS=f"{ANA},U0BOSS")
    assert (status, said.startswith(f"{TEAM}: {ANA} is forgotten (")) == (0, True)
    assert waiting == f"{TEAM}: what they wrote waits for sign-off, for others to sign or edit: s0-1"
    assert role == (f"{TEAM}: nobody is an editor now but admins: it was theirs alone; choose others in the settings")
    assert admins == f"ADMINS names {ANA} still: take it out there, and start the desk anew"
    assert await traces(redis, ANA) == []

    assert run("forget", ANA) == (0, [f"{TEAM}: nothing of {ANA} is kept"])
    status, lines = run("audit", "show", "s1-1")
    assert status == 0
    assert any("proposed" in line and "redacted (forget)" in line for line in lines)


async def test_what_is_no_person_is_refused_in_one_line(redis: Redis, redis_url: str, tmp_path: Path) -> None:
    refused = claimdesk("forget", "C0\x1b", data=tmp_path, REDIS_URL=redis_url)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert "\x1b" not in refused.stderr
