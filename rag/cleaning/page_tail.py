"""The tail of a page: what follows headings such as "Tin liên quan", unless the body continues below."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.cleaning.furniture import (
    SHARE,
    SOURCE_LINE,
    TAIL,
    TAIL_HEADING,
    TEASER,
    is_headline_like,
    sentence_count,
    tail_marker,
)
from rag.cleaning.page_lines import Line
from rag.cleaning.signoff import byline_reason

# A paragraph that begins like this continues a story; a teaser does not.
_CONTINUES = re.compile(
    r"^(?:[“\"‘]|(?:ông|bà|anh|chị|cô|họ|tuy nhiên|ngoài ra|bên cạnh đó|trong khi đó|trước đó|theo đó|đồng thời|"
    r"cũng|về phần mình|sau đó|do đó|vì vậy|hiện nay|hiện|điều này|những người|người này|đây là|khi đó|cùng ngày|"
    r"tại đây|trả lời|nói thêm|mặt khác|đáng chú ý|được biết|thêm vào đó|như vậy|nhưng|và)\b)",
    re.IGNORECASE,
)


def label_tail(lines: list[Line]) -> None:
    """Headings such as "Tin liên quan": what follows goes, unless the body continues below."""
    i = 0
    seen_body = False
    while i < len(lines):
        line = lines[i]
        seen_body = seen_body or (line.kept and line.paragraph)
        kind = tail_marker(line.text) if line.reason in {None, SHARE} else None
        if kind == "final" and line.reason == SHARE and _in_share_bar(lines, i):
            kind = None
        if kind is None and seen_body and line.reason in {None, SOURCE_LINE} and _is_closing(lines, i):
            kind = "closing"
        if kind is None:
            i += 1
            continue
        if not seen_body:
            line.reason = line.reason or TAIL_HEADING
            i += 1
            continue
        resume = _resume(lines, i, kind)
        if kind == "closing":
            line.reason = SOURCE_LINE
            if resume is not None:
                return
        else:
            line.reason = TAIL_HEADING
        if resume is None:
            for after in lines[i + 1 :]:
                after.reason = TAIL_HEADING if tail_marker(after.text) else TAIL
            return
        for after in lines[i + 1 : resume]:
            after.reason = after.reason or TEASER
        i = resume


def _in_share_bar(lines: Sequence[Line], i: int) -> bool:
    """Whether "Bình luận (12)" is a button among others, not the heading of the comments."""
    if signed_off(lines, i):
        return False
    beside = [*lines[max(0, i - 1) : i], *lines[i + 1 : i + 2]]
    return any(c.isdigit() for c in lines[i].text) or any(line.reason == SHARE for line in beside)


def _is_closing(lines: Sequence[Line], i: int) -> bool:
    """A source in brackets that ends an article, with headlines of others below and no heading over them."""
    line = lines[i].text
    if not (line.startswith("(") and byline_reason(line)) or i + 1 >= len(lines):
        return False
    following = lines[i + 1]
    return lines[i - 1].paragraph and not following.paragraph and is_headline_like(following.text)


def _resume(lines: Sequence[Line], marker: int, kind: str) -> int | None:
    """The line at which the body goes on after a related block, or None where the page's tail has begun.

    In a tail, headlines alternate with single openings; a body shows as several paragraphs in a row, as one that
    plainly continues a story, or as paragraphs before a closing "./." or source line.
    """
    if kind == "final" or signed_off(lines, marker):
        return None
    runs: list[tuple[int, int]] = []
    end = marker
    while not runs:
        # Headings may follow each other with nothing but headlines between them.
        start = end + 1
        end = next((i for i in range(start, len(lines)) if tail_marker(lines[i].text)), len(lines))
        runs = _runs(lines, start, end)
        if not runs and (end == len(lines) or tail_marker(lines[end].text) != "soft"):
            return None
    closing = _closing_after(lines, start, end)
    for n, (first, length) in enumerate(runs):
        openings = n > 0 and all(count == 1 for _, count in runs[:n])
        body = first + 1 if openings and length > 1 else first
        count = length - (body - first)
        rest = lines[body:end]
        paragraphs = sum(line.kept and line.paragraph for line in rest)
        headlines = sum(line.kept and not line.paragraph and not byline_reason(line.text) for line in rest)
        if (
            closing is not None
            and body <= closing
            and (count >= 2 or (n == 0 and not _alternates(lines[body:closing])))
        ):
            return body
        if headlines * 2 > paragraphs and count < 4:
            continue
        if count >= (3 if n or kind != "soft" else 2):
            return body
        text = lines[body].text
        if kind == "soft" and n == 0 and (sentence_count(text) >= 3 or _CONTINUES.match(text)):
            return body
    return None


def _alternates(rest: Sequence[Line]) -> bool:
    """Whether headlines and single paragraphs take turns, as in a list of articles."""
    kept = [line.paragraph for line in rest if line.kept]
    turns = sum(a and not b for a, b in pairwise(kept))
    return turns >= 1 and turns * 2 >= sum(kept)


def _runs(lines: Sequence[Line], start: int, end: int) -> list[tuple[int, int]]:
    """(first line, count) of each series of paragraphs, captions between them not counted."""
    runs: list[tuple[int, int]] = []
    previous = None
    for i in range(start, end):
        line = lines[i]
        if line.kept and line.paragraph:
            if previous is not None:
                first, count = runs[-1]
                runs[-1] = (first, count + 1)
            else:
                runs.append((i, 1))
            previous = i
        elif line.kept:
            previous = None
    return runs


def signed_off(lines: Sequence[Line], marker: int) -> bool:
    """Whether the article has ended before this line: a closing "./.", source line or byline."""
    for line in reversed(lines[max(0, marker - 4) : marker]):
        if line.reason == SOURCE_LINE or line.text.endswith(("./.", "/.")):
            return True
        if line.kept:
            return byline_reason(line.text) is not None and not line.paragraph
    return False


def _closing_after(lines: Sequence[Line], start: int, end: int) -> int | None:
    for i in range(end - 1, start - 1, -1):
        line = lines[i]
        if line.text.endswith("./.") or (line.kept and line.text.startswith("(") and byline_reason(line.text)):
            return i
        if line.kept and line.paragraph:
            return None
    return None
