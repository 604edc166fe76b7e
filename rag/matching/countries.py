"""States in a text: which of them are named, and by what capital or seat they may be meant."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rag.matching.view import Form, View, normal_words
from rag.naming.table import Row, shipped_rows
from rag.naming.words import is_vietnamese
from rag.vietnamese import fold

_SEAT = 0.5
# Spellings that stand for a state only with certain marks: in pairs, doubtful, of several states.
_DOUBTFUL = frozenset("-?*")
# A capital at the start of a sentence before a state is no part of a person's name.
_BEFORE = frozenset(("quân", "lính", "phía", "báo", "vì", "do", "tại", "ở", "khi", "theo", "nước", "người", "từ", "và"))
_PERSON = frozenset(("ông", "bà", "chị", "em", "cháu", "cô", "chú", "bác"))


@dataclass(frozen=True, slots=True)
class _Countries:
    states: dict[tuple[str, ...], str]
    lengths: dict[str, tuple[int, ...]]
    seats: dict[str, tuple[Form, ...]]


def countries_among(view: View, where: range) -> list[tuple[range, str]]:
    """The states named among some words of a text, each with an identity that all its names share."""
    table = _countries()
    found: list[tuple[range, str]] = []
    at = where.start
    while at < where.stop:
        end = at
        for length in table.lengths.get(view.words[at], ()) if view.capitals[at] else ():
            state = table.states.get(tuple(view.words[at : at + length]))
            if state and at + length <= where.stop and (length > 1 or _stands_alone(view, at)):
                end = at + length
                found.append((range(at, end), state))
                break
        at = max(end, at + 1)
    return found


def state_called(words: tuple[str, ...]) -> str:
    """The identity of the state of that name, words in normal spelling; empty where there is none."""
    return _countries().states.get(words, "")


def seats_of(state: str) -> tuple[Form, ...]:
    """The capital and other seats by which a state's government is meant, with their doubt."""
    return _countries().seats.get(state, ())


@lru_cache(1)
def _countries() -> _Countries:
    states: dict[tuple[str, ...], str] = {}
    for row in shipped_rows():
        if row.kind != "country":
            continue
        for spelling in row.spellings:
            words = normal_words(spelling.text, folded=False)
            if words and not _DOUBTFUL & set(spelling.marks):
                states.setdefault(words, row.where)
                bare = tuple(map(fold, words))
                if len(bare) > 1 or not is_vietnamese(bare[0]):
                    states.setdefault(bare, row.where)
    lengths: dict[str, set[int]] = {}
    for words in states:
        lengths.setdefault(words[0], set()).add(len(words))
    seats = {
        state: _seats(row)
        for row in shipped_rows()
        if row.kind == "seat" and (state := states.get(normal_words(row.spellings[0].text, folded=False)))
    }
    ordered = {first: tuple(sorted(some, reverse=True)) for first, some in lengths.items()}
    return _Countries(states, ordered, seats)


def _seats(row: Row) -> tuple[Form, ...]:
    offered = [spelling.text for spelling in row.spellings[1:] if "<" not in spelling.marks]
    return tuple(Form(normal_words(text, folded=False), _SEAT, capital=True) for text in offered)


def _stands_alone(view: View, at: int) -> bool:
    """Whether a syllable such as "Anh" or "Đức" is no part of a person's name, "Nguyễn Đức Anh"."""
    if not is_vietnamese(view.words[at]):
        return True
    if at and view.starts[at] - view.ends[at - 1] <= 1:
        before = view.words[at - 1]
        if before in _PERSON or (view.capitals[at - 1] and is_vietnamese(before) and before not in _BEFORE):
            return False
    after = at + 1
    if after >= len(view.words) or not view.capitals[after] or view.starts[after] - view.ends[at] > 1:
        return True
    # "Anh Ben Wallace": without diacritics a syllable is as likely a foreign name.
    return view.words[after].isascii() or not is_vietnamese(view.words[after])
