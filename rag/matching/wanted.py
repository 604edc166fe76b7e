"""The names and numbers of a question, with the wordings under which evidence may have them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import Literal

from rag.datatypes import Alternatives
from rag.matching.countries import countries_among, seats_of, state_called
from rag.matching.view import Form, View, normal_words, number_forms
from rag.naming.words import Word, starts_sentence, words_of
from rag.vietnamese import BIGRAM_JOINT, FOLDED_PREFIX, fold, syllables

Kind = Literal["name", "country", "number", "date"]

# Roles are asked for together with the state, place or body that they belong to.
_ROLES = (
    "thủ tướng", "tổng thống", "phó tổng thống", "phó thủ tướng", "ngoại trưởng", "bộ trưởng quốc phòng",
    "bộ trưởng ngoại giao", "bộ trưởng", "thứ trưởng", "chủ tịch nước", "chủ tịch quốc hội", "chủ tịch", "phó chủ tịch",
    "tổng bí thư", "bí thư", "tổng thư ký", "đại sứ", "đại sứ quán", "lãnh sự quán", "thống đốc", "thị trưởng",
    "giám đốc", "tổng giám đốc", "phó giám đốc", "người phát ngôn", "phát ngôn viên", "cố vấn an ninh quốc gia", "vua",
    "quốc vương", "nữ hoàng", "hoàng tử", "thủ hiến", "tư lệnh", "huấn luyện viên", "hiệu trưởng", "viện trưởng",
    "quốc hội", "chính phủ", "quân đội", "không quân", "hải quân", "bộ quốc phòng", "bộ ngoại giao", "thủ đô",
    "đội tuyển",
)  # fmt: skip
# What may stand before a name at the start of a question without belonging to it.
_OPENERS = frozenset(
    syllables("""
    ông bà anh chị cô chú bác cụ vì do tại ở khi theo trong ngoài từ đến tới sau trước để có phải liệu ai nếu hãy lúc
    năm ngày tháng quân lính phía báo người nước tỉnh hội vụ nhà bộ đảng công tập ban cơ thủ tổng ngoại đội bên thành
    sao bao mấy nào hồi như việc cuộc vừa tin hai ba bốn những các một cho với và của sông núi hồ đảo chùa cầu
    """)
)
_UNITS = frozenset(("usd", "vnd", "vnđ", "eur", "km", "kg", "m", "ha", "tp", "am", "pm"))
_LAST_OF_A_PERSON = 0.7
_GIVEN_NAME = 0.35
_MOST_FORMS = 12
# Two syllables are one word where the first stands so often before the second.
_ONE_WORD = 0.1


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name or number that a question holds: words [start, end) of it.

    `weight` tells how rare it is in the library (1: ordinary). `role` are the words of a role that stands right before
    it ("thủ tướng" of "Thủ tướng Anh"), `before` and `after` the words beside it that are no names, `state` which
    country it is, if one.
    """

    text: str
    kind: Kind
    start: int
    end: int
    forms: tuple[Form, ...]
    weight: float
    role: tuple[str, ...] = ()
    before: str = ""
    after: str = ""
    state: str = ""


def wanted_names(
    text: str,
    alternatives: Sequence[Alternatives],
    frequency: Callable[[str], int],
    passages: int,
    *,
    folded: bool,
    dated: Sequence[str] = (),
) -> tuple[Wanted, ...]:
    """The names and numbers of a question in its order.

    `alternatives` count the syllables of `text`; `frequency` counts the passages, of `passages` in all, that hold a
    term; `dated` are the parts of the question that name a time, whose numbers are left out here.
    """
    words = words_of(text)
    any_capital = any(word.capital for word in words[1:])
    taken = [_reaches(word, text, dated) for word in words]
    states = _countries_in(words)
    found: list[Wanted] = []

    def take(start: int, end: int, kind: Kind, more: Iterable[Form] = ()) -> None:
        surface = _between(text, words, start, end)
        capital = kind == "name" and any_capital and end - start == 1
        own = normal_words(surface, folded=folded)
        if not own:
            return
        numbers = [Form(form) for form in number_forms(surface, folded=folded)] if kind == "number" else []
        state = state_called(own) if (start, end) in states or end - start > 1 else ""
        kind = "country" if state and kind == "name" else kind
        forms = _distinct([*numbers, Form(own, capital=capital), *more, *seats_of(state)])
        weight = _rarity([form for form in forms if form.weight >= 1.0], frequency, passages, folded=folded)
        before = words[start - 1].syllable if start and not words[start - 1].capital else ""
        after = words[end].syllable if end < len(words) and not words[end].capital else ""
        beside = (fold(before), fold(after)) if folded else (before, after)
        role = _role_before(words, start, folded=folded)
        found.append(Wanted(surface, kind, start, end, forms, weight, role, *beside, state))
        taken[start:end] = [True] * (end - start)

    for group in alternatives:
        inside = words[group.start : group.end]
        named = any(word.capital for word in inside) or not any_capital
        if inside and named and not any(taken[group.start : group.end]):
            more = [
                Form(normal_words(wording.text, folded=folded), wording.weight, capital=wording.text[:1].isupper())
                for wording in group.wordings
            ]
            take(group.start, group.end, "name", more)
    for start, end in states:
        if not any(taken[start:end]):
            take(start, end, "name")
    for start, end in _runs(words, taken):
        longer = _with_rest_of_word(words, end, frequency)
        shorter = [] if longer > end else _shorter(words[start:end], folded=folded)
        take(start, longer, "name", shorter)
    for at, word in enumerate(words):
        if not taken[at] and word.surface[:1].isdigit():
            take(at, at + 1, "number")
    return tuple(sorted((one for one in found if one.text.lower() not in _UNITS), key=lambda one: one.start))


# ---- runs of capitals ---------------------------------------------------------------------------------------------


def _runs(words: Sequence[Word], taken: Sequence[bool]) -> list[tuple[int, int]]:
    """Runs of capitalised words, with the numbers that hang on them ("SU-30"), and foreign or shortened words alone."""
    runs: list[tuple[int, int]] = []
    at = 0
    while at < len(words):
        if taken[at] or not _begins_name(words, at):
            at += 1
            continue
        end = at + 1
        while end < len(words) and not taken[end] and _continues(words, end):
            end += 1
        start = _without_openers(words, at, end)
        if start < end:
            runs.append((start, end))
        at = end
    return runs


def _begins_name(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    return word.capital or (any(c.isdigit() for c in word.surface) and any(c.isalpha() for c in word.surface))


def _continues(words: Sequence[Word], at: int) -> bool:
    word = words[at]
    if word.gap == " ":
        return word.capital
    return word.joined and word.gap in {"-", ".", "’", "'", "&"} and (word.capital or word.surface[0].isalnum())


def _without_openers(words: Sequence[Word], start: int, end: int) -> int:
    """Where a run at the start of a sentence really begins: "Ông Putin" at "Putin"; at its end where it is no name."""
    while start < end and words[start].capital and _is_opener(words, start, end):
        start += 1
    return start


def _is_opener(words: Sequence[Word], start: int, end: int) -> bool:
    word = words[start]
    if word.syllable in {"ông", "bà"}:
        return True
    first = starts_sentence([*words], start)
    if not first or not word.vietnamese or (word.surface.isupper() and len(word.surface) > 1):
        return False
    if end - start == 1:
        return True
    foreign_rest = not any(other.vietnamese for other in words[start + 1 : end])
    return word.syllable in _OPENERS or foreign_rest


def _with_rest_of_word(words: Sequence[Word], end: int, frequency: Callable[[str], int]) -> int:
    """Where a name ends if its last word is written "Trung ương": only the first syllable is capital."""
    last = words[end - 1]
    if end >= len(words) or words[end].gap != " " or words[end].capital:
        return end
    if not last.vietnamese or not words[end].vietnamese:
        return end
    pair = frequency(BIGRAM_JOINT.join((last.syllable, words[end].syllable)))
    return end + 1 if pair and pair >= _ONE_WORD * frequency(last.syllable) else end


def _shorter(words: Sequence[Word], *, folded: bool) -> list[Form]:
    """A person's name without its first parts: "Johnson" for "Boris Johnson", with some doubt."""
    if len(words) < 2 or any(word.surface.isupper() and len(word.surface) > 1 for word in words):
        return []
    if all(word.joined for word in words[1:]):
        return []
    last = normal_words(words[-1].surface, folded=folded)
    foreign = not words[-1].vietnamese
    return [Form(last, _LAST_OF_A_PERSON if foreign else _GIVEN_NAME, capital=True)]


def _countries_in(words: Sequence[Word]) -> list[tuple[int, int]]:
    view = View(" ".join(word.surface for word in words), folded=False)
    if len(view.words) != len(words):
        return []
    return [(place.start, place.stop) for place, _ in countries_among(view, range(len(words)))]


# ---- what stands around, and rarity -------------------------------------------------------------------------------


def role_phrases(*, folded: bool) -> tuple[tuple[str, ...], ...]:
    """The roles, longest first, as `View` has their words."""
    return _roles(folded)


@lru_cache(2)
def _roles(folded: bool) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((normal_words(role, folded=folded) for role in _ROLES), key=lambda role: (-len(role), role)))


def _role_before(words: Sequence[Word], start: int, *, folded: bool) -> tuple[str, ...]:
    before = tuple(fold(word.syllable) if folded else word.syllable for word in words[max(0, start - 5) : start])
    return next((role for role in _roles(folded) if before[len(before) - len(role) :] == role), ())


def _between(text: str, words: Sequence[Word], start: int, end: int) -> str:
    last = words[end - 1]
    return text[words[start].start : last.start + len(last.surface)]


def _reaches(word: Word, text: str, dated: Sequence[str]) -> bool:
    """Whether a word lies in one of the parts of a question that name a time."""
    for part in dated:
        at = text.lower().find(part.lower())
        if 0 <= at <= word.start < at + len(part):
            return True
    return False


def _distinct(forms: Iterable[Form]) -> tuple[Form, ...]:
    best: dict[tuple[str, ...], Form] = {}
    for form in forms:
        if form.words and (form.words not in best or best[form.words].weight < form.weight):
            best[form.words] = form if form.words not in best else replace(form, capital=best[form.words].capital)
    return tuple(best.values())[:_MOST_FORMS]


def _rarity(forms: Sequence[Form], frequency: Callable[[str], int], passages: int, *, folded: bool) -> float:
    """Of the commonest wording: 1 where every passage holds it, more the fewer do; up to about 3."""
    if passages < 1:
        return 1.0
    mark = FOLDED_PREFIX if folded else ""
    most = 0
    for form in forms:
        words = form.words
        pairs = [BIGRAM_JOINT.join(pair) for pair in pairwise(words)] or list(words)
        most = max(most, min(frequency(mark + term) for term in pairs))
    return 1.0 + log(1 + (passages - min(most, passages) + 0.5) / (min(most, passages) + 0.5)) / log(2 + passages)
