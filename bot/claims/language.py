"""Whether a text is in the language of the pipeline: by its letters and its smallest words, not by a model."""

from __future__ import annotations

import re
from collections import Counter

_WORD = re.compile(r"[^\W\d_]+")
SAMPLE = 4000
"""Characters that are looked at."""
FEWEST = 12
"""Fewest words for a verdict; a shorter text gets the benefit of the doubt."""

_SCRIPTS = (
    ("el", "\u0370", "\u03ff"), ("ru", "\u0400", "\u04ff"), ("he", "\u0590", "\u05ff"), ("ar", "\u0600", "\u06ff"),
    ("hi", "\u0900", "\u097f"), ("th", "\u0e00", "\u0e7f"), ("ko", "\uac00", "\ud7af"), ("ja", "\u3040", "\u30ff"),
    ("zh", "\u4e00", "\u9fff"),
)  # fmt: skip
_SMALL_WORDS = {
    "en": "the of and to in is that for was on with as by at from it he she they has have are be this said not but",
    "de": "der die das und ist nicht ein eine von mit den dem des zu im für auf sich auch wurde hat sind als werden",
    "fr": "le la les des et est dans une que pour qui sur pas avec plus par au ont été sont ce cette aux mais du",
    "es": "el la los las de y en que un una por con para es se del su más como fue pero sus al lo ha",
    "it": "il la di e che un una per con non del della è sono nel alla più gli dei anche ha ma come si le",
    "pt": "o os as de e que um uma para com não do da em por mais dos das foi como mas ao na no se é",
    "nl": "de het een en van is dat niet op te met voor zijn door aan ook maar bij uit heeft werd naar om",
    "tr": "ve bir bu da de için ile olarak daha çok olan gibi kadar sonra ancak ise oldu dedi değil en",
    "pl": "i w na z się nie do to że jest o jak po przez od ale za są był dla oraz tym",
    "sv": "och i att det som en på är av för med den till inte har om ett men var de från",
}
_SETS = {language: frozenset(found.split()) for language, found in _SMALL_WORDS.items()}


def other_language(text: str, expected: str) -> str | None:
    """The ISO 639-1 code of the text's language if it clearly is not the expected one, else None.

    Stop-word counting is enough for running text (Grefenstette 1995).
    """
    found = [w.lower() for w in _WORD.findall(text[:SAMPLE])]
    letters = "".join(found)
    script = _script(letters)
    if script is not None:
        return None if script == expected else script
    if len(found) < FEWEST or expected not in _SETS:
        return None
    counts = Counter({language: sum(w in small for w in found) for language, small in _SETS.items()})
    best, hits = counts.most_common(1)[0]
    if best != expected and hits >= 0.12 * len(found) and hits > 2 * counts[expected]:
        return best
    return None


def _script(letters: str) -> str | None:
    if len(letters) < 4:
        return None
    for language, low, high in _SCRIPTS:
        share = sum(low <= c <= high for c in letters) / len(letters)
        if share > (0.1 if language == "ja" else 0.5):
            return language
    return None
