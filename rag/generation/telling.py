"""What two sentences that share their words may still tell apart: numbers, days, names and denial."""

from __future__ import annotations

from rag import vietnamese
from rag.asking.words import names_of
from rag.values import values_of

NEGATORS = frozenset(("không", "chưa", "chẳng", "chả", "đừng", "not", "no", "never"))


def figures_of(text: str) -> frozenset[tuple[object, ...]]:
    """Its numbers, amounts and days, however they are written."""
    return frozenset((v.kind, v.low, v.high, v.unit, v.first, v.last) for v in values_of(text))


def tell_apart(one: str, other: str) -> bool:
    """Whether two sentences name other figures or names, or one denies more than the other."""
    figures, names, denials = zip(*(_told(text) for text in (one, other)), strict=True)
    return any(first != second for first, second in (figures, names, denials))


def _told(text: str) -> tuple[object, object, object]:
    denials = sorted(syllable for syllable in vietnamese.syllables(text) if syllable in NEGATORS)
    return figures_of(text), names_of(text), denials
