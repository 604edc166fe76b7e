"""What a question asks of its names, and whether a sentence speaks of it: the same words, others of the same sense,
or contrary ones."""

from __future__ import annotations

import re
from functools import lru_cache

from rag import vietnamese
from rag.composing.naming import states_in
from rag.composing.wording import listed, share, topic_words, vocabulary
from rag.matching.opposites import Opposed, opposed_predicates, stated_sides
from rag.matching.view import View, view_of
from rag.naming.words import is_vietnamese
from rag.question import Question

_HEAD_WORDS = 2
_OF_PREDICATE = 0.5
_ASKS = re.compile(r"(?<!\w)(?:có phải(?: là)?|có đúng(?: là)?|có|đã|liệu)(?!\w)", re.IGNORECASE)
# What stands before the verb without being part of it.
_AUXILIARIES = listed("được bị còn thể nên phải đang định từng muốn dám hề đúng là sẽ đã cần hay luôn thật thực sự")
_SUFFERED = re.compile(r"(?<!\w)(?:được|bị)(?!\w)", re.IGNORECASE)
# How far the words of a predicate may stand apart, and what it is done to behind it.
_MOST_APART, _APART_TIMES, _BEHIND = 8, 2, 3


def predicate_words(question: Question) -> tuple[str, ...]:
    """The words of a question behind "có" that carry meaning and are no names, in its order."""
    text = question.own
    asked = _ASKS.search(text)
    rest = vietnamese.syllables(text[asked.end() :] if asked else text)
    left_out = question.names | _AUXILIARIES
    kept = [word for word in rest if word in question.content and word not in left_out]
    return tuple(dict.fromkeys(kept if question.accented else map(vietnamese.fold, kept)))


def predicates_of(question: Question) -> tuple[Opposed, ...]:
    """The predicates of a question that have a contrary."""
    return _predicates(question.own, not question.accented)


def sides_of_predicates(question: Question, sentence: str) -> list[tuple[Opposed, bool, bool]]:
    """Each predicate that has a contrary, whether a sentence states it, and whether it states the contrary."""
    folded = not question.accented
    view = view_of(sentence, folded=folded)
    sides = ((one, stated_sides(one, view, range(len(view.words)), folded=folded)) for one in predicates_of(question))
    return [(one, bool(own), bool(contrary)) for one, (own, contrary) in sides]


def held_words(question: Question, sentence: str) -> frozenset[str]:
    """The words of a sentence, with those of the question's predicates that it has otherwise or the contrary of, and
    without those that it has only as parts of other words ("thắng" in "bàn thắng")."""
    sides = sides_of_predicates(question, sentence)
    otherwise = frozenset(word for one, own, contrary in sides for word in one.asked if own or contrary)
    parts = frozenset(one.asked[0] for one, own, contrary in sides if len(one.asked) == 1 and not (own or contrary))
    return (vocabulary(sentence, question) - parts) | otherwise


def predicate_share(question: Question, sentence: str) -> float | None:
    """How much of what is asked of the names a sentence holds; None where not even the verb is in it, or too little."""
    words = predicate_words(question)
    if not words:
        return 1.0
    held, wanted = held_words(question, sentence), frozenset(words)
    found, head = share(wanted, held), frozenset(words[:_HEAD_WORDS])
    enough = wanted <= held if len(wanted) <= _HEAD_WORDS else bool(head & held) and found >= _OF_PREDICATE
    return found if enough else None


def names_share(question: Question, text: str) -> float:
    """How much of the names of a question a text has: their words, glued ("TPHCM"), or another name of a state."""
    names = topic_words(question) & _names(question)
    states = {name for _, _, name in states_in(text)}
    called = [question.restored[start:end] for start, end, name in states_in(question.restored) if name in states]
    held = vocabulary(f"{text} {' '.join(called)}", question)
    glued = [word for word in held if not is_vietnamese(word)]
    parts = (name for name in names if any(word.startswith(name) or word.endswith(name) for word in glued))
    return share(names, held | frozenset(parts))


def in_place(question: Question, sentence: str) -> bool:
    """Whether the words of the predicate stand near each other in a sentence, and behind what they are said of: before
    it only what is suffered may stand ("tìm thấy con tàu")."""
    keys = vietnamese.syllables(sentence)
    keys = keys if question.accented else [vietnamese.fold(key) for key in keys]
    window = _window(keys, frozenset(predicate_words(question)))
    if window is None:
        return True
    text = question.own
    asked = _ASKS.search(text)
    before = vietnamese.syllables(text[: asked.start()]) if asked else []
    subject = frozenset(before if question.accented else map(vietnamese.fold, before)) & _names(question)
    places = [at for at, key in enumerate(keys) if key in subject]
    if len(window) > max(_MOST_APART, _APART_TIMES * len(predicate_words(question))):
        return False
    suffered = asked is not None and _SUFFERED.match(text[asked.end() :].lstrip()) is not None
    behind = suffered and any(0 <= at - window.stop <= _BEHIND for at in places)
    return not places or behind or min(places) < window.stop


def _window(keys: list[str], wanted: frozenset[str]) -> range | None:
    """The shortest run of a sentence with all words of the predicate that it has; None where it has none."""
    wanted = wanted & frozenset(keys)
    last: dict[str, int] = {}
    best: range | None = None
    for at, key in enumerate(keys):
        if key in wanted:
            last[key] = at
            if len(last) == len(wanted):
                run = range(min(last.values()), at + 1)
                best = run if best is None or len(run) < len(best) else best
    return best


def _names(question: Question) -> frozenset[str]:
    """The words of the question's names; the first word has a capital in any case, so only a foreign one is sure."""
    first = vietnamese.syllables(question.own)[:1]
    names = question.names | frozenset(word for word in first if not is_vietnamese(word))
    return names if question.accented else frozenset(map(vietnamese.fold, names))


@lru_cache(16)
def _predicates(text: str, folded: bool) -> tuple[Opposed, ...]:
    return opposed_predicates(View(text, folded=folded), folded=folded)
