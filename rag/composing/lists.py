"""Answers that are several things: a list inside one sentence completed, or collected from several sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.composing.completing import completed
from rag.composing.doing import is_of_another
from rag.composing.facts import statement_of
from rag.composing.grouping import CopiesOf, grouped
from rag.composing.pieces import Draft, Piece, Statement, neighbour, piece_of, sentence_evidence
from rag.composing.series import counted, members_in_order
from rag.composing.wording import capitalised, listed, readable, words
from rag.datatypes import Span
from rag.question import FormKind, Question
from rag.values import same_answer
from rag.vietnamese import CAPITAL

# Items of a list may be this much weaker (in logits) than the best one; a sentence that names several even more.
MARGIN, ENUMERATING_MARGIN, _SEVERAL = 1.5, 2.5, 3
# Members of these are called by names: a number of them, or a description, is no member.
_NAMED_KINDS = listed(
    "bang nước quốc gia tỉnh thành phố đội clb hãng công ty ngân hàng tập đoàn trường ai người cầu thủ"
)
_NAME = rf"(?:{CAPITAL}|\d)[\w.'’-]*(?: (?:{CAPITAL}|\d)[\w.'’-]*)*"
_JOINT = r"(?:, (?:và |cùng với |cùng )?|; | và | cùng với | cùng | cũng như | hoặc )"
# "3 trụ cột chính: A, B và C": how many there are is no member; behind it all of them follow.
_MEMBERS_FOLLOW = re.compile(
    r"(?: (?:chính|lớn|cơ bản|chủ yếu|sau|sau đây))*(?::| (?:là|gồm|bao gồm|gồm có):?) (?P<first>[^,.;:()“”\"–]+)",
    re.IGNORECASE,
)
# What may stand before a name and belong to it: "con gái Lee Boo Jin", "Thủ tướng Đức Merkel".
_BEFORE_NAME = (
    r"(?:(?:ông|bà|anh|chị|em|cháu|vợ|chồng|bố|cha|mẹ|con|trai|gái|nước|bang|tỉnh|thành phố|huyện|quận|xã|đảo|TP|CLB|"
    r"đội|hãng|công ty|tập đoàn|ngân hàng|cựu|[Tt]ổng thống|[Tt]hủ tướng|[Nn]goại trưởng|[Bb]ộ trưởng|[Cc]hủ tịch|"
    r"[Pp]hó|[Tt]ổng thư ký|[Gg]iám đốc|[Đđ]ại sứ) ){0,3}"
)
_ITEM = rf"{_BEFORE_NAME}{_NAME}"
# What is said of a member before the next: "Kerala (miền nam)", "Barcelona từ Tây Ban Nha".
_OF_ITEM = rf"(?: \([^()]{{1,40}}\)| (?:đến từ|từ|của|ở) {_NAME})?"
_NAMES = re.compile(rf"{_ITEM}(?:{_OF_ITEM}{_JOINT}{_ITEM})+")
# "Các quốc gia bao gồm Anh, Đức": the members follow.
_OPENS_LIST = re.compile(r"(?<!\w)(?:bao gồm|gồm|gồm có|như|là|trong đó có)[: ]*\Z", re.IGNORECASE)
# A name after these is no member of what follows: "Theo Sky, AC Milan và Inter Milan".
_APART = re.compile(rf"(?<!\w)(?i:theo|ngoài|sau) {_ITEM},? ?\Z")
_NEXT_PHRASE = re.compile(rf"{_JOINT}[^\W\d_][^,.;:()“”\"–]*")
# Where a phrase of a list ends: here the sentence goes on about all of them.
_GOES_ON = re.compile(
    r"(?<!thiết)(?<!trang)(?<!chuẩn)(?<!phòng)(?<!hàng)(?<!tự)(?<!phía)"
    r" (?:đã|đang|sẽ|được|bị|nhằm|để|khi|mà|cho|khiến|trong khi|nhưng|theo|trước|sau|do|vì|nếu|tại|từ|trong|ở|với|vào|"
    r"nói|cho biết|là|không|có thể|trên)(?!\w)"
)
# A clause, not an item: it brings a subject or verb of its own.
_CLAUSE = re.compile(
    rf"{_JOINT}(?:đã|đang|sẽ|được|bị|nhưng|trong khi|trong đó|khi|đồng thời|theo|ông|bà|điều|mà|nếu|vì|do|nên|để|"
    r"nhằm|sau|trước|tuy nhiên|đặc biệt|bao gồm|gồm|cho biết|nói|họ|khiến|có|là|luôn|vẫn|cũng|vốn|từng|"
    r"thường(?! (?:dân|phục|trú|vụ)))(?!\w)"
)
_MOST_ITEM_WORDS = 9
# Here each member may have something said of it: "gồm: nông nghiệp theo hướng công nghệ cao, y tế và du lịch".
_OPENS_MEMBERS = re.compile(r"(?:(?<!\w)gồm(?: có)?:?|:)\s+\Z", re.IGNORECASE)
_OF_ONE_MEMBER = listed("ở trong tại mà từ trên với vào cho theo không")
_REST_OF_ITEM = re.compile(r"[^,.;:()“”\"–]*(?=,\s)")


def list_draft(question: Question, pieces: Sequence[Piece], *, most: int, copies_of: CopiesOf) -> Draft:
    """All distinct things that the evidence gives, best first, each with the sentence that holds it."""
    best = max(piece.score for piece in pieces)
    near = [
        piece
        for piece in pieces
        if piece.score >= best - (ENUMERATING_MARGIN if _enumerates(piece, question) else MARGIN)
    ]
    near = [piece for piece in near if not is_of_another(piece, question)] or near
    groups = grouped(near, question, margin=ENUMERATING_MARGIN, most=most, copies_of=copies_of)
    groups = _named_behind(groups, question)
    if row := members_in_order(groups[0][0], question):
        lead = groups[0][0]
        told = [
            Statement(readable(at.of(lead.article.text)), (sentence_evidence(lead.article, at, lead.score),))
            for _, at in row
        ]
        return Draft(capitalised("; ".join(item for item, _ in row)), (statement_of(groups[0]), *told[: most - 1]))
    items: list[str] = []
    kept: list[list[Piece]] = []
    members = [(group, _member(group[0], question)) for group in groups]
    if _asks_for_names(question) and any(_has_name(item) for _, item in members):
        members = [(group, item) for group, item in members if _has_name(item) and not item[0].isdigit()] or members
    if _names_all(members[0][0][0], members[0][1], question):
        members = members[:1]
    for group, item in members:
        if any(same_answer(item, other) or words(item) <= words(other) for other in items):
            continue
        items = [other for other in items if not words(other) <= words(item)]
        items.append(item)
        kept.append(group)
    short = capitalised("; ".join(items))
    return Draft(short, tuple(statement_of(group) for group in kept))


def _member(piece: Piece, question: Question) -> str:
    """What a piece gives for the list; the name itself where the span describes it: "Kerala, bang đông dân"."""
    span = completed(piece.sentence, piece.span, question)
    many = counted(piece.sentence, question)
    if many is not None and span.start < many.end() and many.start() < span.end:
        following = _MEMBERS_FOLLOW.match(piece.sentence, max(span.end, many.end()))
        span = Span(*following.span("first")) if following else span
    described = re.search(rf"({_NAME}), \Z", piece.sentence[: span.start])
    if _asks_for_names(question) and described and not _has_name(span.of(piece.sentence)):
        span = Span(described.start(1), described.end(1))
    return readable(enumeration(piece.sentence, span).of(piece.sentence))


def _named_behind(groups: list[list[Piece]], question: Question) -> list[list[Piece]]:
    """The groups; where the first only says how many there are, and the sentence behind it says so again and names
    them, that one in its place: "Ông nêu 5 đặc tính. 5 đặc tính bao gồm: …"."""
    lead = groups[0][0]
    first, after = counted(lead.sentence, question), neighbour(lead, 1)
    if first is None or after is None or _MEMBERS_FOLLOW.match(lead.sentence, first.end()):
        return groups
    text = after.of(lead.article.text)
    again = counted(text, question)
    following = _MEMBERS_FOLLOW.match(text, again.end()) if again and again[0].lower() == first[0].lower() else None
    if following is None:
        return groups
    start, end = (after.start + place for place in following.span("first"))
    evidence = replace(lead.evidence, start=after.start, end=after.end, span_start=start, span_end=end)
    return [[piece_of(evidence, lambda _: lead.article)]]


def _names_all(piece: Piece, item: str, question: Question) -> bool:
    """Whether an item is the whole list: several members, which a sentence opens behind how many they are."""
    sentence = readable(piece.sentence)
    before = sentence[: max(0, sentence.find(item))]
    opened = _OPENS_LIST.search(before) or _OPENS_MEMBERS.search(before)
    return bool(opened and counted(before, question)) and len(re.split(_JOINT, item)) > 1


def _enumerates(piece: Piece, question: Question) -> bool:
    return len(re.split(_JOINT, _member(piece, question))) >= _SEVERAL


def _asks_for_names(question: Question) -> bool:
    noun = question.form.noun or ("ai" if question.form.kind is FormKind.PERSON else "")
    return bool(frozenset(noun.lower().split()) & _NAMED_KINDS)


def _has_name(text: str) -> bool:
    """Whether a text holds a name: a capital behind its first word, or before it where that is no word for several."""
    if words(text) <= _NAMED_KINDS:
        return False
    return re.search(rf"(?:(?<=\s)|^(?!(?:Các|Những|Một|Số|Hàng)\b)){CAPITAL}", text) is not None


def enumeration(sentence: str, span: Span) -> Span:
    """The span with the other items of the list that it stands in: "Nga" of "từ Nga, Ukraine, Pháp và Đức"."""
    start, end = span.start, span.end
    last = sentence[start:end].rsplit(" ", 1)[-1]
    if last[:1].isupper():
        return _names_around(sentence, span)
    opened = _OPENS_MEMBERS.search(sentence, 0, start) is not None
    if opened and (rest := _REST_OF_ITEM.match(sentence, end)):
        end = rest.end()
    while (following := _NEXT_PHRASE.match(sentence, end)) and not _CLAUSE.match(sentence, end):
        goes_on = _goes_on(sentence, Span(end + 2, following.end()), opened=opened)
        item_end = goes_on.start() if goes_on else following.end()
        longest = max(re.split(_JOINT, sentence[end:item_end]), key=len) if opened else sentence[end:item_end]
        if len(longest.split()) > _MOST_ITEM_WORDS:
            break
        end = item_end
        if goes_on:
            break
    return Span(start, end)


def _goes_on(sentence: str, phrase: Span, *, opened: bool) -> re.Match[str] | None:
    """Where in a phrase the sentence goes on about all members: of an opened list only in its last one, and not where
    something is said of that one."""
    if opened and _NEXT_PHRASE.match(sentence, phrase.end):
        return None
    stops = _GOES_ON.finditer(sentence, phrase.start, phrase.end)
    return next((stop for stop in stops if not (opened and stop[0].strip() in _OF_ONE_MEMBER)), None)


def _names_around(sentence: str, span: Span) -> Span:
    """The run of joined names that a span stands in or begins; the span itself where it stands in none."""
    for run in _NAMES.finditer(sentence):
        start, end = run.span()
        first = re.match(_ITEM, run[0])
        if first and _APART.search(sentence[: start + first.end()]):
            start += first.end()
            start += len(sentence[start:]) - len(sentence[start:].lstrip(" ,;"))
        if start < span.end and span.start < end:
            end = max(end, span.end)
            leading = _OPENS_LIST.search(sentence[span.start : start]) if span.start < start else None
            return Span(start if leading else min(start, span.start), end - (sentence[end - 1] in ".,"))
    return span
