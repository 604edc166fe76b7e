"""Raw text of a crawled news page -> the body, and everything else set aside with a reason.

`furniture`, `signoff` and `glued` judge single lines by their wording; the `page_*` modules and this one add what the
place of a line tells: the top of the page, the end of the body, related articles inside, the tail. A line is set aside
only where wording and place agree; in doubt it stays, because a sentence that was removed can never be cited.
Section headings within the body belong to the body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from rag.cleaning.furniture import (
    ALT_TEXT,
    BYLINE,
    CAPTION,
    CREDIT,
    DUPLICATE,
    FOLLOW_US,
    MARKUP,
    SOURCE_LINE,
    TAGS,
    ends_sentence,
    fixed_reason,
    own_site,
    sentence_count,
    tail_marker,
)
from rag.cleaning.glued import outlet_mark, parts
from rag.cleaning.page_lines import Line, key_of, split_lines
from rag.cleaning.page_related import label_related
from rag.cleaning.page_removed import assemble
from rag.cleaning.page_repeats import find_repeats
from rag.cleaning.page_tail import label_tail
from rag.cleaning.page_top import label_date, label_top
from rag.cleaning.signoff import byline_reason, own_outlet
from rag.datatypes import Cleaned, Removed

_BARE_CREDIT = re.compile(r"(?:Ảnh|Video|Clip)\s*:")


_SOURCE_IN_BRACKETS = re.compile(r"\(\s*(?:theo|nguồn)\s*:?\s+[^()]{2,70}\)\.?", re.IGNORECASE)


def clean(raw_text: str, *, stated_title: str | None = None) -> Cleaned:
    """Body and removed parts of a raw text (NFC).

    `text` is what remains when `removed` is deleted from the raw text: `rebuild(text, removed) == raw_text`.
    `headline`, `published_on` and `outlet` are given only where the text itself states them. With a `stated_title`
    (from metadata) a line is a headline only when it repeats that title.
    """
    lines = split_lines(raw_text)
    _label_fixed(lines)
    headline, dates = label_top(lines, stated_title)
    label_related(lines, headline)
    label_tail(lines)
    _keep_photo_story(lines)
    _label_sign_off(lines, dates)
    _label_alt_texts(lines, headline)
    pieces = _inner_parts(lines)
    pieces += find_repeats(lines, pieces)
    removed = assemble(raw_text, lines, pieces)
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


def _label_fixed(lines: Sequence[Line]) -> None:
    """What the wording alone shows, and the caption whose credit stands on the line below."""
    for line in lines:
        line.reason = fixed_reason(line.text) if line.text else MARKUP
        if line.reason in {CAPTION, CREDIT} and not line.text.startswith(("Ảnh", "(")) and byline_reason(line.text):
            line.reason = BYLINE
        elif line.kept and _SOURCE_IN_BRACKETS.fullmatch(line.text) and byline_reason(line.text):
            line.reason = SOURCE_LINE
    for i, line in enumerate(lines):
        if line.reason == TAGS and line.text.casefold().startswith("chủ đề") and _body_follows(lines, i):
            line.reason = None
    if len(lines) > 2 and lines[1].reason == CREDIT and not lines[1].gap:
        first = lines[0]
        if (
            first.kept
            and len(first.text) <= 160
            and sentence_count(first.text) == 1
            and _BARE_CREDIT.match(lines[1].text)
        ):
            first.reason = CAPTION


def _body_follows(lines: Sequence[Line], i: int) -> bool:
    for line in lines[i + 1 :]:
        if tail_marker(line.text):
            return False
        if line.kept and line.paragraph:
            return True
    return False


def _keep_photo_story(lines: Sequence[Line]) -> None:
    """Where captions outweigh the paragraphs, the captions are the story: they stay, without their credits."""
    paragraphs = sum(len(line.text) for line in lines if line.kept and line.paragraph)
    captions = [
        line
        for line in lines
        if line.reason == CAPTION and (not paragraphs or (line.paragraph and len(line.text) >= 60))
    ]
    if len(captions) >= 3 and sum(len(line.text) for line in captions) > paragraphs:
        for line in captions:
            line.reason = None


def _label_sign_off(lines: list[Line], dates: list[date]) -> None:
    """Bylines, source lines and a date line below the last paragraph."""
    body = [line for line in lines if line.kept]
    taken: list[Line] = []
    while len(body) > 1 and len(taken) < 5:
        line, before = body[-1], body[-2]
        if line.paragraph and not line.text.startswith("("):
            break
        dates += label_date(line)
        line.reason = line.reason or byline_reason(line.text)
        if line.kept and before.text.startswith("Theo ") and len(line.text) <= 40 and byline_reason(before.text):
            # "Theo Thu Hoài" and, below it, the medium: "Sức khỏe & Đời sống".
            line.reason = SOURCE_LINE
        if line.kept:
            break
        taken.append(line)
        body.pop()
        if not (ends_sentence(before.text) or byline_reason(before.text)) or before.text.endswith((":", ";")):
            # A name below a line without a full stop, or below a colon: the last of a list; nothing was signed.
            if all(item.reason == BYLINE and "Theo" not in item.text and "(" not in item.text for item in taken):
                for item in taken:
                    item.reason = None
            break
    if len(taken) > 3 and all(item.reason == BYLINE for item in taken):
        for item in taken:
            item.reason = None


def _label_alt_texts(lines: list[Line], headline: str | None) -> None:
    """What a picture's alternative text left beside its caption: English, or the caption or headline once more."""
    vietnamese = sum(not line.text.isascii() for line in lines) * 2 >= len(lines)
    spaced = any(line.gap for line in lines[1:])
    title = key_of(headline) if headline else ""
    for i, line in enumerate(lines):
        if not line.kept or (line.paragraph and not line.text.isascii()):
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
        if following.reason == CREDIT and not ends_sentence(line.text) and len(words) >= 4:
            # "Hoàng Phúc trên bục nhận huy chương" above a line with nothing but "Ảnh: …".
            line.reason = ALT_TEXT if following.text.startswith("Nguồn hình ảnh") else CAPTION
            continue
        near = set(following.key.split()) | set(title.split())
        if i + 2 < len(lines) and following.reason == CREDIT and lines[i + 2].reason == CAPTION:
            near |= set(lines[i + 2].key.split())
        share = sum(word in near for word in words) / max(1, len(words))
        if (
            len(words) >= 4
            and not ends_sentence(line.text)
            and share >= (0.65 if spaced and not following.gap else 0.9)
        ):
            line.reason = ALT_TEXT


def _inner_parts(lines: Sequence[Line]) -> list[tuple[int, int, str]]:
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


def _outlet(lines: Sequence[Line], glued: Sequence[str]) -> str | None:
    """The outlet as the page states it: "Theo dõi … trên", its mark before the lead, or its sign-off."""
    for line in lines:
        if line.reason == FOLLOW_US and (site := own_site(line.text)):
            return site
    body = [line for line in lines if line.kept]
    if body and (mark := outlet_mark(body[0].raw)):
        return mark[0]
    signed = [line.text for line in lines if line.reason in {SOURCE_LINE, BYLINE}]
    return next((outlet for text in [*signed, *glued] if (outlet := own_outlet(text))), None)
