"""An answer span in the form asked for: completed inside its sentence where it cuts a number, a name or a quotation.

A span reader often stops a word short: "90" in "hơn 90 tấn", "22" in "ngày 22/1", "Volodymyr" in a full name. What is
added always stands right beside the span in the sentence; nothing is made up. Causes, deeds and somebody's words are
taken as whole clauses.
"""

from __future__ import annotations

import re

from rag.composing.causes import causal_clause
from rag.composing.clauses import manner, predicate
from rag.composing.naming import is_known, is_place
from rag.composing.sharing import counted_in
from rag.composing.speaking import words_said
from rag.composing.wording import listed
from rag.datatypes import Span
from rag.question import Asked, FormKind, Question

_TOKEN = re.compile(r"\w+(?:(?:[.,/:](?=\d)(?<=\d[.,/:])|[-–'’.&](?=\w))\w+)*%?")
_NUMBER_WORDS = listed(
    "một hai ba bốn năm sáu bảy tám chín mười chục trăm nghìn ngàn vạn triệu tỷ tỉ rưỡi mươi lăm hàng vài nửa"
)
_SCALES = r"(?:chục|trăm|nghìn|ngàn|vạn|triệu|tỷ|tỉ|rưỡi)"
_UNITS = (
    r"(?:đồng|usd|đô la(?: mỹ)?|đô-la|euro|won|yên|yen|bảng(?: anh)?|nhân dân tệ|ndt|rúp|rupee|tệ|vnđ|vnd|đ|xu|"
    r"phần trăm|độ(?: c)?|km/h|km2|km²|km|m2|m²|m3|m³|cm|mm|m|mét(?: vuông| khối)?|ki-?lô-?mét|kg|gram|g|tấn|tạ|yến|"
    r"ha|héc-?ta|hecta|lít|điểm|tuổi|năm|tháng|tuần|ngày|giờ|phút|giây|tiếng|người|ca|lượt|lần|chiếc|căn|vụ|suất|"
    r"cổ phiếu|mw|kw|gb|tb|mb|hải lý|dặm|feet|thùng|lượng|chỉ|bàn|phiếu|ghế|quả|con)"
)
_QUALIFIERS = (
    r"(?:hơn cả|hơn|khoảng|gần|trên|dưới|ít nhất|nhiều nhất|tối thiểu|tối đa|xấp xỉ|ước tính|ước chừng|chừng|tầm|cỡ|"
    r"tổng cộng|hàng|những|không quá|chưa đến|chưa tới|suýt soát|đến|tới|lên tới|lên đến)"
)
_BEFORE_NUMBER = re.compile(rf"(?:^|(?<=[\s(“\"]))(?:{_QUALIFIERS}\s+)+\Z", re.IGNORECASE)
_PREPOSITION_ONLY = re.compile(r"^(?:(?:đến|tới|những|lên tới|lên đến)\s+)+", re.IGNORECASE)
_AFTER_NUMBER = re.compile(rf"\s*(?:(?:{_SCALES}\b\s*)+(?:{_UNITS}(?![\w]))?|%|{_UNITS}(?![\w]))", re.IGNORECASE)
# "2.260 bao nhãn hiệu Jet và 8.000 bao": what the second ones are belongs to it as well.
_TWO_AMOUNTS = re.compile(r"\d[\d.,]* (?P<unit>[^\W\d_]+) [^,;:()\d]+ và \d[\d.,]*(?: (?P=unit))?\Z")
_OF_SECOND = re.compile(
    r"(?: (?!(?:cùng|và|được|bị|đã|đang|sẽ|do|tại|trong|khi|để|cho|từ|ở)\s)[^\s,.;:()]+){1,5}(?=[,.;:]| cùng | và )"
)
_PER = re.compile(r"/(?:lượng|kg|lít|người|tháng|năm|ngày|m2|m²|tấn|ha|giờ|chỉ|cổ phiếu|thùng|suất|km|USD)\b")
_RANGE_AFTER = re.compile(r"\s*[-–]\s*\d[\d.,]*(?!\w)")
_DATE_START = re.compile(r"\d{1,2}(?:\s*[-–/.]\s*\d|\s+tháng\b|\b)|(?:19|20)\d\d\b", re.IGNORECASE)
_BEFORE_DATE = re.compile(
    r"(?:^|(?<=[\s(]))(?:(?:rạng sáng|sáng sớm|sáng|trưa|chiều|tối|đêm|khuya)(?:\s+(?:ngày|mùng|mồng))?|"
    r"(?:từ\s+)?ngày(?:\s+(?:mùng|mồng))?|hôm|mùng|mồng|(?:(?:đầu|giữa|cuối)\s+)?(?:tháng|năm|quý)|lúc|thứ)\s+\Z",
    re.IGNORECASE,
)
_BEFORE_WEEKDAY = re.compile(r"(?:^|(?<=\s))(?:hôm|ngày|(?:sáng|trưa|chiều|tối|đêm)(?:\s+hôm)?)\s+\Z", re.IGNORECASE)
_DATE_END = re.compile(r"(?:\d|tháng\s+\w+)\Z", re.IGNORECASE)
_AFTER_DATE = re.compile(
    r"\s+tháng\s+(?:\d{1,2}(?:/\d{4})?|giêng|chạp)(?:\s+năm\s+\d{4})?\b|\s+năm\s+\d{4}\b|\s*[-–]\s*\d{1,2}/\d{1,2}(?:/\d{4})?\b",
    re.IGNORECASE,
)
_CLOCK_AFTER = re.compile(r"\s*(?:giờ|h)(?:\s*\d{1,2}(?:\s+phút)?)?\b|(?<=giờ)\s*\d{1,2}(?:\s+phút)?\b", re.IGNORECASE)
_ASKS_DEED = re.compile(r"(?<!\w)làm (?:những )?gì(?!\w)", re.IGNORECASE)
_ASKED_NUMBER = re.compile(r"(?:bao nhiêu|mấy)\s+(.+)", re.IGNORECASE)
_PAIRS = (("“", "”"), ("‘", "’"), ("«", "»"), ("(", ")"), ("[", "]"))
_NOISE = " \t\n,.;:–-•*"
_MOST_NOUN_WORDS = 3
# What is said of the things counted: "45 binh sĩ", not "45 binh sĩ thiệt".
_NO_NOUN = listed("bị được đã đang sẽ chết thiệt tử mất tham phải có là ở tại trong đến từ cho vào khi về của với")
_QUOTE_REACH = 200
_LEAST_COUNTED_WORDS = 2


def completed(sentence: str, span: Span, question: Question) -> Span:
    """The span, completed; offsets in the sentence. Never reaches beyond the sentence."""
    if question.asked is Asked.HOW_MANY:
        span = _amount_counted(sentence, span, question)
    start, end = _trimmed(sentence, span.start, span.end)
    if start >= end:
        return span
    start, end = _whole_tokens(sentence, start, end)
    if _asks_day(question):
        start, end = _date(sentence, start, end)
    elif question.asked is not Asked.YES_NO:
        end = _number_end(sentence, start, end, question)
        if _TWO_AMOUNTS.search(sentence, start, end) and (second := _OF_SECOND.match(sentence, end)):
            end = second.end()
        if _starts_with_number(sentence[start:end]):
            start = _with_qualifier(sentence, start)
    if question.asked in (Asked.WHO, Asked.WHERE, Asked.WHAT, Asked.LIST):
        person = question.asked is Asked.WHO or question.form.kind is FormKind.PERSON
        start, end = _full_name(sentence, start, end, person=person)
    start, end = _clause(sentence, Span(start, end), question)
    return Span(*_balanced(sentence, *_trimmed(sentence, start, end)))


def _clause(sentence: str, span: Span, question: Question) -> tuple[int, int]:
    """The span as the clause that is asked for: a cause, somebody's words, what is done or how."""
    if question.asked is Asked.WHY:
        span = causal_clause(sentence, span, question)
    elif question.asked is Asked.QUOTE:
        span = words_said(question, sentence, span)
    elif question.asked is Asked.HOW:
        span = manner(sentence, span)
    elif _ASKS_DEED.search(question.standalone) and question.asked is Asked.WHAT:
        span = predicate(sentence, span)
    return span.start, span.end


def _asks_day(question: Question) -> bool:
    return question.asked is Asked.WHEN or question.form.kind in (FormKind.DATE, FormKind.TIME)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without white space and punctuation at the ends; a sign of an amount ("-5", "5%") stays."""
    while start < end and text[start] in _NOISE and not (text[start] in "-–" and text[start + 1 : start + 2].isdigit()):
        start += 1
    while start < end and text[end - 1] in _NOISE:
        end -= 1
    return start, end


def _whole_tokens(text: str, start: int, end: int) -> tuple[int, int]:
    for token in _TOKEN.finditer(text):
        if token.start() < start < token.end():
            start = token.start()
        if token.start() < end < token.end() or (token.start() < end == token.end() - 1 and token[0].endswith("%")):
            end = token.end()
    return start, end


def _starts_with_number(text: str) -> bool:
    first = re.match(r"[^\W\d_]+|\d", text)
    return first is not None and (first[0].isdigit() or first[0].lower() in _NUMBER_WORDS)


def _ends_with_number(text: str) -> bool:
    last = re.search(r"([^\W\d_]+|\d)[%]?\Z", text)
    return last is not None and (last[1].isdigit() or last[1].lower() in _NUMBER_WORDS)


def _number_end(text: str, start: int, end: int, question: Question) -> int:
    """The end after scale, unit, the rest of a range, and the noun that was asked for."""
    if not _starts_with_number(_PREPOSITION_ONLY.sub("", text[start:end])) and not _ends_with_number(text[start:end]):
        return end
    measured = False
    if _ends_with_number(text[start:end]):
        spread = _RANGE_AFTER.match(text, end)
        end = spread.end() if spread else end
        is_date = re.search(r"\d/\d+\Z", text[start:end])
        found = None if is_date else _AFTER_NUMBER.match(text, end)
        measured = found is not None
        end = found.end() if found else end
    elif re.search(rf"\b{_SCALES}\Z", text[start:end], re.IGNORECASE):
        found = re.compile(rf"\s*{_UNITS}(?!\w)", re.IGNORECASE).match(text, end)
        measured = found is not None
        end = found.end() if found else end
    per = _PER.match(text, end)
    if per:
        return per.end()
    measured = measured or re.search(rf"(?<!\w){_UNITS}\Z", text[start:end], re.IGNORECASE) is not None
    return end if measured else _noun_end(text, start, end, question)


def _amount_counted(sentence: str, span: Span, question: Question) -> Span:
    """The amount right before the very words that are counted, where the span is another of the same things.

    "Bao nhiêu người bị thương?" of "38 người chết, 103 người bị thương".
    """
    counted = counted_in(question.standalone)
    what = (counted or "").split(maxsplit=1)
    if counted is None or len(what) < _LEAST_COUNTED_WORDS:
        return span
    amount = r"(?<![\w.,/])\d[\d.,]*(?: (?:nghìn|ngàn|triệu|tỷ|tỉ))?\s+"
    of_words = list(re.finditer(rf"{amount}{re.escape(counted)}(?!\w)", sentence, re.IGNORECASE))
    if len(of_words) != 1 or (of_words[0].start() < span.end and span.start < of_words[0].end()):
        return span
    alike = re.compile(rf"{amount}{re.escape(what[0])}(?!\w)", re.IGNORECASE)
    other = any(found.start() < span.end and span.start < found.end() for found in alike.finditer(sentence))
    return Span(of_words[0].start(), of_words[0].end() - len(what[1]) - 1) if other else span


def _noun_end(text: str, start: int, end: int, question: Question) -> int:
    """On through the words that the question has right after "bao nhiêu", as far as the sentence has them too."""
    asked = _ASKED_NUMBER.search(question.standalone)
    if asked is None:
        return end
    wanted = [word.lower() for word in re.findall(r"\w+", asked[1])[:_MOST_NOUN_WORDS]]
    held = [word.lower() for word in re.findall(r"\w+", text[start:end])]
    while wanted and wanted[0] in held:
        wanted.pop(0)
    for word in wanted:
        if word in _NO_NOUN:
            break
        following = re.compile(rf"\s+{re.escape(word)}\b", re.IGNORECASE).match(text, end)
        if following is None:
            break
        end = following.end()
    return end


def _with_qualifier(text: str, start: int) -> int:
    found = _BEFORE_NUMBER.search(text, 0, start)
    if found is None:
        return start
    # "đến 12 người" may end a range or a motion: alone it is no qualifier.
    bare = _PREPOSITION_ONLY.match(found[0])
    return found.start() + (bare.end() if bare else 0)


def _date(text: str, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    if _DATE_END.search(inner):
        after = _AFTER_DATE.match(text, end) or (_CLOCK_AFTER.match(text, end) if inner.isdigit() else None)
        end = after.end() if after else end
    if _DATE_START.match(inner) or _CLOCK_AFTER.search(text[start:end]):
        start = _reach_back(_BEFORE_DATE, text, start)
    elif re.match(r"thứ\s|chủ nhật|qua\b|nay\b|trước\b", inner, re.IGNORECASE):
        start = _reach_back(_BEFORE_WEEKDAY, text, start)
    return start, end


def _reach_back(pattern: re.Pattern[str], text: str, start: int) -> int:
    found = pattern.search(text, 0, start)
    return found.start() if found else start


_NEXT_NAME = re.compile(r"[ \u00a0](?=(\w[\w'’.-]*))")
_LAST_NAME = re.compile(r"(\w[\w'’.-]*)[ \u00a0]\Z")


def _full_name(text: str, start: int, end: int, *, person: bool) -> tuple[int, int]:
    """A name that the span cuts, to its last capital; one that is only a surname also from its first."""
    last = text[start:end].rsplit(" ", 1)[-1]
    if not last[:1].isupper():
        return start, end
    while (found := _NEXT_NAME.match(text, end)) and found[1][0].isupper() and not _opens_other(text, end, found[1]):
        end += 1 + len(found[1].rstrip(".-'’"))
    alone = person and " " not in text[start:end]
    while alone and (found := _LAST_NAME.search(text, 0, start)) and found[1][0].isupper():
        pair = re.search(r"\S+ \S+\Z", text[: found.end() - 1])
        known = is_place(found[1]) or (pair is not None and is_known(pair[0]))
        if known or not text[: found.start()].strip() or found[1].isupper():
            break
        start = found.start()
    return start, end


def _opens_other(text: str, end: int, word: str) -> bool:
    """Whether a capitalised word right behind a name begins another one: after a title comes a person."""
    return text[end - 1 : end] in ".,;:)”" or is_place(word)


def _balanced(text: str, start: int, end: int) -> tuple[int, int]:
    """Quotation marks and brackets come in pairs: the missing half is taken in where it is near, or the other left."""
    for opening, closing in _PAIRS:
        inner = text[start:end]
        if inner.count(opening) > inner.count(closing):
            at = text.find(closing, end, end + _QUOTE_REACH)
            if at >= 0 and opening not in text[end:at]:
                end = at + 1
            elif inner.startswith(opening):
                start += 1
        elif inner.count(closing) > inner.count(opening):
            at = text.rfind(opening, max(0, start - _QUOTE_REACH), start)
            if at >= 0 and closing not in text[at:start]:
                start = at
            elif inner.endswith(closing):
                end -= 1
    if text[start:end].count('"') % 2:
        if text[start] == '"':
            at = text.find('"', end, end + _QUOTE_REACH)
            start, end = (start, at + 1) if at >= 0 else (start + 1, end)
        elif text[end - 1] == '"':
            at = text.rfind('"', max(0, start - _QUOTE_REACH), start)
            start, end = (at, end) if at >= 0 else (start, end - 1)
    return start, end
