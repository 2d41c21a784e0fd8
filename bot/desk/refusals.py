"""Why the desk says no, and the one table from each reason to what a person reads."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a command was refused."""

    TAKEN = "taken"
    YOURS_ALREADY = "yours_already"
    NOT_YOURS = "not_yours"
    NOT_YOURS_TO_EDIT = "not_yours_to_edit"
    NOT_YOURS_TO_PUT_BACK = "not_yours_to_put_back"
    OWN_VERDICT = "own_verdict"
    SIGNED_ALREADY = "signed_already"
    VERDICT_CHANGED = "verdict_changed"
    PUBLISHED = "published"
    DISMISSED = "dismissed"
    NOT_DISMISSED = "not_dismissed"
    IN_REVIEW = "in_review"
    NOT_IN_REVIEW = "not_in_review"
    NOT_TAKEN = "not_taken"
    HAS_IT = "has_it"
    NO_REASON = "no_reason"
    NO_EXPLANATION = "no_explanation"
    BAD_LINK = "bad_link"
    NO_NOTE = "no_note"
    TOO_FEW_SOURCES = "too_few_sources"
    UNKNOWN_RATING = "unknown_rating"
    GONE = "gone"


SENTENCES: dict[Reason, str] = {
    Reason.TAKEN: "{who} has this claim already. If they cannot do it, press *Hand over…* and choose yourself.",
    Reason.YOURS_ALREADY: "You have this claim already. Press *Verdict…* when you know more.",
    Reason.NOT_YOURS: "{who} has this claim, so the verdict is theirs to write. *Hand over…* gives it to others.",
    Reason.NOT_YOURS_TO_EDIT: "{who} wrote this verdict, so only they can edit it. *Object…* sends it back to them.",
    Reason.NOT_YOURS_TO_PUT_BACK: "{who} has this claim, so only they can put it back. *Hand over…* gives it away.",
    Reason.OWN_VERDICT: "You wrote this verdict, so somebody else has to sign it off or object.",
    Reason.SIGNED_ALREADY: "You have signed this verdict already. It waits for somebody else.",
    Reason.VERDICT_CHANGED: "The verdict was changed since you opened it. Read the new one on the card, then decide.",
    Reason.PUBLISHED: "This verdict is published already, so that is no longer possible.",
    Reason.DISMISSED: "This claim was set aside. Press *Reopen* on its card to work on it.",
    Reason.NOT_DISMISSED: "This claim is not set aside, so there is nothing to reopen.",
    Reason.IN_REVIEW: "This claim waits for sign-off. Sign it off or object; an objection sends it back.",
    Reason.NOT_IN_REVIEW: "There is no verdict waiting for sign-off here any more. The card shows where it stands.",
    Reason.NOT_TAKEN: "Nobody has this claim, so there is nothing to put back. Press *Take* to work on it.",
    Reason.HAS_IT: "{who} has this claim already.",
    Reason.NO_REASON: "Please give a reason; it is kept with the claim.",
    Reason.NO_EXPLANATION: "Please explain the verdict in a sentence or more.",
    Reason.BAD_LINK: "This is not a link. A source needs an address that starts with https:// or http://.",
    Reason.NO_NOTE: "Please say what this source shows.",
    Reason.TOO_FEW_SOURCES: (
        "{have} of {need} independent sources. Add sources from other sites; the site under review does not count, "
        "nor do two pages of one site. Without them only {without} can be given."
    ),
    Reason.UNKNOWN_RATING: "This rating is not on the desk's scale any more. Choose another one.",
    Reason.GONE: "The desk has no record of this claim any more, so nothing was changed.",
}


class Refusal(Exception):
    """A command that the desk refuses. ``field`` names the part of the command that is to blame, if one is."""

    def __init__(self, reason: Reason, *, field: str | None = None, **details: str | int) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.field = field
        self.details = details

    @property
    def sentence(self) -> str:
        """What the person reads, in Slack's mrkdwn."""
        return SENTENCES[self.reason].format(**self.details)
