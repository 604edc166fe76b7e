"""Whose words a sentence gives: of a speaker who is asked for, sentences that are theirs come first."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.composing.antecedents import resolve
from rag.composing.pieces import Piece, neighbour
from rag.composing.wording import words
from rag.question import Asked, Question

_FORMS_OF_ADDRESS = words("ông bà anh chị cô ngài của nước nữ tân cựu")


def attributed_first(question: Question, pieces: Sequence[Piece], *, margin: float) -> list[Piece]:
    """The pieces, those of the speaker asked for before others that score at most `margin` better."""
    if question.asked is not Asked.QUOTE or question.speaker is None or not pieces:
        return list(pieces)
    near = [piece for piece in pieces if piece.score >= pieces[0].score - margin]
    theirs = [piece for piece in near if is_of(piece, question.speaker)]
    return [*theirs, *(piece for piece in pieces if piece not in theirs)]


def is_of(piece: Piece, speaker: str) -> bool:
    """Whether a sentence names the speaker, or a pronoun of it is the speaker's, or it is quoted beside such a one."""
    wanted = words(speaker) - _FORMS_OF_ADDRESS
    if wanted <= words(piece.sentence):
        return True
    resolution = resolve(piece.article.text, piece.evidence.start, piece.evidence.end)
    if any(_meant(wanted, speaker, name) for _, name in resolution.insertions):
        return True
    # A quotation of several sentences is attributed in its first or its last.
    if not re.search(r"[“”\"]", piece.sentence):
        return False
    beside = (neighbour(piece, -1), neighbour(piece, 1))
    return any(span is not None and wanted <= words(span.of(piece.article.text)) for span in beside)


def _meant(wanted: frozenset[str], speaker: str, name: str) -> bool:
    """Whether a resolved name is the speaker's: all of the asked name, or the last part of both."""
    return wanted <= words(name) or name.rsplit(" ", 1)[-1].lower() == speaker.rsplit(" ", 1)[-1].lower()
