"""Overviews: a summary, a timeline, a comparison. Sentences of the passages found, chosen and put in order.

Of sentences much alike one is taken: maximal marginal relevance (Carbonell & Goldstein 1998), with the overlap of words
for similarity. Sentences of several articles are preferred to many of one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.composing.aboutness import subject_of
from rag.composing.antecedents import resolve
from rag.composing.candidates import LEAST_OF_SUBJECT, Candidate, candidates_of
from rag.composing.grouping import CopiesOf
from rag.composing.pieces import Draft, Statement, sentence_evidence
from rag.composing.sides import sides_of
from rag.composing.telling import Told, order, published, told_in
from rag.composing.wording import SAME, overlap, readable, share, vocabulary
from rag.datatypes import Article, Hit
from rag.question import Asked, Question

MOST = 6
OVERVIEWS = (Asked.SUMMARY, Asked.TIMELINE, Asked.COMPARISON)

_BALANCE = 0.7
# With fewer sentences than this, those that only their passage tells to be about the subject are taken in.
_FEW = 3
_LEAST_ABOUT = 0.4
_MORE_OF_AN_ARTICLE = 0.04
_MOST_OF_A_DAY = 2
_OF_SIDE = 0.75
_ADDRESS = re.compile(r"^(?:ông|bà|anh|chị) (?=\w)", re.IGNORECASE)


def overview_draft(
    question: Question, hits: Sequence[Hit], article_of: Callable[[str], Article], *, copies_of: CopiesOf
) -> tuple[Draft | None, float]:
    """The overview asked for, None where no sentence is about its subject; and its coverage, 0..1: the share of the
    subject's words, and of the sides of a comparison, that the sentences found or their titles hold."""
    subject = subject_of(question)
    draft: Draft | None = None
    candidates: Sequence[Candidate] = candidates_of(question, hits, article_of, copies_of=copies_of)
    if question.asked is Asked.COMPARISON:
        every = candidates_of(question, hits, article_of, copies_of=copies_of, loosely=True)
        draft, candidates = _comparison(question, candidates, every)
    else:
        if len(candidates) < _FEW:
            every = candidates_of(question, hits, article_of, copies_of=copies_of, loosely=True)
            names = subject & question.names
            candidates = [
                each
                for each in every
                if each.in_passage >= LEAST_OF_SUBJECT
                and (each.share >= _LEAST_ABOUT or (len(names) > 1 and names <= each.held))
            ]
        if candidates and question.asked is Asked.TIMELINE:
            draft = _timeline(candidates)
        elif candidates:
            chosen = chosen_by_relevance(candidates, MOST)
            draft = Draft(None, tuple(statement_of(each) for each in _in_reading_order(chosen, hits)))
    held = frozenset().union(*(each.about for each in candidates))
    topic = frozenset[str]() if question.asked is Asked.COMPARISON else subject - question.names
    # The names alone may be those of quite another story.
    covered = draft is not None and subject and (not topic or topic & held)
    return draft, len(subject & held) / len(subject) if covered else 0.0


def _overlap(one: Candidate, other: Candidate) -> float:
    return overlap(one.words, other.words)


def chosen_by_relevance(
    candidates: Sequence[Candidate],
    most: int,
    *,
    beside: Sequence[Candidate] = (),
    likeness: Callable[[Candidate, Candidate], float] = _overlap,
) -> list[Candidate]:
    """The most relevant sentences that repeat neither each other nor those `beside`, in the order in which they were
    taken; many of one article count less. `likeness` says how much one repeats another, 0..1."""
    left = [(each, max((likeness(each, other) for other in beside), default=0.0)) for each in candidates]
    of_article = Counter(other.article.id for other in beside)
    chosen = list[Candidate]()
    while left and len(chosen) < most:
        worth = [
            _BALANCE * each.relevance - (1 - _BALANCE) * repeats - _MORE_OF_AN_ARTICLE * of_article[each.article.id]
            for each, repeats in left
        ]
        best, repeats = left.pop(worth.index(max(worth)))
        if repeats < SAME / 2:
            chosen.append(best)
            of_article[best.article.id] += 1
            left = [(each, max(before, likeness(each, best))) for each, before in left]
    return chosen


def statement_of(candidate: Candidate, front: str = "") -> Statement:
    """What is said with a sentence: whom its pronouns mean in brackets, and the sentence as evidence."""
    resolution = resolve(candidate.article.text, candidate.span.start, candidate.span.end)
    text = readable(resolution.applied(candidate.text))
    evidence = sentence_evidence(candidate.article, candidate.span, candidate.relevance)
    return Statement(f"{front}: {text}" if front else text, (evidence,))


def _in_reading_order(chosen: Sequence[Candidate], hits: Sequence[Hit]) -> list[Candidate]:
    """Article by article as found, the sentences of each in its own order."""
    ranks: dict[str, int] = {}
    for hit in hits:
        ranks.setdefault(hit.chunk.article_id, len(ranks))
    return sorted(chosen, key=lambda each: (ranks[each.article.id], each.span.start))


# ---- timelines


def _timeline(candidates: Sequence[Candidate]) -> Draft:
    """Sentences with the day they tell of in front, oldest first; where few name one, the day of publication serves.

    Days whose year nothing tells come behind the others, those without a day last.
    """
    days = {(each.article.id, each.span.start): told_in(each.article, each.span) for each in candidates}

    def told(candidate: Candidate) -> Told | None:
        return days[candidate.article.id, candidate.span.start] or published(candidate.article)

    dated = [each for each in candidates if days[each.article.id, each.span.start]]
    # A year says little of what followed what, and is that of the background as a rule.
    near = [each for each in dated if (day := told(each)) and not day.coarse]
    chosen = _few_of_a_day(near if len(near) > 1 else dated, told)
    notes: tuple[str, ...] = ()
    if len(chosen) < 2:
        others = [each for each in candidates if each not in chosen]
        by_article = [each for each in others if each.article.published_on]
        chosen += chosen_by_relevance(by_article or others, MOST - len(chosen))
        if by_article:
            notes = ("Câu không nêu ngày được xếp theo ngày đăng bài.",)
        elif others and len(chosen) > len(others):
            notes = ("Câu không nêu ngày đứng sau cùng.",)
    ordered = sorted(chosen, key=lambda each: (*order(told(each)), each.article.id, each.span.start))
    statements = ((each, told(each)) for each in ordered)
    return Draft(None, tuple(statement_of(each, day.written if day else "") for each, day in statements), notes=notes)


def _few_of_a_day(candidates: Sequence[Candidate], told: Callable[[Candidate], Told | None]) -> list[Candidate]:
    """The most relevant, at most two of a day."""
    counts = Counter[str]()
    chosen = []
    for each in chosen_by_relevance(candidates, len(candidates)):
        day = told(each)
        counts[day.written if day else ""] += 1
        if counts[day.written if day else ""] <= _MOST_OF_A_DAY:
            chosen.append(each)
    return chosen[:MOST]


# ---- comparisons


def _comparison(
    question: Question, candidates: Sequence[Candidate], every: Sequence[Candidate]
) -> tuple[Draft | None, Sequence[Candidate]]:
    """The best sentences for each side that the question names, with the side in front, and what covers the subject.

    A side that none of the candidates is about is looked for in `every` sentence of the passages; what is missing is
    noted.
    """
    sides = sides_of(question.restored)
    if len(sides) < 2:
        chosen = chosen_by_relevance(candidates, MOST)
        return (Draft(None, tuple(map(statement_of, chosen))) if chosen else None), candidates
    taken: list[Candidate] = []
    statements: list[Statement] = []
    missing: list[str] = []
    most = max(1, MOST // len(sides) - 1)
    subject = subject_of(question)
    topic = subject.difference(*(vocabulary(side, question) for side in sides))
    for side in sides:
        wanted = _of_side(side, question)
        others = frozenset().union(*(_of_side(other, question) for other in sides if other != side)) - wanted
        named = [each for each in candidates if share(wanted, each.held) >= _OF_SIDE and each not in taken]
        about = [each for each in named if each.share > 0 or not topic]
        if not about:
            loosely = [each for each in every if (each.share > 0 or not topic) and each not in taken]
            about = [replace(each, about=each.about | wanted) for each in _meant(loosely, wanted, question)] or named
        # A sentence about one side alone says more of it than one that names both.
        alone = [each for each in about if not others or share(others, each.held) < 1.0]
        chosen = chosen_by_relevance(alone, most)
        chosen += chosen_by_relevance([each for each in about if each not in alone], most - len(chosen))
        taken += chosen
        statements += [statement_of(each, side) for each in chosen]
        if not chosen:
            missing.append(side)
    if not statements:
        return None, ()
    notes = tuple(f"Không tìm thấy câu nào về “{side}” trong các đoạn liên quan." for side in missing)
    return Draft(None, tuple(statements), notes=notes), [*candidates, *taken]


def _of_side(side: str, question: Question) -> frozenset[str]:
    """The words of a side; a form of address is no part of its name."""
    return vocabulary(_ADDRESS.sub("", side), question)


def _meant(candidates: Sequence[Candidate], wanted: frozenset[str], question: Question) -> list[Candidate]:
    """Those that hold a side, if only by a pronoun or title that stands for it."""
    named = [each for each in candidates if share(wanted, each.held) >= _OF_SIDE]
    if named:
        return named
    meant = []
    for each in candidates:
        if share(wanted, vocabulary(each.article.text[: each.span.start], question)) >= _OF_SIDE:
            resolution = resolve(each.article.text, each.span.start, each.span.end)
            if any(share(wanted, vocabulary(name, question)) >= _OF_SIDE for _, name in resolution.insertions):
                meant.append(each)
    return meant
