"""Whether two short answers say the same: by their values, by the names in them, or by their words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from rag.naming.known import known_names
from rag.naming.phonetic import LEAST_LETTERS, alike, key_of, sound_of
from rag.naming.words import is_vietnamese
from rag.valuing.compare import relation
from rag.valuing.value import Value
from rag.vietnamese import fold, nfc, syllables

_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
# Words that change nothing in what a short answer says.
_CONNECTING = frozenset(
    syllables(
        """
        ở tại vào lúc hồi do vì bởi là của và với cho trong từ đến tới về trên theo được bị đã sẽ đang rằng các những
        một này đó khoảng hơn gần ngày hôm năm tháng tổng cộng trị giá kéo dài sau thì mà cũng việc để nhằm bằng cách
        số tiền
        """
    )
)
_NEGATIONS = frozenset(("không", "chưa", "chẳng", "phủ", "bác"))
_TITLES = frozenset(("ông", "bà", "anh", "chị", "cô", "chú", "bác", "thầy", "em", "cụ", "bé", "ngài"))
_OF_A_PLACE = frozenset(
    syllables("nước thành phố tp tỉnh thủ đô phía bên khu vực vùng đất hòn đảo bán quốc gia thị trấn ở tại đến từ của")
)
_PLACES = frozenset(("country", "region", "city", "province", "organisation", "agency", "foreign_agency", "seat"))
_LONGEST_NAME_WORDS = 12
_LEAST_SHARED, _LEAST_CONTAINED = 0.6, 0.85


@dataclass(frozen=True, slots=True)
class _Named:
    """An answer that is a name: words before it ("tổng thư ký"), known places and bodies, and what is left."""

    role: tuple[str, ...]
    places: tuple[str, ...]
    own: tuple[str, ...]


def same_texts(one: str, other: str, values: tuple[tuple[Value, ...], tuple[Value, ...]]) -> bool:
    """Whether two short answers with their values agree, so that one can stand for the other."""
    if nfc(one).strip().lower() == nfc(other).strip().lower():
        return True
    decided = _by_values(one, other, *values)
    if decided is not None:
        return decided
    first, second = (_plain(text) for text in (one, other))
    if not first or not second or first == second:
        return first == second
    names = _named(nfc(one)), _named(nfc(other))
    if names[0] is not None and names[1] is not None:
        return _same_name(names[0], names[1])
    return _same_words(first, second)


def _plain(text: str) -> tuple[str, ...]:
    words = tuple(syllables(text))
    return tuple(word for word in words if word not in _CONNECTING) or words


def _by_values(one: str, other: str, of_one: tuple[Value, ...], of_other: tuple[Value, ...]) -> bool | None:
    """What the values decide; None where an answer has none, or where more than they is said."""
    if not of_one or not of_other:
        return None
    related = [relation(left, right) for left in of_one for right in of_other]
    agree = any(each in ("same", "compatible") for each in related)
    if not agree:
        differ = "different" in related and _left_over(one, of_one) <= 3 and _left_over(other, of_other) <= 3
        return False if differ else None
    fewer, more = sorted((of_one, of_other), key=len)
    each_agrees = all(any(relation(left, right) in ("same", "compatible") for right in more) for left in fewer)
    if each_agrees and min(_left_over(one, of_one), _left_over(other, of_other)) <= 1:
        return True
    return None if each_agrees else False


def _left_over(text: str, values: tuple[Value, ...]) -> int:
    """How many words an answer has beside its values."""
    text = nfc(text)
    kept = [text[: values[0].start], *(text[left.end : right.start] for left, right in pairwise(values))]
    kept.append(text[max(value.end for value in values) :])
    return sum(word not in _CONNECTING for word in syllables(" ".join(kept)))


def _named(text: str) -> _Named | None:
    """An answer as a name; None where it does not end in one or is longer."""
    words = list(_WORD.finditer(text))
    if not words or len(words) > _LONGEST_NAME_WORDS or not words[-1][0][0].isupper():
        return None
    known = [name for name in known_names(text) if name.kind in _PLACES]
    at = len(words)
    while at and words[at - 1][0][0].isupper():
        at -= 1
    while at < len(words) - 1 and words[at][0].lower() in _TITLES and at == 0:
        at += 1
    own, places = [], []
    for word in words[at:]:
        inside = next((name for name in known if name.start <= word.start() < name.end), None)
        if inside is None:
            own.append(word[0])
        elif (spelling := inside.row.spellings[0].text) not in places:
            places.append(spelling)
    role = tuple(word[0].lower() for word in words[:at] if word[0].lower() not in _TITLES | _OF_A_PLACE)
    return _Named(role, tuple(places), tuple(own))


def _same_name(one: _Named, other: _Named) -> bool:
    if one.own and other.own:
        shorter, longer = sorted((one.own, other.own), key=len)
        return _same_word(shorter[-1], longer[-1]) and all(
            any(_same_word(word, each) for each in longer) for word in shorter
        )
    # "Tổng thống Nga" may be Mr Putin, but that is not said.
    return one.places == other.places and one.role == other.role


def _same_word(one: str, other: str) -> bool:
    if fold(one) == fold(other):
        return one.isupper() == other.isupper() or nfc(one).lower() == nfc(other).lower()
    foreign = not (is_vietnamese(one.lower()) and is_vietnamese(other.lower()))
    if not foreign or min(len(one), len(other)) < LEAST_LETTERS:
        return False
    sounds = sound_of(one), sound_of(other)
    return all(sounds) and key_of(sounds[0]) == key_of(sounds[1]) and alike(one, other) > 0


def _same_words(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether clauses share most of their words, and both deny or both state."""
    first, second = set(one), set(other)
    if bool(first & _NEGATIONS) != bool(second & _NEGATIONS):
        return False
    shared = len(first & second)
    contained = shared / min(len(first), len(second))
    long_enough = min(len(first), len(second)) >= 2
    return shared / len(first | second) >= _LEAST_SHARED or (long_enough and contained >= _LEAST_CONTAINED)
