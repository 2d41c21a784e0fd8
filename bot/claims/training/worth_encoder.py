"""Fine-tuning a sentence encoder to one log-odds a sentence, and writing it as an 8-bit ONNX file.

Needs torch, transformers, onnx and onnxscript, which the product does not: see ``bot.claims.training.worth``.
"""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer

LONGEST = 96
"""Word pieces that are read of a sentence in training: one in a thousand is longer."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and how check-worthy it is: 0 or 1 of an annotator, or what a teacher makes of it."""

    text: str
    target: float


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to fine-tune. ``rate`` is that of the top layer, each layer below learns at ``decay`` times as much."""

    epochs: float
    rate: float
    decay: float
    smoothing: float
    seed: int
    batch: int = 32
    warm_up: float = 0.08


RECIPE = Recipe(epochs=3, rate=1e-4, decay=0.95, smoothing=0.05, seed=1)
"""The first that was tried and the one that is shipped: nothing was searched over."""


class Encoder(nn.Module):
    """A pretrained encoder, the mean of its last layer over the word pieces, and one linear unit on it."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.enc = AutoModel.from_pretrained(base, attn_implementation="eager")
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(self.enc.config.hidden_size, 1)
        nn.init.normal_(self.out.weight, 0, 0.02)
        nn.init.zeros_(self.out.bias)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Log-odds, one a row."""
        states = self.enc(input_ids=ids, attention_mask=mask).last_hidden_state
        weight = mask.unsqueeze(-1).to(states.dtype)
        logits: Tensor = self.out(self.drop((states * weight).sum(1) / weight.sum(1))).squeeze(-1)
        return logits


class Reader:
    """The tokenizer of a pretrained encoder, and batches of what it reads."""

    def __init__(self, base: Path) -> None:
        self._tokenizer = AutoTokenizer.from_pretrained(base)

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Word pieces of each text, with the marks at both ends."""
        found: list[list[int]] = self._tokenizer(list(texts), truncation=True, max_length=LONGEST)["input_ids"]
        return found

    def batch(self, rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """Ids and mask, padded to a multiple of eight, so that few shapes occur."""
        width = -(-max(map(len, rows)) // 8) * 8
        ids = torch.full((len(rows), width), self._tokenizer.pad_token_id)
        mask = torch.zeros((len(rows), width), dtype=torch.long)
        for i, row in enumerate(rows):
            ids[i, : len(row)] = torch.tensor(row)
            mask[i, : len(row)] = 1
        return ids, mask


def fine_tuned(base: Path, examples: Sequence[Example], recipe: Recipe) -> Encoder:
    """AdamW on the cross-entropy, the rate rising at first and then falling to zero; products in bfloat16."""
    shuffle = random.Random(recipe.seed)  # noqa: S311 - no secret
    torch.manual_seed(recipe.seed)
    torch.set_flush_denormal(True)
    model, reader = Encoder(base), Reader(base)
    ids = reader.ids([example.text for example in examples])
    optimizer = torch.optim.AdamW(_groups(model, recipe), betas=(0.9, 0.98), eps=1e-6, fused=True)
    steps = int(recipe.epochs * math.ceil(len(ids) / recipe.batch))
    loss = nn.BCEWithLogitsLoss()
    model.train()
    for step, rows in zip(range(steps), _order(ids, recipe.batch, shuffle), strict=False):
        share = min(1.0, step / max(1.0, recipe.warm_up * steps)) * max(0.02, 1 - step / steps)
        for group in optimizer.param_groups:
            group["lr"] = group["highest"] * share
        target = torch.tensor([examples[i].target for i in rows])
        target = target * (1 - recipe.smoothing) + recipe.smoothing / 2
        with torch.autocast("cpu", torch.bfloat16):
            found = model(*reader.batch([ids[i] for i in rows]))
        optimizer.zero_grad()
        loss(found.float(), target).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if step % 50 == 0:
            print(f"step {step} of {steps}", flush=True)
    model.eval()
    return model


def _groups(model: Encoder, recipe: Recipe) -> list[dict[str, object]]:
    layers = model.enc.config.num_hidden_layers
    groups: list[dict[str, object]] = []
    for name, parameter in model.named_parameters():
        if name.startswith("out"):
            rate = recipe.rate * 5
        else:
            depth = (
                0
                if "embeddings" in name
                else int(name.split("layer.")[1].split(".")[0]) + 1
                if "layer." in name
                else layers
            )
            rate = recipe.rate * recipe.decay ** (layers + 1 - depth)
        groups.append(
            {"params": [parameter], "lr": rate, "highest": rate, "weight_decay": 0.01 if parameter.ndim > 1 else 0.0}
        )
    return groups


def _order(ids: Sequence[Sequence[int]], size: int, shuffle: random.Random) -> Iterator[list[int]]:
    """Batches without end: shuffled, with sentences of like length together, which saves padding."""
    while True:
        rows = list(range(len(ids)))
        shuffle.shuffle(rows)
        batches: list[list[int]] = []
        for start in range(0, len(rows), size * 50):
            near = sorted(rows[start : start + size * 50], key=lambda i: len(ids[i]))
            batches += [near[i : i + size] for i in range(0, len(near), size)]
        shuffle.shuffle(batches)
        yield from batches


def write_onnx(model: Encoder, path: Path) -> None:
    """Weights in 8 bits, one scale a column; activations are scaled when the model runs (Wu et al. 2020).

    Only 7 of the bits are used: without VNNI instructions, sums of 8-bit products overflow.
    """
    ids = torch.randint(1000, 20000, (3, 17))
    axes = {0: torch.export.Dim("sentences", max=4096), 1: torch.export.Dim("pieces", max=512)}
    with tempfile.TemporaryDirectory() as folder:
        whole, ready = Path(folder, "whole.onnx"), Path(folder, "ready.onnx")
        torch.onnx.export(
            model.eval(), (ids, torch.ones_like(ids)), dynamo=True, input_names=["ids", "mask"],
            output_names=["logit"], dynamic_shapes=(axes, axes), opset_version=18,
        ).save(whole, external_data=False)  # fmt: skip
        quant_pre_process(whole, ready, skip_symbolic_shape=True)
        quantize_dynamic(
            ready, path, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
        )  # fmt: skip
