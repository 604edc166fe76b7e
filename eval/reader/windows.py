"""From a pair to what the network learns from: `query: …` and as much of `passage: …` as there is room for.

`rag.reading.windows` cuts the windows that are read; these lie at random, around an answer that is known.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from eval.reader.pairs import ENGLISH, Kind, Pair, Span
from rag import vietnamese
from rag.models.tokens import Tokens

MAX_QUESTION_TOKENS: Final = 64
UNACCENTED_SHARE: Final = 0.10
LOWER_CASE_SHARE: Final = 0.05
UNMARKED_SHARE: Final = 0.05
ELSEWHERE_SHARE: Final = 0.12
"""Of the answerable questions over passages longer than a window: how many get a window without the answer."""
_SPECIAL_TOKENS = 3
_PASSAGES_KEPT = 8192


Tokenised = tuple[NDArray[np.int32], NDArray[np.int32]]
"""Ids (n,) of a text, and the characters each stands for: offsets (n, 2)."""


@dataclass(frozen=True, slots=True)
class Window:
    """What the network reads: `<s> query: … </s> passage: … </s>` as token ids.

    The first `question` ids are the question with its marks; the passage's own begin at `base` and end before the last
    id. `first` is the number of the first of them among all tokens of the passage. `start` and `end` are places in
    `ids`, the end included; both 0, the first id, where this window has no answer.
    """

    ids: tuple[int, ...]
    question: int
    base: int
    first: int
    start: int = 0
    end: int = 0
    kind: Kind = "other"
    weight: float = 1.0


def disguised(question: str, rng: random.Random) -> str:
    """The question, now and then as people type it: without diacritics, in small letters, without its mark."""
    draw = rng.random()
    if draw < UNACCENTED_SHARE:
        return vietnamese.fold(question)
    if draw < UNACCENTED_SHARE + LOWER_CASE_SHARE:
        return question.lower().rstrip("?").strip()
    if draw < UNACCENTED_SHARE + LOWER_CASE_SHARE + UNMARKED_SHARE:
        return question.rstrip("?").strip()
    return question


class Windows:
    """Cuts windows of at most `room` tokens, with the tokenizer of a model folder."""

    def __init__(self, folder: Path, room: int) -> None:
        self._tokens = Tokens(folder / "tokenizer.json", room)
        self._begin, self._end = self._tokens.encode([""])[0]
        self._query = self._tokens.pieces("query:")[0].tolist()
        self._passage = self._tokens.pieces("passage:")[0].tolist()
        self._room = room
        # Training asks many questions of each passage.
        self.tokenised = lru_cache(_PASSAGES_KEPT)(self._tokens.pieces)

    def to_train(self, pair: Pair, rng: random.Random) -> Window | None:
        """One window of the pair, cut at random where the passage is longer, mostly around the answer.

        None if no token stands for the answer.
        """
        question = pair.question if pair.origin in ENGLISH else disguised(pair.question, rng)
        asked = self._asked(question)
        ids, offsets = self.tokenised(pair.passage)
        room = self._room_beside(asked)
        answer = _tokens_of(pair.answer, offsets)
        if pair.kind == "answer" and answer is None:
            return None
        first = 0
        if len(ids) > room:
            around = answer or _tokens_of(pair.plausible, offsets)
            first = _first_token(around, len(ids), room, answerable=answer is not None, rng=rng)
        start = end = 0
        kind, base = pair.kind, self._base(asked)
        if answer is not None and first <= answer[0] and answer[1] < first + room:
            start, end = base + answer[0] - first, base + answer[1] - first
        elif answer is not None:
            kind = "elsewhere"
        window = self._window(asked, ids[first : first + room].tolist())
        return Window(window, len(asked) + 2, base, first, start, end, kind, pair.weight)

    def _asked(self, question: str) -> list[int]:
        return [*self._query, *self._tokens.pieces(question)[0].tolist()][:MAX_QUESTION_TOKENS]

    def _room_beside(self, asked: list[int]) -> int:
        return self._room - len(asked) - len(self._passage) - _SPECIAL_TOKENS

    def _base(self, asked: list[int]) -> int:
        return len(asked) + 2 + len(self._passage)

    def _window(self, asked: list[int], ids: list[int]) -> tuple[int, ...]:
        return (self._begin, *asked, self._end, *self._passage, *ids, self._end)


def _tokens_of(span: Span | None, offsets: NDArray[np.int32]) -> Span | None:
    """The first and the last token, included, that stand for characters of the span."""
    if span is None:
        return None
    begin, end = offsets[:, 0], offsets[:, 1]
    inside = np.flatnonzero((end > span[0]) & (begin < span[1]) & (end > begin))
    return (int(inside[0]), int(inside[-1])) if len(inside) else None


def _first_token(around: Span | None, count: int, room: int, *, answerable: bool, rng: random.Random) -> int:
    """Where a window of `room` of `count` tokens begins: anywhere around the tokens or, now and then, far from them."""
    if around is None or around[1] - around[0] >= room:
        return rng.randrange(0, count - room + 1)
    start, end = around
    if answerable and rng.random() < ELSEWHERE_SHARE and (start > room * 0.6 or count - end > room * 0.6):
        return 0 if start >= count - end else count - room
    return rng.randint(max(0, end - room + 1), min(start, count - room))
