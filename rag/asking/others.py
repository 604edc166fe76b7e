"""What a follow-up such as "Còn Anh thì sao?" asks of instead, and what that takes the place of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.asking.asked import Asked, asked_of
from rag.asking.leaning import points_back
from rag.asking.mentions import Mention, MentionKind, mentions_of, named_inside

_OPENER = r"(?:thế còn|vậy còn|thế thì|vậy thì|còn|thế|vậy|rồi còn|rồi|và|nhưng còn|nhưng|what about|how about|and)"
_ELLIPSIS = re.compile(
    rf"^(?:{_OPENER}\s+|(?=[^?.,!]+ (?:thì (?:sao|thế nào)|thi sao)\s*\?*$))"
    r"(?:(?P<relation>với|ở|tại|đối với|về|cho|sang|từ|đến|tới|của|in|for) |bên |phía )?"
    r"(?:tỉnh |thành phố )?(?P<other>[^?.,!]+?)"
    r"(?:\s+(?:thì |thi )?(?:sao|thế nào|như thế nào|ra sao))?\s*\?*$",
    re.IGNORECASE,
)
_MOST_WORDS = 6
# Before a name in a text of its own, so that its capital is not that of a sentence.
_BEFORE = "x "
_LAST_SENTENCE = re.compile(r".*[?!.…] (?=\S)", re.DOTALL)
# "RON 95", "Metro số 1": what the number counts goes with the name.
_NUMBERED = re.compile(r"\s+(?:số\s+)?\d")
_JOINED = re.compile(r" và | với | cùng |, | ?[-–] ?", re.IGNORECASE)
# What two do with each other: "Nga và Mỹ gặp nhau ở đâu? Còn Anh?" may ask of Britain and either.
_EACH_OTHER = re.compile(r"\b(?:nhau|giữa|hai (?:nước|bên)|gặp|đàm phán|hội đàm|ký|đấu|so với)\b", re.IGNORECASE)
_TOLD_APART: frozenset[MentionKind] = frozenset(("date", "country", "place", "person", "organisation"))
_NO_NAMES: frozenset[MentionKind] = frozenset(("date", "term"))
# What may turn out to be of the kind of the other thing, where the question names nothing else.
_PERHAPS: dict[MentionKind, tuple[MentionKind, ...]] = {
    "person": ("unknown", "sport"),
    "organisation": ("unknown", "sport"),
    "sport": ("unknown", "person", "organisation"),
    "unknown": ("unknown", "person", "organisation", "sport"),
    "abbreviation": ("abbreviation", "organisation"),
}


@dataclass(frozen=True, slots=True)
class Other:
    """What a follow-up asks of: one thing, or two of a kind side by side; `relation` is the preposition before it."""

    named: Mention
    relation: str | None = None
    pair: bool = False
    head: str = ""


def other_named(text: str) -> Other | None:
    """The one thing that a follow-up asks of, or the two; None where it asks something itself, or names otherwise.

    `head` is what stands before the name where they are no name together: "trận gặp" in "Còn trận gặp Thái Lan?".
    """
    found = _ELLIPSIS.match(text)
    if not found:
        return None
    other = found["other"].strip()
    if len(other.split()) > _MOST_WORDS or asked_of(f"{other}?") is not Asked.WHAT or points_back(other):
        return None
    relation = found["relation"].lower() if found["relation"] else None
    mentions = mentions_of(_BEFORE + other)
    start, end = len(_BEFORE), len(_BEFORE) + len(other)
    last = mentions[-1] if mentions else None
    if last is None or last.end != end:
        return None
    if last.start == start:
        return Other(last, relation)
    first = mentions[0]
    if len(mentions) == 2 and first.start == start and _JOINED.fullmatch(_BEFORE + other, first.end, last.start):
        return Other(Mention(last.kind, other, start, end), relation, pair=True) if first.kind == last.kind else None
    return Other(last, relation, head=(_BEFORE + other)[start : last.start].strip())


def counterpart(other: Other, question: str, *, joined: bool = False) -> Mention | None:
    """What of a question the other thing takes the place of: a name of the same kind, the subject as a rule.

    A preposition or a noun before both tells which one. Of two side by side both are meant, where they do not do
    something with each other. None where there is none, or where it cannot be told: then nothing is to be replaced.
    `joined` says that the question has follow-ups behind it, of which the last is looked at first.
    """
    mentions = mentions_of(question)
    if any(mention.text.lower() == other.named.text.lower() for mention in mentions):
        return None
    for before in filter(None, (other.head, other.relation)):
        marked = [each for each in mentions if _stands_behind(before, each, question)]
        alike = (other.named.kind, *_PERHAPS.get(other.named.kind, ()))
        if len(marked) == 1 and marked[0].kind in (alike if before == other.relation else alike[:1]):
            return marked[0]
    if other.head:
        return None
    last = _LAST_SENTENCE.match(question) if joined else None
    latest = [mention for mention in mentions if last and mention.start >= last.end()]
    one = _of_same_kind(other.named, latest, question) or _of_same_kind(other.named, mentions, question)
    beside = None if one is None else _beside(one, mentions, question)
    if one is None or beside is None:
        return one
    if _EACH_OTHER.search(question) and not other.pair:
        return None
    return Mention(one.kind, question[one.start : beside.end], one.start, beside.end)


def _stands_behind(before: str, mention: Mention, question: str) -> bool:
    there = question[: mention.start].rstrip().lower()
    return there == before.lower() or there.endswith(f" {before.lower()}")


def _beside(one: Mention, mentions: Sequence[Mention], question: str) -> Mention | None:
    """The next name of the same kind, where "và", "với" or a comma alone stands between."""
    behind = next((each for each in mentions if each.start >= one.end), None)
    if behind is None or behind.kind != one.kind or not _JOINED.fullmatch(question, one.end, behind.start):
        return None
    return behind


def _of_same_kind(other: Mention, mentions: Sequence[Mention], question: str) -> Mention | None:
    same = [mention for mention in mentions if mention.kind == other.kind]
    if other.kind in _TOLD_APART:
        if same:
            return same[0]
        inside = [inner for mention in mentions if (inner := named_inside(mention, question))]
        same = [inner for inner in inside if inner.kind == other.kind]
    if not same or other.kind == "abbreviation":
        named = [mention for mention in mentions if mention.kind not in _NO_NAMES]
        same = [only for only in named if len(named) == 1 and only.kind in _PERHAPS.get(other.kind, ())]
    one = same[0] if len(same) == 1 else None
    return None if one is None or _NUMBERED.match(question, one.end) else one
