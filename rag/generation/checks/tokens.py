"""A text as the checks see it: its words without those that shape it alone, names as wholes, synonyms as one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from rag.composing.naming import powers_in
from rag.composing.wording import listed
from rag.generation.checks.compounds import is_torn
from rag.generation.checks.synonyms import LONGEST, groups_of
from rag.naming.known import known_names
from rag.naming.words import Word, is_vietnamese, starts_sentence, words_of
from rag.values import Value, values_of
from rag.vietnamese import nfc

Kind = Literal["name", "content", "shape", "value"]

# What a line of prose never is longer than; the rest of such a text is not looked at.
MOST_CHARS = 2_500
# Nor has it more numbers; those behind are not looked at either.
MOST_VALUES = 40
_KEPT = 256
_CLAUSE_END = re.compile(r"[,;:()–—!?…“”\"]|\.(?!\w)|\s-\s")
_JOINTS = frozenset(("và", "nhưng", "song", "khiến", "nhờ", "vì", "do", "để", "nhằm", "dù", "rồi", "khi"))
# A person is meant, and the word says no more than that.
_ADDRESS = listed("ông bà anh chị cô chú bác em cụ ngài")
# What stands behind these is a town, not the government that sits in it: "bay thẳng Hà Nội", "Hà Nội - Auckland".
_PLACED = frozenset(("ở", "tại", "đô", "bay", "thẳng"))
_ROUTE = re.compile(r"\s[-–]\s[^\W\d_]")
_ROUTED = re.compile(r"[^\W\d_]\s[-–]\s\Z")
_SHAPE = listed("""
    và với cho của là thì mà ở tại trong ngoài trên dưới từ đến tới về vào ra lên xuống lại qua sang theo bởi do vì nên
    nếu để nhằm khi lúc hồi hôm ngày tháng năm tuần giờ này đó kia ấy nào đây rằng các những mọi mỗi từng một cái chiếc
    con người vị đã đang sẽ vừa mới sắp còn vẫn cũng đều chỉ rất quá hơn nhất bị được có không chưa chẳng hay hoặc như
    nhưng song tuy dù mặc rồi nữa thêm cùng nhau mình họ nó ta chúng ông bà anh chị cô chú bác em cụ ngài phía bên
    việc sự cuộc vụ bằng giữa sau trước trong đối so đồng thời trong đó đây thế vậy nhiều ít khá hầu hết gồm kể
    cả số mức lượng tổng nay phải cần nên kia thứ lần đầu tiên khoảng gần tận ngay thuộc nhờ gì ai đâu riêng
    nước đợt phần toàn tin hiện tân cựu bản thân tiếp tục trực tiếp tự chính thức đầu vốn vẫn luôn
    trở thành mang gồm bao tức khiến vẫn dành ban xảy diễn theo từng dịp vòng
    """)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a name or a value at `text[start:end]`.

    `keys` are what it is compared by: any of them in common makes two tokens the same. `words` are its syllables,
    `clause` counts the clauses of the text; `opens` says that it opens a sentence.
    """

    kind: Kind
    keys: frozenset[str]
    words: tuple[str, ...]
    start: int
    end: int
    clause: int
    capital: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text, its tokens and values, and what is asked of it again and again."""

    text: str
    all: tuple[Token, ...]
    values: tuple[Value, ...]
    keys: frozenset[str]
    words: frozenset[str]
    pairs: frozenset[tuple[str, str]]
    capitals: frozenset[str]

    @property
    def names(self) -> tuple[Token, ...]:
        return tuple(token for token in self.all if token.kind == "name")

    @property
    def content(self) -> tuple[Token, ...]:
        return tuple(token for token in self.all if token.kind == "content")


@lru_cache(_KEPT)
def tokens_of(text: str) -> Tokens:
    """The tokens of a text, at most `MOST_CHARS` of it."""
    text = nfc(text)[:MOST_CHARS]
    words, values = words_of(text), values_of(text)[:MOST_VALUES]
    named = _named(text)
    found: list[Token] = []
    clause = at = 0
    taken = _values_taken(text, values)
    while at < len(words):
        word = words[at]
        if at and (_CLAUSE_END.search(word.gap) or (word.syllable in _JOINTS and not word.capital)):
            clause += 1
        end, token = _value_at(words, at, taken, clause) or _name_at(words, at, named, clause) or (at, None)
        if token is None:
            end, token = _run_at(words, at, named, clause) or _plain_at(words, at, clause, taken)
        found.append(token)
        at = end
    syllables = [word.syllable for word in words]
    return Tokens(
        text=text,
        all=tuple(found),
        values=values,
        keys=frozenset(key for token in found for key in token.keys),
        words=frozenset(syllables),
        pairs=frozenset(pairwise(syllables)),
        capitals=frozenset(word.syllable for word in words if word.capital),
    )


def _named(text: str) -> dict[int, tuple[int, frozenset[str]]]:
    """The known names by where they begin: where they end, and what they may be compared by."""
    found: dict[int, tuple[int, frozenset[str]]] = {}
    for name in known_names(text):
        if name.kind in ("term", "unit"):
            continue
        found[name.start] = (name.end, frozenset((f"row {name.row.where}",)))
    for start, end, state in powers_in(text):
        before = text[max(0, start - 12) : start].lower().split()
        place = (
            (bool(before) and before[-1] in _PLACED)
            or _ROUTE.match(text, end)
            or _ROUTED.search(text[max(0, start - 4) : start])
        )
        known = found.get(start)
        if known is None and any(first < end and start < last for first, (last, _) in found.items()):
            continue
        keys = known[1] if known else frozenset[str]()
        if known is None or (known[0] == end and not place):
            found[start] = (end, keys | {f"state {state}"})
    return found


def _values_taken(text: str, values: tuple[Value, ...]) -> list[tuple[int, int]]:
    return [(value.start, value.end) for value in values]


def _name_at(
    words: list[Word], at: int, named: dict[int, tuple[int, frozenset[str]]], clause: int
) -> tuple[int, Token] | None:
    known = named.get(words[at].start)
    if known is None:
        return None
    # "Đức" inside "Trần Đức Thắng" is no state.
    if at and words[at - 1].capital and words[at].gap == " " and len(_covered(words, at, known[0])) == 1:
        before = words[at - 1]
        if before.vietnamese and not starts_sentence(words, at - 1):
            return None
    inside = _covered(words, at, known[0])
    spelt = tuple(word.syllable for word in inside)
    last = inside[-1]
    token = Token(
        "name", known[1] | {" ".join(spelt)}, spelt, words[at].start, last.start + len(last.surface), clause, True
    )
    return at + len(inside), token


def _covered(words: list[Word], at: int, end: int) -> list[Word]:
    inside = [words[at]]
    for word in words[at + 1 :]:
        if word.start >= end:
            break
        inside.append(word)
    return inside


def _value_at(words: list[Word], at: int, taken: list[tuple[int, int]], clause: int) -> tuple[int, Token] | None:
    """A number in figures, or in words where it is a value; what is counted is a word of its own."""
    word = words[at]
    counted = any(start <= word.start < end for start, end in taken) and not word.vietnamese
    if not word.surface[:1].isdigit() and not counted:
        return None
    # "117 UAV" tells of "máy bay không người lái".
    keys = frozenset(groups_of((word.syllable,)) if counted and word.surface.isupper() else ())
    return at + 1, Token("value", keys, (word.syllable,), word.start, word.start + len(word.surface), clause)


def _run_at(
    words: list[Word], at: int, named: dict[int, tuple[int, frozenset[str]]], clause: int
) -> tuple[int, Token] | None:
    """A run of capitals that the table of names does not know."""
    word = words[at]
    if not word.capital or (word.syllable in _ADDRESS and len(word.surface) > 1 and not word.surface.isupper()):
        return None
    end = at + 1
    while end < len(words) and words[end].capital and (words[end].gap == " " or words[end].joined):
        if _is_code(words[end - 1]) or _is_code(words[end]):
            break
        if words[end].gap.strip(" -.&’'") or (words[end].start in named and len(words[end].surface) > 1):
            known = named.get(words[end].start)
            if known is None or not _lone_syllable(words, end, known[0]):
                break
        end += 1
    if starts_sentence(words, at) and word.syllable in _SHAPE and not word.surface.isupper():
        return None
    ordinary = word.vietnamese and not (word.surface.isupper() and len(word.surface) > 1)
    # "Thủ tướng", "Bộ Tài chính": the capital of an office, unless a person is spoken of.
    person = at > 0 and words[at - 1].syllable in _ADDRESS
    if ordinary and end - at == 1 and not person:
        return None
    spelt = tuple(each.syllable for each in words[at:end])
    last = words[end - 1]
    # "UAV", "HLV": names by their capitals alone.
    keys = frozenset((" ".join(spelt), *(groups_of(spelt) if word.surface.isupper() else ())))
    opens = starts_sentence(words, at)
    return end, Token("name", keys, spelt, word.start, last.start + len(last.surface), clause, True, opens)


def _is_code(word: Word) -> bool:
    """ "A00", "CLB", "HLV": a name of its own, whatever capitals stand beside it."""
    return any(character.isdigit() for character in word.surface) or (len(word.surface) > 1 and word.surface.isupper())


def _lone_syllable(words: list[Word], at: int, end: int) -> bool:
    """Whether a known name is one Vietnamese syllable, which inside a run of capitals is part of another's."""
    inside = _covered(words, at, end)
    return len(inside) == 1 and is_vietnamese(inside[0].syllable) and at > 0 and words[at - 1].vietnamese


def _plain_at(words: list[Word], at: int, clause: int, taken: list[tuple[int, int]]) -> tuple[int, Token]:
    for length in range(min(LONGEST, len(words) - at), 0, -1):
        inside = words[at : at + length]
        if any(each.gap != " " for each in inside[1:]):
            continue
        spelt = tuple(each.syllable for each in inside)
        if is_torn(spelt, words[at + length].syllable if at + length < len(words) else ""):
            continue
        groups = groups_of(spelt)
        if groups and (length > 1 or spelt[0] not in _SHAPE):
            last = inside[-1]
            keys = frozenset(groups) | ({spelt[0]} if length == 1 else set())
            return at + length, Token("content", keys, spelt, inside[0].start, last.start + len(last.surface), clause)
    word = words[at]
    shape = word.syllable in _SHAPE
    inside_value = any(start <= word.start < end for start, end in taken)
    kind: Kind = "value" if inside_value else "shape" if shape else "content"
    token = Token(
        kind, frozenset((word.syllable,)), (word.syllable,), word.start, word.start + len(word.surface), clause,
        word.capital,
    )  # fmt: skip
    return at + 1, token
