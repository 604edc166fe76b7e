"""Who and what a question names, with its place in it: what a follow-up may lean on or replace."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rag.naming.known import known_names
from rag.naming.table import shipped_rows
from rag.naming.words import is_vietnamese
from rag.values import values_of
from rag.valuing.value import Kind
from rag.vietnamese import CAPITAL, fold, nfc

# "sport" are clubs, cups and players, which the table of names does not tell apart; a "term" is no name, as "GDP" and
# "USD"; what an "abbreviation" stands for is not known, nor is what is named by an "unknown".
MentionKind = Literal["person", "country", "place", "organisation", "sport", "date", "term", "abbreviation", "unknown"]

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
    "company": "organisation", "sport": "sport", "person": "person", "term": "term", "unit": "term",
}  # fmt: skip
_ABBREVIATION = re.compile(rf"{CAPITAL}(?:{CAPITAL}|[\d&.-])+\Z")
# What stands before persons' own names alone: "bà Nga" is no office of Russia.
_FORM_OF_ADDRESS = re.compile(r"(?:ông|bà|anh|chị|thầy|cô)\b", re.IGNORECASE)
_PREDICATE = re.compile(r"\b(?:trở thành|làm|được bầu làm|giữ chức|(?<!ai )là) $", re.IGNORECASE)
_HOLDS_BODY = re.compile(r"^(?:phía|điện)\b", re.IGNORECASE)

_NO_COUNTRIES = frozenset(
    ("phẩm", "thuật", "nhân", "luật", "lý", "ấy", "ta", "hùng", "em", "chị", "kiến", "tưởng", "tin", "hạnh", "dài")
)


@lru_cache(maxsize=1)
def _short_countries() -> frozenset[str]:
    """Countries of one syllable, as "Mỹ" and "Anh"."""
    countries = (row for row in shipped_rows() if row.kind == "country")
    return frozenset(
        each.text for row in countries for each in row.spellings if len(each.words) == 1 and "-" not in each.marks
    )


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
    known = known_names(text)
    first = text.split(" ", 2)[:2]
    longer = any(name.start == 0 and name.end > len(first[0]) for name in known)
    if not longer and len(first) == 2 and first[0] in _short_countries() and first[1] not in _NO_COUNTRIES:
        offer("country", 0, len(first[0]))  # "Mỹ viện trợ": at the beginning the table is in doubt
    for match in _BODY.finditer(text):
        if _HOLDS_BODY.match(match[0]) or match[0][0].islower() or match.start() == 0:
            ends = [name.end for name in known if name.start < match.end() < name.end]  # "Ngân hàng Nhà nước"
            offer("organisation", match.start(), max((match.end(), *ends)))
    for name in known:
        inside_longer = text[name.start - 1 : name.start] == "-" or text[name.end : name.end + 1] == "-"
        if name.kind in _KINDS and not inside_longer:
            offer(_KINDS[name.kind], name.start, name.end)
    for start, end in _bare_names(text, [mention for mention in found if mention.kind == "term"]):
        offer("abbreviation" if _ABBREVIATION.match(text[start:end]) else "unknown", start, end)
    return tuple(sorted(found, key=lambda mention: mention.start))


def _bare_names(text: str, terms: list[Mention]) -> Iterator[tuple[int, int]]:
    """Runs of words with capitals without the terms in them: "Tim Cook" in "CEO Tim Cook"."""
    for match in _BARE_NAMES.finditer(text):
        start = match.start()
        inside = sorted((term.start, term.end) for term in terms if start <= term.start < match.end())
        for end, after in (*inside, (match.end(), match.end())):
            piece = text[start:end].strip()
            begins = start + len(text[start:end]) - len(text[start:end].lstrip())
            words = piece.split()
            if begins == 0 and words and _is_noun(words):
                begins, words = len(words[0]) + 1, words[1:]
            if words:
                yield begins, begins + len(" ".join(words))
            start = max(after, start)


def _is_noun(words: list[str]) -> bool:
    """Whether a sentence's first word owes its capital to its place: "Giá" alone and in "Giá Ethereum"."""
    small = words[0].lower()
    if not is_vietnamese(small):
        return False
    return len(words) == 1 or (fold(small) != small and not is_vietnamese(words[1].lower()))


def named_inside(mention: Mention, text: str) -> Mention | None:
    """The country, place or body whose office, embassy or team a mention is: "Mỹ" in "Tổng thống Mỹ"."""
    if mention.kind not in ("person", "organisation") or _FORM_OF_ADDRESS.match(mention.text):
        return None
    for name in known_names(text):
        kind = _KINDS.get(name.kind)
        if kind in ("country", "place", "organisation") and mention.start < name.start and name.end == mention.end:
            return Mention(kind, text[name.start : name.end], name.start, name.end)
    return None
