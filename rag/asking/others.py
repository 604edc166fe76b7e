"""What a follow-up such as "Còn Anh thì sao?" asks of instead, and what that takes the place of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.asking.asked import Asked, asked_of
from rag.asking.leaning import points_back
from rag.asking.mentions import Mention, MentionKind, mentions_of, named_inside

_OPENER = r"(?:thế còn|vậy còn|thế thì|vậy thì|còn|thế|vậy|rồi còn|rồi|và|nhưng còn|nhưng|what about|how about|and)"
_ELLIPSIS = re.compile(
    rf"^(?:{_OPENER}\s+|(?=[^?.,!]+ (?:thì (?:sao|thế nào)|thi sao)\s*\?*$))"
    r"(?:với |ở |tại |đối với |về |bên |phía |tỉnh |thành phố |in |for )?(?P<other>[^?.,!]+?)"
    r"(?:\s+(?:thì |thi )?(?:sao|thế nào|như thế nào|ra sao))?\s*\?*$",
    re.IGNORECASE,
)
_MOST_WORDS = 6
# Before a name in a text of its own, so that its capital is not that of a sentence.
_BEFORE = "x "
_LAST_SENTENCE = re.compile(r".*[?!.…] (?=\S)", re.DOTALL)
# "RON 95", "Metro số 1": what the number counts goes with the name.
_NUMBERED = re.compile(r"\s+(?:số\s+)?\d")
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


def other_named(text: str) -> Mention | None:
    """The one thing that a follow-up asks of; None where it asks something itself, or names more or less than that."""
    found = _ELLIPSIS.match(text)
    if not found:
        return None
    other = found["other"].strip()
    if len(other.split()) > _MOST_WORDS or asked_of(f"{other}?") is not Asked.WHAT or points_back(other):
        return None
    whole = (len(_BEFORE), len(_BEFORE) + len(other))
    return next((each for each in mentions_of(_BEFORE + other) if (each.start, each.end) == whole), None)


def counterpart(other: Mention, question: str, *, joined: bool = False) -> Mention | None:
    """What of a question the other thing takes the place of: a name of the same kind, the subject as a rule.

    None where there is none, or where it cannot be told: then nothing is to be replaced. `joined` says that the
    question has follow-ups behind it, of which the last is looked at first.
    """
    mentions = mentions_of(question)
    if any(mention.text.lower() == other.text.lower() for mention in mentions):
        return None
    last = _LAST_SENTENCE.match(question) if joined else None
    latest = [mention for mention in mentions if last and mention.start >= last.end()]
    return _of_same_kind(other, latest, question) or _of_same_kind(other, mentions, question)


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
