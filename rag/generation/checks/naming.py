"""The names of a sentence: whether its evidence has them, in this or another spelling, and the offices it gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from rag.composing.wording import listed
from rag.generation.checks.tokens import Token, Tokens
from rag.naming.mining import introduced
from rag.naming.phonetic import LEAST_LETTERS, alike, key_of, sound_of
from rag.naming.words import is_vietnamese, starts_sentence, words_of
from rag.vietnamese import syllables

_OFFICES = (
    "phó tổng thống", "tổng thống", "phó thủ tướng", "thủ tướng", "ngoại trưởng", "bộ trưởng", "thứ trưởng",
    "phó chủ tịch", "chủ tịch", "tổng bí thư", "phó bí thư", "bí thư", "tổng thư ký", "đại sứ", "phó thống đốc",
    "thống đốc", "thị trưởng", "phó giám đốc", "tổng giám đốc", "giám đốc", "cố vấn", "tư lệnh", "huấn luyện viên",
    "hiệu trưởng", "viện trưởng", "quốc vương", "nữ hoàng", "hoàng tử", "thủ hiến", "phát ngôn viên", "giáo hoàng",
)  # fmt: skip
SAME_OFFICE = {
    ("ngoại", "trưởng"): (("bộ", "trưởng", "ngoại", "giao"),),
    ("bộ", "trưởng"): (("ngoại", "trưởng"),),
    ("phát", "ngôn", "viên"): (("người", "phát", "ngôn"),),
    ("huấn", "luyện", "viên"): (("hlv",),),
}
SURNAMES = listed(
    "nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh đoàn mai tô lâm hà cao lương "
    "lưu đào trương thái tạ quách tăng tống triệu từ vương chu châu kiều giang"
)
_LEAST_INITIALS = 3
_WELL_KNOWN = listed(
    "ubnd hđnd thpt thcs pccc csgt csđt gtvt bhxh bhyt hđqt tnhh clb hlv vđv bđs kcn khcn cntt tmđt nđt nhnn nhtm ctck "
    "ttck tndn tncn gtgt gplx vksnd tand svđ lđbđ cskv cshs dnnn hcv hcb hcđ nhtw xhcn vhtt ptth đbscl đbqh"
)


def unknown_names(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """The names of a sentence that no evidence has, in its order, then offices."""
    keys = frozenset(key for each in evidence for key in each.keys)
    for token in sentence.all:
        if _is_he(sentence, token, evidence):
            continue
        if (token.kind == "name" and not _is_held(token, evidence, keys)) or (
            token.kind == "content"
            and token.capital
            and not token.keys & keys
            and not any(set(token.words) <= each.words for each in evidence)
            and not _is_first(sentence, token)
        ):
            yield sentence.text[token.start : token.end]
    yield from _unknown_offices(sentence, evidence)


def _is_he(sentence: Tokens, token: Token, evidence: Sequence[Tokens]) -> bool:
    """Whether "Anh" opens a sentence for a person of the evidence, not for the country."""
    if token.words != ("anh",) or not _is_first(sentence, token):
        return False
    return any(
        len(name.words) > 1 and not any(key.startswith("state ") for key in name.keys)
        for each in evidence
        for name in each.names
    )


def is_held(token: Token, evidence: Sequence[Tokens]) -> bool:
    """Whether the evidence has a name."""
    return _is_held(token, evidence, frozenset(key for each in evidence for key in each.keys))


def _is_first(sentence: Tokens, token: Token) -> bool:
    before = sentence.text[: token.start].rstrip()
    return not before or before[-1] in '.!?:“"…'


def _is_held(token: Token, evidence: Sequence[Tokens], keys: frozenset[str]) -> bool:
    if token.keys & keys:
        return True
    if len(token.words) > 1 and token.opens and is_vietnamese(token.words[0]) and token.words[0] not in SURNAMES:
        # "Hãng Apple" opens a sentence: the capital of the first word is no part of the name.
        rest = replace(token, words=token.words[1:], keys=frozenset((" ".join(token.words[1:]),)), opens=False)
        if rest.keys & keys or any(_stands(rest, each) for each in evidence):
            return True
    return any(_stands(token, each) or _is_short_for(token, each) for each in evidence)


def _stands(token: Token, evidence: Tokens) -> bool:
    """Whether all parts of a name stand in a text, those of one name together."""
    words = token.words
    if len(words) == 1:
        # "Ôtô" opens a sentence.
        lower = token.opens and words[0] in evidence.words
        return lower or words[0] in evidence.capitals or _sounds_held(words[0], evidence)
    if not all(word in evidence.words or _sounds_held(word, evidence) for word in words):
        return False
    broken = [
        pair for pair in pairwise(words) if pair not in evidence.pairs and all(word in evidence.words for word in pair)
    ]
    # "Tổng thống Nga Putin": first and last part of a name, what stands between left out.
    return not broken or any(words[0] in name.words and words[-1] in name.words for name in evidence.names)


def _sounds_held(word: str, evidence: Tokens) -> bool:
    """Whether a foreign name stands there in another spelling: "Zelenskiy" and "Zelensky"."""
    if len(word) < LEAST_LETTERS or is_vietnamese(word):
        return False
    sound = sound_of(word)
    return any(
        len(other) >= LEAST_LETTERS
        and not is_vietnamese(other)
        and (key := sound_of(other))
        and sound
        and key_of(key) == key_of(sound)
        and alike(word, other) > 0
        for other in evidence.capitals
    )


def _is_short_for(token: Token, evidence: Tokens) -> bool:
    """Whether a name is an abbreviation that the text introduces or whose words it has in a row, or the reverse."""
    written = " ".join(token.words)
    for short, long in _introduced(evidence.text):
        if written in (short, long) and (short in evidence.words or long in evidence.text.lower()):
            return True
    initials = token.words[0] if len(token.words) == 1 else ""
    if not _LEAST_INITIALS <= len(initials) <= 8 or is_vietnamese(initials):
        return False
    return _has_initials(evidence.text, initials)


@lru_cache(1024)
def _has_initials(text: str, initials: str) -> bool:
    """Whether words in a row begin so, one of them with a capital, or any where everybody knows what is shortened: "Chủ
    nhà nói" is no "CNN"."""
    words = words_of(text)
    firsts = "".join(word.syllable[0] for word in words)
    at = firsts.find(initials)
    while at >= 0:
        inside = words[at : at + len(initials)]
        # A capital that opens a sentence tells nothing.
        if (
            any(word.capital and not starts_sentence(words, at + behind) for behind, word in enumerate(inside))
            or initials in _WELL_KNOWN
        ):
            return True
        at = firsts.find(initials, at + 1)
    return False


@lru_cache(256)
def _introduced(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((one.short.lower(), " ".join(syllables(one.long))) for one in introduced(text))


def _unknown_offices(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    for office in _offices_of(sentence.text):
        wordings = (office, *SAME_OFFICE.get(office, ()))
        if not any(_has(each, wording) for each in evidence for wording in wordings):
            yield " ".join(office)


def offices_in(text: str) -> frozenset[tuple[str, ...]]:
    """The offices that a text names, each as its syllables."""
    return frozenset(_offices_of(text))


def offices_at(text: str) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """The offices of a text in order, each with where it stands."""
    for found in _offices_written().finditer(text):
        yield tuple(syllables(found[0])), found.start(), found.end()


@lru_cache(1)
def _offices_written() -> re.Pattern[str]:
    longest = sorted(_OFFICES, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest)})(?!\w)", re.IGNORECASE)


def _offices_of(text: str) -> Iterator[tuple[str, ...]]:
    words = syllables(text)
    at = 0
    while at < len(words):
        office = next((one for one in _offices() if tuple(words[at : at + len(one)]) == one), None)
        if office is None:
            at += 1
            continue
        at += len(office)
        yield office


@lru_cache(1)
def _offices() -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((tuple(syllables(one)) for one in _OFFICES), key=len, reverse=True))


def _has(tokens: Tokens, wording: tuple[str, ...]) -> bool:
    pairs = tuple(pairwise(wording))
    return set(wording) <= tokens.words and all(pair in tokens.pairs for pair in pairs)
