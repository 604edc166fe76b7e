"""What kind of thing is asked for, told from the wording; with and without diacritics, and in English."""

from __future__ import annotations

import re
from enum import StrEnum

from rag import vietnamese
from rag.foreign import language_of


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
    LIST = "list"
    SUMMARY = "summary"
    TIMELINE = "timeline"
    COMPARISON = "comparison"
    QUOTE = "quote"


# What speakers do; "gì" or "thế nào" behind it asks for their words.
SPEAKS = (
    r"nói|phát biểu|tuyên bố|bình luận|nhận xét|nhận định|khẳng định|cho biết|cho hay|bày tỏ|trả lời|đáp lại|lên tiếng|"
    r"chia sẻ|đánh giá|cho rằng|nhấn mạnh|cảnh báo|tiết lộ|thừa nhận|phản hồi|hứa|kể|giải thích"
)
_WHAT = r"gì|những gì|điều gì|thế nào|như thế nào|ra sao"

# Tried in order: the first pattern that occurs decides. "mấy giờ" before "mấy", "vì sao" before "sao".
_TYPES: tuple[tuple[Asked, str], ...] = (
    (
        Asked.TIMELINE,
        r"theo thời gian\b|theo trình tự|dòng thời gian|(?:các|những) mốc\b|timeline|"
        r"mốc thời gian (?:chính|quan trọng)|\bdiễn biến (?:\w+ ){0,12}(?:thế nào|ra sao|gì)|"
        r"^(?:\w+ ){0,3}diễn biến\b(?!.*\bgì\b)",
    ),
    (
        Asked.SUMMARY,
        r"\btóm tắt|\btóm lược|\bđiểm tin|\btổng hợp tin|tin (?:chính|tức chính|nổi bật|mới)|(?:nội dung|ý) chính|"
        r"^toàn cảnh\b|"
        r"\bcó (?:những )?(?:gì|tin gì|thông tin gì|điều gì) mới|nói về .*\bgì mới",
    ),
    (
        Asked.COMPARISON,
        r"(?:^|[.?!,] |hãy |xin )so sánh\b|khác (?:nhau|biệt)\b.*(?:thế nào|ra sao|gì|nào|đâu)|"
        r"khác (?:gì|thế nào|ra sao)|(?:điểm|gì|thế nào) (?:khác|giống) (?:nhau|biệt)|"
        r"giống (?:và khác|hay khác|nhau)|giống .*(?:ở điểm nào|thế nào)|trái ngược (?:nhau )?(?:thế nào|ra sao)",
    ),
    (Asked.LIST, r"\bliệt kê|\bkể tên|\bkể ra|\bnêu (?:tên|các|những)|danh sách .*\b(?:gồm|là)\b"),
    (
        Asked.WHY,
        r"vì sao|tại sao|vì lẽ gì|vì lý do|lý do (?:gì|nào|vì)|nguyên nhân|do đâu|vì đâu|để làm gì|nhằm mục đích|"
        r"\b(?:lý do|mục đích)\b.*\b(?:là gì|gì\s*\?*$)|"
        r"(?:^|[.?!,] )(?:điều|cái|chuyện|việc|yếu tố) (?:gì|nào)\b.{0,40}?"
        r"\b(?:khiến|làm cho|dẫn đến|dẫn tới|buộc|thúc đẩy)\b|"
        r"(?:^|\bmà )sao\b.*\blại\b|\bsao lại\b",
    ),
    (
        Asked.WHEN,
        r"khi nào|bao giờ|lúc nào|hồi nào|(?:ngày|hôm|tháng|năm|tuần|buổi|thời điểm|thời gian) (?:nào|mấy)|"
        r"(?<!kéo dài )(?<!trong )(?<!mất )mấy giờ|"
        r"(?<!xếp )(?<!đứng )(?<!hạng )(?<!về )(?<!lần )(?<!vị trí )\bthứ (?:nào|mấy)|"
        r"(?<!mỗi )(?<!một )(?<!hàng )ngày bao nhiêu|\bnăm bao nhiêu(?= thì|\s*\?|$)",
    ),
    (Asked.HOW_MANY, r"bao nhiêu|bao lâu|bao xa|\bmấy\b|số lượng|\bmức nào"),
    (
        Asked.LIST,
        r"\b(?:những|các) ai\b|\bnhững gì\b|(?:^|[\s,])(?:những|các) (?:\w+ ){1,3}nào\b|"
        r"\bgồm (?:có )?(?:những )?(?:gì|ai|\w+ nào|\w+ \w+ nào)",
    ),
    (
        Asked.WHERE,
        r"ở đâu|nơi nào|chỗ nào|tại đâu|từ đâu|đến đâu|tới đâu|về đâu|đi đâu|(?:đâu|nơi đâu)\s*\??$|"
        r"(?:thành phố|địa điểm|địa phương|tỉnh|thủ đô|khu vực|vùng) nào",
    ),
    (
        Asked.WHO,
        r"\bai\b|người nào|nhân vật nào|người (?:đàn ông|phụ nữ|dân) nào|(?:vị|ông|bà|nhà lãnh đạo|quan chức|bộ trưởng|"
        r"tổng thống|thủ tướng|ngoại trưởng) nào|\btên (?:là )?gì|\btên .*\blà gì",
    ),
    (Asked.QUOTE, rf"\b(?:{SPEAKS}) (?:{_WHAT})\b|\b(?:{SPEAKS})\b.* (?:{_WHAT}) về\b"),
    (Asked.HOW, r"như thế nào|thế nào|ra sao|bằng cách nào|làm sao|làm thế nào"),
    (
        Asked.YES_NO,
        r"\bcó\b.*\b(?:không|chưa|chăng)\s*\??$|(?:phải|đúng) không|(?:đã|có) .*\bhay (?:chưa|không)|\bchưa\s*\?$",
    ),
)
_SAYS = r"say|said|says|comment|state|stated|tell|told|declare|declared|respond|remark"
_ENGLISH_TYPES: tuple[tuple[Asked, str], ...] = (
    (Asked.TIMELINE, r"\btimeline\b|\bchronolog|\bover time\b|\bsequence of events\b"),
    (Asked.SUMMARY, r"\bsummar|\bmain news\b|\bwhat(?:'s| is) new\b|\bkey points\b"),
    (Asked.COMPARISON, r"\bcompare\b|\bdifferences? between\b|\bhow (?:do|does|did|are|is) .*\bdiffer"),
    (Asked.LIST, r"^(?:please )?(?:list|name)\b|\bwhich (?:countries|people|companies|cities|weapons)\b"),
    (Asked.WHY, r"\bwhy\b"),
    (Asked.WHEN, r"\bwhen\b|\bwhat (?:date|day|year|time)|\bwhich (?:date|day|year|month)"),
    (
        Asked.HOW_MANY,
        r"\bhow (?:many|much|long|far|old|large|big|heavy|tall|high|deep|wide)\b|\bwhat (?:percentage|share|amount)",
    ),
    (Asked.WHERE, r"\bwhere\b|\b(?:which|what) (?:city|place|region)"),
    (Asked.WHO, r"\bwho(?:se|m)?\b"),
    (Asked.QUOTE, rf"\bwhat (?:did|does|has|have)\b.*\b(?:{_SAYS})\b"),
    (Asked.HOW, r"\bhow\b"),
    (Asked.YES_NO, r"^(?:is|are|was|were|did|does|do|has|have|had|can|could|will|would)\b"),
)

Patterns = tuple[tuple[Asked, re.Pattern[str]], ...]


def _compiled(types: tuple[tuple[Asked, str], ...], *, folded: bool = False) -> Patterns:
    """Escapes such as `\\b` and `\\s` have no diacritics to lose."""
    return tuple((a, re.compile(vietnamese.fold(p) if folded else p, re.IGNORECASE)) for a, p in types)


_PATTERNS = _compiled(_TYPES)
_FOLDED_PATTERNS = _compiled(_TYPES, folded=True)
_ENGLISH_PATTERNS = _compiled(_ENGLISH_TYPES)
# What someone is asked to have said does not tell what is asked: Ai nói “Chúng tôi hỏi vì sao”?
_QUOTED = re.compile(r"[“\"][^“”\"]{12,}[”\"]")
_QUESTION_WORD = re.compile(r"\b(?:gì|nào|gi|nao|what|which)\b", re.IGNORECASE)


def is_accented(text: str) -> bool:
    """Whether any letter carries a Vietnamese diacritic."""
    return vietnamese.fold(text) != vietnamese.nfc(text).lower()


def without_quotations(text: str) -> str:
    """The text without what stands in quotation marks, unless that is all of it."""
    rest = " ".join(_QUOTED.sub(" ", text).split())
    return rest if any(letter.isalpha() for letter in rest) else text


def asked_of(text: str) -> Asked:
    """What a question asks for; WHAT where its wording says nothing else."""
    text = without_quotations(text)
    patterns = _PATTERNS if is_accented(text) else _FOLDED_PATTERNS
    if language_of(text) == "en":
        patterns = _ENGLISH_PATTERNS
    return next((asked for asked, pattern in patterns if pattern.search(text)), Asked.WHAT)


def asks(text: str) -> bool:
    """Whether a text says itself what it asks for; "Còn Anh thì sao?" leaves that to the question before."""
    return _QUESTION_WORD.search(text) is not None or asked_of(text) is not Asked.WHAT
