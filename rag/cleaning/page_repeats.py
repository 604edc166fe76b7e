"""Long stretches that a text says a second time, word for word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.cleaning.furniture import DUPLICATE
from rag.cleaning.page_lines import Line, key_of

# Within a line only long repeats go: entries of a list often share a sentence or two.
_MIN_REPEATED_CHARS = 300


_MIN_REPEATED_SENTENCES = 3


_MIN_REPEATED_LINE_CHARS = 100


_SENTENCE = re.compile(r"\S.*?(?:[.!?…][”\"’')\]]*(?=\s)|$)")


def find_repeats(lines: Sequence[Line], pieces: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Long stretches that the text says a second time, word for word."""
    units: list[tuple[str, int, int, Line]] = []
    for line in lines:
        if line.kept:
            units += [
                (key_of(match.group()), line.start + match.start(), line.start + match.end(), line)
                for match in _SENTENCE.finditer(line.raw)
                if match.group().strip()
            ]
    first: dict[str, int] = {}
    earlier: list[int | None] = []
    for n, (key, _, _, _) in enumerate(units):
        earlier.append(first.get(key) if key else None)
        first.setdefault(key, n)
    taken = [(start, end) for start, end, _ in pieces]
    result: list[tuple[int, int, str]] = []
    n = 0
    while n < len(units):
        stop = n
        while (
            stop < len(units)
            and earlier[stop] is not None
            and (stop == n or earlier[stop] == (earlier[stop - 1] or 0) + 1)
        ):
            stop += 1
        if stop == n:
            n += 1
            continue
        chars = sum(end - start for _, start, end, _ in units[n:stop])
        whole = units[n][1] == units[n][3].start and units[stop - 1][2] == units[stop - 1][3].end
        if (stop - n >= _MIN_REPEATED_SENTENCES and chars >= _MIN_REPEATED_CHARS) or (
            whole and chars >= _MIN_REPEATED_LINE_CHARS
        ):
            result += _duplicates(units[n:stop], taken)
        n = stop
    return result


def _duplicates(
    units: Sequence[tuple[str, int, int, Line]], taken: Sequence[tuple[int, int]]
) -> list[tuple[int, int, str]]:
    """Spans of repeated sentences, joined within a line; a line that is repeated whole is labelled instead."""
    spans: list[tuple[int, int, Line]] = []
    for _, start, end, line in units:
        if spans and spans[-1][2] is line:
            spans[-1] = (spans[-1][0], end, line)
        else:
            spans.append((start, end, line))
    result: list[tuple[int, int, str]] = []
    for start, end, line in spans:
        if start == line.start and end == line.end:
            line.reason = DUPLICATE
        elif not any(a < end and start < b for a, b in taken):
            before = line.raw[: start - line.start]
            result.append((line.start + len(before.rstrip()), end, DUPLICATE))
    return result
