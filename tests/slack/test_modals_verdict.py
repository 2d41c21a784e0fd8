"""The verdict form: it starts from what there is, loses nothing, and says what is missing."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from desk.samples import (
    ANA,
    BEN,
    NOW,
    QUOTED,
    RULES,
    SCALE,
    TWO_SOURCES,
    claim,
    do,
    in_review,
    propose,
    published,
    task,
)
from filling import fields, filled
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.commands import Object, Propose, Recheck, SignOff
from bot.desk.evidence_gate import problems
from bot.desk.house import MOST_SOURCES
from bot.desk.ratings import Rating, Scale
from bot.desk.rules import HouseRules
from bot.desk.task import Evidence, Stance, Task, Verdict
from bot.sandbox import limits
from bot.sandbox.plain import texts_in
from bot.sandbox.validation import view_problems
from bot.slack.cards.modals import About, Form, status_text, verdict_modal
from bot.slack.forms import read_form, read_verdict
from bot.slack.ids import Action, Field, archive_field, note_field, stance_field, url_field

TODAY = NOW.date()
View = dict[str, Any]


def modal(shown: Task, rules: HouseRules = RULES, values: Form | None = None, **more: Any) -> View:
    return verdict_modal(shown, rules, values, today=TODAY, **more)


def read(view: View) -> Propose:
    return read_verdict(read_form(view), About.load(view["private_metadata"]))[0]


def typed(view: View, **values: Any) -> Form:
    return read_form(filled(view, values))


def test_a_new_verdict_starts_with_as_many_sources_as_the_house_asks_for_and_holds_as_of_today() -> None:
    view = modal(task())
    rows = [f(n) for n in range(2) for f in (url_field, note_field, stance_field, archive_field)]
    assert list(fields(view)) == ["rating", "summary", "explanation", *rows, "as_of", "recheck"]
    assert [o["value"] for o in fields(view)["rating"]["element"]["options"]] == [r.id for r in SCALE.ratings]
    assert read_form(filled(view)).values == {"as_of": TODAY.isoformat()}
    assert About.load(view["private_metadata"]) == About("s1-1", version=0, rows=2)
    assert url_field(2) in fields(modal(task(), HouseRules(SCALE, sources=3)))
    assert url_field(0) in fields(modal(task(), HouseRules(SCALE, sources=0)))


def test_a_rating_a_sentence_and_whether_they_said_it_are_required_and_the_rest_is_not() -> None:
    required = [id for id, block in fields(modal(task(claim=QUOTED))).items() if not block["optional"]]
    assert required == ["rating", "said", "summary"]


def test_did_they_say_it_is_asked_only_where_somebody_speaks() -> None:
    assert "said" not in fields(modal(task()))
    said = fields(modal(task(claim=QUOTED)))["said"]
    assert said["label"]["text"] == "Did Mara Oduya say it?"
    assert [o["value"] for o in said["element"]["options"]] == [r.id for r in SCALE.said]


def test_every_field_tells_while_it_is_filled_in() -> None:
    view = modal(published(task(claim=QUOTED), said="said"), rows=MOST_SOURCES)
    for block in fields(view).values():
        assert block["dispatch_action"] is True
        assert block["element"]["action_id"] == Action.TYPED
        if block["element"]["type"] == "plain_text_input":
            assert block["element"]["dispatch_action_config"] == {"trigger_actions_on": ["on_character_entered"]}
    assert view["notify_on_close"] is True
    assert len({b["block_id"] for b in fields(view).values()}) == len(fields(view))


def test_links_are_typed_in_fields_that_slack_does_not_empty() -> None:
    assert {b["element"]["type"] for b in fields(modal(task())).values()} == {
        "plain_text_input",
        "static_select",
        "datepicker",
    }


def test_a_verdict_that_was_sent_back_is_what_the_next_one_starts_from_below_the_objection() -> None:
    sent_back = do(in_review(task(), summary="41 of them.", explanation="See the register."), Object(1, "Too old"), BEN)
    view = modal(sent_back.task)
    command = read(filled(view))
    assert (command.summary, command.explanation, command.evidence) == (
        "41 of them.",
        "See the register.",
        TWO_SOURCES,
    )
    assert any("<@U0BEN> objected: Too old" in text for _, text in texts_in(view))


def test_a_rating_that_left_the_scale_is_not_chosen() -> None:
    shown = in_review(task())
    assert shown.verdict
    old = shown.model_copy(update={"verdict": shown.verdict.model_copy(update={"rating": "pants_on_fire"})})
    assert "initial_option" not in fields(modal(old))["rating"]["element"]


def test_what_was_typed_stands_before_the_last_version_and_what_was_emptied_stays_empty() -> None:
    shown = in_review(task(), summary="As it was.", explanation="Long.")
    view = modal(shown, values=Form({"summary": "As it was typed.", "url_3": "https://a.org"}))
    form = read_form(filled(view))
    assert form.values == {"summary": "As it was typed.", "url_3": "https://a.org"}
    assert About.load(view["private_metadata"]).rows == 4


def test_an_empty_draft_is_a_draft() -> None:
    assert read_form(filled(modal(in_review(task()), values=Form({})))).values == {}


def test_sources_can_be_added_up_to_a_limit_and_keep_their_fields() -> None:
    def add(view: View) -> list[str]:
        return [e["value"] for b in view["blocks"] if b["type"] == "actions" for e in b["elements"]]

    assert add(modal(task())) == ["3"]
    assert add(modal(task(), rows=7)) == ["8"]
    full = modal(task(), rows=99)
    assert add(full) == []
    for id, block in fields(modal(task())).items():  # by which Slack keeps what was typed
        kept = fields(full)[id]["element"]
        assert (kept["type"], kept["action_id"]) == (block["element"]["type"], block["element"]["action_id"])


def test_the_longest_verdict_fits_a_view() -> None:
    text = "\U0001f6a2" * 3000
    sources = tuple(Evidence(url=text, note=text, archive=text) for _ in range(MOST_SOURCES))
    long = Verdict(
        version=1, rating="false", explanation=text, summary=text, evidence=sources, author=ANA, at=NOW, objections=()
    )
    shown = task(claim=claim(text), verdict=long)
    content = json.dumps(modal(shown), ensure_ascii=False).encode()
    assert len(content) <= limits.VIEW_BYTES


# A correction


def test_a_correction_says_first_what_it_corrects_below_the_verdict_that_stands() -> None:
    view = modal(published(task(), summary="41 ferries.", rating="false", as_of=TODAY))
    first = next(iter(fields(view).values()))
    assert first["block_id"] == "correction"
    assert first["label"]["text"] == "What is to be corrected, and why?"
    assert first["optional"] is False
    above = "\n".join(text for _, text in texts_in(view["blocks"][: view["blocks"].index(first)]))
    assert "🔴 *False*" in above
    assert "41 ferries." in above
    assert "true as of 12 May 2026" in above
    assert view["title"]["text"] == "Correction"
    assert "correction" not in fields(modal(in_review(task())))


def test_a_correction_holds_as_of_the_day_it_is_made_and_a_draft_as_of_the_day_it_says() -> None:
    earlier = TODAY - timedelta(days=5)
    stands = published(task(), as_of=earlier)
    assert read(filled(modal(stands))).as_of == TODAY
    draft = do(stands, propose(as_of=earlier, correction="A slip."), ANA).task
    again = read(filled(modal(draft)))
    assert (again.as_of, again.correction) == (earlier, "A slip.")


def test_each_correction_gives_a_reason_of_its_own() -> None:
    corrected = do(do(published(task()), propose("true", correction="A slip."), ANA).task, SignOff(2), BEN).task
    assert read(filled(modal(corrected))).correction == ""


def test_a_recheck_is_a_correction_too() -> None:
    assert "correction" in fields(modal(do(published(task()), Recheck(), ANA).task))


# The status line


def status(shown: Task, rules: HouseRules = RULES, **values: str) -> str:
    return status_text(modal(shown, rules, Form(values)))


ONE = {"rating": "false", "summary": "No.", "url_0": "https://a.org/1", "note_0": "A table"}
TWO = {**ONE, "url_1": "https://b.org/1", "note_1": "A list"}

STATUS = [
    ({}, RULES, "✏️ *Still missing:* a rating · the verdict in one sentence"),
    ({"rating": "false", "summary": "No."}, RULES, "✏️ *Still missing:* 2 independent sources"),
    (ONE, RULES, "✏️ *Still missing:* a second independent source"),
    (
        {**ONE, "url_1": "https://news.a.org/2", "note_1": "The same"},
        RULES,
        "✏️ *Still missing:* a second independent source",
    ),
    (TWO, HouseRules(SCALE, sources=5), "✏️ *Still missing:* 3 more independent sources"),
    (TWO, HouseRules(SCALE, sources=3), "✏️ *Still missing:* 1 more independent source"),
    ({"rating": "false", "summary": "No."}, HouseRules(SCALE, sources=1), "✏️ *Still missing:* an independent source"),
    (TWO, RULES, "✅ Ready for sign-off by 1 other person."),
    (TWO, HouseRules(SCALE, approvals=2), "✅ Ready for sign-off by 2 other people."),
    ({"rating": "unverifiable", "summary": "?"}, RULES, "✏️ *Still missing:* how you came to it"),
    (
        {**TWO, "url_4": "the register"},
        RULES,
        "✏️ *Still missing:* a link for source 5 that starts with https:// or http:// · what source 5 shows",
    ),
    ({**TWO, "rating": "gone"}, RULES, "✏️ *Still missing:* a rating of today’s scale"),
    (
        TWO,
        HouseRules(SCALE, archived=True),
        "✏️ *Still missing:* an archived copy of source 1, or why there is none · "
        "an archived copy of source 2, or why there is none",
    ),
    (
        {**TWO, "as_of": "2027-01-01"},
        RULES,
        "✏️ *Still missing:* a day that has come as the one it is true as of",
    ),
    ({**TWO, "recheck": "2026-05-12"}, RULES, "✏️ *Still missing:* a day still to come for the recheck"),
]


@pytest.mark.parametrize(("values", "rules", "line"), STATUS)
def test_the_last_line_says_what_is_missing(values: dict[str, str], rules: HouseRules, line: str) -> None:
    view = modal(task(), rules, Form(values))
    assert status_text(view) == line
    assert view["blocks"][-1]["block_id"] == Field.STATUS


def test_what_a_correction_and_a_quoted_claim_want_besides() -> None:
    quoted = published(task(claim=QUOTED), said="said")
    assert status(quoted, **TWO) == "✏️ *Still missing:* what is to be corrected, and why · whether they said it"
    assert status(quoted, **TWO, said="said", correction="A slip.").startswith("✅")


def test_what_the_gate_says_with_the_page_under_review_goes_before_what_the_form_knows() -> None:
    form = Form(TWO)
    command, _ = read_verdict(form, About("s1-1"))
    own_site = Propose(command.rating, command.explanation, command.evidence, article_urls=("https://b.org/x",))
    missing = list(problems(task(), own_site, RULES, TODAY))
    assert "a second independent source" in status_text(modal(task(), values=form, missing=missing))
    assert status_text(modal(task(), values=form, missing=[])).startswith("✅")


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (RULES, "House rules: 2 independent sources, none of them the site under review"),
        (RULES, "(“Missing context” and “Unverifiable” may stand without)."),
        (HouseRules(SCALE, sources=1), "House rules: 1 independent source,"),
        (HouseRules(SCALE, sources=0), "House rules: no number of sources is asked for."),
        (HouseRules(Scale((Rating("a", "A", "x"),), SCALE.said)), "pages of one site count once."),
    ],
)
def test_the_house_rules_are_told_before_anything_is_refused(rules: HouseRules, told: str) -> None:
    assert any(told in text for _, text in texts_in(modal(task(), rules)["blocks"]))


# There and back


def _line(most: int) -> st.SearchStrategy[str]:
    letters = st.characters(exclude_categories=("Cs", "Cc"))
    return st.text(letters, max_size=most).map(lambda text: " ".join(text.split()))


_some = _line(200).filter(bool)
_days = st.dates(date(2020, 1, 1), TODAY)
_sources = st.builds(
    Evidence,
    url=_some.map(lambda words: "https://example.org/" + words.replace(" ", "-")),
    note=_some,
    stance=st.sampled_from(Stance),
    archive=_line(200),
)
_verdicts = st.builds(
    Verdict,
    version=st.just(1),
    rating=st.sampled_from([r.id for r in SCALE.ratings]),
    said=st.sampled_from([r.id for r in SCALE.said]),
    summary=_line(300).filter(bool),
    explanation=st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=500),
    evidence=st.lists(_sources, max_size=MOST_SOURCES).map(tuple),
    author=st.just(ANA),
    at=st.just(NOW),
    as_of=st.none() | _days,
    recheck=st.none() | st.dates(TODAY + timedelta(days=1), date(2030, 1, 1)),
)


@given(_verdicts)
def test_a_verdict_comes_back_from_its_form_as_it_was(verdict: Verdict) -> None:
    shown = task(claim=QUOTED, verdict=verdict, assignee=ANA)
    view = modal(shown)
    assert view_problems(view, "modal") == []
    command = read(filled(view))
    assert command == Propose(
        rating=verdict.rating,
        said=verdict.said,
        summary=verdict.summary,
        explanation=verdict.explanation,
        evidence=verdict.evidence,
        as_of=verdict.as_of,
        recheck=verdict.recheck,
        version=1,
    )


@given(_verdicts, st.integers(0, 12))
def test_a_draft_comes_back_from_its_form_as_it_was_typed(verdict: Verdict, rows: int) -> None:
    draft = read_form(filled(modal(task(claim=QUOTED, verdict=verdict))))
    view = modal(task(claim=claim("Other words", speaker=QUOTED.speaker)), values=Form(dict(draft.values)), rows=rows)
    assert read_form(filled(view)).values == draft.values


def test_the_form_of_forty_claims_is_the_form_of_each() -> None:
    views = [modal(task(n)) for n in range(1, 41)]
    assert len({About.load(view["private_metadata"]).task for view in views}) == 40
    assert all(view_problems(view, "modal") == [] for view in views)


def test_typing_into_the_form_is_read_at_once() -> None:
    form = typed(modal(task()), rating="false", summary="No.", url_1="https://b.org", stance_1="refutes")
    assert form.get(Field.RATING) == "false"
    assert form.sources() == [(1, Evidence(url="https://b.org", note="", stance=Stance.REFUTES))]
