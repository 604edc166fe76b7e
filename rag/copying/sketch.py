"""Sketches: small samples of texts by which those that may share much are found among many.

A sketch holds the smallest of the hashes of a text's runs of syllables: MinHash with one hash function, the bottom-k
sample of Broder (On the resemblance and containment of documents, 1997). Up to where both of two sketches reach, each
holds all there is: so containment can be told from them as well, which plain MinHash cannot, and much of a reprint may
have been cut.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.copying.compare import MIN_LENGTH_RATIO
from rag.copying.words import Words

SIZE = 64
MIN_SHARED = 6
MIN_CONTAINED = 0.33
# The likeliest are compared word for word. Of a phrase that more texts hold than the second, the first ones count.
MOST_CANDIDATES = 32
MOST_HOLDERS = 1000

DIGEST_BYTES = 8
_LENGTH = struct.Struct("<I")
_HEADER_BYTES = DIGEST_BYTES + _LENGTH.size
_END = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, eq=False)
class Sketch:
    """`length` in syllables; `hashes` ascending, at most `SIZE`."""

    length: int
    hashes: NDArray[np.uint32]

    @property
    def reach(self) -> int:
        """Up to here the sketch holds every hash of its text."""
        return int(self.hashes[-1]) if len(self.hashes) >= SIZE else _END


def sketch_bytes(words: Words) -> bytes:
    """The sketch of a text, after a digest that only texts of the same words share."""
    digest = hashlib.blake2b(" ".join(words.syllables).encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES)
    hashes = np.unique((words.runs >> np.uint64(32)).astype("<u4"))[:SIZE]
    return digest.digest() + _LENGTH.pack(len(words)) + hashes.tobytes()


def digest_of(data: bytes) -> bytes:
    return data[:DIGEST_BYTES]


def sketch_of(data: bytes) -> Sketch:
    """The inverse of `sketch_bytes`."""
    (length,) = _LENGTH.unpack_from(data, DIGEST_BYTES)
    return Sketch(length, np.frombuffer(data, dtype="<u4", offset=_HEADER_BYTES))


def candidates(sketches: Mapping[bytes, bytes], wanted: Collection[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Pairs of one of the wanted texts and any other that may be copies: the likeliest of each, no pair twice.

    `sketches` are as `sketch_bytes` makes them, by digest.
    """
    if not wanted:
        return
    names = sorted(sketches)
    mine = {name: sketch_of(sketches[name]) for name in wanted}
    hashes, owners = _holders([sketches[name] for name in names], mine.values())
    seen: set[tuple[bytes, bytes]] = set()
    for name in sorted(mine):
        sketch = mine[name]
        begins = np.searchsorted(hashes, sketch.hashes, side="left")
        ends = np.minimum(np.searchsorted(hashes, sketch.hashes, side="right"), begins + MOST_HOLDERS)
        found = np.concatenate([owners[:0], *(owners[begin:end] for begin, end in zip(begins, ends, strict=True))])
        others, shared = np.unique(found, return_counts=True)
        enough = shared >= MIN_SHARED
        likely = []
        for other, count in zip(others[enough].tolist(), shared[enough].tolist(), strict=True):
            contained = _contained(sketch, sketch_of(sketches[names[other]]), count)
            if names[other] != name and contained >= MIN_CONTAINED:
                likely.append((-contained, names[other]))
        for _, other_name in sorted(likely)[:MOST_CANDIDATES]:
            pair = (min(name, other_name), max(name, other_name))
            if pair not in seen:
                seen.add(pair)
                yield pair


def _holders(sketches: Sequence[bytes], wanted: Iterable[Sketch]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The hashes of the wanted sketches wherever they stand, ascending, each with the number of the sketch it is in."""
    hashes = np.frombuffer(b"".join(data[_HEADER_BYTES:] for data in sketches), dtype="<u4")
    sizes = [(len(data) - _HEADER_BYTES) // hashes.itemsize for data in sketches]
    known = np.unique(np.concatenate([hashes[:0], *(sketch.hashes for sketch in wanted)]))
    if not len(known):
        return hashes[:0], np.zeros(0, dtype=np.int64)
    place = np.searchsorted(known, hashes)
    place[place == len(known)] = 0
    met = known[place] == hashes
    hashes, owners = hashes[met], np.repeat(np.arange(len(sketches)), sizes)[met]
    order = np.argsort(hashes, kind="stable")
    return hashes[order], owners[order]


def _contained(one: Sketch, other: Sketch, shared: int) -> float:
    """How much of the shorter text the longer one holds, as far as the sketches tell; 0 for very unequal lengths."""
    if min(one.length, other.length) < MIN_LENGTH_RATIO * max(one.length, other.length):
        return 0.0
    reach = min(one.reach, other.reach)
    within = min(int(np.searchsorted(sketch.hashes, reach, side="right")) for sketch in (one, other))
    return shared / within
