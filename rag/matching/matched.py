"""How a question fits one piece of evidence, as it was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from rag.matching.opposites import Opposed


class Level(IntEnum):
    """How near to the evidence a name was found."""

    NOWHERE = 0
    ARTICLE = 1
    PASSAGE = 2
    SENTENCE = 3


@dataclass(frozen=True, slots=True)
class NameMatch:
    """One name, number or time of the question; `share` in 0..1 says how well it is met."""

    name: str
    level: Level
    share: float


@dataclass(frozen=True, slots=True)
class EntityMatch:
    """How a question fits one piece of evidence.

    `covered` is the share of its names that is met, weighted by rarity, `in_sentence`, `in_passage` (and title) and
    `in_article` what is met there; all are 1 for a question without names. `roles` is the share of offices that the
    article names together with their state. `words` is the share of the other telling words that the sentence holds,
    `words_nearby` the same of its passage, `rarest_missing` the rarity in 0..1 of the rarest that the passage lacks.
    `clashing` are others that stand where an asked name should, `missing` the names met nearly nowhere. `opposed` are
    predicates whose contrary the sentence has; `denied` says that it negates what the question says, `swapped` that it
    gives two names the place of each other, `affirmed` that it states a predicate of the question, unturned.
    `words_beside` is the share of the telling words that belong to no predicate with a contrary. `by_another` says that
    others do here what the question says of a name, `other_hours` that this happened in another part of a day,
    `other_day` that the sentence opens with another time than the one asked for.
    """

    names: tuple[NameMatch, ...] = ()
    covered: float = 1.0
    in_sentence: float = 1.0
    in_passage: float = 1.0
    in_article: float = 1.0
    roles: float = 1.0
    numbers: float = 1.0
    days: float = 1.0
    words: float = 1.0
    words_nearby: float = 1.0
    rarest_missing: float = 0.0
    missing: tuple[str, ...] = ()
    clashing: tuple[str, ...] = ()
    opposed: tuple[Opposed, ...] = ()
    denied: bool = False
    swapped: bool = False
    affirmed: bool = False
    words_beside: float = 1.0
    by_another: bool = False
    other_hours: bool = False
    other_day: bool = False
