"""Persons that a text names: by a title or form of address before the name. Rules over wording, for Vietnamese news."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.composing.naming import SURNAMES, is_known, is_place, states_in
from rag.composing.wording import listed
from rag.naming.words import is_vietnamese
from rag.vietnamese import CAPITAL

_WORD = rf"(?:{CAPITAL}\.|{CAPITAL}[^\W\d_]*(?:['’.-][^\W\d_]+)*)"
GENDERS = {"ông": "male", "bà": "female", "anh": "male", "chị": "female", "cô": "female"}
_TITLES = (
    r"(?:phó )?(?:tổng thống|thủ tướng|ngoại trưởng|chủ tịch(?: nước| quốc hội| fifa| ubnd)?|tổng thư ký|tổng bí thư|"
    r"bí thư|bộ trưởng|thứ trưởng|đại sứ|phát ngôn viên|người phát ngôn|thư ký báo chí|giám đốc|tổng giám đốc|"
    r"hiệu trưởng|cục trưởng|vụ trưởng|chánh văn phòng|chánh án|viện trưởng|trưởng ban|trưởng phòng|"
    r"huấn luyện viên|hlv|nghị sĩ|thống đốc|thị trưởng|tướng|đại tướng|thượng tướng|trung tướng|thiếu tướng|"
    r"đại tá|thượng tá|trung tá|thiếu tá|giáo sư|gs|tiến sĩ|ts|bác sĩ|bs|luật sư|tỷ phú|ca sĩ|diễn viên|đạo diễn|"
    r"nhạc sĩ|nhà báo|cầu thủ|tiền đạo|tiền vệ|hậu vệ|thủ môn|thượng nghị sĩ|hạ nghị sĩ|nữ hoàng|giáo hoàng|quốc vương)"
)
# Behind these the name of a firm, club or office stands as often as a person's.
_OF_BODIES = re.compile(
    r"giám đốc|chủ tịch|trưởng|huấn luyện viên|hlv|bí thư|cầu thủ|tiền đạo|tiền vệ|hậu vệ|thủ môn|phát ngôn|"
    r"viện trưởng|luật sư|đạo diễn|diễn viên|ca sĩ"
)
_OF_STATES = re.compile(r"ngoại trưởng|bộ trưởng|thứ trưởng|thị trưởng|chủ tịch (?:nước|quốc hội)")
_SURNAMES = SURNAMES | listed(
    "Đoàn Trương Lâm Phùng Châu Tăng Thái Vương Quách Triệu Chu La Lưu Kiều Thạch Tống Từ Trang Nghiêm Khuất"
)
_ADDRESSES = r"(?:ông|bà|anh|chị|cô|em|thầy)"
# What may stand between a title and the name: states, ministries and the like, which are capitalised too.
_OF = re.compile(
    r"(?:(?:Quốc phòng|Ngoại giao|Y tế|Tài chính|Nội vụ|Tư pháp|Công an|Giáo dục và Đào tạo|Giáo dục|Kinh tế|"
    r"Công [Tt]hương|Giao thông [Vv]ận tải|Giao thông|Năng lượng|Thương mại|Nông nghiệp|Lao động|Nhà Trắng|"
    r"Điện Kremlin|Lầu Năm Góc|Quốc hội|Hạ viện|Thượng viện|Đảng|Chính phủ|"
    r"[A-Z]{2,}(?:[- ][A-Z]{2,})*|Liên hợp quốc|Liên Hợp Quốc|Ủy ban châu Âu|người|nước|"
    r"đương nhiệm|tạm quyền|thứ nhất|cấp cao|thường trực|thành phố|tỉnh|báo chí|phụ trách)\b\s*)+"
)
_TITLE = re.compile(rf"(?<![\w-])(?i:{_TITLES})(?!\w)")
_ADDRESS = re.compile(rf"(?<![\w-])(?i:{_ADDRESSES})(?= {CAPITAL})")
_NAME = re.compile(rf"{_WORD}(?: {_WORD}){{0,4}}")
# After a title these begin an office whose end cannot be told from the name behind it.
_BODIES = listed(
    "Sở Bộ Cục Vụ Ban Viện Trường Bệnh Ủy Uỷ Công Tập CLB Câu Ngân Hội Trung Tòa Toà Đại Học Tổng Liên Phòng Khu Cơ"
    " Nhà Hãng Quỹ Tổ Đội Đoàn Văn Hiệp Chi Bảo Thành Tỉnh Quận Huyện Xã"
)
_SENTENCE_WORDS = listed("Theo Trong Tuy Nhưng Khi Sau Trước Ngày Tại Đây Ông Bà Chiều Sáng Tối Hôm")


@dataclass(frozen=True, slots=True)
class Person:
    """A person named at `text[start:end]` (the name alone); title in lower case; gender where the form of address says.

    `sure` is False where the name behind the title may be that of a firm or club ("Giám đốc Premier League").
    """

    name: str
    title: str | None
    gender: str | None
    start: int
    end: int
    sure: bool = True


def titles(text: str) -> Iterator[tuple[str, int, int]]:
    """The titles in a text, named or not: (lower case, start, end)."""
    for found in _TITLE.finditer(text):
        yield found[0].lower(), found.start(), found.end()


def persons_in(text: str) -> list[Person]:
    """The persons that a title or a form of address introduces, in order, each mention once."""
    found: dict[int, Person] = {}
    for match in _TITLE.finditer(text):
        at, gender = _after_title(text, match.end())
        name = _name_at(text, at)
        if name is not None:
            found.setdefault(name.start(), _person(name, match[0].lower(), gender))
    for match in _ADDRESS.finditer(text):
        # "Anh" at the head of a clause may be the state, "Cô" a name; a form of address is written small or opens one.
        name = _name_at(text, match.end() + 1)
        if name is not None and match[0] != "Anh":
            found.setdefault(name.start(), _person(name, None, GENDERS.get(match[0].lower())))
    return [found[start] for start in sorted(found)]


def _person(name: re.Match[str], title: str | None, gender: str | None) -> Person:
    text = name[0].rstrip(".")
    vietnamese = " " in text and text.split()[0] in _SURNAMES
    doubtful = title is not None and _OF_BODIES.search(title) and not _OF_STATES.search(title)
    sure = gender is not None or vietnamese or not doubtful
    return Person(text, title, gender, name.start(), name.start() + len(text), sure)


_RUN = re.compile(rf"{_WORD}(?: {_WORD})+")
_NAME_CHARS = 40
_NO_PERSON_AFTER = re.compile(rf"(?:{CAPITAL}[\w’'-]*|\b(?:ở|tại)) \Z")
_FOREIGN = re.compile(rf"(?<![\w-]){CAPITAL}[^\W\d_]{{2,}}(?![\w-])(?! {CAPITAL})")
_BEFORE_BODIES = re.compile(
    r"(?:công ty|tập đoàn|trường|đường|phố|giải|hãng|ngân hàng|báo|đài|kênh|tờ|đội|clb|câu lạc bộ|đại học|bệnh viện|"
    r"quận|huyện|xã|phường|tỉnh|thành phố|tp|cầu|sông|núi|hồ|đảo|vịnh|sân|sân bay|nhà|khu|trang|chương trình|bộ phim|"
    r"phim|dự án|tàu|xe|sàn|quỹ|hội|chợ|trung tâm|tổ chức|đại lộ|bán đảo|biển|vùng|miền|thị xã|thị trấn|thôn|bản) \Z",
    re.IGNORECASE,
)


def others_in(text: str) -> list[str]:
    """Names of two words or more that nothing introduces, and that are not known as anything but persons' either."""
    introduced = {(person.start, person.end) for person in persons_in(text)}
    found = []
    for run in _RUN.finditer(text):
        inside = any(start < run.end() and run.start() < end for start, end in introduced)
        known = is_known(run[0]) or bool(states_in(run[0]))
        if not inside and not known and not _BEFORE_BODIES.search(text[: run.start()]):
            found.append(run[0])
    return found


def _after_title(text: str, at: int) -> tuple[int, str | None]:
    """Where the name after a title begins, past states and offices; and the gender of a form of address on the way."""
    gender = None
    while True:
        space = re.compile(r"[\s,]+").match(text, at)
        at = space.end() if space else at
        state = next((end for start, end, _ in states_in(text[at : at + 40]) if start == 0), None)
        office = _OF.match(text, at)
        address = re.compile(rf"{_ADDRESSES}\s+").match(text, at)
        if address:
            gender, at = GENDERS.get(address[0].strip()), address.end()
            return at, gender
        if office:
            at = office.end()
        elif state:
            at += state
        else:
            return at, gender


def _name_at(text: str, at: int) -> re.Match[str] | None:
    name = _NAME.match(text, at)
    if name is None or is_place(name[0]) or name[0] in _SENTENCE_WORDS:
        return None
    # "Sở Y tế", "Công ty": a small letter follows the capitals. "Văn Toàn" and "Thành Đạt" are persons.
    if name[0].split()[0] in _BODIES and re.match(r" [^\W\d_]", text[name.end() :]):
        return None
    return name


def known_name(person: Person, everyone: Sequence[Person], gender: str | None = None) -> str:
    """The fullest name under which a text knows a person; the name as it stands where that could be several persons.

    `gender` is what is known of the person beside the name: "ông Trump" is not Ivanka Trump.
    """
    last = person.name.split()[-1]
    if len(person.name.split()) > 1:
        return person.name
    wrong = {"male": "female", "female": "male"}.get(gender or person.gender or "")
    full = {
        other.name
        for other in everyone
        if len(other.name.split()) > 1 and other.name.split()[-1] == last and other.gender != wrong
    }
    return full.pop() if len(full) == 1 else person.name


def surnames_in(text: str) -> list[str]:
    """Single foreign words with a capital that nothing introduces and that may well be persons: "Zelensky nói"."""
    introduced = {(person.start, person.end) for person in persons_in(text)}
    found = []
    for word in _FOREIGN.finditer(text):
        name = word[0]
        inside = any(start <= word.start() < end for start, end in introduced)
        before = text[max(0, word.start() - _NAME_CHARS) : word.start()]
        if (
            inside
            or _NO_PERSON_AFTER.search(before)
            or name.isupper()
            or is_vietnamese(name.lower())
            or is_known(name)
            or states_in(name)
        ):
            continue
        if not _BEFORE_BODIES.search(before):
            found.append(name)
    return found
