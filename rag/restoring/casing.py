"""Capital letters for a question typed without any, as news writes its words: embedders tell "nga" from "Nga"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import IntEnum

from rag.restoring.table import SyllableTable
from rag.restoring.words import Word, one_spelling, words_of

_PIECE = re.compile(r"[^\W\d_]+|[.!?:;…\n]|[^\s]")
_ENDS = frozenset(".!?:;…\n")
_LEAST_SEEN = 2.0


class Case(IntEnum):
    """How a word is written inside a sentence. At the beginning of one, that is not to be seen."""

    LOWER = 0
    CAPITAL = 1
    UPPER = 2

    @classmethod
    def of(cls, written: str) -> Case:
        if len(written) > 1 and written.isupper():
            return cls.UPPER
        return cls.CAPITAL if written[0].isupper() else cls.LOWER

    def apply(self, word: str) -> str:
        if self is Case.UPPER:
            return word.upper()
        return word[:1].upper() + word[1:] if self is Case.CAPITAL else word


class _Votes:
    """Cases seen for a word alone and beside another."""

    def __init__(self, wanted: frozenset[str], passages: Iterable[str]) -> None:
        self.alone: dict[str, dict[Case, float]] = defaultdict(lambda: defaultdict(float))
        self.after: dict[tuple[str, str], dict[Case, float]] = defaultdict(lambda: defaultdict(float))
        self.before: dict[tuple[str, str], dict[Case, float]] = defaultdict(lambda: defaultdict(float))
        for passage in passages:
            self._read(wanted, passage)

    def _read(self, wanted: frozenset[str], passage: str) -> None:
        last, last_case, opening, last_opening = "", Case.LOWER, True, True
        for piece in _PIECE.findall(passage):
            if not piece[0].isalpha():
                opening, last = opening or piece in _ENDS, ""
                continue
            word = one_spelling(piece.lower())
            if word not in wanted:
                word = ""
            else:
                case = Case.of(piece)
                if not opening:
                    self.alone[word][case] += 1
                if last:
                    self.after[last, word][case] += 1
                    if not last_opening:
                        self.before[last, word][last_case] += 1
                last_case = case
            last, last_opening, opening = word, opening, False


def capitalised(text: str, table: SyllableTable, passages: Sequence[str]) -> str:
    """A text without capitals with those that its words have in the passages, or else in general.

    A word beside another is judged by how the two are written in a row, if that is known; the first word of a
    sentence has a capital.
    """
    words = words_of(text)
    votes = _Votes(frozenset(word.syllable for word in words if word.symbol is None), passages)
    pieces: list[str] = []
    at, opening = 0, True
    for place, word in enumerate(words):
        if word.symbol is None:
            case = _case(words, place, table, votes)
            if opening and case is Case.LOWER:
                case = Case.CAPITAL
            pieces += (text[at : word.start], case.apply(word.text))
            at = word.end
        opening = bool(word.symbol is not None and text[word.start : word.start + 1] in _ENDS)
    return "".join((*pieces, text[at:]))


def _case(words: Sequence[Word], place: int, table: SyllableTable, votes: _Votes) -> Case:
    this = words[place].syllable
    before = words[place - 1].syllable if place else ""
    after = words[place + 1].syllable if place + 1 < len(words) else ""
    seen: dict[Case, float] = defaultdict(float)
    for found in (votes.after.get((before, this), {}), votes.before.get((this, after), {})):
        for case, count in found.items():
            seen[case] += count
    if sum(seen.values()) < _LEAST_SEEN:
        for one, two, which in ((before, this, 1), (this, after, 0)):
            count = table.knows_pair(one, two) if one and two else 0.0
            if count:
                seen[Case(table.pair_case(one, two)[which])] += count
    if not seen:
        seen |= votes.alone.get(this, {})
    if not seen:
        return Case(table.case(this))
    return max(sorted(seen), key=lambda case: seen[case])
