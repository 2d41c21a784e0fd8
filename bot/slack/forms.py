"""What people fill in: the values of a view, and what each modal means by them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    HandOver,
    Object,
    Propose,
    Reply,
    Reword,
    SetDue,
    SignOff,
    Split,
)
from bot.desk.house import MOST_SOURCES, ChannelHouse, House
from bot.desk.refusals import Reason, Refusal
from bot.desk.review import QUESTIONS
from bot.desk.roles import Members, Role
from bot.desk.task import DismissalKind, Evidence, Stance
from bot.slack.ids import (
    Field,
    answer_field,
    archive_field,
    groups_field,
    note_field,
    stance_field,
    url_field,
    users_field,
)

Fields = dict[str, str]
"""Part of a command (``Refusal.field``) → the ``block_id`` of the field that a person would mend."""

MAIN = "main"
"""The part of ``Fields`` that takes what cannot be said of any one field."""

TO_THE_CHANNEL = "channel"
"""The choice of the question form that asks nobody in particular; the other choice is the asker's user id."""

GIVEN_ROLES = (Role.CHECKER, Role.EDITOR, Role.ADMIN)
"""The roles that can be given to people; everybody is an asker."""


@dataclass(frozen=True, slots=True)
class About:
    """The task, the article, the channel or the workspace that a modal is about, carried in its ``private_metadata``.

    ``version`` is the verdict's that it was opened on, or that of the workspace's settings; ``question`` and ``worded``
    are the question's index and the wording, as ``Task.worded`` counts. ``rows`` counts the sources that a verdict form
    shows. ``opened_in`` is the channel in which the button was pressed that opened it.
    """

    __pydantic_config__: ClassVar = ConfigDict(extra="forbid")

    task: str = ""
    version: int = 0
    rows: int = 0
    submission: str = ""
    channel: str = ""
    question: int | None = None
    worded: int | None = None
    workspace: bool = False
    opened_in: str = ""

    def dump(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def load(cls, text: str) -> About:
        """From JSON. Raises Refusal if it is not ours, or is from before an update."""
        try:
            about = _ABOUT.validate_json(text, strict=True)
        except ValidationError:
            raise Refusal(Reason.NOT_UNDERSTOOD) from None
        if not (about.task or about.submission or about.channel or about.workspace):
            raise Refusal(Reason.NOT_UNDERSTOOD)
        return about


_ABOUT = TypeAdapter(About)


@dataclass(frozen=True, slots=True)
class Form:
    """What a person filled in, by ``block_id``; empty fields are left out, several choices have blanks between them.

    ``fields`` are all fields of the view, in its order; a draft that was kept has none.
    """

    values: Mapping[str, str]
    fields: tuple[str, ...] = ()

    def get(self, block_id: str) -> str:
        """The value of a field, or ``""``."""
        return self.values.get(str(block_id), "")

    def many(self, block_id: str) -> tuple[str, ...]:
        """The values of a field that takes several."""
        return tuple(self.get(block_id).split())

    def person(self, block_id: str) -> str:
        """The id of a person, or ``""``; raises ValueError if it is none."""
        return _ids((self.get(block_id),))[0]

    def day(self, block_id: str) -> date | None:
        """The day in a date picker."""
        return date.fromisoformat(value) if (value := self.get(block_id)) else None

    def sources(self) -> list[tuple[int, Evidence]]:
        """The rows in which anything was written, with their row numbers. A stance alone is no source."""
        found = []
        for row in range(MOST_SOURCES):
            url, note, archive = (self.get(f(row)).strip() for f in (url_field, note_field, archive_field))
            if url or note or archive:
                stance = Stance(self.get(stance_field(row)) or Stance.CONTEXT)
                found.append((row, Evidence(url=url, note=note, stance=stance, archive=archive)))
        return found


def _ids(ids: tuple[str, ...]) -> tuple[str, ...]:
    """Slack's ids of people and groups; raises ValueError if one is none."""
    if not all(re.fullmatch(r"([A-Z][A-Z0-9]{1,30})?", id) for id in ids):
        raise ValueError("no id of Slack's")
    return ids


# Reading a view's state

_ONE = (
    "value",
    "selected_user",
    "selected_conversation",
    "selected_channel",
    "selected_date",
    "selected_time",
    "selected_date_time",
)
_SEVERAL = ("selected_users", "selected_conversations", "selected_channels")


def read_form(view: Mapping[str, Any]) -> Form:
    """The values of a view, whatever kind of element holds them."""
    values: dict[str, str] = {}
    state = (view.get("state") or {}).get("values") or {}  # an empty one comes as a list, too (slack-go/slack#943)
    for block_id, elements in state.items():
        for element in elements.values():
            if value := " ".join(_values(element)):
                values[block_id] = value
    fields = tuple(str(b["block_id"]) for b in view.get("blocks") or () if b["type"] == "input" and b.get("block_id"))
    return Form(values, fields)


def _values(element: Mapping[str, Any]) -> Iterator[str]:
    for key in _ONE:
        if element.get(key):
            yield str(element[key])
    for key in _SEVERAL:
        yield from element.get(key) or ()
    options = [element.get("selected_option"), *(element.get("selected_options") or ())]
    yield from (str(option["value"]) for option in options if option)


# Refusals on the fields to blame


def errors(refusals: Iterable[Refusal], fields: Fields) -> dict[str, str]:
    """The first refusal of each field by ``block_id``, in plain words, as ``response_action: errors`` wants them.

    Empty where the form has no field at all: then it has to be said in another way.
    """
    found: dict[str, str] = {}
    for refusal in refusals:
        if block_id := fields.get(refusal.field or MAIN) or fields.get(MAIN):
            found.setdefault(block_id, _plain(refusal.sentence))
    return found


def _plain(sentence: str) -> str:
    """Errors on fields are plain text: no bold, no mentions."""
    return re.sub(r"<@\w+>", "This person", sentence).replace("*", "")


def _standing(form: Form, fields: Fields) -> Fields:
    """The parts whose field stands in the form; Slack takes no error on any other."""
    if not form.fields:
        return {}
    there = {part: block_id for part, block_id in fields.items() if block_id in form.fields}
    return {MAIN: form.fields[0], **there}


# What each modal on a task means

Read = Callable[[Form, About], tuple[Command, Fields]]


def read_hand_over(form: Form, about: About) -> tuple[Command, Fields]:
    """Whom the claim goes to."""
    return HandOver(form.person(Field.TO)), _standing(form, {"to": Field.TO.value, MAIN: Field.TO.value})


def read_dismiss(form: Form, about: About) -> tuple[Command, Fields]:
    """Why it is set aside; the other claim counts only where it is called a duplicate."""
    kind = DismissalKind(form.get(Field.KIND) or DismissalKind.NOT_A_CLAIM)
    of = form.get(Field.ORIGINAL) or None if kind is DismissalKind.DUPLICATE else None
    fields = {"reason": Field.REASON.value, "of": Field.ORIGINAL.value, MAIN: Field.KIND.value}
    return Dismiss(form.get(Field.REASON), kind, of), _standing(form, fields)


def read_due(form: Form, about: About) -> tuple[Command, Fields]:
    """By when it should be checked. A time cannot be cleared in every Slack client, so a box takes it away."""
    seconds = "" if form.get(Field.NO_DUE) else form.get(Field.DUE)
    due = datetime.fromtimestamp(int(seconds), UTC) if seconds else None
    return SetDue(due), _standing(form, {"due": Field.DUE.value, MAIN: Field.DUE.value})


def read_ask(form: Form, about: About) -> tuple[Command, Fields]:
    """The question, and whom it goes to: a person who was chosen, else whoever asked, else the channel."""
    kind = form.get(Field.KIND)
    to = form.person(Field.TO) or ("" if kind == TO_THE_CHANNEL else form.person(Field.KIND))
    fields = {"question": Field.QUESTION.value, "to": Field.TO.value, MAIN: Field.QUESTION.value}
    return Ask(form.get(Field.QUESTION), to or None), _standing(form, fields)


def read_answer(form: Form, about: About) -> tuple[Command, Fields]:
    """The answer to the question that the form shows."""
    fields = {"answer": Field.ANSWER.value, MAIN: Field.ANSWER.value}
    return Reply(form.get(Field.ANSWER), about.question), _standing(form, fields)


def read_reword(form: Form, about: About) -> tuple[Command, Fields]:
    """How the card should put the claim."""
    fields = {"wording": Field.WORDING.value, MAIN: Field.WORDING.value}
    return Reword(form.get(Field.WORDING), about.worded), _standing(form, fields)


def read_split(form: Form, about: About) -> tuple[Command, Fields]:
    """One claim a line; marks of a list before them are left out."""
    lines = (re.sub(r"^\s*[•*–-]\s+", "", line).strip() for line in form.get(Field.WORDING).splitlines())
    wordings = tuple(line for line in lines if line)
    parts = ["wording", *(f"wording_{i}" for i in range(max(2, len(wordings)))), MAIN]
    return Split(wordings, was=about.worded), _standing(form, dict.fromkeys(parts, Field.WORDING.value))


def read_verdict(form: Form, about: About) -> tuple[Propose, Fields]:
    """The verdict; its nth source may stand in a later row, where rows were left empty."""
    sources = form.sources()
    parts = (
        *(Field.RATING, Field.SAID, Field.SUMMARY, Field.EXPLANATION),
        *(Field.CORRECTION, Field.AS_OF, Field.RECHECK),
    )
    fields: Fields = {field.value: field.value for field in parts} | {MAIN: Field.EXPLANATION.value}
    for index, (row, _) in enumerate(sources):
        fields[f"url_{index}"] = url_field(row)
        fields[f"note_{index}"] = note_field(row)
        fields[f"archive_{index}"] = archive_field(row)
    used = {row for row, _ in sources}
    free = (row for row in range(MOST_SOURCES) if row not in used and url_field(row) in form.fields)
    fields.setdefault(f"url_{len(sources)}", url_field(next(free, 0)))
    command = Propose(
        rating=form.get(Field.RATING),
        explanation=form.get(Field.EXPLANATION),
        evidence=tuple(evidence for _, evidence in sources),
        said=form.get(Field.SAID) or None,
        summary=form.get(Field.SUMMARY),
        as_of=form.day(Field.AS_OF),
        recheck=form.day(Field.RECHECK),
        correction=form.get(Field.CORRECTION),
        version=about.version,
    )
    return command, _standing(form, fields)


def read_sign_off(form: Form, about: About) -> tuple[Command, Fields]:
    """The signature, with the answers that were given."""
    answers = {q.id: answer for q in QUESTIONS if (answer := form.get(answer_field(q.id)).strip())}
    return SignOff(about.version, answers), _standing(form, {})


def read_object(form: Form, about: About) -> tuple[Command, Fields]:
    """Why the verdict cannot stand."""
    fields = {"reason": Field.REASON.value, MAIN: Field.REASON.value}
    return Object(about.version, form.get(Field.REASON)), _standing(form, fields)


# What the modals on an article mean


def read_add_claim(form: Form, about: About) -> tuple[tuple[tuple[int, int] | None, str], Fields]:
    """The span of the sentence that was chosen, if one was, and the wording."""
    span = [int(offset) for offset in form.many(Field.SENTENCE)[:2]]
    fields = {"sentence": Field.SENTENCE.value, "wording": Field.WORDING.value, MAIN: Field.WORDING.value}
    return ((span[0], span[1]) if span else None, form.get(Field.WORDING)), _standing(form, fields)


def read_close_article(form: Form, about: About) -> tuple[str, Fields]:
    """The reason."""
    return form.get(Field.REASON), _standing(form, {"reason": Field.REASON.value, MAIN: Field.REASON.value})


# What the settings mean


def read_settings(form: Form, about: About) -> tuple[House, Fields]:
    """The settings of the workspace, by the version they had; a role that was given to nobody is left out."""
    roles = {
        role: Members(users=_ids(form.many(users_field(role))), groups=_ids(form.many(groups_field(role))))
        for role in GIVEN_ROLES
    }
    house = House(
        approvals=int(form.get(Field.APPROVALS)),
        sources=int(form.get(Field.SOURCES)),
        archived=bool(form.get(Field.ARCHIVED)),
        questions=bool(form.get(Field.QUESTIONS)),
        scale=form.get(Field.SCALE),
        keep_days=int(form.get(Field.KEEP_DAYS) or 0),
        keep_names_days=int(form.get(Field.KEEP_NAMES_DAYS) or 0),
        roles={role: members for role, members in roles.items() if members},
        version=about.version,
    )
    return house, _standing(form, {})


def read_channel_settings(form: Form, about: About) -> tuple[tuple[ChannelHouse, str], Fields]:
    """The settings of a channel, and what would follow ``/digest``: the time, which keeps the timezone, or off."""
    house = ChannelHouse(broadcast=bool(form.get(Field.BROADCAST)), watched=bool(form.get(Field.WATCHED)))
    digest = f"at {form.get(Field.DIGEST_AT)}" if form.get(Field.DIGEST) else "off"
    return (house, digest), _standing(form, {MAIN: Field.DIGEST_AT.value})
