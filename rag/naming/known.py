"""Which names of the shipped table stand in a text, and of what kind they are. Needs no library."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rag.naming.lookup import Entry, NameLookup
from rag.naming.place import Place
from rag.naming.table import Row, shipped_rows
from rag.naming.words import words_of

_MOST_WORDS = 400
# The sentences, titles and passages of a question are looked at several times.
_KEPT_TEXTS = 512


@dataclass(frozen=True, slots=True)
class Known:
    """A name of the table at `text[start:end]` of the text in normal form C."""

    row: Row
    start: int
    end: int

    @property
    def kind(self) -> str:
        return self.row.kind


@lru_cache(maxsize=1)
def _lookup() -> NameLookup:
    return NameLookup(shipped_rows())


@lru_cache(_KEPT_TEXTS)
def known_names(text: str) -> tuple[Known, ...]:
    """The names of a text from left to right; of those that overlap the first counts, then the longest."""
    lookup, words = _lookup(), words_of(text)[:_MOST_WORDS]
    place = Place(words)
    found: list[Known] = []
    at = 0
    while at < len(words):
        longest = _longest(lookup, place, at)
        if longest is None:
            at += 1
            continue
        entry, end = longest
        last = words[end - 1]
        if not entry.guard:
            found.append(Known(entry.row, words[at].start, last.start + len(last.surface)))
        at = end
    return tuple(found)


def _longest(lookup: NameLookup, place: Place, at: int) -> tuple[Entry, int] | None:
    for length in sorted(lookup.lengths(place.words[at].syllable), reverse=True):
        end = at + length
        if end > len(place.words):
            continue
        key = " ".join(word.syllable for word in place.words[at:end])
        entry = next((each for each in lookup.entries(key) if place.fits(each, at, end)), None)
        if entry is not None and (entry.guard or place.words[at].capital):
            return entry, end
    return None
