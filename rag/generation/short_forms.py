"""Whom a quotation's short forms mean: "Ngoại trưởng [Antony Blinken] cho biết", "giữa hai nước [Nga và Anh]".

The names are those that an extractive answer prints in brackets, and for "hai nước" the two states that the headline
puts side by side. They fill a place that the sentence leaves open, and are names alone: nothing else of a headline is
evidence for anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag import vietnamese
from rag.composing.antecedents import resolve
from rag.composing.naming import states_in
from rag.datatypes import Article, Span
from rag.generation.links import is_link
from rag.generation.orders import gives_orders, speaks_of_answers

Insertion = tuple[int, str]
"""A place in an article, in characters, and the name that belongs behind it."""

_BOTH = re.compile(r"(?<!\w)(?i:hai|cả hai) (?:bên|nước|quốc gia)(?!\w)")
_JOINT = re.compile(r"\s?[-–]\s?| và | với ")
_MOST_TITLE_CHARS = 200


def names_for(article: Article, span: Span) -> tuple[Insertion, ...]:
    """The names behind the short forms of a range, in order; none where the article does not tell whom they mean."""
    found: list[Insertion] = []
    for sentence in vietnamese.sentences(span.of(article.text)):
        start, end = span.start + sentence.start, span.start + sentence.end
        inside = resolve(article.text, start, end).insertions
        found += [(start + offset, name) for offset, name in inside]
        both = _BOTH.search(article.text, start, end)
        if both and all(start + offset != both.end() for offset, _ in inside) and (pair := _pair(article, start, end)):
            found.append((both.end(), pair))
    return tuple(sorted(found))


def with_names(text: str, start: int, names: Sequence[Insertion], joint: str = " và ") -> str:
    """A text that begins at `start` of its article, with the names in brackets; two are joined by `joint`."""
    parts: list[str] = []
    at = 0
    for place, name in names:
        if 0 < place - start <= len(text):
            parts += [text[at : place - start], f" [{name.replace(' và ', joint)}]"]
            at = place - start
    return "".join([*parts, text[at:]])


def _pair(article: Article, start: int, end: int) -> str | None:
    """The two states that the headline puts side by side, if they are the only two and the sentence names neither."""
    title = article.title or ""
    if len(title) > _MOST_TITLE_CHARS or gives_orders(title) or speaks_of_answers(title) or is_link(title):
        return None
    pairs = {
        f"{one} và {other}"
        for (_, first, one), (second, _, other) in pairwise(states_in(title))
        if one != other and _JOINT.fullmatch(title[first:second])
    }
    if len(pairs) != 1 or states_in(article.text[start:end]):
        return None
    return pairs.pop()
