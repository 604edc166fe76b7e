"""Candidates for words that look mistyped: Telex and VNI left as keys, one edit away, syllables written together."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from functools import lru_cache

from rag.restoring.table import SyllableTable
from rag.restoring.words import folded, is_syllable, one_spelling, split_tones, with_tone

_KEY_OF_DIGIT = {"1": "s", "2": "f", "3": "r", "4": "x", "5": "j"}
_TYPED = re.compile(r"([bcdghklmnpqrstvx]*)([aeiouy][a-z]*)\Z")
_DOUBLED = re.compile(r"([aeo])([a-z]*?)\1")
_NO_NAME = re.compile(r"w|dd|aa|ee|oo|[^a-z]")
_VNI = re.compile(r"[a-z]+[1-9][a-z0-9]*\Z")
_HATS = {"a": "â", "e": "ê", "o": "ô"}
# Two syllables written together are taken apart if they are seen so often, so much oftener than the joined word, and
# if each mostly is where the other is.
_LEAST_PAIR = 100.0
_PAIR_OVER_JOINED = 10.0
_LEAST_PAIR_SHARE = 0.03
_LONGEST = 20


@lru_cache(maxsize=10_000)
def from_telex(word: str) -> str | None:
    """The syllable that these keys give in Telex ("thuwowng", "chieesn", "nuocws"), None if they give none.

    A key of a tone pressed twice takes the tone away, so "Barro" gives none.
    """
    typed = _TYPED.match(word)
    if not typed or len(word) > 9:
        return None
    onset, rest = typed.groups()
    tones = [key for key in rest if key in "sfrxjz"]
    horned = "w" in rest
    rest = re.sub("[sfrxjzw]", "", rest)
    barred = "d" in rest or onset.startswith("dd")
    rest = rest.replace("d", "")
    onset = onset.replace("dd", "d")
    hat = _DOUBLED.search(rest)
    if not (tones or horned or barred or hat) or len(tones) > 1 or (barred and onset != "d"):
        return None
    if hat:
        rest = rest[: hat.start()] + _HATS[hat[1]] + hat[2] + rest[hat.end() :]
    if horned:
        rest = _horned(rest, after_q=onset == "q")
    return _syllable(("đ" if barred else onset) + rest, tones[-1:])


@lru_cache(maxsize=10_000)
def from_vni(word: str) -> str | None:
    """The syllable that these keys give in VNI ("no65i", "d9a5t"), None if they give none."""
    if not _VNI.match(word) or len(word) > 9:
        return None
    letters = ""
    tones: list[str] = []
    for key in word:
        if key.isalpha():
            letters += key
        elif key in _KEY_OF_DIGIT:
            tones.append(_KEY_OF_DIGIT[key])
            if not set(letters) & set("aeiouy"):
                return None
    if len(tones) > 1 or "0" in word:
        return None
    typed = _TYPED.match(letters)
    if not typed:
        return None
    onset, rest = typed.groups()
    if "9" in word:
        if onset != "d":
            return None
        onset = "đ"
    if "6" in word:
        rest = next((rest.replace(vowel, hat, 1) for vowel, hat in _HATS.items() if vowel in rest), "")
    if "7" in word:
        rest = _horned(rest.replace("a", "\0"), after_q=onset == "q").replace("\0", "a")
    if "8" in word:
        rest = rest.replace("a", "ă", 1) if "a" in rest else ""
    return _syllable(onset + rest, tones) if rest else None


def may_be_name(typed: str) -> bool:
    """Whether what looks like keys of Telex is capitalised and has none but those that foreign names have ("Baran")."""
    return typed[:1].isupper() and not _NO_NAME.search(typed.lower())


def _horned(rest: str, *, after_q: bool) -> str:
    if "uo" in rest:
        return rest.replace("uo", "ươ", 1)
    if "ua" in rest and not after_q:
        return rest.replace("u", "ư", 1)
    for plain, horned in (("a", "ă"), ("o", "ơ"), ("u", "ư")):
        if plain in rest:
            return rest.replace(plain, horned, 1)
    return ""


def _syllable(bare: str, tones: list[str]) -> str | None:
    word = with_tone(bare, "".join(tones))
    return one_spelling(word) if is_syllable(word) and folded(word) != word else None


def edits(word: str) -> Iterator[str]:
    """Every word one edit away: a letter missing, too many, wrong, or two swapped. The word is in plain letters."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1 and tail[0] != tail[1]:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in string.ascii_lowercase:
            if tail and letter != tail[0]:
                yield head + letter + tail[1:]
            if not (head and head[-1] == letter):
                yield head + letter + tail


def neighbours(table: SyllableTable, word: str) -> dict[str, bool]:
    """Known words one edit of a letter away from a word, and whether the diacritics agree with the typed ones."""
    typed_marks = marks(word)
    found: dict[str, bool] = {}
    if len(word) > _LONGEST:
        return found
    for bare in edits(folded(word)):
        for form in table.forms_of(bare) if bare in table.forms else ():
            found[form] = marks(form) == typed_marks
    return found


@lru_cache(maxsize=50_000)
def marks(word: str) -> tuple[str, str]:
    """The tone of a word and its letters with a diacritic of their own, apart from their places."""
    bare, tone = split_tones(word)
    return tone, "".join(sorted(letter for letter in bare if letter in "ăâđêôơư"))


def fits(typed: str, form: str) -> bool:
    """Whether `form` has every diacritic that was typed, and perhaps more: "tông" fits "tổng", "tóng" does not."""
    tone, shapes = marks(typed)
    form_tone, form_shapes = marks(form)
    return tone in ("", form_tone) and all(shapes.count(letter) <= form_shapes.count(letter) for letter in shapes)


def parts(table: SyllableTable, word: str) -> tuple[str, str] | None:
    """The two syllables that are written together in a word, if they are far more frequent apart."""
    if len(word) > 12 or len(word) < 4:
        return None
    least = max(_LEAST_PAIR, _PAIR_OVER_JOINED * table.count(word))
    best: tuple[float, str, str] | None = None
    for at in range(2, len(word) - 1):
        firsts = [form for form in table.forms_of(folded(word[:at])) if is_syllable(form) and fits(word[:at], form)]
        if not firsts:
            continue
        lasts = [form for form in table.forms_of(folded(word[at:])) if is_syllable(form) and fits(word[at:], form)]
        for first in firsts:
            for last in lasts:
                count = table.knows_pair(first, last)
                rarer = _LEAST_PAIR_SHARE * max(table.count(first), table.count(last))
                if count >= max(least, rarer) and (best is None or count > best[0]):
                    best = count, first, last
    return best[1:] if best else None
