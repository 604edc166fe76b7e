"""Who says what in a sentence: "X nói rằng …", "Theo X, …", "“…”, X nói"; rules over wording, for Vietnamese news."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.composing.antecedents import quoted_ranges
from rag.composing.clauses import BREAK, clause_end, clause_start, without_joints
from rag.datatypes import Span
from rag.vietnamese import CAPITAL

_SAYS = (
    r"(?:nói|cho biết|cho rằng|cho hay|khẳng định|nhấn mạnh|tuyên bố|phát biểu|chia sẻ|kể(?! từ| cả| trên)|cảnh báo|"
    r"viết|thừa nhận|giải thích|lý giải|nhận định|nhận xét|bình luận|lưu ý|bổ sung|trả lời|thông báo|bộc bạch|tâm sự|"
    r"tiết lộ|đánh giá|nêu rõ|nêu quan điểm|quả quyết|dự báo|dự đoán|tin rằng|tin tưởng|xác nhận|bày tỏ|trấn an|"
    r"đáp lại|phân tích|thốt lên|tố cáo|cáo buộc)"
)
# Of these the verb is part of what is said: "bày tỏ sự quan ngại", "kêu gọi ngừng bắn".
_ACTS = (
    r"(?:lên tiếng|xin lỗi|kêu gọi|đề nghị|cam kết|phủ nhận|bác bỏ|chỉ trích|ca ngợi|cảm ơn|phản đối|lên án|yêu cầu|"
    r"hứa|chúc mừng|hoan nghênh|thúc giục|đe dọa|dọa|thề|phàn nàn|than phiền|hy vọng|mong muốn)"
)
_WITH_ITS_VERB = re.compile(r"xác nhận|bày tỏ|trấn an|đáp lại|phân tích|tố cáo|cáo buộc|trả lời", re.IGNORECASE)
# The same words as nouns, or said of something: "bài phát biểu", "được đánh giá", "một tuyên bố của".
_NO_VERB_BEFORE = re.compile(
    r"(?:bài|lời|cuộc|buổi|câu|bản|một|các|những|được|bị|theo|trong|ra|sự|về|khi|hay|nhiều|có|tiếng|giọng|gọi|với)\s+\Z",
    re.IGNORECASE,
)
_VERB = re.compile(rf"(?<!\w){_SAYS}(?!\w)", re.IGNORECASE)
_ACT = re.compile(rf"(?<!\w){_ACTS}(?!\w)", re.IGNORECASE)
# Between the verb and what is said: to whom, when, where; then "rằng", a comma or a colon.
_TO_SAID = re.compile(
    r"(?:[^,:;“”\".]{0,80}?\srằng[,:]?|\s(?:thêm|rõ)?\s*[,:]|\s*[,:]|[^:;“”\"]{0,120}:(?=\s*[“\"])|"
    r"\s(?:thêm|rõ|là))?\s*",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"(?:^|[“\"]\s*|,\s+)(?:cũng )?theo (?P<speaker>[^,:“”\"]{2,120})(?P<end>,|\.?[”\"]?\s*\Z)", re.IGNORECASE
)
_CLOSES_FIRST = re.compile(r"[^“”\"]*(?:”|(?<=[^\s:(“])\"(?!\w))")
_BEHIND = re.compile(r"\s*[,.]?\s*(?:[-–—]\s*)?(?P<speaker>[^,;:“”\"]{2,90})", re.IGNORECASE)
# "“…”, MiMi Aung, giám đốc dự án, cho biết": the verb behind commas, an apposition between them.
_SAYS_BEHIND = re.compile(rf"\s*,(?:[^,;:“”\"]{{0,120}}\s|\s*){_SAYS}(?!\w)", re.IGNORECASE)
# How it is said is not what: "chia sẻ đầy phấn khích".
_MANNER = re.compile(
    r"\s*(?:đầy|một cách|(?:với|bằng) (?:giọng|vẻ|thái độ)|trong (?:niềm|nỗi|tâm trạng))(?!\w)", re.IGNORECASE
)
_DASHED = re.compile(r"\s*[,.]?\s*[-–—]\s*\S")
_NAMED = re.compile(
    r"(?<!\w)(?i:ông|bà|anh|chị|cô|hlv|họ|người ta|nhiều người|dư luận|giới (?:chức|truyền thông|quan sát|phân tích)|"
    rf"chuyên gia|báo chí)(?!\w)|(?<=[^\W\d_] ){CAPITAL}|{CAPITAL}\w+ {CAPITAL}"
)
_ADVERBIAL = re.compile(
    r"[\s“\"]*(?:trong|tại|sau|trước|khi|theo|ngày|hôm|ở|từ|với|về|phát biểu|trả lời|nói|chia sẻ|đề cập|liên quan|tuy|"
    r"ngoài|bên cạnh|cùng ngày|mới đây|đáng chú ý|đáp lại|đối với|dù|mặc dù|bất chấp|nhân|vào|đến|tối|sáng|chiều|đầu|"
    r"cuối|năm|tháng|tuần|còn)(?!\w)",
    re.IGNORECASE,
)
# Names behind these are not the speaker's.
_TO_WHOM = re.compile(r"\s(?:với|về|cho|cùng|trước|gặp|của (?:ông|bà|anh|chị|cô|hlv))(?!\w)", re.IGNORECASE)
_LEAST_SAID = 4
# What is longer is no sentence but a text without stops, and each verb of it would be looked at with all the rest.
_MOST_CHARS = 4_000
_DASHES = frozenset("-–—")
_MARKS = ' \t\n“”"«»,;:.–-'


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says something, and what; both in the sentence's offsets. The speaker is what stands for the subject.

    `told` is False where the words are not told, only what was done by them: "kêu gọi ngừng bắn".
    """

    speaker: Span
    said: Span
    told: bool = True


def attributions(sentence: str) -> list[Attribution]:
    """What a sentence gives as somebody's words, quotations first, then in the order of the verbs."""
    if len(sentence) > _MOST_CHARS:
        return []
    quoted = quoted_ranges(sentence, opened=_CLOSES_FIRST.match(sentence) is not None)
    found = _quotations(sentence, quoted) + _according(sentence)
    begin = 0
    for verb in _VERB.finditer(sentence):
        inside = any(start <= verb.start() < end for start, end in quoted)
        if inside or _NO_VERB_BEFORE.search(sentence, 0, verb.start()):
            continue
        one = _by_verb(sentence, verb, begin)
        if one is not None:
            found.append(one)
            begin = one.said.start if one.said.start > verb.end() else begin
    return found or _acts(sentence, quoted)


def said_clause(sentence: str, span: Span, said: Span) -> Span:
    """The clause of what is said that a span is in, whole; of a span outside it the first clause."""
    start, end = max(span.start, said.start), min(span.end, said.end)
    if start >= end:
        start = end = said.start
        while end < said.end and len(sentence[start:end].split()) < _LEAST_SAID:
            end = clause_end(sentence, end + 1, said)
    else:
        start, end = clause_start(sentence, start, said), clause_end(sentence, end, said)
        if len(sentence[start:end].split()) < _LEAST_SAID:
            start, end = said.start, clause_end(sentence, end + 1, said) if end < said.end else end
    return _stripped(sentence, without_joints(sentence, _stripped(sentence, Span(start, end))))


def _quotations(sentence: str, quoted: Sequence[tuple[int, int]]) -> list[Attribution]:
    """Quotations behind a colon or before their speaker."""
    found = []
    last = 0
    for start, end in quoted:
        said, before = _stripped(sentence, Span(start, end)), sentence[last:start].rstrip()
        behind = _BEHIND.match(sentence, end)
        if len(said.of(sentence).split()) < _LEAST_SAID:
            continue
        if before.endswith(":"):
            found.append(Attribution(_subject(sentence, last, last + len(before) - 1), said))
        elif behind and (
            _VERB.search(behind["speaker"])
            or _DASHED.match(sentence, end)
            or _SAYS_BEHIND.match(sentence, behind.end())
        ):
            found.append(Attribution(_subject(sentence, *behind.span("speaker")), said))
        last = end
    return found


def _according(sentence: str) -> list[Attribution]:
    found = _ACCORDING.search(sentence)
    if found is None:
        return []
    opens = not sentence[: found.start()].strip(_MARKS) or found["end"] == ","
    said = Span(found.end(), len(sentence)) if opens else Span(0, found.start())
    said = _stripped(sentence, said)
    return [Attribution(Span(*found.span("speaker")), said)] if said.start < said.end else []


def _acts(sentence: str, quoted: Sequence[tuple[int, int]]) -> list[Attribution]:
    """What somebody does by words, where a sentence does not tell the words: from the verb on."""
    act = _ACT.search(sentence)
    if act is None or any(start <= act.start() < end for start, end in quoted):
        return []
    if _NO_VERB_BEFORE.search(sentence, 0, act.start()) or not sentence[: act.start()].strip():
        return []
    said = _stripped(sentence, Span(act.start(), len(sentence)))
    return [Attribution(_subject(sentence, 0, act.start()), said, told=False)]


def _by_verb(sentence: str, verb: re.Match[str], begin: int) -> Attribution | None:
    """What a verb of saying attributes: what stands behind it, or before it where only a few words are left behind."""
    breaks = list(BREAK.finditer(sentence, begin, verb.start()))
    rest = sentence[verb.end() :].strip(_MARKS)
    introduced = re.search(r"\srằng\s|[:“\"]", sentence[verb.end() :])
    if breaks and not introduced and sentence[breaks[-1].end() : verb.start()].strip():
        said = _stripped(sentence, Span(begin, breaks[-1].start()))
        # "Trước đó, ông nói …": what stands before the comma is no statement.
        last = len(rest.split()) < _LEAST_SAID or breaks[-1][0] in _DASHES
        if last and len(said.of(sentence).split()) >= _LEAST_SAID:
            return Attribution(Span(breaks[-1].end(), verb.start()), said)
    if _MANNER.match(sentence, verb.end()) and not introduced:
        return None
    to = _TO_SAID.match(sentence, verb.end())
    start = to.end() if to else verb.end()
    if _WITH_ITS_VERB.fullmatch(verb[0]) and not (to and to[0].strip()):
        start = verb.start()
    said = _stripped(sentence, Span(start, len(sentence)))
    return Attribution(_subject(sentence, begin, verb.start()), said) if len(said.of(sentence).split()) >= 2 else None


def _subject(sentence: str, start: int, end: int) -> Span:
    """Who speaks, in what stands before a verb of saying or a quotation: the part right before it, or, where that names
    nobody ("…, cố vấn của ông B, nói"), the first that is no adverbial; up to whom or what it is said to or of."""
    parts = [Span(start, start)]
    for found in BREAK.finditer(sentence, start, end):
        parts[-1] = Span(parts[-1].start, found.start())
        parts.append(Span(found.end(), found.end()))
    parts[-1] = Span(parts[-1].start, end)
    if _names_somebody(parts[-1].of(sentence)):
        chosen = parts[-1]
    else:
        named = [part for part in parts if _names_somebody(part.of(sentence))]
        chosen = next((part for part in named if not _ADVERBIAL.match(sentence, part.start)), Span(start, end))
    name = _NAMED.search(sentence, chosen.start, chosen.end)
    other = _TO_WHOM.search(sentence, name.end(), chosen.end) if name else None
    return Span(chosen.start, other.start() if other else chosen.end)


def _names_somebody(text: str) -> bool:
    return _NAMED.search(text) is not None


def _stripped(sentence: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and sentence[start] in _MARKS:
        start += 1
    while end > start and sentence[end - 1] in _MARKS:
        end -= 1
    # A quotation inside what is said keeps its other half.
    inner = sentence[start:end]
    if inner.count("“") > inner.count("”") and sentence[end : end + 1] == "”":
        end += 1
    if inner.count("”") > inner.count("“") and start and sentence[start - 1] == "“":
        start -= 1
    if inner.count('"') % 2 and sentence[end : end + 1] == '"':
        end += 1
    elif inner.count('"') % 2 and start and sentence[start - 1] == '"':
        start -= 1
    return Span(start, end)
