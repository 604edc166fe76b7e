"""Who has which office: a sentence that gives a person the office of another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.composing.wording import listed
from rag.generation.checks.naming import SAME_OFFICE, SURNAMES, offices_at
from rag.generation.checks.tokens import Token, Tokens

_ADDRESS = listed("ông bà anh chị cô")
# "Tổng giám đốc Vinamilk Mai Kiều Liên": no more stands between an office and who has it.
_BEHIND_WORDS = 5
_BEFORE_CHARS = 60
_IS = re.compile(r"(?<!\w)(?:là|làm|giữ|chức|chức vụ|vị trí|cương vị|trở thành)\s+(?:quyền\s+)?\Z", re.IGNORECASE)
_END = re.compile(r"[.;:!?,“”\"()]")
_APART = listed("thay và là cho với của gặp tiếp nói cùng thăm tại ở bổ nhiệm bầu đề cử miễn bị được do giao trao mời")
_Held = dict[tuple[str, ...], list[Token]]


def other_holders(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Offices that a sentence gives to a person who in the evidence has others alone, and which others have there."""
    there: _Held = {}
    for each in evidence:
        for office, persons in _held(each).items():
            there.setdefault(office, []).extend(persons)
    for office, persons in _held(sentence).items():
        for person in persons:
            own = {other for other, holders in there.items() if any(_same(person, one) for one in holders)}
            if own and there.get(office) and own.isdisjoint((office, *SAME_OFFICE.get(office, ()))):
                yield f"{' '.join(office)} {sentence.text[person.start : person.end]}"


def _held(tokens: Tokens) -> _Held:
    """The offices of a text with the persons who have them."""
    persons = [name for name in tokens.names if _is_person(tokens, name)]
    found: _Held = {}
    for office, start, end in offices_at(tokens.text):
        holder = _behind(tokens, persons, end) or _before(tokens, persons, start)
        if holder is not None:
            found.setdefault(office, []).append(holder)
    return found


def _is_person(tokens: Tokens, name: Token) -> bool:
    before = tokens.text[: name.start].lower().split()[-1:]
    return bool(before and before[0] in _ADDRESS) or (len(name.words) > 1 and name.words[0] in SURNAMES)


def _behind(tokens: Tokens, persons: Sequence[Token], end: int) -> Token | None:
    """The person whose name stands close behind an office, with nothing but an institution between."""
    person = next((each for each in persons if each.start >= end), None)
    if person is None:
        return None
    gap = tokens.text[end : person.start]
    words = gap.lower().split()
    apart = _END.search(gap) or len(words) > _BEHIND_WORDS or not _APART.isdisjoint(words)
    return None if apart else person


def _before(tokens: Tokens, persons: Sequence[Token], start: int) -> Token | None:
    """The last person before an office, which he is said to have."""
    person = next((each for each in reversed(persons) if each.end <= start), None)
    if person is None or start - person.end > _BEFORE_CHARS:
        return None
    gap = tokens.text[person.end : start]
    return person if _IS.search(gap) and not _END.search(gap) else None


def _same(one: Token, other: Token) -> bool:
    """Whether two names may be of one person: all parts of the shorter are among the other's."""
    return set(one.words) <= set(other.words) or set(other.words) <= set(one.words)
