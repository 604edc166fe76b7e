"""Whether one text is a copy of another: how much of it stands there word for word, and what was put in its place.

In a copy single words may be replaced, sentences moved, the lead written anew, a sign-off added, and much may be left
out. Not a copy is a report that fills the same sentences with other figures, or one that has its own story to tell
before it repeats known facts.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.copying.words import RUN, Words

# This much of the shorter text, and of its body, must stand in the longer one, whose part it may be.
MIN_COPIED = 0.65
MIN_COPIED_BODY = 0.93
MIN_LENGTH_RATIO = 0.25
# All of these in syllables. Fewer than the first in common are a quotation, or a phrase of the trade.
MIN_COPIED_SYLLABLES = 30
MIN_STRETCH = 8
MAX_REPLACED = 8
MAX_PUT_IN = 4
MAX_SHIFT = 2
LEAD = 60
LEAD_SHARE = 0.35
SIGN_OFF = 15

_FIGURE = re.compile(r"\d[\d.,]*")
_POINTS = re.compile(r"[.,]")


@dataclass(frozen=True, slots=True)
class Overlap:
    """What two texts share, in syllables of the shorter.

    `copied` of its `length` stand in the longer one (of `longer_length`), single words replaced or not; of its `body`,
    which leaves out a lead and a sign-off of its own, `copied_body`. `other_figures` counts the places where the two
    give different figures within the same sentence.
    """

    length: int
    longer_length: int
    copied: int
    body: int
    copied_body: int
    other_figures: int

    @property
    def is_copy(self) -> bool:
        return (
            self.copied >= MIN_COPIED_SYLLABLES
            and self.copied >= MIN_COPIED * self.length
            and self.copied_body >= MIN_COPIED_BODY * self.body
            and self.length >= MIN_LENGTH_RATIO * self.longer_length
            and not self.other_figures
        )


@dataclass(slots=True)
class _Stretch:
    """`shorter[start:end]` stands at `longer[there:there_end]`."""

    start: int
    end: int
    there: int
    there_end: int


@dataclass(frozen=True, slots=True)
class _Gap:
    """What stands between two stretches, here and there; a negative length where they run into each other."""

    here: int
    there: int
    words: list[str]
    other_words: list[str]


def overlap(one: Words, other: Words) -> Overlap:
    """Compare two texts; of two of the same length the first counts as the shorter."""
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    stretches = list(_stretches(shorter, longer))
    other_figures = 0
    joined: list[_Stretch] = []
    for after in stretches:
        before = joined[-1] if joined else None
        if before is not None:
            gap = _gap(before, after, shorter, longer)
            differs = _small(gap) and _other(_figures(gap.words), _figures(gap.other_words))
            other_figures += differs
            names = shorter.names.intersection(gap.words), longer.names.intersection(gap.other_words)
            if _small(gap) and not differs and not _other(*names):
                before.end, before.there_end = max(before.end, after.end), max(before.there_end, after.there_end)
                continue
        joined.append(after)
    for stretch in joined:
        _extend(stretch, shorter.syllables, longer.syllables)
    covered = _covered(joined, len(shorter))
    body = _body(covered)
    return Overlap(
        length=len(shorter),
        longer_length=len(longer),
        copied=int(covered.sum()),
        body=len(body),
        copied_body=int(body.sum()),
        other_figures=other_figures,
    )


def _stretches(shorter: Words, longer: Words) -> Iterator[_Stretch]:
    """Stretches of at least `RUN` syllables that stand in both, in the order of the shorter text.

    A stretch goes on where it can; a new one is looked for after the last, then from the beginning.
    """
    places: dict[int, list[int]] = {}
    for at, run in enumerate(longer.runs.tolist()):
        places.setdefault(run, []).append(at)
    there_of = longer.runs.tolist()
    current: _Stretch | None = None
    for at, run in enumerate(shorter.runs.tolist()):
        found = places.get(run)
        if current is not None:
            following = current.there_end - RUN + 1
            if found and current.end == at + RUN - 1 and following < len(there_of) and there_of[following] == run:
                current.end, current.there_end = current.end + 1, current.there_end + 1
                continue
        if not found:
            continue
        after = 0
        if current is not None:
            yield current
            after = bisect_left(found, current.there_end - RUN + 1)
        there = found[after] if after < len(found) else found[0]
        current = _Stretch(at, at + RUN, there, there + RUN)
    if current is not None:
        yield current


def _extend(stretch: _Stretch, here: list[str], there: list[str]) -> None:
    """Take in what is too short for a run beside the stretch: the same words, or one other word and the same again."""

    def same(at: int, other_at: int) -> bool:
        return 0 <= at < len(here) and 0 <= other_at < len(there) and here[at] == there[other_at]

    while step := next((n for n in (1, 2) if same(stretch.start - n, stretch.there - n)), 0):
        stretch.start, stretch.there = stretch.start - step, stretch.there - step
    while step := next((n for n in (1, 2) if same(stretch.end + n - 1, stretch.there_end + n - 1)), 0):
        stretch.end, stretch.there_end = stretch.end + step, stretch.there_end + step


def _gap(before: _Stretch, after: _Stretch, shorter: Words, longer: Words) -> _Gap:
    return _Gap(
        after.start - before.end,
        after.there - before.there_end,
        shorter.syllables[before.end : after.start] if after.start > before.end else [],
        longer.syllables[before.there_end : after.there] if after.there > before.there_end else [],
    )


def _small(gap: _Gap) -> bool:
    """Whether a few words were replaced, left out or put in here."""
    most = MAX_REPLACED if abs(gap.here - gap.there) <= MAX_SHIFT else MAX_PUT_IN
    return -RUN < gap.here <= most and -RUN < gap.there <= most


def _other(one: set[str] | frozenset[str], other: set[str] | frozenset[str]) -> bool:
    return bool(one - other and other - one)


def _covered(stretches: list[_Stretch], length: int) -> NDArray[np.bool_]:
    covered = np.zeros(length, dtype=np.bool_)
    for stretch in stretches:
        if stretch.end - stretch.start >= MIN_STRETCH:
            covered[stretch.start : stretch.end] = True
    return covered


def _body(covered: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What lies between a lead and a sign-off of the text's own."""
    places = np.flatnonzero(covered)
    if not len(places):
        return covered
    lead = min(int(places[0]), LEAD, int(LEAD_SHARE * len(covered)))
    return covered[lead : max(int(places[-1]) + 1, len(covered) - SIGN_OFF)]


def _figures(words: list[str]) -> set[str]:
    """The numbers among the words, without points and commas and leading zeros."""
    return {_POINTS.sub("", figure).lstrip("0") for word in words for figure in _FIGURE.findall(word)}
