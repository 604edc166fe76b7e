"""Abbreviations that a text introduces itself: "Tổ chức Y tế Thế giới (WHO)", "UBND (Uỷ ban Nhân dân)", "gọi tắt là".

Precision comes first. An abbreviation is believed where its letters are the initials of the words beside it; letters of
another language ("WHO") only where the words begin with what an organisation, a treaty or a programme is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from rag.vietnamese import fold


class Evidence(StrEnum):
    """Why a pair is believed: equal initials, a name before the bracket, one of several such, or a shortened name."""

    INITIALS = "i"
    NAME = "n"
    NAME_PERHAPS = "p"
    SHORTENED = "s"


@dataclass(frozen=True, slots=True)
class Introduced:
    """A short form and a long one of the same, as a text introduces them."""

    short: str
    long: str
    evidence: Evidence


_BRACKETS = re.compile(r"\(([^()\n]{2,120})\)")
_SAID = re.compile(
    r"[,(–-]?\s*(?:(?:được|hay|thường|sau đây|dưới đây|còn|tên) )?(?:viết tắt|gọi tắt|tên viết tắt)(?: tiếng Anh)?"
    r"(?: (?:là|của nó là))?:? ",
)
_SHORT = re.compile(r"[A-ZĐ][A-Za-zĐđƯưƠơ&.–-]{1,13}")
_QUOTES = "\"'“”‘’ "
_WORD = re.compile(r"[^\W_]+(?:[.&’'][^\W_]+)*")
_CLAUSE_END = re.compile(r"[.;:!?,…()\[\]\"“”\n](?=\s|\Z)|[\"“”()\n]|(?<=\s)[–-](?=\s)")
_STOP = re.compile(r"(?<!\bTP)(?<!\bSt)[.;:!?…\"“”()\[\]\n](?=\s|\Z)|[\"“”()\n]")
_SEPARATOR = re.compile(r"\s[–-]\s|[,;:/]")
_WINDOW_CHARS = 160
_MOST_WORDS = 14
_LEAST_NAME = 4
# Two letters in brackets may be anything, such as who took the picture.
_LEAST_LETTERS = 3


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_PASSED_OVER = _set("và của các về cho với ở tại trong theo từ những the of and for on in to de la du des et &")
# Markets and places that stand in brackets after a name without being its short form.
_NO_SHORT_FORMS = _set("HNX HOSE UPCOM OTC VN HN HCM TPHCM TP.HCM USA UAE UK US USD VND EUR GMT NYSE NASDAQ")
_ROMAN = re.compile(r"[IVXLC]+\Z")
# What stands in a clause and hardly in a name.
_CLAUSE_WORDS = _set(
    """
    là sẽ đã đang bị được do thuộc hồi khi này đó có không phải cũng như vào từng vừa mới tới đến nơi theo tại sau trước
    cùng rằng nói ông bà anh gồm nhằm hay hoặc khoảng hơn nhiều một hai ba bởi trên dưới nếu vì nên giúp gửi ký
    """
)
# One or two words that open the name of something that has a name.
_HEADS = _set(
    """
    tổ_chức liên_minh liên_hiệp liên_đoàn cơ_quan cục tổng_cục uỷ_ban ủy_ban hiệp_hội hội hiệp_định hiệp_ước công_ước
    quỹ ngân_hàng viện học_viện trung_tâm hội_đồng diễn_đàn chương_trình đại_học tập_đoàn tổng_công công_ty đảng
    mặt_trận lực_lượng quân_đội phong_trào kế_hoạch sáng_kiến tuyên_bố cộng_đồng bộ_quy bộ_tư bộ_chỉ đài hãng
    tờ hệ_thống chỉ_số sở_giao phòng_thương toà_án tòa_án toà_trọng tòa_trọng văn_phòng đối_thoại hội_nghị
    vệ_binh cảnh_sát nghiệp_đoàn thoả_thuận thỏa_thuận nghị_định
    """
)


def introduced(text: str) -> list[Introduced]:
    """What short forms a text introduces, in order. The same pair may come more than once."""
    found: list[Introduced] = []
    for bracket in _BRACKETS.finditer(text):
        before = _window(text, bracket.start())
        found += _of_bracket(before, bracket[1].strip())
    for said in _SAID.finditer(text) if " tắt" in text else ():
        found += _of_phrase(_window(text, said.start()), text[said.end() : said.end() + 80])
    return found


def _window(text: str, end: int) -> str:
    """What stands before a place, back to the beginning of its sentence."""
    window = text[max(0, end - _WINDOW_CHARS) : end].rstrip(" ,–-(")
    stops = [stop.end() for stop in _STOP.finditer(window)]
    return window[stops[-1] :] if stops else window


def _of_bracket(before: str, inside: str) -> Iterator[Introduced]:
    if _SAID.match(inside):  # found as a phrase
        return
    parts = [part.strip(_QUOTES) for part in _SEPARATOR.split(inside)]
    short = next((part for part in parts[:2] if _is_short(part) and part.upper() not in _NO_SHORT_FORMS), None)
    if short is not None:
        own = _spelt_out(short, _words(before))
        if own:
            yield Introduced(short, own, Evidence.INITIALS)
        for other in parts[:2]:
            if other != short and _all_initials(short, other):
                yield Introduced(short, " ".join(other.split()), Evidence.INITIALS)
        if not own and len(_letters(short)) >= _LEAST_LETTERS and (parts[0] == short or len(parts) == 2):
            names = list(_names(before))
            # With more than one beginning one text cannot tell where the name begins; several may.
            sure = Evidence.NAME if len(names) == 1 else Evidence.NAME_PERHAPS
            yield from (Introduced(short, name, sure) for name in names)
        return
    words = _words(before)
    if words and _is_short(words[-1]) and parts and _all_initials(words[-1], parts[0]):
        yield Introduced(words[-1], " ".join(parts[0].split()), Evidence.INITIALS)


def _of_phrase(before: str, after: str) -> Iterator[Introduced]:
    """ "... (gọi tắt là X ..." where X is initials, or a shortened form of the name before."""
    end = _CLAUSE_END.search(after.lstrip(_QUOTES))
    said = after.lstrip(_QUOTES)[: end.start() if end else None].strip(_QUOTES)
    words = _words(said)
    if not words:
        return
    short = words[0]
    if _is_short(short):
        own = _spelt_out(short, _words(before))
        if own:
            yield Introduced(short, own, Evidence.INITIALS)
        return
    if end is None or not 2 <= len(words) <= 8 or not any(word[0].isupper() for word in words[1:]):
        return
    long = _long_of_shortened(words, _words(before))
    if long:
        yield Introduced(" ".join(words), long, Evidence.SHORTENED)


def _long_of_shortened(short: Sequence[str], before: Sequence[str]) -> str | None:
    """The name at the end of `before` that begins like `short` and holds its words in order."""
    lower = [word.lower() for word in before]
    wanted = [word.lower() for word in short]
    for start in range(len(lower) - len(wanted) - 1, -1, -1):
        if lower[start] != wanted[0] or len(lower) - start > 2 * _MOST_WORDS:
            continue
        rest = iter(lower[start:])
        if all(word in rest for word in wanted) and lower[-1] == wanted[-1]:
            return " ".join(before[start:])
    return None


@lru_cache(maxsize=20_000)
def _is_short(text: str) -> bool:
    """Whether a word looks like initials: two capitals at least, and more capitals than not."""
    if not _SHORT.fullmatch(text):
        return False
    letters = [character for character in text if character.isalpha()]
    capitals = sum(map(str.isupper, letters))
    return capitals >= 2 and capitals > len(letters) - capitals and not _ROMAN.match(text)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.replace("_", " "))


def _letters(short: str) -> str:
    return fold("".join(character for character in short if character.isalpha()))


def _spelt_out(short: str, words: Sequence[str]) -> str | None:
    """The last words whose initials are the letters of `short`; small words between them may be passed over."""
    letters = _letters(short)
    at = len(words)
    for letter in reversed(letters):
        at -= 1
        while at > 0 and not _begins(words[at], letter) and words[at].lower() in _PASSED_OVER and at < len(words) - 1:
            at -= 1
        if at < 0 or not _begins(words[at], letter):
            return None
    return " ".join(words[at:])


def _all_initials(short: str, text: str) -> bool:
    words = _words(text)
    return len(words) > 1 and _spelt_out(short, words) == " ".join(words)


def _begins(word: str, letter: str) -> bool:
    return not _is_short(word) and fold(word[:1]) == letter


def _names(before: str) -> Iterator[str]:
    """The names that may end where `before` ends: from a word such as "Tổ chức" on, with a capital in one of two."""
    words = _words(before)[-_MOST_WORDS:]
    for at in range(len(words) - 2):
        pair = "_".join(word.lower() for word in words[at : at + 2])
        if pair not in _HEADS and words[at].lower() not in _HEADS:
            continue
        if len(words) - at < (_LEAST_NAME if pair != "quân_đội" else _LEAST_NAME + 1) or _is_clause(words[at:]):
            continue
        if words[at][0].isupper() or words[at + 1][0].isupper() or (pair in _HEADS and words[at + 2][0].isupper()):
            yield " ".join(words[at:])


def _is_clause(words: Sequence[str]) -> bool:
    lower = [word.lower() for word in words]
    return any(word in _CLAUSE_WORDS and (word, before) != ("do", "tự") for before, word in pairwise(["", *lower]))
