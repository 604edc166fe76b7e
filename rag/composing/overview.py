"""Overviews: a summary, a timeline, a comparison. Sentences of the passages found, chosen and put in order.

A sentence is relevant by how much of the subject's words it holds, rare ones counting more, by its passage's rank, and
by how early in its article it stands, for news say the main thing first. Of sentences much alike one is taken: maximal
marginal relevance (Carbonell & Goldstein 1998), with the overlap of words for similarity.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag import vietnamese
from rag.composing.antecedents import resolve
from rag.composing.grouping import CopiesOf
from rag.composing.naming import states_in
from rag.composing.pieces import Draft, Statement, sentence_evidence
from rag.composing.sides import sides_of
from rag.composing.telling import Told, order, published, told_in
from rag.composing.wording import SAME, overlap, readable, share, topic_words, vocabulary, words
from rag.datatypes import Article, Hit, Span
from rag.question import Asked, Question

MOST = 6
OVERVIEWS = (Asked.SUMMARY, Asked.TIMELINE, Asked.COMPARISON)

# Words of a question for an overview that say what is wanted of the subject, not what it is.
_ABOUT_THE_ANSWER = words(
    """tóm tắt lược tổng hợp hợp điểm lại liệt kê trình bày nêu kể diễn biến dòng thời gian mốc trình tự sự kiện chính
    nội dung bài báo viết tin toàn cảnh khái quát so sánh khác nhau giống biệt giữa đối chiếu theo thứ tự ngắn gọn ý
    câu vụ quá trình cuộc tình hình quan điểm lập
    trường phản ứng thái độ trái ngược"""
)
_BALANCE = 0.7
_LEAST_RELEVANCE = 0.3
_LEAST_OF_SUBJECT = 0.5
_LEAST_CHARS, _MOST_CHARS = 30, 600
_PASSAGES = 10
_LOOKED_AT_CHARS = 6_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be taken: its place and words, those of the subject that it or its article's title holds, and
    how relevant it is (0..1)."""

    article: Article
    span: Span
    words: frozenset[str]
    about: frozenset[str]
    relevance: float

    @property
    def text(self) -> str:
        return self.span.of(self.article.text)


def overview_draft(
    question: Question, hits: Sequence[Hit], article_of: Callable[[str], Article], *, copies_of: CopiesOf
) -> tuple[Draft | None, float]:
    """The overview asked for, None where no sentence is about its subject; and its coverage, 0..1: the share of the
    subject's words, and of the sides of a comparison, that the sentences found or their titles hold."""
    candidates = candidates_of(question, hits, article_of, copies_of=copies_of)
    subject = subject_of(question)
    held = frozenset().union(*(each.about for each in candidates))
    draft: Draft | None = None
    if candidates and question.asked is Asked.TIMELINE:
        draft = _timeline(candidates)
    elif candidates and question.asked is Asked.COMPARISON:
        draft = _comparison(question, candidates)
    elif candidates:
        chosen = chosen_by_relevance(candidates, MOST)
        draft = Draft(None, tuple(statement_of(each) for each in _in_reading_order(chosen, hits)))
    return draft, len(subject & held) / len(subject) if draft and subject else 0.0


def candidates_of(
    question: Question,
    hits: Sequence[Hit],
    article_of: Callable[[str], Article],
    *,
    copies_of: CopiesOf,
    passages: int = _PASSAGES,
) -> list[Candidate]:
    """The sentences of the best passages that are about the subject, most relevant first; of reprints one speaks."""
    whole = subject = subject_of(question)
    if question.asked is Asked.COMPARISON:
        # A sentence is about one side; which one is looked at later.
        sides = frozenset(word for side in sides_of(question.restored) for word in vocabulary(side, question))
        subject = subject - sides or subject
    spoken: dict[str, str] = {}
    found: dict[tuple[str, int], tuple[Article, Span, int]] = {}
    for rank, hit in enumerate(hits[:passages]):
        article = article_of(hit.chunk.article_id)
        first = min(copies_of(article.id), default=article.id)
        if spoken.setdefault(first, article.id) != article.id or not _speaks_of_names(question, article):
            continue
        for span in vietnamese.sentences(hit.text):
            placed = Span(hit.chunk.start + span.start, hit.chunk.start + span.end)
            if _LEAST_CHARS <= span.end - span.start <= _MOST_CHARS and _is_sentence(span.of(hit.text)):
                found.setdefault((article.id, placed.start), (article, placed, rank))
    texts = [vocabulary(span.of(article.text), question) for article, span, _ in found.values()]
    rarity = _rarity(subject, texts)
    candidates = []
    for (article, span, rank), held in zip(found.values(), texts, strict=True):
        in_title = vocabulary(article.title if article.title_stated else article.text[:200], question)
        about = _weighed(subject, held, rarity)
        of_article = _weighed(subject, in_title | held, rarity)
        early = 1.0 / (1.0 + span.start / 800)
        relevance = 0.45 * about + 0.25 * of_article + 0.15 * early + 0.15 / (1 + rank)
        if of_article >= _LEAST_OF_SUBJECT and relevance >= _LEAST_RELEVANCE:
            about_whole = (in_title | held) & whole
            candidates.append(Candidate(article, span, words(span.of(article.text)), about_whole, relevance))
    return sorted(candidates, key=lambda each: (-each.relevance, each.article.id, each.span.start))


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
    taken. `likeness` says how much one repeats another, 0..1."""
    left = [(each, max((likeness(each, other) for other in beside), default=0.0)) for each in candidates]
    chosen = list[Candidate]()
    while left and len(chosen) < most:
        worth = [_BALANCE * each.relevance - (1 - _BALANCE) * repeats for each, repeats in left]
        best, repeats = left.pop(worth.index(max(worth)))
        if repeats < SAME / 2:
            chosen.append(best)
            left = [(each, max(before, likeness(each, best))) for each, before in left]
    return chosen


def subject_of(question: Question) -> frozenset[str]:
    """The words of what an overview is asked to be about, without those that say what is wanted of it."""
    drop = _ABOUT_THE_ANSWER if question.accented else frozenset(map(vietnamese.fold, _ABOUT_THE_ANSWER))
    return topic_words(question) - drop or topic_words(question)


def _rarity(subject: frozenset[str], texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """Inverse document frequency of the subject's words among the sentences: 1 + ln((1 + n) / (1 + df)).

    A word that no sentence holds counts 1: the sentences may say it in another way.
    """
    counts = Counter(word for text in texts for word in text & subject)
    return {word: 1.0 + (math.log((1 + len(texts)) / (1 + counts[word])) if counts[word] else 0.0) for word in subject}


def _speaks_of_names(question: Question, article: Article) -> bool:
    """Whether an article holds at least half of the names that the question is about, states in any spelling."""
    text = article.text[:_LOOKED_AT_CHARS]
    names = topic_words(question) & frozenset(vocabulary(" ".join(sorted(question.names)), question))
    states = {name for _, _, name in states_in(text)}
    met = [question.restored[start:end] for start, end, name in states_in(question.restored) if name in states]
    missing = names - vocabulary(f"{article.title} {text} {' '.join(met)}", question)
    return 2 * len(missing) <= len(names)


def _weighed(subject: frozenset[str], held: frozenset[str], rarity: dict[str, float]) -> float:
    total = sum(rarity.values())
    return sum(rarity[word] for word in sorted(subject & held)) / total if total else 0.0


def _is_sentence(text: str) -> bool:
    """Whether a line is more than a heading or caption: it ends like a sentence and is no photograph's."""
    ends = text.rstrip(' ”"»)]')[-1:] in ".!?…" and bool(text.strip())
    return ends and re.match(r"\W*(?:ảnh|video|nguồn|clip|chụp lại|>>)(?!\w)", text, re.IGNORECASE) is None


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

    chosen = chosen_by_relevance([each for each in candidates if days[each.article.id, each.span.start]], MOST)
    notes: tuple[str, ...] = ()
    if len(chosen) < 2:
        others = [each for each in candidates if each.article.published_on and each not in chosen]
        chosen += chosen_by_relevance(others, MOST - len(chosen))
        notes = ("Câu không nêu ngày được xếp theo ngày đăng bài.",) if others else ()
    if not chosen:
        chosen = chosen_by_relevance(candidates, MOST)
    ordered = sorted(chosen, key=lambda each: (*order(told(each)), each.article.id, each.span.start))
    statements = ((each, told(each)) for each in ordered)
    return Draft(None, tuple(statement_of(each, day.written if day else "") for each, day in statements), notes=notes)


# ---- comparisons


def _comparison(question: Question, candidates: Sequence[Candidate]) -> Draft | None:
    """The best sentences for each side that the question names, with the side in front; what is missing is noted."""
    sides = sides_of(question.restored)
    if len(sides) < 2:
        return Draft(None, tuple(statement_of(each) for each in chosen_by_relevance(candidates, MOST)))
    taken: list[Candidate] = []
    statements: list[Statement] = []
    missing: list[str] = []
    for side in sides:
        wanted = vocabulary(side, question)
        others = frozenset().union(*(vocabulary(other, question) for other in sides if other != side)) - wanted
        about = [
            each
            for each in candidates
            if share(wanted, vocabulary(each.text, question)) >= _OF_SIDE and each not in taken
        ]
        # A sentence about one side alone says more of it than one that names both.
        alone = [each for each in about if not others or share(others, vocabulary(each.text, question)) < 1.0]
        most = max(1, MOST // len(sides) - 1)
        chosen = chosen_by_relevance(alone, most)
        chosen += chosen_by_relevance([each for each in about if each not in alone], most - len(chosen))
        taken += chosen
        statements += [statement_of(each, side) for each in chosen]
        if not chosen:
            missing.append(side)
    if not statements:
        return None
    notes = tuple(f"Không tìm thấy câu nào về “{side}” trong các đoạn liên quan." for side in missing)
    return Draft(None, tuple(statements), notes=notes)


_OF_SIDE = 0.75
