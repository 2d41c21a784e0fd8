"""The small transformer that reads sentences: weights in 8 bits, run by ONNX Runtime on one thread a sentence."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

from bot.claims.weights import packaged

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

LONGEST = 128
"""Word pieces that are read of a sentence; training saw no longer ones."""
CHARACTERS = 2000
"""Characters that the tokenizer is given: always enough for the word pieces, and bounds the time."""

_SLOWER = "SkipLayerNormFusion"
"""On a CPU the fused operator is slower than the two it replaces: 3.1 ms a sentence instead of 2.6."""


def logit(text: str) -> float:
    """The log-odds that a sentence is check-worthy, before calibration.

    One sentence at a time: 8-bit arithmetic takes its scale from the largest number of a batch, so in a batch a
    sentence's score would depend on its neighbours.
    """
    # numpy comes with spaCy; it is imported here with the runtime, so that importing this module costs nothing.
    import numpy as np  # noqa: PLC0415

    tokenizer, session = _loaded()
    whole = text[:CHARACTERS].encode("utf-8", "replace").decode("utf-8")  # half of a surrogate pair is no character
    ids = np.array([tokenizer.encode(whole).ids], dtype=np.int64)
    (result,) = session.run(None, {"ids": ids, "mask": np.ones_like(ids)})
    return float(result[0])


def logits(texts: Sequence[str]) -> list[float]:
    """The log-odds of several sentences, each read for itself; two at a time where there are two cores."""
    if len(texts) < 2 or (os.cpu_count() or 1) < 2:
        return [logit(text) for text in texts]
    return list(_threads().map(logit, texts))


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, thread_name_prefix="encoder")


@cache
def _loaded() -> tuple[Tokenizer, InferenceSession]:
    """Read once a process, when the first sentence needs it."""
    from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    tokenizer = Tokenizer.from_buffer(packaged("worth.tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LONGEST)
    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # a worker has other processes beside it
    options.log_severity_level = 3
    session = InferenceSession(
        packaged("worth.onnx"), options, providers=["CPUExecutionProvider"], disabled_optimizers=[_SLOWER]
    )
    return tokenizer, session
