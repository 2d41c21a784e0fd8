"""The commands of the ``claimdesk`` command for desks that work for several workspaces."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from config.settings import Settings

# What a command needs is imported when it runs, so that `claimdesk --help` stays quick.

workspaces = typer.Typer(help="The workspaces that one desk works for, beside that of SLACK_BOT_TOKEN.")


@workspaces.command()
def add() -> None:
    """Add a workspace: its bot token is read from a prompt or standard input, asked of Slack and kept in Redis."""
    from bot.processes.workspaces import add_workspace, read_token  # noqa: PLC0415

    _with_settings(partial(add_workspace, token=read_token()))


@workspaces.command(name="list")
def list_() -> None:
    """Show the workspaces that were added, and whether their tokens are encrypted."""
    from bot.processes.workspaces import list_workspaces  # noqa: PLC0415

    _with_settings(list_workspaces)


@workspaces.command()
def remove(team: Annotated[str, typer.Argument(metavar="TEAM", help="Id of a workspace (T…).")]) -> None:
    """Let a workspace's token go: the desk works for it no more. Its claims, articles and log stay."""
    from bot.processes.workspaces import remove_workspace  # noqa: PLC0415

    _with_settings(partial(remove_workspace, team=team))


@workspaces.command()
def key() -> None:
    """Print a fresh key for TOKEN_KEY."""
    from cryptography.fernet import Fernet  # noqa: PLC0415

    print(Fernet.generate_key().decode())


def check_any_workspace() -> None:
    """Raises SettingsError if there is no workspace to speak for; said here, once, and not by each process."""
    from bot.processes.workspaces import check_any  # noqa: PLC0415

    _with_settings(check_any)


def _with_settings(work: Callable[[Redis, Settings], Coroutine[Any, Any, None]]) -> None:
    from bot.processes.on_redis import on_redis_url  # noqa: PLC0415
    from bot.store.redis_client import connect  # noqa: PLC0415

    async def connected(settings: Settings, url: str) -> None:
        async with connect(url) as redis:
            await work(redis, settings)

    on_redis_url("workspaces", connected)
