"""Questions in English, French and Russian: at each word the longest phrase of the lexicon that begins there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from rag.datatypes import Wording
from rag.translating import calendar
from rag.translating.cyrillic import spellings
from rag.translating.function_words import ALSO_NAMES, ENGLISH, FRENCH, RUSSIAN
from rag.translating.languages import is_vietnamese_shaped
from rag.translating.lexicon import MOST_WORDS, Lexicon, lexicon
from rag.translating.pieces import Piece, of_wordings
from rag.vietnamese import fold

Frequency = Callable[[str], int]

_WORD = re.compile(r"\d+(?:[.,]\d+)*(?![^\W_])|[^\W_]+")
_DECIMAL = re.compile(r"\d+\.\d{1,2}\Z")
_FUNCTION_WORDS = {"en": ENGLISH, "fr": FRENCH | frozenset(map(fold, FRENCH)), "ru": RUSSIAN}
_HALF = 0.5


def pieces(text: str, language: calendar.Spaced, frequency: Frequency | None) -> Iterator[Piece]:
    """The parts of a question. Function words give none.

    Words of the lexicon that follow one another come in reverse: an English noun follows what describes it, and a
    Vietnamese one precedes it. Otherwise, and in the other languages, the order is the question's own.
    """
    run: list[Piece] = []
    for piece, is_word in _parts(text.replace("ё", "е").replace("Ё", "Е"), language, frequency):
        if is_word and language == "en":
            run.append(piece)
            continue
        yield from reversed(run)
        run = []
        yield piece
    yield from reversed(run)


def _parts(text: str, language: calendar.Spaced, frequency: Frequency | None) -> Iterator[tuple[Piece, bool]]:
    """The pieces in order, and whether each is a word of the lexicon; an empty one where others part them."""
    words = list(_WORD.finditer(text))
    entries = lexicon(language)
    passed = _FUNCTION_WORDS[language]
    has_capitals = any(word.group()[:1].isupper() for word in words[1:])
    at = 0
    while at < len(words):
        dated = calendar.match(language, text, words[at].start())
        if dated is not None:
            end, piece = dated
            yield piece, False
            while at < len(words) and words[at].start() < end:
                at += 1
            continue
        length, wordings = _longest(text, words, at, entries, passed)
        surfaces = [word.group() for word in words[at : at + max(length, 1)]]
        first = at == 0 or text[: words[at].start()].rstrip()[-1:] in "?!."
        at += max(length, 1)
        surface = surfaces[0]
        if wordings:
            yield _translated(surfaces, wordings, first=first, frequency=frequency), True
        elif surface.lower() in passed or (len(surface) == 1 and not surface.isdigit()):
            yield Piece(""), False
        elif language == "ru" and not surface.isascii():
            yield from ((piece, False) for piece in spellings(surface, frequency))
        elif _DECIMAL.match(surface):
            yield Piece(surface, (Wording(surface.replace(".", ",")),)), False
        elif surface[:1].isupper() or not has_capitals or not is_vietnamese_shaped(surface.lower()):
            yield Piece(surface), False


def _longest(
    text: str, words: list[re.Match[str]], at: int, entries: Lexicon, passed: frozenset[str]
) -> tuple[int, tuple[str, ...]]:
    """How many words from there on stand in the lexicon together, and their wordings; (0, ()) for none."""
    most = 1
    while most < MOST_WORDS and at + most < len(words):
        between = text[words[at + most - 1].end() : words[at + most].start()]
        if between.strip(" -–’'.\u00a0"):
            break
        most += 1
    for length in range(most, 0, -1):
        surfaces = [word.group() for word in words[at : at + length]]
        if length == 1 and surfaces[0].lower() in passed and not surfaces[0].isupper():
            break
        wordings = entries.find(surfaces)
        if wordings:
            return length, wordings
    return 0, ()


def _translated(surfaces: list[str], wordings: tuple[str, ...], *, first: bool, frequency: Frequency | None) -> Piece:
    surface = " ".join(surfaces)
    if len(surfaces) == 1 and surface[:1].isupper() and not first and surface.lower() in ALSO_NAMES:
        return Piece(surface, tuple(Wording(wording, _HALF) for wording in wordings))
    piece = of_wordings(wordings)
    lower = surface.lower()
    known = len(surfaces) == 1 and lower.isascii() and not is_vietnamese_shaped(lower)
    if known and frequency is not None and frequency(lower) and lower not in map(str.lower, wordings):
        # A word that articles use as it is: "show", "container".
        return Piece(piece.text, (*piece.others, Wording(surface, _HALF)))
    return piece
