"""Of a question which of two did something ("Armenia hay Azerbaijan tấn công?"): whom a sentence says it of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag import vietnamese
from rag.composing.naming import powers_in
from rag.composing.pieces import Piece
from rag.composing.predicate import predicates_of
from rag.composing.subjects import around
from rag.composing.wording import listed, share, vocabulary
from rag.matching.opposites import places_of
from rag.matching.view import normal_words, view_of
from rag.question import Question
from rag.values import relation, values_of
from rag.vietnamese import CAPITAL

_OR = r"\s+(?:hay là|hay|hoặc là|hoặc)\s+"
_BY = re.compile(r"(?:^|(?<=\s))(?:do|bởi|bị|được|nhờ)\s+\Z", re.IGNORECASE)
# Before those asked about: nothing, or when and where.
_LEAD = re.compile(r"(?:\s*|.*,\s*|(?:vào|trong|ở|tại|ngày|năm|tháng|phiên|hôm)\s[^,]*\s)\Z", re.IGNORECASE)
_NAME = re.compile(rf"(?<![\w&]){CAPITAL}[\w&.’'-]*(?: (?:{CAPITAL}[\w&.’'-]*|\d[\w.-]*))*")
_NO_DOER_AFTER = listed("ở tại của với cho từ đến tới trên trong theo khỏi vào bởi về giữa thuộc trước qua và")
_AUXILIARIES = listed("đã đang sẽ vừa cũng là có bị được phải cần nên còn vẫn từng sắp mới")
_SUFFERED = re.compile(r"(?<!\w)(?:bị|được)\s+\Z", re.IGNORECASE)
_NEGATED = re.compile(r"(?<!\w)(?:không|chưa|chẳng|khó|suýt)(?!\w)", re.IGNORECASE)
_BREAK = re.compile(r"[,;:](?!\d)")
_BY_ITS_MAKER = r"(?<!\w)(?:do|bởi)\s+[^.;()]{0,60}?(?<!\w)"
_OF_WORDS, _OF_PAIRS, _NEARLY_ALL = 0.5, 1 / 3, 0.8
_NEAR_CHARS, _MOST_BETWEEN = 90, 3


@dataclass(frozen=True, slots=True)
class AskedAgents:
    """Two names and what one of them is asked to have done; `behind` says that "do" or "bị" stands before them."""

    names: tuple[str, str]
    predicate: str
    behind: bool


def asked_agents(text: str, names: tuple[str, str]) -> AskedAgents | None:
    """What a question asks which of two did; None for one in which they are not those that do something."""
    found = re.search(rf"{re.escape(names[0])}{_OR}{re.escape(names[1])}(?!\w)", text)
    if found is None or not text[found.end() :].strip(" ?.!,"):
        return None
    behind = _BY.search(text[: found.start()]) is not None
    predicate = text[found.end() :].strip(" ?.!")
    return AskedAgents(names, predicate, behind) if behind or _LEAD.match(text[: found.start()]) else None


def agent_of(asked: AskedAgents, question: Question, piece: Piece) -> int | None:
    """Which of the two the sentence says it of, 0 or 1; None where it says it of neither, or does not say it."""
    text = piece.sentence
    if not _speaks_of_it(asked, question, piece):
        return None
    for at in _places(asked, question, piece):
        number = _which(asked, _doer_before(text, at))
        if number is not None:
            return number
    if not asked.behind:
        return None
    made = [re.search(rf"{_BY_ITS_MAKER}{re.escape(name)}(?!\w)", text) is not None for name in asked.names]
    return made.index(True) if made.count(True) == 1 else None


def says_all(asked: AskedAgents, question: Question, sentence: str) -> bool:
    """Whether a sentence alone has nearly all words of the predicate."""
    return share(frozenset(_words(asked, question)), vocabulary(sentence, question)) >= _NEARLY_ALL


def _words(asked: AskedAgents, question: Question) -> list[str]:
    """The words of the predicate that carry meaning, in order; without what only shapes the verb."""
    kept = [word for word in vietnamese.syllables(asked.predicate) if word in question.content]
    while len(kept) > 1 and kept[0] in _AUXILIARIES:
        kept.pop(0)
    return kept


def _speaks_of_it(asked: AskedAgents, question: Question, piece: Piece) -> bool:
    """Whether a sentence with what stands around it has the words of the predicate, and enough of them together."""
    words, text = _words(asked, question), around(piece)
    held = list(pairwise(vietnamese.syllables(text)))
    pairs = list(pairwise(words))
    together = sum(pair in held for pair in pairs) / len(pairs) if pairs else 1.0
    return share(frozenset(words), vocabulary(text, question)) >= _OF_WORDS and together >= _OF_PAIRS


def _places(asked: AskedAgents, question: Question, piece: Piece) -> Iterator[int]:
    """Where a sentence has the predicate with the numbers that the question has in it, and does not deny it."""
    words, text = _words(asked, question), piece.sentence
    if not words:
        return
    view = view_of(text, folded=False)
    alike = [phrase for one in predicates_of(question) if one.asked[0] == words[0] for phrase in one.alike]
    heads = [tuple(words[:2]), *alike] if len(words) > 1 else [(words[0],), *alike]
    numbers, said = values_of(asked.predicate), values_of(text)
    for head in heads:
        for place, turned in places_of(
            view, normal_words(" ".join(head), folded=False), range(len(view.words)), folded=False
        ):
            at = view.starts[place.start]
            near = [value for value in said if abs(value.start - at) <= _NEAR_CHARS]
            fits = all(any(relation(number, value) in ("same", "compatible") for value in near) for number in numbers)
            if fits and not turned and _same_object(asked.predicate, text[at : at + _NEAR_CHARS]):
                yield at


def _doer_before(text: str, at: int) -> str | None:
    """The name before a predicate that does it; of one that is suffered the name before what suffers it."""
    names = [found for found in _NAME.finditer(text, 0, at) if found.end() < at]
    suffered = _SUFFERED.search(text, 0, at) is not None
    for number, found in enumerate(reversed(names)):
        before = text[: found.start()].lower().split()
        if suffered and number == 0 and len(text[found.end() : at].split()) <= _MOST_BETWEEN:
            continue
        if _NEGATED.search(text, found.end(), at) or _BREAK.search(text, found.end(), at):
            return None
        if not before or before[-1].strip("“\"'(") not in _NO_DOER_AFTER or _BY.search(text[: found.start()]):
            return found[0]
    return None


def _which(asked: AskedAgents, name: str | None) -> int | None:
    if name is None:
        return None
    own = frozenset(vietnamese.syllables(name))
    powers = {state for _, _, state in powers_in(name)}
    for number, side in enumerate(asked.names):
        # "Đông Đức" is not the state that its second word names.
        whole = {state for start, end, state in powers_in(side) if end - start == len(side)}
        if frozenset(vietnamese.syllables(side)) <= own or powers & whole:
            return number
    return None


def _same_object(predicate: str, said: str) -> bool:
    """Whether the first state behind a predicate is that of the question, where both name one."""
    first, other = (next((state for _, _, state in powers_in(text)), None) for text in (predicate, said))
    return first is None or other is None or first == other
