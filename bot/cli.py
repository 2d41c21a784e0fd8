"""The ``claimdesk`` command."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_operator import add_operator_commands
from bot.cli_workspaces import check_any_workspace, workspaces
from bot.telemetry.logs import set_up_logging
from config.settings import Settings, SettingsError, load_settings

app = typer.Typer(
    help="A fact-checking desk that lives in Slack: articles in, claims out, verdicts with two signatures.\n\n"
    "Try it without Slack: claimdesk demo. With Slack: set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (Socket Mode) or "
    "SLACK_SIGNING_SECRET (HTTP), in the environment or a .env file, then claimdesk run.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line; what an operator did wrong is one line on standard error and status 2."""
    # Redis and Slack errors are imported where they are caught, so that `claimdesk --help` stays quick.
    from bot.store.embedded import EmbeddedRedisError  # noqa: PLC0415
    from bot.store.redis_client import UnfitRedis  # noqa: PLC0415
    from bot.store.schema import NewerSchema  # noqa: PLC0415

    try:
        app()
    except (SettingsError, EmbeddedRedisError, UnfitRedis, NewerSchema) as error:
        print(f"claimdesk: {error}", file=sys.stderr)
        raise SystemExit(2) from None


def _process(role: str, run: Callable[..., Awaitable[None]]) -> None:
    """Run one of the processes on the Redis that is set, or on the embedded one."""
    from bot.app import open_app  # noqa: PLC0415
    from bot.processes.observed import observed  # noqa: PLC0415
    from bot.processes.redis_url import redis_url  # noqa: PLC0415
    from bot.processes.until_stopped import end_the_rest  # noqa: PLC0415

    settings = load_settings()
    set_up_logging(settings.log_level, role, format=settings.log_format, secrets=settings.secrets())

    async def opened(url: str) -> None:
        try:
            async with observed(settings, role, url) as seen, open_app(settings, url) as wired:
                await run(wired, seen)
        finally:
            await end_the_rest()

    with redis_url(settings) as url:
        asyncio.run(opened(url))


@app.command()
def web() -> None:
    """Take what Slack sends (HTTP on PORT, or Socket Mode when SLACK_APP_TOKEN is set)."""
    from bot.processes.web import run_web  # noqa: PLC0415

    _process("web", run_web)


@app.command()
def worker() -> None:
    """Read articles, find claims, send messages. As many as you like."""
    from bot.processes.worker import run_worker  # noqa: PLC0415

    _process("worker", run_worker)


@app.command()
def clock() -> None:
    """Start digests when they are due and pick up what was left lying."""
    from bot.processes.clock import run_clock_process  # noqa: PLC0415

    _process("clock", run_clock_process)


@app.command()
def run() -> None:
    """Run everything on this machine: web, worker, clock, and Redis if REDIS_URL is not set."""
    from bot.processes.supervisor import run_all  # noqa: PLC0415

    settings = load_settings()
    set_up_logging(settings.log_level, "run", format=settings.log_format, secrets=settings.secrets())
    if settings.slack_bot_token is None:
        check_any_workspace()
    if not settings.slack_app_token:
        settings.required("SLACK_SIGNING_SECRET")
    raise SystemExit(run_all(settings))


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the morning, with 0 if every step was seen.")] = False,
) -> None:
    """Play a desk's morning against a Slack workspace on this machine: no account, no token, no network."""
    from bot.demo.run import run_demo  # noqa: PLC0415

    set_up_logging("WARNING", "demo")
    raise SystemExit(asyncio.run(run_demo(once=once)))


@app.command()
def extract(
    source: Annotated[str, typer.Argument(metavar="[FILE|URL|-]", help="What to read; - is standard input.")] = "-",
    ndjson: Annotated[
        bool,
        typer.Option(
            "--ndjson",
            help="One JSON object a line in (doc, text, optional title, published, url) and one a line out.",
        ),
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show the text with what was found marked.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Write the same as a page to standard output.")] = False,
) -> None:
    """Find the claims of an article, without Slack or Redis."""
    from bot.processes.extract import Show, extract_ndjson, extract_one  # noqa: PLC0415

    settings: Settings = load_settings()
    set_up_logging("WARNING", "extract")
    logging.getLogger("bot").setLevel(logging.ERROR)
    if ndjson:
        extract_ndjson(source, settings)
    else:
        show: Show = "html" if html else "explain" if explain else "list"
        extract_one(source if "://" in source or source == "-" else Path(source), settings, show)


@app.command()
def article(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="HTML (.gz too), PDF, .docx, .odt, .eml, text.")
    ],
    ndjson: Annotated[bool, typer.Option("--ndjson", help="One JSON object a line for each file.")] = False,
) -> None:
    """Show what is read of pages and files: text, title, dates, authors, and where each comes from."""
    from bot.processes.article import article_ndjson, show_articles  # noqa: PLC0415

    settings: Settings = load_settings()
    set_up_logging("ERROR", "article")
    (article_ndjson if ndjson else show_articles)(files, settings)


@app.command(name="worth")
def worth_(
    source: Annotated[str, typer.Argument(metavar="[FILE|-]", help="Lines of JSON; - is standard input.")] = "-",
    ndjson: Annotated[bool, typer.Option("--ndjson", help="The only format there is, named for clarity.")] = True,
) -> None:
    """Score sentences by how much they are worth checking: doc, text in; doc, worth (0 to 1) out."""
    from bot.processes.extract import worth_ndjson  # noqa: PLC0415

    worth_ndjson(source)


add_operator_commands(app)
app.add_typer(workspaces, name="workspaces", no_args_is_help=True)


if __name__ == "__main__":
    main()
