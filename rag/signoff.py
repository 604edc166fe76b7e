"""Who wrote a page, where it comes from, and when: bylines, source lines and date lines, judged by one line's wording.

Pure; every pattern is anchored or bounded, and lines longer than a sign-off can be are refused before any matching.
"""

from __future__ import annotations

import re
from datetime import date

from rag.furniture import BYLINE, SOURCE_LINE

_SHORT_NAME = re.compile(r"^[\w.&'’/,+| @–—-]+$")
_WORKER = re.compile(
    r"^(?:(?:bài|tin|ảnh|clip|video|đồ h(?:ọa|oạ)|thực hiện|trình bày|thiết kế|biên tập|dịch|hình ảnh|kỹ thuật)"
    r"(?:\s*(?:,|&|và|-|–|/)\s*(?:bài|tin|ảnh|clip|video|đồ h(?:ọa|oạ)|thực hiện|trình bày|thiết kế|dịch)){0,4})"
    r"\s*[:：]\s*(?P<who>.{1,80})$",
    re.IGNORECASE,
)

# A sentence may be cut after these; a byline does not begin with them.
_NOT_A_NAME = frozenset(
    "ông bà trong tại sau khi ngày hiện đây đó các những một và nhưng tuy nếu do vì chị cô em theo với về từ để trên "
    "dưới cùng còn mỗi mọi nhiều không có là được đến tới ở người việc năm tháng thứ bên ngoài ngoại bộ đảng nước "
    "tổng thủ chủ phó tỉnh thành huyện quận xã phường số điều phần bài chương mục hết kết".split()
)
_TITLES = frozenset("pv ts ths gs pgs bs ths. ts. gs. pgs. bs. ls. ls ctv nhóm nsnd nsưt".split())
_NOTE = (
    r"(?:tổng hợp|biên dịch|lược dịch|dịch|ghi|thực hiện|lược ghi|sưu tầm|t/h|th|"
    r"(?:tổng hợp |dịch |lược dịch |biên dịch )?(?:theo|từ|nguồn)\s*:?\s*[^()]{1,60}|[^()\s]{2,15}(?: [^()\s]{1,12})?)"
)
_NAME_NOTE = re.compile(rf"\s*\(\s*{_NOTE}\s*\)\s*\.?$", re.IGNORECASE)
_NAME_SOURCE = re.compile(r"[\s,–-]*(?:\b|(?<=[^\W\d_]))Theo:?\s+(?P<source>[^\n]{1,60})$")
_NAME_SPLIT = re.compile(r"\s*(?:[,&/|+]|\s[-–—]\s|\svà\s)\s*")
_BYLINE_LEAD = re.compile(
    r"^(?:(?:tác giả|phóng viên|biên tập viên|người dịch|biên dịch|tổng hợp|by|bởi)\s*[:,：]?|vai trò\s*[,:]|"
    r"bài viết của|bài của|bài và ảnh\s*:?|bài\s*:)\s+(?P<who>\S.{1,70})$",
    re.IGNORECASE,
)
_ROLE_LEAD = re.compile(r"^(?:vai trò|chức danh|tác giả)\s*,\s*\S.{1,90}$", re.IGNORECASE)
_GROUP = re.compile(
    r"^(?:nhóm\s+(?:pv|phóng viên|ptv|tác giả)|pv|p\.v\.?|ban \w+|ctv|t\.?h|theo báo nước ngoài)\b.{0,30}$",
    re.IGNORECASE,
)


def _is_name(text: str) -> bool:
    words = text.split()
    if not 1 <= len(words) <= 5 or not 2 <= len(text) <= 40:
        return False
    if words[0].casefold().rstrip(".") in _NOT_A_NAME and len(words) != 2:
        return False
    return all(word[0].isupper() and re.fullmatch(r"[^\W\d_][^\W\d_.'’-]*(?:[.'’-][^\W\d_.'’-]*){0,4}", word)
               for word in words)  # fmt: skip


def is_source_name(text: str) -> bool:
    """Whether this may name one or more media: "AFP/Reuters", "Dân Trí", "Jakarta Post, Moscow Times"."""
    text = text.strip(" .")
    words = [word for word in re.split(r"[\s,/&+;-]+", text) if word]
    if not 1 <= len(words) <= 9 or len(text) > 70 or not _SHORT_NAME.match(text):
        return False
    small = {"và", "of", "the", "and", "online", "điện", "tử", "trí", "trẻ", "báo", "ảnh", "trang", "net", "hãng", "tin"}
    capital = sum(word[0].isupper() or "." in word for word in words)
    return capital >= 1 and all(
        word[0].isupper() or word[0].isdigit() or "." in word or word.casefold() in small for word in words
    )


def byline_reason(line: str) -> str | None:
    """"byline" or "source line" when the line names only the writers or where it comes from, else None.

    Many body lines look like this too (a list of winners, a heading with a name), so `clean` asks only at the
    places where a byline stands.
    """
    if len(line) > 110:
        return None
    text = line.strip(" *-–—|•").rstrip(".") if not line.endswith("...") else ""
    if not text:
        return None
    if _ROLE_LEAD.match(text):
        return BYLINE
    for lead in (_BYLINE_LEAD, _WORKER):
        match = lead.match(text)
        if match:
            return BYLINE if byline_reason(match.group("who")) or _is_name(match.group("who")) else None
    if _GROUP.match(text):
        return BYLINE
    source = re.match(r"^[(\[]?\s*(?:Theo|theo|THEO|Nguồn|nguồn)\s*[:：]?\s+(?P<source>[^()]{2,70})[)\]]?$", text)
    if source:
        # "Theo Nhật ThanhVietnamNet", "Theo BS. Đào Minh Sơn"
        return SOURCE_LINE if is_source_name(source.group("source")) else None
    paren = re.match(r"^\((?P<source>[^()]{2,50})\)$", text)
    if paren:
        inner = paren.group("source")
        if inner.casefold() in {"tổng hợp", "lược dịch", "biên dịch"}:
            return BYLINE
        if is_outlet_name(inner):
            return SOURCE_LINE
        return (BYLINE if _is_name(inner) else SOURCE_LINE) if is_source_name(inner) and not re.search(r"\d", inner) else None
    without_note = _NAME_NOTE.sub("", text)
    names, _, source_part = _split_theo(without_note)
    if source_part and not is_source_name(source_part):
        return None
    parts = [part for part in _NAME_SPLIT.split(names) if part]
    if not 1 <= len(parts) <= 3 or not all(_is_name(part) or part.casefold() in _TITLES for part in parts):
        return None
    if len(parts) == 1 and len(parts[0].split()) == 1 and without_note == text:
        # One word alone: initials such as "H.Long", "TN", "M.QUANG"; not "Arsenal".
        return BYLINE if "." in parts[0].strip(".") or (parts[0].isupper() and len(parts[0]) <= 5) else None
    return BYLINE


def _split_theo(text: str) -> tuple[str, str, str]:
    """"Minh PhươngTheo SCMP" -> ("Minh Phương", "Theo", "SCMP")."""
    position = text.rfind("Theo ")
    if position <= 0:
        return text, "", ""
    return text[:position].rstrip(" ,-–("), "Theo", text[position + 5 :].rstrip(") ")


# Vietnamese outlets as they sign their own texts. A name in brackets that is not among them may be a writer, a place
# or an agency, so it states no outlet.
_OUTLETS = frozenset(
    "ttxvn|thông tấn xã việt nam|vietnam+|vietnamplus|vov|vov online|vov.vn|vtv|vtv news|vtc|vtc news|vnexpress|vne|"
    "dân trí|tuổi trẻ|tuổi trẻ online|tto|thanh niên|thanh niên online|tno|tiền phong|tpo|người lao động|nlđo|nld|"
    "vietnamnet|znews|zing|zing news|zingnews|nhân dân|quân đội nhân dân|qđnd|qđnd online|công an nhân dân|cand|"
    "cand online|hà nội mới|hnmo|sài gòn giải phóng|sggp|sggpo|sggp online|pháp luật tp.hcm|plo|phụ nữ online|pno|"
    "lao động|lđo|baoquocte.vn|thế giới và việt nam|chinhphu.vn|vgp|vgp news|infonet|vietnam net|kinh tế đô thị|"
    "đttc|đtck|tbktsg|tbktsg online|vneconomy|cafef|giáo dục việt nam|gdvn|đời sống pháp luật|vnmedia|soha|kiến thức|"
    "dân việt|vietq|vietq.vn|bnews|tin tức|baotintuc.vn|báo tin tức|bbc news tiếng việt|voa tiếng việt|rfi tiếng việt|"
    "rfa tiếng việt|bbc tiếng việt|công thương|bảo vệ pháp luật|petrotimes|saigon times|dno|báo đà nẵng|người đưa tin|"
    "nđt".split("|")
)


def is_outlet_name(name: str) -> bool:
    """Whether this is a Vietnamese outlet's own name for itself, or several joined by "/"."""
    pieces = [piece.strip().casefold() for piece in name.split("/")]
    return bool(pieces) and all(
        piece in _OUTLETS or re.fullmatch(r"[a-z][\w-]{1,30}(?:\.[\w-]{2,20})?\.vn", piece) for piece in pieces
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
    r"^(?:(?P<label>(?:ngày\s+)?(?:đăng|phát hành|xuất bản|cập nhật|sửa đổi|phát)(?:\s+(?:ngày|lúc|lần cuối|mới nhất))?|"
    r"thời gian|published|updated)\s*[:：]?\s*(?:ngày\s+|lúc\s+)?)?"
    r"(?:(?P<place>[^\W\d_][^\d:\n]{1,30}?)\s*[,–-]\s*)?"
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
    update = (match.group("label") or "").casefold().startswith(("cập nhật", "ngày cập nhật", "sửa đổi", "ngày sửa", "up"))
    try:
        return date(year, month, day), update
    except ValueError:
        return None, update
