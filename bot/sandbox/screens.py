"""Modals and App Homes on people's screens: opened, pushed, updated, closed."""

from __future__ import annotations

import copy
import json
from typing import Literal

from bot.sandbox import limits
from bot.sandbox.block_tree import fill_ids
from bot.sandbox.elements import initial_state
from bot.sandbox.errors import ApiError
from bot.sandbox.records import JSON, Change, View
from bot.sandbox.state import State
from bot.sandbox.validation import view_problems


class Screens:
    """The stack of modals that each person has open, three at most, and their App Home."""

    def __init__(self, state: State) -> None:
        self._state = state

    def stack(self, user: str) -> list[View]:
        """Somebody's open modals, the visible one last."""
        return self._state.modals.setdefault(user, [])

    def check(self, content: JSON, kind: Literal["modal", "home"], *, replacing: View | None = None) -> None:
        """Refuse a view that Slack would refuse."""
        if len(json.dumps(content, ensure_ascii=False).encode()) > limits.VIEW_BYTES:
            raise ApiError("view_too_large")
        problems = view_problems(content, kind)
        if problems:
            raise ApiError("invalid_arguments", *(problem.under("/view") for problem in problems))
        other = self._state.view(external_id=content.get("external_id"))
        if other is not None and other is not replacing:
            raise ApiError("duplicate_external_id")

    def _new(self, user: str, content: JSON, kind: Literal["modal", "home"], previous: View | None) -> View:
        content = copy.deepcopy(content)
        fill_ids(content["blocks"], self._state.ids)
        view_id = self._state.ids.next("V")
        return View(
            id=view_id,
            type=kind,
            user=user,
            content=content,
            hash=self._hash(),
            root_view_id=previous.root_view_id if previous else view_id,
            previous_view_id=previous.id if previous else None,
            state=initial_state(content["blocks"]),
        )

    def _hash(self) -> str:
        return f"{self._state.ids.ts().split('.')[0]}.{self._state.ids.number():08x}"

    def open(self, user: str, content: JSON) -> View:
        """Show a modal; whatever modals were open are gone."""
        self.check(content, "modal")
        view = self._new(user, content, "modal", None)
        self._state.modals[user] = [view]
        self._state.changed(Change("view", view=view, user=self._state.users[user]))
        return view

    def push(self, user: str, content: JSON) -> View:
        """Lay a modal on top of the open one."""
        stack = self.stack(user)
        if not stack:
            raise ApiError("not_found")
        if len(stack) >= limits.VIEW_STACK:
            raise ApiError("push_limit_reached")
        self.check(content, "modal")
        view = self._new(user, content, "modal", stack[-1])
        stack.append(view)
        self._state.changed(Change("view", view=view, user=self._state.users[user]))
        return view

    def update(self, view: View, content: JSON, expected_hash: str | None = None) -> View:
        """Replace what a view shows. What was filled in stays where block_id and action_id stay the same."""
        if expected_hash and expected_hash != view.hash:
            raise ApiError("hash_conflict")
        self.check(content, view.type, replacing=view)
        content = copy.deepcopy(content)
        fill_ids(content["blocks"], self._state.ids)
        state = initial_state(content["blocks"])
        for block_id, actions in state.items():
            for action_id, fresh in actions.items():
                kept = view.state.get(block_id, {}).get(action_id)
                if kept is not None and kept["type"] == fresh["type"]:
                    actions[action_id] = kept
        view.content, view.state, view.errors, view.hash = content, state, {}, self._hash()
        self._state.changed(Change("home" if view.type == "home" else "view", view=view))
        return view

    def publish(self, user: str, content: JSON, expected_hash: str | None = None) -> View:
        """Show somebody's App Home."""
        current = self._state.homes.get(user)
        if current is not None:
            return self.update(current, content, expected_hash)
        self.check(content, "home")
        view = self._new(user, content, "home", None)
        self._state.homes[user] = view
        self._state.changed(Change("home", view=view, user=self._state.users[user]))
        return view

    def finish(self, view: View) -> None:
        """Take a submitted modal off the screen, wherever in the stack it is by now."""
        stack = self.stack(view.user)
        if view in stack:
            stack.remove(view)
            self._state.changed(Change("view", view=view, user=self._state.users[view.user]))

    def close(self, user: str, *, everything: bool = False) -> list[View]:
        """Close the visible modal, or all; the ones that went, the visible one first."""
        stack = self.stack(user)
        gone: list[View] = []
        if stack:
            everything = everything or bool(stack[-1].content.get("clear_on_close"))
            gone = list(reversed(stack)) if everything else [stack[-1]]
            del stack[-len(gone) :]
            self._state.changed(Change("view", view=gone[0], user=self._state.users[user]))
        return gone
