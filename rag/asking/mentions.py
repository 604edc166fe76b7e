"""Who and what a question names, with its place in it: what a follow-up may lean on or replace."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.naming.known import known_names
from rag.naming.table import shipped_rows
from rag.naming.words import is_vietnamese
from rag.values import values_of
from rag.valuing.value import Kind
from rag.vietnamese import CAPITAL, nfc

MentionKind = Literal["person", "country", "place", "organisation", "date", "unknown"]

_CAPITALS = rf"{CAPITAL}[\w’'-]*(?:(?: (?:de|van|von|bin|al) | ){CAPITAL}[\w’'-]*)*"
# "Bộ trưởng Quốc phòng Nga Sergei Shoigu": a small syllable may stand inside such titles.
_TAIL = r"phòng|giao|chính|mại|tế|dục|pháp|thông|nghệ|hội|sản|ninh|lịch|thao|sự|an"
_NAMES = rf"{_CAPITALS}(?: (?:{_TAIL})(?: {_CAPITALS})?)?"
_ROLE = (
    r"(?:(?:nguyên|cựu|phó|nữ|tân|cố|quyền) )*(?:tổng thống|thủ tướng|ngoại trưởng|bộ trưởng|thứ trưởng|chủ tịch|"
    r"tổng thư ký|thư ký báo chí|người phát ngôn|phát ngôn viên|phó chánh văn phòng|đại sứ|thượng nghị sĩ|nghị sĩ|"
    r"quốc vương|nữ hoàng|thủ hiến|thống đốc|giám đốc|tổng giám đốc|huấn luyện viên|hlv|tiền đạo|tiền vệ|hậu vệ|"
    r"thủ môn|cầu thủ|ca sĩ|diễn viên|nghệ sĩ|nhạc sĩ|đạo diễn|người mẫu|hoa hậu|á hậu|giáo sư|tiến sĩ|bác sĩ|luật sư|"
    r"thầy giáo|cô giáo|thầy|cô|tướng|đại tướng|thiếu tướng|trung tướng|tỷ phú|vua|ông|bà|anh|chị)"
)
_WITH_ROLE = re.compile(rf"(?<!\w)(?i:{_ROLE})(?: (?:nước|báo chí|điện))? {_NAMES}")
_BARE_NAMES = re.compile(rf"(?<!\w){_CAPITALS}")
_BODY = re.compile(
    rf"(?<!\w)(?i:đại sứ quán|công ty|tập đoàn|hãng|ngân hàng|câu lạc bộ|clb|đội tuyển|đội|bệnh viện|trường|đảng|bộ|"
    rf"phía|điện) {_NAMES}"
)
_KINDS: dict[str, MentionKind] = {
    "country": "country", "region": "place", "city": "place", "province": "place", "agency": "organisation",
    "foreign_agency": "organisation", "organisation": "organisation", "outlet": "organisation",
    "company": "organisation", "sport": "organisation", "person": "person",
}  # fmt: skip
_PREDICATE = re.compile(r"\b(?:trở thành|làm|được bầu làm|giữ chức|(?<!ai )là) $", re.IGNORECASE)
_HOLDS_BODY = re.compile(r"^(?:phía|điện)\b", re.IGNORECASE)

_NO_COUNTRIES = frozenset(
    ("phẩm", "thuật", "nhân", "luật", "lý", "ấy", "ta", "hùng", "em", "chị", "kiến", "tưởng", "tin", "hạnh", "dài")
)


@lru_cache(maxsize=1)
def _short_countries() -> frozenset[str]:
    """Countries of one syllable, as "Mỹ" and "Anh"."""
    countries = (row for row in shipped_rows() if row.kind == "country")
    return frozenset(each.text for row in countries for each in row.spellings if len(each.words) == 1)


@dataclass(frozen=True, slots=True)
class Mention:
    """Something named at `text[start:end]`."""

    kind: MentionKind
    text: str
    start: int
    end: int


def mentions_of(text: str) -> tuple[Mention, ...]:
    """The persons, countries, places, bodies and dates of an NFC text from left to right, titles included."""
    found: list[Mention] = []

    def offer(kind: MentionKind, start: int, end: int) -> None:
        if all(end <= other.start or other.end <= start for other in found):
            found.append(Mention(kind, text[start:end], start, end))

    text = nfc(text)
    for value in values_of(text):
        if value.kind is Kind.DATE:
            offer("date", value.start, value.end)
    for match in _WITH_ROLE.finditer(text):
        if not _PREDICATE.search(text[: match.start()]):  # "Ông A trở thành Chủ tịch B" names one
            offer("person", *match.span())
    first = text.split(" ", 2)[:2]
    if len(first) == 2 and first[0] in _short_countries() and first[1] not in _NO_COUNTRIES:
        offer("country", 0, len(first[0]))  # "Mỹ viện trợ": at the beginning the table is in doubt
    for match in _BODY.finditer(text):
        if _HOLDS_BODY.match(match[0]) or match[0][0].islower() or match.start() == 0:
            offer("organisation", *match.span())
    for name in known_names(text):
        inside_longer = text[name.start - 1 : name.start] == "-" or text[name.end : name.end + 1] == "-"
        if name.kind in _KINDS and not inside_longer:
            offer(_KINDS[name.kind], name.start, name.end)
    for match in _BARE_NAMES.finditer(text):
        words = match[0].split()
        if match.start() == 0 and len(words) == 1 and is_vietnamese(words[0].lower()):
            continue  # the capital of the sentence
        offer("unknown", *match.span())
    return tuple(sorted(found, key=lambda mention: mention.start))
