"""The rules of Block Kit that slack_sdk's models do not know, each with the JSON pointer to what breaks it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from bot.sandbox import limits
from bot.sandbox.element_rules import check_element
from bot.sandbox.records import JSON
from bot.sandbox.words import words

_SELECTS = frozenset(f"{kind}_select" for kind in ("static", "external", "users", "conversations", "channels"))
_MULTI_SELECTS = frozenset(f"multi_{kind}" for kind in _SELECTS)
_CHOICES = frozenset({"radio_buttons", "checkboxes"})
_PICKERS = frozenset({"datepicker", "timepicker"})
_INPUTS = words("""plain_text_input url_text_input email_text_input number_input rich_text_input datetimepicker
    file_input""")

IN_ACTIONS = _SELECTS | _CHOICES | _PICKERS | {"button", "overflow", "datetimepicker", "workflow_button"}
IN_SECTION = _SELECTS | _MULTI_SELECTS | _CHOICES | _PICKERS | {"button", "overflow", "image", "workflow_button"}
IN_INPUT = _SELECTS | _MULTI_SELECTS | _CHOICES | _PICKERS | _INPUTS
IN_CONTEXT = frozenset({"image", "plain_text", "mrkdwn"})
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})

_HTTP = re.compile(r"https?://[^\s]+")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where."""

    pointer: str
    text: str

    def under(self, prefix: str = "") -> str:
        """Slack's wording, the pointer counted from ``prefix``."""
        return f"{self.text} [json-pointer:{prefix}{self.pointer}]"


class Rules:
    """Collects problems into a list."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems

    def _add(self, pointer: str, text: str) -> None:
        self._problems.append(Problem(pointer, text))

    # Values

    def string(self, holder: JSON, key: str, most: int, pointer: str, *, required: bool = False) -> None:
        """A string of at most that many characters."""
        value = holder.get(key)
        if value is None:
            if required:
                self._add(f"{pointer}/{key}", f"missing required field: {key}")
        elif not isinstance(value, str):
            self._add(f"{pointer}/{key}", "must provide a string")
        elif len(value) > most:
            self._add(f"{pointer}/{key}", f"must be less than {most + 1} characters")
        elif required and not value:
            self._add(f"{pointer}/{key}", "must be more than 0 characters")

    def url(self, holder: JSON, key: str, pointer: str) -> None:
        """A link to the web."""
        self.string(holder, key, limits.URL, pointer)
        value = holder.get(key)
        if isinstance(value, str) and not _HTTP.fullmatch(value):
            self._add(f"{pointer}/{key}", "must be a valid URL")

    def plain(self, holder: JSON, key: str, most: int, pointer: str, *, required: bool = False) -> None:
        """A text object of type plain_text: nothing else may stand here."""
        self.text(holder, key, most, pointer, required=required, kinds=("plain_text",))

    def text(
        self,
        holder: JSON,
        key: str,
        most: int,
        pointer: str,
        *,
        required: bool = False,
        kinds: tuple[str, ...] = ("plain_text", "mrkdwn"),
    ) -> None:
        """A text object of one of these kinds, not empty and not too long."""
        if key not in holder:
            if required:
                self._add(f"{pointer}/{key}", f"missing required field: {key}")
            return
        self._text_object(holder[key], most, f"{pointer}/{key}", kinds)

    def _text_object(self, value: Any, most: int, pointer: str, kinds: tuple[str, ...]) -> None:
        if not isinstance(value, dict):
            self._add(pointer, "must be a text object")
            return
        if value.get("type") not in kinds:
            self._add(f"{pointer}/type", f"must be one of: {', '.join(kinds)}")
        allowed = {"type", "text", "emoji" if value.get("type") == "plain_text" else "verbatim"}
        for key in value.keys() - allowed:
            self._add(f"{pointer}/{key}", f"invalid additional property: {key}")
        self.string(value, "text", most, pointer, required=True)

    def _count(self, holder: JSON, key: str, pointer: str, most: int, least: int = 1) -> list[Any]:
        items = holder.get(key)
        if not isinstance(items, list):
            self._add(f"{pointer}/{key}", f"missing required field: {key}" if items is None else "must be an array")
            return []
        if not least <= len(items) <= most:
            self._add(f"{pointer}/{key}", f"must hold between {least} and {most} items")
        return items

    # Blocks

    def unique_block_ids(self, blocks: list[Any]) -> None:
        """Each block_id once."""
        seen: set[str] = set()
        for index, block in enumerate(blocks):
            block_id = block.get("block_id") if isinstance(block, dict) else None
            if isinstance(block_id, str):
                if block_id in seen:
                    self._add(f"/blocks/{index}/block_id", f"`block_id` already in use: {block_id}")
                seen.add(block_id)

    def block(self, block: JSON, pointer: str, surface: str) -> None:
        """One block of a known type."""
        self.string(block, "block_id", limits.ID, pointer)
        match block["type"]:
            case "section":
                self._section(block, pointer)
            case "header":
                self.plain(block, "text", limits.HEADER_TEXT, pointer, required=True)
            case "context":
                self._context(block, pointer)
            case "actions":
                self._elements(block, pointer, limits.ACTIONS_ELEMENTS, IN_ACTIONS)
            case "context_actions":
                self._elements(block, pointer, limits.CONTEXT_ACTIONS_ELEMENTS, IN_CONTEXT_ACTIONS)
            case "input":
                self._input(block, pointer, surface)
            case "image":
                self._image(block, pointer)
                self.plain(block, "title", limits.IMAGE_TITLE, pointer)
            case "markdown":
                self.string(block, "text", limits.MARKDOWN_TEXT, pointer, required=True)
            case "table":
                self._table(block, pointer)
            case "rich_text":
                self._count(block, "elements", pointer, most=10_000)
            case "task_card" if block.get("status") == "pending":
                self._add(f"{pointer}/status", "pending is only allowed inside a plan")

    def _section(self, block: JSON, pointer: str) -> None:
        self.text(block, "text", limits.SECTION_TEXT, pointer)
        if "fields" in block:
            for index, field in enumerate(self._count(block, "fields", pointer, limits.SECTION_FIELDS)):
                place = f"{pointer}/fields/{index}"
                self._text_object(field, limits.SECTION_FIELD, place, ("plain_text", "mrkdwn"))
        if "accessory" in block:
            self._element(block["accessory"], f"{pointer}/accessory", IN_SECTION)

    def _context(self, block: JSON, pointer: str) -> None:
        for index, item in enumerate(self._count(block, "elements", pointer, limits.CONTEXT_ELEMENTS)):
            place = f"{pointer}/elements/{index}"
            kind = item.get("type") if isinstance(item, dict) else None
            if kind not in IN_CONTEXT:
                self._add(place, f"unsupported type: {kind}")
            elif kind == "image":
                self._image(item, place)
            else:
                self._text_object(item, limits.SECTION_TEXT, place, ("plain_text", "mrkdwn"))

    def _elements(self, block: JSON, pointer: str, most: int, allowed: frozenset[str]) -> None:
        seen: set[str] = set()
        for index, element in enumerate(self._count(block, "elements", pointer, most)):
            place = f"{pointer}/elements/{index}"
            self._element(element, place, allowed)
            action_id = element.get("action_id") if isinstance(element, dict) else None
            if isinstance(action_id, str) and action_id:
                if action_id in seen:
                    self._add(f"{place}/action_id", f"`action_id` already in use: {action_id}")
                seen.add(action_id)

    def _input(self, block: JSON, pointer: str, surface: str) -> None:
        self.plain(block, "label", limits.INPUT_LABEL, pointer, required=True)
        self.plain(block, "hint", limits.INPUT_HINT, pointer)
        allowed = IN_INPUT if surface == "modal" else IN_INPUT - {"file_input"}
        self._element(block.get("element"), f"{pointer}/element", allowed)

    def _image(self, item: JSON, pointer: str) -> None:
        self.string(item, "alt_text", limits.IMAGE_ALT, pointer, required=True)
        self.url(item, "image_url", pointer)
        if ("image_url" in item) == ("slack_file" in item):
            self._add(pointer, "must hold either image_url or slack_file")

    def _table(self, block: JSON, pointer: str) -> None:
        for index, row in enumerate(self._count(block, "rows", pointer, limits.TABLE_ROWS)):
            if not isinstance(row, list) or len(row) > limits.TABLE_COLUMNS:
                self._add(f"{pointer}/rows/{index}", f"must be an array of at most {limits.TABLE_COLUMNS} cells")

    # Elements

    def _element(self, element: Any, pointer: str, allowed: frozenset[str]) -> None:
        kind = element.get("type") if isinstance(element, dict) else None
        if kind not in allowed:
            self._add(f"{pointer}/type", f"unsupported type: {kind}")
            return
        self.string(element, "action_id", limits.ID, pointer)
        self.plain(element, "placeholder", limits.PLACEHOLDER, pointer)
        if "confirm" in element:
            self._confirm(element["confirm"], f"{pointer}/confirm")
        if kind == "button":
            self.plain(element, "text", limits.BUTTON_TEXT, pointer, required=True)
            self.string(element, "value", limits.BUTTON_VALUE, pointer)
            self.string(element, "accessibility_label", limits.BUTTON_LABEL, pointer)
            self.url(element, "url", pointer)
            if element.get("style") not in (None, "primary", "danger"):
                self._add(f"{pointer}/style", "must be primary or danger")
        elif kind == "image":
            self._image(element, pointer)
        elif kind == "plain_text_input":
            self._text_input(element, pointer)
        elif kind == "overflow":
            self._options(element, pointer, limits.OVERFLOW_OPTIONS)
        elif kind in _CHOICES:
            self._options(element, pointer, limits.CHOICE_OPTIONS, kinds=("plain_text", "mrkdwn"))
        elif kind in ("static_select", "multi_static_select"):
            self._static_select(element, pointer)
        elif kind.endswith("external_select"):
            self._initially_offered(element, pointer)
        if "options" in element or "option_groups" in element:
            self._initial(element, pointer)
        check_element(element, pointer, self._add)

    def _confirm(self, confirm: Any, pointer: str) -> None:
        if not isinstance(confirm, dict):
            self._add(pointer, "must be a confirm object")
            return
        self.plain(confirm, "title", limits.CONFIRM_TITLE, pointer, required=True)
        self.text(confirm, "text", limits.CONFIRM_TEXT, pointer, required=True)
        self.plain(confirm, "confirm", limits.CONFIRM_BUTTON, pointer, required=True)
        self.plain(confirm, "deny", limits.CONFIRM_BUTTON, pointer, required=True)

    def _text_input(self, element: JSON, pointer: str) -> None:
        longest = element.get("max_length", limits.INPUT_TEXT)
        if not isinstance(longest, int) or not 1 <= longest <= limits.INPUT_TEXT:
            self._add(f"{pointer}/max_length", f"must be between 1 and {limits.INPUT_TEXT}")
            return
        self.string(element, "initial_value", longest, pointer)

    def _static_select(self, element: JSON, pointer: str) -> None:
        if ("options" in element) == ("option_groups" in element):
            self._add(pointer, "must hold either options or option_groups")
        elif "options" in element:
            self._options(element, pointer, limits.SELECT_OPTIONS)
        else:
            for index, group in enumerate(self._count(element, "option_groups", pointer, limits.SELECT_OPTIONS)):
                place = f"{pointer}/option_groups/{index}"
                if not isinstance(group, dict):
                    self._add(place, "must be an object")
                    continue
                self.plain(group, "label", limits.OPTION_TEXT, place, required=True)
                self._options(group, place, limits.SELECT_OPTIONS)

    def _options(self, holder: JSON, pointer: str, most: int, kinds: tuple[str, ...] = ("plain_text",)) -> None:
        for index, option in enumerate(self._count(holder, "options", pointer, most)):
            self.option(option, f"{pointer}/options/{index}", kinds)

    def option(self, option: Any, pointer: str, kinds: tuple[str, ...] = ("plain_text",)) -> None:
        """One option of a select, of radio buttons or of checkboxes."""
        if not isinstance(option, dict):
            self._add(pointer, "must be an object")
            return
        self.text(option, "text", limits.OPTION_TEXT, pointer, required=True, kinds=kinds)
        self.string(option, "value", limits.OPTION_VALUE, pointer, required=True)
        self.text(option, "description", limits.OPTION_DESCRIPTION, pointer, kinds=kinds)

    def _initially_offered(self, element: JSON, pointer: str) -> None:
        """An external select's initial choice is an option of its own: what the app offers is not known yet."""
        if "initial_option" in element:
            self.option(element["initial_option"], f"{pointer}/initial_option")
        if "initial_options" in element:
            for index, option in enumerate(self._count(element, "initial_options", pointer, limits.SELECT_OPTIONS)):
                self.option(option, f"{pointer}/initial_options/{index}")

    def _initial(self, element: JSON, pointer: str) -> None:
        """What is chosen at first must be one of the options, to the letter."""
        groups = [group for group in element.get("option_groups", []) if isinstance(group, dict)]
        options = [*element.get("options", []), *(option for group in groups for option in group.get("options", []))]
        for key in ("initial_option", "initial_options"):
            if key in element:
                wanted = element[key] if key.endswith("s") else [element[key]]
                if not wanted or any(option not in options for option in wanted):
                    self._add(f"{pointer}/{key}", "must be one of the options")
