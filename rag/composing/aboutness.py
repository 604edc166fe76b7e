"""What an overview is asked to be about: the words of its subject, and how much of them a text holds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag import vietnamese
from rag.composing.wording import topic_words, vocabulary, words
from rag.naming.known import known_names
from rag.question import Question
from rag.values import Kind, Value, values_of

# Words of a question for an overview that say what is wanted of the subject, not what it is.
_ABOUT_THE_ANSWER = words(
    """tóm tắt lược tổng hợp hợp điểm lại liệt kê trình bày nêu kể diễn biến dòng thời gian mốc trình tự sự kiện chính
    nội dung bài báo viết tin toàn cảnh khái quát so sánh khác nhau giống biệt giữa đối chiếu theo thứ tự ngắn gọn ý
    câu vụ quá trình cuộc tình hình quan điểm lập
    trường phản ứng thái độ trái ngược phát biểu tuyên bố"""
)
# How much a syllable counts that stands apart from the one it makes a word with in the question: "đàm" of "hội đàm".
_APART = 0.5


def subject_of(question: Question) -> frozenset[str]:
    """The words of what a question for an overview is about, without its time and what is wanted of it."""
    drop = _ABOUT_THE_ANSWER if question.accented else frozenset(map(vietnamese.fold, _ABOUT_THE_ANSWER))
    topic = topic_words(question)
    return topic - drop - dating_words(question) or topic - drop or topic


def dates_in(text: str) -> list[Value]:
    """The days and stretches of days that a text names."""
    return [value for value in values_of(text) if value.kind is Kind.DATE]


def dating_words(question: Question) -> frozenset[str]:
    """The words that say of which time a question asks: what is told of it need not hold them."""
    text = question.restored
    return frozenset().union(*(vocabulary(text[one.start : one.end], question) for one in dates_in(text)))


def rarity_of(subject: frozenset[str], texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """Inverse document frequency of the subject's words among the sentences: 1 + ln((1 + n) / (1 + df)).

    A word that no sentence holds counts 1: the sentences may say it in another way.
    """
    counts = Counter(word for text in texts for word in text & subject)
    return {word: 1.0 + (math.log((1 + len(texts)) / (1 + counts[word])) if counts[word] else 0.0) for word in subject}


@dataclass(frozen=True, slots=True)
class Held:
    """The words of a text and those that stand side by side in it."""

    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    def __or__(self, other: Held) -> Held:
        return Held(self.words | other.words, self.pairs | other.pairs)


@dataclass(frozen=True, slots=True)
class Wording:
    """How a question puts its subject: the small words side by side in it, and its known names with their words."""

    question: Question
    pairs: frozenset[tuple[str, str]]
    names: tuple[tuple[str, frozenset[str]], ...]

    @classmethod
    def of(cls, question: Question) -> Wording:
        """That of a question."""
        small = subject_of(question) - question.names
        pairs = frozenset(pair for pair in _pairs(question.standalone, question) if small.issuperset(pair))
        text = question.restored
        names = ((name.row.where, vocabulary(text[name.start : name.end], question)) for name in known_names(text))
        return cls(question, pairs, tuple(names))

    def held(self, text: str) -> Held:
        """The words of a text, names that it spells otherwise with the question's."""
        named = {name.row.where for name in known_names(text)} if self.names else set[str]()
        as_asked = (spelled for row, spelled in self.names if row in named)
        return Held(vocabulary(text, self.question).union(*as_asked), frozenset(_pairs(text, self.question)))

    def share(self, subject: frozenset[str], held: Held, rarity: dict[str, float]) -> float:
        """The share of the subject's words that is held, rare ones counting more; less where they stand apart."""
        together = {word for pair in self.pairs & held.pairs for word in pair}
        # What stands beside a word that is complete is a word of its own: "tàu" in "mắc kẹt tàu".
        complete = {word for pair in self.pairs if together.intersection(pair) for word in pair}
        joined = {word for pair in self.pairs for word in pair} - complete
        total = sum(rarity.values())
        met = sum(rarity[word] * (_APART if word in joined else 1.0) for word in sorted(subject & held.words))
        return met / total if total else 0.0


def _pairs(text: str, question: Question) -> Iterator[tuple[str, str]]:
    said = vietnamese.syllables(text)
    return pairwise(said if question.accented else map(vietnamese.fold, said))
