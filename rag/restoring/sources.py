"""Chances of one word after another, from three sources: general counts, the open library, passages found for it.

Each closer source is smoothed by the one further away (Dirichlet priors): p1 mixes the library's counts with the
general chances, p2 the passages' counts with p1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.restoring.table import SyllableTable
from rag.restoring.words import Word, folded, spoken
from rag.vietnamese import BIGRAM_JOINT, FOLDED_PREFIX

Floats = NDArray[np.float64]

PASSAGES_READ = 10
# Weights of the smoothing source, in counts: a fixed one and a share of how often the context was seen in general.
_LIBRARY_PRIOR, _LIBRARY_PRIOR_SHARE = 100.0, 0.3
_PASSAGES_PRIOR, _PASSAGES_PRIOR_SHARE = 30.0, 0.01
_TRIPLE_PRIOR = 30.0
# Share of p2 that a word owes to its mere presence in the passages.
_PRESENCE = 0.05
_NO_WORDS = [("", ""), ("", "")]


class LibraryCounts:
    """Passages of the library that hold a word or a pair of words, each asked for once a question."""

    def __init__(self, frequency: Callable[[str], int] | None) -> None:
        self._frequency = frequency
        self._known: dict[str, int] = {}

    def of(self, term: str) -> int:
        if self._frequency is None:
            return 0
        if term not in self._known:
            self._known[term] = self._frequency(term)
        return self._known[term]

    def may_hold(self, term: str) -> bool:
        """Whether some passage holds a term; without a library any might."""
        return self._frequency is None or self.of(term) > 0

    def of_pair(self, first: str, second: str) -> int:
        if self.of(f"{FOLDED_PREFIX}{folded(first)}{BIGRAM_JOINT}{folded(second)}") == 0:
            return 0
        return self.of(f"{first}{BIGRAM_JOINT}{second}")


class PassageCounts:
    """Counts of a question's words, pairs and triples in passages, the n-th passage counted 1/n times.

    Words are compared without diacritics: `forms` holds what is written there for each folded word.
    """

    def __init__(self, question: Sequence[Word], passages: Iterable[str]) -> None:
        keys = [folded(word.syllable) for word in question]
        wanted = set(keys) - {""}
        pairs, triples = set(pairwise(keys)), set(zip(keys, keys[1:], keys[2:], strict=False))
        self.single: dict[str, float] = defaultdict(float)
        self.double: dict[tuple[str, str], float] = defaultdict(float)
        self.triple: dict[tuple[str, str, str], float] = defaultdict(float)
        self.forms: dict[str, set[str]] = defaultdict(set)
        self.total = 1.0
        for rank, passage in enumerate(passages, start=1):
            weight = 1 / rank
            words = spoken(passage)
            self.total += weight * len(words)
            words += _NO_WORDS  # so that -1 and -2 stand for what is before the first
            for at in [at for at, (_, key) in enumerate(words) if key in wanted]:
                this, key = words[at]
                self.single[this] += weight
                self.forms[key].add(this)
                one, one_key = words[at - 1]
                if (one_key, key) in pairs:
                    self.double[one, this] += weight
                    two, two_key = words[at - 2]
                    if (two_key, one_key, key) in triples:
                        self.triple[two, one, this] += weight


class Sources:
    """The mixed chances. Words are given in their one spelling, symbols as the empty string."""

    def __init__(self, table: SyllableTable, library: LibraryCounts, passages: PassageCounts | None) -> None:
        self.table = table
        self.library = library
        self.passages = passages

    def mix(self, before: Sequence[str], first: Sequence[str], second: Sequence[str], general: Floats) -> Floats:
        """p(second | before first), shape (before, first, second), from the general chances of that shape."""
        if len(first) == len(second) == 1 or not first[0]:
            return general
        seen = np.array([self.table.count(word) for word in first], dtype=np.float64)
        mixed = self._with_library(first, second, general, seen) if second[0] else general
        if self.passages is None:
            return mixed
        return _with_passages(self.passages, before, first, second, mixed, seen)

    def _with_library(self, first: Sequence[str], second: Sequence[str], chance: Floats, seen: Floats) -> Floats:
        counts = np.array([[self.library.of_pair(one, two) for two in second] for one in first], dtype=np.float64)
        contexts = np.array([self.library.of(one) for one in first], dtype=np.float64)
        prior = _LIBRARY_PRIOR + _LIBRARY_PRIOR_SHARE * seen
        mixed: Floats = (counts + prior[:, None] * chance) / (contexts + prior)[:, None]
        return mixed


def _with_passages(
    held: PassageCounts,
    before: Sequence[str],
    first: Sequence[str],
    second: Sequence[str],
    chance: Floats,
    seen: Floats,
) -> Floats:
    counts = np.array([[held.double.get((one, two), 0.0) for two in second] for one in first])
    contexts = np.array([held.single.get(one, 0.0) for one in first])
    presence = np.array([held.single.get(two, 0.0) for two in second]) / held.total
    prior = _PASSAGES_PRIOR + _PASSAGES_PRIOR_SHARE * seen
    smooth = (1 - _PRESENCE) * chance + _PRESENCE * presence
    mixed: Floats = (counts + prior[:, None] * smooth) / (contexts + prior)[:, None]
    if not held.triple or not before[0] or not second[0]:
        return mixed
    triples = np.array(
        [[[held.triple.get((zero, one, two), 0.0) for two in second] for one in first] for zero in before]
    )
    contexts = np.array([[held.double.get((zero, one), 0.0) for one in first] for zero in before])
    with_triples: Floats = (triples + _TRIPLE_PRIOR * mixed) / (contexts + _TRIPLE_PRIOR)[:, :, None]
    return with_triples
