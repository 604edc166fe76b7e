"""How Vietnamese words follow each other: the general counts that ship with the program.

`rag/data/syllables.safetensors` is made by `scripts/syllable-table`. It holds an interpolated trigram model,

    p(c | a b) = share(a b c) + left(a b) p(c | b),    p(c | b) = share(b c) + left(b) p(c),

where `share` is the discounted relative frequency (0 for what was left out) and `left` what remains of 1. Shares are
stored as one byte, their logarithm in steps of 1/16.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.restoring.words import COMMA, SYMBOLS, UNKNOWN, folded, is_syllable

TABLE = Path(__file__).parent.parent / "data" / "syllables.safetensors"

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_STEPS = 16
_SHARES = np.exp(np.arange(256) / -_STEPS)
# A word that is not in the vocabulary is one of about so many.
_UNKNOWN_WORDS = 20_000


class SyllableTable:
    """Vocabulary, counts and chances. Words are numbers."""

    def __init__(self, tensors: dict[str, NDArray[np.generic]]) -> None:
        self._tensors = tensors
        lines = tensors["words"].tobytes().decode().split("\n")
        self.words: list[str] = [*SYMBOLS]
        self.forms: dict[str, range] = {}
        for line in lines:
            bare, *forms = line.split(" ")
            self.forms[bare] = range(len(self.words), len(self.words) + len(forms))
            self.words += forms
        self.number = dict(zip(self.words, range(len(self.words)), strict=True))
        self.counts = tensors["counts"].astype(np.float64)
        self._lowest = tensors["lowest"].astype(np.float64)
        size = len(self.words)

        after = tensors["pairs_after"].astype(np.int64)
        self._pairs: Ints = np.repeat(np.arange(size) << 16, after) | tensors["second"]
        self._pair_share = tensors["pair_share"]
        self._case, self._pair_case = tensors["case"], tensors["pair_case"]
        starts = np.concatenate(([0], np.cumsum(after)))
        self._left = _left(_SHARES[self._pair_share], starts)

        after = tensors["triples_after"].astype(np.int64)
        self._triples: Ints = np.repeat(np.arange(len(after)) << 16, after) | tensors["third"]
        self._triple_share = tensors["triple_share"]
        starts = np.concatenate(([0], np.cumsum(after)))
        self._pair_left = _left(_SHARES[self._triple_share], starts)

    @property
    def summary(self) -> str:
        return f"{len(self.words):,} words, {len(self._pairs):,} bigrams, {len(self._triples):,} trigrams"

    def count(self, word: str) -> int:
        """How often the word (in its one spelling) was seen; 0 if too seldom to be kept."""
        number = self.number.get(word)
        return 0 if number is None else int(self.counts[number])

    def forms_of(self, bare: str) -> list[str]:
        """The words that are this one without diacritics, the most frequent first."""
        return [self.words[number] for number in self.forms.get(bare, ())]

    def has_syllable(self, word: str) -> bool:
        """Whether a word, or one that differs in diacritics only, is spelled like a Vietnamese syllable."""
        return is_syllable(word) or any(map(is_syllable, self.forms_of(folded(word))))

    def case(self, word: str) -> int:
        """How the word mostly is written inside a sentence, as `rag.restoring.casing.Case` counts; 0 if not known."""
        number = self.number.get(word)
        return 0 if number is None else int(self._case[number])

    def pair_case(self, first: str, second: str) -> tuple[int, int]:
        """How two words of a known pair mostly are written beside each other."""
        place = int(np.searchsorted(self._pairs, self.number[first] << 16 | self.number[second]))
        return divmod(int(self._pair_case[place]), 4)

    def numbers(self, words: list[str]) -> Ints:
        return np.array([self.number.get(word, UNKNOWN) for word in words], dtype=np.int64)

    def pair_chances(self, numbers: Sequence[Ints]) -> list[Floats]:
        """p(second | first) for each two neighbours of some sets of words: matrices (first, second).

        A word out of the vocabulary (`UNKNOWN`) has its share of the chance of all of them.
        """
        keys = [np.add.outer(first << 16, second).ravel() for first, second in pairwise(numbers)]
        chances = self._pair_chance(np.concatenate(keys))
        return _cut(chances, [(len(first), len(second)) for first, second in pairwise(numbers)])

    def triple_chances(self, numbers: Sequence[Ints]) -> list[Floats]:
        """p(third | first second) for each three neighbours of some sets of words: arrays (first, second, third)."""
        triples = list(zip(numbers, numbers[1:], numbers[2:], strict=False))
        contexts = [np.add.outer(first << 16, second).ravel() for first, second, _ in triples]
        # Each context and each lower chance is looked up once, then spread over its triples.
        place, known = self._pair_place(np.concatenate(contexts))
        known &= np.concatenate([np.tile(second, len(first)) for first, second, _ in triples]) > COMMA
        sizes = np.concatenate(
            [np.full(len(context), len(last)) for context, (*_, last) in zip(contexts, triples, strict=True)]
        )
        place, known = np.repeat(place, sizes), np.repeat(known, sizes)
        last = np.concatenate(
            [np.tile(last, len(context)) for context, (*_, last) in zip(contexts, triples, strict=True)]
        )
        lower = np.concatenate(
            [
                np.tile(chances.ravel(), len(first))
                for chances, (first, *_) in zip(self.pair_chances(numbers[1:]), triples, strict=True)
            ]
        )
        wanted = place << 16 | last
        at = np.minimum(np.searchsorted(self._triples, wanted), len(self._triples) - 1)
        share = np.where(self._triples[at] == wanted, _SHARES[self._triple_share[at]], 0.0)
        share[last == UNKNOWN] /= _UNKNOWN_WORDS
        chances = np.where(known, share + self._pair_left[place] * lower, lower)
        return _cut(chances, [(len(first), len(second), len(third)) for first, second, third in triples])

    def _pair_place(self, keys: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        place = np.minimum(np.searchsorted(self._pairs, keys), len(self._pairs) - 1)
        return place, self._pairs[place] == keys

    def _pair_chance(self, keys: Ints) -> Floats:
        place, known = self._pair_place(keys)
        second = keys & 0xFFFF
        chance: Floats = self._left[keys >> 16] * self._lowest[second]
        chance += np.where(known, _SHARES[self._pair_share[place]], 0.0)
        chance[second == UNKNOWN] /= _UNKNOWN_WORDS
        return chance

    def knows_pair(self, first: str, second: str) -> float:
        """About how often the two words were seen in a row, 0 if seldom."""
        one, two = self.number.get(first), self.number.get(second)
        if one is None or two is None:
            return 0.0
        place = int(np.searchsorted(self._pairs, one << 16 | two))
        if place == len(self._pairs) or self._pairs[place] != one << 16 | two:
            return 0.0
        return float(_SHARES[self._pair_share[place]] * self.counts[one])

    # ---- the file -------------------------------------------------------------------------------------------------

    @classmethod
    def pack(
        cls,
        *,
        vocabulary: list[str],
        counts: NDArray[np.int64],
        lowest: Floats,
        pairs: Ints,
        pair_share: Floats,
        case: NDArray[np.uint8],
        pair_case: NDArray[np.uint8],
        triple_context: Ints,
        triple_last: Ints,
        triple_share: Floats,
    ) -> SyllableTable:
        """The table of these chances; pairs are `first << 16 | second`, sorted, contexts are places in them.

        The vocabulary holds the symbols, then words sorted by their folded form. `pair_case` is 4 times the case of the
        first word and that of the second.
        """
        grouped = groupby(vocabulary[len(SYMBOLS) :], key=folded)
        lines = (" ".join((bare, *forms)) for bare, forms in grouped)
        return cls(
            {
                "words": np.frombuffer("\n".join(lines).encode(), dtype=np.uint8),
                "counts": counts.astype(np.uint32),
                "lowest": lowest.astype(np.float32),
                "pairs_after": np.bincount(pairs >> 16, minlength=len(vocabulary)).astype(np.uint16),
                "second": (pairs & 0xFFFF).astype(np.uint16),
                "pair_share": _as_bytes(pair_share),
                "case": case,
                "pair_case": pair_case,
                "triples_after": np.bincount(triple_context, minlength=len(pairs)).astype(np.uint16),
                "third": triple_last.astype(np.uint16),
                "triple_share": _as_bytes(triple_share),
            }
        )

    def to_bytes(self) -> bytes:
        from safetensors.numpy import save

        return save(self._tensors)

    @classmethod
    def load(cls, path: Path = TABLE) -> SyllableTable:
        from safetensors.numpy import load_file

        return cls(load_file(path))


@cache
def general_table() -> SyllableTable:
    """The table that ships with the program, read once."""
    return SyllableTable.load()


def _as_bytes(share: Floats) -> NDArray[np.uint8]:
    steps: Floats = np.clip(np.rint(np.log(share) * -_STEPS), 0, 255)
    return steps.astype(np.uint8)


def _left(share: Floats, starts: Ints) -> Floats:
    summed = np.concatenate(([0.0], np.cumsum(share)))
    left: Floats = np.maximum(1 - (summed[starts[1:]] - summed[starts[:-1]]), 1e-4)
    return left


def _cut(chances: Floats, shapes: Sequence[tuple[int, ...]]) -> list[Floats]:
    cut = []
    at = 0
    for shape in shapes:
        size = math.prod(shape)
        cut.append(chances[at : at + size].reshape(shape))
        at += size
    return cut
