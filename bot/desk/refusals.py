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
    NOT_A_PERSON = "not_a_person"
    NOT_A_CHECKER = "not_a_checker"
    WROTE_ON_IT = "wrote_on_it"
    NOT_YOUR_ROLE = "not_your_role"
    NOT_PUBLISHED = "not_published"
    STANDS = "stands"
    NOTHING_STANDS = "nothing_stands"
    DUE_IS_PAST = "due_is_past"
    ASKED_ALREADY = "asked_already"
    NOT_ASKED = "not_asked"
    ANOTHER_QUESTION = "another_question"
    NOT_YOUR_QUESTION = "not_your_question"
    NO_QUESTION = "no_question"
    NO_ANSWER = "no_answer"
    NO_ORIGINAL = "no_original"
    OWN_DUPLICATE = "own_duplicate"
    ORIGINAL_PRIVATE = "original_private"
    ORIGINAL_DISMISSED = "original_dismissed"
    NO_WORDING = "no_wording"
    LONG_WORDING = "long_wording"
    SAME_WORDING = "same_wording"
    WORDING_CHANGED = "wording_changed"
    NOTHING_TO_SPLIT = "nothing_to_split"
    NOTHING_TO_ADD = "nothing_to_add"
    CLAIMED_ALREADY = "claimed_already"
    CLOSED = "closed"
    NOTHING_TO_CLOSE = "nothing_to_close"
    NOT_CLOSED = "not_closed"
    NO_REASON = "no_reason"
    NO_RATING = "no_rating"
    NO_SAID = "no_said"
    NO_SUMMARY = "no_summary"
    NO_EXPLANATION = "no_explanation"
    NO_CORRECTION = "no_correction"
    BAD_LINK = "bad_link"
    NO_NOTE = "no_note"
    NO_ARCHIVE = "no_archive"
    TOO_FEW_SOURCES = "too_few_sources"
    AS_OF_IS_AHEAD = "as_of_is_ahead"
    RECHECK_IS_PAST = "recheck_is_past"
    UNKNOWN_RATING = "unknown_rating"
    SETTINGS_CHANGED = "settings_changed"
    NOT_SEEN = "not_seen"
    SLACK_IS_SILENT = "slack_is_silent"
    NOT_UNDERSTOOD = "not_understood"
    GONE = "gone"


SENTENCES: dict[Reason, str] = {
    Reason.TAKEN: "{who} has this claim already. If they cannot do it, press *Hand over…* and choose yourself.",
    Reason.YOURS_ALREADY: "You have this claim already. Press *Verdict…* when you know more.",
    Reason.NOT_YOURS: "{who} has this claim, so the verdict is theirs to write. *Hand over…* gives it to others.",
    Reason.NOT_YOURS_TO_EDIT: "{who} wrote this verdict, so only they or an editor can edit it.",
    Reason.NOT_YOURS_TO_PUT_BACK: "{who} has this claim, so only they can put it back. *Hand over…* gives it away.",
    Reason.OWN_VERDICT: "You wrote this verdict, so somebody else has to sign it off or object.",
    Reason.SIGNED_ALREADY: "You have signed this verdict already. It waits for somebody else.",
    Reason.VERDICT_CHANGED: "The verdict was changed since you opened it. Read the new one on the card, then decide.",
    Reason.PUBLISHED: "This verdict is published. *Correct…* changes it, *Recheck* puts the claim back on the queue.",
    Reason.DISMISSED: "This claim was set aside. Press *Reopen* on its card to work on it.",
    Reason.NOT_DISMISSED: "This claim is not set aside, so there is nothing to reopen.",
    Reason.IN_REVIEW: "This claim waits for sign-off. Sign it off or object; an objection sends it back.",
    Reason.NOT_IN_REVIEW: "There is no verdict waiting for sign-off here any more. The card shows where it stands.",
    Reason.NOT_TAKEN: "Nobody has this claim, so there is nothing to put back. Press *Take* to work on it.",
    Reason.HAS_IT: "{who} has this claim already.",
    Reason.NOT_A_PERSON: "{who} cannot check claims: that is an app, or somebody who left. Choose a person.",
    Reason.NOT_A_CHECKER: "{who} is no checker here. Choose somebody who is, or ask an admin to make them one.",
    Reason.WROTE_ON_IT: "You wrote a part of this verdict, so somebody who did not has to sign it off or object.",
    Reason.NOT_YOUR_ROLE: "Only somebody who is {role} here can do that. An admin can change roles in the settings.",
    Reason.NOT_PUBLISHED: "There is no published verdict here that could be checked again.",
    Reason.STANDS: "A verdict on this claim is published, so it cannot be set aside. *Keep verdict* ends the recheck.",
    Reason.NOTHING_STANDS: "No verdict is published here yet, so there is none to keep.",
    Reason.DUE_IS_PAST: "That is in the past. Please choose a time that is still to come, or leave it empty.",
    Reason.ASKED_ALREADY: "A question on this claim waits for its answer already. *Answer…* or drop it first.",
    Reason.NOT_ASKED: "No question on this claim waits for an answer any more.",
    Reason.ANOTHER_QUESTION: "That question waits for no answer any more, another one does. The card shows which.",
    Reason.NOT_YOUR_QUESTION: "{who} asked this, so only they or whoever has the claim can drop the question.",
    Reason.NO_QUESTION: "Please write the question.",
    Reason.NO_ANSWER: "Please write the answer.",
    Reason.NO_ORIGINAL: "Please choose the claim that this one repeats.",
    Reason.OWN_DUPLICATE: "A claim cannot be a duplicate of itself. Choose the other one.",
    Reason.ORIGINAL_PRIVATE: "That claim is in a private channel, which not everybody here may see. Choose another.",
    Reason.ORIGINAL_DISMISSED: "That claim was set aside itself. Choose one that is open or has a verdict.",
    Reason.NO_WORDING: "Please write the claim in one sentence.",
    Reason.LONG_WORDING: "Please keep a claim below {most} characters.",
    Reason.SAME_WORDING: "That is how the card words it already.",
    Reason.WORDING_CHANGED: "The claim was worded anew or split since you opened this. Read its card, then decide.",
    Reason.NOTHING_TO_SPLIT: "Please write at least two claims and at most {most}, each on a line of its own.",
    Reason.NOTHING_TO_ADD: "Please choose a sentence of the article, or write the claim.",
    Reason.CLAIMED_ALREADY: "Claim {number} says that already.",
    Reason.CLOSED: "This article was closed. *Reopen article* on its summary opens its claims again.",
    Reason.NOTHING_TO_CLOSE: "Every claim of this article has a verdict or was set aside: nothing to close.",
    Reason.NOT_CLOSED: "This article is not closed, so there is nothing to reopen.",
    Reason.NO_REASON: "Please give a reason; it is kept with the claim.",
    Reason.NO_RATING: "Please choose a rating.",
    Reason.NO_SAID: "Please say as well whether they said it; that is a question of its own.",
    Reason.NO_SUMMARY: "Please sum the verdict up in one sentence.",
    Reason.NO_EXPLANATION: "“{rating}” can stand without sources, so please explain how you came to it.",
    Reason.NO_CORRECTION: "A verdict on this claim is published. Please say what is to be corrected in it, and why.",
    Reason.BAD_LINK: "This is not a link. A source needs an address that starts with https:// or http://.",
    Reason.NO_NOTE: "Please say what this source shows.",
    Reason.TOO_FEW_SOURCES: (
        "{have} of {need} independent sources. Add sources from other sites; the site under review does not count, "
        "nor do two pages of one site; a kept copy counts as the page that its address names, if it names one. "
        "Without them only {without} can be given."
    ),
    Reason.NO_ARCHIVE: "Please add the link of an archived copy, or say why there is none.",
    Reason.AS_OF_IS_AHEAD: "A verdict cannot be true as of a day that is still to come.",
    Reason.RECHECK_IS_PAST: "Please choose a day that is still to come, or leave it empty.",
    Reason.UNKNOWN_RATING: "This rating is not on the desk's scale any more. Choose another one.",
    Reason.SETTINGS_CHANGED: "Somebody changed the settings since you opened them. Open them anew to see what holds.",
    Reason.NOT_SEEN: "You do not see the channel of this in Slack, so nothing was changed. Ask to be let in there.",
    Reason.SLACK_IS_SILENT: (
        "Slack does not say just now who somebody is or what they see there. Nothing was done; please try once more."
    ),
    Reason.NOT_UNDERSTOOD: "I do not know what this means: it may be from before an update. Use a newer card.",
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
