"""A question in parts: each a Vietnamese wording with others that mean the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.datatypes import Alternatives, Wording
from rag.vietnamese import syllables

SECOND_WEIGHT = 0.8


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the question in Vietnamese, or as it was typed, and its other wordings."""

    text: str
    others: tuple[Wording, ...] = ()


def of_wordings(wordings: Sequence[str]) -> Piece:
    """The likeliest wording, and the others with less weight."""
    return Piece(wordings[0], tuple(Wording(other, SECOND_WEIGHT) for other in wordings[1:]))


def joined(pieces: Iterable[Piece]) -> tuple[str, tuple[Alternatives, ...]]:
    """The pieces as one text, and their other wordings by its syllables."""
    texts: list[str] = []
    found: list[Alternatives] = []
    at = 0
    for piece in pieces:
        length = len(syllables(piece.text))
        if not length:
            continue
        if piece.others:
            found.append(Alternatives(at, at + length, piece.others))
        texts.append(piece.text)
        at += length
    return " ".join(texts), tuple(found)
