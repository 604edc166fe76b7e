"""How much a word tells: little where it stands in many articles. Counted once, in `rag/data/common_words.tsv`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from rag.generation.checks.tokens import Tokens

_THOUSAND = 1_000.0
# A word that the table does not know stands in so many of 1,000 articles.
_RARE = 1.25
# Of two syllables that are one common word each has so much of its weight, of rare words less than of their parts.
_OF_PAIR, _OF_PARTS, _MOST = 0.75, 1.5, 6.0


def weights_in(tokens: Tokens) -> list[float]:
    """The weight of each token of a text: the logarithm of one over the share of articles that have it."""
    found = []
    for at, token in enumerate(tokens.all):
        if len(token.words) > 1:
            found.append(_of_phrase(token.words))
            continue
        beside = [
            _OF_PAIR * known
            for pair in (_pair(tokens, at - 1, at), _pair(tokens, at, at + 1))
            if (known := _known(pair)) is not None
        ]
        found.append(min([_of_syllable(token.words[0]), *beside]))
    return found


def _of_phrase(words: tuple[str, ...]) -> float:
    known = [weight for pair in pairwise(words) if (weight := _known(" ".join(pair))) is not None]
    return max(known) if known else min(_MOST, sum(map(_of_syllable, words)) / _OF_PARTS)


def _of_syllable(word: str) -> float:
    return _weight(_table().get(word, _RARE))


def _known(wording: str) -> float | None:
    share = _table().get(wording)
    return None if share is None else _weight(share)


def _pair(tokens: Tokens, first: int, second: int) -> str:
    """Two neighbours of one clause, "" for none."""
    if first < 0 or second >= len(tokens.all):
        return ""
    one, other = tokens.all[first], tokens.all[second]
    return f"{one.words[-1]} {other.words[0]}" if one.clause == other.clause else ""


def _weight(share: float) -> float:
    return math.log(_THOUSAND / share)


@lru_cache(1)
def _table() -> Mapping[str, float]:
    text = resources.files("rag").joinpath("data", "common_words.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {wording: float(share) for wording, share in rows}
