"""Raw text of a crawled news page -> the body, and everything else set aside with a reason.

`furniture`, `signoff` and `glued` judge single lines by their wording; this module adds what the place of a line
tells: the top of the page, the end of the body, related articles inside, the tail. A line is set aside only where
wording and place agree; in doubt it stays, because a sentence that was removed can never be cited.
Section headings within the body belong to the body. All functions are pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from rag.datatypes import Cleaned, Removed
from rag.furniture import (
    ALT_TEXT,
    BLANK_LINES,
    BREADCRUMB,
    BYLINE,
    CAPTION,
    CREDIT,
    DATELINE,
    DUPLICATE,
    FOLLOW_US,
    HEADLINE,
    MARKUP,
    SHARE,
    SOURCE_LINE,
    TAGS,
    TAIL,
    TAIL_HEADING,
    TEASER,
    ends_sentence,
    fixed_reason,
    is_breadcrumb,
    is_headline_like,
    is_paragraph,
    is_truncated,
    own_site,
    sentence_count,
    squeeze,
    tail_marker,
)
from rag.glued import outlet_mark, parts
from rag.signoff import byline_reason, dateline, own_outlet

_NEWLINE = re.compile("\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"\S.*?(?:[.!?…][”\"’')\]]*(?=\s)|$)")
# A paragraph that begins like this continues a story; a teaser does not.
_CONTINUES = re.compile(
    r"^(?:[“\"‘]|(?:ông|bà|anh|chị|cô|họ|tuy nhiên|ngoài ra|bên cạnh đó|trong khi đó|trước đó|theo đó|đồng thời|"
    r"cũng|về phần mình|sau đó|do đó|vì vậy|hiện nay|hiện|điều này|những người|người này|đây là|khi đó|cùng ngày|"
    r"tại đây|trả lời|nói thêm|mặt khác|đáng chú ý|được biết|thêm vào đó|như vậy|nhưng|và)\b)",
    re.IGNORECASE,
)
# Within a line only long repeats go: entries of a list often share a sentence or two.
_MIN_REPEATED_CHARS = 300
_MIN_REPEATED_SENTENCES = 3
_MIN_REPEATED_LINE_CHARS = 100


@dataclass(slots=True)
class _Line:
    """A line that is not blank. `start:end` without surrounding white space, in the raw text."""

    start: int
    end: int
    raw: str
    text: str
    gap: bool
    """Whether a blank line stands before it."""
    reason: str | None = None
    paragraph: bool = False

    @property
    def kept(self) -> bool:
        return self.reason is None

    @property
    def key(self) -> str:
        return _key(self.text)


def _key(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def clean(raw_text: str, *, stated_title: str | None = None) -> Cleaned:
    """Body and removed parts of a raw text (NFC).

    `text` is what remains when `removed` is deleted from the raw text: `rebuild(text, removed) == raw_text`.
    `headline`, `published_on` and `outlet` are given only where the text itself states them. With a `stated_title`
    (from metadata) a line is a headline only when it repeats that title.
    """
    lines = _split(raw_text)
    _label_fixed(lines)
    headline, dates = _label_top(lines, stated_title)
    _label_related(lines, headline)
    _label_tail(lines)
    _label_sign_off(lines, dates)
    _label_alt_texts(lines, headline)
    pieces = _inner_parts(lines)
    pieces += _repeated(lines, pieces)
    removed = _assemble(raw_text, lines, pieces)
    return Cleaned(
        text=_without(raw_text, removed),
        removed=removed,
        headline=headline,
        published_on=dates[0] if dates else None,
        outlet=_outlet(lines, [raw_text[start:end] for start, end, why in pieces if why in {SOURCE_LINE, BYLINE}]),
    )


def rebuild(text: str, removed: Sequence[Removed]) -> str:
    """The raw text: the removed parts put back into the cleaned text. The inverse of `clean`."""
    result: list[str] = []
    position = taken = 0
    for part in removed:
        kept = part.start - position
        result += [text[taken : taken + kept], part.text]
        taken += kept
        position = part.end
    result.append(text[taken:])
    return "".join(result)


def segments(raw_text: str, removed: Sequence[Removed]) -> list[tuple[str, str | None]]:
    """The raw text in order, as (text, reason), with the reason None for what is kept."""
    result: list[tuple[str, str | None]] = []
    position = 0
    for part in removed:
        if part.start > position:
            result.append((raw_text[position : part.start], None))
        result.append((part.text, part.reason))
        position = part.end
    if position < len(raw_text):
        result.append((raw_text[position:], None))
    return result


def _without(raw_text: str, removed: Sequence[Removed]) -> str:
    return "".join(text for text, reason in segments(raw_text, removed) if reason is None)


def _split(raw_text: str) -> list[_Line]:
    lines: list[_Line] = []
    position = 0
    blank = True
    for content in [*_NEWLINE.split(raw_text)]:
        start = position
        bare = content.strip()
        if bare:
            offset = start + len(content) - len(content.lstrip())
            text = squeeze(bare)
            line = _Line(offset, offset + len(bare), bare, text, blank)
            line.paragraph = is_paragraph(text)
            lines.append(line)
        blank = not bare
        position = start + len(content)
        newline = _NEWLINE.match(raw_text, position)
        position = newline.end() if newline else position
    return lines


def _label_fixed(lines: Sequence[_Line]) -> None:
    """What the wording alone shows, and the caption whose credit stands on the line below."""
    for line in lines:
        line.reason = fixed_reason(line.text) if line.text else MARKUP
        if line.reason in {CAPTION, CREDIT} and not line.text.startswith(("Ảnh", "(")) and byline_reason(line.text):
            line.reason = BYLINE
    for i, line in enumerate(lines):
        if line.reason == TAGS and line.text.casefold().startswith("chủ đề") and _body_follows(lines, i):
            line.reason = None
    if len(lines) > 2 and lines[1].reason == CREDIT and not lines[1].gap:
        first = lines[0]
        if first.kept and len(first.text) <= 160 and sentence_count(first.text) == 1 and not lines[1].text.startswith("Nguồn"):
            first.reason = CAPTION


def _body_follows(lines: Sequence[_Line], i: int) -> bool:
    for line in lines[i + 1 :]:
        if tail_marker(line.text):
            return False
        if line.kept and line.paragraph:
            return True
    return False


def _find(lines: Sequence[_Line], wanted: Callable[[_Line], bool], start: int = 0) -> int | None:
    return next((i for i in range(start, len(lines)) if wanted(lines[i])), None)


def _label_top(lines: list[_Line], stated_title: str | None) -> tuple[str | None, list[date]]:
    """Headline, bylines, section names and date lines above and right after the lead."""
    dates: list[date] = []
    lead = _find(lines, lambda line: line.kept and line.paragraph)
    if lead is None:
        lead = _find(lines, lambda line: line.kept and ends_sentence(line.text) and len(line.text) >= 15)
    if lead is None:
        return None, dates
    top = lines[:lead]
    for line in top:
        if line.kept:
            found = dateline(line.text)
            if found:
                line.reason = DATELINE
                if found[0] and not found[1]:
                    dates.append(found[0])
    headline = _label_headline(lines, lead, stated_title)
    open_top = headline is not None or any(line.reason in {DATELINE, BREADCRUMB} for line in top)
    seen = headline is None
    for i, line in enumerate(top):
        if line.reason == HEADLINE:
            seen = True
        elif line.kept and seen and (open_top or i == 0):
            line.reason = byline_reason(line.text)
            if line.kept and headline and line.key == _key(headline):
                line.reason = DUPLICATE
            if line.kept and open_top and is_breadcrumb(line.text) and len(line.text) <= 40:
                line.reason = BREADCRUMB
    if open_top or any(line.reason in {FOLLOW_US, SHARE} for line in top):
        for line in lines[lead + 1 : lead + 3]:
            if line.paragraph or not line.kept:
                continue
            found = dateline(line.text)
            if found:
                line.reason = DATELINE
                if found[0] and not found[1]:
                    dates.append(found[0])
            else:
                line.reason = byline_reason(line.text)
            if line.kept:
                break
    return headline, dates


_ABOVE_HEADLINE = {BREADCRUMB, DATELINE, SHARE, TAGS, MARKUP, BYLINE, FOLLOW_US}


def _label_headline(lines: list[_Line], lead: int, stated_title: str | None) -> str | None:
    if stated_title is not None and squeeze(stated_title):
        wanted = _key(stated_title)
        for line in lines[: lead + 1]:
            if line.kept and wanted and line.key == wanted:
                line.reason = HEADLINE
                _label_sections(lines[: lines.index(line)])
                return line.text
        return None
    for i, line in enumerate(lines[:lead]):
        if line.kept and i < 6 and _is_section(lines, i, lead):
            line.reason = BREADCRUMB
            continue
        if not line.kept:
            if line.reason not in _ABOVE_HEADLINE:
                return None
            continue
        if not _is_headline(lines, i, lead):
            return None
        line.reason = HEADLINE
        return line.text
    return None


def _label_sections(lines: Sequence[_Line]) -> None:
    for line in lines:
        if line.kept and is_breadcrumb(line.text):
            line.reason = BREADCRUMB


def _is_section(lines: Sequence[_Line], i: int, lead: int) -> bool:
    """A section's name or breadcrumb with a headline below it."""
    return is_breadcrumb(lines[i].text) and any(is_headline_like(line.text) for line in lines[i + 1 : lead])


def _is_headline(lines: Sequence[_Line], i: int, lead: int) -> bool:
    """Whether the first line is the headline: shaped like one and set apart from what follows."""
    line, following = lines[i], lines[i + 1]
    if not is_headline_like(line.text) or following.text[:1].islower():
        return False
    if following.gap or not following.kept or byline_reason(following.text) or following.key == line.key:
        return True
    body = lines[lead]
    return i + 1 == lead and len(line.text.split()) >= 6 and len(body.text) >= 1.5 * len(line.text)


def _label_related(lines: list[_Line], headline: str | None) -> None:
    """Blocks of related articles: a headline twice, then the beginning of that article."""
    title = _key(headline) if headline else None
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


def _is_pair(lines: Sequence[_Line], i: int, title: str | None) -> bool:
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


def _label_cut_pairs(lines: list[_Line]) -> None:
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


def _label_tail(lines: list[_Line]) -> None:
    """Headings such as "Tin liên quan": what follows goes, unless the body continues below."""
    i = 0
    seen_body = False
    while i < len(lines):
        line = lines[i]
        seen_body = seen_body or (line.kept and line.paragraph)
        kind = tail_marker(line.text) if line.reason in {None, SHARE} else None
        if kind is None and seen_body and line.kept and _is_closing(lines, i):
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


def _is_closing(lines: Sequence[_Line], i: int) -> bool:
    """A source in brackets that ends an article, with headlines of others below and no heading over them."""
    line = lines[i].text
    if not (line.startswith("(") and byline_reason(line)) or i + 1 >= len(lines):
        return False
    following = lines[i + 1]
    return lines[i - 1].paragraph and not following.paragraph and is_headline_like(following.text)


def _resume(lines: Sequence[_Line], marker: int, kind: str) -> int | None:
    """The line at which the body goes on after a related block, or None where the page's tail has begun.

    In a tail, headlines alternate with single openings; a body shows as several paragraphs in a row, as one that
    plainly continues a story, or as paragraphs before a closing "./." or source line.
    """
    if kind == "final" or (kind != "soft" and _signed_off(lines, marker)):
        return None
    end = marker + 1
    while end < len(lines) and tail_marker(lines[end].text) not in {"hard", "final"}:
        end += 1
    runs = _runs(lines, marker + 1, end)
    if not runs or (kind == "soft" and _signed_off(lines, marker)):
        return None
    closing = _closing_after(lines, marker + 1, end)
    for n, (first, length) in enumerate(runs):
        openings = n > 0 and all(count == 1 for _, count in runs[:n])
        start = first + 1 if openings and length > 1 else first
        count = length - (start - first)
        rest = lines[start:end]
        paragraphs = sum(line.kept and line.paragraph for line in rest)
        headlines = sum(line.kept and not line.paragraph for line in rest)
        if closing is not None and start <= closing and (count >= 2 or (n == 0 and not _alternates(rest))):
            return start
        if headlines * 2 > paragraphs and count < 4:
            continue
        if count >= (3 if n or kind != "soft" else 2):
            return start
        text = lines[start].text
        if kind == "soft" and n == 0 and (sentence_count(text) >= 3 or _CONTINUES.match(text)):
            return start
    return None


def _alternates(rest: Sequence[_Line]) -> bool:
    """Whether headlines and single paragraphs take turns, as in a list of articles."""
    kept = [line.paragraph for line in rest if line.kept]
    turns = sum(a and not b for a, b in pairwise(kept))
    return turns >= 1 and turns * 2 >= sum(kept)


def _runs(lines: Sequence[_Line], start: int, end: int) -> list[tuple[int, int]]:
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


def _signed_off(lines: Sequence[_Line], marker: int) -> bool:
    """Whether the article has ended before this line: a closing "./.", source line or byline."""
    for line in reversed(lines[max(0, marker - 4) : marker]):
        if line.reason == SOURCE_LINE or line.text.endswith(("./.", "/.")):
            return True
        if line.kept:
            return byline_reason(line.text) is not None and not line.paragraph
    return False


def _closing_after(lines: Sequence[_Line], start: int, end: int) -> int | None:
    for i in range(end - 1, start - 1, -1):
        line = lines[i]
        if line.text.endswith("./.") or (line.kept and line.text.startswith("(") and byline_reason(line.text)):
            return i
        if line.kept and line.paragraph:
            return None
    return None


def _label_sign_off(lines: list[_Line], dates: list[date]) -> None:
    """Bylines, source lines and a date line below the last paragraph."""
    body = [line for line in lines if line.kept]
    taken: list[_Line] = []
    while len(body) > 1 and len(taken) < 5:
        line, before = body[-1], body[-2]
        if line.paragraph and not line.text.startswith("("):
            break
        found = dateline(line.text)
        reason = DATELINE if found else byline_reason(line.text)
        if reason is None:
            break
        line.reason = reason
        taken.append(line)
        if found and found[0] and not found[1] and not dates:
            dates.append(found[0])
        body.pop()
        if not (ends_sentence(before.text) or before.text.endswith("/.") or byline_reason(before.text)):
            # A name below a line without a full stop: the last of a list, or a heading; nothing was signed.
            if all(item.reason == BYLINE and "Theo" not in item.text and "(" not in item.text for item in taken):
                for item in taken:
                    item.reason = None
            break
    if len(taken) > 3 and all(item.reason == BYLINE for item in taken):
        for item in taken:
            item.reason = None


def _label_alt_texts(lines: list[_Line], headline: str | None) -> None:
    """What a picture's alternative text left beside its caption: English, or the caption or headline once more."""
    vietnamese = sum(not line.text.isascii() for line in lines) * 2 >= len(lines)
    spaced = any(line.gap for line in lines[1:])
    title = _key(headline) if headline else ""
    for i, line in enumerate(lines):
        if not line.kept or line.paragraph and not line.text.isascii():
            continue
        if title and line.key == title:
            line.reason = DUPLICATE
            continue
        following = lines[i + 1] if i + 1 < len(lines) else None
        if following is None or following.reason not in {CAPTION, CREDIT} or len(line.text) > 180:
            continue
        words = line.key.split()
        if line.text.isascii() and vietnamese and len(words) >= 2 and any(word.isalpha() for word in words):
            line.reason = ALT_TEXT
            continue
        near = set(following.key.split()) | set(title.split())
        if i + 2 < len(lines) and following.reason == CREDIT and lines[i + 2].reason == CAPTION:
            near |= set(lines[i + 2].key.split())
        share = sum(word in near for word in words) / max(1, len(words))
        if len(words) >= 4 and not ends_sentence(line.text) and share >= (0.65 if spaced and not following.gap else 0.9):
            line.reason = ALT_TEXT


def _inner_parts(lines: Sequence[_Line]) -> list[tuple[int, int, str]]:
    """Furniture inside the lines that stay, in raw offsets. A line that consists of nothing else goes whole."""
    kept = [line for line in lines if line.kept]
    pieces: list[tuple[int, int, str]] = []
    for i, line in enumerate(kept):
        inside = parts(line.raw, begins_body=i == 0, ends_body=i == len(kept) - 1)
        if not inside:
            continue
        remains = sum(len(line.raw[a:b].strip()) for a, b in _between(inside, len(line.raw)))
        if remains == 0:
            line.reason = inside[0][2]
        else:
            pieces += [(line.start + a, line.start + b, reason) for a, b, reason in inside]
    return pieces


def _between(inside: Sequence[tuple[int, int, str]], length: int) -> list[tuple[int, int]]:
    edges = [0, *[edge for start, end, _ in inside for edge in (start, end)], length]
    return [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]


def _repeated(lines: Sequence[_Line], pieces: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Long stretches that the text says a second time, word for word."""
    units: list[tuple[str, int, int, _Line]] = []
    for line in lines:
        if line.kept:
            units += [
                (_key(match.group()), line.start + match.start(), line.start + match.end(), line)
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
        while stop < len(units) and earlier[stop] is not None and (
            stop == n or earlier[stop] == (earlier[stop - 1] or 0) + 1
        ):
            stop += 1
        if stop == n:
            n += 1
            continue
        chars = sum(end - start for _, start, end, _ in units[n:stop])
        whole = units[n][1] == units[n][3].start and units[stop - 1][2] == units[stop - 1][3].end
        if (stop - n >= _MIN_REPEATED_SENTENCES and chars >= _MIN_REPEATED_CHARS) or (whole and chars >= _MIN_REPEATED_LINE_CHARS):
            result += _duplicates(units[n:stop], taken)
        n = stop
    return result


def _duplicates(
    units: Sequence[tuple[str, int, int, _Line]], taken: Sequence[tuple[int, int]]
) -> list[tuple[int, int, str]]:
    """Spans of repeated sentences, joined within a line; a line that is repeated whole is labelled instead."""
    spans: list[tuple[int, int, _Line]] = []
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
            result.append((start, end, DUPLICATE))
    return result


def _outlet(lines: Sequence[_Line], glued: Sequence[str]) -> str | None:
    """The outlet as the page states it: "Theo dõi … trên", its mark before the lead, or its sign-off."""
    for line in lines:
        if line.reason == FOLLOW_US and (site := own_site(line.text)):
            return site
    body = [line for line in lines if line.kept]
    if body and (mark := outlet_mark(body[0].raw)):
        return mark[0]
    signed = [line.text for line in lines if line.reason in {SOURCE_LINE, BYLINE}]
    return next((outlet for text in [*signed, *glued] if (outlet := own_outlet(text))), None)


def _assemble(raw_text: str, lines: Sequence[_Line], pieces: list[tuple[int, int, str]]) -> tuple[Removed, ...]:
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


def _owner_kept(lines: Sequence[_Line], position: int) -> bool:
    low, high = 0, len(lines) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if lines[middle].start <= position:
            low = middle
        else:
            high = middle - 1
    return lines[low].kept


def _gap(raw_text: str, lines: Sequence[_Line], left: int, right: int) -> list[tuple[int, int, str]]:
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
    return min(2, sum(1 for _ in _NEWLINE.finditer(raw_text, *gap)))


def _surplus(raw_text: str, gap: tuple[int, int]) -> list[tuple[int, int]]:
    """The parts of white space beyond its first two line breaks, and spaces at line ends."""
    spans: list[tuple[int, int]] = []
    position = gap[0]
    for match in list(_NEWLINE.finditer(raw_text, *gap))[:2]:
        spans.append((position, match.start()))
        position = match.end()
    spans.append((position, gap[1]))
    return [(start, end) for start, end in spans if start < end]
