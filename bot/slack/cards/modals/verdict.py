"""The form in which a verdict is written. It says while it is filled in what is still missing, and keeps a draft."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from bot.desk.evidence_gate import problems
from bot.desk.house import MOST_SOURCES
from bot.desk.ratings import Rating
from bot.desk.refusals import Reason, Refusal
from bot.desk.rules import HouseRules
from bot.desk.task import Stance, Task, TaskState, Verdict
from bot.slack.blocks import Block, actions, button, context, divider, modal, option, section
from bot.slack.cards.modals.claim_head import claim_head
from bot.slack.cards.verdict_text import as_of, rating_line
from bot.slack.forms import About, Form, read_verdict
from bot.slack.ids import Action, Callback, Field, archive_field, note_field, stance_field, url_field
from bot.slack.inputs import day_picker, field, select, text_input
from bot.slack.mrkdwn import cut, person, safe

LONGEST_SUMMARY = 300
LONGEST_EXPLANATION = 3000
LONGEST_NOTE = 500
LONGEST_LINK = 3000
LONGEST_ARCHIVE = 2000
"""Together the longest of all fields, for as many sources as there may be, keep below the 250,000 bytes of a view."""

STANCES: dict[Stance, str] = {
    Stance.SUPPORTS: "Supports the claim",
    Stance.REFUTES: "Refutes the claim",
    Stance.CONTEXT: "Gives context",
}


def _last_version(task: Task, today: date) -> Form:
    """The last version as a form; without one only that the verdict holds as of today.

    A published verdict is no draft: its correction says for itself why it is made, and as of when it holds.
    """
    last = task.verdict
    if last is None:
        return Form({Field.AS_OF: today.isoformat()})
    draft = last.version != task.standing
    values: dict[str, str] = {
        Field.RATING: last.rating,
        Field.SAID: last.said or "",
        Field.SUMMARY: last.summary,
        Field.EXPLANATION: last.explanation,
        Field.AS_OF: _iso(last.as_of) if draft else today.isoformat(),
        Field.RECHECK: _iso(last.recheck) if last.recheck and last.recheck > today else "",
        Field.CORRECTION: last.correction if draft else "",
    }
    for row, source in enumerate(last.evidence):
        values[url_field(row)] = source.url
        values[note_field(row)] = source.note
        values[stance_field(row)] = source.stance.value
        values[archive_field(row)] = source.archive
    return Form({str(id): value for id, value in values.items() if value})


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def verdict_modal(
    task: Task,
    rules: HouseRules,
    values: Form | None = None,
    rows: int | None = None,
    missing: Sequence[Refusal] | None = None,
    *,
    today: date,
    version: int | None = None,
) -> Block:
    """The form, filled in with ``values``: a draft, or what stands in it at this moment; else with the last version.

    ``rows`` are the sources it shows, by default as many as the house asks for; never fewer than are filled in.
    ``missing`` is what the evidence gate says of the values; if it is not told, the gate is asked without knowledge of
    the page under review. ``version`` is the verdict's that the form was opened on, if there may be a newer one by now.
    """
    form = values or _last_version(task, today)
    rows = _rows(form, rows or rules.sources)
    if missing is None:
        missing = list(problems(task, read_verdict(form, About(task.id))[0], rules, today))
    blocks = claim_head(task)
    if stands := task.standing_verdict:
        blocks.append(section(_standing(stands, rules)))
        label = "What is to be corrected, and why?"
        blocks.append(_text(form, Field.CORRECTION, label, 1000, multiline=True, hint="Published with the correction."))
    if objections := _objections(task):
        blocks.append(context(objections))
    blocks.append(_choice(form, Field.RATING, "Is it true?", _steps(rules.scale.ratings)))
    if speaker := task.claim.speaker:
        hint = "A question of its own: somebody can truly have said what is false."
        label = f"Did {cut(speaker.name, 150)} say it?"
        blocks.append(_choice(form, Field.SAID, label, _steps(rules.scale.said), hint=hint))
    blocks.append(
        _text(form, Field.SUMMARY, "The verdict in one sentence", LONGEST_SUMMARY, hint="What people read first.")
    )
    blocks.append(
        _text(
            form,
            Field.EXPLANATION,
            "How you came to it",
            LONGEST_EXPLANATION,
            multiline=True,
            optional=True,
            hint=_explanation_hint(rules),
        )
    )
    for row in range(rows):
        blocks += _source(form, row, rules)
    if rows < MOST_SOURCES:
        blocks.append(actions([button("Add a source", Action.ADD_SOURCE, str(rows + 1))]))
    blocks += [divider(), *_dates(form), context(_house_rules(rules)), _status(task, rules, form, missing)]
    if version is None:
        version = task.verdict.version if task.verdict else 0
    about = About(task.id, version=version, rows=rows).dump()
    title = "Correction" if stands else "Verdict"
    return modal(Callback.VERDICT, title, blocks, submit="Send to sign-off", private_metadata=about, tells_closing=True)


def _rows(form: Form, wanted: int) -> int:
    filled = max((row + 1 for row, _ in form.sources()), default=0)
    return min(MOST_SOURCES, max(wanted, filled, 1))


# Fields: each tells what is typed at once, and keeps its ids, so that Slack keeps what was typed when the form changes


def _text(
    form: Form,
    id: str,
    label: str,
    most: int,
    *,
    multiline: bool = False,
    optional: bool = False,
    placeholder: str = "",
    hint: str = "",
) -> Block:
    element = text_input(
        Action.TYPED,
        multiline=multiline,
        most=most,
        initial=form.get(id),
        placeholder=placeholder,
        tells="on_character_entered",
    )
    return field(id, label, element, optional=optional, hint=hint, tells=True)


def _choice(
    form: Form, id: str, label: str, options: Sequence[Block], *, optional: bool = False, hint: str = ""
) -> Block:
    element = select(Action.TYPED, options, form.get(id))
    return field(id, label, element, optional=optional, hint=hint, tells=True)


def _steps(ratings: Sequence[Rating]) -> list[Block]:
    return [option(f"{r.emoji} {r.label}", r.id) for r in ratings]


def _source(form: Form, row: int, rules: HouseRules) -> list[Block]:
    """A source. Its link stands in a plain text field: Slack empties its own URL fields when a form is changed
    (slackapi/bolt-js#1969)."""
    n = f"Source {row + 1}"
    archive = "an archived copy, or why there is none"
    stances = [option(label, stance.value) for stance, label in STANCES.items()]
    return [
        divider(),
        _text(form, url_field(row), f"{n}: its link", LONGEST_LINK, optional=True, placeholder="https://…"),
        _text(form, note_field(row), f"{n}: what it shows", LONGEST_NOTE, optional=True),
        _choice(form, stance_field(row), f"{n}: for or against the claim?", stances, optional=True),
        _text(
            form,
            archive_field(row),
            f"{n}: {archive}",
            LONGEST_ARCHIVE,
            optional=True,
            placeholder="https://web.archive.org/…",
            hint="The house rules ask for this." if rules.archived else "",
        ),
    ]


def _dates(form: Form) -> list[Block]:
    return [
        field(
            Field.AS_OF,
            "True as of",
            day_picker(Action.TYPED, form.get(Field.AS_OF)),
            optional=True,
            hint="The day up to which you looked.",
            tells=True,
        ),
        field(
            Field.RECHECK,
            "Check it again on",
            day_picker(Action.TYPED, form.get(Field.RECHECK)),
            optional=True,
            hint="For what may change: the claim comes back to the queue on that day.",
            tells=True,
        ),
    ]


# Words


def _standing(verdict: Verdict, rules: HouseRules) -> str:
    lead = "*Published, and stands until a new version is signed off:*"
    said = safe(verdict.summary or verdict.explanation, 600)
    return "\n".join(filter(None, (lead, rating_line(verdict, rules.scale), said, as_of(verdict))))


def _objections(task: Task) -> str:
    """Why the version that the form starts from was sent back."""
    if task.state is TaskState.PUBLISHED or task.verdict is None:
        return ""
    return "\n".join(f"✋ {person(o.by)} objected: {safe(o.reason, 500)}" for o in task.verdict.objections[-3:])


def _without_sources(rules: HouseRules, join: str) -> str:
    return join.join(f"“{r.label}”" for r in rules.scale.ratings if not r.sources)


def _explanation_hint(rules: HouseRules) -> str:
    free = _without_sources(rules, " and ")
    hint = "Enough for others to follow your steps."
    return f"{hint} {free} can stand without sources, and need it." if free else hint


def _house_rules(rules: HouseRules) -> str:
    if rules.sources == 0:
        return "House rules: no number of sources is asked for."
    sources = "1 independent source" if rules.sources == 1 else f"{rules.sources} independent sources"
    free = _without_sources(rules, " and ")
    line = f"House rules: {sources}, none of them the site under review; pages of one site count once"
    return f"{line} ({free} may stand without)." if free else f"{line}."


def _status(task: Task, rules: HouseRules, form: Form, missing: Sequence[Refusal]) -> Block:
    """What is missing before the verdict can go to sign-off; the last line of the form."""
    words = [_WORDS[r.reason](r, form) for r in missing if r.reason in _WORDS]
    if task.standing is not None and not form.get(Field.CORRECTION).strip():
        words.insert(0, "what is to be corrected, and why")
    others = "1 other person" if rules.approvals == 1 else f"{rules.approvals} other people"
    line = f"✏️ *Still missing:* {' · '.join(words)}" if words else f"✅ Ready for sign-off by {others}."
    return {**context(line), "block_id": Field.STATUS.value}


def status_text(view: Block) -> str:
    """What the form says is missing."""
    status = (b.get("elements") or () for b in view.get("blocks") or () if b.get("block_id") == Field.STATUS)
    return next((str(element.get("text")) for elements in status for element in elements), "")


Words = Callable[[Refusal, Form], str]


def _say(words: str) -> Words:
    return lambda refusal, form: words


def _of_source(words: str) -> Words:
    """Words on the source that a refusal is about, by the row in which it stands."""

    def say(refusal: Refusal, form: Form) -> str:
        index = int((refusal.field or "_0").rpartition("_")[2])
        return words.format(n=form.sources()[index][0] + 1)

    return say


def _sources_missing(refusal: Refusal, form: Form) -> str:
    have, need = int(refusal.details["have"]), int(refusal.details["need"])
    if have == 0:
        return "an independent source" if need == 1 else f"{need} independent sources"
    if (have, need) == (1, 2):
        return "a second independent source"
    return f"{need - have} more independent {'source' if need - have == 1 else 'sources'}"


_WORDS: dict[Reason, Words] = {
    Reason.NO_RATING: _say("a rating"),
    Reason.UNKNOWN_RATING: _say("a rating of today’s scale"),
    Reason.NO_SAID: _say("whether they said it"),
    Reason.NO_SUMMARY: _say("the verdict in one sentence"),
    Reason.NO_EXPLANATION: _say("how you came to it"),
    Reason.BAD_LINK: _of_source("a link for source {n} that starts with https:// or http://"),
    Reason.NO_NOTE: _of_source("what source {n} shows"),
    Reason.NO_ARCHIVE: _of_source("an archived copy of source {n}, or why there is none"),
    Reason.TOO_FEW_SOURCES: _sources_missing,
    Reason.AS_OF_IS_AHEAD: _say("a day that has come as the one it is true as of"),
    Reason.RECHECK_IS_PAST: _say("a day still to come for the recheck"),
}
"""What the evidence gate asks for, in a few words."""
