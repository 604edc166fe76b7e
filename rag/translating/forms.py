"""What inflected words of English, French and Russian may be forms of."""

from __future__ import annotations

import re
from collections.abc import Iterator

_DOUBLED = re.compile(r"([bdgklmnprt])\1\Z")


def english_forms(word: str) -> Iterator[str]:
    """Base forms of a plural, a verb form, a comparative or an adverb, the likeliest first; not the word itself."""
    if len(word) < 4:
        return
    if word.endswith(("ies", "ied")):
        yield word[:-3] + "y"
    if word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]
        if word.endswith("es"):
            yield word[:-2]
    for ending in ("ed", "ing", "er", "est"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 1:
            yield stem
            yield stem + "e"
            if _DOUBLED.search(stem):
                yield stem[:-1]
            if stem.endswith("i"):
                yield stem[:-1] + "y"
    if word.endswith("ly"):
        yield word[:-2]
        yield word[:-3] + "y"
        yield word[:-2] + "le"


_FRENCH_FEMININES = (
    ("nne", "n"), ("lle", "l"), ("tte", "t"), ("ère", "er"), ("euse", "eur"), ("euse", "eux"), ("trice", "teur"),
    ("ive", "if"), ("ée", "er"), ("e", ""),
)  # fmt: skip


def french_forms(word: str) -> Iterator[str]:
    """Base forms of a plural, a feminine or a participle in -é, the likeliest first; not the word itself."""
    singular = word[:-1] if len(word) > 3 and word[-1] in "sx" else word
    if singular != word:
        yield singular
    if singular.endswith("au"):
        yield singular[:-2] + "al"
    if len(singular) < 4:
        return
    for feminine, masculine in _FRENCH_FEMININES:
        stem = singular.removesuffix(feminine)
        if stem != singular:
            yield stem + masculine
    if singular.endswith("é"):
        yield singular[:-1] + "er"


def russian_forms(word: str) -> Iterator[str]:
    """Infinitives and masculine forms of a past tense; stems see to the rest."""
    bare = word.removesuffix("ся").removesuffix("сь")
    reflexive = bare != word
    plain = bare[:-2] if bare.endswith(("ла", "ло", "ли")) else bare[:-1] if bare.endswith("л") else bare
    if plain == bare or len(plain) < 3:
        return
    yield plain + ("лся" if reflexive else "л")
    yield plain + ("ться" if reflexive else "ть")
    yield plain
