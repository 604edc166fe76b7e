"""Which language a question is in: by scripts, function words, and the shape of Vietnamese syllables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag.translating.function_words import AMBIGUOUS, ENGLISH, FOLDED_VIETNAMESE, FRENCH, OTHERS, VIETNAMESE
from rag.vietnamese import fold, nfc

Language = Literal["vi", "en", "fr", "ru", "zh", "other"]

_WORD = re.compile(r"[^\W_]+")
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_NOT_RUSSIAN = re.compile("[іїєґўјљњћђџқғүұәөңһ]", re.IGNORECASE)
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\uac00-\ud7af]")
_LATIN = re.compile("[a-z\u00c0-\u024f\u1e00-\u1eff]", re.IGNORECASE)

# Letters that only Vietnamese has among the languages told apart here, and letters that French has not.
_VIETNAMESE_LETTER = re.compile("[ăđơưĩũ\u1ea0-\u1ef9]")
_NOT_FRENCH = re.compile("[ìíòóýáãõú]")
_SYLLABLE = re.compile(r"(?:ngh?|ph|th|tr|ch|gh|gi|kh|nh|qu|[bcdghklmnpqrstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?\Z")
_FUNCTION_WORDS: dict[Language, frozenset[str]] = {"en": ENGLISH, "fr": FRENCH, "other": OTHERS}


@dataclass(frozen=True, slots=True)
class Guess:
    """The language of a question; None where nothing tells.

    `unknown` are then its words, names apart, that are no Vietnamese syllables and no function words of any language,
    and `shaped` counts those that could be Vietnamese.
    """

    language: Language | None
    unknown: tuple[str, ...] = ()
    shaped: int = 0


def guess_language(text: str) -> Guess:
    """By words, then by script. Vietnamese shows by letters and function words, typed with or without diacritics."""
    text = nfc(text)
    letters = len(_LATIN.findall(text))
    others = sum(map(str.isalpha, text)) - letters
    latin = _latin_language(_WORD.findall(text))
    enough = others if latin.language == "vi" else 2 * others
    if not others or (latin.language is not None and letters > enough):
        return latin
    if _CYRILLIC.search(text):
        return Guess("other" if _NOT_RUSSIAN.search(text) else "ru")
    return Guess("zh" if _HAN.search(text) and not _KANA_OR_HANGUL.search(text) else "other")


def is_vietnamese_shaped(word: str) -> bool:
    """Whether a lower-cased word could be a Vietnamese syllable typed without diacritics."""
    return _SYLLABLE.match(word) is not None


def _latin_language(words: Sequence[str]) -> Guess:
    """Function words that only one language has decide, against the signs of Vietnamese.

    Without either, so do words that are no Vietnamese syllables, where they are no fewer than those that could be, and
    function words that Vietnamese may have as well stand among them.
    """
    clear: dict[Language, int] = dict.fromkeys(_FUNCTION_WORDS, 0)
    perhaps: dict[Language, int] = dict.fromkeys(_FUNCTION_WORDS, 0)
    vietnamese = shaped = 0
    unknown: list[str] = []
    shouted = all(map(str.isupper, words))
    for place, surface in enumerate(words):
        if len(surface) > 1 and surface.isupper() and not shouted:
            continue
        word = surface.lower()
        if word in VIETNAMESE and fold(word) != word and word not in FRENCH:
            vietnamese += 1
            continue
        languages = [language for language, those in _FUNCTION_WORDS.items() if word in those]
        for language in languages:
            perhaps[language] += 1
            clear[language] += word not in AMBIGUOUS
        if languages or (place and surface[:1].isupper()) or not word.isalpha():
            continue
        if _VIETNAMESE_LETTER.search(word) or _NOT_FRENCH.search(word) or word in FOLDED_VIETNAMESE:
            vietnamese += 1
        elif is_vietnamese_shaped(fold(word)):
            shaped += 1
        else:
            unknown.append(word)
    best = max(clear, key=lambda language: clear[language])
    if clear[best] > vietnamese or (clear[best] and clear[best] == vietnamese and len(unknown) > shaped):
        return Guess(best)
    if vietnamese:
        return Guess("vi")
    best = "fr" if perhaps["fr"] > perhaps["en"] else "en"
    if perhaps[best] and len(unknown) >= shaped and len(unknown) + perhaps[best] > 2:
        return Guess(best)
    return Guess(None, tuple(unknown), shaped)
