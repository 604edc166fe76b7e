"""How much of a sentence stands in its evidence, as a whole and clause by clause: numbers for a regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import NamedTuple

from rag.generation.checks.commonness import weights_in
from rag.generation.checks.contrary_words import opposed
from rag.generation.checks.naming import is_held
from rag.generation.checks.synonyms import groups_of
from rag.generation.checks.tokens import Token, Tokens

_NEGATORS = frozenset(("không", "chưa", "chẳng"))
_WEAK = 0.4
_LEAST_WORDS, _LEAST_WEIGHT = 2, 2.0


@dataclass(frozen=True, slots=True)
class Cover:
    """Shares are in 0..1; `missing` and `run` are weights of `commonness.weights_in`, in which a rare word counts for
    several common ones.

    `words` is the share of the syllables with content that the evidence has, `pairs` the share that it has beside the
    same neighbour or in another wording, `worst` the least of the clauses, `gap` the most by weight that a clause
    lacks, `run` the longest run without any in the evidence, `missing` all that it lacks, `new` the share of
    neighbouring words with content that are not neighbours there.
    """

    words: float
    pairs: float
    worst: float
    gap: float
    run: float
    missing: float
    new: float


COVER = tuple(field.name for field in fields(Cover))


def cover_of(sentence: Tokens, evidence: Sequence[Tokens]) -> Cover:
    """How the evidence covers a sentence; one without content is covered."""
    weighed = zip(sentence.all, weights_in(sentence), strict=True)
    parts = [
        _Part(token.clause, len(token.words), weight, _share(sentence, token, evidence))
        for token, weight in weighed
        if token.kind in ("content", "name")
    ]
    total = sum(part.size for part in parts)
    if not total:
        return Cover(1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
    worst, gap = 1.0, 0.0
    for clause in dict.fromkeys(part.clause for part in parts):
        inside = [part for part in parts if part.clause == clause]
        size, weight = sum(part.size for part in inside), sum(part.weight for part in inside)
        if size >= _LEAST_WORDS:
            worst = min(worst, sum(part.size * part.share for part in inside) / size)
        if weight >= _LEAST_WEIGHT:
            gap = max(gap, sum(part.weight * (1 - part.share) for part in inside) / weight)
    return Cover(
        words=sum(part.size for part in parts if part.share > 0) / total,
        pairs=sum(part.size * part.share for part in parts) / total,
        worst=worst,
        gap=gap,
        run=_longest(parts),
        missing=sum(part.weight for part in parts if part.share == 0),
        new=_new([token for token in sentence.all if token.kind in ("content", "name")], evidence),
    )


class _Part(NamedTuple):
    """A word with content: its clause, its syllables, its weight, and how much of it the evidence has."""

    clause: int
    size: int
    weight: float
    share: float


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
    if _is_denied_contrary(sentence, token, evidence) or (
        any(len(key) > 12 or " " in key for key in token.keys) and any(token.keys & each.keys for each in evidence)
    ):
        return 1.0
    return _share_of_phrase(token, evidence) if len(token.words) > 1 else _share_of_syllable(sentence, token, evidence)


def _share_of_phrase(token: Token, evidence: Sequence[Tokens]) -> float:
    pairs = list(pairwise(token.words))
    if any(all(pair in each.pairs for pair in pairs) for each in evidence):
        return 1.0
    return _WEAK if any(set(token.words) <= each.words for each in evidence) else 0.0


def _share_of_syllable(sentence: Tokens, token: Token, evidence: Sequence[Tokens]) -> float:
    word = token.words[0]
    if not any(word in each.words for each in evidence):
        return 0.0
    before, after = _beside(sentence, token)
    beside = any((before, word) in each.pairs or (word, after) in each.pairs for each in evidence)
    return 1.0 if beside else _WEAK


def _is_denied_contrary(sentence: Tokens, token: Token, evidence: Sequence[Tokens]) -> bool:
    """Whether "không thay đổi" tells "giữ nguyên"."""
    at = sentence.all.index(token)
    if not at or sentence.all[at - 1].words[-1] not in _NEGATORS:
        return False
    contrary = opposed().get(" ".join(token.words), frozenset())
    keys = {key for wording in contrary for key in (wording, *groups_of(tuple(wording.split())))}
    return any(keys & each.keys for each in evidence)


def _beside(sentence: Tokens, token: Token) -> tuple[str, str]:
    at = sentence.all.index(token)
    before = sentence.all[at - 1].words[-1] if at else ""
    after = sentence.all[at + 1].words[0] if at + 1 < len(sentence.all) else ""
    return before, after


def _longest(parts: Sequence[_Part]) -> float:
    longest = run = 0.0
    for part in parts:
        run = run + part.weight if part.share == 0 else 0.0
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
