"""A text as words with their places, so that a name is looked for once and then told to a sentence or a passage."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.vietnamese import fold, syllables

_TOKEN = re.compile(r"\d+(?:[.,/:]\d+)*|[^\W\d_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+\Z")
_KEPT = 128
# The view of a longer text takes tens of megabytes: none are kept.
_LONG_CHARS = 100_000
# Numbers to twenty are as often written in words.
_NUMBER_WORDS = (
    "không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """A wording that is looked for: its words in the normal spelling, and whether the first must be a capital.

    `weight` in 0..1 says how surely it means what was asked for.
    """

    words: tuple[str, ...]
    weight: float = 1.0
    capital: bool = False


class View:
    """The words of a text: normal spelling (`words`), whether capital, and [start, end) of each in the text."""

    __slots__ = ("_places", "capitals", "ends", "starts", "words")

    def __init__(self, text: str, *, folded: bool) -> None:
        tokens = list(_TOKEN.finditer(text))
        surfaces = [token.group() for token in tokens]
        self.words: list[str] = [_normal(surface, folded) for surface in surfaces]
        self.capitals: list[bool] = [surface[0].isupper() for surface in surfaces]
        self.starts: list[int] = [token.start() for token in tokens]
        self.ends: list[int] = [token.end() for token in tokens]
        self._places: dict[str, list[int]] = defaultdict(list)
        for at, word in enumerate(self.words):
            self._places[word].append(at)

    def find(self, form: Form) -> list[int]:
        """The numbers of the words at which a form begins."""
        words, wanted = self.words, form.words
        length = len(wanted)
        if not length:
            return []
        return [
            at
            for at in self._places.get(wanted[0], ())
            if (not form.capital or self.capitals[at]) and (length == 1 or tuple(words[at : at + length]) == wanted)
        ]

    def places(self, word: str) -> Sequence[int]:
        """The numbers of the words that are this one, ascending."""
        return self._places.get(word, ())

    def between(self, start: int, end: int) -> range:
        """The numbers of the words that begin in [start, end) of the text."""
        return range(bisect_left(self.starts, start), bisect_left(self.starts, end))


def view_of(text: str, *, folded: bool) -> View:
    """The view of a text; `folded` where words are compared without diacritics."""
    return View(text, folded=folded) if len(text) > _LONG_CHARS else _kept_view(text, folded)


@lru_cache(_KEPT)
def _kept_view(text: str, folded: bool) -> View:
    return View(text, folded=folded)


def normal_words(text: str, *, folded: bool) -> tuple[str, ...]:
    """A wording as `View` has its words."""
    return tuple(_normal(token.group(), folded) for token in _TOKEN.finditer(text))


def number_forms(word: str, *, folded: bool) -> tuple[tuple[str, ...], ...]:
    """How a number may stand in a text: as it is, and up to twelve in words."""
    forms = [normal_words(word, folded=folded)]
    if word.isdecimal() and 0 < int(word) < len(_NUMBER_WORDS):
        forms.append(normal_words(_NUMBER_WORDS[int(word)], folded=folded))
    return tuple(forms)


@lru_cache(100_000)
def _normal(surface: str, folded: bool) -> str:
    if surface[0].isdigit():
        return _plain_number(surface)
    if folded:
        return fold(surface)
    found = syllables(surface)
    return found[0] if len(found) == 1 else surface.lower()


def _plain_number(surface: str) -> str:
    if "/" in surface:
        return "/".join(part.lstrip("0") or "0" for part in surface.split("/"))
    if _GROUPED.match(surface):
        return re.sub(r"[.,]", "", surface)
    return surface.replace(",", ".").lstrip("0") or "0"
