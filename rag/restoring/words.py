"""A question as the language model sees it: words, numbers and boundaries, each with its place in the text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rag.vietnamese import fold, nfc, syllables

SENTENCE, NUMBER, QUESTION, COMMA, UNKNOWN = range(5)
"""Symbols of the model besides words; their numbers are the first of the vocabulary."""

SYMBOLS = ("<s>", "<number>", "<question>", "<comma>", "<unknown>")

_PIECE = re.compile(r"[^\W_][^\W_\u0300-\u036f]*(?:[\u0300-\u036f]+[^\W_]*)*|[^\w\s]")
_BINDS = frozenset("-–'’&/")
_SENTENCE_ENDS = frozenset(".!:;…")
_NUMBER_JOINTS = frozenset(".,/:")
_TONES = "\u0300\u0301\u0303\u0309\u0323"
_TONE_LETTERS = dict(zip(_TONES, "fsxrj", strict=True))
_TONE_MARKS = {letter: mark for mark, letter in _TONE_LETTERS.items()}
_VOWELS = "aăâeêioôơuưy"

_ONSET = r"(?:gh|gi|kh|ngh|ng|nh|ph|qu|th|tr|ch|[bcdđghklmnprstvx])?"
_RIME = (
    r"(?:(?:a|ă|â|e|ê|i|o|ô|u|y|iê|yê|uô|ươ|oa|oă|oe|uâ|uê|uy|uyê|ư|ơ|oo|ia|ua|ưa)(?:ch|c|ng|nh|m|n|p|t)?"
    r"|[aăâeêioôơuưy]|ai|ao|au|ay|âu|ây|eo|êu|ia|iu|iêu|yêu|oi|oai|oay|oeo|ôi|ơi|ua|ui|uôi|uơ|uya|uyu|uây|uêu|uao|"
    r"ưa|ưi|ưu|ươi|ươu|oao|iêu)"
)
_SYLLABLE = re.compile(rf"{_ONSET}{_RIME}\Z")
_STOPPED = re.compile(r"(?:ch|[cpt])\Z")


@dataclass(frozen=True, slots=True)
class Word:
    """One element of a question: `symbol` is None for a word; `syllable` is its one spelling in lower case.

    `bound` words are joined to the one before by a hyphen.
    """

    text: str
    start: int
    end: int
    symbol: int | None
    syllable: str
    bound: bool = False


@lru_cache(maxsize=50_000)
def folded(word: str) -> str:
    """`rag.vietnamese.fold`, remembered."""
    return fold(word)


@lru_cache(maxsize=50_000)
def is_syllable(word: str) -> bool:
    """Whether a lower-case word is spelled like one Vietnamese syllable: onset, rime, at most one tone.

    A syllable that ends in c, ch, p or t and has a letter of its own (ă, đ, ơ ...) or a tone must have the tones that
    such syllables have; without any diacritic it may be one typed without.
    """
    bare, tones = split_tones(word)
    if len(word) > 7 or len(tones) > 1 or not _SYLLABLE.match(bare):
        return False
    return not (tones and _STOPPED.search(bare)) or tones in "sj"


@lru_cache(maxsize=50_000)
def split_tones(word: str) -> tuple[str, str]:
    """The word without tone marks, and its tones as the letters of Telex: "hoàn" gives ("hoan", "f")."""
    decomposed = unicodedata.normalize("NFD", word)
    bare = "".join(mark for mark in decomposed if mark not in _TONES)
    return unicodedata.normalize("NFC", bare), "".join(_TONE_LETTERS[mark] for mark in decomposed if mark in _TONES)


def with_tone(bare: str, tone: str) -> str:
    """The syllable with a tone (a letter of Telex, or none) on its first vowel; `one_spelling` puts it in its place."""
    at = next((at for at, letter in enumerate(bare) if letter in _VOWELS), 0) + 1
    return nfc(bare[:at] + _TONE_MARKS.get(tone, "") + bare[at:])


@lru_cache(maxsize=50_000)
def one_spelling(word: str) -> str:
    """The spelling under which a lower-case word is counted: that of `rag.vietnamese.syllables`, if a syllable."""
    if not is_syllable(word):
        return word
    if not word.isalpha():  # a tone typed before the circumflex does not compose with it
        word = with_tone(*split_tones(word))
    return "".join(syllables(word))


def words_of(text: str) -> list[Word]:
    """Words, numbers and boundaries of a text in NFC, without boundaries at its beginning.

    A run of letters and digits is one element, a number if it holds a digit; signs that bind (hyphen, apostrophe,
    stroke) and the dots inside numbers are passed over; what ends a sentence wins over a comma beside it.
    """
    found: list[Word] = []
    for piece in _PIECE.finditer(text):
        surface, start = piece.group(), piece.start()
        if surface[0].isalnum():
            lower = surface.lower().replace("ð", "đ")
            symbol = NUMBER if any(letter.isdigit() for letter in lower) else None
            syllable = one_spelling(lower) if symbol is None else ""
            bound = bool(found) and text[found[-1].end : start] == "-"
            found.append(Word(surface, start, piece.end(), symbol, syllable, bound))
            continue
        if surface in _BINDS or not found or (surface in _NUMBER_JOINTS and _inside_number(text, start)):
            continue
        symbol = QUESTION if surface == "?" else SENTENCE if surface in _SENTENCE_ENDS else COMMA
        if found[-1].symbol in (None, NUMBER):
            found.append(Word("", start, start, symbol, ""))
        elif symbol != COMMA and found[-1].symbol != QUESTION:
            found[-1] = Word("", start, start, symbol, "")
    return found


_SPOKEN = re.compile(r"[^\W_]+|[.!?:;…,\"“”()]")


class _SpokenCache(dict[str, tuple[str, str]]):
    def __missing__(self, piece: str) -> tuple[str, str]:
        if len(self) > 100_000:
            self.clear()
        word = one_spelling(piece) if piece.isalpha() else ""
        value = self[piece] = word, folded(word)
        return value


_spoken_of = _SpokenCache()


def spoken(text: str) -> list[tuple[str, str]]:
    """The words of a text in NFC with their folded forms, quickly; numbers and signs between are empty strings."""
    return list(map(_spoken_of.__getitem__, _SPOKEN.findall(text.lower())))


def _inside_number(text: str, at: int) -> bool:
    return text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit()
