"""Small things about texts that every part of composing needs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import vietnamese
from rag.question import Question

# Two sentences that share this much of their syllables say the same thing.
SAME = 0.8

_MARKER_LIKE = re.compile(r"\[(\s*\d[\d\s,;-]*)\]")


def readable(text: str) -> str:
    """A quotation on one line."""
    return " ".join(text.split())


def listed(line: str) -> frozenset[str]:
    """The words of a list written in one line of code."""
    return frozenset(line.split())


def words(text: str) -> frozenset[str]:
    return frozenset(vietnamese.syllables(text))


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard index of two sets of syllables; 1 for two empty ones."""
    union = len(one | other)
    return len(one & other) / union if union else 1.0


def vocabulary(text: str, question: Question) -> frozenset[str]:
    """The syllables of a text, without diacritics where the question was typed without them."""
    if question.accented:
        return words(text)
    return frozenset(vietnamese.fold(syllable) for syllable in vietnamese.syllables(text))


def topic_words(question: Question) -> frozenset[str]:
    """The question's content as it may stand in a Vietnamese text: for other languages its names alone."""
    content = question.content if question.vietnamese else tuple(w for w in question.content if w in question.names)
    return frozenset(content if question.accented else map(vietnamese.fold, content))


def share(wanted: frozenset[str], held: frozenset[str]) -> float:
    """How much of the first set the second holds; 1 where nothing is wanted."""
    return len(wanted & held) / len(wanted) if wanted else 1.0


def capitalised(text: str) -> str:
    """The text as an answer begins; "iPhone" and "e-visa" keep their small letter, numbers and quotes stay."""
    first = text.split(" ", maxsplit=1)[0]
    if not text[:1].islower() or any(character.isupper() for character in first) or first[1:2] == "-":
        return text
    return text[0].upper() + text[1:]


def markers(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def without_markers(text: str) -> str:
    """An article's own "[3]" must not pass for a citation in the running text: it gets full-width brackets there."""
    return _MARKER_LIKE.sub(r"［\1］", text)
