"""How much of a sentence stands in its evidence, as a whole and clause by clause: numbers for a regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

from rag.generation.checks.naming import is_held
from rag.generation.checks.tokens import Token, Tokens

_WEAK = 0.4
_LEAST_WORDS = 2


@dataclass(frozen=True, slots=True)
class Cover:
    """Shares are in 0..1, runs and counts in syllables.

    `words` is the share of the syllables with content that the evidence has, `pairs` the share that it has beside the
    same neighbour or in another wording, `worst` the least of the clauses, `run` the longest run without any in the
    evidence, `loose` the longest with none beside its neighbour, `missing` how many there are without, `new` the share
    of neighbouring words with content that are not neighbours there.
    """

    words: float
    pairs: float
    worst: float
    run: int
    loose: int
    missing: int
    new: float


COVER = tuple(field.name for field in fields(Cover))


def cover_of(sentence: Tokens, evidence: Sequence[Tokens]) -> Cover:
    """How the evidence covers a sentence; one without content is covered."""
    tokens = [token for token in sentence.all if token.kind in ("content", "name")]
    shares = [_share(sentence, token, evidence) for token in tokens]
    sizes = [len(token.words) for token in tokens]
    total = sum(sizes)
    if not total:
        return Cover(1.0, 1.0, 1.0, 0, 0, 0, 0.0)
    held = sum(size for size, share in zip(sizes, shares, strict=True) if share > 0)
    firm = sum(size * share for size, share in zip(sizes, shares, strict=True))
    worst = 1.0
    for clause in dict.fromkeys(token.clause for token in tokens):
        inside = [
            (size, share) for token, size, share in zip(tokens, sizes, shares, strict=True) if token.clause == clause
        ]
        weight = sum(size for size, _ in inside)
        if weight >= _LEAST_WORDS:
            worst = min(worst, sum(size * share for size, share in inside) / weight)
    return Cover(
        words=held / total,
        pairs=firm / total,
        worst=worst,
        run=_longest(sizes, shares, 0.0),
        loose=_longest(sizes, shares, _WEAK),
        missing=total - held,
        new=_new(tokens, evidence),
    )


def uncovered(sentence: Tokens, evidence: Sequence[Tokens]) -> list[Token]:
    """The words with content that no evidence has."""
    return [
        token
        for token in sentence.all
        if token.kind in ("content", "name") and _share(sentence, token, evidence) == 0.0
    ]


def _share(sentence: Tokens, token: Token, evidence: Sequence[Tokens]) -> float:
    """1 for a word that the evidence has in its place or in other words, less for a syllable on its own, 0 for none."""
    if token.kind == "name":
        return 1.0 if is_held(token, evidence) else 0.0
    if any(len(key) > 12 or " " in key for key in token.keys) and any(token.keys & each.keys for each in evidence):
        return 1.0
    words = token.words
    if len(words) > 1:
        pairs = list(pairwise(words))
        if any(all(pair in each.pairs for pair in pairs) for each in evidence):
            return 1.0
        return _WEAK if any(set(words) <= each.words for each in evidence) else 0.0
    word = words[0]
    if not any(word in each.words for each in evidence):
        return 0.0
    before, after = _beside(sentence, token)
    beside = any((before, word) in each.pairs or (word, after) in each.pairs for each in evidence)
    return 1.0 if beside else _WEAK


def _beside(sentence: Tokens, token: Token) -> tuple[str, str]:
    at = sentence.all.index(token)
    before = sentence.all[at - 1].words[-1] if at else ""
    after = sentence.all[at + 1].words[0] if at + 1 < len(sentence.all) else ""
    return before, after


def _longest(sizes: Sequence[int], shares: Sequence[float], most: float) -> int:
    longest = run = 0
    for size, share in zip(sizes, shares, strict=True):
        run = run + size if share <= most else 0
        longest = max(longest, run)
    return longest


def _new(tokens: Sequence[Token], evidence: Sequence[Tokens]) -> float:
    """The share of neighbouring words with content that nowhere in the evidence are near each other."""
    couples = [(one, other) for one, other in pairwise(tokens) if one.clause == other.clause]
    if not couples:
        return 0.0
    near: set[tuple[str, str]] = set()
    for each in evidence:
        there = [token for token in each.all if token.kind in ("content", "name")]
        for at, token in enumerate(there):
            for other in there[at + 1 : at + 4]:
                near.update((key, second) for key in token.keys for second in other.keys)
    apart = sum(
        not any((key, second) in near or (second, key) in near for key in one.keys for second in other.keys)
        for one, other in couples
    )
    return apart / len(couples)
