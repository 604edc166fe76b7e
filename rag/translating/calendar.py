"""Days, months, years, decades and centuries of a foreign question, as Vietnamese articles write them."""

from __future__ import annotations

import re
from typing import Literal

from rag.datatypes import Wording
from rag.translating.pieces import Piece

Spaced = Literal["en", "fr", "ru"]

_NUMERALS = "I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI"
_ROMAN_OF = dict(enumerate(_NUMERALS.split(), start=1))
_ROMAN = {numeral.lower(): number for number, numeral in _ROMAN_OF.items()}
_CHINESE = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10, "两": 2}
_UNITS = {"百": 100, "千": 1_000, "万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}

_MONTHS: dict[Spaced, str] = {
    "en": "jan(?:uary)? feb(?:ruary)? mar(?:ch)? apr(?:il)? may june? july? aug(?:ust)? sep(?:t|tember)? oct(?:ober)? "
    "nov(?:ember)? dec(?:ember)?",
    "fr": "janvier f[ée]vrier mars avril mai juin juillet ao[ûu]t septembre octobre novembre d[ée]cembre",
    "ru": "январ[ьяе] феврал[ьяе] март[ае]? апрел[ьяе] ма[йяе] июн[ьяе] июл[ьяе] август[ае]? сентябр[ьяе] октябр[ьяе] "
    "ноябр[ьяе] декабр[ьяе]",
}
_YEAR = r"(?P<year>[12]\d{3})(?![\d.,]*\d)"
_DAY = r"(?P<day>[0-3]?\d)"
_CENTURY = r"(?P<century>\d{1,2}|[ivx]{1,5})"


def _patterns(language: Spaced, templates: str) -> tuple[re.Pattern[str], ...]:
    months = "|".join(f"(?P<m{number}>{name})" for number, name in enumerate(_MONTHS[language].split(), start=1))
    return tuple(
        re.compile(
            template.strip()
            .replace("MONTH", f"(?:{months})\\b")
            .replace("YEAR", _YEAR)
            .replace("DAY", _DAY)
            .replace("CENTURY", _CENTURY)
            .replace(" ", r"\s+"),
            re.IGNORECASE,
        )
        for template in templates.splitlines()
        if template.strip()
    )


_BY_LANGUAGE: dict[Spaced, tuple[re.Pattern[str], ...]] = {
    "en": _patterns(
        "en",
        r"""
        MONTH DAY(?:st|nd|rd|th)?\b,?(?: YEAR)?
        DAY(?:st|nd|rd|th)?(?: of)? MONTH,?(?: YEAR)?
        MONTH,?(?: of)? YEAR
        CENTURY(?:st|nd|rd|th)[- ]centur(?:y|ies)\b
        (?P<decade>[12]\d{2}0)['’]?s\b
        YEAR\b
        """,
    ),
    "fr": _patterns(
        "fr",
        r"""
        DAY(?:er)? MONTH(?: YEAR)?
        MONTH YEAR
        CENTURY(?:er|e|ème|ᵉ)? siècles?\b
        années (?P<decade>[12]\d{2}0)\b
        YEAR\b
        """,
    ),
    "ru": _patterns(
        "ru",
        r"""
        DAY MONTH(?: YEAR)?(?: год[ау]?\b| г\.)?
        MONTH YEAR(?: год[ау]?\b| г\.)?
        CENTURY(?:-?(?:й|го|м|ом))? век(?:а|е|ов|ах|у)?\b
        (?P<decade>[12]\d{2}0)-[еx]х?\b(?: год(?:ы|ах|ов))?
        YEAR(?:-?м)?(?: год[ау]?\b| г\.)?
        """,
    ),
}
_CHINESE_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>[12]\d{3})年(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号])?)?",
        r"(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号])?",
        r"(?P<of>\d{1,2})世纪(?P<tens>\d0)年代",
        r"(?P<century>\d{1,2}|[二三四五六七八九]?十?[一二三四五六七八九]?)世[纪紀]",
        r"(?P<decade>[12]\d{2}0)年代",
        r"(?P<count>\d+(?:\.\d+)?)(?P<unit>[百千]?[万亿萬億])",
        r"(?P<digit>[一二两三四五六七八九十])(?P<unit>[百千]?[万亿萬億]|百|千)",
    )
)


def match(language: Spaced | Literal["zh"], text: str, at: int) -> tuple[int, Piece] | None:
    """The expression that begins at an offset: where it ends, and what it is in Vietnamese."""
    for pattern in _CHINESE_PATTERNS if language == "zh" else _BY_LANGUAGE[language]:
        found = pattern.match(text, at)
        if found and found.end() > at:
            parts = {name: value for name, value in found.groupdict().items() if value}
            for name in [name for name in parts if re.fullmatch(r"m\d+", name)]:
                del parts[name]
                parts["month"] = name[1:]
            piece = _piece(parts)
            if piece is not None:
                return found.end(), piece
    return None


def _piece(parts: dict[str, str]) -> Piece | None:
    if "unit" in parts:
        return _count(float(parts.get("count") or _CHINESE[parts["digit"]]), parts["unit"])
    if "tens" in parts:
        return _decade(str((int(parts["of"]) - 1) * 100 + int(parts["tens"])))
    if "decade" in parts:
        return _decade(parts["decade"])
    if "century" in parts:
        return _century(parts["century"].lower())
    year, month, day = (parts.get(name, "") for name in ("year", "month", "day"))
    if month and not 1 <= int(month) <= 12:
        return None
    words = [
        *([str(int(day))] if day else []),
        *([f"tháng {int(month)}"] if month else []),
        *([f"năm {year}"] if year else []),
    ]
    others = (Wording(f"{int(month)}/{year}"),) if month and year and not day else ()
    return Piece(" ".join(words), others)


def _century(name: str) -> Piece | None:
    number = int(name) if name.isdecimal() else _ROMAN.get(name) or _chinese_number(name)
    if number not in _ROMAN_OF:
        return None
    return Piece(f"thế kỷ {number}", (Wording(f"thế kỷ {_ROMAN_OF[number]}"),))


def _chinese_number(name: str) -> int:
    tens, ten, ones = name.rpartition("十")
    return (_CHINESE.get(tens, 1) * 10 if ten else 0) + _CHINESE.get(ones, 0)


def _decade(year: str) -> Piece:
    others = [f"thập kỷ {year}", f"thập niên {year[2:]}", f"thập kỷ {year[2:]}", f"những năm {year}"]
    return Piece(f"thập niên {year}", tuple(map(Wording, others)))


def _count(number: float, unit: str) -> Piece:
    for sign in unit:
        number *= _UNITS[sign]
    if number >= 1e9:
        return Piece(f"{number / 1e9:g} tỷ".replace(".", ","))
    if number >= 1e6:
        return Piece(f"{number / 1e6:g} triệu".replace(".", ","))
    return Piece(f"{number:,.0f}".replace(",", "."))
