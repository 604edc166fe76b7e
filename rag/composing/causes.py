"""The cause in a sentence, and where a sentence leaves it to its neighbour: "Đây là lý do khiến …" points back, a bare
effect points on. "Do" is also "by" ("do Đức sản xuất"), and "do đó" no cause but what points to one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.composing.clauses import BREAK, clause_end, clause_start, without_joints, without_lone_marks
from rag.composing.pieces import Piece, neighbour
from rag.composing.wording import share, vocabulary
from rag.datatypes import Span
from rag.question import Question
from rag.vietnamese import CAPITAL

_THEREFORE = (
    r"(?:(?:chính )?(?:vì|bởi|do) (?:vậy|thế|đó|lẽ đó|lẽ ấy)|chính vì (?:vậy|thế|lẽ đó)|nhờ (?:đó|vậy|thế)|từ đó|"
    r"kết quả là|hậu quả là)"
)
_POINTS_BACK = re.compile(
    r"[\s“\"–-]*(?:(?:đây|đó) (?:là|cũng là|chính là) (?:một trong những |một |những )?(?:lý do|lí do|nguyên nhân)|"
    rf"{_THEREFORE}|"
    r"(?:điều|việc) (?:này|đó) (?:đã )?(?:khiến|làm|dẫn)|với lý do (?:này|đó)|"
    r"trước (?:tình hình|thực tế) (?:này|đó))(?!\w)",
    re.IGNORECASE,
)
# "Cầu vì thế đóng cửa": behind a short subject it points back just so, unless what stands before is the cause.
_MOST_SUBJECT_WORDS = 6
_INSIDE = re.compile(rf"(?<=[\w)]) (?:cũng )?{_THEREFORE}(?!\w)", re.IGNORECASE)
_OPENS_A_CAUSE = re.compile(
    r"[\s“\"–-]*(?:(?:một trong những )?(?:nguyên nhân|lý do|lí do)|(?:điều|việc) này (?:là )?"
    r"(?:do|vì|nhằm|xuất phát)|sở dĩ|bởi(?: vì| lẽ)?|vì|do(?! (?-i:Thái))|đó là vì|là do|cụ thể)(?!\w)",
    re.IGNORECASE,
)
# What is made, led or held by somebody: "tàu do Đức đóng", with no object behind the verb.
_BY = re.compile(
    r"(?<!\w)(?<!tự )(?<!lý )(?<!lí )do (?P<agent>[^\s,.;:“”\"()]+(?: [^\s,.;:“”\"()]+){0,7}?) "
    r"(?:đã |đang |sẽ |cùng |trực tiếp |phối hợp )*"
    r"(?:sản xuất|chế tạo|phát triển|thiết kế|cung cấp|dẫn đầu|đứng đầu|lãnh đạo|tổ chức|chủ trì|thực hiện|tiến hành|"
    r"hậu thuẫn|tài trợ|bảo trợ|viết|sáng tác|đạo diễn|đề xuất|công bố|ban hành|xây dựng|đầu tư|quản lý|điều hành|"
    r"sở hữu|kiểm soát|chỉ đạo|phụ trách|bổ nhiệm|ký|thủ vai|trình bày|biên soạn|khởi xướng|đăng cai|dẫn dắt|cầm quân|"
    r"cầm đầu|làm chủ|làm (?:chủ tịch|giám đốc|trưởng)|đóng|bào chế|vận hành|khai thác|đặt hàng|thành lập|sáng lập|"
    r"cấp|giao|đưa ra|soạn thảo|bảo đảm|đảm nhận|đảm nhiệm|chịu trách nhiệm)"
    r"(?=\s*(?:[,.;:!?”\")–-]|\Z)|\s(?:và|tại|ở|từ|năm|tháng|ngày|hôm|với|cho|đã|đang|sẽ|được|bị|có|là|vào|trong|"
    r"trên|khi|để|nhằm|về|theo|mà|cũng|vẫn|không|chưa|hơn|dưới|trước|sau)(?!\w)|"
    # A cause of its own follows: "tàu do Đức đóng chìm vì …".
    r"(?= [^,.;:]*\s(?:vì|do|bởi|nhờ)\s))",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(
    r"(?:ông|bà|anh|chị|cô|công ty|hãng|tập đoàn|nước|đội|nhóm|chính phủ|bộ|sở|ngân hàng|trường|liên quân|các)(?!\w)",
    re.IGNORECASE,
)
_CAUSAL = re.compile(
    r"(?<!\w)(?:bởi vì|bởi lẽ|bởi(?! (?:vậy|thế|đó|lẽ đó|lẽ ấy))|(?:chính |một phần )?vì(?! (?:sao|đâu|vậy|thế|lẽ))|"
    r"(?<!tự )(?<!lý )(?<!lí )(?<!nguyên )(?<!căn )do(?! (?:đó|vậy|thế|đâu|thám|dự|(?-i:Thái)))|"
    r"nhằm(?! vào)|nhờ(?! (?:đó|vậy|thế|vả|cậy))|(?<!có thể )để(?! (?:lại|mất|ý|tâm|tang|xảy ra|thua|lộ|ngỏ|trống|"
    r"dành|cho thấy|yên|nguyên|bụng|vuột|lọt)))(?!\w)",
    re.IGNORECASE,
)
_CAUSE_NOUNS = re.compile(
    r"(?<!\w)(?:nguyên nhân|lý do|lí do|khiến|dẫn đến|dẫn tới|trong bối cảnh|lo ngại)(?!\w)", re.IGNORECASE
)
# A time that gives the cause: only where it stands right before what is marked.
_TIMED = re.compile(
    r"(?<!\w)(?:trong bối cảnh|(?:do |vì )?lo ngại|(?:sau |ngay |trước )?khi|sau|giữa lúc|giữa)\s+\Z", re.IGNORECASE
)
_EFFECT = re.compile(r"(?<!\w)(?:khiến|dẫn đến|dẫn tới|làm cho|nên|buộc)(?!\w)", re.IGNORECASE)
_RESULT = re.compile(
    rf"[,;]?\s(?:nên|khiến(?: cho)?|dẫn đến|dẫn tới|làm cho|(?:và )?{_THEREFORE})(?!\w)", re.IGNORECASE
)
_SO = re.compile(r"(?<!trở)(?<!làm)(?<!gây)(?<!tạo)(?<!khuyên)(?<!không)(?<!cũng)\s(?:cho )?nên(?!\w)", re.IGNORECASE)
_MORE = re.compile(rf"\s*,?\s*(?:(?:và|cũng như|đồng thời)\s+)?(?={_CAUSAL.pattern})", re.IGNORECASE)
# Between the mark and the cause: by whose word it is one, or that there is one.
_FRAME = re.compile(
    rf"[\s“\"]*(?:{_CAUSAL.pattern})\s+"
    r"(?:theo\s[^,;:]*|(?:một|hai|ba|những|nhiều|các)\s+(?:lý do|lí do|nguyên nhân)[^,;:]*)",
    re.IGNORECASE,
)
_ECHO, _LEAST_WORDS = 0.7, 3


def points_back(sentence: str) -> bool:
    """Whether the cause is in the sentence before."""
    if _POINTS_BACK.match(sentence):
        return True
    inside = _INSIDE.search(sentence)
    if inside is None or BREAK.search(sentence, 0, inside.start()):
        return False
    before = sentence[: inside.start()]
    return len(before.split()) <= _MOST_SUBJECT_WORDS and not has_cause(before)


def has_cause(sentence: str) -> bool:
    """Whether the sentence holds a word of cause or purpose."""
    return _CAUSE_NOUNS.search(sentence) is not None or bool(_causes(sentence, 0, len(sentence)))


def is_by_whom(sentence: str, span: Span) -> bool:
    """Whether a span tells by whom something is made or led, and no cause: "do Đức sản xuất"."""
    return any(
        found.start() <= span.start and span.end <= found.end() for found in _BY.finditer(sentence) if _agent(found)
    )


def causal_clause(sentence: str, span: Span, question: Question) -> Span:
    """The clause that gives the cause, whole, from its conjunction on; what follows it where it gives another one.

    Of an effect that only repeats the question the cause before it; where the span tells by whom something is made,
    the cause that the sentence gives beside that.
    """
    if is_by_whom(sentence, span):
        others = _causes(sentence, 0, len(sentence))
        return Span(others[-1].start(), clause_end(sentence, others[-1].end())) if others else span
    result = [found for found in _RESULT.finditer(sentence, 0, span.start + 1) if found.start() < span.start]
    if result and share(vocabulary(span.of(sentence), question), vocabulary(question.standalone, question)) >= _ECHO:
        cause = Span(clause_start(sentence, result[-1].start()), result[-1].start())
        if len(cause.of(sentence).split()) >= _LEAST_WORDS:
            return without_joints(sentence, cause)
    opens = clause_start(sentence, span.start)
    before = _causes(sentence, opens, span.start)
    start = span.start
    if before and not _EFFECT.search(sentence, before[-1].end(), span.start):
        start = before[-1].start()
    elif timed := _TIMED.search(sentence, opens, span.start):
        start = timed.start()
    if start == span.start and sentence[span.end : span.end + 1] in ("”", '"'):
        return span
    end = clause_end(sentence, span.end)
    # "Do A nên B": what follows is the effect.
    if start == clause_start(sentence, start + 1) and _CAUSAL.match(sentence, start):
        therefore = _SO.search(sentence, span.end, end)
        end = therefore.start() if therefore else end
    if _FRAME.fullmatch(sentence, start, end) and sentence[end : end + 1] in (",", ":"):
        end = clause_end(sentence, end + 1)
    while (more := _MORE.match(sentence, end)) and not points_back(sentence[more.end() :]):
        end = clause_end(sentence, more.end() + 1)
    return without_lone_marks(sentence, Span(start, end))


def cause_first(question: Question, pieces: Sequence[Piece], *, margin: float) -> list[Piece]:
    """The pieces, best first; where the first neither gives a cause nor has one beside it, the first of those of its
    article that score at most `margin` less and mark their answer as a cause is put before it."""
    first = pieces[0]
    if has_cause(first.sentence) or points_back(first.sentence) or carrying_neighbour(first) is not None:
        return list(pieces)
    near = (
        piece for piece in pieces[1:] if piece.score >= first.score - margin and piece.article.id == first.article.id
    )
    better = next((piece for piece in near if _CAUSAL.match(piece.sentence, *_bounds(piece, question))), None)
    return [better, *(piece for piece in pieces if piece is not better)] if better else list(pieces)


def _bounds(piece: Piece, question: Question) -> tuple[int, int]:
    span = causal_clause(piece.sentence, piece.span, question)
    return span.start, span.end


def carrying_neighbour(piece: Piece) -> Span | None:
    """The sentence beside a piece that carries the cause of what it says; None where it says it itself or none does."""
    if points_back(piece.sentence):
        return neighbour(piece, -1)
    if has_cause(piece.sentence):
        return None
    after = neighbour(piece, 1)
    following = after.of(piece.article.text) if after else ""
    # "Do đó" opens an effect.
    return after if _OPENS_A_CAUSE.match(following) and not points_back(following) else None


def _causes(sentence: str, start: int, end: int) -> list[re.Match[str]]:
    """The conjunctions of cause and purpose in a part of a sentence."""
    by_whom = {found.start() for found in _BY.finditer(sentence) if _agent(found)}
    return [found for found in _CAUSAL.finditer(sentence, start, end) if found.start() not in by_whom]


def _agent(found: re.Match[str]) -> bool:
    """Whether somebody stands between "do" and the verb, and something made before it: no cause opens a clause so."""
    before = found.string[: found.start()].rstrip()
    named = re.search(CAPITAL, found["agent"]) or _SOMEBODY.match(found["agent"])
    return bool(named) and bool(before) and before[-1] not in ",;:.("
