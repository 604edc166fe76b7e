"""The lexicons: foreign words and phrases with their Vietnamese wordings, read when the first foreign question comes.

    foreign, foreign<TAB>wording; wording

The likeliest wording stands first. A key with a capital is a name; in questions typed without capitals it is found as
well, unless the same letters are another word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib import resources
from typing import Literal

from rag.translating.forms import english_forms, french_forms, russian_forms
from rag.translating.function_words import NEEDS_CAPITALS
from rag.translating.stems import stemmer
from rag.vietnamese import fold

MOST_WORDS = 6

_BREAK = re.compile(r"[\W_]+")
_SURE_STEM = 4
_FORMS: dict[str, Callable[[str], Iterator[str]]] = {"en": english_forms, "fr": french_forms, "ru": russian_forms}


class Lexicon:
    """One language's words and phrases. Keys are words joined by single spaces; Chinese ones have no spaces."""

    def __init__(self, language: Literal["en", "fr", "ru", "zh"]) -> None:
        self._exact: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._small_names: dict[str, str] = {}
        for keys, value in _lines(f"lexicon_{language}.tsv"):
            for key in keys.split(", "):
                plain = _BREAK.sub(" ", key)
                if plain == plain.lower():
                    self._exact[plain] = value
                else:
                    self._names[plain] = value
                    if plain.lower() not in NEEDS_CAPITALS:
                        self._small_names[plain.lower()] = value
        self.longest = max(map(len, self._exact))
        self._forms = _FORMS.get(language)
        self._stemmed = _Stemmed(language, self._exact) if language in ("fr", "ru") else None

    def find(self, words: Sequence[str]) -> tuple[str, ...] | None:
        """The wordings of all these words, as typed, together; None if they are not there in any of their forms."""
        surface = " ".join(words)
        lower = surface.lower()
        value = self._names.get(surface) or self._exact.get(lower) or self._small_names.get(lower)
        if value is None and self._forms is not None:
            inflected = _variants(lower.split(" "), self._forms)
            value = next((self._exact[form] for form in inflected if form in self._exact), None)
        if value is None and self._stemmed is not None:
            value = self._stemmed.find(surface)
        return tuple(value.split("; ")) if value is not None else None


class _Stemmed:
    """The entries of a lexicon by their stems, and as typed without diacritics."""

    def __init__(self, language: str, entries: dict[str, str]) -> None:
        self._stems_of = stemmer("french" if language == "fr" else "russian")
        self._bare = {fold(key): value for key, value in entries.items()}
        self._values: dict[str, str] = {}
        stems = iter(self._stems_of(" ".join(entries)))
        for key, value in entries.items():
            self._values.setdefault(" ".join(next(stems) for _ in key.split(" ")), value)

    def find(self, surface: str) -> str | None:
        lower = surface.lower()
        value = self._bare.get(fold(lower))
        if value is not None:
            return value
        key = " ".join(self._stems_of(lower))
        value = self._values.get(key)
        if value is not None and len(key) < _SURE_STEM and surface[:1].isupper() and not value[:1].isupper():
            # Of a name that is no entry a short stem is easily another word's.
            return None
        return value


@lru_cache
def lexicon(language: Literal["en", "fr", "ru", "zh"]) -> Lexicon:
    """The lexicon of a language, read once."""
    return Lexicon(language)


@lru_cache
def sino_vietnamese() -> dict[str, tuple[str, ...]]:
    """The Sino-Vietnamese readings of Chinese characters, the usual one first."""
    found: dict[str, tuple[str, ...]] = {}
    for reading, characters in _lines("sino_vietnamese.tsv"):
        for character in characters:
            found[character] = (*found.get(character, ()), reading.removeprefix("+"))
    return found


def _variants(words: Sequence[str], forms: Callable[[str], Iterator[str]]) -> Iterator[str]:
    """The phrase with its last, its first, or both of these words in other forms."""
    *head, last = words
    yield from (" ".join((*head, form)) for form in forms(last))
    if head:
        first, *middle = head
        for form in forms(first):
            yield from (" ".join((form, *middle, other)) for other in (last, *forms(last)))


def _lines(name: str) -> Iterator[tuple[str, str]]:
    text = (resources.files("rag") / "data" / name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            key, _, value = line.partition("\t")
            yield key, value
