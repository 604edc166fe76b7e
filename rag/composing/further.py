"""Whether a further sentence is worth a claim behind the one that answers: it must speak of the same thing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.composing.amounts import differ
from rag.composing.pieces import Piece, neighbour
from rag.composing.predicate import names_share
from rag.composing.subjects import around
from rag.composing.wording import share, topic_words, vocabulary
from rag.datatypes import Span
from rag.question import Asked, Question

# A first claim that holds this much of what is asked of the names is a good one; a further one holds half as much.
_GOOD, _OF_THE_FIRST = 0.5, 0.5
# What is said, done or caused goes on in the sentence beside it, in other words.
_GOES_ON = (Asked.WHY, Asked.HOW, Asked.QUOTE)
_CONDITION = re.compile(r"[\s“\"–-]*(?:chỉ (?:sau )?khi|nếu không|ngược lại|khi đó)(?!\w)", re.IGNORECASE)


def worth_telling(question: Question, groups: Sequence[list[Piece]]) -> list[list[Piece]]:
    """The first group, and those behind it that speak of what is asked.

    Behind a first sentence that plainly does, another one needs half as many of the question's words, and an article
    that has the question's names at all. One with another value stays, and one right beside the first of what goes on.
    """
    first = groups[0][0]
    asked = topic_words(question) - vocabulary(" ".join(sorted(question.names)), question)
    held = share(asked, vocabulary(first.sentence, question))
    if not asked or held < _GOOD:
        return list(groups)
    named = names_share(question, around(first)) == 1.0
    return [
        group
        for group in groups
        if group is groups[0]
        or differ(first, group[0], question)
        or (question.asked in _GOES_ON and _beside(first, group[0]))
        or (
            share(asked, vocabulary(group[0].sentence, question)) >= _OF_THE_FIRST * held
            and not (named and names_share(question, group[0].article.text) == 0.0)
        )
    ]


def on_condition(piece: Piece) -> Span | None:
    """The sentence behind a piece, where it says on what condition what the piece says is so: "Chỉ khi …"."""
    after = neighbour(piece, 1)
    return after if after is not None and _CONDITION.match(after.of(piece.article.text)) else None


def _beside(one: Piece, other: Piece) -> bool:
    if one.article.id != other.article.id:
        return False
    spans = (neighbour(one, -1), neighbour(one, 1))
    return any(span is not None and span.start <= other.evidence.start < span.end for span in spans)
