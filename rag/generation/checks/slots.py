"""One word in the place of another: the field that something belongs to, where it is, whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from rag.generation.checks.contrary_words import phrases
from rag.generation.checks.tokens import Token, Tokens, tokens_of
from rag.sentences import sentences

# What is of the one field is not of the other: "viện trợ quân sự", "viện trợ nhân đạo".
_FIELDS = phrases(
    "quân sự|kinh tế|nhân đạo|chính trị|ngoại giao|thương mại|tài chính|văn hóa|giáo dục|y tế|nông nghiệp|"
    "công nghiệp|du lịch|năng lượng|an ninh|quốc phòng|khoa học|công nghệ|thể thao|môi trường|pháp lý|tư pháp|"
    "dân sự|hình sự|hành chính|hạt nhân|hàng không|hàng hải|đường bộ|đường sắt|đường thủy|đường biển|xã hội|tôn giáo"
)
_AT = frozenset(("ở", "tại"))
_WRITTEN = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_FIELDS))})(?!\w)", re.IGNORECASE)
# So much of the rest of a sentence stands in the one of the evidence that tells of its place.
_FRAME = 0.5
_OWNED_REACH = 6
_MOST = 24


def other_fields(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Fields that no evidence names, behind a word that has another field behind it there."""
    held = frozenset(word for each in evidence for word in _fields(each).values())
    there = [(before, field) for each in evidence for before, field in _fields(each).items()]
    for before, field in _fields(sentence).items():
        if field in held:
            continue
        if any(before.keys & other.keys for other, _ in there):
            yield field


def _fields(tokens: Tokens) -> dict[Token, str]:
    """The fields of a text by the word that they stand behind."""
    found: dict[Token, str] = {}
    for field in islice(_WRITTEN.finditer(tokens.text), _MOST):
        before = [token for token in tokens.all if token.end + 1 == field.start() and token.kind == "content"]
        if before:
            found[before[0]] = field[0].lower()
    return found


def other_places(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Places behind "ở" or "tại" of which the sentence of the evidence that tells the rest names another one."""
    mine = _at_places(sentence)
    if not mine:
        return
    parts = [tokens_of(span.of(each.text)) for each in evidence for span in sentences(each.text)]
    for place in mine:
        rest = [token for token in sentence.all if token.kind in ("content", "name") and token not in mine]
        if not rest or not parts:
            continue
        shares = [sum(bool(token.keys & part.keys) for token in rest) / len(rest) for part in parts]
        best = max(shares)
        if best < _FRAME:
            continue
        near = [part for part, share in zip(parts, shares, strict=True) if share >= best - 0.15]
        if all(
            not _holds(place, part)
            and (others := _at_places(part))
            and not any(_holds(other, sentence) for other in others)
            for part in near
        ):
            yield sentence.text[place.start : place.end]


def _at_places(tokens: Tokens) -> list[Token]:
    """The names behind "ở" and "tại"."""
    return [
        token for before, token in pairwise(tokens.all)
        if token.kind == "name" and len(before.words) == 1 and before.words[0] in _AT
    ]  # fmt: skip


def _holds(name: Token, tokens: Tokens) -> bool:
    return bool(name.keys & tokens.keys) or set(name.words) <= tokens.words


def other_masters(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """What is one name's in all of the evidence and another's in the sentence, which the evidence names, too."""
    there = [pair for each in evidence for pair in _owned(each)]
    for thing, master in _owned(sentence):
        same = [other for own, other in there if own.keys & thing.keys]
        bare = any(
            token.keys & thing.keys and not any(own is token for own, _ in there)
            for each in evidence
            for token in each.content
        )
        if not same or bare or any(_may_be_one(master, other) for other in same):
            continue
        if any(_holds(master, each) for each in evidence):
            yield sentence.text[thing.start : thing.end]


def _owned(tokens: Tokens) -> list[tuple[Token, Token]]:
    """Words with content and the name behind "của", up to six words further on in their clause."""
    found = []
    for at, token in enumerate(tokens.all[:-1]):
        master = tokens.all[at + 1]
        if token.words != ("của",) or master.kind != "name":
            continue
        before = [one for one in tokens.all[max(0, at - _OWNED_REACH) : at] if one.clause == token.clause]
        found += [(one, master) for one in before if one.kind == "content"]
    return found[:_MOST]


def _may_be_one(one: Token, other: Token) -> bool:
    return bool(one.keys & other.keys or set(one.words) & set(other.words))
