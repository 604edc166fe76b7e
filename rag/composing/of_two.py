"""Questions that ask who and name two ("Ai tử vong, ông H. hay bà X.?"): of which a sentence says what is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import vietnamese
from rag.composing.facts import fact_draft
from rag.composing.grouping import CopiesOf
from rag.composing.pieces import Draft, Piece, with_span
from rag.composing.polarity import asks
from rag.composing.predicate import sides_of_predicates
from rag.composing.wording import share, vocabulary
from rag.datatypes import Span
from rag.matching.opposites import places_of
from rag.matching.view import normal_words, view_of
from rag.question import Asked, FormKind, Question

_ASKED = re.compile(
    r"(?:ai|(?:[^\W\d_]+ ){1,3}nào)(?: (?:là người|đã|bị|được|sẽ))* (?P<predicate>[^,]+), *(?P<one>[^,]{2,40}?) "
    r"(?:hay là|hay|hoặc là|hoặc) (?P<other>[^,]{2,40}?)[ ?.!]*",
    re.IGNORECASE,
)
_SOMEONE = (FormKind.PERSON, FormKind.ORGANISATION, FormKind.PLACE)
_HEAD_WORDS = 2
# Evidence may be this far (in logits) below the best and lead all the same, where it says it of one of the two.
_MARGIN = 3.5
_OF_PREDICATE = 0.5


@dataclass(frozen=True, slots=True)
class OfTwo:
    """The two that a question offers, and what it asks which of them did."""

    sides: tuple[str, str]
    predicate: str


def asked_of_two(question: Question) -> OfTwo | None:
    """What a question asks of which of two; None for any other."""
    of_someone = question.asked is Asked.WHO or question.form.kind in _SOMEONE
    found = _ASKED.fullmatch(question.own.strip()) if question.accented and of_someone else None
    return OfTwo((found["one"], found["other"]), found["predicate"]) if found else None


def of_two_draft(
    asked: OfTwo, question: Question, pieces: Sequence[Piece], *, most: int, copies_of: CopiesOf
) -> Draft | None:
    """The answer of the sentences that state the predicate and name one of the two; None where none does.

    `pieces` are best first. Where a sentence names both, the one named last before the predicate is meant; where that
    tells nothing, what is marked in it is the answer.
    """
    words = frozenset(word for word in vietnamese.syllables(asked.predicate) if word in question.content)
    stating = [
        piece if side is None else with_span(piece, side)
        for piece in pieces
        if piece.score >= pieces[0].score - _MARGIN
        and not asks(piece.sentence)
        and share(words, vocabulary(piece.article.text, question)) >= _OF_PREDICATE
        for found, side in [_stated(asked, question, piece.sentence)]
        if found
    ]
    return fact_draft(question, stating, most=most, copies_of=copies_of) if stating else None


def _stated(asked: OfTwo, question: Question, sentence: str) -> tuple[bool, Span | None]:
    """Whether a sentence states the predicate of one of the two, and which of them, as it names it, if that is sure."""
    view = view_of(sentence, folded=False)
    everything = range(len(view.words))
    named = [
        place
        for side in asked.sides
        for place, _ in places_of(view, normal_words(side, folded=False), everything, folded=False)
    ]
    at = _predicate_at(asked, question, sentence)
    if at is None or not named:
        return False, None
    before = [place for place in named if view.ends[place.stop - 1] <= at]
    last = max(before, key=lambda place: place.start, default=None)
    return True, Span(view.starts[last.start], view.ends[last.stop - 1]) if last is not None else None


def _predicate_at(asked: OfTwo, question: Question, sentence: str) -> int | None:
    """Where a sentence states the predicate, in its own words or in others of the same sense; None where it does not,
    or denies it."""
    words = tuple(vietnamese.syllables(asked.predicate))
    if not words:
        return None
    view = view_of(sentence, folded=False)
    alike = [one.alike for one, _, _ in sides_of_predicates(question, sentence) if words[: len(one.asked)] == one.asked]
    size = 1 if words[0] in question.content and words[1:2] and words[1] not in question.content else _HEAD_WORDS
    wordings = [words[:size], *(phrase for phrases in alike for phrase in phrases)]
    places = (
        view.starts[place.start]
        for wording in wordings
        for place, turned in places_of(view, wording, range(len(view.words)), folded=False)
        if not turned
    )
    return next(places, None)
