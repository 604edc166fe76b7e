"""Whom a pronoun or a bare title in a quoted sentence means: told from the sentences before it, or not at all.

"Ông nói" and "Ngoại trưởng cho biết" name nobody when the sentence stands alone. The nearest sentence before that
names a person of that title and gender decides; two such persons in it leave the pronoun open, and then that sentence
is to be quoted too. Names come from the article's own text, never from elsewhere. What stands in quotation marks is
left as it is: there the pronouns are the speaker's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag import vietnamese
from rag.composing.naming import states_in
from rag.composing.persons import GENDERS, Person, known_name, others_in, persons_in, surnames_in, titles
from rag.datatypes import Span
from rag.vietnamese import CAPITAL, SMALL

# How far back is looked: further off a reader would not know either.
_CHARS_BACK = 4_000
_SENTENCES_BACK = 6
_MOST_BRACKETS = 3

_SPEAKS = (
    r"(?:nói|cho biết|cho rằng|cho hay|khẳng định|nhấn mạnh|tuyên bố|phát biểu|chia sẻ|kể|bày tỏ|cảnh báo|viết|"
    r"thừa nhận|giải thích|nhận định|lưu ý|bổ sung|trả lời|đề nghị|kêu gọi|yêu cầu|thông báo|"
    r"bộc bạch|tâm sự|tiết lộ|đánh giá)"
)
_NOUN_AFTER = (
    r"(?:chủ|trùm|lớn|cụ|lão|mẹ|con|ngoại|nội|bầu|bà|hoàng|đồ|xã|bố|cha|tổ|già|trời|đỡ|lang|ba|hai|nào|gì|ấy là|ngoạn)"
)
_PRONOUN = re.compile(
    rf"(?<![\w-])(?P<he>(?i:ông|bà))(?: (?:này|ấy|ta))?(?= (?!{_NOUN_AFTER}\b){SMALL}|[,.;:!?”\"]|$)"
    rf"|(?<![\w-])(?P<kin>anh|chị|cô|Chị|Cô)(?: (?:này|ấy|ta)\b|(?= (?:cũng |đã |còn )?{_SPEAKS}\b))"
    r"|(?<![\w-])(?P<kin2>Anh) (?:này|ấy|ta)\b"
)
_STATE = re.compile(
    r"(?<!\w)(?<![Nn]hững )(?<![Cc]ác )(?<![Hh]ai )(?<![Nn]hiều )(?<![Mm]ỗi )(?i:nước|quốc gia|đất nước) này(?!\w)"
)
_BODY = re.compile(
    r"(?<!\w)(?P<noun>(?i:tổ chức|công ty|tập đoàn|hãng|ngân hàng|cơ quan|liên minh|doanh nghiệp|trường|bệnh viện|"
    r"câu lạc bộ|clb|đội bóng|bộ|đảng|tờ báo|hiệp hội|ủy ban|uỷ ban|viện|sở|thành phố|tỉnh|huyện|quận|xã)) này(?!\w)"
)
_BOTH = re.compile(r"(?<!\w)(?i:hai|cả hai) (?:bên|nước|quốc gia)(?!\w)")
_NAME = rf"{CAPITAL}[\w&’'-]*(?: (?:{CAPITAL}|\d)[\w&’'-]*)*"
_SOMEBODY = re.compile(
    r"(?<!\w)(?:người|nạn nhân|nghi phạm|bị cáo|bị can|tài xế|chồng|vợ|con trai|con gái|bố|mẹ|cha|cụ|cậu|bé|học sinh|"
    r"sinh viên|bệnh nhân|giáo viên)(?!\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a quoted sentence leaves open: names to put behind words of it, and a sentence that is to be quoted too.

    `insertions` are (offset in the sentence, name), in order. `antecedent` is the sentence before, in the article's
    offsets, that holds the persons or states between which the text alone does not decide.
    """

    insertions: tuple[tuple[int, str], ...] = ()
    antecedent: Span | None = None

    def applied(self, sentence: str) -> str:
        """The sentence with the names in square brackets."""
        parts: list[str] = []
        at = 0
        for offset, name in self.insertions:
            parts += [sentence[at:offset], f" [{name}]"]
            at = offset
        return "".join([*parts, sentence[at:]])


def resolve(text: str, start: int, end: int) -> Resolution:
    """What `text[start:end]`, a sentence of an article, leaves open, and what the text before it says to that."""
    sentence = text[start:end]
    begin = max(0, start - _CHARS_BACK)
    back = [
        Span(begin + span.start, begin + span.end)
        for span in vietnamese.sentences(text[begin:start])
        if begin == 0 or span.start > 0
    ][::-1]
    context = _Context(text, start, back)
    quoted = quoted_ranges(sentence, opened=_opened(text, start))
    insertions: list[tuple[int, str]] = []
    antecedent: Span | None = None
    told: set[str] = set()
    for found in _open_words(sentence):
        if any(first <= found.start < last for first, last in quoted) or found.key in told:
            continue
        told.add(found.key)
        name, candidates = context.meaning(found, sentence)
        if name is not None:
            insertions.append((found.end, name))
        elif antecedent is None and candidates is not None and not sentence[: found.start].strip(' "“-–'):
            antecedent = candidates
    return Resolution(tuple(insertions[:_MOST_BRACKETS]), antecedent)


@dataclass(frozen=True, slots=True)
class _Open:
    """A word of the sentence that names nobody: what kind it is, and where."""

    kind: str
    word: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return f"{self.kind} {self.word}"


def _open_words(sentence: str) -> list[_Open]:
    found = [
        _Open("person", (match["he"] or match["kin"] or match["kin2"]).lower(), match.start(), match.end())
        for match in _PRONOUN.finditer(sentence)
    ]
    found += [_Open("title", title, start, end) for title, start, end in _bare_titles(sentence)]
    found += [_Open("state", "nước", match.start(), match.end()) for match in _STATE.finditer(sentence)]
    found += [_Open("body", match["noun"].lower(), match.start(), match.end()) for match in _BODY.finditer(sentence)]
    found += [_Open("both", "hai", match.start(), match.end()) for match in _BOTH.finditer(sentence)]
    return sorted(found, key=lambda each: each.start)


_OF_A_TITLE = re.compile(rf" (?:(?:này|đã|cũng|còn|từng|vừa|tiếp tục) )?{_SPEAKS}\b|,? {_SPEAKS}\b")


def _bare_titles(sentence: str) -> Iterator[tuple[str, int, int]]:
    """Titles that stand before a verb of saying, without a name or a state: "Ngoại trưởng cho biết"."""
    for title, start, end in titles(sentence):
        if _OF_A_TITLE.match(sentence, end):
            yield title, start, end + (4 if sentence.startswith(" này", end) else 0)


class _Context:
    """The sentences before the quoted one, nearest first."""

    def __init__(self, text: str, start: int, back: Sequence[Span]) -> None:
        self._text = text
        self._back = back
        self._all = persons_in(text[back[-1].start : start]) if back else []

    def meaning(self, found: _Open, sentence: str) -> tuple[str | None, Span | None]:
        """The name meant, or the sentence between whose names the text does not decide; neither where there is none."""
        if found.kind in {"person", "title"}:
            return self._person(found, sentence)
        if found.kind == "state":
            return self._state(sentence[: found.start])
        if found.kind == "body":
            return self._body(found.word, sentence[: found.start])
        return self._both(sentence, found)

    def _person(self, found: _Open, sentence: str) -> tuple[str | None, Span | None]:
        gender = GENDERS.get(found.word)
        before = [each for each in persons_in(sentence[: found.start]) if self._fits(each, gender, found)]
        if before or self._speaks_of_somebody(found, sentence):
            return None, None
        for span in self._back[:_SENTENCES_BACK] if found.kind == "person" else self._back:
            near, others = self._named(span.of(self._text), found)
            inside = [each for each in near if self._fits(each, gender, found)]
            names = list(dict.fromkeys(known_name(each, self._all, gender) for each in inside))
            if len(names) == 1 and not others and any(map(self._sure, inside)):
                return names[0], None
            if names or others:
                return None, span
        return None, None

    def _speaks_of_somebody(self, found: _Open, sentence: str) -> bool:
        """Whether a person without a name comes before a pronoun that is not the speaker: "một bộ trưởng … của ông"."""
        if found.kind == "title" or re.match(rf" {_SPEAKS}\b", sentence[found.end :]):
            return False
        before = sentence[: found.start]
        return _SOMEBODY.search(before) is not None or any(True for _ in titles(before))

    def _fits(self, person: Person, gender: str | None, found: _Open) -> bool:
        if found.kind == "title":
            return person.title == found.word
        if person.gender:
            return person.gender == gender
        # "Tổng thống Trump" may be he whom "ông Trump" names, whatever "bà Ivanka Trump" says.
        known = {other.gender for other in self._all if other.gender and _same_person(other, person)}
        return not known or gender in known

    def _sure(self, person: Person) -> bool:
        return person.sure or any(other.gender and _same_person(other, person) for other in self._all)

    def _named(self, sentence: str, found: _Open) -> tuple[list[Person], list[str]]:
        """The persons of a sentence, also by a name introduced elsewhere; and names that may be somebody else's."""
        persons = persons_in(sentence)
        if found.kind == "title":
            return persons, []
        bare = [Person(name, None, None, 0, 0) for name in surnames_in(sentence)]
        known = [each for each in bare if any(_same_person(other, each) for other in self._all)]
        return [*persons, *known], [*others_in(sentence), *(each.name for each in bare if each not in known)]

    def _state(self, before: str) -> tuple[str | None, Span | None]:
        if states_in(before):
            return None, None
        for span in self._back[:2]:
            names = list(dict.fromkeys(name for _, _, name in states_in(span.of(self._text))))
            if len(names) == 1:
                return names[0], None
            if names:
                return None, span
        return None, None

    def _body(self, noun: str, before: str) -> tuple[str | None, Span | None]:
        pattern = re.compile(rf"(?<!\w)(?i:{re.escape(noun)}) ({_NAME})")
        if pattern.search(before):
            return None, None
        for span in self._back[:3]:
            names = list(dict.fromkeys(match[0] for match in pattern.finditer(span.of(self._text))))
            if len(names) == 1:
                return names[0], None
            if names:
                return None, span
        return None, None

    def _both(self, sentence: str, found: _Open) -> tuple[str | None, Span | None]:
        """The two states of the sentences right before, if there are just two and they stand side by side in one."""
        here = states_in(sentence)
        if len({name for start, _, name in here if start < found.start}) > 1:
            return None, None
        if any(start <= found.end + 1 for start, _, _ in here if start >= found.end):
            return None, None
        near = self._back[:2]
        everywhere = {name for span in near for _, _, name in states_in(span.of(self._text))}
        for span in near:
            named = states_in(span.of(self._text))
            for (_, first_end, first), (second_start, _, second) in pairwise(named):
                joint = span.of(self._text)[first_end:second_start]
                if first != second and re.fullmatch(r"\s?[-–]\s?| và | với ", joint):
                    if everywhere == {first, second}:
                        return f"{first} và {second}", None
                    return None, span
        return None, None


def _same_person(one: Person, other: Person) -> bool:
    first, second = one.name.split(), other.name.split()
    return first[-1] == second[-1] and (len(first) == 1 or len(second) == 1 or first == second)


def _opened(text: str, start: int) -> bool:
    """Whether a sentence begins inside a quotation: one that its paragraph has opened and not closed."""
    paragraph = text[text.rfind("\n", 0, start) + 1 : start]
    return paragraph.count("“") > paragraph.count("”") or paragraph.count('"') % 2 == 1


def quoted_ranges(text: str, *, opened: bool = False) -> list[tuple[int, int]]:
    """Where a sentence quotes, from an opening quotation mark to its closing one, or to the end where that is missing.

    `opened` says that the sentence begins inside a quotation.
    """
    if opened:
        closing = re.search(r"[”\"]", text)
        end = closing.end() if closing else len(text)
        return [(0, end), *((end + first, end + last) for first, last in quoted_ranges(text[end:]))]
    return [(m.start(), m.end()) for m in re.finditer(r"“[^”]*(?:”|\Z)|«[^»]*(?:»|\Z)|\"[^\"]*(?:\"|\Z)", text)]
