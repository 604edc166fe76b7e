"""A text's syllables together with how they were typed: the capitals, and what stands between them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from rag.loading.legacy_fonts import is_syllable
from rag.vietnamese import nfc, syllables

_PIECE = re.compile(r"[\w\u0300-\u036f]+")
_CHUNK = re.compile(r"[^\s_]+")
_SENTENCE_END = re.compile(r"[.?!:;…\"“”'‘’()\[\]\n-]\s*\Z|[.?!…][\"”'’)\]]*\s+\Z")


class Word(NamedTuple):
    """One syllable of `rag.vietnamese.syllables`: as searched for, as typed, and what stands before it.

    It lies at [start, start + len(surface)) of the NFC text.
    """

    syllable: str
    surface: str
    gap: str
    start: int

    @property
    def capital(self) -> bool:
        return self.surface[:1].isupper()

    @property
    def vietnamese(self) -> bool:
        """Whether it is spelled like a Vietnamese syllable."""
        return is_vietnamese(self.syllable)

    @property
    def joined(self) -> bool:
        """Whether it hangs on the word before without a space, as in "Pu-tin"."""
        return bool(self.gap) and not self.gap.isspace()


@lru_cache(maxsize=50_000)
def is_vietnamese(syllable: str) -> bool:
    return is_syllable(syllable)


def words_of(text: str) -> list[Word]:
    """The words of a text; their syllables are exactly `rag.vietnamese.syllables(text)`."""
    text = nfc(text)
    found: list[Word] = []
    end = 0
    for chunk in _CHUNK.finditer(text):
        for syllable, start, stop in _parts(chunk[0]):
            first = chunk.start() + start
            found.append(Word(syllable, text[first : chunk.start() + stop], text[end:first], first))
            end = chunk.start() + stop
    return found


@lru_cache(maxsize=20_000)
def _parts(chunk: str) -> tuple[tuple[str, int, int], ...]:
    """The syllables of a text without spaces, each with its place in it."""
    parts = syllables(chunk)
    pieces = list(_PIECE.finditer(chunk))
    if len(parts) != len(pieces):  # a number or a date that counts as one word
        return tuple((part, 0, len(chunk)) for part in parts)
    return tuple((part, *piece.span()) for part, piece in zip(parts, pieces, strict=True))


def starts_sentence(words: list[Word], at: int) -> bool:
    """Whether a word's capital may be owed to its place alone."""
    return at == 0 or _SENTENCE_END.search(words[at].gap) is not None
