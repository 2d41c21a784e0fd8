"""``claimdesk forget`` as an operator runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk.samples import ANA, TEAM
from processes.desk_command import claimdesk
from redis.asyncio import Redis
from store.desk_of_people import acted, begun, kept, left_elsewhere, traces
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

    nobody = f"{TEAM}: nothing of {{}} is kept: no record and no entry of the log has such a person"
    assert run("forget", ANA) == (0, [nobody.format(ANA)])
    before = await kept(redis)
    assert run("forget", "U96") == (0, [nobody.format("U96")])
    assert await kept(redis) == before
    status, lines = run("audit", "show", "s1-1")
    assert status == 0
    assert any("proposed" in line and "redacted (forget)" in line for line in lines)


@pytest.mark.parametrize("word", ["C0\x1b", "USER", "WHO", "USA", "UNESCO", "u0ana", "U0"])
async def test_what_is_no_person_is_refused_in_one_line(
    redis: Redis, redis_url: str, tmp_path: Path, word: str
) -> None:
    refused = claimdesk("forget", word, data=tmp_path, REDIS_URL=redis_url)
    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert "\x1b" not in refused.stderr
