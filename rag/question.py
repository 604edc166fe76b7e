"""What is asked: its wording, its type, its names and numbers, and what a follow-up leaves out. Rules over wording."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rag import vietnamese
from rag.foreign import Language, language_of


class Asked(StrEnum):
    """What kind of thing the answer is."""

    WHO = "who"
    WHEN = "when"
    WHERE = "where"
    HOW_MANY = "how_many"
    WHY = "why"
    HOW = "how"
    YES_NO = "yes_no"
    WHAT = "what"


@dataclass(frozen=True, slots=True)
class Question:
    """A question made ready for search.

    `text` is what was typed, in NFC, and `restored` the same with diacritics and capitals, without typos. `standalone`
    is searched for: that, or with the earlier questions that a follow-up leans on. `content` are its lower-cased
    syllables that carry meaning, `names` those of them that belong to names or are numbers, `focus` those that a
    follow-up adds to what it leans on. `accented` says whether any letter carries a Vietnamese diacritic.
    """

    text: str
    restored: str
    standalone: str
    asked: Asked
    content: tuple[str, ...]
    names: frozenset[str]
    focus: frozenset[str]
    accented: bool
    language: Language

    @property
    def vietnamese(self) -> bool:
        return self.language == "vi"

    @property
    def read_as(self) -> str | None:
        """The question itself with what was restored and mended in it, if anything was."""
        return self.restored if self.restored.lower() != self.text.lower() else None

    @property
    def understood_as(self) -> str | None:
        """What was understood, where it differs from what was typed by more than capitals."""
        return self.standalone if self.standalone.lower() != self.text.lower() else None


# Tried in order: the first pattern that occurs decides. "mấy giờ" before "mấy", "vì sao" before "sao".
_TYPES: tuple[tuple[Asked, str], ...] = (
    (
        Asked.WHY,
        r"vì sao|tại sao|vì lẽ gì|vì lý do|lý do (?:gì|nào|vì)|nguyên nhân|do đâu|vì đâu|để làm gì|nhằm mục đích|"
        r"\b(?:lý do|mục đích)\b.*\b(?:là gì|gì\s*\?*$)|"
        r"(?:^|\bmà )sao\b.*\blại\b|\bsao lại\b",
    ),
    (
        Asked.WHEN,
        r"khi nào|bao giờ|lúc nào|hồi nào|(?:ngày|hôm|tháng|năm|tuần|buổi|thời điểm|thời gian) (?:nào|mấy)|mấy giờ|"
        r"(?<!xếp )(?<!đứng )(?<!hạng )(?<!về )(?<!lần )(?<!vị trí )\bthứ (?:nào|mấy)|"
        r"(?<!mỗi )(?<!một )(?<!hàng )ngày bao nhiêu|\bnăm bao nhiêu(?= thì|\s*\?|$)",
    ),
    (Asked.HOW_MANY, r"bao nhiêu|bao lâu|bao xa|\bmấy\b|số lượng|\bmức nào"),
    (
        Asked.WHERE,
        r"ở đâu|nơi nào|chỗ nào|tại đâu|từ đâu|đến đâu|tới đâu|về đâu|đi đâu|(?:đâu|nơi đâu)\s*\??$|"
        r"(?:thành phố|địa điểm|địa phương|tỉnh|thủ đô|khu vực|vùng) nào",
    ),
    (
        Asked.WHO,
        r"\bai\b|người nào|nhân vật nào|(?:vị|ông|bà|nhà lãnh đạo|quan chức|bộ trưởng|tổng thống|thủ tướng|"
        r"ngoại trưởng) nào|\btên (?:là )?gì|\btên .*\blà gì",
    ),
    (Asked.HOW, r"như thế nào|thế nào|ra sao|bằng cách nào|làm sao|làm thế nào"),
    (
        Asked.YES_NO,
        r"\bcó\b.*\b(?:không|chưa|chăng)\s*\??$|(?:phải|đúng) không|(?:đã|có) .*\bhay (?:chưa|không)|\bchưa\s*\?$",
    ),
)
_ENGLISH_TYPES: tuple[tuple[Asked, str], ...] = (
    (Asked.WHY, r"\bwhy\b"),
    (Asked.WHEN, r"\bwhen\b|\bwhat (?:date|day|year|time)|\bwhich (?:date|day|year|month)"),
    (Asked.HOW_MANY, r"\bhow (?:many|much|long|far|old|large|heavy)"),
    (Asked.WHERE, r"\bwhere\b|\b(?:which|what) (?:city|place|region)"),
    (Asked.WHO, r"\bwho(?:se|m)?\b"),
    (Asked.HOW, r"\bhow\b"),
    (Asked.YES_NO, r"^(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would)\b"),
)


def _folded(pattern: str) -> str:
    """The same pattern for text without diacritics; escapes such as `\\b` and `\\s` have none to lose."""
    return vietnamese.fold(pattern)


_PATTERNS = tuple((asked, re.compile(pattern, re.IGNORECASE)) for asked, pattern in _TYPES)
_FOLDED_PATTERNS = tuple((asked, re.compile(_folded(pattern), re.IGNORECASE)) for asked, pattern in _TYPES)
_ENGLISH_PATTERNS = tuple((asked, re.compile(pattern, re.IGNORECASE)) for asked, pattern in _ENGLISH_TYPES)

# Syllables that ask or connect and so say nothing of the subject.
_FUNCTION_WORDS = frozenset(
    vietnamese.syllables(
        """
    ai gì nào đâu sao mấy bao nhiêu vì tại lý do thế như ra khi lúc hồi giờ bằng cách làm để
    là của và với cho về ở trong ngoài trên dưới từ đến tới vào lên xuống bởi theo qua cùng giữa trước sau
    có không chưa đã đang sẽ được bị phải cần nên rằng thì mà hay hoặc cũng vẫn còn chỉ rất lại nữa những các
    một này kia đó ấy đây vậy nhỉ nhé à ạ ư hả việc cái chiếc con người ngày tháng năm hôm
    ông bà nói biết hỏi xin hãy
        """
    )
)
_ENGLISH_WORDS = frozenset(
    vietnamese.syllables(
        """
    the of in on at to for from with by and or is are was were be been did does do has have had will would can could
    who whom whose what which when where why how many much long it its this that these those he she they his her their
    a an as about after before during than then not no yes there any say said tell me
        """
    )
)
_FOLDED_FUNCTION_WORDS = frozenset(vietnamese.fold(word) for word in _FUNCTION_WORDS)

# A follow-up opens with one of these, or is nothing but a question word, or points back with a pronoun.
_OPENERS = re.compile(
    r"^(?:còn(?! (?:bao nhiêu|mấy)\b)|vậy|rồi|và|nhưng|"
    r"thế(?! (?:giới|vận|hệ|kỷ|kỉ|chiến|lực|mạnh|cờ|trận|tục|năng)\b))\b",
    re.IGNORECASE,
)
_HOW_MANY_MORE = re.compile(r"^còn (?:bao nhiêu|mấy)\b", re.IGNORECASE)
# What points to a thing named before, not to the present: "dự án này", but "tuần này"; "trận đó", "hôm kia".
_POINTERS = re.compile(
    r"(?<!tuần )(?<!tháng )(?<!quý )(?<!mùa )(?<!sáng )(?<!chiều )(?<!tối )(?<!đêm )\b(?:này|ấy)\b|"
    r"\b(?:đó|nó|hắn|nói trên|như vậy|như thế|(?:ông|bà|anh|chị|cô|hắn) ta)\b|"
    r"(?<!dòng )(?<!cùng )\bhọ\b(?! (?:hàng|tên|tộc|đạo|(?-i:[A-ZĐÂÁÔƯ])))",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?:^|\s)(?:ông|bà)\s+(?P<next>\w+)", re.IGNORECASE)
_AFTER_TITLE_IN_A_NOUN = frozenset(
    ("chủ", "trùm", "lớn", "cụ", "lão", "mẹ", "con", "ngoại", "nội", "bầu", "bà", "hoàng", "đồ")
)
# Without diacritics most of these words are also others ("con gà", "nổ", "Hồ Gươm", "năm nay"): only whole phrases.
_FOLDED_OPENERS = re.compile(r"^(?:(?:the|vay) (?:con|thi)\b|(?:con|the|vay|va|roi)\b.*\bthi sao\b)", re.IGNORECASE)
_FOLDED_POINTERS = re.compile(
    r"\b(?:ong|ba|anh|chi|co) (?:ay|ta)\b|"
    r"\b(?:ong|ba|nguoi|nuoc|viec|dieu|chuyen|cuoc|vu|to chuc|cong ty|du an|co quan|thanh pho|"
    r"quyet dinh|ke hoach|thoa thuan) (?:nay|do|ay|kia)\b",
    re.IGNORECASE,
)
_ENGLISH_LEANS = re.compile(
    r"^(?:what about|how about|and|but)\b|\b(?:he|she|they|it|him|her|them|his|their|its)\b", re.IGNORECASE
)
_SHORT_SYLLABLES = 4
_MOST_EARLIER = 20


def understand(
    text: str,
    history: Sequence[str] = (),
    *,
    restore: Callable[[str], str] = str,
    restore_history: bool = True,
) -> Question:
    """Analyse a question. `history` holds the earlier questions of the conversation, oldest first.

    `restore` gives a question the diacritics it was typed without and mends its typos; what it returns is analysed.
    Without `restore_history` the earlier questions are leaned on as they are given.
    """
    typed = _one_line(text)
    text = restore(typed)
    earlier = [_one_line(question) for question in history[-_MOST_EARLIER:]]
    standalone = _standalone(text, [restore(question) for question in earlier] if restore_history else earlier)
    accented = is_accented(text)
    language = language_of(standalone)
    content = _content(vietnamese.syllables(standalone), accented=accented, language=language)
    return Question(
        text=typed,
        restored=text,
        standalone=standalone,
        asked=_asked(text if _asks(text) else standalone),
        content=content,
        names=_names(standalone) & frozenset(content),
        focus=_focus(text, standalone, content),
        accented=accented,
        language=language,
    )


def _focus(text: str, standalone: str, content: Sequence[str]) -> frozenset[str]:
    """The content words that a follow-up brings itself: "Còn Anh thì sao?" is about Anh, whatever came before."""
    earlier = frozenset(vietnamese.syllables(standalone.removesuffix(text)))
    return (frozenset(vietnamese.syllables(text)) & frozenset(content)) - earlier if earlier else frozenset()


def _one_line(text: str) -> str:
    """NFC on one line, without control characters, lone surrogates and other code points that are no text."""
    kept = (" " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in vietnamese.nfc(text))
    return " ".join("".join(kept).split())


def is_accented(text: str) -> bool:
    """Whether any letter carries a Vietnamese diacritic."""
    return vietnamese.fold(text) != vietnamese.nfc(text).lower()


_QUESTION_WORD = re.compile(r"\b(?:gì|nào|gi|nao|what|which)\b", re.IGNORECASE)


def _asks(text: str) -> bool:
    """Whether a text says itself what it asks for; "Còn Anh thì sao?" leaves that to the question before."""
    return _QUESTION_WORD.search(text) is not None or _asked(text) is not Asked.WHAT


def _asked(text: str) -> Asked:
    patterns = _PATTERNS if is_accented(text) else _FOLDED_PATTERNS
    if language_of(text) == "en":
        patterns = _ENGLISH_PATTERNS
    return next((asked for asked, pattern in patterns if pattern.search(text)), Asked.WHAT)


def _content(syllables: Sequence[str], *, accented: bool, language: Language) -> tuple[str, ...]:
    if language == "en":
        stop = _ENGLISH_WORDS
    elif accented:
        stop = _FUNCTION_WORDS
    else:
        stop = _FOLDED_FUNCTION_WORDS
    kept = tuple(dict.fromkeys(syllable for syllable in syllables if syllable not in stop))
    return kept or tuple(dict.fromkeys(syllables))


_WORD = re.compile(r"[^\W_]+(?:[./,'’-][^\W_]+)*", re.UNICODE)


def _names(text: str) -> frozenset[str]:
    """Syllables of names and numbers: capitalised beyond the first word, or holding a digit, or all capitals."""
    found: set[str] = set()
    words = list(_WORD.finditer(text))
    for position, word in enumerate(words):
        surface = word.group()
        numeric = any(character.isdigit() for character in surface)
        follows_stop = position == 0 or text[max(0, word.start() - 3) : word.start()].rstrip()[-1:] in "?!."
        acronym = len(surface) > 1 and surface.isupper()
        next_capital = position + 1 < len(words) and words[position + 1].group()[:1].isupper()
        capital = surface[:1].isupper() and (not follows_stop or next_capital)
        if numeric or acronym or capital:
            found.update(set(vietnamese.syllables(surface)) - _FUNCTION_WORDS)
    return frozenset(found)


def _leans_back(text: str) -> bool:
    if language_of(text) == "en":
        leans = _ENGLISH_LEANS.search(text) is not None
    elif is_accented(text):
        leans = bool(_OPENERS.search(text) or _POINTERS.search(text)) or _has_bare_title(text)
        leans = leans or (_HOW_MANY_MORE.search(text) is not None and not _names(text))
    else:
        leans = bool(_FOLDED_OPENERS.search(text) or _FOLDED_POINTERS.search(text))
    return leans or (len(vietnamese.syllables(text)) <= _SHORT_SYLLABLES and not _names(text))


def _has_bare_title(text: str) -> bool:
    """ "Ông nói gì?", where no name follows and "ông" is no part of a noun such as "ông chủ"."""
    return any(
        found["next"].islower() and found["next"] not in _AFTER_TITLE_IN_A_NOUN for found in _TITLE.finditer(text)
    )


def _standalone(text: str, history: Sequence[str]) -> str:
    """A follow-up is understood together with the questions it leans on, back to one that stands alone."""
    if not history or not _leans_back(text):
        return text
    parts = [text]
    for earlier in reversed(history):
        if not earlier:
            continue
        parts.append(earlier)
        if not _leans_back(earlier):
            break
    return " ".join(reversed(parts))
