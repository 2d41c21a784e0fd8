"""A person at their screen: posts, types commands, presses what is there to be pressed, fills in modals."""

from __future__ import annotations

import copy
from typing import Any

from bot.sandbox import answers, payloads
from bot.sandbox.answers import Answer
from bot.sandbox.block_tree import interactive
from bot.sandbox.composer import compose, rich_text
from bot.sandbox.core import Core
from bot.sandbox.elements import check_required, chosen, find, is_stateful, pressed
from bot.sandbox.errors import NotPossible
from bot.sandbox.events import Posted, settled
from bot.sandbox.methods.reactions import react, unreact
from bot.sandbox.records import JSON, Change, Channel, Message, User, View
from bot.sandbox.state import set_timezone


class Person:
    """A member of the workspace. What they cannot do on a screen raises :class:`NotPossible`."""

    def __init__(self, core: Core, user: User) -> None:
        self._core = core
        self._suggestions: dict[str, list[JSON]] = {}
        self.user = user
        self.id = user.id
        self.name = user.name

    def __repr__(self) -> str:
        return f"<Person {self.name} {self.id}>"

    def __str__(self) -> str:
        """The mention: ``f"{ada} has it"`` reads as Slack wants it."""
        return f"<@{self.id}>"

    def _in(self, channel: Channel | str) -> Channel:
        found = self._core.state.channels[channel if isinstance(channel, str) else channel.id]
        if self.id not in found.members:
            raise NotPossible(f"{self.name} is not in {found.name or found.id}")
        if self.user.deleted:
            raise NotPossible(f"{self.name} is deactivated")
        return found

    # Messages

    async def post(
        self,
        channel: Channel | str,
        text: str,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
        files: list[JSON] | None = None,
        wait: bool = True,
    ) -> Message:
        """Post a message, also into a thread. With ``wait``, return once the app acked its events or the tries ended.

        Text is typed as in Slack's composer: ``<@U…>`` mentions, a bare link becomes one, ``&`` and ``<`` are escaped.
        """
        place = self._in(channel)
        core = self._core
        if place.is_archived:
            raise NotPossible(f"{place.name} is archived")
        if place.is_im and not core.manifest.messages_tab_writable:
            raise NotPossible("the app's messages tab is read-only")
        if thread_ts is not None:
            head = core.state.find(place.id, thread_ts)
            if head is None or head.thread_ts not in (None, head.ts):
                raise NotPossible("there is no such thread")
        if not text.strip() and not files:
            raise NotPossible("there is nothing to post")
        stored = compose(text)
        blocks = rich_text(stored) if stored else []
        message = Message(
            channel=place.id,
            ts=core.state.ids.ts(),
            user=self.id,
            text=stored,
            blocks=[block | {"block_id": f"b{core.state.ids.number():04d}"} for block in blocks],
            thread_ts=thread_ts,
            reply_broadcast=broadcast and thread_ts is not None,
            files=[{key: value for key, value in file.items() if key != "content"} for file in files or []],
            subtype="file_share" if files else None,
            team=core.team_id,
        )
        core.state.add_message(message)
        await self._sent(core.events.posted(message), wait)
        return message

    async def _sent(self, tasks: Posted, wait: bool) -> None:
        if wait:
            await settled(tasks)

    async def edit(self, message: Message, text: str, *, wait: bool = True) -> None:
        """Edit one's own message."""
        self._own(message)
        previous = copy.deepcopy(self._core.state.message_json(message, with_metadata=True))
        message.text = compose(text)
        message.blocks = rich_text(message.text)
        message.edited = {"user": self.id, "ts": self._core.state.ids.ts()}
        self._core.state.changed(Change("edited", self._core.state.channels[message.channel], message))
        await self._sent(self._core.events.edited(message, previous), wait)

    async def delete(self, message: Message, *, wait: bool = True) -> None:
        """Delete one's own message."""
        self._own(message)
        previous = copy.deepcopy(self._core.state.message_json(message, with_metadata=True))
        self._core.state.remove(message)
        await self._sent(self._core.events.deleted(message, previous), wait)

    def _own(self, message: Message) -> None:
        self._in(message.channel)
        if message.user != self.id or message.deleted:
            raise NotPossible("one can only edit and delete one's own messages")

    async def react(self, message: Message, name: str, *, wait: bool = True) -> None:
        """Add an emoji under a message."""
        self._sees(message)
        react(self._core, message, self.id, name)
        await self._sent(self._core.events.reaction(message, self.id, name, added=True), wait)

    async def unreact(self, message: Message, name: str, *, wait: bool = True) -> None:
        """Take one's emoji back."""
        self._sees(message)
        unreact(self._core, message, self.id, name)
        await self._sent(self._core.events.reaction(message, self.id, name, added=False), wait)

    def _sees(self, message: Message) -> None:
        self._in(message.channel)
        if message.deleted:
            raise NotPossible("the message is gone")
        if message.ephemeral_for not in (None, self.id):
            raise NotPossible("the message is visible to somebody else only")

    # Commands and shortcuts

    async def command(self, channel: Channel | str, command: str, text: str = "") -> Answer:
        """Type a slash command; it has no thread, since Slack offers none there."""
        core = self._core
        place = self._in(channel)
        known = core.manifest.commands.get(command)
        if known is None:
            told = f"{command} is not a valid command."
            return Answer(None, "invalid_command", text=told)
        payload = payloads.command(core, self.id, place, known, text)
        delivery = await core.delivery.send("command", payload)
        return answers.command_answer(core, delivery, command, place.id, self.id)

    async def shortcut(self, callback_id: str, message: Message | None = None) -> Answer:
        """Use a shortcut: on a message, or a global one."""
        core = self._core
        kind = core.manifest.shortcuts.get(callback_id)
        if kind != ("message" if message else "global"):
            raise NotPossible(f"there is no such shortcut: {callback_id}")
        if message:
            self._sees(message)
            if message.is_ephemeral:
                raise NotPossible("an ephemeral message has no shortcuts")
        return await self._interact(payloads.shortcut(core, self.id, callback_id, message))

    async def _interact(self, payload: JSON) -> Answer:
        if not self._core.manifest.interactivity:
            raise NotPossible("the manifest does not enable interactivity")
        delivery = await self._core.delivery.send("interactive", payload)
        return Answer(delivery, answers.failure(delivery))

    # Pressing and choosing

    async def press(
        self, target: Message | View, action_id: str, value: Any = None, *, block_id: str | None = None
    ) -> Answer:
        """Press a button, or choose ``value`` in a menu, a picker or a list, in a message or a view.

        ``value`` is the option's value or label, a user's or channel's id, a date, a text, or a list of these; a
        :class:`Person` stands for their id. Nothing can be pressed that does not stand there now.
        """
        payload = self._press(target, action_id, _plain(value), block_id)
        return await self._interact(payload)

    def _press(self, target: Message | View, action_id: str, value: Any, block_id: str | None) -> JSON:
        self._on_screen(target)
        block, element = find(target.blocks, action_id, block_id)
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise NotPossible(f"{action_id!r} sends nothing until the form is submitted")
        part = pressed(element, value, self._suggestions.get(action_id))
        if is_stateful(element):
            target.state.setdefault(block["block_id"], {})[action_id] = part
        action = part | {"action_id": action_id, "block_id": block["block_id"]}
        return payloads.block_actions(self._core, self.id, target, action)

    def _on_screen(self, target: Message | View) -> None:
        if isinstance(target, Message):
            self._sees(target)
        elif target is not self.view and target is not self.home:
            raise NotPossible("that view is not on the screen")

    async def suggest(
        self, action_id: str, query: str, target: Message | View | None = None, *, block_id: str | None = None
    ) -> Answer:
        """Type into an external select; the options that the app offers can be chosen afterwards."""
        place = target or self.view
        if place is None:
            raise NotPossible("no modal is open")
        self._on_screen(place)
        block, element = find(place.blocks, action_id, block_id)
        if not element["type"].endswith("external_select") or len(query) < element.get("min_query_length", 3):
            raise NotPossible(f"{action_id!r} asks the app for nothing yet")
        action = {"action_id": action_id, "block_id": block["block_id"], "value": query}
        sent = await self._interact(payloads.suggestion(self._core, self.id, place, action))
        if sent.delivery is None:
            return sent
        answer = answers.suggestion_answer(sent.delivery)
        self._suggestions[action_id] = answer.options
        return answer

    # Modals and Home

    @property
    def views(self) -> list[View]:
        """The open modals, the visible one last."""
        return self._core.screens.stack(self.id)

    @property
    def view(self) -> View | None:
        """The modal on the screen, or None."""
        return self.views[-1] if self.views else None

    @property
    def home(self) -> View | None:
        """What the app published to this person's Home."""
        return self._core.state.homes.get(self.id)

    def _open_view(self) -> View:
        if self.view is None:
            raise NotPossible(f"{self.name} has no modal open")
        return self.view

    def fill(self, values: dict[str, Any]) -> View:
        """Fill in inputs of the open modal, named by block_id or action_id; nothing is sent."""
        view = self._open_view()
        for name, value in values.items():
            matches = [
                (block, element)
                for block, element in interactive(view.blocks)
                if name in (block["block_id"], element["action_id"]) and is_stateful(element)
            ]
            if len(matches) != 1:
                there = ", ".join(
                    f"{block['block_id']}/{item['action_id']}" for block, item in interactive(view.blocks)
                )
                raise NotPossible(f"{len(matches)} inputs are called {name!r}; there is: {there}")
            block, element = matches[0]
            state = chosen(element, _plain(value), self._suggestions.get(element["action_id"]))
            view.state.setdefault(block["block_id"], {})[element["action_id"]] = state
        return view

    async def submit(self, values: dict[str, Any] | None = None) -> Answer:
        """Fill in and submit the open modal; an empty required input raises :class:`InputMissing`.

        The screen then shows what the app answered: the modal closed, its errors, another view.
        """
        core = self._core
        view = self.fill(values or {})
        if "submit" not in view.content:
            raise NotPossible("this modal has no submit button")
        check_required(view.blocks, view.state)
        view.errors = {}
        sent = await self._interact(payloads.view_submission(core, self.id, view))
        if sent.delivery is None:
            return sent
        return answers.submission_answer(core, sent.delivery, view)

    async def close_view(self, *, everything: bool = False) -> list[Answer]:
        """Close the open modal, or with ``everything`` the whole stack; the app is told if it wants to know."""
        self._open_view()
        told = []
        for view in self._core.screens.close(self.id, everything=everything):
            if view.content.get("notify_on_close"):
                payload = payloads.view_closed(self._core, self.id, view, is_cleared=everything)
                told.append(await self._interact(payload))
        return told

    async def open_home(self, tab: str = "home", *, wait: bool = True) -> View | None:
        """Open the app's Home (or its ``messages`` tab); what is published there by the time the app acked."""
        channel = self._core.state.dm(self.id)
        await self._sent(self._core.events.home_opened(self.user, channel, tab), wait)
        return self.home

    # Standing

    async def join(self, channel: Channel, *, wait: bool = True) -> None:
        """Join a channel."""
        channel.members.append(self.id)
        await self._sent(self._core.events.membership(channel, self.id, joined=True), wait)

    async def leave(self, channel: Channel, *, wait: bool = True) -> None:
        """Leave a channel."""
        channel.members.remove(self.id)
        await self._sent(self._core.events.membership(channel, self.id, joined=False), wait)

    async def move(self, tz: str, *, wait: bool = True) -> None:
        """Change one's timezone."""
        set_timezone(self.user, tz)
        await self._changed(wait)

    async def deactivate(self, *, wait: bool = True) -> None:
        """Leave the workspace for good."""
        self.user.deleted = True
        await self._changed(wait)

    async def _changed(self, wait: bool) -> None:
        self._core.state.changed(Change("user", user=self.user))
        await self._sent(self._core.events.user_changed(self.user), wait)


def _plain(value: Any) -> Any:
    """A person as their id, a channel as its id."""
    if isinstance(value, Person | Channel):
        return value.id
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
