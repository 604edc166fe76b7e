"""Other spellings of the names in a question: "Ki-ép" for "Kiev", "Tổ chức Y tế Thế giới" for "WHO".

What is offered comes from a table, a user's own additions to it, the abbreviations that the library's texts introduce,
and, for a foreign name that the library does not spell so, its names that sound alike. Only wordings the library holds
are offered, and where it is in doubt that a name is meant at all, none.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from rag.datatypes import Alternatives, Wording
from rag.errors import SettingsError
from rag.library import NAMES_NAME
from rag.naming.capital import state_of_capital
from rag.naming.lookup import Entry, NameLookup, offered
from rag.naming.phonetic import LEAST_LETTERS
from rag.naming.place import Place, Standing, is_typed_short, standing_of
from rag.naming.table import HALF, Row, own_rows, shipped_rows
from rag.naming.words import words_of
from rag.vietnamese import nfc, syllables

if TYPE_CHECKING:
    from rag.abbreviations import Abbreviations, Expansion

logger = logging.getLogger(__name__)

FILE_NAME = NAMES_NAME
MOST_WORDS = 300
MOST_WORDINGS = 8
# Of the names of what a capital stands for, so many at most.
MOST_STATES = 3
# A name is taken for another that sounds alike only where the library holds it so much more rarely.
FAR_RARER = 20
_SOUNDS_ALIKE = 0.9
_SHARED = 0.5
# "đại học" for "ĐH" where it begins a name, which the words after it tell better.
_HEAD = 0.25
# A government's seat for its country, and the capital for "thủ đô" and the country's name.
_SEAT = 0.5
_CAPITAL = 0.7
_UNREADABLE = "Bảng tên riêng {} có lỗi{}: vẫn dùng bảng đọc được trước đó."
_LINE = re.compile(r", line (\d+)\Z")

Frequency = Callable[[str], int]


def own_file(folder: Path, named: Path | None) -> Path:
    """Where a user's own names are: the file named in the settings, or `names.tsv` in the library's folder.

    Only the latter may be absent. Raises SettingsError for a named file that is not there.
    """
    if named is not None and not named.is_file():
        raise SettingsError(
            "there is no such table of names", where=str(named), remedy="Correct retrieve.names_file, or remove it"
        )
    return folder / FILE_NAME if named is None else named


@dataclass(frozen=True, slots=True)
class _Found:
    """What is recognised at syllables [start, end), with what it may also be called.

    `beside` are names of something else that may be meant: the country of a capital.
    """

    start: int
    end: int
    wordings: tuple[Wording, ...]
    beside: tuple[Wording, ...] = ()

    @property
    def alternatives(self) -> Alternatives:
        own = self.wordings[: MOST_WORDINGS - len(self.beside)]
        merged = sorted((*own, *self.beside), key=lambda wording: -wording.weight)
        return Alternatives(self.start, self.end, tuple(merged))


class Names:
    """Finds other wordings of the names in a question. Safe to share between threads.

    `frequency` says how many passages hold a term of `rag.vietnamese.terms`. `own` is a user's file of the format of
    `rag.naming.table`, which need not exist and is read again when it changes. `notes` (Vietnamese) says if it could
    not be. Raises SettingsError where the file is there and wrong at the start.
    """

    def __init__(
        self,
        frequency: Frequency,
        *,
        abbreviations: Abbreviations | None = None,
        own: Path | None = None,
        table: Sequence[Row] | None = None,
    ) -> None:
        self._frequency = frequency
        self._abbreviations = abbreviations
        self._own = own
        self._table = shipped_rows() if table is None else table
        self._seen = _stamp(own)
        self._lookup = NameLookup(self._table, own_rows(own) if own is not None and self._seen else ())
        self.notes: tuple[str, ...] = ()

    def alternatives(self, text: str) -> tuple[Alternatives, ...]:
        """What the names of a question may also be called, by place; longest first where names overlap."""
        return tuple(found.alternatives for found in self._found(text))

    def worded(self, text: str) -> tuple[str, tuple[Alternatives, ...]]:
        """A question with its names as the library has them, and the alternatives of that.

        A name is changed where the library hardly holds it as typed. Search by meaning knows few of the older
        spellings, and search by terms then finds what stands beside the name as well.
        """
        found = self._found(text)
        held = self._as_held(text, found)
        return held, tuple(one.alternatives for one in found) if held == text else self.alternatives(held)

    def _found(self, text: str) -> list[_Found]:
        self._refresh()
        place = Place(words_of(text)[:MOST_WORDS])
        found = []
        at = 0
        while at < len(place.words):
            here = self._at(place, at)
            if here is None:
                at += 1
                continue
            if here.wordings or here.beside:
                found.append(here)
                place.matched_until = here.end
            at = here.end
        return found

    def _as_held(self, text: str, found: Sequence[_Found]) -> str:
        words = words_of(text)
        text = nfc(text)
        for group in reversed(found):
            typed = words[group.start : group.end]
            own = self._rarest([word.syllable for word in typed])
            spelt_out = all(word.vietnamese for word in typed)  # an abbreviation would say less
            held = [
                (self._rarest(syllables(wording.text)), wording.text)
                for wording in group.wordings
                if (wording.weight > HALF or not own) and not (spelt_out and wording.text.isupper())
            ]
            count, best = max(held, key=lambda pair: pair[0], default=(0, ""))
            if count and count >= FAR_RARER * own:
                text = text[: typed[0].start] + best + text[typed[-1].start + len(typed[-1].surface) :]
        return text

    def _rarest(self, words: Sequence[str]) -> int:
        return min(map(self._frequency, _pairs(words)), default=0)

    def _refresh(self) -> None:
        """Read the user's file again where it has changed."""
        if self._own is None:
            return
        seen = _stamp(self._own)
        if seen == self._seen:
            return
        self._seen = seen
        try:
            self._lookup = NameLookup(self._table, own_rows(self._own) if seen else ())
            self.notes = ()
        except SettingsError as error:
            logger.warning("%s", error)
            line = _LINE.search(error.where)
            self.notes = (_UNREADABLE.format(self._own.name, f" ở dòng {line[1]}" if line else ""),)

    def _at(self, place: Place, at: int) -> _Found | None:
        """What begins at a syllable: the longest that is recognised."""
        capital = self._capital(place, at)
        if capital is not None:
            return capital
        first = place.words[at].syllable
        known = self._lookup.lengths(first)
        mined = () if self._abbreviations is None else self._abbreviations.lengths(first)
        for length in sorted({*known, *mined}, reverse=True):
            end = at + length
            if end > len(place.words):
                continue
            key = " ".join(word.syllable for word in place.words[at:end])
            entries = [entry for entry in self._lookup.entries(key) if place.fits(entry, at, end)]
            if entries and entries[0].guard:
                return _Found(at, end, ())
            expansions = self._introduced(key, place, at, end) if length in mined else ()
            if entries or expansions:
                wordings = self._wordings(place, at, end, entries, expansions)
                return _Found(at, end, wordings, self._states(place, at, end, entries))
        return self._sounding_alike(place, at)

    # ---- table and abbreviations ------------------------------------------------------------------------------------

    def _wordings(
        self, place: Place, at: int, end: int, entries: Sequence[Entry], expansions: Iterable[Expansion]
    ) -> tuple[Wording, ...]:
        typed = tuple(word.syllable for word in place.words[at:end])
        weights: dict[tuple[str, ...], Wording] = {}

        def offer(words: tuple[str, ...], text: str, weight: float) -> None:
            if words not in weights and not _within(words, typed) and not _within(typed, words):
                weights[words] = Wording(text, weight)

        for entry in entries:
            standing = standing_of(place, entry, at, end)
            if standing is Standing.OTHER:
                continue
            trust = entry.spelling.trust * (_SHARED if "*" in entry.spelling.marks else 1.0)
            if place.heads_a_name(entry, end):
                trust *= _HEAD
            for spelling in offered(entry.row):
                if standing is Standing.INSIDE and min(trust, spelling.weight) < 1.0:
                    continue
                offer(spelling.words, spelling.text, trust * spelling.weight)
        for expansion in expansions:
            if not entries or _agrees(expansion, entries):
                offer(tuple(syllables(expansion.text)), expansion.text, expansion.weight)
        held = [wording for words, wording in weights.items() if self._held(words)]
        return tuple(sorted(held, key=lambda wording: -wording.weight)[:MOST_WORDINGS])

    def _states(self, place: Place, at: int, end: int, entries: Sequence[Entry]) -> tuple[Wording, ...]:
        """The names of the states whose government may be meant by its capital or seat."""
        if place.follows_acronym(at):
            return ()
        typed = tuple(word.syllable for word in place.words[at:end])
        rows = [
            row
            for entry in entries
            if standing_of(place, entry, at, end) is Standing.ALONE
            for row in self._lookup.seats.states(entry.row)
        ]
        each = -(-MOST_STATES // max(1, len(rows)))
        names = [name for row in rows for name in self._names_of([row], typed, _SEAT)[:each]]
        return tuple(names[:MOST_STATES])

    def _capital(self, place: Place, at: int) -> _Found | None:
        """The capital of a state that "thủ đô" stands before."""
        found = state_of_capital(place, self._lookup, at)
        if found is None:
            return None
        end, entries = found
        typed = tuple(word.syllable for word in place.words[at:end])
        rows = [row for entry in entries for row in self._lookup.seats.capitals(entry.row)]
        capitals = self._names_of(rows, typed, _CAPITAL)
        states = self._names_of([entry.row for entry in entries], typed, HALF)[:MOST_STATES]
        beside = (*capitals[: MOST_WORDINGS - len(states)], *states)
        return _Found(at, end, (), beside) if capitals else None

    def _names_of(self, rows: Iterable[Row], typed: tuple[str, ...], weight: float) -> tuple[Wording, ...]:
        """What rows are called in the library, unless that stands in what was typed; the surest first."""
        found = {
            spelling.words: Wording(spelling.text, weight * spelling.weight)
            for row in rows
            for spelling in offered(row)
            if not _within(spelling.words, typed) and self._held(spelling.words)
        }
        return tuple(sorted(found.values(), key=lambda wording: -wording.weight))

    def _introduced(self, key: str, place: Place, at: int, end: int) -> tuple[Expansion, ...]:
        """The forms of the library's texts, where what was typed is one of them."""
        if self._abbreviations is None:
            return ()
        words = place.words[at:end]
        return tuple(
            expansion
            for expansion in self._abbreviations.expansions(key)
            if not expansion.is_short or is_typed_short(words, expansion.short, place)
        )

    def _held(self, words: tuple[str, ...]) -> bool:
        """Whether some passage may hold this wording: all its pairs of syllables occur."""
        return all(self._frequency(term) > 0 for term in _pairs(words))

    # ---- unknown foreign names --------------------------------------------------------------------------------------

    def _sounding_alike(self, place: Place, at: int) -> _Found | None:
        """The library's spellings of a foreign name that it does not hold as typed, or far more rarely."""
        end = place.end_of_foreign(at)
        if self._abbreviations is None or end is None:
            return None
        words = place.words[at:end]
        typed = tuple(word.syllable for word in words)
        name = "-".join(word.surface for word in words)
        if sum(map(len, typed)) < LEAST_LETTERS:
            return None
        own = self._rarest(typed)
        wordings = [
            Wording(likeness.text, _SOUNDS_ALIKE * likeness.weight)
            for likeness in self._abbreviations.like(name)
            if likeness.articles >= FAR_RARER * own and self._held(tuple(syllables(likeness.text)))
        ]
        return _Found(at, end, tuple(wordings)) if wordings else None


def _stamp(path: Path | None) -> tuple[int, int] | None:
    """What a file's change shows in; None where there is none."""
    try:
        status = path.stat() if path is not None else None
    except OSError:
        return None
    return None if status is None else (status.st_mtime_ns, status.st_size)


def _pairs(words: Sequence[str]) -> list[str]:
    """The terms that tell best whether a passage holds these syllables: their pairs, or the only one."""
    return [f"{first}_{second}" for first, second in pairwise(words)] or [*words]


def _within(part: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    """Whether syllables stand in others, in a row."""
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def _agrees(expansion: Expansion, entries: Sequence[Entry]) -> bool:
    """Whether a library's expansion of a known abbreviation speaks of the same: half its syllables stand in the row."""
    words = set(syllables(expansion.text))
    known = {word for entry in entries for spelling in entry.row.spellings for word in spelling.words}
    return 2 * len(words & known) >= len(words)
