"""Capitals that a question does not name: "thủ đô nước Pháp" for Paris."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.naming.lookup import Entry, NameLookup
from rag.naming.place import Place, Standing, standing_of
from rag.naming.words import Word
from rag.vietnamese import fold

_CAPITAL = ("thủ", "đô")
_OF = ("của", "nước")


def state_of_capital(place: Place, lookup: NameLookup, at: int) -> tuple[int, list[Entry]] | None:
    """Where "thủ đô" and a state's name end, and what that may be; None where there is no such thing."""
    for start in reversed([*_starts(place.words, at)]):
        for length in lookup.lengths(place.words[start].syllable):
            end = start + length
            key = " ".join(word.syllable for word in place.words[start:end])
            entries = [
                entry
                for entry in lookup.entries(key)
                if end <= len(place.words)
                and place.fits(entry, start, end)
                and standing_of(place, entry, start, end) is not Standing.OTHER
            ]
            if entries:
                return end, entries
    return None


def _starts(words: Sequence[Word], at: int) -> Iterator[int]:
    """Where a state's name may begin after "thủ đô", "thủ đô của" or "thủ đô nước"; nothing if that is not there."""
    end = at + len(_CAPITAL)
    if end >= len(words) or not _reads(words[at:end], _CAPITAL):
        return
    yield end
    for word in _OF:
        if end + 1 < len(words) and _reads(words[end : end + 1], (word,)):
            end += 1
            yield end


def _reads(words: Sequence[Word], phrase: Sequence[str]) -> bool:
    """Whether the words are these, be it typed without diacritics."""
    typed = tuple(word.syllable for word in words)
    return typed == tuple(phrase) or typed == tuple(map(fold, phrase))
