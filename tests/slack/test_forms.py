"""What a form means that somebody filled in, and on which field a refusal is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from desk.samples import ANA, BEN, CARO, DAN, NOW, QUOTED, RULES, SCALE, SCALES, claim, do, in_review, published, task
from desk.samples import submission as a_submission
from filling import fields, filled

from bot.desk import articles
from bot.desk.commands import (
    Ask,
    Command,
    Dismiss,
    HandOver,
    NeverMind,
    Object,
    Reply,
    Reword,
    SetDue,
    SignOff,
    Split,
)
from bot.desk.evidence_gate import problems
from bot.desk.house import ChannelHouse, House
from bot.desk.refusals import SENTENCES, Reason, Refusal
from bot.desk.roles import EVERYBODY, Members, Role
from bot.desk.rules import HouseRules
from bot.desk.task import DismissalKind, Evidence, Stance, Task
from bot.desk.transitions import Context, apply
from bot.slack import forms
from bot.slack.blocks import option
from bot.slack.cards import modals
from bot.slack.cards.choices import claim_option, sentence_option
from bot.slack.forms import MAIN, About, Form, errors, read_form
from bot.slack.ids import Field, answer_field, groups_field, url_field, users_field

TODAY = NOW.date()
View = dict[str, Any]
HERE = About(channel="C1")
ABOUT = About("s1-1", version=1)


def sent(view: View, values: dict[str, Any] | None = None, options: list[View] | None = None) -> Form:
    return read_form(filled(view, values, options))


# Values


def test_a_form_is_read_whatever_element_holds_the_value() -> None:
    state = {
        "to": {"type": "users_select", "selected_user": ANA},
        "rating": {"type": "static_select", "selected_option": {"value": "false"}},
        "said": {"type": "static_select", "selected_option": None},
        "explanation": {"type": "plain_text_input", "value": "Because.\n"},
        "url_0": {"type": "plain_text_input", "value": None},
        "kind": {"type": "radio_buttons", "selected_option": {"value": "duplicate"}},
        "archived": {"type": "checkboxes", "selected_options": [{"value": "yes"}]},
        "questions": {"type": "checkboxes", "selected_options": []},
        "as_of": {"type": "datepicker", "selected_date": "2026-05-12"},
        "digest_at": {"type": "timepicker", "selected_time": "08:30", "timezone": "Europe/Istanbul"},
        "due": {"type": "datetimepicker", "selected_date_time": 1778578200},
        "users_editor": {"type": "multi_users_select", "selected_users": [ANA, BEN]},
        "groups_editor": {"type": "multi_external_select", "selected_options": [{"value": "S1"}, {"value": "S2"}]},
        "channel": {"type": "conversations_select", "selected_conversation": "C1"},
        "channels": {"type": "multi_channels_select", "selected_channels": ["C1", "C2"]},
        "sources": {"type": "number_input", "value": "0"},
    }
    form = read_form({"state": {"values": {id: {"any": element} for id, element in state.items()}}})
    assert form.values == {
        "to": ANA,
        "rating": "false",
        "explanation": "Because.\n",
        "kind": "duplicate",
        "archived": "yes",
        "as_of": "2026-05-12",
        "digest_at": "08:30",
        "due": "1778578200",
        "users_editor": f"{ANA} {BEN}",
        "groups_editor": "S1 S2",
        "channel": "C1",
        "channels": "C1 C2",
        "sources": "0",
    }
    assert form.many("users_editor") == (ANA, BEN)
    assert form.day(Field.AS_OF) == TODAY
    assert form.get(Field.SAID) == ""


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"state": {}},
        {"state": None},
        {"state": {"values": {}}, "blocks": []},
        {"state": {"values": []}},
        {"state": {"values": None}, "blocks": None},
    ],
)
def test_a_view_in_which_nothing_stands_is_an_empty_form(view: View) -> None:
    assert read_form(view) == Form({})


def test_sources_are_the_rows_in_which_something_was_written() -> None:
    form = Form(
        {
            url_field(0): " https://a.org ",
            "note_0": "a table\n",
            "stance_0": "supports",
            "note_2": "a note without a link",
            "stance_4": "refutes",
            "url_5": "https://d.org",
            "archive_6": "gone from the web",
            url_field(8): "https://beyond-the-rows.org",
        }
    )
    assert form.sources() == [
        (0, Evidence(url="https://a.org", note="a table", stance=Stance.SUPPORTS)),
        (2, Evidence(url="", note="a note without a link")),
        (5, Evidence(url="https://d.org", note="")),
        (6, Evidence(url="", note="", archive="gone from the web")),
    ]


# What each form means

DUE = datetime(2026, 5, 14, 16, tzinfo=UTC)
LATER = str(int(DUE.timestamp()))
OTHER = task(9, claim=claim("Ferries are few."))


def _asked() -> Task:
    return do(task(), Ask("Which year?"), ANA).task


MEANT: list[tuple[Callable[[], View], forms.Read, dict[str, Any], Command]] = [
    (lambda: modals.hand_over_modal(task()), forms.read_hand_over, {"to": BEN}, HandOver(BEN)),
    (
        lambda: modals.dismiss_modal(task()),
        forms.read_dismiss,
        {"kind": "out_of_scope", "reason": "Abroad"},
        Dismiss("Abroad", DismissalKind.OUT_OF_SCOPE),
    ),
    (
        lambda: modals.dismiss_modal(task()),
        forms.read_dismiss,
        {"kind": "duplicate", "original": "s1-9"},
        Dismiss("", DismissalKind.DUPLICATE, "s1-9"),
    ),
    (
        lambda: modals.dismiss_modal(task()),
        forms.read_dismiss,
        {"kind": "not_a_claim", "original": "s1-9", "reason": "An opinion"},
        Dismiss("An opinion", DismissalKind.NOT_A_CLAIM),
    ),
    (lambda: modals.due_modal(task()), forms.read_due, {"due": LATER}, SetDue(DUE)),
    (lambda: modals.due_modal(task()), forms.read_due, {}, SetDue(None)),
    (lambda: modals.due_modal(task(due=DUE)), forms.read_due, {}, SetDue(DUE)),
    (lambda: modals.due_modal(task(due=DUE)), forms.read_due, {"no_due": ["yes"]}, SetDue(None)),
    (lambda: modals.ask_modal(task(), DAN), forms.read_ask, {"question": "Why?"}, Ask("Why?")),
    (lambda: modals.ask_modal(task(), DAN), forms.read_ask, {"question": "Why?", "kind": DAN}, Ask("Why?", DAN)),
    (lambda: modals.ask_modal(task(), DAN), forms.read_ask, {"question": "Why?", "to": CARO}, Ask("Why?", CARO)),
    (
        lambda: modals.ask_modal(task(), DAN),
        forms.read_ask,
        {"question": "Why?", "kind": DAN, "to": CARO},
        Ask("Why?", CARO),
    ),
    (lambda: modals.answer_modal(_asked(), 0), forms.read_answer, {"answer": "2025"}, Reply("2025", 0)),
    (lambda: modals.reword_modal(task()), forms.read_reword, {"wording": "So."}, Reword("So.", 0)),
    (lambda: modals.reword_modal(task(worded=3)), forms.read_reword, {"wording": "So."}, Reword("So.", 3)),
    (
        lambda: modals.split_modal(task(worded=2)),
        forms.read_split,
        {"wording": "One claim.\n\n  - Another claim.\n• A third.\n−5 degrees."},
        Split(("One claim.", "Another claim.", "A third.", "−5 degrees."), was=2),
    ),
    (lambda: modals.object_modal(in_review(task()), 1), forms.read_object, {"reason": "Old"}, Object(1, "Old")),
    (
        lambda: modals.sign_off_modal(in_review(task()), 1, RULES, []),
        forms.read_sign_off,
        {answer_field("literal"): "yes", answer_field("reading"): "no", answer_field("similar"): " As this. "},
        SignOff(1, {"literal": "yes", "reading": "no", "proof": "none", "similar": "As this."}),
    ),
]


@pytest.mark.parametrize(("view", "read", "values", "command"), MEANT)
def test_a_form_means_what_was_filled_in(
    view: Callable[[], View], read: forms.Read, values: dict[str, Any], command: Command
) -> None:
    shown = view()
    form = sent(shown, values, [claim_option(OTHER)])
    meant, named = read(form, About.load(shown["private_metadata"]))
    assert meant == command
    assert set(named.values()) <= set(fields(shown))


def test_a_claim_is_added_by_a_sentence_of_the_article_or_by_words_alone() -> None:
    view = modals.add_claim_modal(a_submission(), "Fewer ferries")
    about = About.load(view["private_metadata"])
    chosen, _ = forms.read_add_claim(sent(view, {"sentence": "12 80"}, [sentence_option(12, 80, "Words")]), about)
    typed, _ = forms.read_add_claim(sent(view, {"wording": "A third is gone."}), about)
    assert chosen == ((12, 80), "")
    assert typed == (None, "A third is gone.")


def test_an_article_is_closed_with_the_reason_that_was_given() -> None:
    view = modals.close_article_modal(a_submission(), 3)
    reason, named = forms.read_close_article(sent(view, {"reason": "A satire"}), About(submission="s1"))
    assert reason == "A satire"
    assert named == {"reason": "reason", MAIN: "reason"}


HOUSES = [
    House(),
    House(
        approvals=3,
        sources=0,
        archived=True,
        questions=False,
        scale="evidence",
        keep_days=90,
        keep_names_days=365,
        roles={Role.CHECKER: Members(users=(ANA, BEN)), Role.ADMIN: Members(groups=("S1",))},
        version=7,
    ),
]


@pytest.mark.parametrize("house", HOUSES)
def test_settings_that_nobody_changed_stay_as_they_are(house: House) -> None:
    view = modals.settings_modal(house, SCALES, {"S1": "@desk"})
    read, named = forms.read_settings(sent(view), About.load(view["private_metadata"]))
    assert read == house.model_copy(update={"scale": house.scale or next(iter(SCALES))})
    assert set(named.values()) <= set(fields(view))


def test_settings_are_what_was_chosen() -> None:
    view = modals.settings_modal(House(), SCALES, {})
    values = {
        Field.APPROVALS: "2",
        Field.SOURCES: "8",
        Field.ARCHIVED: ["yes"],
        Field.QUESTIONS: [],
        Field.SCALE: "three_steps",
        Field.KEEP_DAYS: "30",
        Field.KEEP_NAMES_DAYS: "730",
        users_field("editor"): [CARO, DAN],
        groups_field("checker"): ["S7"],
    }
    form = sent(view, {str(k): v for k, v in values.items()}, [option("@desk", "S7")])
    house, _ = forms.read_settings(form, About.load(view["private_metadata"]))
    assert house == House(
        approvals=2,
        sources=8,
        archived=True,
        questions=False,
        scale="three_steps",
        keep_days=30,
        keep_names_days=730,
        roles={Role.CHECKER: Members(groups=("S7",)), Role.EDITOR: Members(users=(CARO, DAN))},
    )


def test_a_channel_is_set_as_filled_in_and_its_digest_in_the_words_of_the_command() -> None:
    view = modals.channel_settings_modal("C1", ChannelHouse(), None)
    (house, digest), named = forms.read_channel_settings(sent(view, {"watched": ["yes"], "digest_at": "07:05"}), HERE)
    assert house == ChannelHouse(watched=True)
    assert digest == "at 07:05"
    assert named[MAIN] == "digest_at"
    (_, off), _ = forms.read_channel_settings(sent(view, {"digest": []}), HERE)
    assert off == "off"


# Refusals


def test_what_is_refused_stands_on_its_field_in_plain_words() -> None:
    view = modals.hand_over_modal(task())
    _, named = forms.read_hand_over(sent(view, {"to": BEN}), ABOUT)
    taken = Refusal(Reason.TAKEN, who=f"<@{BEN}>")
    has_it = Refusal(Reason.HAS_IT, field="to", who=f"<@{BEN}>")
    assert errors([has_it], named) == {"to": "This person has this claim already."}
    assert errors([taken], named) == {
        "to": "This person has this claim already. If they cannot do it, press Hand over… and choose yourself."
    }


def test_several_refusals_are_told_at_once_and_the_first_of_a_field() -> None:
    named = {"url_0": "url_0", "note_0": "note_0", MAIN: "explanation"}
    told = errors([Refusal(Reason.BAD_LINK, field="url_0"), Refusal(Reason.NO_NOTE, field="note_0")], named)
    assert list(told) == ["url_0", "note_0"]
    twice = errors([Refusal(Reason.BAD_LINK, field="url_0"), Refusal(Reason.NO_NOTE, field="url_0")], named)
    assert twice == {"url_0": SENTENCES[Reason.BAD_LINK]}


def test_where_a_form_has_no_field_nothing_can_be_told_on_one() -> None:
    view = modals.sign_off_modal(in_review(task()), 1, HouseRules(SCALE, questions=False), [])
    _, named = forms.read_sign_off(sent(view), ABOUT)
    assert errors([Refusal(Reason.VERDICT_CHANGED)], named) == {}


def _verdict_views() -> Iterator[View]:
    for shown in (task(claim=QUOTED), in_review(task(), by=BEN), published(task(claim=QUOTED), said="said")):
        for rows in (1, 2, 8):
            yield modals.verdict_modal(shown, RULES, Form({}), rows, today=TODAY)


WRONG: list[dict[str, Any]] = [
    {},
    {"rating": "false", "summary": "No.", "url_0": "no link", "archive_0": "https://no link"},
    {"rating": "unverifiable", "as_of": "2030-01-01", "recheck": "2020-01-01"},
    {"rating": "true", "url_0": "https://a.org/1", "note_0": "A table"},
]


@pytest.mark.parametrize("values", WRONG)
@pytest.mark.parametrize("archived", [False, True])
def test_each_thing_wrong_with_a_verdict_stands_on_a_field_of_its_form(values: dict[str, Any], archived: bool) -> None:
    rules = HouseRules(SCALE, archived=archived)
    for view in _verdict_views():
        form = sent(view, values)
        command, named = forms.read_verdict(form, About.load(view["private_metadata"]))
        refused = list(problems(task(claim=QUOTED), command, rules, TODAY))
        told = errors([*refused, Refusal(Reason.NO_CORRECTION, field="correction"), Refusal(Reason.GONE)], named)
        assert refused
        assert told.keys() <= fields(view).keys()
        assert told


def test_a_source_is_asked_for_in_the_first_row_that_is_free() -> None:
    view = modals.verdict_modal(task(), RULES, Form({}), 3, today=TODAY)
    values = {"rating": "false", "summary": "No.", "url_1": "https://a.org/1", "note_1": "A table"}
    command, named = forms.read_verdict(sent(view, values), ABOUT)
    (too_few,) = problems(task(), command, RULES, TODAY)
    assert list(errors([too_few], named)) == ["url_0"]


def test_the_second_source_is_told_of_in_the_row_in_which_it_stands() -> None:
    view = modals.verdict_modal(task(), RULES, Form({}), 5, today=TODAY)
    values = {
        "rating": "false",
        "summary": "No.",
        **{"url_1": "https://a.org/1", "note_1": "A table"},
        **{"url_4": "nothing", "note_4": "A list"},
    }
    command, named = forms.read_verdict(sent(view, values), ABOUT)
    assert list(errors(problems(task(), command, RULES, TODAY), named)) == ["url_4", "url_1"]


def test_where_no_row_is_free_a_source_is_asked_for_in_the_first() -> None:
    rules = HouseRules(SCALE, sources=3)
    view = modals.verdict_modal(task(), rules, Form({}), 2, today=TODAY)
    rows = {f"url_{n}": f"https://a{n}.org/" for n in range(2)} | {f"note_{n}": "A table" for n in range(2)}
    command, named = forms.read_verdict(sent(view, {"rating": "false", "summary": "No.", **rows}), ABOUT)
    assert list(errors(problems(task(), command, rules, TODAY), named)) == ["url_0"]


def test_a_missing_archived_copy_is_told_of_in_the_row_of_its_source() -> None:
    view = modals.verdict_modal(task(), RULES, Form({}), 5, today=TODAY)
    values = {"rating": "unverifiable", "summary": "?", "explanation": "So.", "url_3": "https://a.org", "note_3": "It"}
    command, named = forms.read_verdict(sent(view, values), ABOUT)
    archived = HouseRules(SCALE, archived=True)
    assert list(errors(problems(task(), command, archived, TODAY), named)) == ["archive_3"]


REFUSED: list[tuple[Callable[[], View], forms.Read, dict[str, Any], Task, str]] = [
    (lambda: modals.hand_over_modal(task()), forms.read_hand_over, {"to": ANA}, task(assignee=ANA), "to"),
    (
        lambda: modals.dismiss_modal(task()),
        forms.read_dismiss,
        {"kind": "not_a_claim", "reason": " "},
        task(),
        "reason",
    ),
    (lambda: modals.dismiss_modal(task()), forms.read_dismiss, {"kind": "duplicate"}, task(), "original"),
    (lambda: modals.due_modal(task()), forms.read_due, {"due": "1000000000"}, task(), "due"),
    (lambda: modals.ask_modal(task(), DAN), forms.read_ask, {"question": " "}, task(), "question"),
    (lambda: modals.answer_modal(_asked(), 0), forms.read_answer, {"answer": " "}, _asked(), "answer"),
    (lambda: modals.reword_modal(task()), forms.read_reword, {}, task(), "wording"),
    (lambda: modals.split_modal(task()), forms.read_split, {}, task(), "wording"),
    (
        lambda: modals.split_modal(task()),
        forms.read_split,
        {"wording": f"One\nTwo\n{'x' * 1001}"},
        task(),
        "wording",
    ),
    (lambda: modals.object_modal(task(), 1), forms.read_object, {"reason": " "}, in_review(task()), "reason"),
    (
        lambda: modals.sign_off_modal(in_review(task()), 7, RULES, []),
        forms.read_sign_off,
        {},
        in_review(task()),
        answer_field("literal"),
    ),
]


@pytest.mark.parametrize(("view", "read", "values", "asked_of", "field"), REFUSED)
def test_a_refusal_stands_on_the_field_that_mends_it(
    view: Callable[[], View], read: forms.Read, values: dict[str, Any], asked_of: Task, field: str
) -> None:
    shown = view()
    command, named = read(sent(shown, values), About.load(shown["private_metadata"]))
    with pytest.raises(Refusal) as refused:
        apply(asked_of, command, Context(CARO, RULES, NOW))
    told = errors([refused.value], named)
    assert list(told) == [field]
    assert told.keys() <= fields(shown).keys()


SINCE: list[tuple[View, forms.Read, dict[str, Any], Task, Reason, str]] = [
    (
        modals.answer_modal(_asked(), 0),
        forms.read_answer,
        {"answer": "2025"},
        do(do(do(task(), Ask("Which year?"), ANA).task, NeverMind(), ANA).task, Ask("Who?"), ANA).task,
        Reason.ANOTHER_QUESTION,
        "answer",
    ),
    (
        modals.reword_modal(task()),
        forms.read_reword,
        {"wording": "So."},
        do(task(), Reword("Thus."), ANA).task,
        Reason.WORDING_CHANGED,
        "wording",
    ),
    (
        modals.split_modal(task()),
        forms.read_split,
        {"wording": "One\nTwo"},
        do(task(), Split(("One", "Two"), 2), ANA).task,
        Reason.WORDING_CHANGED,
        "wording",
    ),
]


@pytest.mark.parametrize(("view", "read", "values", "now", "reason", "field"), SINCE)
def test_a_form_that_was_opened_on_what_others_changed_since_is_refused_in_it(
    view: View, read: forms.Read, values: dict[str, Any], now: Task, reason: Reason, field: str
) -> None:
    command, named = read(sent(view, values), About.load(view["private_metadata"]))
    with pytest.raises(Refusal) as refused:
        apply(now, command, Context(CARO, RULES, NOW))
    assert refused.value.reason is reason
    assert list(errors([refused.value], named)) == [field]


def test_what_is_wrong_with_an_added_claim_stands_on_its_field() -> None:
    view = modals.add_claim_modal(a_submission(), "")
    (place, wording), named = forms.read_add_claim(sent(view), About(submission="s1"))
    context = Context(ANA, RULES, NOW, EVERYBODY)
    with pytest.raises(Refusal) as refused:
        articles.add_claim(a_submission(), [], None, wording, context)
    assert place is None
    assert list(errors([refused.value], named)) == ["sentence"]


def test_errors_are_plain_text_without_mentions_and_stars() -> None:
    details = {
        "who": "<@U1>",
        "role": "an editor",
        "rating": "False",
        "have": 1,
        "need": 2,
        "without": "“Unverifiable”",
        "most": 6,
        "number": 3,
    }
    for reason in Reason:
        (told,) = errors([Refusal(reason, **details)], {MAIN: "reason"}).values()
        assert "*" not in told
        assert "<@" not in told
