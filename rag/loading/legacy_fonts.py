"""Vietnamese written for the fonts of the 1990s: TCVN3 (ABC, `.VnTime`) and VNI-Windows (`VNI-Times`).

Those fonts drew Vietnamese letters in the places of Western ones, so the stored text reads "Céng hßa x· héi" or
"Coäng hoøa xaõ hoäi" for "Cộng hòa xã hội". Sources: TCVN 5712:1993 (VN3), and the VNI-Windows two-character scheme.

TCVN3 has no capitals with tone marks: they were typed as small letters and drawn by a capital font (`.VnTimeH`), or as
a plain capital followed by the small letter. Capitals are restored where the writing around them says so.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

LegacyFont = Literal["tcvn3", "vni"]

_TONE_MARKS = {"grave": "\u0300", "hook": "\u0309", "tilde": "\u0303", "acute": "\u0301", "dot": "\u0323"}
_TONES = frozenset(_TONE_MARKS.values())

# ---- tables -----------------------------------------------------------------------------------------------------


def _runs(table: dict[int, str]) -> dict[str, str]:
    """Consecutive code points from each start; a dot leaves a place out."""
    return {chr(start + i): letter for start, run in table.items() for i, letter in enumerate(run) if letter != "."}


TCVN3_LETTERS = _runs(
    {
        0xA1: "ĂÂÊÔƠƯĐăâêôơưđ",
        0xB5: "àảãáạ.ằẳẵắ",
        0xC6: "ặầẩẫấậè.ẻẽéẹềểễếệìỉ",
        0xDC: "ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ",
    }
)
# The full set (VN1) puts the toned capitals where ASCII has control characters and in the gaps of VN3.
TCVN_CAPITALS = _runs(
    {
        0x01: "ÚỤ.ỪỬỮ",
        0x11: "ỨỰỲỶỸÝỴ",
        0x80: "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ",
        0xAF: "Ằ",
        0xB0: "\u0300\u0309\u0303\u0301\u0323",
        0xBA: "Ẳ",
        0xBF: "ẴẮẦẨẪẤỀ",
        0xCD: "Ể",
        0xD9: "ỄẾỒ",
        0xE0: "Ổ",
        0xF0: "Ỗ",
        0xFF: "Ố",
    }
)


def _vni_pairs() -> dict[str, str]:
    """Letter and following mark -> Vietnamese letter, both cases, and a capital with a small mark."""
    toned = {"acute": "ù", "grave": "ø", "hook": "û", "tilde": "õ", "dot": "ï"}
    circumflex = {"": "â", "acute": "á", "grave": "à", "hook": "å", "tilde": "ã", "dot": "ä"}
    breve = {"": "ê", "acute": "é", "grave": "è", "hook": "ú", "tilde": "ü", "dot": "ë"}
    written = [(typed, plain, toned) for typed, plain in zip("aeouyôö", "aeouyơư", strict=True)]
    written += [(letter, letter + "\u0302", circumflex) for letter in "aeo"]
    written.append(("a", "a\u0306", breve))
    pairs = {}
    for typed, plain, marks in written:
        for tone, mark in marks.items():
            letter = unicodedata.normalize("NFC", plain + _TONE_MARKS.get(tone, ""))
            pairs[typed + mark] = letter
            pairs[typed.upper() + mark.upper()] = letter.upper()
            pairs[typed.upper() + mark] = letter.upper()
    return pairs


VNI_PAIRS = _vni_pairs()
VNI_SINGLES = dict(zip("ôöíìæóòîñ", "ơưíìỉĩịỵđ", strict=True)) | dict(zip("ÔÖÍÌÆÓÒÎÑ", "ƠƯÍÌỈĨỊỴĐ", strict=True))
# "Ö" + "ï" and the like: the mark belongs to the letter before it, so pairs are tried first.
_VNI = re.compile("|".join([*(re.escape(p) for p in VNI_PAIRS), f"[{''.join(VNI_SINGLES)}]"]))
_VNI_TO_UNICODE = VNI_PAIRS | VNI_SINGLES

# ---- what a Vietnamese syllable looks like ----------------------------------------------------------------------


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_RIMES = _words(
    """a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et
    ê êch ên ênh êm êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oam oan oang
    oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oi om on ong ooc oong op ot oc ô ôc ôi ôm ôn ông ôp ôt ơ
    ơi ơm ơn ơp ơt u ua uc ui um un ung up ut uân uâng uât uây uê uêch uênh uơ uy uya uych uyn uynh uyt uyu uyên uyêt
    uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu"""
)
_AFTER_Q = _words(
    """ua uac uach uai uan uang uanh uao uat uay uau uăc uăm uăn uăng uăp uăt uân uâng uât uây uâu ue uen ueo uet uê
    uên uênh uêt uêu ui uit uin uơ uy uych uyên uyêt uynh uyt uyp uôc"""
)
_AFTER_GI = frozenset(rime for rime in _RIMES if rime[0] not in "iy") | {"", "êng", "êt", "êc", "ê", "n", "m", "t"}
_ONSETS = ("ngh", "ng", "nh", "gh", "gi", "kh", "ch", "ph", "th", "tr", "qu", *"bcdđghklmnprstvx", "")
_FRONT = frozenset("eêiy")


@lru_cache(maxsize=100_000)
def is_syllable(word: str) -> bool:
    """Whether a word of NFC letters, in any case, is spelled like one Vietnamese syllable.

    A syllable closed by a stop must carry the acute or the dot, unless the whole word is written without diacritics.
    """
    if not 0 < len(word) <= 8:
        return False
    lower = word.lower()
    decomposed = unicodedata.normalize("NFD", lower)
    tones = [mark for mark in decomposed if mark in _TONES]
    if len(tones) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(mark for mark in decomposed if mark not in _TONES))
    stopped = bare[-1] in "cpt" or bare.endswith("ch")
    if stopped and not lower.isascii() and not {"\u0301", "\u0323"}.intersection(tones):
        return False
    return _is_bare_syllable(bare)


def _is_bare_syllable(bare: str) -> bool:
    onset = next(onset for onset in _ONSETS if bare.startswith(onset))
    rime = bare[len(onset) :]
    if onset == "qu":
        return "u" + rime in _AFTER_Q
    if onset == "gi":
        return rime in _AFTER_GI
    if rime not in _RIMES:
        return False
    if onset in {"k", "gh", "ngh"}:
        return rime[0] in _FRONT
    if onset in {"c", "g", "ng"}:
        return rime[0] not in _FRONT
    return not (rime.startswith("yê") and onset) and not (rime.startswith("iê") and not onset)


# In a legacy text a letter may be stored as any sign of the upper Latin-1 half: "x·" is one word there.
_LEGACY_WORD = re.compile("[A-Za-z\u00a1-\u00ff]+")
_MIXED_WORD = re.compile("(?:[^\\W\\d_]|[\u00a1-\u00bf×÷\u0300-\u036f])+")
_UPPER_LATIN = re.compile("[\u00a1-\u00ff]")
_BEYOND_LATIN = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
_SAMPLE_CHARS = 200_000


class WordCounts(NamedTuple):
    """How many words have letters beyond ASCII, how many only ASCII ones, and how many of each are valid syllables."""

    marked: int
    marked_valid: int
    plain: int
    plain_valid: int


def count_words(text: str) -> WordCounts:
    """Count the words of the first 200,000 characters of an NFC text.

    Signs of the upper Latin-1 half glued to letters count as part of the word, so that undecoded text shows; proper
    quotation marks around a word do not.
    """
    marked = marked_valid = plain = plain_valid = 0
    for found in _MIXED_WORD.finditer(text[:_SAMPLE_CHARS]):
        word = found[0].strip("«»")
        if word.isascii():
            plain += bool(word)
            plain_valid += is_syllable(word)
        elif any(map(str.isalpha, word)):
            marked += 1
            marked_valid += is_syllable(word)
    return WordCounts(marked, marked_valid, plain, plain_valid)


# ---- conversion -------------------------------------------------------------------------------------------------

_TCVN3 = {ord(code): letter for code, letter in TCVN3_LETTERS.items()}


def from_vni(text: str) -> str:
    """The text with VNI-Windows sequences replaced by Vietnamese letters."""
    return _VNI.sub(lambda found: _VNI_TO_UNICODE[found[0]], text)


def from_tcvn3(text: str) -> str:
    """The text with TCVN3 code points replaced by Vietnamese letters, with capitals where the text shows them."""
    return "\n".join(_tcvn3_line(line) for line in text.split("\n"))


def _tcvn3_line(line: str) -> str:
    if not _UPPER_LATIN.search(line):
        return line
    pieces: list[str] = []
    at = 0
    for found in _LEGACY_WORD.finditer(line):
        pieces.append(line[at : found.start()])
        pieces.append(found[0])
        at = found.end()
    pieces.append(line[at:])
    words = pieces[1::2]
    converted = [_tcvn3_word(word) for word in words]
    shouting = [_shouts(word) for word in words]
    whole_line_shouts = any(shouting) and not any(any("a" <= c <= "z" for c in word) for word in words)
    for i, word in enumerate(words):
        if word.isascii():
            continue
        near = (i > 0 and shouting[i - 1], i + 1 < len(words) and shouting[i + 1])
        unclear = not any("a" <= c <= "z" for c in word)
        if shouting[i] or (unclear and (whole_line_shouts or all(near))):
            converted[i] = converted[i].upper()
    pieces[1::2] = converted
    return _restore_starts("".join(pieces), line)


def _tcvn3_word(word: str) -> str:
    if word == "©":  # the letter it stands for, "â", is never a word
        return word
    letters = word.translate(_TCVN3)
    out: list[str] = []
    for i, letter in enumerate(letters):
        # "Aµ" is how some keyboards wrote "À": no Vietnamese syllable repeats a vowel with another tone.
        if out and letter != word[i] and letter.islower() and out[-1] == _toneless(letter).upper() != letter.upper():
            out[-1] = letter.upper()
        else:
            out.append(letter)
    return "".join(out)


def _toneless(letter: str) -> str:
    bare = "".join(mark for mark in unicodedata.normalize("NFD", letter) if mark not in _TONES)
    return unicodedata.normalize("NFC", bare)


def _shouts(word: str) -> bool:
    """Two or more plain capitals and no plain small letter: set in a capital font."""
    plain = [c for c in word if c.isascii()]
    own_capitals = [c for c in word if "\u00a1" <= c <= "\u00a7"]
    return len(plain) + len(own_capitals) >= 2 and all(c.isupper() for c in plain)


# Places where only a capital can stand, and the few common names that begin with a toned vowel.
_TONED_SMALL = "".join(letter for letter in TCVN3_LETTERS.values() if letter.islower() and _toneless(letter) != letter)
_START = re.compile(f'(?:^[ \u00a0\\-–•*"“]*|[.!?…]["”’)]*[ \u00a0]+["“]*|:[ \u00a0]*["“])([{_TONED_SMALL}])')
_NAMES = re.compile(r"\b(?:(?<=[Cc]hâu )á|(?<=Nam )á|(?<=Đông )á|(?<=Bắc )á|(?<=Trung )á|ấn(?= Độ)|ả(?= Rập)|úc)\b")
_GIVEN_NAMES = re.compile(r"\b(\w+ \w+) (ánh|ích|ái)\b")


def _restore_starts(line: str, stored: str) -> str:
    if line == stored:
        return line
    line = _START.sub(lambda found: found[0][:-1] + found[1].upper(), line)
    line = _NAMES.sub(lambda found: found[0].capitalize(), line)
    return _GIVEN_NAMES.sub(lambda f: f"{f[1]} {f[2].capitalize()}" if f[1].istitle() else f[0], line)


_CONVERT = {"tcvn3": from_tcvn3, "vni": from_vni}


def convert(text: str, font: LegacyFont | None) -> str:
    """The text converted from the legacy font; unchanged for None."""
    return text if font is None else _CONVERT[font](text)


def detect_legacy_font(text: str, *, expected: LegacyFont | None = None) -> LegacyFont | None:
    """The legacy font for which the text was clearly written, or None for proper Unicode of any language.

    Clear means: hardly any letter is beyond Latin-1, nine in ten of the words with signs of the upper half become
    Vietnamese syllables while most are none as they stand, and the plain words look Vietnamese as well. `expected`
    (the font of the body that a title belongs to) lets a single word be enough.
    """
    sample = text[:_SAMPLE_CHARS]
    upper = len(_UPPER_LATIN.findall(sample))
    if not upper or len(_BEYOND_LATIN.findall(sample)) > upper // 50:
        return None
    counts = count_words(sample)
    as_it_stands = counts.marked_valid / counts.marked if counts.marked else 0.0
    if as_it_stands > 0.6:
        return None
    words = set(_LEGACY_WORD.findall(sample))
    changed = [word for word in words if not word.isascii()]
    plain_valid = sum(is_syllable(word) for word in words if word.isascii())
    best: tuple[float, LegacyFont] | None = None
    for font in ("tcvn3", "vni") if expected is None else (expected,):
        valid = sum(is_syllable(_CONVERT[font](word)) for word in changed)
        enough = 1 if expected else 3
        if valid < enough or valid < 0.85 * len(changed) or valid + plain_valid < 0.6 * len(words):
            continue
        share = valid / len(changed)
        if share - as_it_stands >= 0.3 and (best is None or share > best[0]):
            best = (share, font)
    return best[1] if best else None
