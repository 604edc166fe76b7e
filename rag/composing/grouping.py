"""Evidence that says the same stands together: one claim, cited from every independent report."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag import vietnamese
from rag.composing.amounts import agree, answer_text, contradict, value_of
from rag.composing.pieces import Piece
from rag.composing.wording import SAME, overlap
from rag.question import Question

CopiesOf = Callable[[str], Sequence[str]]


def grouped(
    pieces: Sequence[Piece], question: Question, *, margin: float, most: int, copies_of: CopiesOf, by_value: bool = True
) -> list[list[Piece]]:
    """The best pieces in the order given, best first; those that say the same together, one of each report.

    Pieces say the same when their sentences share nearly all words, or when their answers agree and their sentences are
    about what is asked; without `by_value` their words alone count. `margin` is how far below the best a piece may
    score, `most` how many groups there may be.
    Reprints count as one report: a further statement of theirs is taken from the one that is cited already.
    """
    least = max(piece.score for piece in pieces) - margin
    near = [piece for piece in pieces if piece.score >= least]
    groups: list[list[Piece]] = []
    for piece in near:
        copies = set(copies_of(piece.article.id))
        said = next((group for group in groups if _says_the_same(group[0], piece, question, by_value)), None)
        if said is not None:
            if not any(member.article.id in copies for member in said):
                said.append(piece)
        elif len(groups) < most:
            cited = {member.article.id for group in groups for member in group}
            speakers = {piece.article.id} if piece.article.id in cited else cited & copies
            twins = (o for o in near if o.article.id in speakers and overlap(o.words, piece.words) >= SAME)
            groups.append([next(twins, piece)])
    return groups


def _says_the_same(one: Piece, other: Piece, question: Question, by_value: bool) -> bool:
    alike = overlap(one.words, other.words) >= SAME
    if not by_value:
        return alike
    # "Nặng 80 tấn", "nặng 95 tấn": all words but one are the same, and that is the one asked for.
    return agree(one, other, question) or (alike and not contradict(one, other, question))


def joined_by_agreeing(
    group: Sequence[Piece], pieces: Sequence[Piece], question: Question, *, margin: float, copies_of: CopiesOf
) -> list[Piece]:
    """A group with the weaker pieces of further reports that give its first one's answer, one of each report.

    Where the answer has no value it has to be the same words: "mạng xã hội" is no second "mạng xã hội Reddit".
    """
    lead, joined = group[0], list(group)
    for piece in pieces:
        told = {member.article.id for member in joined}
        if (
            piece.score >= lead.score - margin
            and piece.article.id not in told
            and not told & set(copies_of(piece.article.id))
            and agree(lead, piece, question)
            and (value_of(lead, question) is not None or _words_of(piece, question) == _words_of(lead, question))
        ):
            joined.append(piece)
    return joined


def _words_of(piece: Piece, question: Question) -> str:
    return " ".join(vietnamese.terms(answer_text(piece, question)))
