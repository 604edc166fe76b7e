"""What is counted in a unit that the question names: a number of another thing in its article does not lead."""

from __future__ import annotations

from collections.abc import Sequence

from rag.composing.pieces import Piece
from rag.question import Asked, Question, form_fits
from rag.values import values_of
from rag.valuing.units import UNITS

# Those who are counted have many names: "3 công nhân" answers "bao nhiêu người".
_LOOSE = frozenset(("người", "chiếc", "cái", "con", "vụ", "ca", "lần", "nơi", "xe"))


def of_unit_first(question: Question, pieces: Sequence[Piece], *, margin: float) -> list[Piece]:
    """Where the best counts another thing than the unit asked for ("3 đối tượng" to "bao nhiêu bao"), the pieces of its
    article that are marked with that unit before it, at most `margin` weaker; else the pieces as they are."""
    unit = UNITS.get(question.form.unit) if question.form.unit else None
    if question.asked is not Asked.HOW_MANY or unit is None or unit.name in _LOOSE or not pieces:
        return list(pieces)
    lead = pieces[0]
    if form_fits(question.form, lead.answer) is not False:
        return list(pieces)
    first = [
        piece
        for piece in pieces[1:]
        if piece.article.id == lead.article.id
        and piece.score >= lead.score - margin
        and unit.name in _units(piece.answer)
    ]
    return [*first, *(piece for piece in pieces if piece not in first and piece is not lead)] if first else list(pieces)


def _units(text: str) -> frozenset[str]:
    return frozenset(value.unit for value in values_of(text) if value.unit)
