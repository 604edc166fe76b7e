"""A model's text as sentences with the numbers of the excerpts that they cite."""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.composing.wording import capitalised
from rag.generation.checks.plain import plain
from rag.generation.records import Marked
from rag.sentences import sentences

# "[1]", "[1, 2]", "[1][2]", "[1-3]", "【1】", "[^1]", "[Nguồn 1]", "【1†nguồn】"; no number of an
# excerpt has more than four figures. "(1)" also counts points: it is a marker where it ends a sentence.
INSIDE = (
    r"\s*\^?(?:(?:nguồn|đoạn|trích đoạn|tài liệu|bằng chứng|số|source|excerpt|doc|ref)\s*:?\s*)?#?"
    r"\d{1,4}(?:\s*(?:[,;–—-]|và|and)\s*(?:nguồn\s*)?#?\d{1,4}){0,20}\s*(?:†[^\]】]{0,40})?"
)
MARKER = re.compile(rf"\[{INSIDE}\]|【{INSIDE}】|\[\[{INSIDE}\]\]", re.IGNORECASE)
"""Brackets of full width are none: a prompt shows an article's own "[3]" with them."""

_ROUND = re.compile(r"\((\d{1,2}(?:\s*,\s*\d{1,2}){0,10})\)")
_NUMBER = re.compile(r"\d{1,4}")
_SPAN = re.compile(r"(\d{1,4})\s*[–—-]\s*(\d{1,4})")
_MOST_IN_A_SPAN = 20
# One character that stands for a marker while sentences are cut; such text has none of its own, they are controls.
_OPEN, _CLOSE = "\x02", "\x03"
_HELD = re.compile(rf"[ \t]*{_OPEN}(\d+){_CLOSE}")
_BEHIND_STOP = re.compile(rf"(?<![.!?…])([.!?…]++[”\"’»)]*+)((?:[ \t]*+{_OPEN}\d++{_CLOSE})++)")
_LEADS, _TRAILS = re.compile(rf"\s*{_OPEN}\d+{_CLOSE}"), re.compile(rf"{_CLOSE}[\s.!?…”\"]*\Z")
_BEFORE_SIGN = re.compile(r"\s+([,.;:!?…])")
_SPACES = re.compile(r"\s+")
# What is longer is no answer; the rest of it is left.
MOST_CHARS = 40_000
_LABEL = re.compile(
    r"(?:trả lời|câu trả lời|đáp án|kết luận|tóm tắt|nguồn|trích dẫn|tài liệu tham khảo|ghi chú|answer|sources?)\s*:?",
    re.IGNORECASE,
)
# "Dựa trên các đoạn trích, câu trả lời là: …": words about the answer, which no source has.
_MARK = rf"\s{{0,2}}{_OPEN}\d{{1,9}}{_CLOSE}"
_MARKS = rf"(?:{_MARK}(?:(?:\s{{0,2}},| và)?{_MARK}){{0,9}})"
_SHOWN = r"(?:các |những |\d+ )?(?:đoạn trích(?: báo)?|trích đoạn|ngữ cảnh)"
_GIVEN = r"(?:các |những )?(?:thông tin|nguồn|tài liệu|bài báo|dữ liệu|văn bản|đoạn văn)"
_BY_SHOWN = (
    rf"(?:(?:dựa|căn cứ) (?:trên|vào|theo)|theo(?: như)?|trong|từ) (?:(?:nội dung|thông tin) (?:trong |từ |của |ở )?)?"
    rf"(?:{_SHOWN}(?: (?:(?:được|đã) (?:cung cấp|cho|đưa ra|đánh số)|ở trên|bên trên|trên|này|đó|số)){{0,2}}{_MARKS}?"
    rf"|đoạn(?: số)?{_MARKS}|{_GIVEN} (?:được|đã) (?:cung cấp|cho|đưa ra)){_MARKS}?\s{{0,2}}[,:](?:\s{{1,2}}thì)?"
)
_THE_ANSWER = (
    r"(?:(?:dưới|sau) đây là )?(?:câu trả lời|đáp án)(?: (?:ngắn gọn|đầy đủ|cho câu hỏi|này|trên|của tôi)){0,3}"
    r"(?: (?:là|như sau)\s{0,2}:|\s{0,2}:| (?:là|như sau)(?=\Z| (?-i:[A-ZĐ\d])))"
)
_ENGLISH = (
    r"(?:based on|according to|from) (?:the |these |this )?(?:(?:provided|given|above|following|numbered|news) ){0,2}"
    r"(?:excerpts?|passages?|context|text|information|sources?|articles?)(?: (?:provided|given|above)){0,2}\s{0,2}[,:]"
    r"|(?:here is|here['’]s) (?:the |my |your )?(?:answer|summary|translation)[^.:\n]{0,40}:"
    r"|(?:the|my) answer is\s{0,2}(?::|that\b)"
)
_OBLIGING = r"(?:chắc chắn rồi|tất nhiên rồi|vâng|dạ|sure|certainly|of course)\s{0,2}[!,.:]"
_PREAMBLE = re.compile(
    rf"(?:(?:{_OBLIGING}|{_BY_SHOWN}|{_ENGLISH}|{_THE_ANSWER})(?:\s{{1,4}}|\Z)){{1,4}}", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]")


def marked_sentences(text: str, given: Collection[int]) -> list[Marked]:
    """The sentences of a model's text in order, as plain text in normal form C, without their markers.

    A marker may stand in its sentence or behind its full stop. Markers of numbers that are not in `given` are removed
    and counted. Headings, labels such as "Nguồn:", words about the answer such as "Dựa trên các đoạn trích,", and
    markers alone are no sentences.
    """
    prose = plain(text[:MOST_CHARS])
    numbers: list[tuple[int, ...]] = []

    def hold(found: re.Match[str]) -> str:
        numbers.append(_numbers(found[0]))
        return f"{_OPEN}{len(numbers) - 1}{_CLOSE}"

    prose = MARKER.sub(hold, prose)
    prose = _ROUND.sub(lambda found: hold(found) if _is_marker(found, given) else found[0], prose)
    # Markers stand before a sentence's end while it is cut, so that they stay with it. A line that begins with one has
    # them before its sentences.
    prose = "\n".join(
        line if _LEADS.match(line) and not _TRAILS.search(line) else _BEHIND_STOP.sub(r"\2\1", line)
        for line in prose.split("\n")
    )
    known = frozenset(given)
    marked: list[Marked] = []
    for span in sentences(prose):
        sentence = span.of(prose)
        cited: dict[int, None] = {}
        unknown = 0
        for found in _HELD.finditer(sentence):
            for number in numbers[int(found[1])]:
                if number in known:
                    cited[number] = None
                else:
                    unknown += 1
        told = sentence.lstrip()
        preamble = _PREAMBLE.match(told)
        words = capitalised(_without(told[preamble.end() :])) if preamble else _without(told)
        if not _WORD.search(words) or _LABEL.fullmatch(words):
            if marked and (cited or unknown):
                last = marked[-1]
                marked[-1] = Marked(last.text, tuple(dict.fromkeys((*last.cited, *cited))), last.unknown + unknown)
            continue
        marked.append(Marked(words, tuple(cited), unknown))
    return marked


def _without(sentence: str) -> str:
    return _BEFORE_SIGN.sub(r"\1", _SPACES.sub(" ", _HELD.sub("", sentence)).strip())


def _numbers(marker: str) -> tuple[int, ...]:
    """The numbers of a marker; "[1-3]" names three."""
    found: dict[int, None] = {}
    spans = {(int(one), int(other)) for one, other in _SPAN.findall(marker)}
    for one, other in sorted(spans):
        if one < other <= one + _MOST_IN_A_SPAN:
            found.update(dict.fromkeys(range(one, other + 1)))
    found.update(dict.fromkeys(int(number) for number in _NUMBER.findall(marker.split("†", maxsplit=1)[0])))
    return tuple(found)


def _is_marker(found: re.Match[str], given: Collection[int]) -> bool:
    """Whether "(1)" is a marker: given numbers alone, at the end of a sentence."""
    text = found.string
    before, after = text[: found.start()].rstrip(" \t")[-1:], text[found.end() : found.end() + 2].lstrip(" \t")
    ends = not after or after[0] in ".!?…\n" or (before in ".!?…" and bool(before))
    numbers = [int(number) for number in _NUMBER.findall(found[1])]
    return ends and bool(before) and before != "\n" and all(number in given for number in numbers)
