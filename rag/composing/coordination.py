"""A question about several things named side by side, asked of each of them. Rules over its wording.

"Doanh thu của Vingroup và Vinhomes đạt bao nhiêu?" may be answered in one sentence or in two articles: which of them,
only the search tells. So these parts are candidates, to be asked where the question as a whole finds no sentence that
speaks of all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import vietnamese
from rag.composing.naming import is_known, is_place
from rag.composing.persons import titles
from rag.naming.words import is_vietnamese
from rag.vietnamese import CAPITAL, SMALL

MOST_MEMBERS = 4

_JOINT = re.compile(r"\s+(?:và|cùng với|cùng|cũng như|lẫn)\s+", re.IGNORECASE)
_LISTED = re.compile(r"\s*,\s*")
_SMALL_I = re.compile(rf"i{CAPITAL}")
_NAME_START = rf"(?:{CAPITAL}[\w./+’'-]*|i{CAPITAL}\w*)"
# "Redmi Note 10 Pro" holds a number, "năm 2021 Vingroup" does not: years and days belong to what stands before.
_NAME_WORD = rf"(?:{_NAME_START}|(?!(?:19|20)\d\d\b|\d+/\d)\d[\w.+-]*)"
_NAMED = re.compile(rf"{_NAME_START}(?:\s+{_NAME_WORD})*")
_TELLING = re.compile(rf"{CAPITAL}|\d")
# Names of one phrase, and numbers by which things are told apart: "quận 1", "quý II/2021".
_RUN = re.compile(rf"(?<![\w-])(?:{_NAMED.pattern}|\d[\w./+-]*)")
_YEAR = re.compile(r"(?<=[\dIVX])[/-](?:19|20)\d\d(?!\d)")
_WITHOUT_YEAR = re.compile(
    r"(?<![\w/-])(?:\d{1,2}[/-]\d{1,2}|(?<=tháng )\d{1,2}|(?<=quý )[\dIVX]+)(?![\w/-])", re.IGNORECASE
)
# What happens between things happens to them together.
_TOGETHER = re.compile(
    r"(?<!\w)(?:giữa|nhau|lẫn nhau|chung|hay|hoặc|cách|khác|giống|so với|so sánh|gặp|hội đàm|đàm phán|ký|"
    r"đối đầu|ly hôn|ly dị|kết hôn|cưới|hẹn hò|chia tay|yêu|bắt tay|hợp tác|phối hợp|hợp nhất|sáp nhập|đối thoại|"
    r"trao đổi|giao tranh|đụng độ|xung đột|tranh chấp|chiến tranh|cuộc chiến|căng thẳng|thỏa thuận|thoả thuận|"
    r"hiệp định|hiệp ước|quan hệ|biên giới|liên minh|liên danh|liên doanh|nối|gồm|tổng cộng|"
    rf"vợ chồng|cặp|mẹ con|cha con|bố con|trận(?=\s(?-i:{CAPITAL})))(?!\w)",
    re.IGNORECASE,
)
# One of the things is asked for: "A và B ai thắng".
_ONE_OF_THEM = re.compile(
    r"\s*,?\s*(?:thì )?(?:ai|đâu|(?!(?:năm|ngày|tháng|khi|lúc|hôm|quý)\s)[^\W\d_]+ nào)(?!\w)", re.IGNORECASE
)
# Where a subject ends, and what is said of it begins.
PREDICATE = re.compile(
    r"(?<!doanh)(?<!lắp)\s(?:được|đã|đang|sẽ|là|có|bị|gồm|tên|diễn ra|cho biết|nói|phát biểu|xảy ra|trị giá|nặng|dài|"
    r"cao|sinh|quê|thuộc|nằm|kéo dài|bắt đầu|kết thúc|đến|gặp|gửi|chọn|muốn|yêu cầu|đề nghị|ký|thắng|thua|đạt|nhận|"
    r"làm|đón|đặt|bán|mua|khiến|trả|chi|thu|lãi|lỗ|tăng|giảm|mất|ghi nhận|dự kiến|phải|giá|dung lượng|vào|do|tuyên bố|"
    r"khẳng định|mở|tổ chức)(?!\w)",
    re.IGNORECASE,
)
QUESTION_WORD = re.compile(
    r"\s(?:ở đâu|khi nào|bao nhiêu|mấy|ai|gì|ra sao|thế nào|như thế nào|vì sao)(?!\w)", re.IGNORECASE
)
_COUNTED = re.compile(r"^(?:cả )?(?:hai|ba|bốn|các|những) (?=\w)", re.IGNORECASE)
_NO_SUBJECT = re.compile(r"(?:ngoài|theo|trong|khi|sau|trước|tại|từ|với|nếu|vì|do|ở|ai|để)(?!\w)", re.IGNORECASE)
# What begins a question with a capital and is no part of the name behind it, but may be of all names.
_OPENING = re.compile(
    r"(?:(?:Theo|Tại|Ở|Trong|Với|Ngày|Khi|Vì|Do|Giá|Để|Ngoài|Cho|Từ|Vaccine|Hãng|Tỉnh|Huyện|Phim|Nước|Đội|CLB)\s)?"
)
# A title may hold "và": of several works the plural is said, or the word again ("phim A và phim B").
_ONE_WORK = re.compile(
    r"(?:(?<!hai )(?<!ba )(?<!các )(?<!những )(?<!nhiều )(?<!bộ )|(?:\A|(?<!\w)(?<!hai )(?<!ba )(?<!các )(?<!những )"
    r"(?<!nhiều ))(?:bộ|cuốn|quyển|vở) )(?<!\w)(?:phim|bài hát|ca khúc|sách|truyện|tiểu thuyết|kịch|trò chơi|MV|album)"
    r"\s+[“\"]?\Z",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
# "Đại học Oxford và AstraZeneca": a foreign name, of no place, stands without the kind of the name before it.
_INSTITUTION = re.compile(
    r"(?<!\w)(?:trường )?(?:đại học|học viện|viện|bệnh viện|công ty|tập đoàn|hãng|ngân hàng|quỹ|báo|đài|câu lạc bộ|CLB|"
    r"đội)\s+\Z",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"(?<!\w)(?:bao nhiêu|mấy)(?!\w)", re.IGNORECASE)
_NOUN_ENDS = re.compile(
    r"\s(?:của|ở|tại|trong|trên|cho|theo|tính|sau|trước|từ|năm|tháng|ngày|quý|hôm nay|hiện nay|hiện tại|hiện|này|"
    r"lần lượt|tương ứng|mỗi|hằng|hàng|từng|mới|còn|chiếm|bằng|cần|dùng)(?!\w)|\s*,",
    re.IGNORECASE,
)
_HAS = re.compile(r"(?<!\w)(?:có|đạt|gồm|là)\s", re.IGNORECASE)
_MOST_NOUN_WORDS = 4
_LEAST_WORDS_BESIDE = 2
_CLAUSE = re.compile(r",\s+")


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Things that a question names side by side; `parts` are the same question of each, in the same order.

    `named` tells that they have names or numbers: "doanh thu và lợi nhuận" have none, and may be called otherwise.
    """

    members: tuple[str, ...]
    parts: tuple[str, ...]
    named: bool = True

    def spoken_of(self, text: str) -> tuple[str, ...]:
        """Those of them that a text names."""
        held = frozenset(vietnamese.syllables(text))
        return tuple(member for member in self.members if _telling(member) <= held)


def as_question(text: str) -> str:
    """Words as a question of their own."""
    return f"{text if _SMALL_I.match(text) else text[:1].upper() + text[1:]}?"


def side_by_side(question: str) -> SideBySide | None:
    """The things that a question (NFC, with diacritics) is asked of, two to four; None where it names no such."""
    text = vietnamese.nfc(question).strip().rstrip(" ?.!")
    if _TOGETHER.search(text):
        return None
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    for joint in _JOINT.finditer(text):
        if any(start < joint.start() < end for start, end in quoted):
            continue
        found = _names(text, joint) or _phrases(text, joint)
        if found is None or not all(map(_names_of, found[2])):
            found = _nouns(text, joint)
        if found is None or _ONE_WORK.search(text[: found[0]]):
            continue
        start, end, members = found
        members = _with_year(members)
        if _ONE_OF_THEM.match(text, end) or len(f"{text[:start]} {text[end:]}".split()) < _LEAST_WORDS_BESIDE:
            continue
        if 2 <= len(members) <= MOST_MEMBERS and len(set(members)) == len(members):
            before, after = _COUNTED.sub("", text[:start]), text[end:]
            alone = _INSTITUTION.sub("", before)
            parts = (
                f"{alone if place and _stands_alone(member) else before}{member}{after}".strip()
                for place, member in enumerate(members)
            )
            named = all(map(_names_of, members))
            return SideBySide(tuple(members), tuple(map(as_question, parts)), named)
    return None


def _names(text: str, joint: re.Match[str]) -> tuple[int, int, list[str]] | None:
    """Names right before and behind a joint: "(MB, Techcombank) và (TPBank) đặt mục tiêu"."""
    behind = _NAMED.match(text, joint.end())
    if behind is None or _titled(text, joint.end()) or _goes_on(text, behind):
        return None
    before: list[re.Match[str]] = []
    upto = joint.start()
    while True:
        ending = [name for name in _NAMED.finditer(text, 0, upto) if name.end() == upto]
        if not ending:
            break
        before.insert(0, ending[-1])
        comma = [comma for comma in _LISTED.finditer(text, 0, before[0].start()) if comma.end() == before[0].start()]
        if not comma:
            break
        upto = comma[-1].start()
    if not before:
        return None
    start = before[0].start() + _OPENING.match(before[0][0]).end()  # type: ignore[union-attr]
    before_names = [text[start : before[0].end()], *(name[0] for name in before[1:])]
    return start, behind.end(), [*before_names, behind[0]]


def _stands_alone(name: str) -> bool:
    return not is_place(name) and not any(is_vietnamese(word.lower()) for word in name.split())


def _goes_on(text: str, name: re.Match[str]) -> bool:
    """Whether a name's last capital only begins a word of several syllables: "Đào tạo", "Hòn đá phù thủy"."""
    if name[0].split()[-1].isupper():
        return False
    if re.match(rf"\s+{SMALL}+(?=\s+{CAPITAL})", text[name.end() :]):
        return True
    alone = is_vietnamese(name[0].lower()) and not is_known(name[0])
    behind = re.match(rf"\s+{SMALL}", text[name.end() :])
    return alone and behind is not None and not (PREDICATE.match(text, name.end()) or _asks(text, name.end()))


def _asks(text: str, at: int) -> bool:
    return QUESTION_WORD.match(text, at) is not None


def _phrases(text: str, joint: re.Match[str]) -> tuple[int, int, list[str]] | None:
    """Like phrases on both sides: "của Man Utd … và của Man City …", "cháy ở Iraq và cháy ở Ấn Độ làm …"."""
    head = re.match(r"[^\W\d_]+", text[joint.end() :])
    if head is None or (head[0][:1].isupper() and not _titled(text, joint.end())):
        return None
    earlier = list(re.finditer(rf"(?<!\w){re.escape(head[0])}(?!\w)", text[: joint.start()], re.IGNORECASE))
    clauses = [comma.end() for comma in _CLAUSE.finditer(text, 0, joint.start())]
    start = earlier[-1].start() if earlier else (clauses[-1] if clauses else 0)
    first = text[start : joint.start()]
    telling = _TELLING.search(text, joint.end())
    if telling is None or _TELLING.search(first[1:]) is None or (not earlier and _NO_SUBJECT.match(first)):
        return None
    predicate, asks = PREDICATE.search(text, telling.start()), QUESTION_WORD.search(text, telling.start())
    upto = min((found.start() for found in (predicate, asks) if found), default=len(text))
    said = predicate is not None and predicate.start() == upto
    if not earlier and not said:
        return None
    last = _last_alike(text, first, joint.end() + len(head[0]), upto)
    if last is None and not said:
        return None
    if last is not None and _goes_on(text, last):
        return None
    end = last.end() if last is not None else upto
    return start, end, [first, text[joint.end() : end]]


def _nouns(text: str, joint: re.Match[str]) -> tuple[int, int, list[str]] | None:
    """Amounts of two things without names: "Doanh thu và lợi nhuận của … là bao nhiêu", "giá xăng và giá dầu …"."""
    counts = _COUNTS.search(text, joint.end())
    if counts is None or joint[0].strip().lower() != "và" or _COUNTS.search(text[: joint.start()]):
        return None
    ends = (pattern.search(text, joint.end()) for pattern in (PREDICATE, QUESTION_WORD, _NOUN_ENDS))
    end = min([counts.start(), *(found.start() for found in ends if found)])
    other = text[joint.end() : end]
    has = list(_HAS.finditer(text, 0, joint.start()))
    clause = max((comma.end() for comma in _CLAUSE.finditer(text, 0, joint.start())), default=0)
    start = max(clause, has[-1].end() if has else 0)
    one = text[start : joint.start()]
    # "giá xăng và giá dầu": the first begins with the word that the second begins with.
    alike = (
        list(re.finditer(rf"(?<!\w){re.escape(other.split(maxsplit=1)[0])}\s\w", one, re.I)) if other.strip() else []
    )
    if alike:
        start += alike[-1].start()
        one = text[start : joint.start()]
    if _NO_SUBJECT.match(one) or _TELLING.search(one, 0 if start else 1) or _TELLING.search(other):
        return None
    if start == 0 and (is_place(one.split(maxsplit=1)[0]) or not is_vietnamese(one.split(maxsplit=1)[0].lower())):
        return None
    members = [one, other]
    fit = all(1 <= len(member.split()) <= _MOST_NOUN_WORDS and not _NOUN_ENDS.search(member) for member in members)
    return (start, end, members) if fit and "nhất" not in other else None


def _last_alike(text: str, first: str, start: int, upto: int) -> re.Match[str] | None:
    """Where a first phrase ends with a name or number: the one in `text[start:upto]` that ends the second like it."""
    of_first = list(_RUN.finditer(first, 1))
    if not of_first or of_first[-1].end() != len(first):
        return None
    of_second = [run for run in _RUN.finditer(text, start) if run.end() <= upto]
    return of_second[len(of_first) - 1] if len(of_second) >= len(of_first) else None


def _titled(text: str, at: int) -> bool:
    return any(start == at for _, start, _ in titles(text))


def _with_year(members: Sequence[str]) -> list[str]:
    """Days, months and quarters with the year that stands only with the last of them."""
    year = _YEAR.search(members[-1])
    if year is None:
        return list(members)
    return [*(_WITHOUT_YEAR.sub(rf"\g<0>{year[0]}", member, count=1) for member in members[:-1]), members[-1]]


def _telling(member: str) -> frozenset[str]:
    """The syllables by which a member is known: those of its names and numbers, of one without names all."""
    return _names_of(member) or frozenset(vietnamese.syllables(member))


def _names_of(member: str) -> frozenset[str]:
    """The syllables of its names and numbers, without the capital that a phrase begins with."""
    words = member.split()
    names = [word for place, word in enumerate(words) if _TELLING.match(word) and (place or _NAMED.fullmatch(member))]
    return frozenset(vietnamese.syllables(" ".join(names)))
