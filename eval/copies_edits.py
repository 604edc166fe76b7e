"""Edits that reprints undergo, made of an article with a given source of chance: what must be recognised as a copy."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.vietnamese import sentences

OUTLETS = (
    "VnExpress",
    "Tuổi Trẻ",
    "Thanh Niên",
    "Dân trí",
    "Vietnam+",
    "Người Lao Động",
    "Tiền Phong",
    "VOV",
    "Lao Động",
)


@dataclass(frozen=True, slots=True)
class Material:
    """What an edit may take from elsewhere: another article's headline and lead, and words of many articles."""

    headline: str
    lead: str
    words: Sequence[str]


Edit = Callable[[str, Material, random.Random], str]


def sentences_of(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text)]


def cut_to(share: float) -> Edit:
    """About this share of the text: its beginning, its end, a stretch in the middle, or sentences here and there."""

    def edit(text: str, material: Material, chance: random.Random) -> str:
        parts = sentences_of(text)
        way = chance.choice(("beginning", "end", "middle", "here and there"))
        order = list(range(len(parts)))
        if way == "end":
            order.reverse()
        elif way == "middle":
            order = order[chance.randrange(max(1, int(len(parts) * (1 - share)))) :]
        elif way == "here and there":
            chance.shuffle(order)
        kept: list[int] = []
        chars = 0
        for at in order:
            if chars >= share * len(text):
                break
            kept.append(at)
            chars += len(parts[at])
        return " ".join(parts[at] for at in sorted(kept))

    return edit


def move_paragraphs(text: str, material: Material, chance: random.Random) -> str:
    parts = [part for part in text.split("\n") if part.strip()]
    chance.shuffle(parts)
    return "\n".join(parts)


def move_sentences(text: str, material: Material, chance: random.Random) -> str:
    parts = sentences_of(text)
    chance.shuffle(parts)
    return " ".join(parts)


def new_headline(text: str, material: Material, chance: random.Random) -> str:
    return f"{material.headline}\n{text}"


def another_lead(text: str, material: Material, chance: random.Random) -> str:
    return f"{material.lead} {text}"


def no_lead(text: str, material: Material, chance: random.Random) -> str:
    return " ".join(sentences_of(text)[1:])


def other_outlet(text: str, material: Material, chance: random.Random) -> str:
    """Its name in front, at the end and wherever an outlet is named, and a photographer under it."""
    name = chance.choice(OUTLETS)
    for other in OUTLETS:
        text = text.replace(other, name)
    return f"({name}) - {text}\nTheo {name}\nẢnh: {chance.choice(OUTLETS)}"


def replace_words(share: float) -> Edit:
    """This share of the words replaced by any others."""

    def edit(text: str, material: Material, chance: random.Random) -> str:
        return " ".join(
            chance.choice(material.words) if word and chance.random() < share else word for word in text.split(" ")
        )

    return edit


def all_of(*edits: Edit) -> Edit:
    def edit(text: str, material: Material, chance: random.Random) -> str:
        for each in edits:
            text = each(text, material, chance)
        return text

    return edit


new_lead = all_of(no_lead, another_lead)

EDITS: dict[str, Edit] = {
    "cut to 80 %": cut_to(0.8),
    "cut to 60 %": cut_to(0.6),
    "cut to 50 %": cut_to(0.5),
    "cut to 40 %": cut_to(0.4),
    "cut to 30 %": cut_to(0.3),
    "paragraphs moved": move_paragraphs,
    "sentences moved": move_sentences,
    "new headline": new_headline,
    "new lead": new_lead,
    "lead left out": no_lead,
    "other outlet": other_outlet,
    "2 % of words replaced": replace_words(0.02),
    "5 % of words replaced": replace_words(0.05),
    "10 % of words replaced": replace_words(0.1),
    "cut to 60 %, sentences moved, other outlet": all_of(cut_to(0.6), move_sentences, other_outlet),
    "cut to 50 %, new lead, 2 % of words, other outlet": all_of(
        cut_to(0.5), new_lead, replace_words(0.02), other_outlet
    ),
    "sentences moved, new lead, 5 % of words": all_of(no_lead, move_sentences, another_lead, replace_words(0.05)),
}
