"""What a reviewer is asked before they sign a verdict off."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReviewQuestion:
    """One question; ``choices`` are its answers by id, empty where it is answered in words."""

    id: str
    text: str
    choices: tuple[tuple[str, str], ...] = ()


_YES_NO = (("yes", "Yes"), ("no", "No"), ("unclear", "Cannot be told"))

# The four questions with which PolitiFact's editors go over a rating
# (wral.com/story/how-we-determine-truth-o-meter-ratings/18769075).
QUESTIONS: tuple[ReviewQuestion, ...] = (
    ReviewQuestion("literal", "Is the claim literally true?", _YES_NO),
    ReviewQuestion("reading", "Is there another way to read it?", _YES_NO),
    ReviewQuestion("proof", "Did the speaker give evidence for it?", (*_YES_NO, ("none", "There is no speaker"))),
    ReviewQuestion("similar", "How were similar claims rated?"),
)
"""All are answered in the form; the last may be left empty where there is nothing similar."""
