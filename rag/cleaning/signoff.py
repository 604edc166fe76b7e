"""Who wrote a page, where it comes from, and when: bylines, source lines and date lines, judged by one line's wording.

Pure; every pattern is anchored or bounded, and lines longer than a sign-off can be are refused before any matching.
"""

from __future__ import annotations

import re
from datetime import date

from rag.cleaning.furniture import BYLINE, SOURCE_LINE
from rag.cleaning.phrases import NOT_A_NAME, OUTLETS, RARELY_A_NAME, TITLES, WITHIN_SOURCE

_SHORT_NAME = re.compile(r"^[\w.&'’/,+| @–—-]+$")
_WORKER = re.compile(
    r"^(?:(?:bài|tin|ảnh|clip|video|đồ h(?:ọa|oạ)|thực hiện|trình bày|thiết kế|biên tập|dịch|hình ảnh|kỹ thuật)"
    r"(?:\s*(?:,|&|và|-|–|/)\s*(?:bài|tin|ảnh|clip|video|đồ h(?:ọa|oạ)|thực hiện|trình bày|thiết kế|dịch)){0,4})"
    r"\s*[:：]\s*(?P<who>.{1,80})$",
    re.IGNORECASE,
)

_NOTE = (
    r"(?:tổng hợp|biên dịch|lược dịch|dịch|ghi|thực hiện|lược ghi|sưu tầm|t\s?/\s?h|th|"
    r"(?:tổng hợp |dịch |lược dịch |biên dịch )?(?:theo|từ|nguồn)\s*:?\s*[^()]{1,60}|[^()\s]{2,15}(?: [^()\s]{1,12})?)"
)
_NAME_NOTE = re.compile(rf"\s*\(\s*{_NOTE}\s*\)\s*\.?$", re.IGNORECASE)
_NAME_SPLIT = re.compile(r"\s*(?:[,&/|+]|\s[-–—]\s|\svà\s)\s*")
_BYLINE_LEAD = re.compile(
    r"^(?:(?:tác giả|phóng viên|biên tập viên|người dịch|biên dịch|tổng hợp|by|bởi)\s*[:,：]?|vai trò\s*[,:]|"
    r"bài viết của|bài của|bài và ảnh\s*:?|bài\s*:)\s+(?P<who>\S.{1,70})$",
    re.IGNORECASE,
)
_THEO = re.compile(r"^[(\[]?\s*(?:Theo|theo|THEO|Nguồn|nguồn)\s*[:：]?\s+(?P<source>[^()]{2,70})[)\]]?$")
_PRESS = re.compile(r"(?:báo|tạp chí|đài|hãng tin|thông tấn xã)\s[^.]{2,30}$", re.IGNORECASE)
_OUTLET_NOTE = re.compile(r"(?<=\w)\s*\([^()]{2,25}\)$")
_BRACKETED = re.compile(r"^\((?P<inner>[^()]{2,50})\)$")
_ROLE_LEAD = re.compile(r"^(?:vai trò|chức danh|tác giả)\s*,\s*\S.{1,90}$", re.IGNORECASE)
_GROUP = re.compile(
    r"^(?:nhóm\s+(?:pv|phóng viên|ptv|tác giả)|pv|p\.v\.?|ctv|tổng hợp|lược dịch|biên dịch|"
    r"ban (?:thời sự|bạn đọc|biên tập|kinh tế|thể thao|quốc tế|văn hóa|xã hội))\b.{0,30}$",
    re.IGNORECASE,
)


def _is_name(text: str) -> bool:
    words = text.split()
    if not 1 <= len(words) <= 5 or not 2 <= len(text) <= 40:
        return False
    first = words[0].casefold().rstrip(".")
    if first in NOT_A_NAME or (first in RARELY_A_NAME and len(words) != 2):
        return False
    return all(word[0].isupper() and re.fullmatch(r"[^\W\d_][^\W\d_.'’-]*(?:[.'’-][^\W\d_.'’-]*){0,4}", word)
               for word in words)  # fmt: skip


def is_source_name(text: str) -> bool:
    """Whether this may name one or more media: "AFP/Reuters", "Dân Trí", "Jakarta Post, Moscow Times"."""
    text = text.strip(" .")
    words = [word for word in re.split(r"[\s,/&+;]+", text) if word.strip("-–")]
    if not 1 <= len(words) <= 9 or len(text) > 70 or not _SHORT_NAME.match(text):
        return False
    capital = [word != word.casefold() or "." in word for word in words]
    return any(capital) and all(
        is_capital or word[0].isdigit() or word in WITHIN_SOURCE
        for word, is_capital in zip(words, capital, strict=True)
    )


def byline_reason(line: str) -> str | None:
    """ "byline" or "source line" when the line names only the writers or where it comes from, else None.

    Many body lines look like this too (a list of winners, a heading with a name), so `clean` asks only at the
    places where a byline stands.
    """
    if len(line) > 110 or line.endswith("..."):
        return None
    text = line.strip(" *-–—|•").rstrip(".")
    if _ROLE_LEAD.match(text):
        return BYLINE
    if _GROUP.match(text):
        # "PV: Xin cảm ơn ông" is spoken in an interview, "PV: Nguyễn Văn An" has written it.
        _, colon, who = text.partition(":")
        return None if colon and not _names_reason(who.strip()) else BYLINE
    worker = _BYLINE_LEAD.match(text) or _WORKER.match(text)
    if worker:
        who = worker.group("who")
        return BYLINE if byline_reason(who) or _is_name(who) else None
    source = _THEO.match(_OUTLET_NOTE.sub("", text))
    if source:
        name = source.group("source")
        known = _PRESS.match(name) or is_outlet_name(name) or is_source_name(name)
        return SOURCE_LINE if known else None
    bracketed = _BRACKETED.match(text)
    return _bracketed_reason(bracketed.group("inner")) if bracketed else _names_reason(text)


def _bracketed_reason(inner: str) -> str | None:
    """For "(TTXVN)", "(AFP)", "(Tổng hợp)", "(Anh Tuấn)"."""
    if is_outlet_name(inner):
        return SOURCE_LINE
    if inner.casefold() in {"tổng hợp", "lược dịch", "biên dịch"}:
        return BYLINE
    if not is_source_name(inner) or re.search(r"\d", inner):
        return None
    return BYLINE if _is_name(inner) and len(inner.split()) > 1 else SOURCE_LINE


def _names_reason(text: str) -> str | None:
    """For one to three names, perhaps with a note or a source: "Minh PhươngTheo SCMP", "Mi Vân (Tổng hợp)"."""
    without_note = _NAME_NOTE.sub("", text)
    names, source = _split_source(without_note.removesuffix("Tổng hợp") or without_note)
    if source and not is_source_name(source):
        return None
    parts = [part for part in _NAME_SPLIT.split(names) if part]
    if not 1 <= len(parts) <= 3 or not all(map(_is_writer, parts)):
        return None
    if len(parts) == 1 and " " not in parts[0] and without_note == text and not source:
        # One word alone: initials such as "H.Long", "TN", "M.QUANG"; not "Arsenal".
        initials = "." in parts[0] or (parts[0].isupper() and len(parts[0]) <= 5)
        return BYLINE if initials else None
    return BYLINE


def _is_writer(part: str) -> bool:
    """A name, a title alone, or the writer's outlet or desk: "Ngọc Thành/VOV online", "Minh Long/VOV-Trung tâm Tin"."""
    desk = re.split(r"[\s-]", part, maxsplit=1)[0]
    return _is_name(part) or part.casefold() in TITLES or (desk.casefold() in OUTLETS and len(part) <= 40)


def _split_source(text: str) -> tuple[str, str]:
    """The names and the source: "Minh PhươngTheo SCMP" -> ("Minh Phương", "SCMP"); no source: ("Minh Phương", "")."""
    position = text.rfind("Theo ")
    if position <= 0:
        return text, ""
    return text[:position].rstrip(" ,-–("), text[position + 5 :].rstrip(") ")


def is_outlet_name(name: str) -> bool:
    """Whether this is a Vietnamese outlet's own name for itself, or several joined by "/"."""
    pieces = [piece.strip().casefold() for piece in name.split("/")]
    return bool(pieces) and all(
        piece in OUTLETS or re.fullmatch(r"[a-z][\w-]{1,30}(?:\.[\w-]{2,20})?\.vn", piece) for piece in pieces
    )


def own_outlet(sign_off: str) -> str | None:
    """The outlet that a sign-off such as "(TTXVN/Vietnam+)" or "Hồng Kiều (Vietnam+)" states as its own, else None.

    "theo …" names somebody else's report, and a foreign agency in brackets is a source as well.
    """
    match = re.search(r"\(([^()]{2,40})\)\s*\.?$", sign_off)
    return match.group(1).strip() if match and is_outlet_name(match.group(1)) else None


_WEEKDAY = r"(?:(?:thứ\s+(?:hai|ba|tư|năm|sáu|bảy|bẩy|2|3|4|5|6|7)|chủ\s+nhật|cn)\s*[,|–-]?\s*)?(?:ngày\s+)?"
_TIME = r"(?:\d{1,2}\s*[:hg]\s*\d{2}(?::\d{2})?(?:\s*(?:am|pm|sa|ch))?)"
_DATE = (
    r"(?:(?P<d>\d{1,2})\s*[/.-]\s*(?P<m>\d{1,2})\s*[/.-]\s*(?P<y>(?:19|20)\d{2})|"
    r"(?P<y2>(?:19|20)\d{2})-(?P<m2>\d{2})-(?P<d2>\d{2})|"
    r"(?P<d3>\d{1,2})\s+tháng\s+(?P<m3>\d{1,2}),?\s+(?:năm\s+)?(?P<y3>(?:19|20)\d{2}))"
)
_DATELINE = re.compile(
    r"^(?:(?P<label>(?:ngày\s+)?(?:đăng|phát hành|xuất bản|cập nhật|sửa đổi|phát)"
    r"(?:\s+(?:ngày|lúc|lần cuối|mới nhất))?|thời gian|published|updated)\s*[:：]?\s*(?:ngày\s+|lúc\s+)?)?"
    r"(?:(?P<place>[^\W\d_][^\d:\n]{1,30}?)\s*[,–-]\s*)??"
    rf"{_WEEKDAY}(?:{_TIME}\s*[,|–-]?\s*(?:ngày\s+)?)?{_WEEKDAY}{_DATE}"
    rf"(?:\s*[,|–T-]?\s*(?:lúc\s+)?{_TIME})?(?:\s*\(?\s*(?:GMT|UTC)\s*[+-]?\s*\d{{1,2}}(?::\d{{2}})?\s*\)?)?"
    r"(?:\s*\(?giờ việt nam\)?)?\s*\.?$",
    re.IGNORECASE,
)


def dateline(line: str) -> tuple[date | None, bool] | None:
    """(date, is an update) when the line is nothing but a full date with perhaps a place, weekday and time."""
    if not 8 <= len(line) <= 90:
        return None
    match = _DATELINE.match(line.strip(" |•-–"))
    if not match:
        return None
    place = match.group("place")
    if place and not _is_name(place.split(",")[-1].strip()):
        return None
    fields = match.groupdict()
    day, month, year = (
        next(int(fields[name + suffix]) for suffix in ("", "2", "3") if fields[name + suffix]) for name in "dmy"
    )
    update = (
        (match.group("label") or "").casefold().startswith(("cập nhật", "ngày cập nhật", "sửa đổi", "ngày sửa", "up"))
    )
    try:
        return date(year, month, day), update
    except ValueError:
        return None, update
