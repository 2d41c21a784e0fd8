"""``claimdesk demo``."""

from __future__ import annotations

from rich.console import Console

from bot.demo.desk_processes import NotStarted
from bot.demo.morning import play_morning
from bot.demo.prompt import go_on
from bot.demo.screen import Screen
from bot.demo.stage import open_stage


async def run_demo(*, once: bool) -> int:
    """Play the morning; then, unless ``once``, a person goes on. Returns the exit status: 0 if all was seen."""
    console = Console(highlight=False)
    console.print("Starting Redis, web, worker, clock and a Slack workspace on this machine …")
    try:
        async with open_stage() as stage:
            await play_morning(stage, Screen(stage.slack, console))
            console.print("\n[bold green]Every step of the morning was seen in the channel.[/]")
            if not once:
                await go_on(stage, console)
    except (AssertionError, NotStarted) as error:
        console.print("\n[bold red]The morning stopped:[/]")
        console.print(str(error), markup=False)
        return 1
    return 0
