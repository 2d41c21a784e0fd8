"""``claimdesk jobs``: what waits, runs and failed on the queue, what was parked, and how to have it done again."""

from __future__ import annotations

from datetime import UTC, datetime

from docket import Docket
from docket.execution import Execution, ExecutionState
from redis.asyncio import Redis

from bot.app import App
from bot.desk.task import SubmissionState
from bot.processes.on_redis import workspaces
from bot.processes.visible import age, number, shortened, visible
from bot.store.dead_letters import OPERATOR
from bot.store.desk_store import DeskStore
from bot.store.job_queue import JobQueue, open_dockets
from bot.store.parked import parked
from bot.store.records import Missing
from bot.store.redis_client import connect
from config.settings import Settings, SettingsError


async def show_jobs(settings: Settings, url: str, team: str | None) -> None:
    """Print the workers, the jobs that wait, run and failed, and the submissions that were parked.

    Raises:
        SettingsError: there is no such workspace.
    """
    async with connect(url) as redis, open_dockets(url) as dockets:
        chosen = await workspaces(redis, team)
        JobQueue(dockets)  # makes the jobs known by name
        for name, docket in (("reading", dockets.reading), ("telling", dockets.telling)):
            await _show_queue(name, docket)
        for each in chosen:
            await _show_parked(redis, each)


async def _show_queue(name: str, docket: Docket) -> None:
    snapshot = await docket.snapshot()
    failed = await _failed(docket)
    print(
        f"{name}: {number(len(snapshot.workers), 'worker')}; jobs: {len(snapshot.future)} waiting, "
        f"{len(snapshot.running)} running, {len(failed)} failed in the last {age(docket.execution_ttl.total_seconds())}"
    )
    now = datetime.now(UTC)
    for running in snapshot.running:
        print(
            f"  running {_job(running)} for {age((now - running.started).total_seconds())} on {visible(running.worker)}"
        )
    for job in sorted(snapshot.future, key=lambda j: j.when):
        late = (now - job.when).total_seconds()
        print(f"  waiting {_job(job)} " + (f"for {age(late)}" if late >= 0 else f"until in {age(-late)}"))
    for job in failed:
        print(f"  failed  {_job(job)}: {shortened(job.error or 'no reason is known', 120)}")


async def _failed(docket: Docket) -> list[Execution]:
    """The failed executions that the queue still remembers."""
    async with docket.redis() as redis:
        keys = [key async for key in redis.scan_iter(match=docket.runs_key("*"), count=1000)]
    names = [key.decode().removeprefix(docket.runs_key("")) for key in keys]
    found = [await docket.get_execution(name) for name in sorted(names)]
    return [job for job in found if job is not None and job.state is ExecutionState.FAILED]


def _job(job: Execution) -> str:
    tries = f" (try {job.attempt})" if job.attempt > 1 else ""
    return visible(f"{job.function_name} {' '.join(str(arg) for arg in job.args)}{tries}")


async def _show_parked(redis: Redis, team: str) -> None:
    found = await parked(redis, team)
    print(f"{visible(team)}: {number(len(found), 'parked submission')}")
    for each in found:
        words = shortened(each.submission.text or each.submission.file or "the message that started the thread")
        since = age((datetime.now(UTC) - each.at).total_seconds())
        print(visible(f"  {each.submission.id}: {each.reason}, {since} ago  “") + words + "”")
    if found:
        print("  claimdesk jobs retry SUBMISSION has one read once more.")


async def retry_submission(app: App, id: str, team: str | None) -> None:
    """Have a submission read once more whose reading failed.

    Raises:
        SettingsError: there is none with this id, or its reading did not fail.
    """
    for each in await workspaces(app.redis, team):
        store = DeskStore(app.redis, each)
        try:
            before = await store.submission(id)
        except Missing:
            continue
        if before.state is not SubmissionState.FAILED:
            raise SettingsError(f"{visible(id)}: its reading did not fail, it is {before.state}")
        await app.desk(each).reception.try_again(id, by=OPERATOR)
        print(f"{visible(each)}: {visible(id)} will be read once more")
        return
    raise SettingsError(f"{visible(id)}: no submission has this id")
