"""The likeliest reading of a question: Viterbi over what each typed word may stand for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.restoring.sources import Sources
from rag.restoring.words import SENTENCE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_KEPT = 5
_LEAST_POSTERIOR = 0.001


@dataclass(frozen=True, slots=True)
class Choice:
    """What a typed word may stand for: the word in its one spelling, how it is to be written, and what speaks for it.

    `cost` is minus the logarithm of the chance to type it so by mistake. `restored` says that diacritics were left
    out, `marked` that they were typed, `mended` that a mistake of another kind was made.
    """

    word: str
    text: str
    cost: float = 0.0
    restored: bool = False
    marked: bool = False
    mended: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """A word of the question with its choices, the first as typed; or a symbol, without a choice."""

    symbol: int | None
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The choices taken, by position, and the logarithm of the reading's chance."""

    taken: tuple[Choice, ...]
    score: float


_BOUNDARY = Position(SENTENCE, (Choice("", ""),))


class Lattice:
    """Positions with the chances between them. Computing these is most of the work; readings are quick."""

    def __init__(self, positions: Sequence[Position], sources: Sources) -> None:
        self._sources = sources
        whole = [_BOUNDARY, *positions, _BOUNDARY]
        numbers = [self._numbers(position) for position in whole]
        kept = self._prune(whole, numbers)
        self._positions = [
            Position(position.symbol, tuple(position.choices[at] for at in places))
            for position, places in zip(whole, kept, strict=True)
        ]
        self._edges = self._chances([which[places] for which, places in zip(numbers, kept, strict=True)])

    def _numbers(self, position: Position) -> Ints:
        if position.symbol is not None:
            return np.array([position.symbol], dtype=np.int64)
        return self._sources.table.numbers([choice.word for choice in position.choices])

    def _prune(self, whole: list[Position], numbers: list[Ints]) -> list[NDArray[np.intp]]:
        """The few choices of each position that have any chance by pairs of words, the one as typed always."""
        edges = self._sources.table.pair_chances(numbers)
        nodes = [np.exp([-choice.cost for choice in position.choices]) for position in whole]
        posterior = _posterior(edges, nodes)
        if self._sources.passages is not None:
            nodes = [node * self._presence(position) for node, position in zip(nodes, whole, strict=True)]
            posterior = [np.maximum(*pair) for pair in zip(posterior, _posterior(edges, nodes), strict=True)]
        kept = []
        for likely in posterior:
            if len(likely) == 1:
                kept.append(np.zeros(1, dtype=np.intp))
                continue
            best = np.argsort(-likely, kind="stable")[:_KEPT]
            kept.append(np.union1d(best[likely[best] > _LEAST_POSTERIOR], [0]))
        return kept

    def _presence(self, position: Position) -> Floats:
        """A bonus for words that the passages hold."""
        passages = self._sources.passages
        if passages is None or len(position.choices) == 1:
            return np.ones(1)
        counts = np.array([passages.single.get(choice.word, 0.0) for choice in position.choices]) + 0.05
        bonus: Floats = np.sqrt(counts / counts.max())
        return bonus

    def _chances(self, numbers: list[Ints]) -> list[Floats]:
        """The logarithm of p(choice | two choices before) for each position from the second boundary on."""
        words = [[choice.word for choice in position.choices] for position in (_BOUNDARY, *self._positions)]
        general = self._sources.table.triple_chances([numbers[0], *numbers])
        return [
            np.log(self._sources.mix(before, first, second, chance))
            for before, first, second, chance in zip(words, words[1:], words[2:], general, strict=False)
        ]

    def places_of(self, words: Collection[str]) -> list[tuple[int, str]]:
        """Where these words could be read: positions in the question, each with one word."""
        return [
            (at, choice.word)
            for at, position in enumerate(self._positions[1:-1])
            for choice in position.choices
            if choice.word in words
        ]

    def read(
        self,
        restored: Sequence[float],
        marked: Sequence[float],
        prior: Sequence[float],
        *,
        fixed: tuple[int, str] | None = None,
    ) -> list[Reading]:
        """The best reading under each of several habits of typing.

        A habit costs `restored` for each word typed without its diacritics, `marked` for each typed with them, and
        `prior` once. `fixed` is one of `places_of`, where that word must be read.
        """
        habits = len(prior)
        cost_restored, cost_marked = np.asarray(restored)[:, None], np.asarray(marked)[:, None]
        scores = -np.asarray(prior, dtype=np.float64)[:, None, None]
        back = []
        for at, (edge, position) in enumerate(zip(self._edges, self._positions[1:], strict=True)):
            node = np.array([-choice.cost for choice in position.choices])
            if fixed is not None and at == fixed[0]:
                node[[choice.word != fixed[1] for choice in position.choices]] = -np.inf
            lost = np.array([choice.restored for choice in position.choices])
            typed = np.array([choice.marked for choice in position.choices])
            nodes = node[None, :] - cost_restored * lost - cost_marked * typed
            candidates = scores[:, :, :, None] + edge[None]
            back.append(candidates.argmax(axis=1))
            scores = candidates.max(axis=1) + nodes[:, None, :]
        return [self._trace(back, habit, scores[habit]) for habit in range(habits)]

    def _trace(self, back: list[NDArray[np.intp]], habit: int, scores: Floats) -> Reading:
        one, two = (int(place) for place in np.unravel_index(int(scores.argmax()), scores.shape))
        taken = []
        for place in range(len(self._positions) - 1, 0, -1):
            taken.append(self._positions[place].choices[two])
            one, two = int(back[place - 1][habit, one, two]), one
        return Reading(tuple(reversed(taken))[:-1], float(scores.max()))


def _posterior(edges: list[Floats], nodes: list[Floats]) -> list[Floats]:
    """The chance of each choice, forward and backward over pairs."""
    forward = [nodes[0]]
    for edge, node in zip(edges, nodes[1:], strict=True):
        reached = (forward[-1] @ edge) * node
        forward.append(reached / reached.sum())
    backward = [np.ones(1)]
    for edge, node in zip(reversed(edges), reversed(nodes[1:]), strict=True):
        left = edge @ (node * backward[-1])
        backward.append(left / left.sum())
    both = [one * two for one, two in zip(forward, reversed(backward), strict=True)]
    return [chances / chances.sum() for chances in both]
