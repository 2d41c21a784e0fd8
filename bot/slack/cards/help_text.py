"""What the desk can be asked, in words; and the nearest word to one that it does not know."""

from __future__ import annotations

from difflib import get_close_matches

from bot.slack.blocks import Block, section
from bot.slack.cards.queue_list import FILTERS
from bot.slack.mrkdwn import safe

WORDS = (*FILTERS, "help")
"""What ``/claims`` understands."""

HELP = (
    "*What I can do*\n"
    "*Read*\n"
    "• Mention me with a link or a pasted text, send me a direct message, or use `/factcheck LINK or TEXT`: I thread "
    "the claims that can be checked.\n"
    "• In a thread, mention me without anything else and I read the message that started it. The shortcut *Check this "
    "message* does the same. `@claimdesk again` reads it once more, if it has changed since.\n"
    "*Lists*\n"
    "• `/claims`: what has no verdict yet in this channel\n"
    "• `/claims open`: what nobody has taken · `/claims mine`: what you have, in all channels\n"
    "• `/claims review`: what waits for sign-off · `/claims overdue`: what should have been checked by now\n"
    "• `/claims search WORDS`: open and past claims with these words\n"
    "• `/claims article LINK`: the claims of an article · `/claims corrections`: corrected verdicts, and why\n"
    "• `/claims help`: this list. A number at the end is a page, as in `/claims open 2`.\n"
    "• In threads, mention me with the word: `@claimdesk mine`, `@claimdesk open`. Only you see the answer.\n"
    "*Work*\n"
    "• The buttons on a claim’s card take it, ask, write the verdict, sign it off or object; what is rarer is in the "
    "menu beside them. The menu of an article adds a claim I missed, closes the article, or reads it again.\n"
    "• A reply to my question in its thread is its answer.\n"
    "• My *Home* tab shows what is yours, what waits for you, and the settings.\n"
    "*Digest*\n"
    "• `/digest` posts it now; `/digest at 08:30 Europe/Istanbul`, `/digest on`, `/digest off` say when it comes by "
    "itself."
)


def nearest(word: str) -> str | None:
    """The known word that is most like this one, None if none is."""
    return next(iter(get_close_matches(word.lower(), WORDS, n=1)), None)


def unknown(word: str) -> tuple[str, list[Block]]:
    """The answer to a word that the desk does not know: the nearest one, and the list of all."""
    meant = nearest(word)
    question = f" Did you mean `/claims {meant}`?" if meant else ""
    text = f"I do not know “{safe(word, 60)}”.{question}"
    return text, [section(text), section(HELP)]
