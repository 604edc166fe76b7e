"""Furniture inside or at the ends of a body line: credits in brackets, "./.", glued bylines, the outlet's mark.

`parts` is pure and returns spans of the line as it stands in the raw text. Where it is uncertain whether words
before a credit are a caption or a sentence of the body, only the credit goes.
"""

from __future__ import annotations

import re

from rag.cleaning.furniture import (
    BYLINE,
    CAPTION,
    CREDIT,
    END_MARK,
    INVISIBLE,
    LOWER,
    MARKUP,
    PAREN_CREDIT,
    PAREN_SOURCE,
    SOURCE_LINE,
    TEASER,
    UPPER,
    is_holder,
)
from rag.cleaning.signoff import byline_reason, is_outlet_name

Part = tuple[int, int, str]

_SENTENCE_END = re.compile(r"[.!?…][”\"’')\]]*\s+|\./\s?\.\s*")
# No sentence ends after these: "TP. HCM", "ông A. nói", "TS. Lê".
_ABBREVIATED = re.compile(
    r"(?:^|[\s(“\"])(?:[" + UPPER + r"]|TP|Tp|TX|TS|ThS|Ths|GS|PGS|BS|LS|KTS|CN|ĐH|Mr|Mrs|Ms|Dr|St|Th|Tr|Ng|Jr|v\.v)\.$"
)
_MAX_CAPTION = 260
_BARE_CREDIT = re.compile(
    r"(?:\s*(?P<dash>[-–—|])\s*|(?<=[.!?”\"])\s*|(?P<glue>\s))(?:Ảnh|Nguồn ảnh|Ảnh minh h(?:ọa|oạ)|Ảnh tư liệu)\s*:\s*"
)
_AGENCIES = re.compile(
    r"(?:AFP|Reuters|REUTERS|AP|EPA|TTXVN|THX|Tân Hoa Xã|Xinhua|BBC|CNN|Getty Images|Getty|Internet|internet|NVCC|"
    r"Facebook|Youtube|Wikipedia|Bloomberg|TASS|Sputnik|Yonhap|Kyodo|VOV|VNE|VnExpress|I\.T|T\.L|TL|IE)"
    r"(?:\s?[/,–-]\s?[A-Z][\w+]{1,12})?(?![\w])\.?"
)
# "Ảnh: C.TRUNG", "Ảnh: HÀ ĐỒNG", where a word in small letters begins the next sentence.
_CAPITALS = re.compile(
    rf"(?:[{UPPER}]\.){{0,2}}[{UPPER}]{{2,}}(?:[ .][{UPPER}]{{2,}}){{0,4}}"
    rf"(?=\s+[{UPPER}][{LOWER}]|\s+[“\"]|[{UPPER}][{LOWER}])"
)
_NAME_THEN_STOP = re.compile(r"[^\W\d_][\w.@/+-]*(?: [^\W\d_][\w@/+-]*){0,5}(?:\.(?=\s+[" + UPPER + r"“\"])|\.?\s*$)")
_BRACKET = re.compile(r"\[\s?[" + UPPER + r"“\"][^\[\]\n]{18,200}\](?=\s|$)")
_END_MARK = re.compile(r"(?<=\.)\s?/\s?\.(?=\s|$|[" + UPPER + r"(])")
_AMP = re.compile(r"&amp;")
_NBSP_AT_SPACE = re.compile(r"(?:(?<=\s)|^)&nbsp;?|&nbsp;?(?=\s|$)")
_TAG = re.compile(
    r"</?(?:p|br|b|i|em|strong|u|span|a|div|img|h[1-6]|li|ul|ol|figure|figcaption|table|tr|td|th|tbody|iframe|script|"
    r"style|video|source|font|center|blockquote)(?:\s[^<>\n]{0,300})?\s?/?>",
    re.IGNORECASE,
)
_INLINE_TAG = re.compile(r"</?(?:b|i|em|strong|u|span|a|font)\b", re.IGNORECASE)
_OUTLET_MARK = re.compile(
    r"^(?:\((?P<paren>[^()\d\n]{2,25})\)|(?P<bare>[^\W\d_][\w.+ ]{1,20}?))\s*[-–—]\s+(?=[" + UPPER + r"“\"‘\d])"
)
_MAX_SIGN_OFF = 80


def parts(line: str, *, begins_body: bool, ends_body: bool) -> list[Part]:
    """Sorted, disjoint spans of furniture within a body line."""
    found: list[Part] = [(match.start(), match.end(), MARKUP) for match in INVISIBLE.finditer(line)]
    if "&" in line:
        found += [(match.start(), match.end(), MARKUP) for match in _NBSP_AT_SPACE.finditer(line)]
        found += [(match.start() + 1, match.end(), MARKUP) for match in _AMP.finditer(line)]
    if "<" in line:
        found += [(m.start(), m.end(), MARKUP) for m in _TAG.finditer(line) if _may_go(line, m)]
    if "(" in line or "[" in line:
        found += _bracketed(line)
    if ":" in line:
        found += _bare_credits(line)
    found += [(match.start(), match.end(), END_MARK) for match in _END_MARK.finditer(line)]
    if line.endswith("|"):
        found.append((len(line[:-1].rstrip(" |")), len(line), MARKUP))
    if begins_body:
        mark = outlet_mark(line)
        if mark:
            found.append((0, mark[1], SOURCE_LINE))
    if ends_body:
        found += _glued_sign_off(line)
    return _disjoint(found)


def outlet_mark(line: str) -> tuple[str, int] | None:
    """The outlet named before the first words, "(Dân trí) - " or "TTO - ", and where the mark ends."""
    match = _OUTLET_MARK.match(line)
    if not match:
        return None
    name = (match.group("paren") or match.group("bare")).strip()
    return (name, match.end()) if is_outlet_name(name) else None


def _may_go(line: str, tag: re.Match[str]) -> bool:
    """A block tag between two words must stay: without it they would become one word."""
    if _INLINE_TAG.match(tag.group()):
        return True
    before, after = line[: tag.start()][-1:], line[tag.end() : tag.end() + 1]
    return not (before.isalnum() and after.isalnum())


def _disjoint(found: list[Part]) -> list[Part]:
    """The earliest and longest of overlapping parts."""
    result: list[Part] = []
    for start, end, reason in sorted(found, key=lambda part: (part[0], -part[1])):
        if start >= end or (result and start < result[-1][1]):
            continue
        result.append((start, end, reason))
    return result


def _clause_start(line: str, position: int) -> int | None:
    """Where the sentence that reaches `position` begins, or None when that is too far back to be a caption."""
    low = max(0, position - _MAX_CAPTION)
    window = line[low:position]
    ends = [m for m in _SENTENCE_END.finditer(window) if not _ABBREVIATED.search(window[: m.start() + 1])]
    if ends:
        return low + ends[-1].end()
    return 0 if low == 0 else None


def _with_caption(line: str, start: int, end: int, *, sure: bool) -> Part:
    """A credit at start:end, together with the caption before it where that is one.

    It is one when its sentence has no full stop of its own and a new sentence begins after the credit.
    """
    space = len(line[:start]) - len(line[:start].rstrip()) if start and line[start - 1].isspace() else 0
    start -= space
    if space and end < len(line) and line[end].isspace() and start == 0:
        end += 1
    before = line[:start].rstrip()
    clause = _clause_start(line, start)
    after = line[end:].lstrip()
    fresh = not after or after[0].isupper() or after[0] in '“"‘'
    own_stop = bool(before) and before.rstrip("”\"’')")[-1:] in {".", "!", "?", "…", "/"}
    if clause is not None and not own_stop and fresh and after and start - clause >= 3 and (sure or clause == 0):
        return clause, end + len(line[end:]) - len(line[end:].lstrip()), CAPTION
    if own_stop and after[:1] == ".":
        end = line.index(".", end) + 1
    if start == 0:
        end += len(line[end:]) - len(after)
    return start, end, CREDIT


def _bracketed(line: str) -> list[Part]:
    found = [_with_caption(line, m.start(), m.end(), sure=True) for m in PAREN_CREDIT.finditer(line)]
    for match in PAREN_SOURCE.finditer(line):
        # Between sentences, or before the first word, it is a picture's; within one it is where figures come from.
        before, after = line[: match.start()].rstrip()[-4:], line[match.end() :].lstrip()
        between = not before or before.rstrip("”\"’')")[-1:] in {".", "!", "?", "…"}
        if between and after[:1].isupper() and is_holder(match.group(1), of_picture=False):
            found.append(_with_caption(line, match.start(), match.end(), sure=False))
    for match in _BRACKET.finditer(line):
        before = line[: match.start()].rstrip()
        ended = not before or before.rstrip("”\"’')")[-1:] in {".", "!", "?", "…"}
        after = line[match.end() :].lstrip()
        if ended and len(match.group().split()) >= 4 and (not after or after[0].isupper() or after[0] in '“"'):
            found.append((len(before), match.end(), TEASER))
    return found


def _bare_credits(line: str) -> list[Part]:
    """Credits without brackets, "… - Ảnh: AFP Next sentence", where the end of the owner's name is certain."""
    found: list[Part] = []
    for match in _BARE_CREDIT.finditer(line):
        rest = line[match.end() : match.end() + 80]
        owner = next((m for p in (_AGENCIES, _CAPITALS, _NAME_THEN_STOP) if (m := p.match(rest))), None)
        # A lone initial, "Ảnh: M. AN", may be cut out of a longer name.
        if (
            owner is None
            or len(owner.group().strip(" .")) < 2
            or not is_holder(owner.group().strip(" ."), of_picture=True)
        ):
            continue
        end = match.end() + owner.end()
        if match.end() + len(rest) < len(line) and owner.end() == len(rest):
            continue
        found.append(_with_caption(line, match.start(), end, sure=match.group("dash") is not None))
    return found


def _glued_sign_off(line: str) -> list[Part]:
    """A byline or source after the last sentence: "…đến trường.Minh PhươngTheo Reuters", "…/. Khiếu Tư (TTXVN)"."""
    low = max(0, len(line) - _MAX_SIGN_OFF)
    window = line[low:]
    for match in re.finditer(r"[.!?…][”\"’')]*\s*(?=[" + UPPER + r"(*])", window):
        if _ABBREVIATED.search(line[: low + match.start() + 1][-12:]):
            continue
        fragment = window[match.end() :].strip()
        words = fragment.split()
        if not fragment or (fragment.endswith((".", "!", "?")) and not fragment.endswith((").",))):
            continue
        reason = byline_reason(fragment)
        if reason and (len(words) > 1 or fragment.isupper() or fragment.startswith("(") or "." in fragment):
            start = low + match.end()
            return [(len(line[:start].rstrip()), len(line), reason if reason == SOURCE_LINE else BYLINE)]
    return []
