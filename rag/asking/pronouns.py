"""Pronouns of a follow-up, replaced by what the question before or its answer names."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.asking.asked import Asked, asked_of
from rag.asking.mentions import Mention, MentionKind, mentions_of

_HE = r"(?:ông|anh|thầy|chú|cậu|hắn|ngài)"
_SHE = r"(?:bà|cô|chị|nàng)"
_BEHIND = r"(?:là|đã|có|sẽ|được|bị|đang|nói|bằng|về|sinh|từng|vừa|muốn|dạy|tự|làm|cũng|cho|kêu|gọi|sang|đến|tới|đi)"
_PERSON = re.compile(
    rf"\b(?:(?P<he>{_HE})|(?P<she>{_SHE}))(?: (?:ấy|ta|này|đó)\b|(?= {_BEHIND}\b))|\b(?P<who>người (?:này|đó|ấy))\b|"
    r"(?<=\bcủa )(?:(?P<his>ông|anh)|(?P<her>bà|cô|chị))(?=\s(?-i:[a-zà-ỹđ])|\s*\?)",
    re.IGNORECASE,
)
_COUNTRY = re.compile(r"\b(?:nước|quốc gia) (?:này|đó|ấy)\b", re.IGNORECASE)
_THERE = re.compile(r"\b(?:(?:ở|tại) (?:đó|đấy|nơi (?:này|đó)|thành phố (?:này|đó)))\b", re.IGNORECASE)
_BODY = re.compile(
    r"\b(?:công ty|tập đoàn|hãng|tổ chức|cơ quan|đội|đội bóng|câu lạc bộ|ngân hàng|liên minh|khối) (?:này|đó|ấy)\b",
    re.IGNORECASE,
)
_TWO_PERSONS = re.compile(
    r"^hai (?:người|ông|bà|vị|nhà lãnh đạo|lãnh đạo)\b|\bhọ\b(?! (?:hàng|tên|tộc|đạo))", re.IGNORECASE
)
_TWO_COUNTRIES = re.compile(r"\bhai nước\b|\bhai bên\b", re.IGNORECASE)
_THING = re.compile(r"(?<!\w)(?P<noun>\w+(?: \w+)?) (?:này|đó|ấy)\b", re.IGNORECASE)
_OF_SHE = re.compile(r"^(?:bà|cô|chị|nữ|hoa hậu|á hậu|nữ hoàng)\b", re.IGNORECASE)
_OF_HE = re.compile(r"^(?:ông|anh|thầy|quốc vương|vua)\b", re.IGNORECASE)
_WHO_IS = re.compile(r"^(?:ai là (?P<first>[^?]+)|(?P<last>[^?]+?) là (?:ai|người nào))\s*\?*$", re.IGNORECASE)
_NAMED = re.compile(r"[^?.,]{0,60}")
_SMALL = re.compile(
    r"\s(?:ở|tại|của|do|vào|đã|là|có|được|bị|gì|nào|ai|cho|khi|và|sẽ|với|bao|mấy|không)\b", re.IGNORECASE
)
_ASKS_WHO_FIRST = re.compile(r"^(?:ai|người nào|\w+(?: \w+)? nào)\b", re.IGNORECASE)
_PERSON_WORDS = frozenset(
    ("ông", "bà", "anh", "chị", "cô", "thầy", "chú", "cậu", "hắn", "ngài", "nàng", "người", "nước")
)
_BEFORE_NAMES = frozenset(("của", "cho", "với", "về", "và", "gặp", "bởi", "do", "khi", "rằng", "mà", "nghệ", "sĩ"))
_LONGEST_ANSWER_WORDS = 8


def resolved(text: str, question: str, answer: str | None, earlier: Sequence[Mention]) -> str:
    """The follow-up with each pronoun replaced that one thing of the last turn can be meant by."""
    pairs: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = (
        (_PERSON, lambda found: _person(found, question, answer, earlier)),
        (_COUNTRY, lambda _: _single("country", answer, earlier)),
        (_THERE, lambda _: _place(answer, earlier)),
        (_BODY, lambda _: _single("organisation", answer, earlier)),
        (_TWO_PERSONS, lambda _: _two("person", answer, earlier)),
        (_TWO_COUNTRIES, lambda _: _two("country", None, earlier)),
        (_THING, lambda found: _thing(found, question)),
    )
    for pattern, meant in pairs:
        text = _replaced(text, pattern, meant)
    return text


def _replaced(text: str, pattern: re.Pattern[str], meant: Callable[[re.Match[str]], str | None]) -> str:
    def instead(found: re.Match[str]) -> str:
        whole = found[0]
        full = meant(found)
        if not full:
            return whole
        return full[:1].upper() + full[1:] if found.start() == 0 else _inside(full)

    return pattern.sub(instead, text)


def _inside(full: str) -> str:
    """ "Ông Putin" inside a sentence is "ông Putin"; names keep their capital."""
    title = re.match(rf"(?:{_HE}|{_SHE}|cuốn|cuộc|bộ phim|vụ|dự án) \w", full, re.IGNORECASE)
    return full[:1].lower() + full[1:] if title else full


def _person(found: re.Match[str], question: str, answer: str | None, earlier: Sequence[Mention]) -> str | None:
    persons = [mention.text for mention in earlier if mention.kind == "person"]
    persons += [mention.text for mention in earlier if _may_be_person(mention, question)] if not persons else []
    who = asked_of(question) is Asked.WHO
    if answer and who and (named := _persons_in(answer)):
        persons = named
    elif who and (role := _WHO_IS.match(question)):
        persons = [(role["first"] or role["last"]).strip()]
    elif _ASKS_WHO_FIRST.match(question):
        persons = []
    wrong = _OF_SHE if found["he"] or found["his"] else _OF_HE if found["she"] or found["her"] else None
    fitting = [person for person in persons if wrong is None or not wrong.match(person)]
    return fitting[0] if len(fitting) == 1 else None


def _may_be_person(mention: Mention, question: str) -> bool:
    """A name of no known kind that begins the question or follows a preposition, not a noun as in "cuốn Atlat"."""
    before = question[: mention.start].split()
    return mention.kind == "unknown" and (not before or before[-1].lower() in _BEFORE_NAMES)


def _persons_in(answer: str) -> list[str]:
    if len(answer.split()) > _LONGEST_ANSWER_WORDS:
        return []
    return [mention.text for mention in mentions_of(f"x {answer}") if mention.kind in ("person", "unknown")]


def _single(kind: MentionKind, answer: str | None, earlier: Sequence[Mention]) -> str | None:
    """The only one of a kind in the answer, or else in the question, or the one that the question begins with."""
    kinds = ("organisation", "sport") if kind == "organisation" else (kind,)
    if answer and len(answer.split()) <= _LONGEST_ANSWER_WORDS:
        found = [mention for mention in mentions_of(f"x {answer}") if mention.kind in kinds]
        if len(found) == 1:
            return found[0].text
    found = [mention for mention in earlier if mention.kind in kinds]
    begins = [mention for mention in found if mention.start == 0]
    chosen = found if len(found) == 1 else begins
    return chosen[0].text if chosen else None


def _place(answer: str | None, earlier: Sequence[Mention]) -> str | None:
    place = _single("place", answer, earlier) or _single("country", answer, earlier)
    return f"ở {place}" if place else None


def _two(kind: MentionKind, answer: str | None, earlier: Sequence[Mention]) -> str | None:
    """Two of a kind: "Thủ tướng Anh và ông Zelenskiy"."""
    found = list(dict.fromkeys(mention.text for mention in earlier if mention.kind == kind))
    if len(found) == 1 and answer and kind == "person":
        found += [each for each in _persons_in(answer) if each not in found]
    if len(found) != 2:
        return None
    return f"{found[0]} và {_inside(found[1])}"


def _thing(found: re.Match[str], question: str) -> str | None:
    """ "Cuốn đó" after "Ai làm ra cuốn Atlat Lịch sử 12?": the noun with the name behind it."""
    words = found["noun"].split()
    if words[-1].lower() in _PERSON_WORDS:
        return None
    for count in range(len(words), 0, -1):
        noun = " ".join(words[-count:])
        there = re.search(rf"(?<!\w){re.escape(noun)}(?= \w)", question, re.IGNORECASE)
        if there is None:
            continue
        behind = _NAMED.match(question, there.end())
        phrase = behind[0] if behind else ""
        phrase = phrase[: cut.start()] if (cut := _SMALL.search(phrase)) else phrase
        if any(word[:1].isupper() for word in phrase.split()):
            before = " ".join(words[:-count])
            return f"{before} {there[0]}{phrase}".strip()
    return None
