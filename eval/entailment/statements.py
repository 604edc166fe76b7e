"""Questions with answers, told as statements: Vietnamese asks in place, so the answer stands for the question word.

"Ai đã ký sắc lệnh?" and "ông Putin" give "Ông Putin đã ký sắc lệnh." What comes of it is mostly a sentence that
somebody could have written; some are clumsy, true ones and false ones alike.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final

from eval.entailment.pairs import Example
from eval.reader.pairs import Pair, Span
from rag.foreign import language_of
from rag.sentences import sentences

MOST_SYLLABLES, MOST_TEXT = 60, 130
# An answer is put to another question of its kind over the same passage so often.
_EXCHANGED: Final = 0.5
_ROOMS: Final = (45, 60, 80, 100)
_KEPT_NOUN: Final = 0.35
_SYLLABLE: Final = r"[^\s?.,]+"
_TIMES: Final = r"(?:khi|lúc|ngày|năm|tháng|thời điểm|giờ|hôm|thời gian|dịp|thứ|buổi|mùa|thế kỷ|giai đoạn)"
# Nouns of one syllable before "nào"; others are taken to have two.
_SHORT_NOUNS: Final = (
    "nước hãng quận huyện tỉnh bang xã phường vùng đội bên loại thứ chiếc con người cơ môn đảng báo đài tờ bộ chùa "
    "sông núi đảo cầu làng hồ mức giá cách tầng hạng hòn nhóm phe kênh phim bài vụ vị"
)
_NAMED = re.compile(r"(?<!^)\b(?:[^\W\d_a-zà-ỹđ]\w+|\d[\d.,]*\d|\d)")
_TELLING = re.compile(r"\b[^\W\d_a-zà-ỹđ]\w+|\d+")
# A second question word, or the "không" of a yes or no.
_STILL_ASKS = re.compile(
    r"\b(?:ai|gì|nào|đâu|bao nhiêu|bao giờ|mấy|vì sao|tại sao)\b|\b(?:không|chưa)\.?$|^có .*\bkhông\b"
)
_KINDS: Final = (
    ("number", re.compile(r"\b(?:bao nhiêu|mấy)\b")),
    ("time", re.compile(rf"\b{_TIMES} nào\b|bao giờ")),
    ("person", re.compile(r"\bai\b|người nào")),
    ("place", re.compile(r"đâu\b|nơi nào|(?:tỉnh|nước|thành phố|quận|huyện|vùng|quốc gia) nào")),
)


def statement(question: str, answer: str, chance: random.Random) -> str | None:
    """The statement that the answer makes of the question; None for one that asks nothing in place."""
    asked = question.strip().rstrip("?").strip()
    for pattern, told in _WAYS:
        if found := pattern.search(asked.lower()):
            rest = f"{asked[: found.start()]} {asked[found.end() :]}".lower().strip()
            if _STILL_ASKS.search(rest):
                return None
            text = told(asked, found, answer.strip(), chance)
            text = re.sub(r"\s+(?=,)", "", re.sub(r"\s+", " ", text)).strip(" ,.")
            return f"{text[:1].upper()}{text[1:]}."
    return None


def examples(pairs: Iterable[Pair], chance: random.Random) -> Iterator[Example]:
    """Statements of Vietnamese questions with a part of their passages.

    Supported where the passage answers; not where it does not, with what a careless reader would take for an answer;
    nor where it answers another question of the same kind.
    """
    kept = [pair for pair in pairs if pair.kind in ("answer", "adversarial") and language_of(pair.question) != "en"]
    answers: dict[str, list[tuple[str, str, Span]]] = defaultdict(list)
    for pair in kept:
        if pair.answer and (kind := _kind(pair.question)):
            answers[pair.passage].append((kind, pair.passage[slice(*pair.answer)], pair.answer))
    for pair in kept:
        asked_kind = _kind(pair.question)
        own = pair.answer or pair.plausible
        others = [
            (text, span)
            for other_kind, text, span in answers[pair.passage]
            if other_kind == asked_kind and not (pair.answer and _overlap(text, pair.passage[slice(*pair.answer)]))
        ]
        if own:
            yield from _example(pair, pair.passage[slice(*own)], own, pair.answer is not None, chance)
        if others and (not own or (pair.answer and chance.random() < _EXCHANGED)):
            text, span = chance.choice(others)
            place = pair.answer if pair.answer and chance.random() < _EXCHANGED else span
            yield from _example(pair, text, place, False, chance)


def _example(pair: Pair, answer: str, place: Span, supported: bool, chance: random.Random) -> Iterator[Example]:
    told = statement(pair.question, answer, chance)
    # What the question names, and the passage too: without it the part would say less than the statement.
    needed = [name for name in _NAMED.findall(pair.question) if name in pair.passage]
    part = part_around(pair.passage, place, chance.choice(_ROOMS), needed)
    if told and part and len(told.split()) <= MOST_SYLLABLES:
        yield Example(told, part, supported, "statement")


def part_around(passage: str, place: Span, room: int, needed: Collection[str] = ()) -> str | None:
    """The sentences of a passage that hold this place, with neighbours while all have at most `room` syllables.

    It grows beyond that until it has all of `needed`; None where it would grow beyond `MOST_TEXT` syllables.
    """
    spans = [(span.start, span.end) for span in sentences(passage)]
    inside = [number for number, (start, end) in enumerate(spans) if start < place[1] and end > place[0]]
    if not inside:
        return None
    first, last = inside[0], inside[-1]

    def text(first: int, last: int) -> str:
        return passage[spans[first][0] : spans[last][1]]

    grown = True
    while grown:
        grown = False
        lacking = any(name not in text(first, last) for name in needed)
        for before, behind in ((1, 0), (0, 1)):
            new_first, new_last = first - before, last + behind
            inside_of = new_first >= 0 and new_last < len(spans)
            if inside_of and len(text(new_first, new_last).split()) <= (MOST_TEXT if lacking else room):
                first, last, grown = new_first, new_last, True
    found = text(first, last)
    fits = len(found.split()) <= MOST_TEXT and all(name in found for name in needed)
    return found if fits else None


def _kind(question: str) -> str | None:
    return next((name for name, pattern in _KINDS if pattern.search(question.lower())), None)


def _overlap(one: str, other: str) -> bool:
    """Whether two answers may be one: they share a name, a number, or nearly all they are."""
    first, second = one.lower(), other.lower()
    shared = set(_TELLING.findall(one)) & set(_TELLING.findall(other))
    return first in second or second in first or bool(shared)


# One way of asking each

Told = Callable[[str, "re.Match[str]", str, random.Random], str]


def _is_opened_by(answer: str, words: str) -> bool:
    return re.match(rf"(?:{words})\b", answer.lower()) is not None


def _why(asked: str, found: re.Match[str], answer: str, _: random.Random) -> str:
    rest = (asked[: found.start()] + asked[found.end() :]).strip()
    return f"{rest} {answer}" if _is_opened_by(answer, "vì|do|bởi|nhằm|để") else f"{rest} vì {answer}"


def _what_it_is(asked: str, found: re.Match[str], answer: str, _: random.Random) -> str:
    return f"{asked[: found.start()]}là {answer}"


def _how_many(asked: str, found: re.Match[str], answer: str, _: random.Random) -> str:
    following: Sequence[str] = found.group("things").split()
    end = found.start("things")
    for count in range(len(following), 0, -1):
        if " ".join(following[:count]) in answer.lower():
            if swallowed := re.match(rf"(?:\s+{_SYLLABLE}){{{count}}}", asked[end:]):
                end += swallowed.end()
            break
    return asked[: found.start()] + answer + asked[end:]


def _with_preposition(asked: str, found: re.Match[str], answer: str, _: random.Random) -> str:
    before = (found.group("before") or "").strip()
    if answer[:1].isdigit() and (noun := re.search(r"\b(ngày|năm|tháng|thứ)\s+nào$", found.group())):
        answer = f"{noun.group(1)} {answer}"
    repeated = before and _is_opened_by(answer, f"{before}|ở|tại|đến|từ|tới|trong|ngoài|trên|dưới|giữa|vào")
    return f"{asked[: found.start()]}{'' if repeated else before} {answer}{asked[found.end() :]}"


def _in_place(asked: str, found: re.Match[str], answer: str, _: random.Random) -> str:
    return asked[: found.start()] + answer + asked[found.end() :]


def _which(asked: str, found: re.Match[str], answer: str, chance: random.Random) -> str:
    before = asked[: found.start()].split()
    count = next(
        (
            count
            for count in (3, 2, 1)
            if before and _is_opened_by(answer, re.escape(" ".join(before[-count:]).lower()))
        ),
        0,
    )
    if not count and not (answer[:1].isupper() and chance.random() < _KEPT_NOUN):
        count = 1 if before and before[-1].lower() in _SHORT_NOUNS.split() else 2
    return " ".join([*before[: max(0, len(before) - count)], answer]) + asked[found.end() :]


def _what(asked: str, found: re.Match[str], answer: str, _: random.Random) -> str:
    before, after = asked[: found.start()], asked[found.end() :]
    if found.group() == "để làm gì" and not _is_opened_by(answer, "để|nhằm"):
        answer = f"để {answer}"
    says = re.search(r"\b(?:nói|cho biết|khẳng định|tuyên bố|cho rằng|nhận định)\s*$", before.lower())
    if says and after.strip().startswith("về"):
        return f"{before}{after} rằng {answer}"
    words = before.split()
    if found.group() == "gì" and words and _is_opened_by(answer, re.escape(words[-1].lower())):
        before = before.rstrip()[: -len(words[-1])]
    return before + answer + after


_WAYS: Final[tuple[tuple[re.Pattern[str], Told], ...]] = tuple(
    (re.compile(pattern), told)
    for pattern, told in (
        (r"^(?:vì sao|tại sao|do đâu|vì đâu)\s+(?:mà\s+)?", _why),
        (r"\s(?:vì sao|tại sao|vì lý do gì|vì lẽ gì)$", _why),
        (r"\blà (?:ai|gì|bao nhiêu|khi nào|bao giờ|ở đâu|đâu|cái gì|mấy)$", _what_it_is),
        (rf"\b(?:bao nhiêu|mấy)\b(?P<things>(?:\s+{_SYLLABLE}){{0,3}})", _how_many),
        (rf"\b(?P<before>(?:vào|từ|đến|tới|trong|hồi|cho đến)\s+)?(?:{_TIMES}\s+nào|bao giờ)\b", _with_preposition),
        (r"\b(?:như thế nào|thế nào|ra sao|bằng cách nào|làm sao)\b", _in_place),
        (r"\b(?P<before>(?:ở|tại|đến|tới|từ)\s+)?(?:đâu|nơi nào|chỗ nào)\b", _with_preposition),
        (r"\bnào\b", _which),
        (r"\bai\b", _in_place),
        (r"\b(?:để làm gì|làm gì|cái gì|điều gì|những gì|gì)\b", _what),
    )
)
