"""A second look at the best candidates: how much of the question each passage says, and how close together.

The legs score a passage by its meaning as a whole and by the terms anywhere in it. An answer stands in one place, in
words near those of the question; that is counted here. The weights are a regression fitted by `python -m eval.rerank`
on development questions, the figures are in docs/retrieval.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Alternatives
from rag.errors import ModelError
from rag.vietnamese import BIGRAM_JOINT, FOLDED_PREFIX, fold, syllables

SIGNALS = ("covered", "covered_rare", "pairs", "within_30", "within_60", "near", "title")
FEATURES = ("dense", "lexical", *SIGNALS)
WEIGHTS_FILE = Path(__file__).parent / "data" / "rerank.json"

# A question's first syllables count: the work grows with their number.
_MOST_SYLLABLES = 128
_MOST_PLACES = 4
_WINDOWS = (30, 60)
# Two syllables of a question that are at most so far apart should be nearly so in the passage.
_APART_IN_QUESTION = 3
_APART_IN_PASSAGE = 4
# Rarer than this they carry meaning: ln(1 + N / n) of a syllable in a third of the passages.
_TELLING = 1.0
_NO_TITLE = ""


@dataclass(frozen=True, slots=True)
class _Wording:
    """Syllables that may stand for the question's [start, end), and how surely."""

    words: tuple[str, ...]
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class Sought:
    """A question's syllables with their weights, in the form in which passages are looked through.

    `weights` are inverse document frequencies, those of `pair_weights` of two neighbouring syllables; a repeated one
    has 0. `places` tells where a syllable stands in the question. `folded` says that passages are to be folded first.
    """

    weights: tuple[float, ...]
    pair_weights: tuple[float, ...]
    near_weights: Mapping[tuple[int, int], float]
    places: Mapping[str, tuple[int, ...]]
    wordings: Mapping[str, tuple[_Wording, ...]]
    folded: bool


def sought(
    text: str,
    frequency: Callable[[str], int],
    passages: int,
    *,
    alternatives: Sequence[Alternatives] = (),
    folded: bool = False,
) -> Sought:
    """What to look for in passages. `frequency` counts the passages that hold a term, of `passages` in all.

    `alternatives` count the syllables of the text. `folded` is for a question typed without diacritics.
    """
    words = syllables(text)[:_MOST_SYLLABLES]
    mark = FOLDED_PREFIX if folded else ""
    if folded:
        words = [fold(word) for word in words]

    def weight(term: str) -> float:
        held = min(frequency(mark + term), passages)
        return math.log(1 + (passages - held + 0.5) / (held + 0.5))

    weights = _without_repeats(words, weight)
    pairs = _without_repeats([BIGRAM_JOINT.join(pair) for pair in pairwise(words)], weight)
    telling = [place for place, value in enumerate(weights) if value > _TELLING]
    near = {
        (first, second): min(weights[first], weights[second])
        for at, first in enumerate(telling)
        for second in telling[at + 1 :]
        if second - first <= _APART_IN_QUESTION
    }
    places: dict[str, tuple[int, ...]] = {}
    for place, word in enumerate(words):
        if len(places.get(word, ())) < _MOST_PLACES:
            places[word] = (*places.get(word, ()), place)
    wordings: dict[str, tuple[_Wording, ...]] = {}
    for group in alternatives:
        if group.end > len(words):
            continue
        for wording in group.wordings:
            other = syllables(fold(wording.text) if folded else wording.text)
            if other:
                one = _Wording(tuple(other), group.start, group.end, wording.weight)
                wordings[other[0]] = (*wordings.get(other[0], ()), one)
    return Sought(weights, pairs, near, places, wordings, folded)


def signals(asked: Sought, passage: str, title: str = _NO_TITLE) -> tuple[float, ...]:
    """`SIGNALS` of a passage, each a share of the question's weight in 0..1.

    What the passage holds of the question's syllables (`covered`; `covered_rare` by the square of the weight) and of
    its pairs of neighbours (`pairs`), the most that 30 and 60 syllables in a row hold (`within_30`, `within_60`), pairs
    that stand near each other in both (`near`), and what only the stated title holds (`title`).
    """
    found = _find(asked, passage)
    weights, total = asked.weights, sum(asked.weights) or 1.0
    best = found.best
    covered = sum(weight * share for weight, share in zip(weights, best, strict=True))
    squares = [weight * weight for weight in weights]
    rare = sum(weight * share for weight, share in zip(squares, best, strict=True)) / (sum(squares) or 1.0)
    pairs = sum(weight * share for weight, share in zip(asked.pair_weights, found.pairs, strict=True))
    in_title = 0.0
    if title:
        told = _find(asked, title).best
        in_title = sum(w * max(t - b, 0.0) for w, t, b in zip(weights, told, best, strict=True))
    return (
        covered / total,
        rare,
        pairs / (sum(asked.pair_weights) or 1.0),
        *(_most_within(found.events, weights, best, width) / total for width in _WINDOWS),
        _near(asked, found) / (sum(asked.near_weights.values()) or 1.0),
        in_title / total,
    )


def features(
    asked: Sought,
    passages: Sequence[tuple[str, str]],
    keys: Sequence[int],
    dense: Mapping[int, float],
    lexical: Mapping[int, float],
) -> NDArray[np.float64]:
    """`FEATURES` of candidates, (n, len(FEATURES)), from texts, stated titles and the standard scores of both legs."""
    floors = [min(leg.values(), default=0.0) for leg in (dense, lexical)]
    return np.array(
        [
            (dense.get(key, floors[0]), lexical.get(key, floors[1]), *signals(asked, text, title))
            for key, (text, title) in zip(keys, passages, strict=True)
        ]
    )


def rescored(features: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores (n,) of the candidates' features (n, len(FEATURES)); their mean is 0."""
    scores = features @ weights
    return np.asarray(scores - scores.mean())


@lru_cache
def shipped_weights() -> Mapping[str, NDArray[np.float64]]:
    """Weights of `FEATURES` for a question that was typed or restored with diacritics ("accented"), one that was not
    ("unaccented"), and one in another language ("foreign"). Raises ModelError if they are torn."""
    try:
        stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
        if tuple(stored.pop("features")) != FEATURES:
            raise ValueError("other features")
        weights = {name: np.array(values, dtype=np.float64) for name, values in stored.items()}
        if any(values.shape != (len(FEATURES),) or not np.isfinite(values).all() for values in weights.values()):
            raise ValueError("not one finite weight for each feature")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"the weights cannot be read ({error})", where=str(WEIGHTS_FILE), remedy="Install the program again"
        ) from error
    return weights


@dataclass(frozen=True, slots=True)
class _Found:
    """Where a passage holds what is sought: (place in it, place in the question, how surely), in its order."""

    events: list[tuple[int, int, float]]
    best: list[float]
    pairs: list[float]


def _find(asked: Sought, text: str) -> _Found:
    words = syllables(fold(text) if asked.folded else text)
    places, wordings = asked.places, asked.wordings
    events = [(at, place, 1.0) for at, word in enumerate(words) if word in places for place in places[word]]
    best = [0.0] * len(asked.weights)
    pairs = [0.0] * len(asked.pair_weights)
    if wordings:
        for at, word in enumerate(words):
            for wording in wordings.get(word, ()):
                if tuple(words[at : at + len(wording.words)]) == wording.words:
                    last = len(wording.words) - 1
                    for offset, place in enumerate(range(wording.start, wording.end)):
                        end = place == wording.end - 1
                        events.append((at + (last if end else min(offset, last)), place, wording.weight))
                    for place in range(wording.start, wording.end - 1):
                        pairs[place] = max(pairs[place], wording.weight)
        events.sort()
    surest: dict[tuple[int, int], float] = {}
    for at, place, share in events:
        best[place] = max(best[place], share)
        surest[at, place] = max(surest.get((at, place), 0.0), share)
    for (at, place), share in surest.items():
        follower = surest.get((at + 1, place + 1))
        if follower is not None:
            pairs[place] = max(pairs[place], min(share, follower))
    return _Found(events, best, pairs)


def _most_within(
    events: Sequence[tuple[int, int, float]], weights: Sequence[float], best: Sequence[float], width: int
) -> float:
    """The greatest weight of different syllables of the question that `width` syllables in a row hold."""
    held = [0] * len(weights)
    most = now = 0.0
    first = 0
    for at, place, _ in events:
        if not held[place]:
            now += weights[place] * best[place]
        held[place] += 1
        while events[first][0] <= at - width:
            gone = events[first][1]
            held[gone] -= 1
            if not held[gone]:
                now -= weights[gone] * best[gone]
            first += 1
        most = max(most, now)
    return most


def _near(asked: Sought, found: _Found) -> float:
    met: set[tuple[int, int]] = set()
    for number, (at, place, _) in enumerate(found.events):
        for next_number in range(number + 1, len(found.events)):
            later, other, _ = found.events[next_number]
            apart = later - at
            if apart > _APART_IN_PASSAGE:
                break
            if place < other:
                met.add((place, other))
            elif apart < _APART_IN_PASSAGE:
                met.add((other, place))
    best = found.best
    return sum(
        weight * min(best[first], best[second])
        for (first, second), weight in asked.near_weights.items()
        if (first, second) in met
    )


def _without_repeats(words: Sequence[str], weight: Callable[[str], float]) -> tuple[float, ...]:
    seen: set[str] = set()
    weights = []
    for word in words:
        weights.append(0.0 if word in seen else weight(word))
        seen.add(word)
    return tuple(weights)
