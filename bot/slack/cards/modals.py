"""The modals in which people tell the desk more than a button can. Pure; ``views.py`` reads what comes back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from bot.desk.ratings import Rating
from bot.desk.rules import HouseRules
from bot.desk.task import Evidence, Task
from bot.slack.blocks import INPUT, Block, actions, button, context, field, modal, option, plain, section
from bot.slack.cards.claim_card import said_by
from bot.slack.ids import Action, Callback, Field, note_field, url_field
from bot.slack.mrkdwn import safe

MOST_SOURCES = 8


@dataclass(frozen=True, slots=True)
class About:
    """What a modal is about, carried in its ``private_metadata``. ``rows`` counts the sources a verdict modal shows."""

    task: str
    version: int = 0
    rows: int = 0

    def dump(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> About:
        """From JSON; raises ValueError or TypeError if it is not ours."""
        return cls(**json.loads(text))


def _claim(task: Task) -> list[Block]:
    return [
        section(f"*{task.number}.* {safe(task.claim.standalone or task.claim.text, 1200)}"),
        context(f"“{safe(task.claim.text, 1200)}” · {said_by(task.claim)}"),
    ]


def _text(multiline: bool, most: int = INPUT, initial: str = "", placeholder: str = "") -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": Action.INPUT.value,
        "multiline": multiline,
        "max_length": most,
    }
    if initial:
        element["initial_value"] = initial[:most]
    if placeholder:
        element["placeholder"] = plain(placeholder, 150)
    return element


def _choice(ratings: tuple[Rating, ...], initial: str | None) -> Block:
    options = [option(f"{r.emoji} {r.label}", r.id) for r in ratings]
    element: Block = {"type": "static_select", "action_id": Action.INPUT.value, "options": options}
    chosen = next((o for o in options if o["value"] == initial), None)
    return {**element, "initial_option": chosen} if chosen else element


def hand_over_modal(task: Task) -> Block:
    """Who shall have the claim?"""
    select: Block = {"type": "users_select", "action_id": Action.INPUT.value}
    blocks = [*_claim(task), field(Field.TO, "Hand over to", select, hint="They get a direct message.")]
    about = About(task.id).dump()
    return modal(Callback.HAND_OVER, "Hand over", blocks, submit="Hand over", private_metadata=about)


def dismiss_modal(task: Task) -> Block:
    """Why is it no claim?"""
    text = _text(True, 500, placeholder="An opinion; a prediction; out of our scope; …")
    blocks = [*_claim(task), field(Field.REASON, "Why is this not a claim to check?", text)]
    about = About(task.id).dump()
    return modal(Callback.DISMISS, "Not a claim", blocks, submit="Set aside", private_metadata=about)


def object_modal(task: Task, version: int) -> Block:
    """Why can the verdict not stand?"""
    blocks = [*_claim(task), field(Field.REASON, "What is wrong with the verdict?", _text(True, 1000))]
    about = About(task.id, version=version).dump()
    return modal(Callback.OBJECT, "Object", blocks, submit="Object", private_metadata=about)


def verdict_modal(task: Task, rules: HouseRules, rows: int | None = None) -> Block:
    """Rating, explanation and sources. An earlier version, sent back or to be edited, is what it starts from."""
    draft = task.verdict
    evidence = draft.evidence if draft else ()
    rows = min(MOST_SOURCES, max(rows or rules.sources, len(evidence), 1))
    blocks = _claim(task)
    blocks.append(field(Field.RATING, "Is it true?", _choice(rules.scale.ratings, draft.rating if draft else None)))
    if task.claim.speaker:
        blocks.append(
            field(
                Field.SAID,
                f"Did {task.claim.speaker.name} say it?",
                _choice(rules.scale.said, draft.said if draft else None),
                optional=True,
                hint="A question of its own: somebody can truly have said what is false.",
            )
        )
    blocks.append(
        field(Field.EXPLANATION, "Explanation", _text(True, 1500, initial=draft.explanation if draft else ""))
    )
    for row in range(rows):
        blocks += _source_row(row, evidence[row] if row < len(evidence) else None)
    if rows < MOST_SOURCES:
        blocks.append(actions([button("Add a source", Action.ADD_SOURCE, str(rows + 1))]))
    blocks.append(context(_gate(rules)))
    about = About(task.id, version=draft.version if draft else 0, rows=rows).dump()
    return modal(Callback.VERDICT, "Verdict", blocks, submit="Send to sign-off", private_metadata=about)


def _source_row(row: int, evidence: Evidence | None) -> list[Block]:
    url: Block = {
        "type": "url_text_input",
        "action_id": Action.INPUT.value,
        "placeholder": plain("https://…", 150),
    }
    if evidence:
        url["initial_value"] = evidence.url
    note = _text(False, 300, initial=evidence.note if evidence else "")
    return [
        field(url_field(row), f"Source {row + 1}", url, optional=True),
        field(note_field(row), f"What source {row + 1} shows", note, optional=True),
    ]


def _gate(rules: HouseRules) -> str:
    free = " and ".join(f"“{r.label}”" for r in rules.scale.ratings if not r.sources)
    line = f"House rules: {rules.sources} sources from different sites, none of them the page under review"
    line += f" ({free} may stand without)." if free else "."
    return line + f" {rules.approvals} other {'person' if rules.approvals == 1 else 'people'} will sign it off."


@dataclass(frozen=True, slots=True)
class Form:
    """What a person filled in, by ``block_id``; empty fields are left out."""

    values: Mapping[str, str]

    def get(self, block_id: str) -> str:
        """The value of a field, or ``""``."""
        return self.values.get(str(block_id), "")

    def sources(self, rows: int) -> list[tuple[int, Evidence]]:
        """The rows with anything in them, with their row numbers."""
        found = []
        for row in range(rows):
            url, note = self.get(url_field(row)).strip(), self.get(note_field(row)).strip()
            if url or note:
                found.append((row, Evidence(url=url, note=note)))
        return found


def read_form(view: Mapping[str, object]) -> Form:
    """The values of a submitted view, whatever kind of element holds them."""
    state = view.get("state")
    blocks = state.get("values", {}) if isinstance(state, Mapping) else {}
    values: dict[str, str] = {}
    for block_id, elements in blocks.items():
        for element in elements.values():
            chosen = element.get("selected_option") or {}
            value = element.get("value") or element.get("selected_user") or chosen.get("value")
            if value:
                values[block_id] = str(value)
    return Form(values)
