"""Timelines of a topic: which sentences tell of it, and of what day each tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag import vietnamese
from rag.composing.aboutness import subject_of
from rag.composing.candidates import Candidate, candidates_of
from rag.composing.grouping import CopiesOf
from rag.composing.naming import is_known, states_in
from rag.composing.overview import chosen_by_relevance
from rag.composing.telling import Told, order, published, told_in
from rag.composing.wording import overlap, vocabulary
from rag.datatypes import Article, Hit
from rag.question import Question
from rag.vietnamese import CAPITAL

# Sentences of one day, and sentences that name no day of one article, as long as there are others.
_MOST_OF_A_DAY = 3
_MOST_OF_AN_ARTICLE = 1
# With fewer sentences than this, further ones of the same days or articles are taken in.
_FEW, _FEW_OF_NO_DAY = 12, 6
_MOST_UNDATED = 5
_LOOKED_AT = 200
# What names no day must be about the topic by itself to be told.
_LEAST_RELEVANCE, _LEAST_OF_NO_DAY = 0.4, 0.5
# How much of their common words two sentences of different days repeat: prices and figures are told in the same words.
_ON_ANOTHER_DAY = 0.45
# What a sentence is about is looked for in it, in its article's title and beginning, and so far around it.
_AROUND, _BEGINNING = 400, 250
_FEW_WORDS = 3

_CAPITALISED = re.compile(rf"(?<![\w-]){CAPITAL}[\w’'-]*(?: {CAPITAL}[\w’'-]*)+")


@dataclass(frozen=True, slots=True)
class Dated:
    """A sentence, and the day that it tells of: `named` by itself, or that of its publication; None for neither."""

    candidate: Candidate
    told: Told | None
    named: bool


def chronology(
    question: Question,
    hits: Sequence[Hit],
    article_of: Callable[[str], Article],
    *,
    copies_of: CopiesOf,
    most: int,
) -> list[Dated]:
    """The sentences about a topic, at most so many, oldest first.

    Those that name a day come before those that only their publication dates, and no day or article speaks too often as
    long as there are others. Days whose year nothing tells stand behind the others, what has no day last. None repeats
    another, and of reprints one speaks.
    """
    about = _About(question)
    candidates = [
        (each, told_in(each.article, each.span))
        for each in candidates_of(question, hits, article_of, copies_of=copies_of, passages=len(hits))
        if each.relevance >= _LEAST_RELEVANCE and about.is_subject_of(each)
    ]
    named = [Dated(each, day, named=True) for each, day in candidates if day]
    others = [
        Dated(each, published(each.article), named=False)
        for each, day in candidates
        if not day and each.relevance >= _LEAST_OF_NO_DAY
    ]
    chosen = _chosen(named, most, by=_day_of, most_of_one=_MOST_OF_A_DAY, few=_FEW)
    # What names a day is not to be lost among what names none.
    room = min(most, max(2 * len(chosen), _FEW))
    for those, fewest in (
        ([each for each in others if each.told], room - len(chosen)),
        ([each for each in others if not each.told], _MOST_UNDATED),
    ):
        most_of_those = min(fewest, room - len(chosen))
        chosen += _chosen(
            those, most_of_those, by=_article_of, most_of_one=_MOST_OF_AN_ARTICLE, few=_FEW_OF_NO_DAY, beside=chosen
        )
    return sorted(
        chosen, key=lambda each: (*order(each.told), not each.named, each.candidate.article.id, each.candidate.span)
    )


def _chosen(
    sentences: Sequence[Dated],
    most: int,
    *,
    by: Callable[[Dated], str],
    most_of_one: int,
    few: int,
    beside: Sequence[Dated] = (),
) -> list[Dated]:
    """The most relevant, so many of one day or article; further ones of it where there are few without them."""
    dated = {id(each.candidate): each for each in (*sentences[:_LOOKED_AT], *beside)}

    def likeness(one: Candidate, other: Candidate) -> float:
        days = {_day_of(each) for each in (dated[id(one)], dated[id(other)]) if each.named}
        return overlap(one.words, other.words) * (_ON_ANOTHER_DAY if len(days) > 1 else 1.0)

    ranked = chosen_by_relevance(
        [each.candidate for each in sentences[:_LOOKED_AT]],
        _LOOKED_AT,
        beside=[each.candidate for each in beside],
        likeness=likeness,
    )
    counts = Counter[str]()
    taken, further = list[Dated](), list[Dated]()
    for each in (dated[id(candidate)] for candidate in ranked):
        counts[by(each)] += 1
        (taken if counts[by(each)] <= most_of_one else further).append(each)
    taken += further[: max(0, few - len(beside) - len(taken))]
    return taken[: max(0, most)]


def _day_of(sentence: Dated) -> str:
    return sentence.told.written if sentence.told else ""


def _article_of(sentence: Dated) -> str:
    return sentence.candidate.article.id


class _About:
    """What a topic is about, to be found in or around a sentence that tells of it."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._words = subject_of(question)
        names = frozenset(vocabulary(" ".join(sorted(question.names)), question))
        self._parts = (self._words & names, self._words - names)
        self._states = [(question.restored[start:end], name) for start, end, name in states_in(question.restored)]
        self._names = [frozenset(self._pairs_in(name)) for name in _long_names(question.standalone)]
        # Small words that stand side by side mean something together: "đảo chính", "số 9".
        content = frozenset(vocabulary(" ".join(question.content), question))
        small = self._words - names
        numbers = frozenset(word for word in names if word.isdigit())
        self._pairs = frozenset(
            pair
            for pair in self._pairs_in(question.standalone)
            if not small.isdisjoint(pair) and content.difference(names - numbers).issuperset(pair)
        )

    def is_subject_of(self, candidate: Candidate) -> bool:
        """Whether a sentence with what stands around it tells of the topic: it holds all of few words and two thirds of
        many, of names and of others, and a part of what stands side by side in the topic."""
        article, span = candidate.article, candidate.span
        around = article.text[max(0, span.start - _AROUND) : span.end + _AROUND]
        text = f"{article.title}\n{article.text[:_BEGINNING]}\n{around}"
        named = {name for _, _, name in states_in(text)} if self._states else set[str]()
        text += "\n".join(["", *(as_asked for as_asked, name in self._states if name in named)])
        held = vocabulary(text, self._question)
        if any(len(part - held) > (len(part) // 3 if len(part) > _FEW_WORDS else 0) for part in self._parts):
            return False
        pairs = frozenset(self._pairs_in(text))
        return 3 * len(self._pairs & pairs) >= len(self._pairs) and all(
            2 * len(name & pairs) >= len(name) for name in self._names
        )

    def _pairs_in(self, text: str) -> Iterable[tuple[str, str]]:
        said = vietnamese.syllables(text)
        return pairwise(said if self._question.accented else map(vietnamese.fold, said))


def _long_names(text: str) -> list[str]:
    """The names of several syllables in a topic, without the capital that every topic begins with."""
    names = [match[0] for match in _CAPITALISED.finditer(text)]
    if names and text.startswith(names[0]) and not is_known(names[0]):
        names[0] = names[0].partition(" ")[2]
    return [name for name in names if " " in name]
