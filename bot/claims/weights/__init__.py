"""The trained weights, one file a model; ``bot.claims.training`` makes them, ``docs/model-card.md`` tells of them."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Literal, TypedDict


class Weights(TypedDict):
    """Weights by the name of a feature, and the constant added to their sum."""

    bias: float
    weights: dict[str, float]


class Calibration(TypedDict):
    """Takes the log-odds of the encoder to those of how often it is right."""

    scale: float
    shift: float


@cache
def calibration() -> Calibration:
    """That of the score of worth, read once."""
    fitted: Calibration = json.loads(packaged("worth.json"))
    return fitted


def packaged(name: Literal["worth.json", "worth.onnx", "worth.tokenizer.json"]) -> bytes:
    """A file of a model as it is."""
    return files("bot.claims.weights").joinpath(name).read_bytes()


@cache
def trained(name: Literal["attribution", "worth_words"]) -> Weights:
    """The weights of a model, read once."""
    model: Weights = json.loads(files("bot.claims.weights").joinpath(f"{name}.json").read_text(encoding="utf-8"))
    return model
