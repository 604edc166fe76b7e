"""Which sentences may be shown for a yes-or-no question: those that speak of its names and of its predicate."""

from __future__ import annotations

from collections.abc import Sequence

from rag.composing.pieces import Piece, neighbour
from rag.composing.polarity import asks, stated
from rag.composing.predicate import in_place, names_share, predicate_share
from rag.question import Question

# Evidence may be this far (in logits) below the best and lead all the same, where it speaks of what is asked.
MARGIN, _LOOSE_MARGIN = 3.5, 1.0
_MOST_OF_PREDICATE, _OF_NAMES = 0.75, 0.5
_STATED, _CLOSE, _RELATED, _UNRELATED = range(4)


def shown_first(question: Question, pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces near the best that speak of what is asked, best first: those that state it, those that speak of all
    its names and most of its predicate, the others. Empty where none does; questions in other languages keep theirs."""
    near = [piece for piece in pieces if piece.score >= pieces[0].score - MARGIN and not asks(piece.sentence)]
    if not question.vietnamese:
        return near
    ranked = sorted(((_rank(question, piece), at) for at, piece in enumerate(near)), key=lambda pair: pair)
    loose = max((near[at].score for rank, at in ranked if rank == _RELATED), default=0.0)
    # What is merely near the subject is worth telling where it is about as good as the best of that kind.
    return [
        near[at]
        for rank, at in ranked
        if rank < _RELATED or (rank == _RELATED and near[at].score >= loose - _LOOSE_MARGIN)
    ]


def _rank(question: Question, piece: Piece) -> int:
    if stated(question, piece.sentence, piece.article.text) is not None:
        return _STATED
    predicate = predicate_share(question, piece.sentence)
    if predicate is None or names_share(question, _around(piece)) < _OF_NAMES:
        return _UNRELATED
    close = predicate >= _MOST_OF_PREDICATE and names_share(question, piece.sentence) >= 1.0
    return _CLOSE if close and in_place(question, piece.sentence) else _RELATED


def _around(piece: Piece) -> str:
    before, after = neighbour(piece, -1), neighbour(piece, 1)
    beside = " ".join(span.of(piece.article.text) for span in (before, after) if span)
    return f"{piece.article.title if piece.article.title_stated else ''} {beside} {piece.sentence}"
