"""Question and passage as one row of tokens; a long passage as several rows that overlap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.models.tokens import Tokens

_QUERY, _PASSAGE = "query:", "passage:"
# A question longer than this is cut anyway: no token stands for more characters.
_MAX_CHARS_PER_TOKEN = 64
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Row:
    """`<s> query: Q </s> passage: P </s>`. Tokens from `second` on are of type 1; those of the passage are
    [first, first + len(offsets)), and `offsets` (n, 2) say where they stand in it."""

    ids: NDArray[np.int32]
    second: int
    first: int
    offsets: NDArray[np.int32]


class Lengths(Protocol):
    """In tokens: a row in all, what rows of one passage share, and the most that is taken of a question."""

    @property
    def window_tokens(self) -> int: ...
    @property
    def overlap_tokens(self) -> int: ...
    @property
    def question_tokens(self) -> int: ...


class Encoding:
    """Texts to rows, with the encoder's tokenizer and its three special tokens."""

    def __init__(self, tokens: Tokens, lengths: Lengths) -> None:
        self._tokens = tokens
        self._lengths = lengths
        self._query = tokens.pieces(_QUERY)[0]
        self._passage = tokens.pieces(_PASSAGE)[0]
        begin, *_, end = tokens.encode([""])[0]
        self._begin, self._end = np.array([begin], dtype=np.int32), np.array([end], dtype=np.int32)

    def question(self, text: str) -> NDArray[np.int32]:
        """What stands before the passage."""
        limit = self._lengths.question_tokens
        asked = self._tokens.pieces(encodable_in_place(text[: limit * _MAX_CHARS_PER_TOKEN]))[0]
        return np.concatenate([self._begin, np.concatenate([self._query, asked])[:limit], self._end])

    def rows(self, question: NDArray[np.int32], passage: str, *, most: int | None = None) -> Iterator[Row]:
        """The passage's rows, with at most `most` of its tokens each; the last is as long as the others and so overlaps
        more."""
        ids, offsets = self._tokens.pieces(encodable_in_place(passage))
        room = self._lengths.window_tokens - len(question) - len(self._passage) - len(self._end)
        room = min(room, most or room)
        overlap = min(self._lengths.overlap_tokens, room // 2)
        first = len(question) + len(self._passage)
        at, end = 0, 0
        while end < len(ids):
            end = min(len(ids), at + room)
            start = max(0, end - room)
            row = np.concatenate([question, self._passage, ids[start:end], self._end])
            yield Row(row, len(question), first, offsets[start:end])
            at = end - overlap


def encodable_in_place(text: str) -> str:
    """The text with NUL and lone surrogates, which no tokenizer takes, replaced one for one: offsets stay."""
    return _NO_TEXT.sub(" ", text)
