"""A later part of a question as a question of its own: with who or what its pronoun or its silence stands for.

"Trận A - B ai thắng, tỷ số bao nhiêu?" asks the score of the match. Rules over the wording.
"""

from __future__ import annotations

import re

from rag.composing.coordination import PREDICATE, QUESTION_WORD
from rag.composing.naming import is_place
from rag.composing.persons import persons_in, titles
from rag.composing.sharing import ASKS, counted_in, happening
from rag.naming.words import is_vietnamese
from rag.vietnamese import CAPITAL, SMALL

QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")

_PRONOUN_FIRST = re.compile(rf"(?:ông|bà|anh|chị|cô)(?: (?:ấy|ta|này))?(?= (?-i:{SMALL}))", re.IGNORECASE)
_PRONOUN_OTHER = re.compile(
    r"(?<!\w)(?:họ|nó|(?:(?P<place>nước|nơi|thành phố|tỉnh)|tổ chức|công ty|cơ quan|ngân hàng|hãng|tập đoàn|"
    r"doanh nghiệp|đội|vụ) (?:này|đó|ấy))(?!\w)",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"(?<!\w){CAPITAL}[\w./’'-]*(?: {CAPITAL}[\w./’'-]*)*")
# What something is done to, not where: "thắng Barcelona", but not "bán ở Nhật Bản".
_DONE_TO = re.compile(rf"(?<!\w)(?<!ở )(?<!tại )(?<!từ )(?<!của )(?:{CAPITAL}|i{CAPITAL})")
_NAME_FIRST = re.compile(rf"{CAPITAL}[\w./’'-]*(?: (?:{CAPITAL}[\w./’'-]*|\d+(?![/\d])))*(?= {SMALL})")
_EVENT_FIRST = re.compile(r"(?:cuộc|vụ|trận|phiên|chuyến|cơn|đợt|hội nghị|dự án|lễ|giải)(?!\w)", re.IGNORECASE)
# "Trận Việt Nam gặp Malaysia", "Phim Phía trên vách núi": the name goes on to what is said of it.
_HEADED = re.compile(
    rf"(?:{_EVENT_FIRST.pattern}|(?:(?:bộ |loạt )?phim|bài hát|ca khúc|(?:cuốn |quyển )?sách|tiểu thuyết|truyện|"
    rf"vở(?: kịch)?|chương trình|MV|album|trò chơi|game)(?= (?-i:{CAPITAL}|[“\"])))",
    re.IGNORECASE,
)
_OF_THE_HEADED = re.compile(
    r"\s(?:diễn ra|xảy ra|kết thúc|bắt đầu|kéo dài|khai mạc|tên|có|gồm|là|được|bị|đã|đang|sẽ|làm|khiến|gây|do|vì|"
    r"ra mắt|ra rạp|ra đời|công chiếu|khởi chiếu|chiếu|phát hành|phát sóng|lên sóng|thu|đạt|đoạt|giành|dài|"
    r"mạnh|rộng|cao|của)(?!\w)",
    re.IGNORECASE,
)
# What is asked, without what it is asked of: "đội nào" leaves "đội", "năm nào" nothing.
ASK_PHRASE = re.compile(
    rf"(?:\s+(?:là|có|được|vào|ở|tại|với|của|cho|bởi|do|từ|như|(?:ngày|tháng|năm|lúc|giờ|quý)(?= nào)))*"
    rf"\s*{ASKS.pattern}",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\s*(?:ai|gì|nào)\Z", re.IGNORECASE)
_NOUN_FIRST = re.compile(r"(?:giá|dung lượng)\s", re.IGNORECASE)
_WITHIN = re.compile(r"trong đó\s", re.IGNORECASE)
_WHO_IS = re.compile(r"ai là (?P<who>.+)\Z", re.IGNORECASE)
_TIME = re.compile(r"(?<!\w)(?:ngày|tháng|năm|lúc|giờ|khi)(?!\w)", re.IGNORECASE)
# "Có mấy giả thuyết? Đó là gì?" asks which those are that the first part counts.
_WHICH_THEY_ARE = re.compile(
    r"(?:(?:đó|đây|chúng|họ|cụ thể)\s+)?(?:là|gồm|bao gồm)\s+(?:(?:những|các)\s+)?"
    r"(?:gì|ai|đâu|[^\W\d_]+(?: [^\W\d_]+){0,2} nào)",
    re.IGNORECASE,
)
_NO_NOUN_LAST = re.compile(r"\s+(?:về|của|với|cho|trong|ở|tại|từ|được|bị|có)\Z", re.IGNORECASE)
_MOST_ATTRIBUTE_WORDS = 5
_MOST_TITLE_WORDS = 6


def standalone(piece: str, first: str, *, new: bool) -> str:
    """A later part with the name that its pronoun stands for, or with what the first part is about where it has none.

    `new` tells that it begins a sentence of its own.
    """
    if _WHICH_THEY_ARE.fullmatch(piece) and (counted := _counted_ones(first)):
        return counted
    if _WITHIN.match(piece):
        return f"{_before_asked(first)}, {piece}"
    person = _PRONOUN_FIRST.match(piece)
    if (who := _WHO_IS.match(first)) and ASKS.search(who["who"]) is None:
        if person is not None:
            return f"{who['who']}{piece[person.end() :]}"
        if not new and PREDICATE.match(f" {piece}") and not _NOUN_FIRST.match(piece):
            return f"{who['who']} {piece}"
    subject = None if own_name(piece) else _subject(first)
    if subject is not None:
        return _with_subject(piece, first, subject, person)
    return piece if new or person or own_name(piece) else _of_the_event(piece, first)


def _counted_ones(first: str) -> str | None:
    """The question which ones there are, of one how many there are; None where it counts nothing."""
    what = counted_in(first)
    noun = _NO_NOUN_LAST.sub("", what) if what else None
    asks = re.search(rf"(?<!\w)(?:bao nhiêu|mấy)\s+{re.escape(noun)}(?!\w)", first, re.IGNORECASE) if noun else None
    return f"{first[: asks.start()]}những {noun} nào{first[asks.end() :]}" if asks else None


def _with_subject(piece: str, first: str, subject: str, person: re.Match[str] | None) -> str:
    if person is not None:
        return f"{subject}{piece[person.end() :]}"
    if other := _PRONOUN_OTHER.search(piece):
        meant = _named(first, place=True) if other["place"] else _named(first) or subject
        return f"{piece[: other.start()]}{meant}{piece[other.end() :]}" if meant else piece
    if _is_of_its_own(piece):
        return piece
    lower = f"{piece[:1].lower()}{piece[1:]}"
    if PREDICATE.match(f" {piece}") and not _NOUN_FIRST.match(piece):
        return f"{subject} {lower}"
    of_more, found = _is_of_more(first, subject, piece), happening(first)
    about = _before_asked(first) if of_more else subject
    if found and (of_more or _EVENT_FIRST.match(first)):
        return f"{about} {found[0]}, {lower}"
    return f"{about}, {lower}" if of_more else f"{about} {lower}"


def _is_of_its_own(piece: str) -> bool:
    """Whether a part says before its question what it is about: an event or office with a name, a name of no place."""
    if names_something(piece) and (_EVENT_FIRST.match(piece) or any(start == 0 for _, start, _ in titles(piece))):
        return True
    # "trong quý I/2021" behind the question says when, not what of.
    when = happening(piece)
    before = piece[1 : len(piece) - len(when[0])] if when else piece[1:]
    says = PREDICATE.match(f" {piece}") is not None and not _NOUN_FIRST.match(piece)
    return not says and not all(is_place(name[0]) for name in _NAMED.finditer(before))


def names_something(text: str) -> bool:
    """Whether a text has a name, not merely the capital of its first word."""
    return _NAMED.search(text, 1) is not None or own_name(text) is not None


def _of_the_event(piece: str, first: str) -> str:
    """A bare thing asked, of the event that the first part is asked of: "Ai thắng trận A - B và tỷ số bao nhiêu"."""
    asks = ASK_PHRASE.search(piece)
    bare = asks is not None and asks.start() > 0 and asks.end() == len(piece)
    bare = bare and len(piece.split()) <= _MOST_ATTRIBUTE_WORDS and not _PRONOUN_OTHER.search(piece)
    found = happening(first) if bare and not names_something(piece) else None
    if found is None:
        return piece
    event, leads = found
    return f"{event} {piece}" if leads else f"{piece} {event}"


def _before_asked(text: str) -> str:
    asks = ASK_PHRASE.search(text)
    return text[: asks.start()].rstrip() if asks else text


def _is_of_more(first: str, subject: str, piece: str) -> bool:
    """Whether what a later part asks is of what the subject did: "Chelsea thắng ai", "Apple bán iPhone 12 khi nào"."""
    asks = ASK_PHRASE.search(first)
    did = first[len(subject) : asks.start()].strip() if asks and asks.start() > len(subject) else ""
    if asks is None or not did or _HEADED.match(first) or _NAMED.search(piece, 1):
        return False
    things = _DONE_TO.search(did) is not None
    return things or (_WHICH.search(asks[0]) is not None and _TIME.search(asks[0]) is None)


def _named(text: str, *, place: bool = False) -> str | None:
    """The one name of a question that is a place, or the one inside it that is none."""
    names = [name[0] for name in _NAMED.finditer(text, 0 if place else 1) if is_place(name[0]) is place]
    return names[0] if len(names) == 1 else None


def own_name(text: str) -> str | None:
    """The name that a text begins with, not merely a capital of its first word."""
    name = None if _HEADED.match(text) else _NAME_FIRST.match(text)
    sure = name is not None and (len(name[0].split()) > 1 or not is_vietnamese(name[0]) or is_place(name[0]))
    return name[0] if name and sure else None


def inside(text: str) -> str:
    """The beginning of a question, as it is written inside one."""
    return text if own_name(text) else f"{text[:1].lower()}{text[1:]}"


def _subject(text: str) -> str | None:
    """Who or what a question is about: its words before the first verb, or the person whom it names first."""
    if _HEADED.match(text):
        quoted = QUOTED.search(text)
        said, asks = _OF_THE_HEADED.search(text, quoted.end() if quoted else 0), ASK_PHRASE.search(text)
        return text[: min(found.start() for found in (said, asks) if found)].rstrip() if said or asks else None
    persons = persons_in(text)
    if persons and len(text[: persons[0].start].split()) <= _MOST_TITLE_WORDS:
        return text[: persons[0].end]
    if name := own_name(text):
        return name
    ends = [found.start() for found in (PREDICATE.search(text), QUESTION_WORD.search(text)) if found]
    if not ends or ASKS.search(text[: min(ends)]):
        return None
    subject = text[: min(ends)]
    return subject if re.search(CAPITAL, subject[1:]) or len(subject.split()) > 1 else None
