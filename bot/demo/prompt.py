"""After the morning: a person goes on in the terminal, as Ada, Ben or Cleo."""

from __future__ import annotations

import asyncio
from typing import Any

from rich.console import Console

from bot.demo.stage import Stage
from bot.sandbox import InputMissing, NotPossible, Person

HELP = """
Go on yourself. You are Ada, Ben or Cleo in #desk; start a line with who you are.

  ada: @claimdesk The mayor said on Monday that the town had paid 3 million euros for the bridge.
  ben: @claimdesk http://127.0.0.1/an-article
  ben /claims open                a slash command
  ben press 2 take                a button on the card of claim 2 (part of its label is enough)
  help, quit
"""


async def go_on(stage: Stage, console: Console) -> None:
    """Take lines until ``quit`` or the end of input."""
    console.print(HELP, soft_wrap=True)
    people = {person.name: person for person in (stage.ada, stage.ben, stage.cleo)}
    while (line := await _ask("> ")) is not None:
        if line.strip() in ("quit", "exit"):
            return
        name, _, rest = line.strip().partition(" ")
        person = people.get(name.lower().rstrip(":"))
        if person is None:
            asked = line.strip() in ("", "help", "?")
            console.print(HELP if asked else "Start with ada, ben or cleo; help shows examples.", soft_wrap=True)
            continue
        try:
            await _do(stage, person, rest.strip(), console)
        except (NotPossible, InputMissing) as error:
            console.print(f"[red]{error}[/]")
        await asyncio.sleep(1.5)  # let the channel show what came of it before the next prompt


async def _ask(prompt: str) -> str | None:
    try:
        return await asyncio.to_thread(input, prompt)
    except (EOFError, KeyboardInterrupt):
        return None


async def _do(stage: Stage, person: Person, words: str, console: Console) -> None:
    if words.startswith("/"):
        command, _, text = words.partition(" ")
        answer = await person.command(stage.desk, command, text)
        if not answer.ok:
            console.print(f"[red]{answer.text}[/]")
    elif words.startswith("press "):
        await _press(stage, person, words.removeprefix("press ").split(), console)
    else:
        await person.post(stage.desk, words.replace("@claimdesk", stage.me))


async def _press(stage: Stage, person: Person, words: list[str], console: Console) -> None:
    number, label = words[0], " ".join(words[1:]).lower()
    card = next((c for c in reversed(stage.cards()) if f"*{number}.*" in c.plain()), None)
    buttons = [e for b in (card.blocks if card else []) if b["type"] == "actions" for e in b["elements"]]
    found = next((e for e in buttons if label and label in e["text"]["text"].lower()), None)
    if card is None or found is None:
        offered = ", ".join(e["text"]["text"] for e in buttons) or "no buttons: the work on it is done"
        console.print(f"[red]Claim {number} has {offered if card else 'no card here'}.[/]")
        return
    await person.press(card, found["action_id"])
    while person.view is not None:
        console.print(f"[bold]{person.view.title}[/]")
        values = await _fill(stage, person.view.blocks, console)
        if values is None:
            await person.close_view()
            return
        answer = await person.submit(values)
        if not answer.errors:
            return
        for field, error in answer.errors.items():
            console.print(f"[red]{field}: {error}[/]")


async def _fill(stage: Stage, blocks: list[dict[str, Any]], console: Console) -> dict[str, Any] | None:
    """Ask for each field of a form; an empty line leaves a field as it is, ``cancel`` closes the form."""
    values: dict[str, Any] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element, label = block["element"], block["label"]["text"]
        options = [option["value"] for option in element.get("options", [])]
        hint = f" ({' | '.join(options)})" if options else " (ada | ben | cleo)" if "users" in element["type"] else ""
        line = await _ask(f"  {label}{hint}: ")
        if line is None or line.strip() == "cancel":
            return None
        person = next((p for p in stage.slack.people.values() if p.name == line.strip().lower()), None)
        if line.strip():
            values[block["block_id"]] = person if person and "users" in element["type"] else line.strip()
    return values
