"""A task in every state that a card can show; ``from desk.states import in_state``."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from bot.claims.claim import Claim, Speaker, TimeExpression
from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    HandOver,
    Keep,
    NeverMind,
    Object,
    Propose,
    Recheck,
    Reply,
    Reword,
    SetDue,
    SignOff,
    Take,
)
from bot.desk.rules import HouseRules
from bot.desk.task import DismissalKind, Evidence, Stance, Task
from desk.samples import ANA, BEN, CARO, DAN, NOW, RULES, claim, do, propose, task

TWO_SIGN = HouseRules(RULES.scale, approvals=2)


def full(text: str) -> Claim:
    """A claim with everything in it, all of it this text."""
    return claim(
        text,
        speaker=Speaker(name=text, role=text),
        voice="reported",
        times=tuple(TimeExpression(start=0, end=1, text=text, value=v) for v in ("2016-02", text, None) * 3),
        modality="conditional",
        reasons=(text,) * 7,
        ambiguous=(text,) * 7,
    )


def verdict(text: str, rating: str = "missing_context", **fields: object) -> Propose:
    """A verdict whose words are all this text, with three sources, or eight if it is long."""
    path = re.sub(r"\s", "_", text[:900])
    kept = (f"https://web.archive.org/web/2026/https://a.example/{path[:80]}", text, "")
    sources = tuple(
        Evidence(
            url=f"https://a{n}.example{n}.org/?q={path}", note=text, stance=list(Stance)[n % 3], archive=kept[n % 3]
        )
        for n in range(8 if len(text) > 100 else 3)
    )
    defaults: dict[str, object] = {
        "summary": text,
        "explanation": text,
        "evidence": sources,
        "said": "said_differently",
        "as_of": date(2026, 5, 10),
        "recheck": date(2026, 11, 10),
    }
    return propose(rating, **defaults | fields)


def after(task: Task, *steps: tuple[Command, str], rules: HouseRules = RULES) -> Task:
    """The task after these commands by these people."""
    for command, by in steps:
        task = do(task, command, by, rules).task
    return task


def in_state(state: str, claim: Claim, text: str) -> Task:
    """A task with this claim in a state of ``STATES``; whatever a person can write in it is the text."""
    return STATES[state](task(claim=claim), text)


def _objected(task: Task, text: str) -> Task:
    return after(task, (Take(), ANA), (verdict(text), ANA), (Object(1, text), BEN))


def _published(task: Task, text: str) -> Task:
    return after(task, (Take(), ANA), (verdict(text), ANA), (SignOff(1), BEN))


def _correcting(task: Task, text: str) -> Task:
    return after(_published(task, text), (verdict(text, "false", correction=text), CARO))


def _corrected(task: Task, text: str) -> Task:
    return after(_correcting(task, text), (SignOff(2), BEN))


def _asked(task: Task, text: str) -> Task:
    earlier = [(command, by) for _ in range(4) for command, by in ((Ask(text), ANA), (Reply(text), DAN))]
    return after(task, (Take(), ANA), *earlier, (Ask(text, DAN), ANA))


def _confirming(task: Task, text: str) -> Task:
    return after(_published(task, text), (Recheck(), CARO), (Take(), CARO), (verdict(text, correction=text), CARO))


STATES: dict[str, Callable[[Task, str], Task]] = {
    "open": lambda task, text: task,
    "added": lambda task, text: task.model_copy(
        update={"added_by": DAN, "claim": task.claim.model_copy(update={"end": 0, "speaker": None})}
    ),
    "reworded": lambda task, text: after(task, (Reword(f"{text[:900]}!"), ANA)),
    "assigned": lambda task, text: after(task, (Take(), ANA)),
    "due": lambda task, text: after(task, (HandOver(BEN), ANA), (SetDue(NOW + timedelta(hours=5)), ANA)),
    "overdue": lambda task, text: after(task, (Take(), ANA)).model_copy(update={"due": NOW - timedelta(days=1)}),
    "question": lambda task, text: after(task, (Ask(text), ANA)),
    "asked": _asked,
    "answered": lambda task, text: after(_asked(task, text), (Reply(text), DAN)),
    "dropped": lambda task, text: after(task, (Ask(text), ANA), (NeverMind(), ANA)),
    "in_review": lambda task, text: after(task, (Take(), ANA), (verdict(text), ANA)),
    "half_signed": lambda task, text: after(
        task, (Take(), ANA), (verdict(text), ANA), (SignOff(1), BEN), rules=TWO_SIGN
    ),
    "objected": _objected,
    "second_version": lambda task, text: after(_objected(task, text), (verdict(text), ANA)),
    "published": _published,
    "published_with_dissent": lambda task, text: after(
        _objected(task, text), (verdict(text), ANA), (Object(2, text), CARO), (verdict(text), ANA), (SignOff(3), BEN)
    ),
    "recheck": lambda task, text: after(_published(task, text), (Recheck(), CARO)),
    "recheck_taken": lambda task, text: after(_published(task, text), (Recheck(), CARO), (Take(), CARO)),
    "recheck_question": lambda task, text: after(
        _published(task, text), (Recheck(), CARO), (Take(), CARO), (Ask(text), CARO)
    ),
    "confirming": _confirming,
    "confirmed": lambda task, text: after(_confirming(task, text), (SignOff(2), BEN)),
    "correcting": _correcting,
    "correction_objected": lambda task, text: after(_correcting(task, text), (Object(2, text), BEN)),
    "correction_dropped": lambda task, text: after(_correcting(task, text), (Keep(), CARO)),
    "corrected": _corrected,
    "corrected_twice": lambda task, text: after(
        _corrected(task, text), (verdict(text, "true", correction=text), ANA), (SignOff(3), BEN)
    ),
    "not_a_claim": lambda task, text: after(task, (Take(), ANA), (Dismiss(text), CARO)),
    "out_of_scope": lambda task, text: after(task, (Dismiss(text, DismissalKind.OUT_OF_SCOPE), CARO)),
    "duplicate": lambda task, text: after(task, (Dismiss("", DismissalKind.DUPLICATE, "s0-4"), CARO)),
    "article_closed": lambda task, text: after(task, (Dismiss(text, DismissalKind.ARTICLE_CLOSED), CARO)),
    "dismissed_draft": lambda task, text: after(_objected(task, text), (Dismiss(text), ANA)),
    "dismissed_question": lambda task, text: after(task, (Ask(text), ANA), (Dismiss(text), CARO)),
}
"""Every state a card can show, reached by what people do."""
