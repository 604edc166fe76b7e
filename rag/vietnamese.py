"""Vietnamese text: normal form, folding, search terms, sentence boundaries.

Everything that a library stores or a query is compared with goes through this module, so a change that alters the
output of `nfc`, `fold`, `syllables` or `terms` must raise `NORMALISER_VERSION`: libraries built before are refused.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain, pairwise

from rag.sentences import sentences

__all__ = [
    "BIGRAM_JOINT", "CAPITAL", "FOLDED_PREFIX", "NORMALISER_VERSION", "SMALL", "fold", "nfc", "sentences", "syllables",
    "terms",
]  # fmt: skip

NORMALISER_VERSION = 1

FOLDED_PREFIX = "~"
BIGRAM_JOINT = "_"

CAPITAL = f"[{''.join(letter for letter in map(chr, range(0x1F00)) if letter.isupper())}]"
SMALL = f"[{''.join(letter for letter in map(chr, range(0x1F00)) if letter.isalpha() and letter.islower())}]"
"""Regular expressions for one capital or small letter, of any alphabet that has them."""

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_MARK = re.compile("[\u0300-\u036f]+")
_CACHE_LIMIT = 200_000


# Marks are sorted by insertion when text is composed: 2,000,000 on one letter would take hours. No language sets more
# than a few; the Unicode Standard Annex #15 lets a text be cut after 30.
_MARKS_KEPT = 30
_MARKS_PERHAPS = re.compile(rf"[^\w\s\x00-\x7f]{{{_MARKS_KEPT + 1},}}")


def nfc(text: str) -> str:
    """The text in Unicode normal form C, at most 30 combining marks in a row. Every text enters through this."""
    return unicodedata.normalize("NFC", _MARKS_PERHAPS.sub(_without_surplus_marks, text))


def _without_surplus_marks(found: re.Match[str]) -> str:
    kept: list[str] = []
    in_a_row = 0
    for character in found.group():
        in_a_row = in_a_row + 1 if unicodedata.combining(character) else 0
        if in_a_row <= _MARKS_KEPT:
            kept.append(character)
    return "".join(kept)


def fold(text: str) -> str:
    """Lower case without diacritics: "Đường" gives "duong". NFC and NFD input give the same.

    Marks are removed from the full decomposition, because NFD sets the dot below before the circumflex; "đ" has no
    decomposition and is mapped by hand, as is the eth typed for it. Scripts whose letters are not written with Latin
    marks keep theirs.
    """
    bare = _MARK.sub("", unicodedata.normalize("NFD", nfc(text).lower()))
    return unicodedata.normalize("NFC", bare.replace("đ", "d").replace("ð", "d"))


# A token is a run of letters, digits and left-over combining marks, or several joined by a sign that binds: digits by
# . , / : or -, anything by . - & or an apostrophe. Runs are cut at 64 characters, against giant terms.
_PIECE = r"\w[\w\u0300-\u036f]{0,63}"
_MORE_DIGITS = r"[.,/:\-–](?=\d)(?<=\d[.,/:\-–])\d{1,64}"
_TOKEN = re.compile(rf"{_PIECE}(?:{_MORE_DIGITS}|[.\-–&’'](?=[^\W_]){_PIECE}){{0,16}}")
_NUMBER = re.compile(r"\d+(?:[.,/:]\d+)*\Z")
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+\Z|\d{1,3}(?:,\d{3})+\Z")
_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\Z")
_DAY_MONTH = re.compile(r"(\d{1,2})[/\-](\d{1,2})\Z")
_WITH_UNIT = re.compile(r"(\d+(?:[.,]\d+)*)([^\W\d_]{1,8})\Z")
_JOINTS = re.compile(r"[.\-–&’']")

_SYLLABLE = re.compile(
    r"(?P<onset>qu(?=[aăâeêiouơôy])|gi(?=[aăâeêouơôư])|[^aăâeêioôơuưy]*)(?P<rime>[aăâeêioôơuưy]+)(?P<coda>[a-zđ]*)\Z"
)
_MARKED = frozenset("ăâêôơ")
_SHIFTING = frozenset(("oa", "oe", "uy"))
_I_FOR_Y = re.compile(r"(?:[hklmst]|qu)i\Z")


def _one_spelling(token: str) -> str:
    """The token with its tone mark where the reform of 1984 puts it ("hòa" -> "hoà"), and "quí" as "quý".

    Final i is written y after h, k, l, m, s, t and qu, where both spellings are in use for the same words.
    Tokens that are not one Vietnamese syllable are returned as they are.
    """
    if not token.isalpha() or len(token) > 8:
        return token
    if token.isascii():
        return token[:-1] + "y" if _I_FOR_Y.match(token) else token
    decomposed = unicodedata.normalize("NFD", token)
    tones = [mark for mark in decomposed if mark in _TONES]
    if len(tones) > 1:
        return token
    bare = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
    if _I_FOR_Y.match(bare):
        bare = bare[:-1] + "y"
    found = _SYLLABLE.match(bare)
    if not found or not tones:
        return token if tones else bare
    rime = found["rime"]
    place = _tone_place(rime, closed=bool(found["coda"]))
    at = found.start("rime") + place + 1
    return nfc(bare[:at] + tones[0] + bare[at:])


def _tone_place(rime: str, *, closed: bool) -> int:
    for place in range(len(rime) - 1, -1, -1):
        if rime[place] in _MARKED:
            return place
    if "ư" in rime:
        return rime.index("ư")
    if len(rime) == 1:
        return 0
    if len(rime) > 2 or closed or rime in _SHIFTING:
        return 1
    return 0


def _plain(number: str) -> str:
    """The number without leading zeros."""
    return str(int(number))


def _parts(token: str) -> tuple[str, ...]:
    """The syllables of one token: a number stays whole, "covid-19" and "tp.hcm" fall into their parts."""
    date = _DATE.match(token)
    if date:
        return (f"{_plain(date[1])}/{_plain(date[2])}/{date[3]}",)
    day = _DAY_MONTH.match(token)
    if day and "/" in token:
        return (f"{_plain(day[1])}/{_plain(day[2])}",)
    if _NUMBER.match(token):
        return (token,)
    return tuple(_one_spelling(piece) for piece in _JOINTS.split(token) if piece)


def _extras(token: str) -> tuple[str, ...]:
    """Further forms under which a token can be found.

    "tp.hcm" also as "tphcm", "covid-19" as "covid19", "3.000" as "3000", "31/1/2022" as "31/1" and "2022", "100km" as
    "100" and "km", and "23-10", a way to write a day, as "23/10".
    """
    date, day, unit = _DATE.match(token), _DAY_MONTH.match(token), _WITH_UNIT.match(token)
    if date:
        return (f"{_plain(date[1])}/{_plain(date[2])}", date[3])
    if day:
        is_day = "-" in token and int(day[1]) <= 31 and int(day[2]) <= 12
        return (f"{_plain(day[1])}/{_plain(day[2])}",) if is_day else ()
    if unit:
        return (unit[1], unit[2])
    if _GROUPED.match(token):
        return (re.sub(r"[.,]", "", token),)
    pieces = [piece for piece in _JOINTS.split(token) if piece]
    sticks = "." in token or any(piece.isdigit() or len(piece) == 1 for piece in pieces)
    joins = len(pieces) > 1 and sticks and not all(piece[0].isdigit() for piece in pieces)
    return ("".join(pieces),) if joins else ()


def _spelt_days(words: list[str]) -> list[str]:
    """ "31/1" for each "31 tháng 1", diacritics or not, as most days are written with a stroke in the news."""
    return [
        f"{_plain(day)}/{_plain(month)}"
        for day, name, month in zip(words, words[1:], words[2:], strict=False)
        if name in ("tháng", "thang") and day.isdecimal() and month.isdecimal() and len(day) < 3 and len(month) < 3
    ]


class _PartsCache(dict[str, tuple[str, ...]]):
    def __missing__(self, token: str) -> tuple[str, ...]:
        if len(self) > _CACHE_LIMIT:
            self.clear()
        value = self[token] = _parts(token)
        return value


class _ExtrasCache(dict[str, tuple[str, ...]]):
    def __missing__(self, token: str) -> tuple[str, ...]:
        if len(self) > _CACHE_LIMIT:
            self.clear()
        value = self[token] = _extras(token)
        return value


class _FoldCache(dict[str, str]):
    def __missing__(self, syllable: str) -> str:
        if len(self) > _CACHE_LIMIT:
            self.clear()
        value = self[syllable] = FOLDED_PREFIX + fold(syllable)
        return value


_parts_of = _PartsCache()
_extras_of = _ExtrasCache()
_folded = _FoldCache()


def _tokens(text: str) -> list[str]:
    # The letter eth is typed for "đ" in many old texts; the underscore joins the syllables of segmented ones.
    return _TOKEN.findall(nfc(nfc(text).lower()).replace("_", " ").replace("ð", "đ"))


def syllables(text: str) -> list[str]:
    """The words of the text in order: lower case, NFC, one spelling of each syllable; numbers and dates whole.

    "Covid-19", "TP.HCM" and "Nga-Ukraine" give their parts; "3.000", "2,7" and "31/1/2022" stay whole, and
    "01/02/2022" is written "1/2/2022". One-letter words ("ở", "ý") are kept.
    """
    return list(chain.from_iterable(map(_parts_of.__getitem__, _tokens(text))))


def terms(text: str) -> list[str]:
    """The terms of the lexical index: every syllable, every bigram, and the folded form of both.

    Kinds are told apart by their spelling: "hoà", "hoà_bình", "~hoa", "~hoa_binh". Repetitions are kept, BM25 counts
    them. Documents and queries are analysed alike. No term contains white space.
    """
    tokens = _tokens(text)
    words = list(chain.from_iterable(map(_parts_of.__getitem__, tokens)))
    bare = [_folded[word] for word in words]
    extras = list(chain.from_iterable(map(_extras_of.__getitem__, tokens)))
    if "tháng" in words or "thang" in words:
        extras += _spelt_days(words)
    result = words + bare
    result += map(BIGRAM_JOINT.join, pairwise(words))
    result += [f"{first}_{second[1:]}" for first, second in pairwise(bare)]
    if extras:
        result += extras
        result += [_folded[extra] for extra in extras]
    return result
