"""From statements to an answer: claims, citations numbered anew and checked, conflicts as they were."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from rag.cite import cite
from rag.composing.citing import running_text, sources_that_repeat
from rag.composing.grouping import CopiesOf
from rag.composing.wording import share, words
from rag.datatypes import Answer, Article, Citation, Claim, Evidence
from rag.errors import QuotationError
from rag.generation.judging import Judged, Quotation, Statement
from rag.generation.records import Excerpt
from rag.question import Question
from rag.reading.orders import asks
from rag.values import relation, values_of

# A statement tells the short answer if it holds so much of its words.
_TOLD = 0.8
# One is about the question if it holds so much of its content.
_ABOUT = 0.34
# Of what stands right beside a quotation less will do: so many of the question's words, a name counting as two.
_BESIDE = 2
# Two ranges with no more than white space between them are neighbours.
_NEAR_CHARS = 3
# One answers the question if it holds so much of its content; a short answer has at most so many words.
_ANSWERS = 0.8
_SHORT_WORDS = 6
# So many words that neither question nor quotations hold are another answer; of digits one is enough.
_NEW_WORDS = 2


def assembled(
    answer: Answer, statements: Sequence[Statement], article_of: Callable[[str], Article], copies_of: CopiesOf | None
) -> Answer:
    """The answer in these statements: short answer, conflicts, hits and status are the extractive answer's own.

    The running text holds what is supported alone. Raises QuotationError where a range does not hold its text any more,
    LibraryError for an article that is gone.
    """
    ranges = [piece for statement in statements for piece in statement.ranges]
    old = {citation.number: _range_of(citation) for citation in answer.citations}
    ranges += [old[number] for conflict in answer.conflicts for value in conflict.values for number in value.citations]
    for piece in ranges:
        if article_of(piece.article_id).text[piece.start : piece.end] != piece.text:
            raise QuotationError("an excerpt has changed", where=piece.article_id)
    citations = cite([_evidence(piece) for piece in ranges], article_of)
    if copies_of is not None:
        citations = tuple(replace(one, copies=sources_that_repeat(one, article_of, copies_of)) for one in citations)
    number_of = {(one.article_id, one.start, one.end): one.number for one in citations}

    def numbers(pieces: Sequence[Excerpt]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(number_of[piece.article_id, piece.start, piece.end] for piece in pieces))

    claims = tuple(
        Claim(each.text, numbers(each.ranges), "supported" if each.supported else "unsupported") for each in statements
    )
    conflicts = tuple(
        replace(
            conflict,
            values=tuple(
                replace(value, citations=numbers([old[number] for number in value.citations]))
                for value in conflict.values
            ),
        )
        for conflict in answer.conflicts
    )
    text = running_text(claim for claim in claims if claim.status == "supported")
    return replace(answer, text=text, claims=claims, citations=citations, conflicts=conflicts)


def tells_short_answer(answer: Answer, statements: Sequence[Statement]) -> bool:
    """Whether the statements tell the short answer: its words, or what is said by the sentence that it is from."""
    if not answer.short_answer:
        return True
    supported = [each for each in statements if each.supported]
    told = frozenset(word for each in supported for word in words(each.text))
    first = [_range_of(one) for one in _citations(answer, answer.claims[0])]
    cited = any(_overlap(piece, one) for each in supported for piece in each.ranges for one in first)
    return cited or share(words(answer.short_answer), told) >= _TOLD


def translated_claims(answer: Answer, statements: Sequence[Statement]) -> list[Statement]:
    """Translations with all citations of the claims that they translate; claims that were not translated, as they are.

    The excerpts of a translation are numbered as the claims.
    """
    found: list[tuple[int, Statement]] = []
    for statement in statements:
        claims = [number for piece in statement.ranges if (number := piece.number)]
        ranges = tuple(_range_of(one) for number in claims for one in _citations(answer, answer.claims[number - 1]))
        text = statement.text if statement.own else answer.claims[claims[0] - 1].text
        found.append((min(claims, default=len(answer.claims)), replace(statement, text=text, ranges=ranges)))
    covered = {number for each in statements if each.supported for number in (piece.number for piece in each.ranges)}
    found += [
        (number, claim_statement(answer, claim))
        for number, claim in enumerate(answer.claims, 1)
        if number not in covered
    ]
    return [statement for _, statement in sorted(found, key=lambda each: each[0])]


def claim_statement(answer: Answer, claim: Claim) -> Statement:
    """An extractive claim as it stands."""
    ranges = tuple(_range_of(one) for one in _citations(answer, claim))
    return Statement(claim.text, ranges, supported=claim.status == "supported", own=False)


def to_the_point(
    answer: Answer, statements: Sequence[Statement], content: Collection[str], names: Collection[str]
) -> list[Statement]:
    """The statements that cite what the answer quotes, or hold some of the question's words that carry meaning.

    Of what cites the sentence right before or behind a quotation, which tells more of the same, fewer words will do.
    Of an answer in short alone: summaries and other overviews are about more than the question says.
    """
    if not answer.short_answer:
        return list(statements)
    quoted, wanted = quotations_of(answer), frozenset(content)

    def is_about(each: Statement) -> bool:
        held = wanted & words(each.text)
        if len(held) >= _ABOUT * len(wanted):
            return True
        beside = any(_overlap(_widened(one), piece) for piece in each.ranges for one in quoted)
        return beside and sum(2 if word in names else 1 for word in held) >= _BESIDE

    return [
        each
        for each in statements
        if not each.supported or any(_overlap(piece, one) for piece in each.ranges for one in quoted) or is_about(each)
    ]


def drop_other_answers(judged: Judged, answer: Answer, question: Question) -> None:
    """Drop what answers the question in a model's words, but not as any quotation of the answer does."""
    kept = [each for each in judged.statements if not answers_otherwise(answer, each, question)]
    judged.dropped += len(judged.statements) - len(kept)
    judged.statements = kept


def answers_otherwise(answer: Answer, statement: Statement, question: Question) -> bool:
    """Whether a model's statement gives another answer than the reader has found, or repeats the question for one.

    Its neighbours in the article, or a word that the checks pass over, may lend a statement another name or number.
    Only where the answer is short: what is longer can be said in many words.
    """
    if not answer.short_answer or not statement.own or not statement.supported:
        return False
    if asks(statement.text, question.standalone):
        return True
    short, said = words(answer.short_answer), words(statement.text)
    if len(short) > _SHORT_WORDS or share(frozenset(question.content), said) < _ANSWERS or share(short, said) >= _TOLD:
        return False
    new = said.difference(words(question.standalone), *(words(each.text) for each in quotations_of(answer)))
    if len(new) < _NEW_WORDS and not any(word[0].isdigit() for word in new):
        return False
    values = values_of(statement.text)
    return not any(relation(one, other) == "same" for one in values_of(answer.short_answer) for other in values)


def quotations_of(answer: Answer) -> list[Excerpt]:
    """The ranges of an answer's citations."""
    return [_range_of(citation) for citation in answer.citations]


def quotations_said(answer: Answer) -> list[Quotation]:
    """The quotations of an answer, each as the first claim that rests on it alone tells it, names in brackets."""
    told = {claim.citations[0]: claim.text for claim in reversed(answer.claims) if len(claim.citations) == 1}
    return [Quotation(_range_of(one), told.get(one.number, one.quote)) for one in answer.citations]


def _overlap(one: Excerpt, other: Excerpt) -> bool:
    return one.article_id == other.article_id and one.start < other.end and other.start < one.end


def _widened(piece: Excerpt) -> Excerpt:
    return replace(piece, start=piece.start - _NEAR_CHARS, end=piece.end + _NEAR_CHARS)


def _citations(answer: Answer, claim: Claim) -> list[Citation]:
    return [one for number in claim.citations for one in answer.citations if one.number == number]


def _range_of(citation: Citation) -> Excerpt:
    return Excerpt(0, citation.article_id, citation.start, citation.end, citation.quote)


def _evidence(piece: Excerpt) -> Evidence:
    return Evidence(piece.article_id, piece.start, piece.end, piece.start, piece.end, 0.0)
