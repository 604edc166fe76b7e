"""Questions that offer an alternative ("tăng hay giảm?", "gần 90 tấn hay hàng trăm tấn?"): which side is stated."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag import vietnamese
from rag.composing.agents import AskedAgents, agent_of, asked_agents, says_all
from rag.composing.facts import statement_of
from rag.composing.grouping import CopiesOf, grouped
from rag.composing.pieces import Disagreement, Draft, Piece
from rag.composing.polarity import asks, supposes
from rag.composing.predicate import names_share
from rag.composing.wording import capitalised, listed, readable, share, topic_words, vocabulary
from rag.matching.opposites import opposed_to, places_of
from rag.matching.view import View, normal_words, view_of
from rag.question import Asked, Question
from rag.values import Value, relation, values_of
from rag.vietnamese import CAPITAL

_OR = re.compile(r"\s+(?:hay là|hay|hoặc là|hoặc)\s+(?!không\b|chưa\b)", re.IGNORECASE)
_ASKS_OTHERWISE = re.compile(r"(?<!\w)(?:gì|nào|ai|đâu|bao nhiêu|mấy|bao giờ|bao lâu|sao|thế nào)(?!\w)", re.IGNORECASE)
_NAME = rf"{CAPITAL}[\w.’'-]*(?: (?:{CAPITAL}|\d)[\w.’'-]*)*"
_NAME_LAST = re.compile(rf"(?:^|(?<=\s)){_NAME}\Z")
_NAME_FIRST = re.compile(_NAME)
# Where an alternative begins, looked back from "hay", and where the other ends.
_BEGINS = listed("là có đã bị được đang sẽ vẫn còn nên phải do bằng muốn định thuộc ở tại của vào từ với cho rằng")
_ENDS = listed("cho trong ở với khi dịp vào của tại so trước từ đến đối về sau ngày năm tháng")
_MOST_WORDS = 4
# Evidence may be this far (in logits) below the best and lead all the same, where it states a side.
_MARGIN = 3.5
_OF_NAMES, _OF_TOPIC = 0.5, 0.4
_BOTH = 2
_ACCUSES = re.compile(r"(?<!\w)(?:cáo buộc|tố cáo|đổ lỗi)(?!\w)", re.IGNORECASE)
_FITS = ("same", "compatible")


@dataclass(frozen=True, slots=True)
class Side:
    """One alternative: its wording in the question; other wordings of the same sense, and its value if it is one."""

    text: str
    alike: tuple[str, ...] = ()
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class _Choice:
    piece: Piece
    side: int
    said: str


def sides_offered(question: Question) -> tuple[Side, Side] | None:
    """The two alternatives of a question; None for one that offers none, or asks for something else as well."""
    text = question.own.strip().rstrip(" ?.!")
    if question.asked is Asked.COMPARISON or not question.accented or _ASKS_OTHERWISE.search(text):
        return None
    for joint in _OR.finditer(text):
        before, after = text[: joint.start()], text[joint.end() :]
        found = _values(before, after) or _contraries(before, after) or _names(before, after) or _phrases(before, after)
        if found:
            return found
    return None


def choice_draft(question: Question, pieces: Sequence[Piece], *, most: int, copies_of: CopiesOf) -> Draft | None:
    """The sentences that state one of the alternatives, the best first, with what it says of them in short.

    Where both are stated about as surely, in two articles, that is a conflict. None where no sentence states any.
    """
    offered = sides_offered(question)
    if offered is None:
        return None
    near = [piece for piece in pieces if piece.score >= pieces[0].score - _MARGIN and not asks(piece.sentence)]
    chosen = [
        _Choice(piece, *said)
        for piece in near
        if _speaks_of(question, offered, piece)
        for said in [_said(question, piece, offered)]
        if said is not None
    ]
    if not chosen:
        return None
    # One side alone before both in a breath, what is stated before what is only supposed.
    kind = [(one.side == _BOTH, supposes(question, one.piece.sentence)) for one in chosen]
    chosen = [chosen[at] for at in sorted(range(len(chosen)), key=lambda at: (kind[at], at))]
    first, best = chosen[0], min(kind)
    among = [one for one, its in zip(chosen, sorted(kind), strict=True) if its == best]
    other = next((one for one in among if one.side != first.side), None)
    leads = [one for one in (first, other) if one is not None]
    rest = [one for one in chosen if one not in leads]
    margin = max(one.piece.score for one in chosen) - min(one.piece.score for one in chosen)
    groups = grouped(
        [one.piece for one in (*leads, *rest)], question, margin=margin, most=most, copies_of=copies_of, by_value=False
    )
    agents = _agents(question, offered)
    sure = agents is None or all(says_all(agents, question, one.piece.sentence) for one in leads)
    told = other is not None and sure and _conflicting(first, other)
    conflicts = (_conflict(question, first, other),) if other is not None and told else ()
    # What one side only says of the other is told as they say it.
    accused = agents is not None and _ACCUSES.search(first.piece.sentence) and not _ACCUSES.search(question.restored)
    short = readable(first.piece.sentence if accused else first.said)
    return Draft(capitalised(short), tuple(statement_of(group) for group in groups), conflicts)


def _conflicting(first: _Choice, other: _Choice) -> bool:
    """Whether two sentences state different sides at one time: names stay, what rises today may fall tomorrow."""
    days = first.piece.article.published_on, other.piece.article.published_on
    same_time = first.said[:1].isupper() or None in days or days[0] == days[1]
    return _BOTH not in (first.side, other.side) and first.piece.article.id != other.piece.article.id and same_time


def _conflict(question: Question, first: _Choice, other: _Choice) -> Disagreement:
    newest_first = sorted((first, other), key=lambda one: -(one.piece.article.published_on or date.min).toordinal())
    values = tuple((readable(one.said), (one.piece.evidence,)) for one in newest_first)
    return Disagreement(readable(question.restored).rstrip(" ?.!"), "contradiction", values)


def _said(question: Question, piece: Piece, offered: tuple[Side, Side]) -> tuple[int, str] | None:
    """The side that a sentence states, and its words for it; the sentence itself where it has both; None for none."""
    agents = _agents(question, offered)
    if agents is not None:
        number = agent_of(agents, question, piece)
        return None if number is None else (number, agents.names[number])
    held = [_wording(question, piece, side) for side in offered]
    if held[0] and held[1]:
        # The one in the marked span is meant, if only one stands there.
        inside = [_wording(question, piece, side, piece.span.start, piece.span.end) for side in offered]
        if bool(inside[0]) == bool(inside[1]):
            return _BOTH, piece.sentence
        held = inside
    return next(((number, said) for number, said in enumerate(held) if said), None)


def _agents(question: Question, offered: tuple[Side, Side]) -> AskedAgents | None:
    """What is asked which of two names did; None where something else is asked of the two."""
    if not all(side.value is None and side.text[:1].isupper() for side in offered):
        return None
    text = question.own
    return asked_agents(text, (offered[0].text, offered[1].text))


def _wording(question: Question, piece: Piece, side: Side, start: int = 0, end: int | None = None) -> str | None:
    """How a sentence, or a part of it, words a side; None where it does not state it of those asked about."""
    text = piece.sentence
    end = len(text) if end is None else end
    if side.value is not None:
        value = side.value
        # "Hơn 90" is no way to say "hàng trăm".
        fits = _FITS if value.low == value.high else _FITS[:1]
        found = (one for one in values_of(text, piece.article.published_on) if relation(one, value) in fits)
        return next((text[one.start : one.end] for one in found if start <= one.start and one.end <= end), None)
    view = view_of(text, folded=False)
    where = view.between(start, end)
    for phrase in (side.text, *side.alike):
        for place, turned in places_of(view, normal_words(phrase, folded=False), where, folded=False):
            if not turned and (side.text[:1].isupper() or not _of_another(question, side, view.words[: place.start])):
                return text[view.starts[place.start] : view.ends[place.stop - 1]]
    return None


def _of_another(question: Question, side: Side, before: Sequence[str]) -> bool:
    """Whether the name that stands last before a wording is one that the question has only behind its alternatives."""
    text = question.own
    subject = frozenset(vietnamese.syllables(text[: max(0, text.lower().find(side.text.lower()))]))
    last = next((word for word in reversed(before) if word in question.names or word in subject), None)
    return last is not None and last not in subject


def _speaks_of(question: Question, offered: Sequence[Side], piece: Piece) -> bool:
    """Whether a sentence is about what the alternatives are said of."""
    named = frozenset(word for side in offered for word in vietnamese.syllables(side.text))
    topic = topic_words(question) - named
    title = piece.article.title if piece.article.title_stated else ""
    around = f"{title} {piece.sentence}"
    beside = question.names - named
    return share(topic, vocabulary(around, question)) >= _OF_TOPIC and (
        not beside or names_share(question, f"{around} {' '.join(sorted(named))}") >= _OF_NAMES
    )


def _values(before: str, after: str) -> tuple[Side, Side] | None:
    """ "Gần 90 tấn hay hàng trăm tấn": values on both sides, the first with the unit of the second."""
    left, right = values_of(before), values_of(after)
    if not left or not right or left[-1].end < len(before.rstrip()) - 1 or right[0].start > 0:
        return None
    first, second = left[-1], right[0]
    if first.unit is None and second.unit is not None and second.kind is not first.kind:
        unit = after[second.start : second.end].rsplit(maxsplit=1)[-1]
        completed = values_of(f"{before[first.start : first.end]} {unit}")
        first_value = completed[0] if completed else first
    else:
        first_value = first
    return (
        Side(before[first.start : first.end], value=first_value),
        Side(after[second.start : second.end], value=second),
    )


def _contraries(before: str, after: str) -> tuple[Side, Side] | None:
    """ "Tăng hay giảm": a predicate that ends before "hay", and a contrary that begins behind it."""
    left, right = View(before, folded=False), View(after, folded=False)
    for size in range(min(_MOST_WORDS, len(left.words)), 0, -1):
        phrase = tuple(left.words[-size:])
        for one in opposed_to(phrase, folded=False):
            for contrary in sorted(one.contrary, key=len, reverse=True):
                start = next((at for at in range(2) if tuple(right.words[at : at + len(contrary)]) == contrary), None)
                if start is not None:
                    return _side(phrase, one.alike), _side(contrary, one.contrary)
    return None


def _side(phrase: tuple[str, ...], alike: Sequence[tuple[str, ...]]) -> Side:
    return Side(" ".join(phrase), tuple(" ".join(other) for other in alike if other != phrase))


def _names(before: str, after: str) -> tuple[Side, Side] | None:
    """ "Chelsea hay Real Madrid"."""
    left, right = _NAME_LAST.search(before), _NAME_FIRST.match(after)
    return (Side(left[0]), Side(right[0])) if left and right else None


def _phrases(before: str, after: str) -> tuple[Side, Side] | None:
    """ "Còn nguyên vẹn hay đã vỡ": the words on either side, as far as they are alike in kind."""
    right = after.split()
    while right and right[0].lower() in _BEGINS:
        right.pop(0)
    upto = next((at for at, word in enumerate(right) if at and word.lower() in _ENDS), len(right))
    right = right[:upto]
    left: list[str] = []
    for word in reversed(before.split()):
        if word.lower() in _BEGINS or word[:1].isupper() or len(left) == max(2, len(right)):
            break
        left.insert(0, word)
    if not left or not right or len(right) > _MOST_WORDS:
        return None
    return Side(" ".join(left)), Side(" ".join(right))
