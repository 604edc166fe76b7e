"""Where an article has a name: under any of its wordings, or under the office that it says the person holds."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rag.matching.countries import countries_among
from rag.matching.view import Form, View
from rag.matching.wanted import Wanted, role_phrases
from rag.vietnamese import syllables

# "Ông Johnson" for "Thủ tướng Anh" where the article introduces him so, and "Thủ tướng Anh" for "Boris Johnson".
_HOLDER, _OFFICE = 0.9, 0.7
_NEAR_ROLE = 2
_LONGEST_NAME = 5
# What stands before a name without saying what it is: another name after the same word is no clash.
_COMMON_BEFORE = frozenset(
    syllables("""
    ở tại của cho với và từ đến tới về vào do bởi là có khi nếu mà để trong ngoài trên dưới theo qua giữa cùng ông bà
    anh chị cô chú người nước bị được đã sẽ đang không cả hay hoặc nên vì như sang gặp nói o tai cua cho voi va tu den
    toi ve vao la trong ngoai tren duoi giua cung ong ba nguoi nuoc bi duoc da se dang khong hoac nen vi nhu gap noi
    """)
)


@dataclass(frozen=True, slots=True)
class Located:
    """The places of a name in an article: (number of its first word, of the word after it, how surely it is meant).

    `in_title` says how surely the stated title has it, `with_role` whether the article joins it to the role asked for.
    """

    one: Wanted
    places: tuple[tuple[int, int, float], ...]
    in_title: float
    with_role: bool

    def shares(self, inside: range, around: range) -> tuple[float, float, float]:
        """How surely it is met in the words of a sentence, of a passage or the title, and of the whole article."""
        sentence = max((sure for at, _, sure in self.places if at in inside), default=0.0)
        passage = max((sure for at, _, sure in self.places if at in around), default=0.0)
        article = max((sure for _, _, sure in self.places), default=0.0)
        return sentence, max(sentence, passage, self.in_title), max(article, self.in_title)

    def instead(self, view: View, inside: range, asked: Collection[str], *, far: bool) -> Iterator[str]:
        """What stands in a sentence where this name should: after the same role or word, another number of the same.

        `asked` are the states that the question names; `far` says that not even the passage has this name, so that
        another state alone is a clash.
        """
        one = self.one
        if one.kind == "number":
            yield from _other_numbers(one, view, inside)
            return
        if one.role and any(at in inside and _role_stands(one.role, view, at) for at, _, _ in self.places):
            return
        others = countries_among(view, inside) if one.state else []
        for place, state in others:
            before = view.words[max(0, place.start - len(one.role)) : place.start]
            if state not in asked and (far or (one.role and tuple(before) == one.role)):
                yield " ".join(view.words[at] for at in place)
        slot = one.role or ((one.before,) if one.before and one.before not in _COMMON_BEFORE else ())
        if slot and not others:
            for at in view.find(Form(slot)):
                end = at + len(slot)
                if at in inside and end in inside and view.capitals[end] and view.words[end] not in one.forms[0].words:
                    yield " ".join(view.words[end : _end_of_name(view, end, inside)])


def locate(one: Wanted, view: View, title: View, *, folded: bool) -> Located:
    """Look for a name in an article and in its title."""
    places = [(at, at + len(form.words), form.weight) for form in one.forms for at in view.find(form)]
    in_title = max((form.weight for form in one.forms if title.find(form)), default=0.0)
    with_role = False
    if one.role:
        joined = [(at, end) for at, end, sure in places if sure >= _OFFICE and _role_stands(one.role, view, at)]
        with_role = bool(joined)
        for form in _holders(view, joined):
            places += [(at, at + 1, _HOLDER) for at in view.find(form)]
    elif one.kind == "name" and not one.state:
        for form in _offices(view, places, folded=folded):
            places += [(at, at + len(form.words), form.weight) for at in view.find(form)]
    return Located(one, tuple(sorted(places)), in_title, with_role)


def _role_stands(role: tuple[str, ...], view: View, at: int) -> bool:
    """Whether a role stands before a name, with at most two words between that are no other name."""
    return any(
        tuple(view.words[max(0, at - gap - len(role)) : at - gap]) == role
        for gap in range(_NEAR_ROLE + 1)
        if at > gap and not any(view.capitals[at - gap : at])
    )


def _holders(view: View, joined: list[tuple[int, int]]) -> set[Form]:
    """The last part of the names that stand right after "Thủ tướng Anh"."""
    holders = set()
    everything = range(len(view.words))
    for _, end in joined:
        last = _end_of_name(view, end, everything)
        if last > end and view.starts[end] - view.ends[end - 1] <= 1:
            holders.add(Form((view.words[last - 1],), capital=True))
    return holders


def _offices(view: View, places: list[tuple[int, int, float]], *, folded: bool) -> set[Form]:
    """The offices that stand right before a person's name, with the state between: "Thủ tướng Anh", "Thủ tướng"."""
    offices = set()
    for at, _, sure in places:
        start = at
        while start > 0 and at - start < _LONGEST_NAME and view.capitals[start - 1]:
            start -= 1
        for role in role_phrases(folded=folded):
            first = start - len(role)
            if first >= 0 and tuple(view.words[first:start]) == role:
                offices.add(Form(role, _OFFICE * sure))
                if start < at:
                    offices.add(Form((*role, view.words[start]), _HOLDER * sure))
                break
    return offices


def _end_of_name(view: View, start: int, where: range) -> int:
    end = start
    while end in where and end - start < _LONGEST_NAME and view.capitals[end]:
        if end > start and view.starts[end] - view.ends[end - 1] > 1:
            break
        end += 1
    return end


def _other_numbers(one: Wanted, view: View, inside: range) -> Iterator[str]:
    """Other numbers before the same noun: "30 tụ điểm" where 27 are asked about."""
    if not one.after:
        return
    for at in view.places(one.after):
        before = at - 1
        if (
            before in inside
            and view.words[before][0].isdigit()
            and (view.words[before],) not in {form.words for form in one.forms}
        ):
            yield f"{view.words[before]} {one.after}"
