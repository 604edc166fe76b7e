"""The form of an answer, told from the question's wording: a person, a day, so many tonnes, a clause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from rag import vietnamese
from rag.asking import nouns
from rag.asking.asked import Asked, is_accented, without_quotations
from rag.asking.bodies import measures_of_how
from rag.asking.quantities import Quantity, quantity_asked
from rag.asking.words import FUNCTION_WORDS
from rag.foreign import language_of
from rag.valuing.units import UNITS
from rag.valuing.value import Kind


class FormKind(StrEnum):
    """What an answer looks like. `clause` is any wording longer than a name, `any` says nothing."""

    PERSON = "person"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    QUANTITY = "quantity"
    PLACE = "place"
    ORGANISATION = "organisation"
    CAUSE = "cause"
    CLAUSE = "clause"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """The form asked for. `unit` is what stands behind "bao nhiêu" or "mấy" ("tấn", "lô hàng"), `noun` the noun before
    "nào" or "gì" ("thành phố", "người đàn ông"), both in small letters and as typed; `quantity` what has the value
    asked for ("lãi suất"); None where there is none. `measures` are the kinds or units of which one value must be
    ("nặng bao nhiêu": "kg"), none where anything may do.
    """

    kind: FormKind
    unit: str | None = None
    noun: str | None = None
    measures: frozenset[str] = frozenset()
    quantity: Quantity | None = None


_HOW_MANY = r"(?:bao nhiêu|mấy)"
_SPAN = r"(?:giây|phút|giờ|tiếng|ngày|đêm|tuần|tháng|năm|thập kỷ|thế kỷ)"
_MONEY = r"(?:đồng|usd|đô la|đô|euro|bảng|rúp|yên|nhân dân tệ|won|tiền)"
# Tried in order on questions for numbers and times.
_MEASURES: tuple[tuple[FormKind, str], ...] = (
    (FormKind.TIME, r"(?<!dài )(?<!trong )(?<!mất )(?<!thêm )mấy giờ|giờ nào|khung giờ"),
    (FormKind.DATE, r"(?:thứ|ngày|tháng) mấy|(?<!mỗi )(?<!một )(?<!hàng )(?:ngày|năm) bao nhiêu(?= thì|\s*\?|\s*$)"),
    (FormKind.DURATION, rf"bao lâu|{_HOW_MANY} {_SPAN}\b"),
    (FormKind.PERCENT, rf"{_HOW_MANY} ?(?:%|phần trăm)|(?:tỷ|tỉ) lệ\b.*{_HOW_MANY}|{_HOW_MANY}\b.* (?:tỷ|tỉ) lệ"),
    (
        FormKind.MONEY,
        rf"{_HOW_MANY} (?:(?:triệu|tỷ|tỉ|nghìn|ngàn) )?{_MONEY}\b|số tiền|{_HOW_MANY} (?:triệu|tỷ|tỉ)\s*\??$|"
        rf"(?:\bgiá|trị giá|chi phí|kinh phí|doanh thu|lợi nhuận|mức lương|tiền lương|mức phạt|tiền thưởng|học phí|"
        rf"khoản nợ|ngân sách|vốn) (?:\w+ ){{0,6}}(?:{_HOW_MANY}(?! \w+ (?:tấn|người))|mức nào)",
    ),
    (FormKind.NUMBER, r"(?:tỷ|tỉ) số|(?:xếp|đứng|hạng|về|lần|vị trí) thứ (?:mấy|bao nhiêu)|mức nào|số lượng"),
    (FormKind.QUANTITY, rf"bao xa|(?:cao|nặng|dài|rộng|sâu|xa|dày|cân nặng) (?:khoảng )?{_HOW_MANY}"),
)
_ADJECTIVES: tuple[tuple[str, str], ...] = (
    ("kg", rf"nặng (?:khoảng )?{_HOW_MANY}"),
    ("m", rf"bao xa|(?<!nâng )(?<!mức )(?<!kéo )(?:cao|dài|sâu|xa|dày) (?:khoảng )?{_HOW_MANY}"),
)
# Of these the same adjectives measure money, marks or time.
_NO_BODIES = re.compile(
    r"\b(?:lương|giá|điểm|lãi suất|thuế|phí|thu nhập|doanh thu|lợi nhuận|tỷ lệ|tỉ lệ|chỉ số|nợ|phạt|án|thiệt hại|"
    r"tổn thất|chuyến bay|luong|gia|diem|lai suat|thue|thu nhap|doanh thu|loi nhuan|ty le|chi so|phat|thiet hai)\b",
    re.IGNORECASE,
)
_ENGLISH: tuple[tuple[FormKind, str], ...] = (
    (FormKind.TIME, r"\bwhat time\b|\bat what hour"),
    (FormKind.DATE, r"\bwhen\b|\b(?:what|which) (?:date|day|year|month|week)"),
    (FormKind.DURATION, r"\bhow long\b|\bhow many (?:seconds|minutes|hours|days|weeks|months|years)\b"),
    (FormKind.PERCENT, r"\bpercent|\bwhat share\b|\bwhat proportion\b"),
    (FormKind.MONEY, r"\bhow much money\b|\bhow much .*\b(?:cost|pay|paid|worth|spend|spent)\b|\bhow many dollars"),
    (FormKind.QUANTITY, r"\bhow (?:far|tall|heavy|large|big|high|deep|old)\b"),
    (FormKind.PLACE, r"\bwhere\b|\b(?:which|what) (?:city|country|place|region|town|province|capital)"),
    (FormKind.ORGANISATION, r"\b(?:which|what) (?:agency|organi[sz]ation|company|bank|team|club|party|newspaper)"),
    (FormKind.PERSON, r"\bwho(?:m|se)?\b|\b(?:which|what) (?:person|minister|president|player|singer|actor)"),
    (FormKind.CAUSE, r"\bwhy\b"),
)  # fmt: skip
_ENGLISH_UNIT = re.compile(r"\bhow (?:many|much) (?:(?:more|other|us|of the) )?(?P<unit>[a-z]+)", re.IGNORECASE)
_ENGLISH_NO_UNITS = frozenset(("did", "does", "do", "is", "was", "were", "has", "have", "will", "of", "are", "longer"))


_Name = TypeVar("_Name", bound=str)


def _compiled(
    patterns: tuple[tuple[_Name, str], ...],
) -> tuple[tuple[_Name, re.Pattern[str], re.Pattern[str]], ...]:
    both = ((name, pattern, vietnamese.fold(pattern)) for name, pattern in patterns)
    return tuple((name, re.compile(full, re.I), re.compile(bare, re.I)) for name, full, bare in both)


_MEASURE_PATTERNS, _ENGLISH_PATTERNS = _compiled(_MEASURES), _compiled(_ENGLISH)
_ADJECTIVE_PATTERNS = _compiled(_ADJECTIVES)
_UNIT = re.compile(r"\b(?:bao nhiêu|mấy|bao nhieu|may)\s+(?P<behind>[^?.,;:!“”\"]+)", re.IGNORECASE)
_WHICH = re.compile(r"\b(?P<asks>nào|gì|nao|gi)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[?.,;:!“”\"]")


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_SPOKEN = _set("nói làm là có gồm biết cần muốn bàn được bị thấy hỏi nghĩ noi lam la co gom biet can muon ban")
_LINKS = _set("là bằng về những các loại một của theo với thành mang la bang ve nhung cac loai mot cua voi thanh")
# "Điều gì" and "việc gì" ask like "gì" alone.
_NO_NOUNS = _set("điều việc thứ chuyện cái dieu viec chuyen thế the")
_FOLDED_FUNCTION_WORDS = frozenset(map(vietnamese.fold, FUNCTION_WORDS))
_NOT_UNITS = _set("là thì và được bị cho ở tại trong vào khi so với la thi va duoc bi cho o tai vao khi so voi")
_BY_ASKED = {
    Asked.WHO: FormKind.PERSON,
    Asked.WHEN: FormKind.DATE,
    Asked.WHERE: FormKind.PLACE,
    Asked.WHY: FormKind.CAUSE,
    Asked.HOW: FormKind.CLAUSE,
    Asked.HOW_MANY: FormKind.NUMBER,
    Asked.QUOTE: FormKind.CLAUSE,
    Asked.SUMMARY: FormKind.CLAUSE,
    Asked.TIMELINE: FormKind.CLAUSE,
    Asked.COMPARISON: FormKind.CLAUSE,
}


def form_of(text: str, asked: Asked) -> AnswerForm:
    """The form of the answer to a question that is known to ask for `asked`."""
    text = without_quotations(text)
    if language_of(text) == "en":
        return _english(text, asked)
    accented = is_accented(text)
    if asked in (Asked.HOW_MANY, Asked.WHEN):
        return _measured(text, asked, accented=accented)
    noun = _noun(text, accented=accented)
    if asked in (Asked.WHY, Asked.HOW, Asked.QUOTE, Asked.SUMMARY, Asked.TIMELINE, Asked.COMPARISON, Asked.YES_NO):
        return AnswerForm(_BY_ASKED.get(asked, FormKind.ANY), noun=noun)
    kind = nouns.kind_of(noun, accented=accented) if noun else None
    if kind is None and re.search(r"\bai\b", text, re.IGNORECASE):
        kind = FormKind.PERSON
    if kind is not None:
        return AnswerForm(FormKind(kind), noun=noun)
    return AnswerForm(_BY_ASKED.get(asked, FormKind.ANY if noun else FormKind.CLAUSE), noun=noun)


def _measured(text: str, asked: Asked, *, accented: bool) -> AnswerForm:
    unit, noun = _unit(text, accented=accented), _noun(text, accented=accented)
    patterns = ((kind, full if accented else bare) for kind, full, bare in _MEASURE_PATTERNS)
    found = next((kind for kind, pattern in patterns if pattern.search(text)), None)
    if found is FormKind.DATE and re.search(r"(?:thứ mấy|thu may)", text, re.IGNORECASE):
        noun = "thứ" if accented else "thu"
        if asked is Asked.HOW_MANY:
            found = FormKind.NUMBER
    if found is None and asked is Asked.HOW_MANY:
        known = UNITS.get(unit) if unit else None
        found = FormKind.QUANTITY if unit else FormKind.NUMBER
        if known is not None and known.kind in (Kind.MONEY, Kind.DURATION, Kind.PERCENT):
            found = FormKind(known.kind.value)
    quantity = quantity_asked(text) if asked is Asked.HOW_MANY and not unit else None
    if quantity is not None and found in (None, FormKind.NUMBER):
        found = _kind_of(quantity.measures)
    kind = found or _BY_ASKED[asked]
    measures: frozenset[str] = frozenset()
    if kind is FormKind.QUANTITY and not unit:
        measures = quantity.measures if quantity else _measures(text, accented=accented)
    return AnswerForm(kind, unit=unit, noun=noun, measures=measures, quantity=quantity)


def _kind_of(measures: frozenset[str]) -> FormKind | None:
    """The form of a quantity: its kind where it has but one that is no unit; None where its measures are not sure."""
    if len(measures) == 1 and (only := next(iter(measures))) in set(FormKind):
        return FormKind(only)
    return FormKind.QUANTITY if measures else None


def _measures(text: str, *, accented: bool) -> frozenset[str]:
    """What an adjective measures: "kg" for "nặng bao nhiêu", but nothing certain for "lương cao bao nhiêu"."""
    if _NO_BODIES.search(text):
        return frozenset()
    found = [unit for unit, full, bare in _ADJECTIVE_PATTERNS if (full if accented else bare).search(text)]
    return frozenset(found[:1])


def _english(text: str, asked: Asked) -> AnswerForm:
    measures = measures_of_how(text)
    if measures is not None:
        return AnswerForm(FormKind.QUANTITY, measures=measures)
    kind = next((kind for kind, pattern, _ in _ENGLISH_PATTERNS if pattern.search(text)), None)
    found = _ENGLISH_UNIT.search(text)
    unit = found["unit"].lower() if found and found["unit"].lower() not in _ENGLISH_NO_UNITS else None
    if kind is None and asked is Asked.HOW_MANY:
        kind = FormKind.QUANTITY if unit else FormKind.NUMBER
    return AnswerForm(kind or _BY_ASKED.get(asked, FormKind.ANY), unit=unit)


def _unit(text: str, *, accented: bool) -> str | None:
    """What stands behind "bao nhiêu" or "mấy": the longest unit known, or the next word."""
    found = _UNIT.search(text)
    if not found:
        return None
    words = found["behind"].split()
    # "Bao nhiêu nghìn quân" asks for a number of "quân", "bao nhiêu triệu?" for one in millions.
    while len(words) > 1 and words[0].lower() in _SCALES and words[1].lower() not in _NO_UNIT_BEHIND_A_SCALE:
        words = words[1:]
    for count in range(min(3, len(words)), 0, -1):
        unit = " ".join(words[:count]).lower()
        if unit in UNITS if accented else unit in _FOLDED_UNITS:
            return unit
    first = words[0].lower()
    plain = first.isalpha() and words[0].islower() and first not in _NOT_UNITS
    stop = FUNCTION_WORDS if accented else _FOLDED_FUNCTION_WORDS
    return first if plain and (first not in stop or first in ("người", "nguoi")) else None


_FOLDED_UNITS = frozenset(map(vietnamese.fold, UNITS))
_NO_UNIT_BEHIND_A_SCALE = (FUNCTION_WORDS | _FOLDED_FUNCTION_WORDS | _NOT_UNITS) - {"người", "nguoi"}
_SCALES = _set("trăm nghìn ngàn vạn triệu tỷ tỉ tram nghin ngan van trieu ty ti")


def _noun(text: str, *, accented: bool) -> str | None:
    """The noun before "nào" or "gì": one that the tables know, else at most two words that are no verbs."""
    found = _WHICH.search(text)
    words = _CLAUSE_END.split(text[: found.start()])[-1].lower().split() if found else []
    if not found or not words or words[-1] in _NO_NOUNS:
        return None
    for count in range(min(nouns.LONGEST, len(words)), 0, -1):
        noun = " ".join(words[-count:])
        if nouns.kind_of(noun, accented=accented):
            return noun
    if found["asks"].lower() in ("nào", "nao") and (head := _head(words, accented=accented)):
        return head
    stop = (FUNCTION_WORDS if accented else _FOLDED_FUNCTION_WORDS) | _SPOKEN
    kept = words[-2:]
    if found["asks"].lower() in ("gì", "gi") and not _LINKS.intersection(words[-4:-1]):
        return None  # "cung cấp gì": rather a verb
    while kept and (kept[0] in stop or (len(kept) == 2 and kept[1] in stop)):
        kept = kept[1:]
    return " ".join(kept) or None


def _head(words: list[str], *, accented: bool) -> str | None:
    """The head of a longer noun, "vận động viên" in "vận động viên bóng rổ nào"."""
    stop = FUNCTION_WORDS if accented else _FOLDED_FUNCTION_WORDS
    for after in (1, 2):
        tail = words[len(words) - after :]
        if len(words) <= after or any(word in stop or word in _SPOKEN for word in tail):
            return None
        for count in range(min(nouns.LONGEST, len(words) - after), 1, -1):
            noun = " ".join(words[len(words) - after - count : len(words) - after])
            if nouns.kind_of(noun, accented=accented):
                return noun
    return None
