"""Where the ``claimdesk`` command starts. Its child processes import this file again, so it holds next to nothing."""

from __future__ import annotations


def main() -> None:
    """Run the command line."""
    from bot.cli import main as run  # noqa: PLC0415

    run()
