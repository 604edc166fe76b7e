"""Weaker evidence for another value of the same thing, also where the reader marked the wrong number of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.composing.amounts import differ, value_of
from rag.composing.grouping import CopiesOf, grouped
from rag.composing.pieces import Piece, with_span
from rag.composing.subjects import of_another
from rag.composing.wording import share, topic_words, vocabulary
from rag.datatypes import Span
from rag.question import Question
from rag.values import Kind, values_of

# Another value of the same thing may be this much weaker: in one window the reader prefers one strongly.
DIFFERING_MARGIN = 5.0
# How much of the subject must stand so near a number that was not marked, in words on either side.
_NEAR_WORDS, _OF_SUBJECT = 8, 0.6
_COUNTED = (Kind.MONEY, Kind.PERCENT, Kind.QUANTITY, Kind.DURATION)
_CLAUSE_END = re.compile(r"[,;:.()\n](?!\d)|\d")


def others_that_differ(
    question: Question, pieces: Sequence[Piece], groups: Sequence[Sequence[Piece]], *, most: int, copies_of: CopiesOf
) -> list[list[Piece]]:
    """Groups of pieces that speak against the answer: told before what is like it, but only where the sentences are
    about the same."""
    best = groups[0][0]
    taken = {piece.evidence for group in groups for piece in group}
    weaker = [
        candidate
        for piece in pieces
        if piece.evidence not in taken and piece.score >= best.score - DIFFERING_MARGIN
        for candidate in (piece, *_other_numbers(piece, best, question))
        if differ(best, candidate, question)
    ]
    if not weaker:
        return []
    return grouped(weaker, question, margin=DIFFERING_MARGIN, most=most, copies_of=copies_of)


def _other_numbers(piece: Piece, best: Piece, question: Question) -> Iterator[Piece]:
    """A piece of another article with another number of its sentence in place of the marked one: of the same kind as
    the answer, with most of the question's subject right around it and more than its unit behind it."""
    value = value_of(best, question)
    if value is None or value.kind not in _COUNTED or piece.article.id == best.article.id or piece.whole:
        return
    topic, unit = topic_words(question), vocabulary(question.form.unit or "", question)
    for number in values_of(piece.sentence, piece.article.published_on):
        marked = piece.span.start < number.end and number.start < piece.span.end
        if marked or number.kind is not value.kind or number.unit != value.unit:
            continue
        before, after = piece.sentence[: number.start].split(), piece.sentence[number.end :].split()
        near = vocabulary(" ".join((*before[-_NEAR_WORDS:], *after[:_NEAR_WORDS])), question)
        end = _CLAUSE_END.search(piece.sentence, number.end)
        behind = vocabulary(piece.sentence[number.end : end.start() if end else None], question)
        moved = with_span(piece, Span(number.start, number.end))
        if share(topic, near) >= _OF_SUBJECT and behind & topic - unit and not of_another(moved, question):
            yield moved
