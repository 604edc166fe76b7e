"""Predicates of the news that exclude each other, and statements that something is not so."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.matching.opposite_words import EVENTS, OTHER_WORDS, STRONG, WEAK
from rag.matching.view import Form, View, normal_words

_NEGATORS = ("không", "chưa", "chẳng", "đừng", "phủ nhận", "bác bỏ", "từ chối", "không hề", "chưa từng")
# "không" and "chưa" as parts of other words: air force, space, not only, unceasing, unprecedented, not counting.
_AFTER_IN_A_WORD = frozenset(
    ("khí", "quân", "gian", "chỉ", "những", "ngừng", "phận", "kích", "lưu", "trung", "tặc", "tưởng", "vận", "ít",
     "tính", "kể")
)  # fmt: skip
_BEFORE_IN_A_WORD = frozenset(("hàng", "phòng", "hư", "trên"))
_REACH = 6
_LEAST_DENIED = 2
# What right before a predicate turns it round, and what may stand between: "không hề bị", "từ chối việc".
_TURNING = (
    "không", "chưa", "chẳng", "chả", "đừng", "từ chối", "bác bỏ", "phủ nhận", "ngừng", "dừng", "tạm dừng", "hủy", "huỷ",
    "cắt", "đình chỉ", "khó", "suýt", "tránh", "khỏi", "thôi", "chấm dứt", "hết",
)  # fmt: skip
_BETWEEN = (
    "hề",
    "còn",
    "từng",
    "thể",
    "phải",
    "được",
    "bị",
    "muốn",
    "dám",
    "nên",
    "có",
    "việc",
    "sẽ",
    "hoàn",
    "toàn",
    "thực",
    "sự",
)
_MOST_BETWEEN = 2
_JOINTS = frozenset(("và", "va", "nhưng", "nhung", "song", "mà", "ma", "còn", "nên", "nen"))
# "Nếu không có …" denies nothing.
_CONDITIONS, _CONDITION_REACH = frozenset(("nếu", "neu", "giá", "giả", "liệu", "lieu")), 4


@dataclass(frozen=True, slots=True)
class Opposed:
    """A predicate of the question, those that mean about the same, and those that state the contrary.

    `strong` ones can refute a premise; the contrary of an `event` is another event, with a day, a place and a cause of
    its own. A predicate that the question negates has the sides exchanged and is `turned`.
    """

    asked: tuple[str, ...]
    alike: tuple[tuple[str, ...], ...]
    contrary: tuple[tuple[str, ...], ...]
    strong: bool
    turned: bool = False
    event: bool = False

    @property
    def words(self) -> frozenset[str]:
        """The words of all its wordings on both sides."""
        return frozenset(word for phrase in (self.asked, *self.alike, *self.contrary) for word in phrase)


def opposed_predicates(question: View, *, folded: bool) -> tuple[Opposed, ...]:
    """The predicates of a question that have a contrary; one inside a longer one does not count.

    A question that names both sides ("tăng hay giảm") takes neither for granted.
    """
    everything = range(len(question.words))
    found: list[tuple[range, Opposed]] = []
    for phrase, alike, contrary, strong, event in _table(folded):
        for place, turned in places_of(question, phrase, everything, folded=folded):
            sides = (contrary, alike) if turned else (alike, contrary)
            found.append((place, Opposed(phrase, *sides, strong, turned, event)))
    found.sort(key=lambda pair: (-len(pair[0]), pair[0].start))
    kept: list[tuple[range, Opposed]] = []
    for place, one in found:
        outer = [other for other, _ in kept if other.start <= place.start and place.stop <= other.stop]
        if all(other == place for other in outer):
            kept.append((place, one))
    named = {one.asked for _, one in kept}
    both = {one.asked for _, one in kept if (named - {one.asked}) & set(one.contrary)}
    return tuple(one for _, one in kept if one.asked not in both)


def contraries(predicates: Sequence[Opposed], text: View, where: range, *, folded: bool = False) -> Iterator[Opposed]:
    """The predicates whose contrary, but not they themselves, stands among the words `where` of a text."""
    for one in predicates:
        own, contrary = stated_sides(one, text, where, folded=folded)
        if contrary and not own:
            yield one


def stated_sides(one: Opposed, text: View, where: range, *, folded: bool = False) -> tuple[list[range], list[range]]:
    """Where among the words `where` a predicate is stated, and where its contrary is; both by negations, too.

    A wording inside a longer one of the other side ("lệnh cấm" in "dỡ bỏ lệnh cấm") does not count.
    """
    own: list[range] = []
    contrary: list[range] = []
    first = (one.asked, *one.alike) if not one.turned else one.alike
    second = one.contrary if not one.turned else (one.asked, *one.contrary)
    for phrases, straight, round_ in ((first, own, contrary), (second, contrary, own)):
        for phrase in dict.fromkeys(phrases):
            for place, turned in places_of(text, phrase, where, folded=folded):
                (round_ if turned else straight).append(place)
    places = [*own, *contrary]

    def outer(place: range) -> bool:
        return not any(
            other.start <= place.start and place.stop <= other.stop and len(other) > len(place) for other in places
        )

    return [place for place in own if outer(place)], [place for place in contrary if outer(place)]


def opposed_to(phrase: tuple[str, ...], *, folded: bool) -> tuple[Opposed, ...]:
    """What a predicate is opposed to: an entry for each of its senses, none for one that has no contrary."""
    return tuple(
        Opposed(known, alike, other, strong, event=event)
        for known, alike, other, strong, event in _table(folded)
        if known == phrase
    )


def places_of(view: View, phrase: tuple[str, ...], where: range, *, folded: bool) -> Iterator[tuple[range, bool]]:
    """The places of a phrase, and whether a negation turns each round; none inside other words or names."""
    for place in _inside(view, phrase, where):
        alone = len(phrase) == 1
        if _is_other_word(view, place.start, folded, alone=alone) or (alone and _is_name(view, place.start, where)):
            continue
        yield place, is_turned(view, place.start, where, folded=folded)


def _is_other_word(view: View, at: int, folded: bool, *, alone: bool) -> bool:
    """Whether a phrase begins inside another word, or, of one syllable (`alone`), begins one: "học" + "sinh năm"."""
    before = view.words[at - 1] if at else ""
    after = view.words[at + 1] if at + 1 < len(view.words) else ""
    others = _other_words(folded)
    return (before, view.words[at]) in others or (alone and (view.words[at], after) in others)


def _is_name(view: View, at: int, where: range) -> bool:
    """Whether a capital inside a sentence makes a syllable a name: "ông Thắng", "Hạ Long"."""
    return view.capitals[at] and at > where.start


def is_turned(view: View, at: int, where: range, *, folded: bool) -> bool:
    """Whether a negation among the words `where` stands right before the word `at`: "không hề", "từ chối việc"."""
    between = _between(folded)
    for gap in range(_MOST_BETWEEN + 1):
        end = at - gap
        if end <= where.start or not set(view.words[end:at]) <= between:
            return False
        for turning in _turning(folded):
            start = end - len(turning)
            if start >= where.start and tuple(view.words[start:end]) == turning:
                return not _is_part_of_a_word(view, start, end)
    return False


def _is_part_of_a_word(view: View, start: int, end: int) -> bool:
    if end - start > 1 or view.words[start] not in {"không", "khong", "chưa", "chua"}:
        return False
    after = view.words[end] if end < len(view.words) else ""
    return after in _AFTER_IN_A_WORD or (start > 0 and view.words[start - 1] in _BEFORE_IN_A_WORD)


def denies(text: View, where: range, said: Collection[str], *, folded: bool) -> bool:
    """Whether a negation stands among the words `where`, with at least two words of `said` soon after it.

    `said` are words of the question other than names; a question with a negation of its own should not ask.
    """
    for negator in _negators(folded):
        for place in _inside(text, negator, where):
            before = text.words[max(where.start, place.start - _CONDITION_REACH) : place.start]
            if _is_part_of_a_word(text, place.start, place.stop) or _CONDITIONS & set(before):
                continue
            after = text.words[place.stop : min(place.stop + _REACH, where.stop)]
            # "Không hề đơn giản, và cả nhóm sẽ gặp lại": the next clause is not denied.
            after = after[: next((at for at, word in enumerate(after) if word in _JOINTS), len(after))]
            # "Đồ uống không cồn giảm 9 %, đồ uống có cồn giảm 12 %": what is denied of one is said of another.
            if after and len([at for at in text.places(after[0]) if at in where]) > 1:
                continue
            if len(set(after) & set(said)) >= _LEAST_DENIED:
                return True
    return False


def is_negated(question: View, *, folded: bool) -> bool:
    """Whether a question denies something itself; "không" and "chưa" as its last word ask yes or no."""
    last = len(question.words) - 1
    for negator in _negators(folded):
        for at in question.find(Form(negator)):
            end = at + len(negator)
            if end <= last and not _is_part_of_a_word(question, at, end):
                return True
    return False


def _inside(text: View, phrase: tuple[str, ...], where: range) -> list[range]:
    found = (range(at, at + len(phrase)) for at in text.find(Form(phrase)))
    return [place for place in found if where.start <= place.start and place.stop <= where.stop]


_Row = tuple[tuple[str, ...], tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...], bool, bool]


@lru_cache(2)
def _table(folded: bool) -> tuple[_Row, ...]:
    """Each phrase with those of its side, those of the other, whether the row is strong, and whether of events."""
    rows: list[_Row] = []
    for lines, strong, event in ((STRONG, True, False), (WEAK, False, False), (EVENTS, False, True)):
        for line in lines:
            one, other = (
                tuple(normal_words(phrase, folded=folded) for phrase in side.split(",")) for side in line.split("|")
            )
            # Without diacritics a single syllable is too many words at once ("bán", "bàn", "bạn").
            one, other = (tuple(p for p in side if not folded or len(p) > 1) for side in (one, other))
            rows += [(phrase, one, other, strong, event) for phrase in one]
            rows += [(phrase, other, one, strong, event) for phrase in other]
    return tuple(rows)


@lru_cache(2)
def _other_words(folded: bool) -> frozenset[tuple[str, ...]]:
    return frozenset(normal_words(word, folded=folded)[:2] for word in OTHER_WORDS.split(","))


@lru_cache(2)
def _negators(folded: bool) -> tuple[tuple[str, ...], ...]:
    return tuple(normal_words(phrase, folded=folded) for phrase in _NEGATORS)


@lru_cache(2)
def _turning(folded: bool) -> tuple[tuple[str, ...], ...]:
    return tuple(normal_words(phrase, folded=folded) for phrase in _TURNING)


@lru_cache(2)
def _between(folded: bool) -> frozenset[str]:
    return frozenset(word for one in _BETWEEN for word in normal_words(one, folded=folded))
