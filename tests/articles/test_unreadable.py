"""Why something cannot be read: a sentence for each reason that says what to do next."""

from __future__ import annotations

import pytest

from bot.articles.unreadable import Reason, UnreadableError


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_says_what_to_do_next(reason: Reason) -> None:
    sentence = str(UnreadableError(reason, "news.example"))
    assert sentence.endswith(".")
    assert "lease " in sentence  # Please
    assert "{" not in sentence


def test_no_two_reasons_say_the_same() -> None:
    sentences = [str(UnreadableError(reason)) for reason in Reason]
    assert len(set(sentences)) == len(sentences)


def test_without_a_host_the_sentence_is_still_one() -> None:
    assert str(UnreadableError(Reason.BUSY)).startswith("The site is busy or down at the moment.")


def test_a_person_is_offered_to_try_again_where_the_program_would() -> None:
    for reason in Reason:
        error = UnreadableError(reason)
        assert error.retryable or not error.transient


@pytest.mark.parametrize(
    "reason", [Reason.BAD_ADDRESS, Reason.PRIVATE_ADDRESS, Reason.ROBOTS, Reason.BOMB, Reason.LOGIN]
)
def test_nobody_is_offered_to_try_again_in_vain(reason: Reason) -> None:
    assert not UnreadableError(reason).retryable
