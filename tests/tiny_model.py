"""A packed encoder of a few kilobytes with random weights, and what it must give, computed in plain numpy."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

HIDDEN, LAYERS, HEADS, WIDE, POSITIONS, EPSILON = 32, 2, 2, 64, 48, 1e-12
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", ":", "▁query", "▁passage", "▁xin", "▁chào", "▁th", "ủ", "▁đô"]
PIECES += [*"abcdefghijklmnopqrstuvwxyz", "à", "<mask>"]
CHARACTER_MAP = {"\t": " ", "\n": " ", "\u200b": " ", "\x01": "", "\x7f": "", "Ａ": "A", "ﬁ": "fi"}
MATRICES = {"q": (32, 32), "k": (32, 32), "v": (32, 32), "ao": (32, 32), "fi": (64, 32), "fo": (32, 64)}


def packed_bytes(seed: int = 0, *, leave_out: str = "") -> bytes:
    """A whole packed file. `leave_out` names a tensor to be missing."""
    random = np.random.default_rng(seed)
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, LAYERS, HEADS, WIDE, len(PIECES), POSITIONS, 2, EPSILON, 32)
    encoded = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, encoded)]).astype("<u4")
    # Longer pieces are likelier, so that words are found before their letters.
    scores = np.array([-10.0 / len(piece) for piece in PIECES], dtype="<f4")
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, int(offsets[-1]))
    head += offsets.tobytes() + scores.tobytes() + b"".join(encoded)
    entries = b"".join(
        struct.pack("<IB", ord(character), len(normal)) + b"".join(struct.pack("<I", ord(one)) for one in normal)
        for character, normal in sorted(CHARACTER_MAP.items())
    )
    head += struct.pack("<iI", len(CHARACTER_MAP), len(entries)) + entries
    tensors = [(name, *content) for name, *content in _tensors(random) if name != leave_out]
    at = len(head) + 4 + sum(2 + len(name) + 21 for name, _, _, _ in tensors)
    directory = struct.pack("<i", len(tensors))
    for name, quantised, count, raw in tensors:
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", quantised, count, at, len(raw))
        at += len(raw)
    return head + directory + b"".join(raw for _, _, _, raw in tensors)


def _tensors(random: np.random.Generator) -> Iterator[tuple[str, int, int, bytes]]:
    def matrix(rows: int, columns: int) -> tuple[int, int, bytes]:
        blocks = b"".join(
            np.float16(random.uniform(0.02, 0.1)).tobytes() + random.bytes(16) for _ in range(rows * columns // 32)
        )
        return 1, rows * columns, blocks

    def vector(count: int, middle: float = 0.0) -> tuple[int, int, bytes]:
        return 0, count, (middle + 0.1 * random.standard_normal(count)).astype("<f4").tobytes()

    yield "emb.word", *matrix(len(PIECES), HIDDEN)
    yield "emb.pos", *vector(POSITIONS * HIDDEN)
    yield "emb.type", *vector(2 * HIDDEN)
    yield "emb.ln.w", *vector(HIDDEN, 1.0)
    yield "emb.ln.b", *vector(HIDDEN)
    for layer in range(LAYERS):
        for name, (out, into) in MATRICES.items():
            yield f"l{layer}.{name}.w", *matrix(out, into)
            yield f"l{layer}.{name}.b", *vector(out)
        for name in ("aln", "oln"):
            yield f"l{layer}.{name}.w", *vector(HIDDEN, 1.0)
            yield f"l{layer}.{name}.b", *vector(HIDDEN)


def reference(
    tensors: Mapping[str, NDArray[Any]], ids: Sequence[int], *, first_position: int = 0, pooling: str = "mean"
) -> NDArray[np.float64]:
    """The pooled vector of one text by the definition of BERT, in float64, one head after another."""
    weights = {name: array.astype(np.float64) for name, array in tensors.items()}

    def dense(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def norm(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        centred = x - x.mean(axis=1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + EPSILON)
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    x = weights["embeddings.word_embeddings.weight"][list(ids)]
    x = x + weights["embeddings.position_embeddings.weight"][first_position : first_position + len(ids)]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    size = HIDDEN // HEADS
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        query, key, value = (dense(x, f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
        attended = []
        for head in range(HEADS):
            part = slice(head * size, (head + 1) * size)
            scores = np.exp(query[:, part] @ key[:, part].T / math.sqrt(size))
            attended.append(scores / scores.sum(axis=1, keepdims=True) @ value[:, part])
        x = norm(
            x + dense(np.concatenate(attended, axis=1), f"{name}.attention.output.dense"),
            f"{name}.attention.output.LayerNorm",
        )
        wide = dense(x, f"{name}.intermediate.dense")
        wide = wide * 0.5 * (1 + np.vectorize(math.erf)(wide / math.sqrt(2)))
        x = norm(x + dense(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")
    return x[0] if pooling == "cls" else x.mean(axis=0)


def edit_json(path: Path, **changes: Any) -> None:
    """Set fields of a JSON file."""
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")
