"""Where sentences end: a rule-based splitter for Vietnamese news. Use it as `rag.vietnamese.sentences`.

The rules, in the order of their weight; `eval/sentences.py` measures them.

- A line break ends a sentence, unless the next line goes on in lower case or the text is hard-wrapped.
- `?`, `!`, `…` and `.` end one if what follows starts like a sentence: upper case, a digit, an opening quotation mark,
  a dash. Before lower case they do not, except a `?` outside a quotation.
- A closing quotation mark or bracket after the mark belongs to the sentence, and so does a speaker after a dash.
  Inside a quotation each sentence counts.
- The full stop of an abbreviation, initial or list label ends nothing ("TP. HCM", "GS.TS", "John F. Kennedy",
  "ông A. nói", "2. Giải pháp"), unless a word follows that opens sentences and names nobody ("Nguyễn Văn A. Theo").
- A mark with no space after it ends a sentence before a capitalised word ("gia tăng.Bộ trưởng"), not inside a name,
  number, address or abbreviation.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from rag.datatypes import Span

_LINE_BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_CLOSING_QUOTES = "”’»\"'"
_OPENING = "“‘«([\"'"
_DASHES = "-–—"

# One candidate: marks with what closes after them, a line break with all white space around, or a closing bracket.
_CANDIDATE = re.compile(
    rf"(?P<marks>[.!?…]+(?:/\.+)?)(?P<closers>(?:[”’»)\]\"'.!?…]|[ \u00a0][”»](?!\w))*)"
    rf"|(?P<line>[{_LINE_BREAKS}]\s*)"
    r"|(?P<bracket>\))(?=\s)"
)
_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+")
_ONE_LETTER_WORD = re.compile(r"\w[\u0300-\u036f]*\s")
_WORD_CHARACTER = re.compile(r"[^\W_]")
_LIST_LABEL = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-zĐđ]|[IVX]{1,5})\Z")
_NUMBERED_HEADING = re.compile(r"(?:điều|chương|mục|bước|bài|câu|phần|lượt|cách|hình|bảng|top|tập)\s\d{1,3}\Z", re.I)
_CREDIT = re.compile(r"\((?:ảnh|nguồn|theo|video|clip|đồ họa|đồ hoạ)\b", re.I)
_ADDRESS = re.compile(r".*\.(?:vn|com|net|org|edu|gov|info)\Z")
_VOWEL = re.compile("[aeiouy]")
_LIST_ITEM = re.compile(r"[-–—•*+·▪●]\s|[(\[]?(?:\d{1,3}|\w)[.)\]]\s")

# A distance that no abbreviation, credit or word exceeds: looking no further keeps hostile text linear.
_NEAR = 40
_CREDIT_LENGTH = 200
_LINE_LENGTH = 2_000


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


# Titles and places stand before a name, so a capital after them says nothing.
_BEFORE_NAMES = _words(
    "tp tx tt ts ths gs pgs bs bsck bscki bsckii cn ks kts ls ns nsnd nsut nsưt ttnd ttut ttưt đd đ/c mr mrs ms dr"
    " prof st gen col sgt lt capt rep sen gov no vol fig vs q p"
)
# These also stand at the end of a sentence.
_SHORTENED = _words("bv đh thpt-tt cty inc ltd co corp jr sr tr đt")
# What stands before a letter that is a label or a unit, not somebody's initial.
_BEFORE_LABELS = _words(
    "độ vitamin khối nhóm hạng loại lớp án bảng điểm serie gan cúm type hệ lô tòa toà khu nhà block ga cổng cửa mục"
    " hoạch số kiểu hình bậc ban đội câu đề thấu kính tia virus virút dạng mẫu thế phần tầng đường phương cấp cạnh"
    " trục"
)
# Words that open sentences and hardly ever names. Most come from counts over 1,500 news articles (at least one and a
# half times as often at the start of a sentence as capitalised inside one), a few forms of address and nouns by hand.
_OPENERS_OF_SENTENCES = _words(
    "theo trong các sau tuy ông một khi năm trước những ngoài hiện tôi cô với đây nếu tại nhưng người từ ngày vì điều"
    " không do nhiều để có bên chúng việc đến kết cụ về đặc đối thời nữ cũng bà ở đó thông ngay trên như còn sự họ"
    " song dù thực con và vào được mặc hai mỗi thứ cuộc qua cách tất gần em bạn chị nói cùng bởi vậy mới hơn ngôi nhóm"
    " cuối lúc tháng lần cả là đáng chia nhờ mọi riêng cho tiếp tính thậm trao bác thay bất chiều đơn sáng rất toàn"
    " hầu tương phải làm khoảng trả chưa thật lời dưới vị tác mình cậu tới quá doanh chuyện đã cái kể cha ngược tối"
    " loại đúng hoạt chiếc nên hay vừa phía trẻ đừng khó suốt cựu chẳng cứ vài đứng rồi hôm nó anh bộ công cơ cảnh đại"
    " bệnh nhà phát chủ bị sẽ đang ai tuyên nhận mẹ bố the in it he she we they but this"
)


class _Splitter:
    """One pass over a text. `start` is where the sentence being read begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.start = 0
        self.line_start = 0
        self.wrapped_at = _wrapped_at(text)

    def cuts(self) -> list[int]:
        """The offsets at which sentences end, ascending."""
        cuts = []
        self._begin(0)
        for found in _CANDIDATE.finditer(self.text):
            cut = found.end()
            if found["line"] is not None:
                ends = self._line_ends(found)
                self.line_start = found.end()
            elif found["bracket"] is not None:
                ends = self._is_credit(found)
            else:
                ends = found.start() > self.start and self._mark_ends(found)
                if ends and self._closer_opens(found):
                    cut = found.start("closers")
            if ends:
                cuts.append(cut)
                self._begin(cut)
        return cuts

    def _begin(self, at: int) -> None:
        self.start = self._skip_space(at)

    def _skip_space(self, at: int) -> int:
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    # What stands before and after a place, never further than `_NEAR`.

    def _before(self, end: int) -> list[str]:
        """The last words before `end` of the sentence being read; the last one is empty if white space is there."""
        window = self.text[max(self.start, end - _NEAR) : end]
        words = unicodedata.normalize("NFC", window).split()
        return words if words and not window[-1].isspace() else [*words, ""]

    def _word(self, start: int) -> str:
        """The word that begins at `start`."""
        found = _WORD.match(self.text, start, start + _NEAR)
        return unicodedata.normalize("NFC", found.group()) if found else ""

    def _credit_begins(self, at: int) -> bool:
        return _CREDIT.match(unicodedata.normalize("NFC", self.text[at : at + _NEAR])) is not None

    def _skip_openers(self, at: int) -> int:
        end = at
        while end < len(self.text) and end < at + 4 and self.text[end] in _OPENING + _DASHES + "• ":
            end += 1
        return end

    # The three kinds of candidates.

    def _mark_ends(self, found: re.Match[str]) -> bool:
        text, end = self.text, found.end()
        at = self._skip_space(end)
        if at == len(text):
            return True
        opened = self._skip_openers(at)
        # A straight quotation mark alone before white space closes, too: what follows it decides.
        lone_quote = text[opened : opened + 1].isspace()
        speaker = text[at] in _DASHES and text[end - 1] in _CLOSING_QUOTES and not _breaks_line(text[end:at])
        if lone_quote or speaker or text[at] in ",;:%/&=)]}”’»":
            return False
        word = self._word(opened)
        if at == end:
            return self._glued_mark_ends(found, opened, word)
        if word[:1].islower() and not _is_as_good_as_capital(word):
            asks = found["marks"].endswith("?") and not found["closers"] and opened == at
            return asks or self._credit_begins(at)
        return found["marks"] != "." or bool(found["closers"]) or not self._stop_belongs_to_word(found.start(), word)

    def _glued_mark_ends(self, found: re.Match[str], opened: int, word: str) -> bool:
        """Whether a mark with no white space after it ends a sentence."""
        capitalised = word[1:2].islower() or _ONE_LETTER_WORD.match(self.text, opened)
        if not (word[:1].isupper() and capitalised):
            return False
        if found["marks"] != "." or found["closers"]:
            return True
        last_word = self._before(found.start())[-1]
        if "@" in last_word or "//" in last_word:
            return _ADDRESS.match(last_word) is not None
        last = last_word.rsplit(".", 1)[-1]
        in_name = (len(last) < 2 and not last.isdigit()) or last.lower() == "www"
        if in_name or self._stop_belongs_to_word(found.start(), ""):
            return False
        return last[-1].islower() or last[-1].isdigit() or last[-1] in _CLOSING_QUOTES + ")%"

    def _closer_opens(self, found: re.Match[str]) -> bool:
        """Whether the straight quotation mark in `nói."Chúng tôi` opens: if the line has closed all those before."""
        end = found.end()
        if found["closers"] != '"' or end == len(self.text) or self.text[end].isspace():
            return False
        return self.text.count('"', max(self.line_start, end - _LINE_LENGTH), end - 1) % 2 == 0

    def _line_ends(self, found: re.Match[str]) -> bool:
        """Whether the line break at `found` ends a sentence."""
        blank_line = sum(map(found["line"].count, "\n\u2028\u2029")) > 1
        if blank_line or found.end() == len(self.text) or found.start() <= self.start:
            return True
        word = self._word(found.end())
        before = self._before(found.start())
        short_form = before[-1].endswith(".") and _is_short_form(before[-1][:-1], before[-2:-1], word)
        if before[-1].endswith((".", "!", "?", "…", ":", ";")) and not short_form:
            return True
        if _LIST_ITEM.match(self.text, found.end()) or _is_as_good_as_capital(word):
            return True
        if word[:1].islower() or not self.wrapped_at:
            return not word[:1].islower()
        next_word = self.text[found.end() : found.end() + _NEAR].split(maxsplit=1)[0]
        return found.start() - self.line_start + 1 + len(next_word) <= self.wrapped_at

    def _is_credit(self, found: re.Match[str]) -> bool:
        """Whether a bracket closes a remark that stands alone, as in "vô địch. (Ảnh: TTXVN) Ngay sau đó"."""
        text, start, at = self.text, self.start, found.start()
        if at - start > _CREDIT_LENGTH or not text.startswith("(", start) or text.find(")", start) != at:
            return False
        if start == self.line_start and not self._credit_begins(start):
            return False
        following = self._skip_space(found.end())
        return following == len(text) or self._word(self._skip_openers(following))[:1].isupper()

    # Full stops that end no sentence.

    def _is_label(self, stop: int) -> bool:
        """Whether the sentence so far is nothing but the label of a list item: "2", "a", "IV", "Bước 3"."""
        if stop - self.start > _NEAR:
            return False
        so_far = unicodedata.normalize("NFC", self.text[self.start : stop])
        return _LIST_LABEL.match(so_far) is not None or _NUMBERED_HEADING.match(so_far) is not None

    def _stop_belongs_to_word(self, stop: int, following: str) -> bool:
        if self._is_label(stop):
            return True
        before = self._before(stop)
        return _is_short_form(before[-1], before[-2:-1], following)


def _is_as_good_as_capital(word: str) -> bool:
    """Whether a lower-case word may open a sentence: "iPhone", "eSIM", "vSIM", an address."""
    return word in ("http", "https", "www") or any(a.islower() and b.isupper() for a, b in pairwise(word[:4]))


def _breaks_line(text: str) -> bool:
    return any(mark in text for mark in _LINE_BREAKS)


def _is_short_form(token: str, previous: list[str], following: str) -> bool:
    """Whether the full stop after `token` marks an abbreviation or initial.

    `previous` holds the word before, if any; `following` is the word after the full stop, empty if it is glued to it.
    """
    last = token.lstrip(_OPENING + _DASHES).rsplit(".", 1)[-1].rsplit("-", 1)[-1]
    lowered = last.lower()
    opens = following[:1].isupper() and following.lower() in _OPENERS_OF_SENTENCES
    if not last or not last[0].isupper():
        return lowered in ("tr", "vs", "đ/c")
    if len(last) == 1:
        # Á, Ý and Ở are words; A–Z and Đ are initials where no unit or label is meant.
        if not (last.isascii() or last == "Đ"):
            return False
        label = (
            bool(previous) and "." not in token and (previous[0].lower() in _BEFORE_LABELS or previous[0][-1].isdigit())
        )
        return not opens and not label
    if lowered in _BEFORE_NAMES:
        return True
    if lowered in _SHORTENED:
        return not opens
    # "Th.", "Nh.", "Ng.": an onset without a vowel, written for a name. In capitals it is an acronym.
    vowel = _VOWEL.search(unicodedata.normalize("NFD", lowered))
    return len(last) <= 3 and last[1:].islower() and not vowel and not opens


def _wrapped_at(text: str) -> int:
    """The width at which the lines of a text were wrapped, 0 for a text with a paragraph on each line.

    A text is wrapped if no line is long, and of the breaks between two lines a third leads on in lower case.
    """
    lines = text.split("\n")
    if len(lines) < 4:
        return 0
    width = max(map(len, lines))
    if not 40 <= width <= 140:
        return 0
    breaks = [(first, second) for first, second in pairwise(lines) if first and second]
    goes_on = sum(second[0].islower() and first.rstrip()[-1:] not in (".", ":", ";") for first, second in breaks)
    return width if goes_on >= 3 and 3 * goes_on >= len(breaks) else 0


def sentences(text: str) -> list[Span]:
    """The sentences of a text, in order: without white space around them, covering every other character.

    Offsets are those of the text as given; NFD text is split as its NFC is. Time is linear in the length.
    """
    spans: list[Span] = []
    start = 0
    for cut in [*_Splitter(text).cuts(), len(text)]:
        piece = text[start:cut]
        stripped = piece.strip()
        begin = start + len(piece) - len(piece.lstrip())
        start = cut
        if not stripped:
            continue
        on_line = bool(spans) and not _breaks_line(text[spans[-1].end : begin])
        if on_line and not _WORD_CHARACTER.search(stripped):
            # Nothing but signs: they belong to the sentence before.
            spans[-1] = Span(spans[-1].start, begin + len(stripped))
        else:
            spans.append(Span(begin, begin + len(stripped)))
    return spans
