"""Which quantity is asked for, "lãi suất" or "nhiệt độ", in what it is measured, and whether a value is of another."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from rag import vietnamese
from rag.datatypes import Span
from rag.values import values_of
from rag.valuing.value import Kind

# Nouns that mean about the same, what says the same without them, and the measures of their values, if those are sure.
_ROWS: Final = (
    "lãi suất | | percent",
    "thuế suất, mức thuế | thuế | percent",
    "tỷ lệ, tỉ lệ, tỷ trọng, tỉ trọng, xác suất | chiếm | percent",
    "tỷ lệ lạm phát, lạm phát | | percent",
    "độ ẩm | ẩm | percent",
    "nhiệt độ | nóng, lạnh, độ c | độ",
    "độ tuổi, tuổi đời | tuổi | tuổi",
    "tuổi thọ | thọ, sống | tuổi, duration",
    "khoảng cách, quãng đường, cự ly, cự li | cách, xa, dài, đường | m, duration, điểm",
    "chiều dài, độ dài, bề dài | dài | m, duration",
    "chiều cao, độ cao, bề cao | cao | m",
    "chiều rộng, bề rộng | rộng | m",
    "chiều sâu, độ sâu, bề sâu | sâu | m",
    "đường kính, bán kính | | m",
    "tầm bắn, tầm bay | bắn, bay | m",
    "diện tích | rộng | m2",
    "trọng lượng, cân nặng, thể trọng | nặng, cân | kg",
    "thời lượng, thời hạn, thời gian | dài, trong, mất, hạn | duration",
    "điểm chuẩn, điểm số, điểm trung bình | điểm | điểm",
    "tốc độ, vận tốc | | ", "công suất | | ", "dân số | dân | ", "doanh thu, doanh số | | ", "kim ngạch | | ",
    "lợi nhuận, lãi ròng, lãi trước thuế, lãi sau thuế | lãi | ", "vốn điều lệ | vốn | ", "vốn hóa, vốn hoá | | ",
    "học phí | | ", "lương, tiền lương, mức lương, thu nhập | | ", "dư nợ, nợ xấu, nợ công | nợ | ",
    "tiền phạt, mức phạt | phạt | ", "giá trị | giá | ", "tổng sản phẩm, gdp | | ",
)  # fmt: skip
_SHARES: Final = "tỷ lệ"
# What something changes by is measured otherwise: "Nhiệt độ tăng bao nhiêu phần trăm?"
_CHANGES: Final = re.compile(
    r"(?<!\w)(?:tăng|giảm|hạ|rớt|thêm|bớt|chênh|hơn|kém|gấp|lãi(?! suất)|lỗ|"
    r"tang|giam|ha|rot|them|bot|hon|kem|gap|lo)(?!\w)",
    re.IGNORECASE,
)
_ASKED: Final = re.compile(
    r"(?<!\w)(?:bao nhiêu|bao nhieu|mức nào|muc nao)\s*(?:/\s*năm|một năm|mỗi năm)?\s*(?:\?|$|,)", re.I
)
_OWNER: Final = re.compile(r"(?<!\w)(?:của|ở|tại|trong|năm|tháng|quý|là|cua|o|tai|nam|thang|quy|la)(?!\w)")
_CLAUSE: Final = re.compile(r"[?.;!]|, ")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity: nouns for it, the first of which names it, words that imply it, and measures of its values.

    The measures are those of `rag.asking.fitting`; none where they are not sure. `of` are the syllables behind a noun
    that says nothing alone: "thất nghiệp" of "tỷ lệ thất nghiệp".
    """

    nouns: tuple[str, ...]
    implied: tuple[str, ...]
    measures: frozenset[str]
    of: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.nouns[0]


def quantity_asked(text: str) -> Quantity | None:
    """The quantity that a question in how much ends in, "Lãi suất cho vay là bao nhiêu?", with or without diacritics.

    None where there is none, where something else is counted ("bao nhiêu người") or a change is asked for.
    """
    found = _ASKED.search(text)
    if not found:
        return None
    clause = _CLAUSE.split(text[: found.start()].lower())[-1]
    folded = vietnamese.fold(text) == vietnamese.nfc(text).lower()
    places = [
        (place.start(), -len(noun), one)
        for one, nouns in _patterns(folded)
        for noun, pattern in nouns
        for place in pattern.finditer(clause)
    ]
    if not places:
        return None
    start, length, one = min(places, key=lambda place: place[:2])
    behind = clause[start - length :]
    if _CHANGES.search(behind):
        return None
    return replace(one, of=tuple(vietnamese.syllables(_OWNER.split(behind)[0]))) if one.name == _SHARES else one


def of_another_quantity(asked: Quantity, sentence: str, span: Span) -> bool:
    """Whether a sentence gives the value at `span` to another quantity than the one asked for.

    So in "cho vay tới 80% với lãi suất 0%" the share is no interest: the noun stands behind it and has a value of its
    own; so are a share of something ("80% giá trị xe") and a value behind the noun of another quantity alone.
    """
    sentence = sentence.lower()
    own = _places(asked, sentence)
    if own and asked.of and not set(asked.of) & set(vietnamese.syllables(sentence)):
        return True
    others = sorted(
        (place.start(), place.end())
        for one, nouns in _patterns(False)
        for _, pattern in nouns
        for place in pattern.finditer(sentence)
        if one.name != asked.name and not any(start <= place.start() < end for start, end in own)
    )
    if asked.name != _SHARES and sentence[span.start : span.end].rstrip().endswith("%"):
        behind = span.end + len(sentence[span.end :]) - len(sentence[span.end :].lstrip())
        if any(start == behind for start, _ in others):
            return True
    values = [value for value in values_of(sentence) if value.kind is not Kind.DATE]
    before = [end for _, end in own if end <= span.start]
    nearest = max((end for _, end in others if end <= span.start), default=-1)
    if own:
        if not before:
            return any(value.start >= own[0][1] for value in values)
        return nearest > before[-1] and any(before[-1] <= value.start < nearest for value in values)
    implied = any(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", sentence) for word in asked.implied)
    return nearest >= 0 and not implied and not any(nearest <= value.start < span.start for value in values)


def _places(asked: Quantity, sentence: str) -> list[tuple[int, int]]:
    nouns = next(nouns for one, nouns in _patterns(False) if one.name == asked.name)
    return sorted((place.start(), place.end()) for _, pattern in nouns for place in pattern.finditer(sentence))


@lru_cache(1)
def _quantities() -> tuple[Quantity, ...]:
    rows = ([[part.strip() for part in side.split(",") if part.strip()] for side in row.split("|")] for row in _ROWS)
    return tuple(Quantity(tuple(nouns), tuple(implied), frozenset(measures)) for nouns, implied, measures in rows)


@lru_cache(2)
def _patterns(folded: bool) -> tuple[tuple[Quantity, tuple[tuple[str, re.Pattern[str]], ...]], ...]:
    return tuple(
        (
            one,
            tuple(
                (noun, re.compile(rf"(?<!\w){re.escape(vietnamese.fold(noun) if folded else noun)}(?!\w)"))
                for noun in one.nouns
                if not folded or " " in noun
            ),
        )
        for one in _quantities()
    )
