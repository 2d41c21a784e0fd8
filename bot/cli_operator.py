"""The commands of the ``claimdesk`` command that look after a desk: its log, outbox, jobs, health and backup."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer

# What a command needs is imported when it runs, so that `claimdesk --help` stays quick.

Team = Annotated[str | None, typer.Option("--team", help="Id of one workspace; all of them if not given.")]

audit = typer.Typer(help="The log of who did what, which no one can change unnoticed.", no_args_is_help=True)
outbox = typer.Typer(help="Messages that wait for Slack, and those it would not take.", no_args_is_help=True)
jobs = typer.Typer(help="What workers do, what waits for them, and what they gave up.")


def add_operator_commands(app: typer.Typer) -> None:
    """Make these commands part of the command line."""
    app.add_typer(audit, name="audit")
    app.add_typer(outbox, name="outbox")
    app.add_typer(jobs, name="jobs")
    app.command()(doctor)
    app.command()(forget)
    app.command(name="export")(export)
    app.command(name="import")(import_)


@audit.command()
def verify(team: Team = None) -> None:
    """Say of each workspace's log whether it is whole: status 0, or 1 and the first entry that is not as it was."""
    from bot.processes.audit import verify_logs  # noqa: PLC0415
    from bot.processes.on_redis import on_redis  # noqa: PLC0415

    raise SystemExit(0 if on_redis("audit", partial(verify_logs, team=team)) else 1)


@audit.command()
def show(
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="Id of a claim, or of a submission with its claims.")],
    team: Team = None,
    ndjson: Annotated[bool, typer.Option("--ndjson", help="One JSON object a line, as the log has it.")] = False,
) -> None:
    """Show the history of a claim: when, who, what, and what it changed."""
    from bot.processes.audit import show_claim  # noqa: PLC0415
    from bot.processes.on_redis import on_redis  # noqa: PLC0415

    on_redis("audit", partial(show_claim, claim=claim, team=team, ndjson=ndjson))


@outbox.command(name="list")
def list_(team: Team = None) -> None:
    """Show what waits and what holds it, and the dead letters: id, queue, kind, reason, time, words."""
    from bot.processes.on_redis import on_redis  # noqa: PLC0415
    from bot.processes.outbox import show_outbox  # noqa: PLC0415

    on_redis("outbox", partial(show_outbox, team=team))


@outbox.command()
def retry(
    id: Annotated[str, typer.Argument(metavar="ID|all", help="Id of a dead letter, or all of them.")], team: Team = None
) -> None:
    """Have a dead letter sent once more; one that is in Slack already is not posted twice."""
    from bot.processes.on_redis import on_redis  # noqa: PLC0415
    from bot.processes.outbox import retry_letters  # noqa: PLC0415

    on_redis("outbox", partial(retry_letters, id=id, team=team))


@outbox.command()
def drop(id: Annotated[str, typer.Argument(metavar="ID", help="Id of a dead letter.")], team: Team = None) -> None:
    """Let a dead letter go for good."""
    from bot.processes.on_redis import on_redis  # noqa: PLC0415
    from bot.processes.outbox import drop_letter  # noqa: PLC0415

    on_redis("outbox", partial(drop_letter, id=id, team=team))


@jobs.callback(invoke_without_command=True)
def list_jobs(context: typer.Context, team: Team = None) -> None:
    """Show workers, jobs that wait, run and failed, and submissions that were given up for a reason of ours."""
    if context.invoked_subcommand is None:
        from bot.processes.jobs import show_jobs  # noqa: PLC0415
        from bot.processes.on_redis import on_redis_url  # noqa: PLC0415

        on_redis_url("jobs", partial(show_jobs, team=team))


@jobs.command(name="retry")
def retry_job(
    submission: Annotated[str, typer.Argument(metavar="SUBMISSION", help="Id of a submission whose reading failed.")],
    team: Team = None,
) -> None:
    """Have a submission read once more."""
    from bot.app import open_app  # noqa: PLC0415
    from bot.processes.jobs import retry_submission  # noqa: PLC0415
    from bot.processes.on_redis import on_redis_url  # noqa: PLC0415
    from config.settings import Settings  # noqa: PLC0415

    async def retried(settings: Settings, url: str) -> None:
        async with open_app(settings, url) as app:
            await retry_submission(app, submission, team)

    on_redis_url("jobs", retried)


def doctor() -> None:
    """Check settings, Slack, Redis, models and the desk: a line each with what to do; status 0, or 1 for a FAIL."""
    from bot.processes.doctor.examine import run_doctor  # noqa: PLC0415
    from bot.telemetry.logs import set_up_logging  # noqa: PLC0415

    set_up_logging("ERROR", "doctor")
    raise SystemExit(0 if run_doctor() else 1)


def forget(
    user: Annotated[str, typer.Argument(metavar="USER", help="Id of a person in Slack, such as U024BE7LH.")],
    team: Team = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how much would change.")] = False,
) -> None:
    """Remove a person from all that the desk keeps; their work stays, under a pseudonym."""
    from redis.asyncio import Redis  # noqa: PLC0415

    from bot.processes.forget import forget_person  # noqa: PLC0415
    from bot.processes.on_redis import on_redis_url  # noqa: PLC0415
    from bot.store.redis_client import connect  # noqa: PLC0415
    from config.settings import Settings  # noqa: PLC0415

    async def forgotten(settings: Settings, url: str) -> None:
        redis: Redis
        async with connect(url) as redis:
            await forget_person(redis, settings, user, team, dry=dry_run)

    on_redis_url("forget", forgotten)


def export(team: Team = None) -> None:
    """Write the whole desk to standard output, as lines of JSON that claimdesk import takes back."""
    from bot.processes.backup import export_desk  # noqa: PLC0415
    from bot.processes.on_redis import on_redis  # noqa: PLC0415

    on_redis("export", partial(export_desk, team=team, out=sys.stdout.buffer))


def import_() -> None:
    """Restore a desk from standard input into a Redis that has nothing of its workspace yet."""
    from bot.processes.backup import import_desk  # noqa: PLC0415
    from bot.processes.on_redis import on_redis  # noqa: PLC0415

    on_redis("import", partial(import_desk, lines=sys.stdin.buffer))
