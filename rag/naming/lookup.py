"""The compiled table: which spellings a run of syllables may be, and what else their row offers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.naming.seats import SEAT, Seats
from rag.naming.table import Row, Spelling, spelling_of
from rag.naming.words import is_vietnamese
from rag.vietnamese import fold

_LEAST_JOINED = 5
_UNFOLDED = frozenset("!-=")
_APART = frozenset(("guard", SEAT))
_HYPHEN_INSIDE = re.compile(r"(?<=\w)-(?=\w)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A spelling that may be recognised, and the row it stands in. `guard` says that nothing is to be recognised."""

    spelling: Spelling
    row: Row
    folded: bool = False

    @property
    def guard(self) -> bool:
        return self.row.kind == "guard"


class NameLookup:
    """Finds spellings by their syllables, joined by spaces; `lengths` says how long those that begin so may be.

    `seats` says which names stand for others. Raises SettingsError where that cannot be.
    """

    def __init__(self, rows: Iterable[Row], own: Sequence[Row] = ()) -> None:
        entries: dict[str, list[Entry]] = defaultdict(list)
        lengths: dict[str, set[int]] = defaultdict(set)
        merged = _merged([*rows], own)
        self.seats = Seats(merged)
        for row in merged:
            for spelling in row.spellings:
                if row.kind == SEAT or "<" in spelling.marks:
                    continue
                for form in _forms(spelling):
                    for entry, words in _ways(form, row):
                        entries[" ".join(words)].append(entry)
                        lengths[words[0]].add(len(words))
        self._entries: Mapping[str, tuple[Entry, ...]] = {
            # Guards first, then what was written with these diacritics.
            key: tuple(sorted(found, key=lambda entry: (not entry.guard, entry.folded)))
            for key, found in entries.items()
        }
        self._lengths: Mapping[str, tuple[int, ...]] = {
            first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()
        }

    def entries(self, key: str) -> tuple[Entry, ...]:
        return self._entries.get(key, ())

    def lengths(self, syllable: str) -> tuple[int, ...]:
        return self._lengths.get(syllable, ())


def offered(row: Row) -> list[Spelling]:
    """What a row offers, transliterations also without their hyphens; in the order of the table."""
    return [form for spelling in row.spellings if ">" not in spelling.marks for form in _forms(spelling)]


def _forms(spelling: Spelling) -> list[Spelling]:
    """A spelling, and a transliteration such as "Mát-xcơ-va" also as "Mátxcơva"."""
    text = spelling.text
    if not spelling.by_ear:
        return [spelling]
    joined = spelling_of(_HYPHEN_INSIDE.sub("", text), spelling.marks)
    plain = len(joined.text) < _LEAST_JOINED or all(map(is_vietnamese, joined.words))
    return [spelling] if plain else [spelling, joined]


def _ways(spelling: Spelling, row: Row) -> Iterable[tuple[Entry, tuple[str, ...]]]:
    """A spelling under its own syllables, and under folded ones where these are hardly anything else."""
    yield Entry(spelling, row), spelling.words
    if _UNFOLDED.intersection(spelling.marks) or row.kind == "guard":
        return
    folded = tuple(map(_folded, spelling.words))
    if folded == spelling.words:
        return
    if len(folded) > 1 or not is_vietnamese(folded[0]):
        yield Entry(spelling, row, folded=True), folded


@lru_cache(maxsize=20_000)
def _folded(syllable: str) -> str:
    return fold(syllable)


def _merged(rows: list[Row], own: Sequence[Row]) -> list[Row]:
    """The shipped rows and a user's: a row of the user's that shares a spelling with others makes one row with them."""
    if not own:
        return rows
    owner = {spelling.key: at for at, row in enumerate(rows) if row.kind not in _APART for spelling in row.spellings}
    result: list[Row | None] = [*rows]
    for row in own:
        touched = sorted({owner[spelling.key] for spelling in row.spellings if spelling.key in owner})
        if row.kind in _APART or not touched:
            touched = []
        spellings = {spelling.key: spelling for spelling in row.spellings}
        for at in touched:
            there = result[at]
            if there is not None:
                # The user's own come first: only so many are offered.
                spellings |= {spelling.key: spelling for spelling in there.spellings}
                result[at] = None
        result.append(Row(row.kind, tuple(spellings.values()), row.where))
        if row.kind not in _APART:
            owner |= dict.fromkeys(spellings, len(result) - 1)
    return [row for row in result if row is not None]
