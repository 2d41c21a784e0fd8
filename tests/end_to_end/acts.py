"""What people do most in these scenarios."""

from __future__ import annotations

from typing import Any

from end_to_end.conftest import Scene

from bot.demo.stage import message_id
from bot.sandbox import Answer, Channel, Message, Person, View

GOOD = {
    "rating": "false",
    "summary": "The bridge cost 61 million, not 48.",
    "explanation": "The city's own accounts show 61 million.",
    "url_0": "https://accounts.brannock.example/2024",
    "note_0": "Accounts, page 12: 61 million",
    "url_1": "https://auditor.example/brannock",
    "note_1": "The auditor confirms it",
}
REVIEW = {"review_literal": "no", "review_reading": "no", "review_proof": "none"}


async def propose(who: Person, card: Message, **changes: Any) -> Any:
    """Open the verdict modal and send it."""
    answer = await who.press(card, "task_verdict")
    assert answer.ok
    said = {"said": "said"} if "Said by" in card.plain() else {}
    return await who.submit({**GOOD, **said, **changes})


async def sign(who: Person, card: Message) -> Any:
    """Answer the reviewer's questions and sign."""
    assert (await who.press(card, "task_sign_off")).ok
    return await who.submit(REVIEW)


async def set_aside(who: Person, card: Message, kind: str = "not_a_claim", reason: str = "An opinion") -> Any:
    """Set a claim aside."""
    await who.press(card, "task_dismiss")
    return await who.submit({"kind": kind, "reason": reason})


async def published(scene: Scene, card: Message, **changes: Any) -> None:
    """Ben writes the verdict and Cleo signs it."""
    await propose(scene.ben, card, **changes)
    await scene.until(card, "*Waiting for sign-off*")
    await sign(scene.cleo, card)
    await scene.until(card, "*Published*")


async def menu(who: Person, card: Message, what: str) -> Any:
    """Choose from a card's overflow menu, by the start of the option's value."""
    return await who.press(card, "task_more", menu_value(card, what))


def menu_value(message: Message, what: str) -> str:
    """The value of an option in a message's overflow menu, by its start."""
    pressable = [e for b in message.blocks for e in (*b.get("elements", ()), b.get("accessory") or {})]
    menu = next(e for e in pressable if e.get("type") == "overflow")
    return next(o["value"] for o in menu["options"] if o["value"].startswith(f"{what} "))


async def heard(scene: Scene, who: Person, *words: str) -> Message:
    """What only this person was shown."""
    return await scene.slack.wait_for(
        lambda: next((m for m in scene.slack.ephemerals(who) if all(w in m.plain() for w in words)), None),
        timeout=15,
    )


async def told(scene: Scene, who: Person, *words: str) -> Message:
    """A direct message of the desk to this person."""
    return await scene.slack.wait_for(
        lambda: next((m for m in scene.slack.dms(who) if all(w in m.plain() for w in words)), None), timeout=15
    )


async def in_thread(scene: Scene, root: Message, *words: str) -> Message:
    """A message in a thread."""
    return await scene.slack.wait_for(
        lambda: next((m for m in scene.slack.thread(root) if all(w in m.plain() for w in words)), None), timeout=15
    )


async def home(scene: Scene, who: Person, *words: str) -> View:
    """Somebody opens their Home; it, once it says all of this."""
    await who.open_home()
    return await home_shows(scene, who, *words)


async def home_shows(scene: Scene, who: Person, *words: str) -> View:
    """The Home that somebody has open, once it says all of this."""
    await scene.slack.wait_for(lambda: who.home and all(w in who.home.plain() for w in words), timeout=15)
    assert who.home is not None
    return who.home


async def settings(scene: Scene, who: Person, **values: Any) -> Answer:
    """Change settings of the workspace, from the Home."""
    await who.press(await home(scene, who, "[Settings…]"), "home_settings")
    return await who.submit(values)


async def channel_settings(scene: Scene, who: Person, channel: Channel, **values: Any) -> Answer:
    """Change settings of a channel, from the Home."""
    await who.press(await home(scene, who, "[Settings…]"), "home_channel", channel)
    return await who.submit(values)


async def mark_duplicate(who: Person, card: Message, words: str) -> Answer:
    """Set a claim aside as a duplicate of the newest that these words find."""
    await who.press(card, "task_dismiss")
    offered = await who.suggest("original", words)
    assert offered.options, offered
    return await who.submit({"kind": "duplicate", "original": offered.options[0]["value"]})


async def leaf(scene: Scene, who: Person, part: str, to: str = "") -> str:
    """All that a part of somebody's Home shows, on all its pages, or up to the page with these words."""
    shown = who.home.plain()
    while (turn := _turn(who.home, f"{part} ")) and not (to and to in who.home.plain()):
        before = who.home.hash
        await who.press(who.home, "home_page", block_id=turn)
        await scene.slack.wait_for(lambda before=before: who.home.hash != before, timeout=15)
        shown += who.home.plain()
    return shown


def _turn(home: View, part: str) -> str | None:
    """The row with the button to the next page of a part."""
    for block in home.blocks:
        for element in block.get("elements", ()):
            if element.get("action_id") == "home_page" and element["value"].startswith(part):
                return str(block["block_id"])
    return None


def posted(scene: Scene, root: Message, kind: str) -> list[Message]:
    """The messages of a kind in a thread, such as ``published``."""
    return [m for m in scene.slack.thread(root) if message_id(m).startswith(f"{kind}:")]


def claim(card: Message) -> str:
    """The claim on a card, without its number."""
    return card.plain().splitlines()[0].split(".* ", 1)[1]
