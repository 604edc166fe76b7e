"""From labelled lines and parts to removed spans: white space goes with them, paragraphs stay apart."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rag.cleaning.furniture import BLANK_LINES
from rag.cleaning.page_lines import NEWLINE, Line
from rag.datatypes import Removed


def assemble(raw_text: str, lines: Sequence[Line], pieces: list[tuple[int, int, str]]) -> tuple[Removed, ...]:
    """All removed spans: lines with the white space that belonged to them, parts of lines, surplus blank lines."""
    spans = [(start, end, reason) for start, end, reason in pieces if _owner_kept(lines, start)]
    kept = [i for i, line in enumerate(lines) if line.kept]
    edges = [-1, *kept, len(lines)]
    for left, right in pairwise(edges):
        spans += _gap(raw_text, lines, left, right)
    spans = [span for span in spans if span[0] < span[1]]
    spans.sort()
    result: list[tuple[int, int, str]] = []
    for start, end, reason in spans:
        if result and start < result[-1][1]:
            continue
        if result and start == result[-1][1] and BLANK_LINES in (reason, result[-1][2]):
            before = result.pop()
            result.append((before[0], end, reason if before[2] == BLANK_LINES else before[2]))
        else:
            result.append((start, end, reason))
    return tuple(Removed(start, end, raw_text[start:end], reason) for start, end, reason in result)


def _owner_kept(lines: Sequence[Line], position: int) -> bool:
    low, high = 0, len(lines) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if lines[middle].start <= position:
            low = middle
        else:
            high = middle - 1
    return lines[low].kept


def _gap(raw_text: str, lines: Sequence[Line], left: int, right: int) -> list[tuple[int, int, str]]:
    """What goes between two kept lines (or an end of the text): removed lines, and all but one paragraph break."""
    low = lines[left].end if left >= 0 else 0
    high = lines[right].start if right < len(lines) else len(raw_text)
    inner = lines[left + 1 : right]
    bounds = [low, *[edge for line in inner for edge in (line.start, line.end)], high]
    first, last = (bounds[0], bounds[1]), (bounds[-2], bounds[-1])
    keep: tuple[int, int] | None = None
    if left >= 0 and right < len(lines):
        # The wider of the breaks before and after stays, so that paragraphs stay apart as the page has them.
        keep = last if _breaks(raw_text, last) > _breaks(raw_text, first) else first
    spans: list[tuple[int, int, str]] = []
    for n in range(0, len(bounds), 2):
        gap = (bounds[n], bounds[n + 1])
        reason = inner[n // 2 - 1].reason if n and inner else (inner[0].reason if inner else BLANK_LINES)
        if gap == keep:
            spans += [(start, end, BLANK_LINES) for start, end in _surplus(raw_text, gap)]
        elif gap[0] < gap[1]:
            spans.append((*gap, reason or BLANK_LINES))
    spans += [(line.start, line.end, line.reason or BLANK_LINES) for line in inner]
    spans.sort()
    return _join_gaps(spans, {(line.start, line.end) for line in inner})


def _join_gaps(spans: list[tuple[int, int, str]], line_spans: set[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """White space joined to the removed line before it, or after it at the beginning: one span a removed line."""
    result: list[tuple[int, int, str]] = []
    pending: tuple[int, int, str] | None = None
    for span in spans:
        is_line = (span[0], span[1]) in line_spans
        if is_line:
            start = pending[0] if pending and pending[1] == span[0] else span[0]
            if pending and pending[1] != span[0]:
                result.append(pending)
            pending = None
            result.append((start, span[1], span[2]))
        elif result and result[-1][1] == span[0] and pending is None:
            result[-1] = (result[-1][0], span[1], result[-1][2])
        else:
            if pending:
                result.append(pending)
            pending = span
    if pending:
        result.append(pending)
    return result


def _breaks(raw_text: str, gap: tuple[int, int]) -> int:
    return min(2, sum(1 for _ in NEWLINE.finditer(raw_text, *gap)))


def _surplus(raw_text: str, gap: tuple[int, int]) -> list[tuple[int, int]]:
    """The parts of white space beyond its first two line breaks, and spaces at line ends."""
    spans: list[tuple[int, int]] = []
    position = gap[0]
    for match in list(NEWLINE.finditer(raw_text, *gap))[:2]:
        spans.append((position, match.start()))
        position = match.end()
    spans.append((position, gap[1]))
    return [(start, end) for start, end in spans if start < end]
