"""The network that is trained: the packaged encoder with a span head and two scores of the whole pair, in torch.

Written out rather than taken from transformers because it runs in plain bfloat16: no casts between layers, one product
for query, key and value, and eager attention over short windows. docs/decisions.md has the times.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from eval.reader.tensor_names import EMBEDDINGS, NORMS, PRODUCTS
from rag.errors import ModelError
from rag.models.bert import BertSpec, map_weights, read_spec

HEAD_DEVIATION = 0.02
_MASKED = -1e4  # finite, so that a row without any allowed place gives no NaN


@dataclass(frozen=True, slots=True)
class Scores:
    """What the network says of n windows of t tokens, in float32.

    `start`, `end`: (n, t) logits of the first and last token of the answer; token 0 stands for "no answer here".
    `answered`, `relevant`: (n,) logits that the window answers the question, and that it is about it at all.
    """

    start: Tensor
    end: Tensor
    answered: Tensor
    relevant: Tensor


class Layer(nn.Module):
    """One layer of BERT, normalised after each half; no dropout."""

    def __init__(self, spec: BertSpec, wide: int) -> None:
        super().__init__()
        self.heads, self.gelu = spec.heads, "none" if spec.gelu == "erf" else "tanh"
        hidden = spec.hidden
        self.qkv = nn.Linear(hidden, 3 * hidden)
        self.out = nn.Linear(hidden, hidden)
        self.n1 = nn.LayerNorm(hidden, spec.epsilon)
        self.up = nn.Linear(hidden, wide)
        self.down = nn.Linear(wide, hidden)
        self.n2 = nn.LayerNorm(hidden, spec.epsilon)

    def forward(self, states: Tensor, bias: Tensor | None) -> Tensor:
        """(n, t, hidden) -> the same; `bias` (n, 1, 1, t) is added to the attention's logits."""
        windows, tokens, hidden = states.shape
        parted = self.qkv(states).view(windows, tokens, 3, self.heads, hidden // self.heads)
        query, key, value = parted.permute(2, 0, 3, 1, 4)
        logits = torch.matmul(query, key.transpose(-1, -2)) * (hidden // self.heads) ** -0.5
        if bias is not None:
            logits = logits + bias
        mixed = torch.matmul(functional.softmax(logits, -1), value)
        states = self.n1(states + self.out(mixed.transpose(1, 2).reshape(windows, tokens, hidden)))
        widened = functional.gelu(self.up(states), approximate=self.gelu)
        normalised: Tensor = self.n2(states + self.down(widened))
        return normalised


class SpanEncoder(nn.Module):
    """Embeddings, layers, and two heads: `span` (start, end) for each token, `cls` (answered, relevant) on token 0."""

    def __init__(self, spec: BertSpec, *, words: int, types: int, wide: int) -> None:
        super().__init__()
        self.word = nn.Embedding(words, spec.hidden)
        self.pos = nn.Embedding(spec.positions, spec.hidden)
        self.typ = nn.Embedding(types, spec.hidden)
        self.norm = nn.LayerNorm(spec.hidden, spec.epsilon)
        self.layers = nn.ModuleList(Layer(spec, wide) for _ in range(spec.layers))
        self.span = nn.Linear(spec.hidden, 2)
        self.cls = nn.Linear(spec.hidden, 2)

    def forward(self, ids: Tensor, types: Tensor, mask: Tensor) -> Scores:
        """`ids`, `types`: (n, t) int64; `mask`: (n, t) bool, True where there is a token."""
        bias = attention_bias(mask, self.pos.weight.dtype)
        states = self.embedded(ids, types)
        for layer in self.layers:
            states = layer(states, bias)
        span, whole = self.span(states).float(), self.cls(states[:, 0]).float()
        return Scores(span[..., 0], span[..., 1], whole[:, 0], whole[:, 1])

    def embedded(self, ids: Tensor, types: Tensor) -> Tensor:
        """What the first layer gets: (n, t, hidden)."""
        states: Tensor = self.norm(self.word(ids) + self.pos.weight[: ids.shape[1]] + self.typ(types))
        return states


def attention_bias(mask: Tensor, kind: torch.dtype) -> Tensor | None:
    """(n, 1, 1, t) to add to the logits of attention, so that no token looks at padding; None where there is none."""
    if bool(mask.all()):
        return None
    return torch.zeros(mask.shape, dtype=kind).masked_fill(~mask, _MASKED)[:, None, None]


def own_names(found: Mapping[str, Tensor], layers: int) -> dict[str, Tensor]:
    """Tensors by their names in Hugging Face's BERT -> by those of `SpanEncoder`; word embeddings where they are there.

    Raises KeyError for one that is missing.
    """
    weights = {name: found[own] for name, own in EMBEDDINGS.items() if own in found}
    for number in range(layers):
        here, there = f"layers.{number}.", f"encoder.layer.{number}."
        for kind in ("weight", "bias"):
            attention = [found[f"{there}attention.self.{part}.{kind}"] for part in ("query", "key", "value")]
            weights[f"{here}qkv.{kind}"] = torch.cat(attention)
            for name, own in (PRODUCTS | NORMS).items():
                weights[f"{here}{name}.{kind}"] = found[f"{there}{own}.{kind}"]
    return weights


def new_encoder(folder: Path, seed: int) -> SpanEncoder:
    """The encoder of a model folder in float32, with new heads. Raises ModelError, or OtherArchitectureError."""
    spec = read_spec(folder)
    if spec.first_position:
        raise ModelError("positions do not count from 0", where=str(folder), remedy="Train on the packaged encoder")
    found = {name: torch.from_numpy(array).float() for name, array in map_weights(folder / "model.safetensors").items()}
    weights = own_names(found, spec.layers)
    encoder = SpanEncoder(
        spec,
        words=len(weights["word.weight"]),
        types=len(weights["typ.weight"]),
        wide=len(weights["layers.0.up.weight"]),
    )
    encoder.load_state_dict(weights, strict=False)
    generator = torch.Generator().manual_seed(seed)
    for head in (encoder.span, encoder.cls):
        nn.init.normal_(head.weight, std=HEAD_DEVIATION, generator=generator)
        nn.init.zeros_(head.bias)
    encoder.word.weight.requires_grad_(False)
    return encoder


def trained(encoder: SpanEncoder) -> dict[str, nn.Parameter]:
    """Name -> parameter of everything that is trained: all but the word embeddings, 22 million of 118."""
    return {name: parameter for name, parameter in encoder.named_parameters() if parameter.requires_grad}


def load_weights(encoder: SpanEncoder, path: Path) -> None:
    """Put the trained tensors of a file into the encoder. Raises ModelError for a file of another shape."""
    remedy = "Train again, or name weights of this encoder"
    try:
        weights = load_file(path)
    except Exception as error:  # safetensors raises a kind of its own, torch others
        raise ModelError(f"the weights cannot be read ({error})", where=str(path), remedy=remedy) from error
    wanted = {name: tuple(parameter.shape) for name, parameter in trained(encoder).items()}
    if {name: tuple(tensor.shape) for name, tensor in weights.items()} != wanted:
        raise ModelError("not the trained tensors of this encoder", where=str(path), remedy=remedy)
    encoder.load_state_dict({name: tensor.float() for name, tensor in weights.items()}, strict=False)


def save_weights(weights: dict[str, Tensor], path: Path) -> None:
    """Write tensors so that a file of this name is whole or not there."""
    draft = path.with_suffix(".draft")
    save_file({name: tensor.detach().contiguous() for name, tensor in weights.items()}, draft)
    draft.replace(path)
