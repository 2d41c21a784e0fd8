"""Prints a workspace's channel as it grows: a message when it is posted, and of an edited one what is new in it."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape

from bot.sandbox import Message, Workspace
from bot.sandbox.records import Change


class Screen:
    """What a person in the channel would see scroll by."""

    def __init__(self, slack: Workspace, console: Console) -> None:
        self._slack = slack
        self._console = console
        self._shown: dict[tuple[str, str], list[str]] = {}
        slack.on_change(self._changed)

    def step(self, text: str) -> None:
        """A line of the story."""
        self._console.print(f"\n[bold yellow]▶ {escape(text)}[/]")

    def _changed(self, change: Change) -> None:
        if change.message is None or change.kind not in ("message", "edited", "ephemeral"):
            return
        message = change.message
        lines = [line for line in self._named(message.plain()).splitlines() if line.strip()]
        before = self._shown.get((message.channel, message.ts))
        self._shown[(message.channel, message.ts)] = lines
        if before is not None:
            fresh = [line for line in lines if line not in before]
            if fresh:
                self._print(message, [f"… {before[0]}", *fresh], "edited")
            return
        self._print(message, lines, "only for one person" if change.kind == "ephemeral" else "")

    def _print(self, message: Message, lines: list[str], note: str) -> None:
        who = self._name(message.user)
        where = "direct message" if message.channel.startswith("D") else "#desk"
        style = "cyan" if message.user == self._slack.bot_user_id else "green"
        margin = "    " if message.thread_ts and message.thread_ts != message.ts else ""
        head = f"{margin}[{style}]{escape(who)}[/] [dim]{where}{', ' + note if note else ''}[/]"
        self._console.print(head)
        for line in lines:
            self._console.print(f"{margin}  {escape(line)}", soft_wrap=True)

    def _named(self, text: str) -> str:
        for id in (*self._slack.people, self._slack.bot_user_id):
            text = text.replace(f"@{id}", f"@{self._name(id)}")
        return text

    def _name(self, user: str) -> str:
        person = self._slack.people.get(user)
        return person.name if person else "claimdesk"
