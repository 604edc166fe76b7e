"""Trains the upper layers of the reader's network to tell whether a sentence follows from a text.

The lower layers stay as they are, so what they make of every example is computed once and kept: a step costs less than
half of one through the whole network.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from eval.entailment.pairs import Example
from eval.reader.encoder import SpanEncoder, attention_bias, new_encoder, own_names
from eval.reader.masters import Masters
from eval.reader.train import PADDING, SMOOTHED, Say, rounded
from rag.models.bert import map_weights, read_spec
from rag.models.tokens import Tokens
from rag.reading.windows import Encoding

LOWER_LAYERS: Final = 6
"""So many layers are the reader's own."""
BATCH: Final = 24
RATE, EPOCHS, WARM_UP = 2e-4, 1.75, 100
_BATCHES_SORTED: Final = 40
_READ_AT_ONCE: Final = 32
# Labels are taken to be right so often.
_CERTAIN: Final = 0.98


@dataclass(frozen=True, slots=True)
class Rows:
    """Lengths of rows, see `EntailmentFacts`: room for the longest sentence that is checked, and for no more of the
    text than was learned from. Of 384 tokens at once, most beside the point, far less was understood.
    """

    window_tokens: int = 384
    overlap_tokens: int = 64
    question_tokens: int = 192
    text_tokens: int = 128


def reader_network(encoder: Path, reader: Path) -> SpanEncoder:
    """The shipped reader in torch, in bfloat16: `encoder` is the model's folder, `reader` the file of its weights."""
    network = new_encoder(encoder, 0)
    stored = {name: torch.from_numpy(np.array(array)) for name, array in map_weights(reader).items()}
    heads = {name: tensor for name, tensor in stored.items() if name.startswith(("span.", "cls."))}
    network.load_state_dict(own_names(stored, len(network.layers)) | heads, strict=False)
    return network.to(torch.bfloat16)


class Lower:
    """The layers that stay: examples -> what they make of them, a tensor (tokens, hidden) each."""

    def __init__(self, network: SpanEncoder, encoder: Path) -> None:
        self._network = network
        self._encoding = Encoding(Tokens(encoder / "tokenizer.json", read_spec(encoder).max_tokens), Rows())

    def states(self, examples: Sequence[Example]) -> list[Tensor]:
        """Of a text longer than a window its beginning."""
        rows = [next(self._encoding.rows(self._encoding.question(one.sentence), one.text)) for one in examples]
        order = sorted(range(len(rows)), key=lambda at: len(rows[at].ids))
        found: dict[int, Tensor] = {}
        network = self._network
        with torch.inference_mode():
            for start in range(0, len(order), _READ_AT_ONCE):
                part = order[start : start + _READ_AT_ONCE]
                shape = len(part), rounded(max(len(rows[at].ids) for at in part))
                ids, types = torch.full(shape, PADDING), torch.zeros(shape, dtype=torch.long)
                mask = torch.zeros(shape, dtype=torch.bool)
                for place, at in enumerate(part):
                    length = len(rows[at].ids)
                    ids[place, :length] = torch.from_numpy(rows[at].ids.astype(np.int64))
                    types[place, rows[at].second : length] = 1
                    mask[place, :length] = True
                states, bias = network.embedded(ids, types), attention_bias(mask, torch.bfloat16)
                for layer in network.layers[:LOWER_LAYERS]:
                    states = layer(states, bias)
                found |= {at: states[place, : len(rows[at].ids)].clone() for place, at in enumerate(part)}
        return [found[at] for at in range(len(rows))]


class Upper(nn.Module):
    """The layers that are trained, those of `network` itself, and one number at the first token."""

    def __init__(self, network: SpanEncoder) -> None:
        super().__init__()
        self.layers = nn.ModuleList(network.layers[LOWER_LAYERS:])
        self.head = nn.Linear(network.cls.in_features, 1, dtype=torch.bfloat16)
        with torch.no_grad():
            # To answer a question and to hold a statement are not far from each other.
            self.head.weight.copy_(network.cls.weight[:1])
            self.head.bias.copy_(network.cls.bias[:1])

    def forward(self, states: Sequence[Tensor]) -> Tensor:
        """n tensors (tokens, hidden) -> (n,) logits in float32."""
        length = rounded(max(len(one) for one in states))
        x = torch.zeros((len(states), length, states[0].shape[1]), dtype=torch.bfloat16)
        mask = torch.zeros((len(states), length), dtype=torch.bool)
        for place, one in enumerate(states):
            x[place, : len(one)], mask[place, : len(one)] = one, True
        bias = attention_bias(mask, torch.bfloat16)
        for layer in self.layers:
            x = layer(x, bias)
        logits: Tensor = self.head(x[:, 0]).float()[:, 0]
        return logits

    def scores(self, states: Sequence[Tensor]) -> NDArray[np.float64]:
        """(n,) logits of any number of examples."""
        order = sorted(range(len(states)), key=lambda at: len(states[at]))
        found = np.zeros(len(states))
        with torch.inference_mode():
            for start in range(0, len(order), _READ_AT_ONCE):
                part = order[start : start + _READ_AT_ONCE]
                found[part] = self([states[at] for at in part]).numpy()
        return found


def train(
    network: SpanEncoder,
    lower: Lower,
    examples: Sequence[Example],
    times: Mapping[str, int],
    development: Mapping[str, Sequence[Example]],
    say: Say,
    *,
    seed: int,
    epochs: float = EPOCHS,
) -> dict[str, Tensor]:
    """Train on examples in an order that follows from the seed, and return the trained tensors, in float32.

    A pass takes those of a kind in `times` so often, others once.
    The upper layers of `network` change. Names are those of `eval.reader.export`: `layers.<n>.…` and `cls.…`. Tells the
    area under the curve and the share judged rightly on each development set four times. Raises ValueError without
    examples.
    """
    if not examples:
        raise ValueError("nothing to learn from")
    chance = random.Random(seed)  # noqa: S311 (an order, no secret)
    say(f"{len(examples)} examples, {sum(one.supported for one in examples)} supported")
    states = lower.states(examples)
    seen = {name: (lower.states(some), np.array([one.supported for one in some])) for name, some in development.items()}
    upper = Upper(network)
    live = dict(upper.named_parameters())
    masters = Masters(live, {name: parameter.detach().float() for name, parameter in live.items()})
    labels = torch.tensor([_CERTAIN if one.supported else 1 - _CERTAIN for one in examples])
    places = [place for place, one in enumerate(examples) for _ in range(times.get(one.kind, 1))]
    steps = max(1, int(epochs * len(places) / BATCH))
    begun, smoothed = time.monotonic(), 0.0
    for number, part in zip(range(steps), _batches(states, places, chance), strict=False):
        loss = functional.binary_cross_entropy_with_logits(upper([states[at] for at in part]), labels[part])
        loss.backward()  # type: ignore[no-untyped-call]
        masters.step(number, RATE * min(1.0, (number + 1) / WARM_UP) * (1 - number / steps))
        smoothed = SMOOTHED * smoothed + (1 - SMOOTHED) * loss.item() if number else loss.item()
        if (number + 1) % max(1, steps // 20) == 0:
            say(f"step {number + 1} of {steps}: loss {smoothed:.3f}, {time.monotonic() - begun:.0f} s")
        if (number + 1) % max(1, steps // 4) == 0:
            for name, (kept, supported) in seen.items():
                say(f"  {name}: {told(upper.scores(kept), supported)}")
    return {_exported(name): tensor.detach() for name, tensor in masters.last.items()}


def told(logits: NDArray[np.float64], supported: NDArray[np.bool_]) -> str:
    """The area under the curve, and the share judged rightly with the threshold at 0."""
    order = np.argsort(logits, kind="stable")
    ranks = np.empty(len(logits))
    ranks[order] = np.arange(1, len(logits) + 1)
    count, others = int(supported.sum()), int((~supported).sum())
    area = (ranks[supported].sum() - count * (count + 1) / 2) / max(1, count * others)
    return f"area under the curve {area:.3f}, right {float(((logits > 0) == supported).mean()):.3f}"


def _batches(states: Sequence[Tensor], places: Sequence[int], chance: random.Random) -> Iterator[list[int]]:
    """Batches of examples of like length, without end; every pass takes all places."""
    places = list(places)
    together = BATCH * _BATCHES_SORTED
    while True:
        chance.shuffle(places)
        batches: list[list[int]] = []
        for start in range(0, len(places), together):
            part = sorted(places[start : start + together], key=lambda at: len(states[at]))
            batches += [part[at : at + BATCH] for at in range(0, len(part), BATCH)]
        chance.shuffle(batches)
        yield from batches


def _exported(name: str) -> str:
    if name.startswith("head."):
        return name.replace("head.", "cls.")
    _, number, rest = name.split(".", 2)
    return f"layers.{int(number) + LOWER_LAYERS}.{rest}"
