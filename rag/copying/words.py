"""A text as it is compared: hashes of its syllables and of every four in a row, and which syllables are names."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.vietnamese import fold, syllables

RUN = 4

_CACHE_LIMIT = 200_000
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_MIXERS = (np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53))
_SHIFT = np.uint64(33)
# A word after another word or a comma: a capital there is no sentence's first.
_INSIDE = re.compile(r"(?<=[^\W_][ ,] )[^\W\d_]\w*|(?<=[^\W_] )[^\W\d_]\w*")


class _Hashes(dict[str, int]):
    """A hash of each syllable's folded form, so that lost or misplaced diacritics do not hide a copy."""

    def __missing__(self, syllable: str) -> int:
        if len(self) > _CACHE_LIMIT:
            self.clear()
        digest = hashlib.blake2b(fold(syllable).encode("utf-8", "surrogatepass"), digest_size=8).digest()
        value = self[syllable] = int.from_bytes(digest, "little")
        return value


_hash_of = _Hashes()


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """A text to be compared. `runs[i]` is the hash of `RUN` syllables from the i-th on."""

    syllables: list[str]
    runs: NDArray[np.uint64]
    names: frozenset[str]

    def __len__(self) -> int:
        return len(self.syllables)


def words_of(text: str) -> Words:
    """The text ready to be compared with others."""
    names = [word for word in _INSIDE.findall(text) if word[0].isupper()]
    spelled = syllables(text)
    return Words(spelled, run_hashes(spelled), frozenset(syllables(" ".join(names))))


def run_hashes(words: list[str]) -> NDArray[np.uint64]:
    """A hash, the same on every machine, for each `RUN` syllables in a row; none for a shorter text."""
    hashes = np.fromiter(map(_hash_of.__getitem__, words), dtype=np.uint64, count=len(words))
    count = max(len(words) - RUN + 1, 0)
    result = np.zeros(count, dtype=np.uint64)
    for at in range(RUN):
        result = _mixed(result * _FACTOR + hashes[at : at + count])
    return result


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finalizer of MurmurHash3, after which any part of a hash is as good as the whole."""
    for mixer in _MIXERS:
        values = (values ^ (values >> _SHIFT)) * mixer
    return values ^ (values >> _SHIFT)
