"""Somebody is forgotten while the desk runs: Slack shows it, and nothing else changes."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys

import pytest
from end_to_end.acts import in_thread, propose, published, told
from end_to_end.conftest import Scene

from bot.sandbox import Message

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_card_of_a_published_verdict_does_not_name_them_any_more_and_is_the_same_otherwise(
    scene: Scene,
) -> None:
    ben = scene.ben
    root, (verdict, held) = await scene.filed()
    await published(scene, verdict)
    reply = await in_thread(scene, root, "Verdict on claim")
    await told(scene, scene.ada, "A verdict on something you asked about")
    await ben.press(held, "task_take")
    await scene.until(held, f"*Taken* by @{ben.id}")
    assert f"@{ben.id}" in reply.plain()
    before = {message.ts: message.plain() for message in scene.slack.thread(root)}

    done = await asyncio.to_thread(forget, scene, ben.id)
    assert done.returncode == 0, done.stderr
    assert f"{ben.id} is forgotten (claims back on the queue 1, " in done.stdout

    def nowhere(message: Message) -> bool:
        return ben.id not in message.plain()

    posts = scene.slack.thread(root)
    await scene.slack.wait_for(lambda: all(map(nowhere, posts)), timeout=20)
    assert f"checked by somebody who left · signed off by @{scene.cleo.id}" in verdict.plain()
    assert "*Open*" in held.plain()
    for message in (verdict, reply):
        named = re.sub(f"@{ben.id}", "somebody who left", before[message.ts])
        assert message.plain() == named
    assert [message.ts for message in scene.slack.thread(root)] == [*before], "nothing was posted anew"

    # A later press of theirs begins a new life.
    assert (await propose(ben, held)).ok
    await scene.until(held, "*Waiting for sign-off*", f"@{ben.id}")


def forget(scene: Scene, user: str) -> subprocess.CompletedProcess[str]:
    environment = scene.processes.environment
    command = [sys.executable, "-m", "bot.cli", "forget", user]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=environment)
