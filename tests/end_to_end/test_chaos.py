"""A short run of what ``make chaos`` plays: nothing lost, nothing doubled, however processes die and Slack fails."""

from __future__ import annotations

import pytest
from chaos import articles, presses

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


async def test_every_thread_is_complete_once_though_processes_are_killed_and_slack_fails() -> None:
    outcome = await articles.run(articles.SHORT)
    assert outcome.wrong == [], outcome.log[-6000:]
    assert outcome.killed.total() == articles.SHORT.kills
    assert len(outcome.waits) == articles.SHORT.articles


async def test_many_people_press_at_once_and_no_press_is_lost() -> None:
    outcome = await presses.run(presses.SHORT)
    assert outcome.wrong == []
    assert outcome.edits
