"""Foreign names by their sound: "Zelensky", "Zelenskiy", "Zelenskyy" and "Zelenxki" are one name in four spellings.

A key of consonants finds candidates; the whole sound, vowels and all, then decides. Names that really differ
("Iran" and "Iraq", "Niger" and "Nigeria", "Slovakia" and "Slovenia") must differ in one or the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from rag.naming.words import is_vietnamese
from rag.vietnamese import fold

LEAST_LETTERS = 4
_WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")

# In this order; what a rule gives is not read again by the same rule.
_SOUNDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"shch|sch|tsch|tch|cz|ch", "C"),
        (r"ck|cq|q(?:u(?=[aeiou]))?", "k"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"dzh|dj|zh|gi(?=[aeou])|\Aj(?=[aeou])", "J"),
        (r"sh|ts|tz|cs|ks|x|c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"kh", "h"),
        (r"gh", "g"),
        (r"w", "v"),
        (r"ou|oo", "u"),
        (r"ee", "i"),
        (r"(?:iy|ij|yi|yy|ii|y|i)\Z", "i"),
        (r"(?<=[^aeiou])(?:y|i|j)(?=[aeou])", ""),
        (r"y", "i"),
        (r"(?<=[aeiou])(?:i|j)(?=[aeou])", ""),
        (r"(?<=[oe])(?:v|f|ff|p)\Z", "f"),
        (r"(?<=[^aeiou])e\Z", ""),
        (r"(?<=[aeiou])d\Z", "t"),
        (r"(.)\1+", r"\1"),
    )
)
# Newspapers that spell names by ear write these ("Dê-len-xki", "Ghê-oóc-ghi"): d is said z, đ is d.
_BY_EAR: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"d(?!đ)", "z"),
        (r"đ", "d"),
        (r"gi(?=\w)", "zh"),
        (r"g(?=hi|hê|he)", ""),
        (r"nh", "n"),
        (r"tr", "ch"),
    )
)
_VOWELS = frozenset("aeiou")
_LEAST_SOUNDS = 6
_SHORT_SOUND = 4
_DOUBLE = re.compile(r"(.)\1+")


def foreign_words(text: str) -> Iterator[str]:
    """The words of a text that look like foreign names: capitalised, and no Vietnamese syllable.

    Syllables that hyphens join after one capital ("Pu-tin", "Mát-xcơ-va") are one word.
    """
    for found in _WORD.finditer(text):
        word = found[0]
        if not word[0].isupper() or len(word) < LEAST_LETTERS or word.isupper():
            continue
        if "-" not in word:
            if not is_vietnamese(word.lower()):
                yield word
        elif _is_spelt_by_ear(word) or not all(is_vietnamese(part.lower()) for part in word.split("-")):
            yield from (word,) if _is_spelt_by_ear(word) else foreign_words(word.replace("-", " "))


def _is_spelt_by_ear(word: str) -> bool:
    _, *others = word.split("-")
    return bool(others) and all(part.islower() for part in others)


@lru_cache(maxsize=50_000)
def sound_of(word: str) -> str:
    """How a name sounds, roughly, in small letters; "" where it holds letters that are not Latin."""
    lower = word.lower()
    if "-" in lower:
        for pattern, sound in _BY_EAR:
            lower = pattern.sub(sound, lower)
    plain = re.sub(r"[-’']", "", fold(lower))
    if not plain.isascii() or not plain.isalpha():
        return ""
    for pattern, sound in _SOUNDS:
        plain = pattern.sub(sound, plain)
    return plain


def key_of(sound: str) -> str:
    """The first sound and the consonants after it."""
    return sound[:1] + "".join(letter for letter in sound[1:] if letter not in _VOWELS)


def alike(word: str, other_word: str) -> float:
    """How surely two names of one key are one name: 1 for equal sounds, less where vowels differ, 0 for different.

    Short names must be spelled nearly alike: "Niki" and "Nikki", "Dmitry" and "Dmitri", but not "Qing" and "King".
    """
    sound, other = sound_of(word), sound_of(other_word)
    if min(len(sound), len(other)) <= _SHORT_SOUND:
        return float(_nearly(word) == _nearly(other_word))
    if sound == other:
        return 1.0
    shorter, longer = sorted((sound, other), key=len)
    # A vowel more or less ("Tehran", "Teheran") is told from another vowel ("Macron", "Micron").
    least = _LEAST_SOUNDS if len(shorter) < len(longer) else _LEAST_SOUNDS + 1
    if len(shorter) < least or (shorter[-1] in _VOWELS) != (longer[-1] in _VOWELS):
        return 0.0
    distance = Levenshtein.distance(shorter, longer)
    return 0.75 if distance <= 1 or (distance == 2 and len(shorter) >= _LEAST_SOUNDS + 3) else 0.0


def _nearly(word: str) -> str:
    """The letters of a word without doubles, y as i, whatever its hyphens."""
    return _DOUBLE.sub(r"\1", re.sub(r"[-’']", "", fold(word)).replace("y", "i"))
