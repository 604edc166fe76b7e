"""Answers to questions after one thing, a yes or no, or a cause: which sentences, and what in short."""

from __future__ import annotations

from collections.abc import Sequence

from rag.composing.amounts import answer_text, asks_time, disagreements, names_day
from rag.composing.antecedents import resolve
from rag.composing.causes import carrying_neighbour, cause_first, is_by_whom, points_back
from rag.composing.changes import of_change
from rag.composing.counting import of_unit_first
from rag.composing.days import resolved_day
from rag.composing.differing import DIFFERING_MARGIN, others_that_differ
from rag.composing.doing import of_asked_first
from rag.composing.further import on_condition, worth_telling
from rag.composing.grouping import CopiesOf, grouped, joined_by_agreeing
from rag.composing.margins import differences_only
from rag.composing.pieces import Disagreement, Draft, Piece, Statement, neighbour, sentence_evidence, with_span
from rag.composing.polarity import denies_the_former, stated
from rag.composing.series import days_in_a_row
from rag.composing.speaking import announced, of_speaker, says_something, words_said
from rag.composing.whether import shown_first
from rag.composing.wording import capitalised, readable
from rag.datatypes import Span
from rag.question import Asked, Question

# Evidence this far (in logits) below the best is not worth a claim of its own; this near, it supports as well.
MARGIN = 1.0
_AS_GOOD = 0.25
# What is told of the one asked about leads before what is told of another, where it is this much weaker at most.
_OF_ASKED_MARGIN = 3.5
_MARKS = ' “”"–-'
_YES, _NO = "Có", "Không"


def fact_draft(
    question: Question, pieces: Sequence[Piece], *, most: int, copies_of: CopiesOf, by_value: bool = True
) -> Draft | None:
    """The answer to a question after one thing: a completed span, the sentences that hold it, and other values.

    None for a question whether something is so where no sentence speaks of that, or after somebody's words where the
    best gives none, or all give those of others.

    `pieces` are best first; `most` is how many claims there may be. Without `by_value` evidence is grouped by its words
    alone and no conflict is looked for.
    """
    if question.asked is Asked.YES_NO:
        pieces = shown_first(question, pieces)
        if not pieces:
            return None
        margin = max(piece.score for piece in pieces) - min(piece.score for piece in pieces)
        groups = grouped(pieces, question, margin=margin, most=most, copies_of=copies_of, by_value=by_value)
        return _yes_or_no(question, groups)
    pieces = of_unit_first(question, differences_only(question, pieces), margin=_OF_ASKED_MARGIN)
    if not pieces:
        return None
    pieces = [one if one.whole else with_span(one, of_change(one.sentence, one.span, question)) for one in pieces]
    pieces = of_asked_first(question, pieces, margin=_OF_ASKED_MARGIN)
    # What leads may score less than what comes behind it.
    margin = MARGIN + max(piece.score for piece in pieces) - pieces[0].score
    pieces = of_speaker(question, pieces, margin=MARGIN)
    if not pieces or (question.asked is Asked.QUOTE and not says_something(pieces[0])):
        return None
    if question.asked is Asked.WHY:
        pieces = sorted(pieces, key=lambda piece: is_by_whom(piece.sentence, piece.span))
        pieces = cause_first(question, pieces, margin=_AS_GOOD)
    groups = grouped(pieces, question, margin=margin, most=most, copies_of=copies_of, by_value=by_value)
    groups = worth_telling(question, groups)
    if by_value:
        # Others may say it more weakly, as they may say something else.
        joined = joined_by_agreeing(groups[0], pieces, question, margin=DIFFERING_MARGIN, copies_of=copies_of)
        groups = [joined, *groups[1:]]
        groups = [*groups, *others_that_differ(question, pieces, groups, most=most, copies_of=copies_of)]
    conflicts = disagreements(groups, question) if by_value else ()
    if conflicts and conflicts[0].kind == "update" and not names_day(question):
        groups = _in_order_of(conflicts[0], groups)
    if question.asked is Asked.WHY:
        return _because(question, groups)
    return _fact(question, groups, conflicts)


def statement_of(group: Sequence[Piece]) -> Statement:
    """The best sentence of a group as a claim, readable alone: pronouns named, or with the sentence they go back to."""
    lead = group[0]
    evidence = [piece.evidence for piece in group]
    resolution = resolve(lead.article.text, lead.evidence.start, lead.evidence.end)
    text = readable(resolution.applied(lead.sentence))
    if resolution.antecedent is not None:
        before = resolution.antecedent
        text = f"{readable(before.of(lead.article.text))} {text}"
        evidence.append(sentence_evidence(lead.article, before, lead.score))
    return Statement(text, tuple(evidence))


def shortest(groups: Sequence[Sequence[Piece]]) -> str:
    """The shortest sentence that is about as well supported as the best."""
    best = groups[0][0].score
    sufficient = [readable(group[0].sentence) for group in groups if group[0].score >= best - _AS_GOOD]
    return min(sufficient, key=lambda text: (len(text), text))


def short_of(question: Question, piece: Piece) -> tuple[str, tuple[str, ...]]:
    """The answer of a piece in short, a relative day with the day meant behind it, and what is to be noted of it."""
    short = capitalised(answer_text(piece, question))
    if asks_time(question) and (days := days_in_a_row(piece, question)):
        return capitalised(days), ()
    day = resolved_day(piece, short) if asks_time(question) else None
    if day is None:
        return short, ()
    meant, note = day
    return (f"{short} ({meant})" if meant else short), (note,)


def _fact(question: Question, groups: Sequence[Sequence[Piece]], conflicts: tuple[Disagreement, ...]) -> Draft:
    statements = tuple(statement_of(group) for group in groups)
    lead = groups[0][0]
    condition = on_condition(lead) if question.asked is Asked.HOW else None
    if condition is not None and not any(_holds(group, condition) for group in groups):
        quoted = sentence_evidence(lead.article, condition, lead.score)
        statements = (statements[0], Statement(readable(condition.of(lead.article.text)), (quoted,)), *statements[1:])
    if lead.whole:
        return Draft(shortest(groups), statements, conflicts)
    short, notes = short_of(question, lead)
    said = announced(lead) if question.asked is Asked.QUOTE else None
    if said is not None:
        quotation = readable(said.of(lead.article.text))
        words = words_said(question, quotation, Span(0, len(quotation))).of(quotation).strip(_MARKS)
        told = Statement(quotation, (sentence_evidence(lead.article, said, lead.score),))
        return Draft(capitalised(words), (told, *statements), conflicts, notes)
    return Draft(short, statements, conflicts, notes)


def _in_order_of(conflict: Disagreement, groups: Sequence[list[Piece]]) -> list[list[Piece]]:
    """The groups of an update in its order, newest first, before all others."""
    firsts = [evidence[0] for _, evidence in conflict.values]
    updated = [next(group for group in groups if group[0].evidence == first) for first in firsts]
    return [*updated, *(group for group in groups if group not in updated)]


def _yes_or_no(question: Question, groups: Sequence[Sequence[Piece]]) -> Draft:
    """ "Có" or "Không" before the sentence that states it, if nobody denies it; else the sentence alone."""
    lead = groups[0][0]
    statements = [statement_of(group) for group in groups]
    verdict = stated(question, lead.sentence, lead.article.text)
    after = neighbour(lead, 1)
    if after is not None and denies_the_former(after.of(lead.article.text)):
        verdict = None
        if not any(_holds(group, after) for group in groups):
            denial = readable(after.of(lead.article.text))
            statements.insert(1, Statement(denial, (sentence_evidence(lead.article, after, lead.score),)))
    verdicts = {stated(question, group[0].sentence, group[0].article.text) for group in groups[1:]}
    if verdict is None or verdicts - {None, verdict}:
        return Draft(readable(lead.sentence), tuple(statements))
    return Draft(f"{_YES if verdict == 'yes' else _NO}: {readable(lead.sentence)}", tuple(statements))


def _holds(group: Sequence[Piece], span: Span) -> bool:
    return any(piece.evidence.start < span.end and span.start < piece.evidence.end for piece in group)


def _because(question: Question, groups: Sequence[Sequence[Piece]]) -> Draft:
    """The sentence with the cause, and the one beside it where that carries the cause."""
    lead = groups[0][0]
    statements = [statement_of(group) for group in groups]
    short = shortest(groups) if lead.whole else short_of(question, lead)[0]
    beside = carrying_neighbour(lead)
    if beside is not None and not any(_holds(group, beside) for group in groups):
        cause = readable(beside.of(lead.article.text))
        back = points_back(lead.sentence)
        statements.insert(0 if back else 1, Statement(cause, (sentence_evidence(lead.article, beside, lead.score),)))
        short = cause if back else short
    return Draft(short, tuple(statements))
