"""Related articles inside a page: a headline twice, or a headline and a beginning cut short by the template."""

from __future__ import annotations

from collections.abc import Sequence

from rag.cleaning.furniture import TEASER, is_headline_like, is_truncated, tail_marker
from rag.cleaning.page_lines import Line, key_of


def label_related(lines: list[Line], headline: str | None) -> None:
    """Blocks of related articles: a headline twice, then the beginning of that article."""
    title = key_of(headline) if headline else None
    i = 0
    while i < len(lines) - 1:
        items: list[int] = []
        openings: list[int | None] = []
        while _is_pair(lines, i, title):
            items.append(i)
            opening = i + 2 if i + 2 < len(lines) and not _is_pair(lines, i + 2, title) else None
            if opening is not None and not (is_truncated(lines[opening].text) or lines[opening].paragraph):
                opening = None
            if opening is not None and tail_marker(lines[opening].text):
                opening = None
            openings.append(opening)
            i = opening + 1 if opening is not None else i + 2
        for n, item in enumerate(items):
            lines[item].reason = lines[item + 1].reason = TEASER
            opening = openings[n]
            if opening is None:
                continue
            # After the last pair the body may go on: its line goes only when cut short, or when all before it had one.
            inside = n + 1 < len(items) or (n > 0 and all(o is not None for o in openings))
            if inside or is_truncated(lines[opening].text):
                lines[opening].reason = TEASER
        if not items:
            i += 1
    _label_cut_pairs(lines)


def _is_pair(lines: Sequence[Line], i: int, title: str | None) -> bool:
    if i + 1 >= len(lines):
        return False
    line, following = lines[i], lines[i + 1]
    return (
        line.kept
        and following.kept
        and 12 <= len(line.text) <= 220
        and len(line.text.split()) >= 3
        and line.text == following.text
        and not _ends_plainly(line.text)
        and line.key != title
    )


def _ends_plainly(text: str) -> bool:
    """A full stop, as a sentence of the body has it; a headline may end in "…" or "?"."""
    bare = text.rstrip("”\"’')")
    return len(text) > 220 or (bare.endswith(".") and not bare.endswith("..."))


def _label_cut_pairs(lines: list[Line]) -> None:
    """Two or more of headline + cut opening ("… trong khi ...") in a row, or one at the very end."""
    pairs: list[int] = []
    i = 0
    while i < len(lines) - 1:
        line, following = lines[i], lines[i + 1]
        if (
            line.kept
            and following.kept
            and is_headline_like(line.text)
            and is_truncated(following.text)
            and 40 <= len(following.text) <= 260
        ):
            pairs.append(i)
            i += 2
        else:
            i += 1
    for n, pair in enumerate(pairs):
        neighbours = (n > 0 and pairs[n - 1] == pair - 2) or (n + 1 < len(pairs) and pairs[n + 1] == pair + 2)
        at_end = all(not line.kept or tail_marker(line.text) for line in lines[pair + 2 : pair + 3])
        if pair > 0 and (neighbours or at_end):
            lines[pair].reason = lines[pair + 1].reason = TEASER
