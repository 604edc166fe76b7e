"""Bytes to text: which encoding a file is in, and one normal form for all of them.

Handled are UTF-8, UTF-16 and UTF-32 with a byte order mark, UTF-8 and UTF-16 without one, Windows-1258, TCVN 5712
(VN1), and the 8-bit text of TCVN3 and VNI fonts. UTF-8 is taken whenever the bytes are valid UTF-8. Eight-bit
candidates are weighed by how many of the words they give are spelled like Vietnamese syllables; bytes that give
neither Vietnamese nor plain Western text are refused, never guessed at.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Literal

from rag.errors import LoadError
from rag.loading.legacy_fonts import TCVN3_LETTERS, TCVN_CAPITALS, convert, count_words, detect_legacy_font
from rag.vietnamese import nfc

Encoding = Literal[
    "utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp1258", "tcvn3", "vni", "tcvn-vn1", "cp1252"
]

_MARKS: tuple[tuple[bytes, Encoding], ...] = (  # UTF-32-LE begins with the mark of UTF-16-LE, so it comes first
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 400_000
_SAVE_AS_UTF8 = "Save it as UTF-8 text"

# Stripped because they break quotations, offsets and search: control characters, zero-width and bidirectional ones,
# soft hyphens, byte order marks, tag characters (invisible text), non-characters.
_STRIPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_NEWLINES = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Crawlers leave "&nbsp;" behind as text, often without its semicolon.
_SPACES = re.compile("&nbsp;?|[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_SURROGATES = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A normalised text and the encoding it was stored in."""

    text: str
    encoding: Encoding


def normalise(text: str) -> str:
    """The text in NFC with "\\n" newlines and plain spaces, without control and invisible characters."""
    text = _STRIPPED.sub("", text)
    text = _SURROGATES.sub("\ufffd", text)
    text = _SPACES.sub(" ", _NEWLINES.sub("\n", text))
    return nfc(text)


def to_unicode(text: str) -> str:
    """Normalised text, converted from a legacy Vietnamese font where the whole text clearly is in one."""
    composed = nfc(text)
    return normalise(convert(composed, detect_legacy_font(composed)))


def decode_bytes(data: bytes, *, where: str) -> Decoded:
    """The normalised text of a whole file. Raises LoadError where the bytes are no text that can be told."""
    encoding = sniff_encoding(data, where=where)
    return Decoded(to_unicode(decode_as(data, encoding, where=where)), encoding)


def sniff_encoding(data: bytes, *, where: str, by_line: bool = False) -> Encoding:
    """The encoding of a file, from all of it or from its beginning.

    A character of several bytes that is cut off at the end does not count against UTF-8 once 400,000 bytes are given.
    With `by_line`, for files whose lines stand alone, a little damage to UTF-8 is left to be found in its line.
    Raises LoadError for binary data and for 8-bit text in no encoding that can be told.
    """
    try:
        return _sniff(data, where)
    except LoadError:
        without_nul = data.replace(b"\x00", b"")
        if by_line and len(without_nul) >= 0.99 * len(data):
            wrong = without_nul.decode("utf-8", "replace").count("\ufffd")
            if wrong <= 0.01 * len(without_nul) and not _CONTROLS.search(without_nul.decode("latin-1")):
                return "utf-8"
        raise


def _sniff(data: bytes, where: str) -> Encoding:
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if marked is not None and marked != "utf-8":
        return marked
    if b"\x00" in data:
        return _utf16_without_mark(data, where)
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=len(data) < _SAMPLE_BYTES)
    except UnicodeDecodeError as error:
        return _eight_bit(data[:_SAMPLE_BYTES], error, where)
    return "utf-8"


def decode_as(data: bytes, encoding: Encoding, *, where: str) -> str:
    """The text as stored, not yet normalised. Raises LoadError at the first byte that is wrong."""
    if encoding == "tcvn-vn1":
        return data.decode("latin-1").translate(_TCVN_VN1)
    if encoding in ("cp1252", "tcvn3", "vni"):
        text = data.decode("latin-1").translate(_CP1252)
        return text if encoding == "cp1252" else convert(text, encoding)
    for mark, marked in _MARKS:
        if marked == encoding and data.startswith(mark):
            data = data[len(mark) :]
            break
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise LoadError(
            f"not valid {encoding.upper()} at byte {error.start:,}", where=where, remedy=_SAVE_AS_UTF8
        ) from error


# The five places that Windows-1252 leaves empty stay control characters, so that decoding never fails.
_CP1252 = {b: bytes([b]).decode("cp1252", "replace") for b in range(0x80, 0xA0) if b not in b"\x81\x8d\x8f\x90\x9d"}
_TCVN_VN1 = {ord(code): letter for code, letter in (TCVN3_LETTERS | TCVN_CAPITALS).items()}
_VN1_ONLY = re.compile(b"[\x01\x02\x04-\x06\x11-\x17\x80-\x9f\xaf-\xb4\xba\xbf-\xc5\xcd\xd9-\xdb\xe0\xf0\xff]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Signs of the Windows block where no writer puts them: capitals of VN1 read as Windows-1252.
_MISPLACED = re.compile("[\x80-\x9fƒ†‡ˆ‰ŠŒŽ˜™šœžŸ‹›]|(?<=[A-Za-z])[‘“€‚„•]")
_TYPOGRAPHIC = frozenset("‘’“”‚„–—…•«»°€§\u00a0")
_LATIN_HIGH_BYTES = (0x00, 0x01, 0x03, 0x1E, 0x20)


def _utf16_without_mark(data: bytes, where: str) -> Encoding:
    """UTF-16 shows as zero bytes (spaces, digits, letters without marks) at every other place, never at both."""
    sample = data[: _SAMPLE_BYTES & ~1]
    pairs = len(sample) // 2
    halves = (sample[0 : 2 * pairs : 2], sample[1 : 2 * pairs : 2])
    for high, low, encoding in ((halves[1], halves[0], "utf-16-le"), (halves[0], halves[1], "utf-16-be")):
        latin = sum(high.count(block) for block in _LATIN_HIGH_BYTES)
        # Low zero bytes are few but not none: the combining grave of decomposed text is U+0300.
        if high.count(0) < max(0.2 * pairs, 4 * low.count(0)) or latin < 0.9 * pairs:
            continue
        if len(_CONTROLS.findall(sample.decode(encoding, "replace"))) <= 0.01 * pairs:
            return "utf-16-le" if encoding == "utf-16-le" else "utf-16-be"
    raise LoadError(
        f"binary data or a damaged text (a NUL byte at byte {data.index(0):,})",
        where=where,
        remedy="Convert the document to text, or remove the NUL bytes if it is one",
    )


def _eight_bit(data: bytes, utf8_error: UnicodeDecodeError, where: str) -> Encoding:
    """Which 8-bit encoding gives the most Vietnamese; Windows-1252 for plain Western text."""
    as_utf8 = data.decode("utf-8", "replace")
    damaged = as_utf8.count("\ufffd")
    if sum(character > "\x7f" for character in as_utf8) > 2 * damaged:
        raise LoadError(
            f"damaged UTF-8 (wrong at byte {utf8_error.start:,})", where=where, remedy="Save it again as UTF-8 text"
        )
    candidates: list[Encoding] = ["cp1258", "tcvn3", "vni", "cp1252"]
    if _VN1_ONLY.search(data):
        candidates.append("tcvn-vn1")
    best, best_share = None, 0.0
    for encoding in candidates:
        try:
            text = nfc(decode_as(data, encoding, where=where))
        except LoadError:
            continue
        share = 0.0 if _CONTROLS.search(text) else _vietnamese_share(text, encoding)
        if share > best_share:
            best, best_share = encoding, share
    if best is not None and best_share >= 0.7:
        return best
    if _is_western(decode_as(data, "cp1252", where=where)):
        return "cp1252"
    raise LoadError(
        f"the encoding cannot be told (not UTF-8 at byte {utf8_error.start:,}, nor Vietnamese in any other)",
        where=where,
        remedy=_SAVE_AS_UTF8,
    )


def _vietnamese_share(text: str, encoding: Encoding) -> float:
    """How many of the words with marks are Vietnamese syllables, from 0 to 1."""
    counts = count_words(text)
    misplaced = len(_MISPLACED.findall(text)) if encoding != "tcvn-vn1" else 0
    if not counts.marked:
        return 0.0
    if encoding in ("tcvn3", "vni"):
        valid = counts.marked_valid + counts.plain_valid
        if valid < 0.6 * (counts.marked + counts.plain):
            return 0.0
    return counts.marked_valid / (counts.marked + misplaced)


def _is_western(text: str) -> bool:
    """Plain text with some accented letters and typographic signs, as Western languages have them."""
    if _CONTROLS.search(text) or re.search("[\x80-\x9f]", text):
        return False
    letters = sum(map(str.isalpha, text))
    beyond = [character for character in text if character > "\x7f" and character not in _TYPOGRAPHIC]
    accented = sum(map(str.isalpha, beyond))
    return letters >= 0.6 * len(text) and accented <= 0.2 * letters and len(beyond) - accented <= 0.02 * len(text)
