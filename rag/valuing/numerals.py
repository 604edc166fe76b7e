"""Numbers in figures, in Vietnamese words, and in both: "8.500", "hai mươi lăm", "2,7 tỷ", "hàng chục ngàn"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

_TOKEN = re.compile(
    r"\d+(?:[.,]\d+)*|[^\W\d_][\w²³]*(?:-la)?|[%‰$€£¥₫]|[°º]c\b|[°º]|[-–—]|\S", re.IGNORECASE
)  # "đô-la" is one word

ONES: Final = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
# After "mươi" and "mười": there five is "lăm", and "năm" is a year.
_LAST: Final = {**ONES, "mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
del _LAST["năm"]
SCALES: Final = {
    "trăm": 1e2, "nghìn": 1e3, "ngàn": 1e3, "vạn": 1e4, "triệu": 1e6, "tr": 1e6, "tỷ": 1e9, "tỉ": 1e9, "chục": 1e1,
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3,
}  # fmt: skip
# "Vài chục" is two to nine tens, "hàng chục" one to nearly ten.
_FEW: Final = {"vài": (2.0, 9.0), "mấy": (2.0, 9.0), "dăm": (4.0, 6.0), "hàng": (1.0, 9.99)}
_GROUPED_BY_POINTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?\Z")
_GROUPED_BY_COMMAS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?\Z")
_DECIMAL = re.compile(r"\d+[.,]\d+\Z")
_MILLION = 1e6


class Token(NamedTuple):
    """A word, a number in figures or a sign at `text[start:end]`; `word` is in small letters."""

    word: str
    start: int
    end: int
    capital: bool


class Numeral(NamedTuple):
    """A number that takes the tokens from `first` to before `after`. `words` says how many of them are no figures."""

    low: float
    high: float
    first: int
    after: int
    words: int
    scale: float


def tokens_of(text: str) -> list[Token]:
    """The tokens of an NFC text."""
    return [Token(found[0].lower(), *found.span(), found[0][:1].isupper()) for found in _TOKEN.finditer(text)]


def figure(written: str, *, before_a_million: bool = False) -> float | None:
    """The number that figures write in Vietnamese style ("1.234,5") or English ("8,500"); None for another string.

    A comma before three figures groups them, but not before "triệu" and "tỷ": "1,125 tỷ" is a little over one.
    """
    if _GROUPED_BY_POINTS.match(written):
        return float(written.replace(".", "").replace(",", "."))
    if _GROUPED_BY_COMMAS.match(written) and not (before_a_million and written.count(",") == 1):
        return float(written.replace(",", ""))
    if written.isdecimal() or _DECIMAL.match(written):
        return float(written.replace(",", "."))
    return None


def numeral_at(tokens: Sequence[Token], at: int) -> Numeral | None:
    """The longest numeral that begins at a token; scales must fall ("2 triệu 300 nghìn")."""
    low = high = 0.0
    position, least = at, float("inf")
    while part := _part(tokens, position):
        scale, after = _scale(tokens, part.after)
        if scale >= least or (position > at and scale == 1 and part.after - part.first < 2):
            break
        low, high = low + part.low * scale, high + part.high * scale
        position, least = after, scale
        if scale == 1:
            break
        if _word(tokens, position) in ("rưỡi", "rưởi"):
            low, high, position = low + scale / 2, high + scale / 2, position + 1
            break
    if position == at:
        return None
    words = sum(not token.word[0].isdecimal() for token in tokens[at:position])
    return Numeral(low, high, at, position, words, least)


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].word if 0 <= at < len(tokens) else ""


def _scale(tokens: Sequence[Token], at: int) -> tuple[float, int]:
    """The product of the scales from a token on, and the token after them: "trăm nghìn" is 100,000."""
    scale = 1.0
    while (word := _word(tokens, at)) in SCALES:
        if word in ("k", "tr") and tokens[at].start != tokens[at - 1].end:
            break
        scale *= SCALES[word]
        at += 1
    return scale, at


def _part(tokens: Sequence[Token], at: int) -> Numeral | None:
    """A number below a thousand in words, figures, or "vài", "hàng" and "nửa" before a scale."""
    word = _word(tokens, at)
    if word[:1].isdecimal():
        number = figure(word, before_a_million=_scale(tokens, at + 1)[0] >= _MILLION)
        return None if number is None else Numeral(number, number, at, at + 1, 0, 1)
    if word in _FEW and _word(tokens, at + 1) in SCALES:
        return Numeral(*_FEW[word], at, at + 1, 1, 1)
    if word == "nửa" and SCALES.get(_word(tokens, at + 1), 0) >= 1e3:
        return Numeral(0.5, 0.5, at, at + 1, 1, 1)
    following = _word(tokens, at + 1)
    if word in ONES and following in ONES and following != "năm" and ONES[following] == ONES[word] + 1:
        return Numeral(ONES[word], ONES[following], at, at + 2, 2, 1)  # "hai ba người"
    return _spelt(tokens, at)


def _spelt(tokens: Sequence[Token], at: int) -> Numeral | None:
    """ "Ba trăm lẻ năm", "hai mươi lăm", "mười hai", "chín"."""
    total, position = 0, at
    if _word(tokens, at) in ONES and _word(tokens, at + 1) == "trăm":
        total, position = ONES[_word(tokens, at)] * 100, at + 2
        if _word(tokens, position) in ("lẻ", "linh") and _word(tokens, position + 1) in ONES:
            total, position = total + ONES[_word(tokens, position + 1)], position + 2
            return Numeral(total, total, at, position, position - at, 1)
    tens, after = _tens(tokens, position)
    if after == position and total == 0:
        if _word(tokens, at) not in ONES:
            return None
        tens, after = ONES[_word(tokens, at)], at + 1
    total += tens
    return Numeral(total, total, at, after, after - at, 1)


def _tens(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """Tens and ones from a token on, and the token after them."""
    word, following = _word(tokens, at), _word(tokens, at + 1)
    if word == "mười":
        tens, after = 10, at + 1
    elif word in ONES and following == "mươi":
        tens, after = ONES[word] * 10, at + 2
    elif word in ONES and following in ("mốt", "lăm", "nhăm"):
        tens, after = ONES[word] * 10, at + 1
    else:
        return 0, at
    last = _LAST.get(_word(tokens, after))
    return (tens, after) if last is None else (tens + last, after + 1)
