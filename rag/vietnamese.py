"""Vietnamese text: normal form, folding, search terms, sentence boundaries.

Everything that a library stores or a query is compared with goes through this module, so a change that alters the
output of `nfc`, `fold`, `syllables` or `terms` must raise `NORMALISER_VERSION`: libraries built before are refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import chain

from rag.datatypes import Span

NORMALISER_VERSION = 1

FOLDED_PREFIX = "~"
BIGRAM_JOINT = "_"

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_MARK = re.compile("[\u0300-\u036f]+")
_CACHE_LIMIT = 200_000


def nfc(text: str) -> str:
    """The text in Unicode normal form C. Every text enters through this."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case without diacritics: "Đường" gives "duong". NFC and NFD input give the same.

    Marks are removed from the full decomposition, because NFD sets the dot below before the circumflex; "đ" has no
    decomposition and is mapped by hand. Scripts whose letters are not written with Latin marks keep theirs.
    """
    bare = _MARK.sub("", unicodedata.normalize("NFD", nfc(text).lower()))
    return unicodedata.normalize("NFC", bare.replace("đ", "d"))


# ---- tokens -----------------------------------------------------------------------------------------------------

# A token is a run of letters, digits and left-over combining marks, or several joined by a sign that binds: digits by
# . , / : or -, anything by . - or &. Pieces are cut at 64 characters so that a hostile run cannot make a giant term.
_PIECE = r"[\w\u0300-\u036f]{1,64}"
_TOKEN = re.compile(rf"{_PIECE}(?:[.,/:\-–](?=\d)(?<=\d[.,/:\-–])\d{{1,64}}|[.\-–&’'](?=[^\W_]){_PIECE}){{0,16}}")
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
    found = _SYLLABLE.match(bare)
    if not found:
        return token
    if _I_FOR_Y.match(bare):
        bare = bare[:-1] + "y"
        found = _SYLLABLE.match(bare)
        assert found is not None
    if not tones:
        return bare
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
    return str(int(number)) if len(number) <= 64 else number


def _parts(token: str) -> tuple[str, ...]:
    """The syllables of one token: a number stays whole, "covid-19" and "tp.hcm" fall into their parts."""
    token = token.strip("\u0300")
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
    """Further forms under which a token can be found: "tphcm", "3000", "31/1" of a full date, "100" and "km"."""
    if token.isalpha():
        return ()
    date = _DATE.match(token)
    if date:
        return (f"{_plain(date[1])}/{_plain(date[2])}", date[3])
    if _GROUPED.match(token):
        return (re.sub(r"[.,]", "", token),)
    unit = _WITH_UNIT.match(token)
    if unit:
        return (unit[1], unit[2])
    pieces = _JOINTS.split(token)
    if (
        len(pieces) > 1
        and not _NUMBER.match(token)
        and ("." in token or any(p.isdigit() or len(p) == 1 for p in pieces))
    ):
        return ("".join(pieces),)
    return ()


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
    return _TOKEN.findall(nfc(nfc(text).lower()).replace("_", " "))


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
    result = words + bare
    result += map("_".join, zip(words, words[1:], strict=False))
    result += [f"{first}_{second[1:]}" for first, second in zip(bare, bare[1:], strict=False)]
    if extras:
        result += extras
        result += [_folded[extra] for extra in extras]
    return result


# ---- sentences --------------------------------------------------------------------------------------------------

_BREAK = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_CLOSERS = "”’»)\\]\"'"
_OPENERS = "“‘«([\"'"
_END = re.compile(rf"(?P<marks>[.!?…]+(?:/\.+)?)(?P<closers>[{_CLOSERS}.!?…]*)|(?P<line>[{_BREAK}]\s*)")
_GAP = re.compile(r"\s*")
_SAYS_SOMETHING = re.compile(r"[^\W_]")
_LOOKBACK = 32

_ABBREVIATIONS = frozenset(
    "tp tx tt tt q p h x t ts ths th.s gs pgs bs cn ks kts ls ns nsnd nsưt nsut nhà.b đ đ/c mr mrs ms dr prof st sr jr"
    " vs tr no art vol fig inc ltd co corp gen col sgt lt capt rep sen gov ô b a c".split()
)
_STARTERS = frozenset(
    "ông bà anh chị theo tuy sau trong tại khi nhưng và ngoài đây các những một với về do vì nếu để từ trước hiện đến"
    " cùng như cả họ nó tôi chúng đó việc ngày hai đồng bên dù mặc mới vào ở qua cho còn được bị cũng đã sẽ đang ai"
    " mỗi mọi nhiều có không công cơ cảnh kết tuyên trả phát thông nhận the in it he she we".split()
)


def _last_token(text: str, end: int) -> str:
    """The run of non-white characters that ends at `end`, at most `_LOOKBACK` long."""
    start = max(0, end - _LOOKBACK)
    window = text[start:end]
    pieces = window.split()
    if not pieces or window[-1].isspace():
        return ""
    return nfc(pieces[-1]).lstrip("“‘«([\"'-–—")


def _word_at(text: str, start: int) -> str:
    end = start
    stop = min(len(text), start + _LOOKBACK)
    while end < stop and (text[end].isalnum() or unicodedata.combining(text[end])):
        end += 1
    return nfc(text[start:end])


def _is_abbreviation(token: str, following: str) -> bool:
    """Whether a full stop after `token` belongs to the word and not to the sentence."""
    last = token.rsplit(".", 1)[-1]
    if len(last) == 1 and last.isalpha() and last.isupper():
        return following.lower() not in _STARTERS
    return last.lower() in _ABBREVIATIONS and (last[:1].isupper() or last.lower() in ("tr", "vs", "đ/c"))


_LIST_LABEL = re.compile(r"[(\[]?(?:\d{1,3}|[A-Za-zĐđ]|[IVX]{1,5})\Z")


def _ends_sentence(text: str, start: int, found: re.Match[str]) -> bool:
    marks, closers, end = found["marks"], found["closers"], found.end()
    if end == len(text):
        return True
    gap = _GAP.match(text, end)
    assert gap is not None
    at = gap.end()
    if at == len(text):
        return True
    spaced = at > end
    opened = at
    while opened < len(text) and opened - at < 3 and text[opened] in _OPENERS + "-–—• ":
        opened += 1
    following = text[opened] if opened < len(text) else ""
    if following.islower() or text[at] in ",;:%/&=)]}”’»":
        return False
    if not spaced:
        return _glued_end(text, found, following, opened)
    if not (following.isupper() or following.isdigit() or opened > at or not following.isalnum()):
        return not following.islower()
    if marks == "." and not closers:
        token = _last_token(text, found.start())
        if _LIST_LABEL.match(token) and found.start() - start == len(token):
            return False
        if _is_abbreviation(token, _word_at(text, opened)):
            return False
    return True


def _glued_end(text: str, found: re.Match[str], following: str, opened: int) -> bool:
    """A mark with no space after it ends a sentence only between running text and a capitalised word."""
    if not following.isupper():
        return False
    word = _word_at(text, opened)
    capitalised = len(word) == 1 or word[1:].islower()
    if not capitalised or (len(word) == 1 and not text[opened + len(word) : opened + len(word) + 1].isspace()):
        return False
    if found["closers"] or found["marks"] != ".":
        return True
    token = _last_token(text, found.start())
    last = token.rsplit(".", 1)[-1]
    if not last or _is_abbreviation(token, word) or last.isupper() or "@" in token or "://" in token:
        return False
    return last[-1].islower() or last[-1].isdigit() or last[-1] in _CLOSERS


def _cuts(text: str) -> Iterator[int]:
    """Offsets where one sentence ends and white space or the next sentence begins."""
    start = 0
    while start < len(text) and text[start].isspace():
        start += 1
    for found in _END.finditer(text):
        if found["line"]:
            cut = _line_ends_sentence(text, found)
        else:
            cut = _ends_sentence(text, start, found)
        if cut:
            yield found.end()
            gap = _GAP.match(text, found.end())
            assert gap is not None
            start = gap.end()


def _line_ends_sentence(text: str, found: re.Match[str]) -> bool:
    """A line break is a boundary unless the next line goes on in lower case without a blank line between."""
    if found.end() == len(text) or not text[found.end()].islower():
        return True
    if found.start() and text[found.start() - 1] in ".!?…:;":
        return True
    line = found["line"]
    return sum(line.count(mark) for mark in "\n\u2028\u2029") > 1


def sentences(text: str) -> list[Span]:
    """The sentences of a text as spans in order, without surrounding white space, covering all other characters."""
    spans: list[Span] = []
    start = 0
    for cut in chain(_cuts(text), (len(text),)):
        piece = text[start:cut]
        stripped = piece.strip()
        begin = start + len(piece) - len(piece.lstrip())
        if stripped and spans and not _SAYS_SOMETHING.search(stripped) and begin - spans[-1].end < 2:
            spans[-1] = Span(spans[-1].start, begin + len(stripped))
        elif stripped:
            spans.append(Span(begin, begin + len(stripped)))
        start = cut
    return spans
