"""Whether two texts are the same article, though one was edited, cut a little, or has other boilerplate around it.

Word shingles (Broder 1997, "On the resemblance and containment of documents"), of which the smallest hashes are kept:
from them the share of common shingles is estimated without bias (Bar-Yossef et al. 2002, k minimum values).
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

SAME = 0.4
"""The similarity from which on two texts count as one article; see docs/benchmarks.md for what lies on either side."""

_WORDS = 4  # words of a shingle
_KEPT = 256  # hashes: the estimate's standard error is at most 0.03
_LOOKED_UP = 12
_FEWEST = 8  # shingles; a shorter text is no article that could be recognised
_WORD = re.compile(r"\w+")


def fingerprint(text: str) -> tuple[int, ...]:
    """What to keep of a text to recognise it: at most 256 numbers below 2⁴⁸, ascending; empty for a few words.

    Case, punctuation and line breaks do not matter. Some milliseconds for a long article.
    """
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    shingles = {" ".join(words[i : i + _WORDS]) for i in range(len(words) - _WORDS + 1)}
    if len(shingles) < _FEWEST:
        return ()
    hashes = {
        int.from_bytes(blake2b(shingle.encode("utf-8", "replace"), digest_size=6).digest()) for shingle in shingles
    }
    return tuple(sorted(hashes)[:_KEPT])


def similarity(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """The share of shingles that two texts have in common of all that they have: 0 to 1, by their fingerprints."""
    if not a or not b:
        return 0.0
    left, right = set(a), set(b)
    # Below the largest hash that either has kept, what was not kept is not there.
    most = min(a[-1] if len(a) == _KEPT else b[-1], b[-1] if len(b) == _KEPT else a[-1])
    limit = most if _KEPT in (len(a), len(b)) else max(a[-1], b[-1])
    union = [h for h in left | right if h <= limit]
    return sum(h in left and h in right for h in union) / len(union)


def lookup_keys(of: tuple[int, ...]) -> tuple[int, ...]:
    """The part of a fingerprint to look earlier texts up by: the same article shares at least one of these.

    With a similarity of 0.4 the chance that two texts share none of their twelve smallest hashes is 1 in 450.
    """
    return of[:_LOOKED_UP]
